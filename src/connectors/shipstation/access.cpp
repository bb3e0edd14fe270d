// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/access.h"

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "connectors/shipstation/inventory.h"
#include "connectors/shipstation/parcels.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr std::chrono::hours kNotifyLookBack{48};
constexpr std::size_t kNamedOrders = 5;
/// Marketplaces that the hub has connectors of its own for.
constexpr std::string_view kHubProviders[] = {"amazon", "ebay", "shopify", "walmart"};

std::string comma_list(const std::set<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

void check_skipped(const Settings& settings, const std::vector<Store>& stores, std::vector<domain::Problem>& problems) {
    std::set<std::string> all, doubled;
    for (const Store& store : stores) {
        if (store.marketplace.empty()) continue;
        all.insert(store.marketplace);
        for (const std::string_view provider : kHubProviders)
            if (store.active && !settings.names_store(store.id) && names_marketplace(provider, store.marketplace))
                doubled.insert(store.marketplace);
    }
    for (const std::string& named : settings.skip_marketplaces) {
        const bool fits =
            std::any_of(all.begin(), all.end(), [&](const std::string& one) { return names_marketplace(named, one); });
        if (!fits)
            problems.push_back(
                {"skip_marketplaces_unknown",
                 "skip_marketplaces names \"" + in_quotes(named.substr(0, 60)) +
                     "\", but no store of the account is of that marketplace; there are: " + comma_list(all)});
    }
    if (!settings.names_skip_marketplaces && !doubled.empty())
        problems.push_back({"marketplaces_may_double",
                            "ShipStation has stores of " + comma_list(doubled) +
                                "; when one of them is a channel of this hub, too, its orders come twice: name it in "
                                "skip_marketplaces, or set skip_marketplaces = [] to say that none is"});
}

void check_currencies(const Settings& settings, const std::vector<Store>& stores,
                      std::vector<domain::Problem>& problems) {
    for (const auto& [id, currency] : settings.store_currencies)
        if (std::none_of(stores.begin(), stores.end(), [&id = id](const Store& store) { return store.id == id; }))
            problems.push_back(
                {"store_unknown", "store_currencies names store " + id + ", which the account does not have"});
}

/// What version 2 cannot do; the settings ask for it all the same.
void check_v2(Client& client, std::vector<domain::Problem>& problems) {
    if (client.settings().names_skip_marketplaces || !client.settings().skip_stores.empty()) return;
    problems.push_back({"marketplaces_may_double",
                        "version 2 does not say which stores are of which marketplace: when one of them is a channel "
                        "of this hub, too, its "
                        "orders come twice. Name such stores by their ids in skip_stores, or set skip_marketplaces = "
                        "[] to say that none is"});
}

Status check_v2_key(Client& client) {
    Call call{"list_warehouses", "/v2/warehouses"};
    call.api = Api::v2;
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    return ok();
}

Status check_inventory(Client& client, std::vector<domain::Problem>& problems) {
    const Settings& settings = client.settings();
    if (settings.v2_api_key.empty()) return ok();
    // Whoever reads orders by version 2 need not want to set stock.
    if (settings.api == Api::v2 && settings.inventory_location_id.empty()) return ok();
    const auto locations = read_inventory_locations(client);
    if (!locations) {
        const Error& error = locations.error();
        if (error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::unavailable) return error;
        problems.push_back(
            {"stock_unavailable", "stock cannot be set: " + error.message +
                                      ". It needs a key of version 2 and a plan with the inventory feature"});
        return ok();
    }
    const std::string& wanted = settings.inventory_location_id;
    const bool there =
        std::any_of(locations->begin(), locations->end(), [&](const auto& one) { return one.external_id == wanted; });
    if (there) return ok();
    std::set<std::string> known;
    for (const auto& one : *locations) known.insert(one.external_id + " (" + one.name + ")");
    problems.push_back({"location_unknown",
                        (wanted.empty() ? std::string{"shipstation_inventory_location_id is not set"}
                                        : "ShipStation has no inventory location " + in_quotes(wanted.substr(0, 60))) +
                            "; there are: " + comma_list(known)});
    return ok();
}

/// Marking an order as shipped says nothing about the marketplace behind it: that shows later.
void check_notices(Client& client, std::vector<domain::Problem>& problems) {
    const Timestamp since = client.now() - kNotifyLookBack;
    const auto parcels =
        client.settings().api == Api::v1 ? parcels_since(client, since) : v2_parcels_since(client, since);
    if (!parcels) return;  // the stores were read, so access is well; the next check looks again
    std::set<std::string> orders;
    std::string words;
    for (const Parcel& parcel : *parcels) {
        if (!parcel.counts() || parcel.notify_error.empty()) continue;
        if (words.empty()) words = in_quotes(parcel.notify_error);
        if (orders.size() < kNamedOrders)
            orders.insert(parcel.order_number.empty() ? parcel.order_id : parcel.order_number);
    }
    if (!orders.empty())
        problems.push_back(
            {"marketplace_not_notified", "ShipStation could not tell the marketplace that orders were shipped (" +
                                             comma_list(orders) + "): " + words + ". Tell the marketplace by hand"});
}

}  // namespace

Result<std::string> read_account_profile(Client& client, std::vector<domain::Problem>& problems) {
    std::vector<Store> stores;
    if (client.settings().api == Api::v1) {
        auto read = client.read_all_stores();
        if (!read) return read.error();
        stores = std::move(*read);
        check_skipped(client.settings(), stores, problems);
        check_currencies(client.settings(), stores, problems);
    } else {
        if (auto granted = check_v2_key(client); !granted) return granted.error();
        check_v2(client, problems);
    }
    if (auto checked = check_inventory(client, problems); !checked) return checked.error();
    check_notices(client, problems);

    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("currency", std::string_view{client.settings().currency}).key("stores").begin_array();
    for (const Store& store : stores)
        writer.begin_object()
            .field("storeId", std::string_view{store.id})
            .field("storeName", std::string_view{store.name})
            .field("marketplaceName", std::string_view{store.marketplace})
            .field("active", store.active)
            .end_object();
    writer.end_array().end_object();
    return out;
}

}  // namespace crossdock::connectors::shipstation
