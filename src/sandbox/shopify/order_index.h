// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/time.h"

namespace crossdock::sandbox::shopify {

/// The search index: knows orders by the time of their last change, as of when the index last looked. A change becomes
/// visible after a lag; until then the order stands where it stood, or is not there at all.
class OrderIndex {
public:
    using Entry = std::pair<Timestamp, std::int64_t>;  // updated_at, order id

    void put(std::int64_t id, Timestamp updated_at, Timestamp visible_from, Timestamp now) {
        if (visible_from <= now)
            show(id, updated_at);
        else
            waiting_.emplace(visible_from, Entry{updated_at, id});
    }
    void settle(Timestamp now) {
        while (!waiting_.empty() && waiting_.begin()->first <= now) {
            show(waiting_.begin()->second.second, waiting_.begin()->second.first);
            waiting_.erase(waiting_.begin());
        }
    }
    [[nodiscard]] const std::set<Entry>& by_update() const { return by_update_; }
    /// When the index thinks the order changed last; nullopt while it does not know the order.
    [[nodiscard]] std::optional<Timestamp> updated_at(std::int64_t id) const {
        const auto at = known_.find(id);
        return at == known_.end() ? std::nullopt : std::optional<Timestamp>(at->second);
    }

private:
    void show(std::int64_t id, Timestamp updated_at) {
        if (const auto at = known_.find(id); at != known_.end()) {
            if (at->second >= updated_at) return;  // an older change that arrives late
            by_update_.erase({at->second, id});
        }
        known_[id] = updated_at;
        by_update_.emplace(updated_at, id);
    }

    std::set<Entry> by_update_;
    std::unordered_map<std::int64_t, Timestamp> known_;
    std::multimap<Timestamp, Entry> waiting_;
};

}  // namespace crossdock::sandbox::shopify
