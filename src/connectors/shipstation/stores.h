// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::shipstation {

/// A store of the account: where ShipStation has its orders from.
struct Store {
    std::string id, name;
    std::string marketplace;  // "Amazon", "Amazon CA", "WooCommerce"; "ShipStation" is a store for orders made by hand
    bool active = true;
};

/// The array that GET /stores answers with; entries without an id are left out.
std::vector<Store> read_stores(JsonView list);

/// Whether a name of the setting skip_marketplaces means this marketplace: the same letters in any case, or the first
/// words of it, so that "amazon" means "Amazon CA", too.
bool names_marketplace(std::string_view named, std::string_view marketplace);
bool is_skipped(const Store& store, const std::vector<std::string>& skip_marketplaces);

/// The stores as they were last read, for all workers of a channel. Any thread.
class StoreDirectory {
public:
    explicit StoreDirectory(const Clock& clock) : clock_(clock) {}
    [[nodiscard]] std::optional<Store> find(std::string_view id) const;
    /// What the profile remembers; fresh ones stay.
    void seed(std::vector<Store> stores);
    void replace(std::vector<Store> stores);
    /// Whether they were asked for a moment ago: then what is not among them need not be asked for again.
    [[nodiscard]] bool is_fresh() const;

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<Store> stores_;
    std::optional<std::chrono::milliseconds> read_at_;  // on the steady clock
};

}  // namespace crossdock::connectors::shipstation
