// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/settings.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

struct Fault {
    const char* name;
    const char* settings;
    const char* says;  // the first fault; empty: there is none
};
class ShipStationSettings : public ::testing::TestWithParam<Fault> {};

TEST_P(ShipStationSettings, NamesTheFault) {
    Account account(GetParam().settings);
    const auto faults = account.factory->check_setup(account.setup);
    const std::string first = faults.empty() ? "" : faults.front();
    EXPECT_EQ(first.substr(0, std::string_view{GetParam().says}.size()), GetParam().says);
    EXPECT_EQ(faults.empty(), std::string_view{GetParam().says}.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Table, ShipStationSettings,
    ::testing::Values(
        Fault{"Nothing", "{}", ""},
        Fault{"All",
              R"({"currency":"CAD","store_currencies":{"12345":"USD"},"skip_marketplaces":["amazon"],
                  "notify_sales_channel":false,"notify_customer":true,"extra_carriers":["dhl"],"page_size":100,
                  "first_sync_days":30})",
              ""},
        Fault{"Currency", R"({"currency":"usd"})", "settings.currency is no currency code like USD"},
        Fault{"UnknownCurrency", R"({"currency":"XQX"})", "settings.currency is no currency code like USD"},
        Fault{"StoreCurrency", R"({"store_currencies":{"12345":"dollars"}})",
              "settings.store_currencies.12345 is no currency code"},
        Fault{"StoreName", R"({"store_currencies":{"my shop":"USD"}})",
              "settings.store_currencies.my shop does not begin with a store id"},
        Fault{"StoreCurrencyList", R"({"store_currencies":["USD"]})",
              "settings.store_currencies must be a table of store ids"},
        Fault{"SkipText", R"({"skip_marketplaces":"amazon"})", "settings.skip_marketplaces must be a list of texts"},
        Fault{"Notify", R"({"notify_sales_channel":"yes"})", "settings.notify_sales_channel must be true or false"},
        Fault{"NotifyCustomer", R"({"notify_customer":1})", "settings.notify_customer must be true or false"},
        Fault{"PageSize", R"({"page_size":501})", "settings.page_size must be a whole number from 1 to 500"},
        Fault{"StockWithoutKey", R"({"shipstation_inventory_location_id":"se-1"})",
              "settings.shipstation_inventory_location_id needs credentials.v2_api_key"},
        Fault{"Unknown", R"({"skip_marketplace":[]})",
              R"(settings.skip_marketplace is not known; did you mean "skip_marketplaces"?)"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ShipStationSetup, MissingAndSuspiciousCredentialsAreNamed) {
    Account account;
    account.setup.credentials.clear();
    account.setup.credentials.emplace_back("webhook_secret", Secret{"short"});
    const auto faults = account.factory->check_setup(account.setup);
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_TRUE(faults[0].starts_with("credentials.api_key is missing"));
    EXPECT_TRUE(faults[1].starts_with("credentials.api_secret is missing"));
    EXPECT_TRUE(faults[2].starts_with("credentials.webhook_secret is shorter than 16"));

    Account pasted;
    pasted.setup.credentials[0].second = Secret{"key:secret"};
    EXPECT_TRUE(pasted.factory->check_setup(pasted.setup).front().starts_with("credentials.api_key holds a colon"));
}

TEST(ShipStationSetup, BaseUrlStandsForBothHosts) {
    Account account;
    const auto standard = read_setup(account.setup).settings;
    EXPECT_EQ(standard.v1_url + " " + standard.v2_url, std::string{kV1} + " " + kV2);
    account.setup.base_url = "http://127.0.0.1:9/shipstation/";
    const auto own = read_setup(account.setup).settings;
    EXPECT_EQ(own.v1_url, "http://127.0.0.1:9/shipstation");
    EXPECT_EQ(own.v2_url, "http://127.0.0.1:9/shipstation");
}

TEST(ShipStationSetup, AbilitiesFollowTheKeys) {
    Account account;
    Connector& connector = account.connector();
    EXPECT_TRUE(connector.order_source() && connector.catalog_source() && connector.carrier_source() &&
                connector.shipment_sink() && connector.webhook_source());
    EXPECT_EQ(connector.stock_sink(), nullptr);
    EXPECT_EQ(connector.refund_source(), nullptr);
    EXPECT_EQ(connector.order_refund_source(), nullptr);
    Account with_stock;
    EXPECT_NE(with_stock.with_stock().connector().stock_sink(), nullptr);
}

struct Named {
    const char *named, *marketplace;
    bool fits;
};
TEST(ShipStationStores, AMarketplaceIsNamedByItsNameOrItsFirstWords) {
    const Named rows[] = {{"Amazon", "Amazon", true},     {"amazon", "Amazon CA", true},
                          {"Amazon CA", "Amazon", false}, {"amazon ca", "Amazon CA", true},
                          {"Amaz", "Amazon", false},      {"ebay", "eBay", true},
                          {"Shop", "Shopify", false},     {" shopify ", "Shopify", true},
                          {"", "Amazon", false},          {"Woo", "WooCommerce", false}};
    for (const Named& row : rows)
        EXPECT_EQ(names_marketplace(row.named, row.marketplace), row.fits) << row.named << " / " << row.marketplace;
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
