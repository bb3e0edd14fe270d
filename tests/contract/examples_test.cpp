// SPDX-License-Identifier: Apache-2.0
// Which test maps which of the published examples (shared/specs/<provider>/examples). A file that no row names fails,
// and so does a row whose test or reason is gone. Shopify's examples are listed by their own tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace crossdock {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct MappedBy {
    const char* source;  // below tests/unit/connectors/<provider>, without _test.cpp
    const char *suite, *name;
};
/// A part of the file that the hub has no use for: the operation as the file names it, and why.
struct NotMapped {
    const char *operation, *why;
};
struct Example {
    const char *provider, *file;
    std::vector<MappedBy> tests;
    std::vector<NotMapped> left = {};
};

std::vector<Example> examples() {
    const char* const kNoSqs = "the hub has no queue at Amazon (SQS, EventBridge); orders are found by polling";
    const char* const kPacking =
        "its answers have ids that fit no other example, so packing_test.cpp writes them by the model";
    const char* const kParts = "part of getOrder and getOrderItems when those are asked with a restricted token";
    const char* const kBySeller = "the ERP neither cancels nor refunds through the hub";
    const char* const kV2 = "orders and shipments go by version 1";
    return {
        {"amazon",
         "composed-refunds.json",
         {{"refunds", "AmazonRefundMapping", "TotalsOfTheComposedEvents"},
          {"refunds", "AmazonRefundMapping", "BothVersionsNameTheSameRefundAndTheSameMoney"}}},
        {"amazon",
         "fba-inbound-2024-03-20.json",
         {{"examples", "AmazonExamples", "AShipmentsPlanIsFoundFromThePublishedPlans"}},
         {{"listShipmentItems", kPacking},
          {"listShipmentBoxes", kPacking},
          {"listInboundPlanBoxes", "boxes are read shipment by shipment"},
          {"setPackingInformation", kPacking},
          {"getInboundOperationStatus", kPacking},
          {"generateShipmentContentUpdatePreviews", "confirming an update accepts freight costs, which the hub never does by itself"}}},
        {"amazon",
         "fba-inbound-v0.json",
         {{"fba", "AmazonFba", "TheSandboxShipmentIsRead"},
          {"examples", "AmazonExamples", "ItemsOfAShipmentComeVerbatimByEitherList"}}},
        {"amazon",
         "feeds.json",
         {{"examples", "AmazonExamples", "AFeedIsHandedOverAndFoundCancelled"},
          {"examples", "AmazonExamples", "AFeedsReportIsFetchedFromTheAddressOfItsDocument"},
          {"examples", "AmazonExamples", "RefusalsOfFeedsAreForGoodOrUnknown"}},
         {{"getFeeds", "a feed is asked for by its id"}, {"cancelFeed", "no feed is ever cancelled"}}},
        {"amazon",
         "finances-2024-06-19.json",
         {{"examples", "AmazonExamples", "ATransactionThatIsAShipmentIsNoRefund"}}},
        {"amazon",
         "finances-v0.json",
         {{"examples", "AmazonExamples", "APageOfFinancialEventsWithoutARefundLeadsOn"}},
         {{"listFinancialEventsByOrderId", "refunds are listed for all orders at once"},
          {"listFinancialEventsByGroupId", "pay-outs are no business of the hub"},
          {"listFinancialEventGroups", "pay-outs are no business of the hub"}}},
        {"amazon",
         "listings-items.json",
         {{"catalog", "AmazonCatalog", "ChangesComeFromTheSearchAndTheSandboxItemIsRead"},
          {"examples", "AmazonExamples", "AnswersToAPatch"}}},
        {"amazon",
         "notifications.json",
         {},
         {{"createDestination", kNoSqs},
          {"getDestinations", kNoSqs},
          {"createSubscription", kNoSqs},
          {"getSubscription", kNoSqs},
          {"getSubscriptions", kNoSqs}}},
        {"amazon",
         "orders-2026-01-01.json",
         {{"order_mapping", "AmazonOrderMapping", "EveryPublishedOrder"},
          {"order_mapping", "AmazonOrderMapping", "EveryFieldOfTheSandboxOrder"}}},
        {"amazon",
         "orders-v0.json",
         {{"order_mapping", "AmazonOrderMapping", "EveryPublishedOrder"},
          {"order_mapping", "AmazonOrderMapping", "EveryFieldOfTheSandboxOrder"}},
         {{"getOrderAddress", kParts}, {"getOrderBuyerInfo", kParts}, {"getOrderItemsBuyerInfo", kParts}}},
        {"amazon",
         "reports.json",
         {{"examples", "AmazonExamples", "AReportIsAskedForWaitedForAndFetched"}},
         {{"cancelReport", "no report is ever cancelled"}}},
        {"amazon",
         "tokens-and-sellers.json",
         {{"client", "AmazonAccess", "TheSandboxAnswerIsRead"}},
         {{"createRestrictedDataToken",
           "its answer holds a token and its life and nothing to map; how it is asked for is "
           "tested in orders_test.cpp"}}},

        {"walmart",
         "auth_and_settings.json",
         {{"access", "WalmartAccess", "ThePublishedAnswersLackSomething"},
          {"catalog", "WalmartCatalog", "ShipNodesAreTheLocations"}},
         {{"getCarrierMethods", "lists ways of shipping, not carriers"},
          {"getPartnerConfigurations", "the token's detail says who the seller is"},
          {"getApiPlatformStatus", "a failing call says as much"}}},
        {"walmart",
         "composed.json",
         {{"order_mapping", "WalmartOrder", "SeveralUnitsOfALineStandInDifferentPlaces"},
          {"refunds", "WalmartReturn", "ChargesCountPerRefundedUnit"}}},
        {"walmart", "feeds.json", {{"stock", "WalmartStockFeed", "ThePublishedReportReadsAsStated"}}},
        {"walmart",
         "inventory.json",
         {{"stock", "WalmartStock", "TheQuantityOnHandIsReadBack"}},
         {{"getMultiNodeInventoryForAllSkuAndAllShipNodes", "stock is read back sku by sku, as samples"}}},
        {"walmart", "items.json", {{"catalog", "WalmartItem", "ThePublishedOnesReadAsStated"}}},
        {"walmart",
         "orders.json",
         {{"order_mapping", "WalmartOrder", "ThePublishedListReadsAsStated"},
          {"order_mapping", "WalmartOrder", "ThePublishedSingleOrdersReadAsStated"},
          {"refunds", "WalmartOrderRefund", "MoneyGivenBackWithoutAReturnComesWithTheOrder"}}},
        {"walmart",
         "returns.json",
         {{"refunds", "WalmartReturn", "ThePublishedReturnReadsAsStated"}},
         {{"issueRefund", kBySeller}}},
        {"walmart",
         "webhooks.json",
         {{"webhooks", "WalmartWebhook", "SubscribesToWhatIsOfferedWithAPasswordOfItsOwn"}}},

        {"ebay", "errors.json", {{"client", "EbayClient", "PublishedErrorsAreUnderstood"}}},
        {"ebay", "getOrders_masked_sandbox.json", {{"order_mapping", "EbayOrderExamples", "MapsAsTheFieldMapSays"}}},
        {"ebay",
         "getOrders_us.json",
         {{"order_mapping", "EbayOrderExamples", "MapsAsTheFieldMapSays"},
          {"orders", "EbayOrders", "PublishedPageIsKeptVerbatim"}}},
        {"ebay", "getTransactions_refund.json", {{"refunds", "EbayRefunds", "EveryPublishedRefund"}}},
        {"ebay",
         "inventory.json",
         {{"catalog", "EbayItems", "PublishedItemsAndOffers"},
          {"catalog", "EbayLocations", "AllPagesByRecords"},
          {"stock", "EbayStockRequest", "IsThePublishedOne"}},
         {{"bulkMigrateListing", "one way only: the seller decides, not the hub"}}},
        {"ebay", "notifications.json", {{"webhooks", "EbayNotices", "PublishedBodies"}}},
        {"ebay", "shipping_fulfillment.json", {{"shipments", "EbayShipments", "PublishedExampleIsTheRequest"}}},
        {"ebay", "tokens.json", {{"client", "EbayToken", "PublishedAnswersAreRead"}}},
        {"ebay", "trading_GetMyeBaySelling.xml", {{"catalog", "EbayItems", "PublishedTradingListings"}}},

        {"shipstation", "v1_errors.json", {{"client", "ShipStationClient", "ThePublishedErrors"}}},
        {"shipstation",
         "v1_orders.json",
         {{"order_mapping", "ShipStationOrderMapping", "ThePublishedOrders"},
          {"orders", "ShipStationOrders", "ThePublishedPageIsKeptVerbatim"},
          {"shipments", "ShipStationShipments", "MarksTheOrderAsInThePublishedRequest"}}},
        {"shipstation", "v1_products.json", {{"catalog", "ShipStationItems", "ThePublishedProducts"}}},
        {"shipstation",
         "v1_settings.json",
         {{"access", "ShipStationAccess", "ThePublishedStoresMakeTheProfile"},
          {"catalog", "ShipStationCarriers", "ThePublishedListIsUniqueByCode"}},
         {{"List Services", "a shipment names a carrier, not its services"},
          {"List Warehouses", "stock is counted at version 2's inventory locations"},
          {"List Marketplaces", "each store of the list says its own marketplace"}}},
        {"shipstation", "v1_shipments_fulfillments.json", {{"shipments", "ShipStationParcels", "ThePublishedLists"}}},
        {"shipstation", "v1_webhooks.json", {{"webhooks", "ShipStationWebhooks", "ThePublishedDeliveries"}}},
        {"shipstation",
         "v2_composed.json",
         {{"inventory", "ShipStationStock", "ThePublishedErrorIsInItsWords"}},
         {{"list_shipments", kV2}, {"list_fulfillments", kV2}, {"create_fulfillments", kV2}, {"create_webhook", kV2}}},
    };
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

fs::path folder_of(const std::string& provider) {
    return fs::path(CROSSDOCK_SHARED_DIR) / "specs" / provider / "examples";
}

/// The names of the operations whose calls the file shows.
std::vector<std::string> operations_in(const fs::path& file) {
    std::vector<std::string> names;
    const auto content = json::parse(text_of(file), nullptr, false);
    if (!content.is_object()) return names;
    for (const json& one : content.value("cases", json::array()))
        for (const char* key : {"operationId", "name", "operation"})
            if (one.contains(key) && one[key].is_string()) names.push_back(one[key]);
    return names;
}

TEST(Examples, EveryFileIsNamedByATest) {
    for (const char* provider : {"amazon", "walmart", "ebay", "shipstation"}) {
        const fs::path folder = folder_of(provider);
        if (!fs::exists(folder)) GTEST_SKIP() << "no examples at " << folder;
        const auto rows = examples();
        for (const auto& entry : fs::directory_iterator(folder)) {
            const std::string name = entry.path().filename().string();
            EXPECT_TRUE(std::any_of(
                rows.begin(), rows.end(),
                [&](const Example& row) { return row.provider == std::string{provider} && row.file == name; }))
                << provider << "/examples/" << name << " is mapped by no test that this list names";
        }
    }
}

TEST(Examples, EveryRowHoldsGood) {
    std::size_t tests = 0, left = 0;
    for (const Example& row : examples()) {
        SCOPED_TRACE(std::string{row.provider} + "/examples/" + row.file);
        EXPECT_TRUE(!row.tests.empty() || !row.left.empty());
        for (const MappedBy& test : row.tests) {
            ++tests;
            const fs::path file = fs::path(CROSSDOCK_SOURCE_DIR) / "tests/unit/connectors" / row.provider /
                                  (std::string{test.source} + "_test.cpp");
            const std::string text = text_of(file);
            const bool there = text.find("(" + std::string{test.suite} + ", " + test.name + ")") != std::string::npos;
            EXPECT_TRUE(there) << file << " has no test " << test.suite << '.' << test.name;
            EXPECT_NE(text.find(fs::path(row.file).stem().string()), std::string::npos)
                << file << " does not name the example";
        }
        const fs::path file = folder_of(row.provider) / row.file;
        if (!fs::exists(file.parent_path())) continue;
        ASSERT_TRUE(fs::exists(file)) << "the example is gone";
        const auto operations = operations_in(file);
        for (const NotMapped& part : row.left) {
            ++left;
            EXPECT_NE(std::find(operations.begin(), operations.end(), part.operation), operations.end())
                << "the file has no " << part.operation;
            EXPECT_GT(std::string{part.why}.size(), 10U);
        }
    }
    std::printf("%zu example files, %zu tests that map them, %zu operations not mapped, each with its reason\n",
                examples().size(), tests, left);
}

}  // namespace
}  // namespace crossdock
