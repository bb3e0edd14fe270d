// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/stores.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr std::chrono::minutes kStoresAreFresh{10};

}  // namespace

std::vector<Store> read_stores(JsonView list) {
    std::vector<Store> out;
    for (const JsonView one : list) {
        Store store{std::string{one["storeId"].word()}, one["storeName"].text().value_or(""),
                    one["marketplaceName"].text().value_or(""), !one["active"].is_false()};
        if (!store.id.empty()) out.push_back(std::move(store));
    }
    return out;
}

bool names_marketplace(std::string_view named, std::string_view marketplace) {
    named = trim(named);
    marketplace = trim(marketplace);
    if (named.empty() || named.size() > marketplace.size()) return false;
    if (!equals_ignoring_case(named, marketplace.substr(0, named.size()))) return false;
    return named.size() == marketplace.size() || marketplace[named.size()] == ' ';
}

bool is_skipped(const Store& store, const std::vector<std::string>& skip_marketplaces) {
    return std::any_of(skip_marketplaces.begin(), skip_marketplaces.end(),
                       [&](const std::string& named) { return names_marketplace(named, store.marketplace); });
}

std::optional<Store> StoreDirectory::find(std::string_view id) const {
    const std::scoped_lock lock(mutex_);
    const auto found =
        std::find_if(stores_.begin(), stores_.end(), [id](const Store& store) { return store.id == id; });
    if (found == stores_.end()) return std::nullopt;
    return *found;
}

void StoreDirectory::seed(std::vector<Store> stores) {
    const std::scoped_lock lock(mutex_);
    if (stores_.empty()) stores_ = std::move(stores);
}

void StoreDirectory::replace(std::vector<Store> stores) {
    const std::scoped_lock lock(mutex_);
    stores_ = std::move(stores);
    read_at_ = clock_.steady();
}

bool StoreDirectory::is_fresh() const {
    const std::scoped_lock lock(mutex_);
    return read_at_ && clock_.steady() - *read_at_ < kStoresAreFresh;
}

}  // namespace crossdock::connectors::shipstation
