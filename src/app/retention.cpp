// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

#include "observability/log.h"
#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

constexpr std::int64_t kOrdersAtOnce = 100;
constexpr std::int64_t kAttemptsAtOnce = 1'000;
constexpr std::chrono::milliseconds kBetweenWalks = std::chrono::hours{24};

}  // namespace

void Retention::begin_walk() {
    next_walk_ = clock_.steady() + kBetweenWalks;
    if (erased_.orders > 0)
        log::info("personal_data_blanked", {{"orders", erased_.orders}},
                  "orders that are older than [retention] personal_days says");
    erased_ = {};
    if (!plan_.personal_data) return;
    database_.read([&](db::Session& session) {
        for (const store::Channel& channel : store::ChannelRepo(session).list_all())
            for (const auto status :
                 {domain::OrderStatus::fulfilled, domain::OrderStatus::closed, domain::OrderStatus::cancelled})
                ahead_.push_back({channel.account_id, channel.id, status});
    });
    after_ = {};
    after_id_ = {};
}

void Retention::erase_some() {
    const Stretch stretch = ahead_.back();
    const Timestamp before = clock_.now() - *plan_.personal_data;
    const auto orders = database_.read([&](db::Session& session) {
        return store::ErasureRepo(session).placed_before(stretch.account, stretch.channel, stretch.status, before,
                                                         after_, after_id_, kOrdersAtOnce);
    });
    if (!orders.empty()) {
        erased_ += database_.write([&](db::Session& session) {
            store::Erased erased;
            store::ErasureRepo repo(session);
            for (const store::OrderToErase& order : orders) erased += repo.erase(order);
            return erased;
        });
        after_ = orders.back().ordered_at;
        after_id_ = orders.back().id;
    }
    if (static_cast<std::int64_t>(orders.size()) == kOrdersAtOnce) return;
    ahead_.pop_back();
    after_ = {};
    after_id_ = {};
}

void Retention::look_after() {
    if (!ahead_.empty()) {
        erase_some();
        return;
    }
    if (next_walk_ && clock_.steady() < *next_walk_) return;
    if (plan_.push_attempts) {
        const Timestamp before = clock_.now() - *plan_.push_attempts;
        const auto gone = database_.write(
            [&](db::Session& session) { return store::forget_attempts_before(session, before, kAttemptsAtOnce); });
        if (gone > 0) return;  // there may be more; the next second
    }
    begin_walk();
}

}  // namespace crossdock::app
