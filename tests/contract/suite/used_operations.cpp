// SPDX-License-Identifier: Apache-2.0
// Which of a provider's operations its connector calls: read from the connector's own table where it keeps one, else
// from its sources, so that a new call is in the list without anybody thinking of it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "connectors/amazon/rates.h"
#include "connectors/walmart/rates.h"
#include "contract/suite/traffic.h"

namespace crossdock::testing {
namespace {

using domain::Provider;

/// Every match of `pattern` in the sources below src/connectors; a second group that begins with /v2 makes it
/// "v2 name".
std::vector<std::string> found_in(const std::string& folder, const std::string& extension, const std::string& pattern) {
    std::set<std::string> names;
    const std::regex call(pattern);
    for (const auto& file : std::filesystem::directory_iterator(CROSSDOCK_SOURCE_DIR "/src/connectors/" + folder)) {
        if (file.path().extension() != extension) continue;
        std::ifstream in(file.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at)
            names.insert((at->size() > 2 && (*at)[2].str().starts_with("/v2") ? "v2 " : "") + (*at)[1].str());
    }
    return {names.begin(), names.end()};
}

/// Amazon's own names are in the connector's table; two models have a getOrder.
std::string published(connectors::amazon::Operation operation) {
    using connectors::amazon::Operation;
    if (operation == Operation::get_order) return "orders_2026-01-01/getOrder";
    if (operation == Operation::get_order_v0) return "ordersV0/getOrder";
    return std::string{connectors::amazon::to_string(operation)};
}

/// Walmart's names of what the connector's table has words of its own for.
std::string published(connectors::walmart::Operation operation) {
    using connectors::walmart::Operation;
    switch (operation) {
        case Operation::get_orders: return "getAllOrders";
        case Operation::get_order: return "getAnOrder";
        case Operation::get_released_orders: return "getAllReleasedOrders";
        case Operation::acknowledge_order: return "acknowledgeOrders";
        case Operation::ship_order: return "shippingUpdates";
        case Operation::get_returns: return "getReturns";
        case Operation::get_items: return "getAllItems";
        case Operation::get_inventory: return "getInventory";
        case Operation::put_inventory: return "updateInventoryForAnItem";
        case Operation::get_node_inventory: return "getMultiNodeInventoryForSkuAndAllShipnodes";
        case Operation::put_node_inventory: return "updateMultiNodeInventory";
        case Operation::get_wfs_inventory: return "getWFSInventory";
        case Operation::post_inventory_feed: return "updateBulkInventory";
        case Operation::post_node_inventory_feed: return "updateBulkInventory";  // with another feedType
        case Operation::get_feed: return "getFeedItemStatus";
        case Operation::get_token_detail: return "getTokenDetail";
        case Operation::get_ship_nodes: return "getAllFulfillmentCenters";
        case Operation::get_label_carriers: return "getCarriers";
        case Operation::get_event_types: return "getEventTypes";
        case Operation::get_subscriptions: return "getAllSubscriptions";
        case Operation::create_subscription: return "createSubscription";
        case Operation::update_subscription: return "updateSubscription";
        case Operation::get_report_requests: return "getRequestsStatus";
        case Operation::create_report_request: return "generateReport";
        case Operation::get_report_request: return "getSingleRequestStatus";
        case Operation::download_report: return "downloadReport";
    }
    return "";
}

template <class Operation>
std::vector<std::string> whole_table(std::size_t count) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.insert(published(static_cast<Operation>(i)));
    return {names.begin(), names.end()};
}

}  // namespace

std::vector<std::string> used_operations(Provider provider) {
    switch (provider) {
        case Provider::shopify: return found_in("shopify/graphql", ".graphql", R"((?:^|\n)(?:query|mutation) (\w+))");
        case Provider::amazon: return whole_table<connectors::amazon::Operation>(connectors::amazon::kOperations);
        case Provider::walmart: {
            auto all = whole_table<connectors::walmart::Operation>(connectors::walmart::kOperations);
            all.emplace_back("tokenAPI");
            all.emplace_back("deleteSubscription");  // by the budget of updateSubscription
            return all;
        }
        case Provider::ebay: return found_in("ebay", ".cpp", R"re((?:Api::\w+,|notification_call\()\s*"(\w+)")re");
        case Provider::shipstation: return found_in("shipstation", ".cpp", R"re(\{\s*"([A-Za-z ]+)",\s*"(/[^"]*)")re");
    }
    return {};
}

}  // namespace crossdock::testing
