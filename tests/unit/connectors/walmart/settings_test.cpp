// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/settings.h"

#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

std::string faults_of(const std::string& settings) {
    Seller seller(settings);
    std::string out;
    for (const auto& fault : seller.factory->check_setup(seller.setup)) out += fault + "\n";
    return out;
}

struct Case {
    const char* name;
    const char* settings;
    const char* begins_with;
};
class WalmartSettings : public ::testing::TestWithParam<Case> {};
TEST_P(WalmartSettings, AFaultBeginsWithThePathOfItsKey) {
    const std::string faults = faults_of(GetParam().settings);
    EXPECT_TRUE(faults.starts_with(GetParam().begins_with)) << faults;
    EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 1) << faults;
}
INSTANTIATE_TEST_SUITE_P(
    Keys, WalmartSettings,
    ::testing::Values(
        Case{"UnknownKey", R"({"shipnode":"1"})", "settings.shipnode is not known; did you mean \"ship_node\"?"},
        Case{"NodeWithABlank", R"({"ship_node":"10 20"})", "settings.ship_node must be a Ship Node ID"},
        Case{"ChannelTypeWithABreak", R"({"channel_type":"a\nb"})", "settings.channel_type must be the text"},
        Case{"UnknownType", R"({"fulfillment_types":["WFS"]})",
             "settings.fulfillment_types has \"WFS\"; known are SellerFulfilled, WFSFulfilled, 3PLFulfilled"},
        Case{"TypesNoList", R"({"fulfillment_types":"WFSFulfilled"})", "settings.fulfillment_types must be a list"},
        Case{"CarrierWithoutUrl", R"({"extra_carriers":[{"code":"Bring"}]})", "settings.extra_carriers needs a url"},
        Case{"CarrierWithoutCode", R"({"extra_carriers":[{"url":"https://x"}]})",
             "settings.extra_carriers has an entry without code"},
        Case{"CarriersNoList", R"({"extra_carriers":"Bring"})", "settings.extra_carriers must be a list"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartSettings, AGoodSetupHasNoFaults) {
    EXPECT_EQ(faults_of(R"({"ship_node":1000005050,"channel_type":"abc-1","location_id":"1000005050",
        "fulfillment_types":["wfsfulfilled","SellerFulfilled","SellerFulfilled"],"deduct_unacknowledged":true,
        "extra_carriers":[{"code":"Bring","url":"https://bring.example/{number}"}]})"),
              "");
}

TEST(WalmartSettings, StandardsAreTheSellersOwnAndWalmartsWarehouses) {
    Seller seller("{}");
    const Settings read = read_setup(seller.setup).settings;
    EXPECT_EQ(read.url, "https://marketplace.walmartapis.com");
    EXPECT_EQ(read.fulfillment_types, (std::vector<std::string>{"SellerFulfilled", "WFSFulfilled"}));
    EXPECT_TRUE(read.reads_wfs());
    EXPECT_TRUE(read.ship_node.empty());
}

TEST(WalmartSettings, OtherCountriesAreRefusedInWords) {
    EXPECT_EQ(faults_of(R"({"market":"us"})"), "");
    for (const auto& [market, country] : {std::pair{"ca", "Canada"}, {"mx", "Mexico"}}) {
        const std::string fault = faults_of(std::string{R"({"market":")"} + market + "\"}");
        EXPECT_TRUE(fault.starts_with("settings.market is")) << fault;
        EXPECT_NE(fault.find(std::string{"Walmart "} + country + " has an API of its own"), std::string::npos) << fault;
    }
    EXPECT_NE(faults_of(R"({"market":"uk"})"), "");
}

TEST(WalmartSettings, BothKeysAreNeeded) {
    Seller seller;
    seller.setup.credentials = {{"client_secret", Secret{" "}}, {"secret", Secret{"x"}}};
    const auto faults = seller.factory->check_setup(seller.setup);
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_TRUE(faults[0].starts_with("credentials.client_id is missing; make a key")) << faults[0];
    EXPECT_TRUE(faults[1].starts_with("credentials.client_secret is missing")) << faults[1];
    EXPECT_TRUE(faults[2].starts_with("credentials.secret is not known")) << faults[2];
}

TEST(WalmartSettings, BothKeysInOneAreNoticed) {
    Seller seller;
    seller.setup.credentials = {{"client_id", Secret{"id:secret"}}, {"client_secret", Secret{"x"}}};
    ASSERT_EQ(seller.factory->check_setup(seller.setup).size(), 1U);
    EXPECT_TRUE(seller.factory->check_setup(seller.setup)[0].starts_with("credentials.client_id holds a colon"));
}

TEST(WalmartSettings, ABaseUrlReplacesTheHost) {
    Seller seller;
    seller.setup.base_url = "https://sandbox.walmartapis.com/";
    EXPECT_EQ(read_setup(seller.setup).settings.url, "https://sandbox.walmartapis.com");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
