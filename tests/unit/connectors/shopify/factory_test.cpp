// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/factory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "connectors/shopify/documents.h"
#include "connectors/shopify/settings.h"
#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

using Credentials = std::vector<std::pair<std::string, std::string>>;

ChannelSetup setup_of(const Credentials& credentials, std::string settings = "{}", std::string base_url = "") {
    ChannelSetup setup;
    setup.base_url = std::move(base_url);
    setup.settings_json = std::move(settings);
    for (const auto& [name, value] : credentials) setup.credentials.emplace_back(name, Secret{value});
    return setup;
}
const Credentials kGood{{"shop", "acme.myshopify.com"}, {"access_token", "shpat_1"}};

struct SetupCase {
    const char* name;
    Credentials credentials;
    const char* settings;
    std::vector<const char*> faults;  // words of each, in order
};
class CheckSetup : public testing::TestWithParam<SetupCase> {};
TEST_P(CheckSetup, NamesEveryFault) {
    const auto faults = make_shopify_factory()->check_setup(setup_of(GetParam().credentials, GetParam().settings));
    ASSERT_EQ(faults.size(), GetParam().faults.size()) << testing::PrintToString(faults);
    for (std::size_t i = 0; i < faults.size(); ++i)
        EXPECT_NE(faults[i].find(GetParam().faults[i]), std::string::npos) << faults[i];
    for (const auto& fault : faults) EXPECT_EQ(fault.find("shpat_1"), std::string::npos) << "a secret in words";
}
INSTANTIATE_TEST_SUITE_P(
    Table, CheckSetup,
    testing::Values(
        SetupCase{"Good", kGood, "{}", {}},
        SetupCase{"ShortShopName", {{"shop", "acme"}, {"access_token", "t"}}, "{}", {}},
        SetupCase{"ShopAddress", {{"shop", "https://ACME.myshopify.com/"}, {"access_token", "t"}}, "{}", {}},
        SetupCase{"ClientCredentials", {{"shop", "acme"}, {"client_id", "i"}, {"client_secret", "s"}}, "{}", {}},
        SetupCase{
            "EverySetting",
            kGood,
            R"({"api_version":"2026-10","selling_unit_price":"literal","inventory_quantity_name":"available","inventory_item_id_map":{"A":1,"B":"gid://shopify/InventoryItem/2"},
                      "extra_carriers":["Van",{"code":"Bike","url":"https://b/{number}"}],"gift_attribute_keys":["Gift"],"shop_country":"us",
                      "skip_test_orders":true,"notify_customer":false,"ship_for_fulfillment_services":true,"location_id":65432109,"deduct_unacknowledged":true,"first_sync_days":30,"bulk_export":"never","verify_stock":false})",
            {}},
        SetupCase{"Nothing", {}, "{}", {"credentials.shop is missing", "credentials need either access_token"}},
        SetupCase{"VanityDomain", {{"shop", "www.acme.com"}, {"access_token", "t"}}, "{}", {"myshopify.com"}},
        SetupCase{"OddShopName", {{"shop", "acme_shop"}, {"access_token", "t"}}, "{}", {"acme_shop"}},
        SetupCase{"NoSecretForTheId", {{"shop", "acme"}, {"client_id", "i"}}, "{}", {"credentials.client_secret is missing"}},
        SetupCase{"BothWays",
                  {{"shop", "acme"}, {"access_token", "t"}, {"client_id", "i"}, {"client_secret", "s"}},
                  "{}",
                  {"both given"}},
        SetupCase{"TypingError",
                  {{"shop", "acme"}, {"acces_token", "shpat_1"}},
                  "{}",
                  {"access_token, or", "credentials.acces_token is not known; did you mean \"access_token\""}},
        SetupCase{"UnknownSetting", kGood, R"({"gift_atribute_keys":[]})", {"settings.gift_atribute_keys is not known; did you mean \"gift_attribute_keys\""}},
        SetupCase{"StrangeSetting", kGood, R"({"zzzzzzzzzzzzzzzzzz":1})", {"known are"}},
        SetupCase{"OldVersion", kGood, R"({"api_version":"2026-01"})", {"settings.api_version is 2026-01, which is too old"}},
        SetupCase{"NoVersion", kGood, R"({"api_version":"latest"})", {"latest"}},
        SetupCase{"NoMonthOfARelease", kGood, R"({"api_version":"2026-08"})", {"2026-08"}},
        SetupCase{
            "WrongTypes",
            kGood,
            R"({"selling_unit_price":"net","inventory_quantity_name":1,"inventory_item_id_map":{"A":"x"},"extra_carriers":[{}],
                      "gift_attribute_keys":"Gift","shop_country":"USA","skip_test_orders":"yes","location_id":"Main","first_sync_days":"all","bulk_export":"yes","verify_stock":0})",
            {"settings.selling_unit_price", "settings.inventory_quantity_name", "settings.inventory_item_id_map",
             "settings.extra_carriers", "settings.gift_attribute_keys", "settings.shop_country", "settings.skip_test_orders",
             "settings.location_id", "settings.first_sync_days", "settings.bulk_export", "settings.verify_stock"}},
        SetupCase{"NoObject", kGood, "[]", {"not a JSON object"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(CheckSetup, LooksAtTheBaseUrl) {
    EXPECT_TRUE(make_shopify_factory()->check_setup(setup_of(kGood, "{}", "http://127.0.0.1:9100/shopify")).empty());
    EXPECT_EQ(make_shopify_factory()->check_setup(setup_of(kGood, "{}", "127.0.0.1:9100")).size(), 1U);
}

TEST(Factory, ServesShopifyWithEveryAbility) {
    Shop shop;
    EXPECT_EQ(shop.factory->provider(), domain::Provider::shopify);
    Connector& connector = shop.connector();
    EXPECT_TRUE(connector.order_source() && connector.bulk_order_source() && connector.order_refund_source() &&
                connector.catalog_source() && connector.bulk_catalog_source() && connector.carrier_source() && connector.stock_sink() &&
                connector.shipment_sink() && connector.webhook_source());
    EXPECT_EQ(connector.order_source()->list_lag(), std::chrono::seconds{30});
}

// ---- the connection test ----

Json shop_answer(const std::vector<std::string>& scopes) {
    Json data = Json::parse(
        R"({"shop":{"id":"gid://shopify/Shop/1","name":"Acme","myshopifyDomain":"acme.myshopify.com","currencyCode":"USD",
        "taxesIncluded":false,"ianaTimezone":"America/New_York"},
        "currentAppInstallation":{"id":"x","accessScopes":[]},
        "publicApiVersions":[{"handle":"2026-07","supported":true},{"handle":"2027-01","supported":false}]})");
    for (const auto& scope : scopes) data["currentAppInstallation"]["accessScopes"].push_back({{"handle", scope}});
    return data;
}
const Json kCountry = Json::parse(R"({"shop":{"shopAddress":{"countryCodeV2":"US"}}})");
const std::vector<std::string> kAllScopes{"read_orders",
                                          "read_all_orders",
                                          "read_customers",
                                          "read_products",
                                          "write_inventory",
                                          "read_locations",
                                          "write_merchant_managed_fulfillment_orders",
                                          "read_returns",
                                          "read_assigned_fulfillment_orders",
                                          "read_third_party_fulfillment_orders",
                                          "read_fulfillments"};

TEST(CheckAccess, GivesTheProfile) {
    Shop shop;
    shop.answer("HubShop", shop_answer(kAllScopes));
    shop.answer("HubShopCountry", kCountry);
    std::vector<domain::Problem> problems;
    const auto profile = shop.connector().check_access(problems);
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(*profile,
              R"({"currency":"USD","taxes_included":false,"timezone":"America/New_York","country":"US","name":"Acme",)"
              R"("myshopify_domain":"acme.myshopify.com","scopes":["read_orders","read_all_orders","read_customers",)"
              R"("read_products","write_inventory","read_locations","write_merchant_managed_fulfillment_orders","read_returns",)"
              R"("read_assigned_fulfillment_orders","read_third_party_fulfillment_orders","read_fulfillments"]})");
    EXPECT_EQ(codes(problems), "") << "writing a thing includes reading it";
    const Profile read = read_profile(*profile);
    EXPECT_EQ(read.currency, "USD");
    EXPECT_EQ(read.taxes_included, false);
    EXPECT_EQ(read.country, "US");
}

TEST(CheckAccess, DoesWithoutTheCountry) {
    Shop shop;
    shop.answer("HubShop", shop_answer(kAllScopes));
    shop.http.then(200, Json::parse(fixture("recorded_errors.json"))["accessDenied"]["response"].dump());
    std::vector<domain::Problem> problems;
    const auto profile = shop.connector().check_access(problems);
    ASSERT_TRUE(profile);
    EXPECT_NE(profile->find("\"country\":null"), std::string::npos);
    EXPECT_EQ(codes(problems), "");
    Shop told(R"({"shop_country":"de"})");
    told.answer("HubShop", shop_answer(kAllScopes));
    EXPECT_NE(told.connector().check_access(problems)->find("\"country\":\"DE\""), std::string::npos);
}

TEST(CheckAccess, SaysWhatEachMissingScopeBreaks) {
    Shop shop;
    shop.answer("HubShop", shop_answer({"read_orders", "read_products"}));
    shop.answer("HubShopCountry", kCountry);
    std::vector<domain::Problem> problems;
    ASSERT_TRUE(shop.connector().check_access(problems));
    std::string all;
    for (const auto& problem : problems) {
        const auto says = [&](const char* scope) { return problem.message.find(scope) != std::string::npos; };
        const bool optional = says("read_assigned") || says("read_third_party") || says("read_fulfillments");
        EXPECT_EQ(problem.code, says("read_all_orders") ? "history_limited"
                                : says("read_returns")  ? "reasons_unread"
                                : optional              ? "scope_optional"
                                                        : "scope_missing");
        all += problem.message + "\n";
    }
    for (const char* words : {"read_customers", "write_inventory: stock", "read_locations", "assigned location", "noticed with the order's next change",
                              "shipments cannot", "60 days", "reasons of returns"})
        EXPECT_NE(all.find(words), std::string::npos) << words << '\n' << all;
    EXPECT_EQ(all.find("read_products:"), std::string::npos);
}

TEST(CheckAccess, WarnsNinetyDaysBeforeThePinEnds) {
    // 2026-07 is served until 2027-07-01 at least; ninety days before is 2027-04-02.
    const std::vector<std::pair<const char*, const char*>> cases{{"2027-04-01T23:00:00Z", ""},
                                                                 {"2027-04-02T01:00:00Z", "api_version_ending"},
                                                                 {"2028-01-01T00:00:00Z", "api_version_ending"}};
    for (const auto& [now, expected] : cases) {
        Shop shop;
        shop.clock.jump_to(at(now));
        shop.answer("HubShop", shop_answer(kAllScopes));
        shop.answer("HubShopCountry", kCountry);
        std::vector<domain::Problem> problems;
        ASSERT_TRUE(shop.connector().check_access(problems));
        EXPECT_EQ(codes(problems), expected) << now;
    }
    Shop gone;
    Json data = shop_answer(kAllScopes);
    data["publicApiVersions"][0]["supported"] = false;
    gone.answer("HubShop", data);
    gone.answer("HubShopCountry", kCountry);
    std::vector<domain::Problem> problems;
    ASSERT_TRUE(gone.connector().check_access(problems));
    EXPECT_EQ(codes(problems), "api_version_ending");
}

TEST(CheckAccess, NoticesAnotherShopsToken) {
    Shop shop;
    Json data = shop_answer(kAllScopes);
    data["shop"]["myshopifyDomain"] = "other.myshopify.com";
    shop.answer("HubShop", data);
    shop.answer("HubShopCountry", kCountry);
    std::vector<domain::Problem> problems;
    ASSERT_TRUE(shop.connector().check_access(problems));
    EXPECT_EQ(codes(problems), "shop_differs");
}

TEST(CheckAccess, CutsALongNameBetweenCharacters) {
    Shop shop;
    Json data = shop_answer(kAllScopes);
    data["shop"]["myshopifyDomain"] = std::string(79, 'd') + "\xC3\xA9.myshopify.com";
    shop.answer("HubShop", data);
    shop.answer("HubShopCountry", kCountry);
    std::vector<domain::Problem> problems;
    ASSERT_TRUE(shop.connector().check_access(problems));
    ASSERT_EQ(codes(problems), "shop_differs");
    EXPECT_TRUE(is_valid_utf8(problems[0].message)) << problems[0].message;
}

TEST(CheckAccess, IsDeniedInWords) {
    Shop shop;
    shop.http.then(402, R"({"errors":"Unavailable Shop"})");
    std::vector<domain::Problem> problems;
    EXPECT_EQ(shop.connector().check_access(problems).error().code, "shopify_shop_frozen");
}

// ---- carriers ----

std::vector<std::string> carriers(const char* settings, const char* profile) {
    Shop shop(settings, profile);
    std::vector<std::string> out;
    const auto codes_found = shop.connector().carrier_source()->carrier_codes();
    for (const auto& code : *codes_found) out.push_back(code.code);
    return out;
}
bool has(const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

TEST(CarrierCodes, AreShopifysForTheShopsCountry) {
    const auto us = carriers("{}", R"({"country":"US"})");
    EXPECT_EQ(us.size(), 117U);  // 111 for all and 6 of the USA
    EXPECT_TRUE(has(us, "UPS") && has(us, "Old Dominion") && has(us, "Lietuvos Paštas"));
    EXPECT_FALSE(has(us, "DHL"));
    EXPECT_TRUE(has(carriers("{}", R"({"country":"DE"})"), "DHL"));
    EXPECT_TRUE(has(carriers(R"({"shop_country":"jp"})", R"({"country":"US"})"), "福山通運"));
    EXPECT_EQ(carriers("{}", "{}").size(), 173U);  // country not known: all
}

TEST(CarrierCodes, AreUniqueIgnoringCaseAndTakeTheHousesOwn) {
    const auto list = carriers(R"({"extra_carriers":["Van","ups"]})", "{}");
    EXPECT_EQ(list.size(), 174U);
    EXPECT_TRUE(has(list, "Van"));
    std::set<std::string> lower;
    for (const auto& code : list) EXPECT_TRUE(lower.insert(to_lower(code)).second) << code;
}

// ---- documents ----

TEST(Documents, CarryTheirOperationAndOnlyTheFragmentsTheyUse) {
    for (const char* name : {"shop",
                             "shop_country",
                             "locations",
                             "orders_page",
                             "order_by_id",
                             "order_line_items_page",
                             "order_fulfillment_orders_page",
                             "fulfillment_order_lines_page",
                             "fulfillment_order_owner",
                             "order_shipping_lines_page",
                             "order_lists",
                             "order_ids",
                             "order_refunds",
                             "refund_line_items_page",
                             "refund_parts",
                             "refund_return_reasons",
                             "variants_page",
                             "inventory_levels_page",
                             "inventory_level",
                             "inventory_set_quantities",
                             "inventory_activate",
                             "fulfillment_orders_open",
                             "fulfillment_create",
                             "fulfillment_tracking_update",
                             "bulk_run_query",
                             "bulk_operation",
                             "webhook_subscription_create",
                             "webhook_subscriptions"}) {
        const Document& one = document(name);
        EXPECT_TRUE(one.operation.starts_with("Hub")) << name;
        EXPECT_EQ(one.mutation, one.text.starts_with("mutation")) << name;
        EXPECT_EQ(one.text.find('#'), std::string_view::npos) << name;
        for (std::size_t at_text = one.text.find("\nfragment "); at_text != std::string_view::npos;
             at_text = one.text.find("\nfragment ", at_text + 1)) {
            std::string_view fragment = one.text.substr(at_text + 10);
            fragment = fragment.substr(0, fragment.find(' '));
            EXPECT_NE(one.text.find("..." + std::string{fragment}), std::string_view::npos) << name << ' ' << fragment;
        }
    }
    EXPECT_THROW((void)document("no_such"), std::logic_error);
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
