// SPDX-License-Identifier: Apache-2.0
#include "app/channel_names.h"

#include "hub_fixture.h"

namespace crossdock::app {
namespace {

// ---- what the config file alone shows -----------------------------------------------------------------------------

struct Pair {
    const char* name;
    const char* provider;
    const char* first;   // what stands below the first channel's code and provider
    const char* second;  // the same of the second's
    bool same;           // whether both read one shop
};
class TwoChannels : public ::testing::TestWithParam<Pair> {};

TEST_P(TwoChannels, OfOneShopAreRefusedAtTheSecond) {
    const std::string head = std::string{"\nprovider = \""} + GetParam().provider + "\"\n";
    const std::string first = "[[channel]]\ncode = \"one\"" + head + GetParam().first + "\n";
    const auto loaded = config::parse(first + "[[channel]]\ncode = \"two\"" + head + GetParam().second + "\n", "c.toml",
                                      [](const std::string&) -> std::optional<std::string> { return std::nullopt; });
    ASSERT_TRUE(loaded.config) << config::format(loaded.findings.front());
    std::vector<std::string> told;
    for (const config::Finding& finding : check_channels(*loaded.config)) told.push_back(config::format(finding));
    ASSERT_EQ(told.size(), GetParam().same ? 1U : 0U) << (told.empty() ? "" : told.front());
    if (!GetParam().same) return;
    const auto line = std::count(first.begin(), first.end(), '\n') + 2;  // of the second's code
    EXPECT_TRUE(told.front().starts_with("c.toml:" + std::to_string(line) + ":")) << told.front();
    EXPECT_NE(told.front().find("channel two reads the same shop as channel one of line 2"), std::string::npos)
        << told.front();
    for (const char* secret : {"shpat_1", "Atzr|1", "secret1", "consent1", "key1"})
        EXPECT_EQ(told.front().find(secret), std::string::npos) << told.front();
}

constexpr const char* kShopify = "credentials = { shop = \"acme.myshopify.com\", access_token = \"shpat_1\" }";
constexpr const char* kAmazon =
    "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"Atzr|1\" }";
constexpr const char* kWalmart = "credentials = { client_id = \"id\", client_secret = \"secret1\" }";
constexpr const char* kEbay =
    "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"consent1\" }";
constexpr const char* kShipStation = "credentials = { api_key = \"key1\", api_secret = \"secret1\" }";

INSTANTIATE_TEST_SUITE_P(
    Table, TwoChannels,
    ::testing::Values(
        Pair{"Shopify", "shopify", kShopify, kShopify, true},
        Pair{"ShopifyInOtherLettersWithAnotherToken", "shopify", kShopify,
             "credentials = { shop = \"https://ACME.myshopify.com/\", access_token = \"shpat_2\" }", true},
        Pair{"ShopifyTurnedOff", "shopify", "credentials = { shop = \"acme\", access_token = \"t\" }\nenabled = false",
             kShopify, true},
        Pair{"ShopifyOfAnotherShop", "shopify", kShopify,
             "credentials = { shop = \"acme-eu.myshopify.com\", access_token = \"shpat_1\" }", false},
        Pair{"ShopifyOfAnotherAccount", "shopify", kShopify,
             "account = \"client-b\"\ncredentials = { shop = \"acme.myshopify.com\", access_token = \"shpat_1\" }",
             false},
        Pair{"ShopifyAtAnotherAddress", "shopify",
             "base_url = \"http://127.0.0.1:9100/a\"\ncredentials = { shop = \"acme\", access_token = \"shpat_1\" }",
             "base_url = \"http://127.0.0.1:9100/b\"\ncredentials = { shop = \"acme\", access_token = \"shpat_1\" }",
             false},
        Pair{"Amazon", "amazon", kAmazon, kAmazon, true},
        Pair{"AmazonOfAnotherMarketplace", "amazon", kAmazon,
             "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"Atzr|1\" }\n"
             "settings = { marketplace_ids = [\"A2EUQ1WTGCTBG2\"] }",
             false},
        Pair{"AmazonOfAMarketplaceInCommon", "amazon", kAmazon,
             "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"Atzr|1\" }\n"
             "settings = { marketplace_ids = [\"A2EUQ1WTGCTBG2\", \"ATVPDKIKX0DER\"] }",
             true},
        Pair{"AmazonBySellerWithAnotherToken", "amazon",
             "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"Atzr|1\" }\n"
             "settings = { seller_id = \"A3TH9S8BH6GOGM\" }",
             "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"Atzr|2\" }\n"
             "settings = { seller_id = \"A3TH9S8BH6GOGM\" }",
             true},
        Pair{"AmazonOfAnotherSeller", "amazon", kAmazon,
             "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"Atzr|2\" }", false},
        Pair{"Walmart", "walmart", kWalmart, kWalmart, true},
        Pair{"WalmartInParts", "walmart",
             "credentials = { client_id = \"id\", client_secret = \"secret1\" }\n"
             "settings = { fulfillment_types = [\"SellerFulfilled\"] }",
             "credentials = { client_id = \"id\", client_secret = \"secret1\" }\n"
             "settings = { fulfillment_types = [\"WFSFulfilled\"] }",
             false},
        Pair{"EbayOnAnotherSite", "ebay", kEbay,
             "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"consent1\" }\n"
             "settings = { marketplace_id = \"EBAY_DE\" }",
             true},
        Pair{"EbayOfAnotherSeller", "ebay", kEbay,
             "credentials = { client_id = \"id\", client_secret = \"secret1\", refresh_token = \"consent2\" }", false},
        Pair{"ShipStation", "shipstation", kShipStation, kShipStation, true},
        Pair{"ShipStationInParts", "shipstation",
             "credentials = { api_key = \"key1\", api_secret = \"secret1\" }\nsettings = { skip_stores = [\"1\"] }",
             "credentials = { api_key = \"key1\", api_secret = \"secret1\" }\nsettings = { skip_stores = [\"2\"] }",
             false}),
    [](const auto& one) { return std::string{one.param.name}; });

// ---- what the database knows --------------------------------------------------------------------------------------

class ChannelNames : public HubTest<ManualClock> {
protected:
    void insert_order(const std::string& code = "shop") {
        hub->database().write([&](db::Session& session) {
            session.run_script(
                "INSERT INTO orders (account_id, channel_id, external_order_id, status, currency, ordered_at_ms, "
                "sort_ms, version_id, meaning_hash, body, seq, created_at_ms) "
                "SELECT account_id, id, '1001', 'open', 'USD', 1, 1, 1, 'h', '\"id\":1', "
                "(SELECT count(*) + 1 FROM orders), 1 FROM channels WHERE code = '" +
                code + "'");
        });
    }
    HubOptions with_code(const std::string& code) const {
        HubOptions with = options();
        with.channels[0].setup.code = code;
        return with;
    }
    std::string refusal(HubOptions with) {
        hub.reset();
        const auto opened = Hub::open(std::move(with), {clock, random, network, connector_factories()});
        return opened ? "" : opened.error().code + ": " + opened.error().message;
    }
};

TEST_F(ChannelNames, ThatChangeWouldDoubleTheOrdersAndAreRefused) {
    open(options());
    insert_order();
    const std::string said = refusal(with_code("shop-us"));
    for (const char* words :
         {"channel_renamed: ", "\"shop-us\" is new", "\"shop\", whose orders", "name for good",
          "put the code \"shop\" back", "write another_shop_than = [\"shop\"] into the block of \"shop-us\""})
        EXPECT_NE(said.find(words), std::string::npos) << words << " in " << said;
    open(options());
    EXPECT_EQ(count("channels"), 1) << "nothing was written";
    EXPECT_EQ(count("channels WHERE enabled = 1"), 1);
}

TEST_F(ChannelNames, ThatChangeInTwoStepsAreRefusedAsWell) {
    open(options());
    insert_order();
    HubOptions none = options();
    none.channels.clear();
    open(none);
    EXPECT_TRUE(refusal(with_code("shop-us")).starts_with("channel_renamed: "));
    EXPECT_EQ(refusal(options()), "");
}

/// The name of a shop may change together with the channel's code, and its credentials are renewed.
TEST_F(ChannelNames, OfAnotherShopAreNotToldByItsNameAlone) {
    open(options());
    insert_order();
    HubOptions with = with_code("shop-us");
    with.channels[0].setup.credentials = {{"shop", Secret{"other.myshopify.com"}},
                                          {"access_token", Secret{"shpat_other"}}};
    EXPECT_TRUE(refusal(with).starts_with("channel_renamed: "));
    with.channels[0].another_shop_than = {"shop"};
    EXPECT_EQ(refusal(with), "") << "the config file says it";
    with.channels[0].another_shop_than.clear();
    EXPECT_EQ(refusal(with), "") << "it is no new one now";
}

TEST_F(ChannelNames, OfAnotherShopThatWasOnceDoNotLetALaterChangePass) {
    open(options());
    insert_order();
    HubOptions with = with_code("shop-us");
    with.channels[0].another_shop_than = {"shop"};
    open(with);
    insert_order("shop-us");
    with.channels[0].setup.code = "shop-eu";
    const std::string said = refusal(with);
    for (const char* words :
         {"\"shop-eu\" is new", "channel \"shop-us\", whose orders", "another_shop_than = [\"shop\", \"shop-us\"]"})
        EXPECT_NE(said.find(words), std::string::npos) << words << " in " << said;
    with.channels[0].another_shop_than.push_back("shop-us");
    EXPECT_EQ(refusal(with), "");
}

TEST_F(ChannelNames, OfAllThatAreGoneAreToldAtOnce) {
    HubOptions both = options();
    both.channels.push_back(options().channels[0]);
    both.channels[1].setup.code = "shop-b";
    open(both);
    insert_order("shop");
    insert_order("shop-b");
    const std::string said = refusal(with_code("shop-us"));
    for (const char* words :
         {"channels \"shop\" and \"shop-b\", whose orders are in the database, are gone",
          "as one of them, put the code \"shop\" or \"shop-b\" back", "another_shop_than = [\"shop\", \"shop-b\"]"})
        EXPECT_NE(said.find(words), std::string::npos) << words << " in " << said;
}

TEST_F(ChannelNames, OfFurtherShopsAreFine) {
    open(options());
    insert_order();
    HubOptions both = options();
    both.channels[0].enabled = false;
    both.channels.push_back(options().channels[0]);
    both.channels[1].setup.code = "shop-us";
    EXPECT_EQ(refusal(both), "") << "the old block stays";
    EXPECT_EQ(refusal(with_code("shop-us")), "") << "it is no new one now, and the old one may go";
}

TEST_F(ChannelNames, OfOtherAccountsOrOfChannelsWithoutOrdersMayChange) {
    open(options());
    EXPECT_EQ(refusal(with_code("shop-us")), "") << "there is nothing to double";
    open(options());
    insert_order();
    HubOptions elsewhere = with_code("shop-eu");
    elsewhere.channels[0].account = "client-b";
    EXPECT_EQ(refusal(elsewhere), "");
}

TEST_F(ChannelNames, ThatGoToAnotherProviderAreRefusedBeforeAnythingIsWritten) {
    open(options());
    HubOptions with = options();
    with.channels.insert(with.channels.begin(), options().channels[0]);
    with.channels[0].setup.code = "first";
    with.channels[1].setup.provider = domain::Provider::ebay;
    EXPECT_TRUE(refusal(with).starts_with("channel_provider_changed: "));
    open(options());
    EXPECT_EQ(count("channels"), 1);
}

}  // namespace
}  // namespace crossdock::app
