// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/access.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

constexpr const char* kStores = "GET /stores?showInactive=true";
constexpr const char* kLocations = "GET /v2/inventory_locations?page_size=500";
/// Two days before 2026-11-20 02:00 in Los Angeles, and a second.
const std::string kSince =
    "?createDateStart=2026-11-18%2001%3A59%3A59&sortBy=CreateDate&sortDir=DESC&page=1&pageSize=500";

void no_parcels(Account& account) {
    account.answer("GET /fulfillments" + kSince, {{"fulfillments", Json::array()}});
    account.answer("GET /shipments" + kSince, {{"shipments", Json::array()}});
}
Json store(std::int64_t id, const std::string& marketplace, bool active = true) {
    return {{"storeId", id},
            {"storeName", "Store " + std::to_string(id)},
            {"marketplaceName", marketplace},
            {"active", active}};
}
std::vector<domain::Problem> check(Account& account) {
    std::vector<domain::Problem> problems;
    const auto profile = account.connector().check_access(problems);
    EXPECT_TRUE(profile) << profile.error().message;
    return problems;
}

TEST(ShipStationAccess, ThePublishedStoresMakeTheProfile) {
    const auto file = example_file("v1_settings.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    Account account;
    account.answer(kStores, example_case(*file, "List Stores")["response"]);
    no_parcels(account);
    std::vector<domain::Problem> problems;
    const auto profile = account.connector().check_access(problems);
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(
        *profile,
        R"({"currency":"USD","stores":[{"storeId":"22766","storeName":"ShipStation Manual Store","marketplaceName":)"
        R"("ShipStation","active":true},{"storeId":"25748","storeName":"Ashley's Test WooCommerce",)"
        R"("marketplaceName":"WooCommerce","active":true}]})");
    EXPECT_EQ(codes(problems), "");
    const Profile read = read_profile(*profile);
    ASSERT_EQ(read.stores.size(), 2U);
    EXPECT_EQ(read.stores[1].marketplace, "WooCommerce");
    EXPECT_TRUE(read_profile("no json").stores.empty());
}

TEST(ShipStationAccess, MarketplacesOfTheHubAreAskedAbout) {
    const Json stores = Json::array({store(1, "Amazon CA"), store(2, "WooCommerce"), store(3, "eBay", false)});
    const auto problems = [&](const std::string& settings) {
        Account account(settings);
        account.answer(kStores, stores);
        no_parcels(account);
        return check(account);
    };
    const auto unsaid = problems("{}");
    ASSERT_EQ(codes(unsaid), "marketplaces_may_double");
    EXPECT_NE(unsaid[0].message.find("Amazon CA"), std::string::npos);
    EXPECT_EQ(unsaid[0].message.find("eBay"), std::string::npos);  // not active
    EXPECT_EQ(codes(problems(R"({"skip_marketplaces":[]})")), "");
    EXPECT_EQ(codes(problems(R"({"skip_marketplaces":["amazon"]})")), "");
    const auto misspelt = problems(R"({"skip_marketplaces":["amazn"],"store_currencies":{"9":"CAD","1":"CAD"}})");
    ASSERT_EQ(codes(misspelt), "skip_marketplaces_unknown store_unknown");
    EXPECT_NE(misspelt[0].message.find("Amazon CA, WooCommerce, eBay"), std::string::npos) << misspelt[0].message;
    EXPECT_NE(misspelt[1].message.find("store 9"), std::string::npos);
}

TEST(ShipStationAccess, StockIsChecked) {
    const auto problems = [](const std::string& settings, int status, const Json& locations) {
        Account account(settings);
        account.with_stock();
        account.answer(kStores, Json::array());
        account.answer(kLocations, status, status == 200 ? locations.dump() : "");
        no_parcels(account);
        return codes(check(account));
    };
    const Json one = {{"inventory_locations", {{{"inventory_location_id", "se-1"}, {"name", "Aisle"}}}}};
    const std::string named = R"({"shipstation_inventory_location_id":"se-1"})";
    EXPECT_EQ(problems(named, 200, one), "");
    EXPECT_EQ(problems(R"({"shipstation_inventory_location_id":"se-2"})", 200, one), "location_unknown");
    EXPECT_EQ(problems("{}", 200, one), "location_unknown");
    EXPECT_EQ(problems(named, 403, one), "stock_unavailable");
    EXPECT_EQ(problems(named, 401, one), "stock_unavailable");
}

TEST(ShipStationAccess, MarketplacesThatWereNotToldAreNamed) {
    Account account;
    account.answer(kStores, Json::array());
    account.answer(
        "GET /fulfillments" + kSince,
        {{"fulfillments",
          {{{"fulfillmentId", 1},
            {"orderId", 5},
            {"orderNumber", "N5"},
            {"voided", false},
            {"notifyErrorMessage", "Order is locked"}},
           {{"fulfillmentId", 2}, {"orderId", 6}, {"orderNumber", "N6"}, {"voided", true}, {"notifyErrorMessage", "x"}},
           {{"fulfillmentId", 3}, {"orderId", 7}, {"orderNumber", "N7"}, {"marketplaceNotified", false}}}}});
    account.answer("GET /shipments" + kSince,
                   {{"shipments", {{{"shipmentId", 4}, {"orderId", 8}, {"notifyErrorMessage", "Token expired"}}}}});
    const auto problems = check(account);
    ASSERT_EQ(codes(problems), "marketplace_not_notified");
    EXPECT_NE(problems[0].message.find("(8, N5): Order is locked"), std::string::npos) << problems[0].message;
}

TEST(ShipStationAccess, NothingElseStandsInItsWay) {
    Account account;
    account.answer(kStores, Json::array());
    account.answer("GET /fulfillments" + kSince, 503, "");
    EXPECT_EQ(codes(check(account)), "");
    std::vector<domain::Problem> problems;
    account.answer(kStores, 401, "");
    const auto denied = account.connector().check_access(problems);
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
