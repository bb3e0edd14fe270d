// SPDX-License-Identifier: Apache-2.0
#include "sync/thin_versions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "domain/order.h"

namespace crossdock::sync {
namespace {

// The first and the one shown always stay.
constexpr std::int64_t kFewest = 2;
constexpr std::size_t kDeletedAtOnce = 200;  // a payload may be a hundred pages

/// What an owner looks for in the history of an order.
struct Told {
    domain::OrderStatus status;
    std::optional<std::string> payment_status;
    std::optional<domain::Money> total;
    explicit Told(const domain::Order& order)
        : status(order.status), payment_status(order.payment_status), total(order.total_amount) {}
    friend bool operator==(const Told&, const Told&) = default;
};

/// A version that could be read.
struct Understood {
    std::int64_t id = 0;
    domain::Order order;
    bool going = false;
};

/// What the versions that stay say together; the one shown has the last word (services/record_order.cpp).
domain::Order known_from(const connectors::OrderSource& source, const std::vector<Understood>& versions,
                         std::int64_t shown) {
    std::optional<domain::Order> known;
    const auto take = [&](domain::Order next) {
        if (known) source.keep_known(next, *known);
        known = std::move(next);
    };
    for (const Understood& one : versions)
        if (!one.going && one.id != shown) take(one.order);
    for (const Understood& one : versions)
        if (one.id == shown) take(one.order);
    return known ? std::move(*known) : domain::Order{};
}

/// Of a channel whose later versions leave out what earlier ones said: only what the others say, too, may go.
void spare_what_only_it_says(const connectors::OrderSource& source, std::vector<Understood>& versions,
                             std::int64_t shown) {
    std::vector<Understood*> candidates;
    for (Understood& one : versions) {
        if (one.going) candidates.push_back(&one);
        one.going = false;
    }
    const domain::Order all = known_from(source, versions, shown);
    for (Understood* one : candidates) one->going = true;
    if (known_from(source, versions, shown) == all) return;
    // One by one, newest first: what it repeats is then told by the oldest that said it.
    for (Understood* one : candidates) one->going = false;
    for (auto one = candidates.rbegin(); one != candidates.rend(); ++one) {
        (*one)->going = true;
        if (known_from(source, versions, shown) != all) (*one)->going = false;
    }
}

}  // namespace

std::vector<std::int64_t> dispensable_versions(const connectors::OrderSource& source,
                                               const std::vector<store::OrderVersion>& by_age, std::int64_t shown,
                                               Timestamp before) {
    std::vector<std::int64_t> found;
    const auto it = std::find_if(by_age.begin(), by_age.end(), [&](const auto& one) { return one.id == shown; });
    if (it == by_age.end()) return found;
    // One that comes once more with the time of the one shown would count as newer, were it not known.
    const Timestamp newest = it->remote_updated_at;
    std::vector<Understood> understood;
    std::optional<Told> kept;
    bool first = true;
    for (const store::OrderVersion& version : by_age) {
        auto mapped = source.map_order(version.payload);
        const bool must_stay = first || version.remote_updated_at >= newest || version.fetched_at >= before;
        first = false;
        if (!mapped) {
            if (version.id == shown) return found;  // what the others say together cannot be told
            continue;
        }
        Told told(mapped->order);
        const bool going = !must_stay && kept == told;
        if (!going) kept = std::move(told);
        understood.push_back({version.id, std::move(mapped->order), going});
    }
    if (source.forgets()) spare_what_only_it_says(source, understood, shown);
    for (const Understood& one : understood)
        if (one.going) found.push_back(one.id);
    return found;
}

std::int64_t thin_versions(const Env& env, const store::Channel& channel,
                           const std::vector<store::OrderToErase>& orders, Timestamp before) {
    const auto connector = env.channels.open(channel);
    const connectors::OrderSource* source = connector ? connector->order_source() : nullptr;
    if (source == nullptr) return 0;
    std::vector<std::int64_t> going;
    for (const store::OrderToErase& order : orders) {
        std::optional<std::int64_t> shown;
        std::vector<store::OrderVersion> versions;
        env.db.read([&](db::Session& session) {
            store::OrderRepo repo(session);
            if (repo.count_versions(channel.id, order.external_order_id) <= kFewest) return;
            const auto held = repo.find_held(channel.id, order.external_order_id);
            if (!held) return;
            shown = held->version_id;
            versions = repo.payloads_by_age(channel.id, order.external_order_id);
        });
        if (!shown) continue;
        const auto some = dispensable_versions(*source, versions, *shown, before);
        going.insert(going.end(), some.begin(), some.end());
    }
    std::int64_t gone = 0;
    for (std::size_t at = 0; at < going.size(); at += kDeletedAtOnce) {
        const auto end = std::min(going.size(), at + kDeletedAtOnce);
        gone += env.db.write([&](db::Session& session) {
            store::OrderRepo repo(session);
            std::int64_t deleted = 0;
            for (std::size_t i = at; i < end; ++i) deleted += repo.drop_version(going[i]) ? 1 : 0;
            return deleted;
        });
    }
    return gone;
}

}  // namespace crossdock::sync
