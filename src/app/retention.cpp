// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

#include "app/leftovers.h"
#include "observability/log.h"

namespace crossdock::app {
namespace {

constexpr std::int64_t kOrdersAtOnce = 100;
constexpr std::int64_t kAttemptsAtOnce = 1'000;
constexpr std::chrono::milliseconds kBetweenWalks = std::chrono::hours{24};

}  // namespace

void Retention::begin_walk() {
    next_walk_ = clock_.steady() + kBetweenWalks;
    const bool thins = plan_.versions && thin_versions_;
    if (!plan_.personal_data && !thins) return;
    database_.read([&](db::Session& session) {
        for (const store::Channel& channel : store::ChannelRepo(session).list_all())
            for (const auto status :
                 {domain::OrderStatus::fulfilled, domain::OrderStatus::closed, domain::OrderStatus::cancelled}) {
                if (thins) ahead_.push_back({channel, status, true});
                if (plan_.personal_data) ahead_.push_back({channel, status, false});  // from the back: first of all
            }
    });
    after_ = {};
    after_id_ = {};
}

void Retention::tend(const Stretch& stretch, const std::vector<store::OrderToErase>& orders) {
    if (stretch.thins) {
        versions_gone_ += thin_versions_(stretch.channel, orders, clock_.now() - *plan_.versions);
        return;
    }
    erased_ += database_.write([&](db::Session& session) {
        store::Erased erased;
        store::ErasureRepo repo(session);
        for (const store::OrderToErase& order : orders) erased += repo.erase(order);
        if (erased.orders > 0) Leftovers::want(session);
        return erased;
    });
}

void Retention::walk_on() {
    const Stretch& stretch = ahead_.back();
    // No version of an order is older than the order.
    const Timestamp before = clock_.now() - (stretch.thins ? *plan_.versions : *plan_.personal_data);
    const auto orders = database_.read([&](db::Session& session) {
        return store::ErasureRepo(session).placed_before(stretch.channel.account_id, stretch.channel.id, stretch.status,
                                                         before, after_, after_id_, kOrdersAtOnce);
    });
    if (!orders.empty()) {
        tend(stretch, orders);
        after_ = orders.back().ordered_at;
        after_id_ = orders.back().id;
    }
    if (static_cast<std::int64_t>(orders.size()) == kOrdersAtOnce) return;
    ahead_.pop_back();
    after_ = {};
    after_id_ = {};
    if (ahead_.empty()) end_walk();
}

void Retention::end_walk() {
    if (erased_.orders > 0)
        log::info("personal_data_blanked", {{"orders", erased_.orders}},
                  "orders that are older than [retention] personal_days says");
    if (versions_gone_ > 0)
        log::info("versions_thinned", {{"versions", versions_gone_}},
                  "versions of orders that are older than [retention] version_days says");
    if (erased_.orders > 0 && on_erased_) on_erased_();
    erased_ = {};
    versions_gone_ = 0;
}

void Retention::look_after() {
    if (!ahead_.empty()) {
        walk_on();
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
