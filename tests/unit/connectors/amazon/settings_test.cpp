// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/settings.h"

#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

struct Fault {
    const char* name;
    const char* settings;
    const char* says;  // the first fault; empty: there is none
};
class AmazonSettings : public testing::TestWithParam<Fault> {};

TEST_P(AmazonSettings, NamesTheFault) {
    Seller seller(GetParam().settings);
    const auto faults = seller.factory->check_setup(seller.setup);
    const std::string first = faults.empty() ? "" : faults.front();
    EXPECT_EQ(first.substr(0, std::string_view{GetParam().says}.size()), GetParam().says);
    EXPECT_EQ(faults.empty(), std::string_view{GetParam().says}.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, AmazonSettings,
    testing::Values(
        Fault{"Nothing", "{}", ""},
        Fault{
            "All",
            R"({"region":"eu","marketplace_ids":["A1PA6795UKMFR9","A13V1IB3VIYZZH"],"seller_id":"A3TH9S8BH6GOGM","orders_api":"v0",
                  "finances_api":"2024-06-19","use_rdt":false,"extra_carriers":["Purolator"],"other_carrier_name":"Bring",
                  "first_sync_days":30})",
            ""},
        Fault{"Region", R"({"region":"us"})", R"(settings.region must be one of "na", "eu", "fe")"},
        Fault{"ForeignMarketplace", R"({"region":"na","marketplace_ids":["A1PA6795UKMFR9"]})",
              "settings.marketplace_ids has A1PA6795UKMFR9 (Amazon.de), which belongs to region \"eu\""},
        Fault{"NoMarketplace", R"({"marketplace_ids":["A2ZV50J4W1RKNI"]})",
              "settings.marketplace_ids has A2ZV50J4W1RKNI, which is no marketplace"},
        Fault{"SellerId", R"({"seller_id":"my shop"})", "settings.seller_id is no merchant token"},
        Fault{"OrdersApi", R"({"orders_api":"v1"})", R"(settings.orders_api must be one of "2026-01-01", "v0")"},
        Fault{"Cartons",
              R"({"carton_push":"packing_information","carton_size":"60 x 40 x 40.5 CM","carton_weight":"012.50kg"})",
              ""},
        Fault{"Claims", R"({"claims_as_refunds":true,"finances_api":"2024-06-19"})",
              "settings.claims_as_refunds needs finances_api = \"v0\""},
        Fault{"CartonWay", R"({"carton_push":"post"})",
              R"(settings.carton_push must be one of "auto", "feed", "packing_information")"},
        Fault{"CartonSizeWithoutUnit", R"({"carton_size":"60x40x40","carton_weight":"12 kg"})",
              "settings.carton_size must be"},
        Fault{"CartonSizeOfTwo", R"({"carton_size":"60x40 cm","carton_weight":"12 kg"})",
              "settings.carton_size must be"},
        Fault{"CartonSizeZero", R"({"carton_size":"60x0x40 cm","carton_weight":"12 kg"})",
              "settings.carton_size must be"},
        Fault{"CartonWeightComma", R"({"carton_size":"60x40x40 cm","carton_weight":"12,5 kg"})",
              "settings.carton_weight must be"},
        Fault{"CartonWeightTooLarge", R"({"carton_size":"60x40x40 cm","carton_weight":"100001 kg"})",
              "settings.carton_weight must be"},
        Fault{"CartonWeightAlone", R"({"carton_weight":"12 kg"})",
              "settings.carton_size is missing; it belongs to carton_weight"},
        Fault{"CartonSizeAlone", R"({"carton_size":"60x40x40 cm"})", "settings.carton_weight is missing"},
        Fault{"PackingWithoutABox", R"({"carton_push":"packing_information"})", "settings.carton_size is missing"},
        Fault{"Unknown", R"({"order_api":"v0"})", R"(settings.order_api is not known; did you mean "orders_api"?)"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AmazonSetup, StandardMarketplaceAndHostFollowTheRegion) {
    const std::pair<const char*, std::string> rows[] = {
        {"na", "ATVPDKIKX0DER"}, {"eu", "A1F83G8C2ARO7P"}, {"fe", "A1VC38T7YXB528"}};
    for (const auto& [region, marketplace] : rows) {
        Seller seller(Json{{"region", region}}.dump());
        const auto read = read_setup(seller.setup);
        EXPECT_EQ(read.settings.marketplace_ids, std::vector<std::string>{marketplace});
        EXPECT_EQ(read.settings.api_url, "https://sellingpartnerapi-" + std::string{region} + ".amazon.com");
        EXPECT_EQ(read.settings.login_url, "https://api.amazon.com");
    }
}

TEST(AmazonSetup, BaseUrlStandsForEveryHost) {
    Seller seller;
    seller.setup.base_url = "http://127.0.0.1:9/amazon/";
    const auto read = read_setup(seller.setup);
    EXPECT_EQ(read.settings.api_url, "http://127.0.0.1:9/amazon");
    EXPECT_EQ(read.settings.login_url, "http://127.0.0.1:9/amazon");
}

TEST(AmazonSetup, ReadsACartonsSizeAndWeightAsNumbersOfJson) {
    Seller seller(R"({"carton_size":"060 X 40.50x.5 cm","carton_weight":"12 kg"})");
    EXPECT_FALSE(read_setup(seller.setup).settings.carton_box) << ".5 is no number of JSON";
    Seller good(R"({"carton_size":"060 X 40.50x0.5 in","carton_weight":"12.0 LB"})");
    const auto box = read_setup(good.setup).settings.carton_box;
    ASSERT_TRUE(box);
    EXPECT_EQ(box->length + " " + box->width + " " + box->height + " " + box->length_unit, "60 40.5 0.5 IN");
    EXPECT_EQ(box->weight + " " + box->weight_unit, "12 LB");
}

TEST(AmazonSetup, MissingCredentialsAreNamedOneByOne) {
    Seller seller;
    seller.setup.credentials.clear();
    const auto faults = seller.factory->check_setup(seller.setup);
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_TRUE(faults[0].starts_with("credentials.client_id is missing"));
    EXPECT_TRUE(faults[1].starts_with("credentials.client_secret is missing"));
    EXPECT_TRUE(faults[2].starts_with("credentials.refresh_token is missing"));
}

TEST(AmazonSetup, HasEveryAbilityButWebhooks) {
    Seller seller;
    Connector& connector = seller.connector();
    EXPECT_TRUE(connector.order_source() && connector.refund_source() && connector.catalog_source() &&
                connector.carrier_source() && connector.stock_sink() && connector.shipment_sink() &&
                connector.fba_source() && connector.fba_plan_source() && connector.carton_sink());
    EXPECT_EQ(connector.webhook_source(), nullptr);
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
