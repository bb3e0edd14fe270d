// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/settings.h"

#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

struct Fault {
    const char* name;
    const char* settings;
    const char* says;  // the first fault; empty: there is none
};
class EbaySettings : public ::testing::TestWithParam<Fault> {};

TEST_P(EbaySettings, NamesTheFault) {
    Account account(GetParam().settings);
    const auto faults = account.factory->check_setup(account.setup);
    const std::string first = faults.empty() ? "" : faults.front();
    EXPECT_EQ(first.substr(0, std::string_view{GetParam().says}.size()), GetParam().says);
    EXPECT_EQ(faults.empty(), std::string_view{GetParam().says}.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, EbaySettings,
    ::testing::Values(
        Fault{"Nothing", "{}", ""},
        Fault{"All",
              R"({"environment":"sandbox","marketplace_id":"EBAY_DE","ebay_inventory_location_key":"berlin-1",
                  "refund_amount_basis":"fee_basis","taxes_included":"yes","message_signatures":"always",
                  "trading_listings":false,"extra_carriers":["Bring"],"alert_email":"a@example.com",
                  "notification_endpoint":"https://hub.example.com/hooks/ebay","refresh_token_expires":"2028-05-31",
                  "ru_name":"Acme-AcmeHub-","first_sync_days":30})",
              ""},
        Fault{"Environment", R"({"environment":"test"})",
              R"(settings.environment must be one of "production", "sandbox")"},
        Fault{"Marketplace", R"({"marketplace_id":"US"})", "settings.marketplace_id must be one of EBAY_US, "},
        Fault{"Basis", R"({"refund_amount_basis":"net"})",
              R"(settings.refund_amount_basis must be one of "amount", "fee_basis")"},
        Fault{"Taxes", R"({"taxes_included":true})", R"(settings.taxes_included must be one of "by_marketplace",)"},
        Fault{"Endpoint", R"({"notification_endpoint":"http://hub/hooks"})",
              "settings.notification_endpoint must start with https://"},
        Fault{"Day", R"({"refresh_token_expires":"soon"})", "settings.refresh_token_expires must be a day like"},
        Fault{"Unknown", R"({"inventory_location_key":"a"})",
              R"(settings.inventory_location_key is not known; did you mean "ebay_inventory_location_key"?)"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(EbaySetup, MissingCredentialsAreNamedOneByOne) {
    Account account;
    account.setup.credentials.clear();
    const auto faults = account.factory->check_setup(account.setup);
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_TRUE(faults[0].starts_with("credentials.client_id is missing; it is the App ID"));
    EXPECT_TRUE(faults[1].starts_with("credentials.client_secret is missing; it is the Cert ID"));
    EXPECT_TRUE(faults[2].starts_with("credentials.refresh_token is missing; a seller's consent gives it"));
}

TEST(EbaySetup, CodeOfAConsentServesInsteadOfTheToken) {
    Account account(R"({"ru_name":"Acme-Hub"})");
    account.setup.credentials.pop_back();
    account.setup.credentials.emplace_back(
        "authorization_code",
        Secret{"https://signin.ebay.com/ws?isAuthSuccessful=true&code=v%5E1.1%23i%5E1&expires_in=299"});
    const auto read = read_setup(account.setup);
    EXPECT_TRUE(read.faults.empty());
    EXPECT_EQ(read.settings.authorization_code.reveal(), "v^1.1#i^1");
    account.setup.credentials.back().second = Secret{"https://signin.ebay.com/ws?error=access_denied"};
    ASSERT_EQ(read_setup(account.setup).faults.size(), 1U);
    EXPECT_TRUE(
        read_setup(account.setup).faults[0].starts_with("credentials.authorization_code is an address without code="));
    account.setup.settings_json = "{}";
    account.setup.credentials.back().second = Secret{"v^1.1#i^1"};
    ASSERT_EQ(read_setup(account.setup).faults.size(), 1U);
    EXPECT_TRUE(read_setup(account.setup).faults[0].starts_with("settings.ru_name is missing"));
}

TEST(EbaySetup, VerificationTokenHasItsShape) {
    Account account;
    account.setup.credentials.emplace_back("verification_token", Secret{"short"});
    ASSERT_EQ(read_setup(account.setup).faults.size(), 1U);
    EXPECT_TRUE(read_setup(account.setup).faults[0].starts_with("credentials.verification_token must have 32 to 80"));
    account.setup.credentials.back().second = Secret{std::string(40, 'a')};
    EXPECT_TRUE(read_setup(account.setup).faults.empty());
}

TEST(EbaySetup, HostsFollowTheEnvironmentAndBaseUrlStandsForAll) {
    Account account(R"({"environment":"sandbox"})");
    EXPECT_EQ(read_setup(account.setup).settings.api_url, "https://api.sandbox.ebay.com");
    EXPECT_EQ(read_setup(account.setup).settings.apiz_url, "https://apiz.sandbox.ebay.com");
    account.setup.base_url = "http://127.0.0.1:9/ebay/";
    EXPECT_EQ(read_setup(account.setup).settings.api_url, "http://127.0.0.1:9/ebay");
    EXPECT_EQ(read_setup(account.setup).settings.apiz_url, "http://127.0.0.1:9/ebay");
}

TEST(EbaySetup, SignaturesFollowTheSellersHome) {
    const auto signs = [](const char* settings, const char* profile) {
        Account account(settings);
        return must_sign(read_setup(account.setup).settings, read_profile(profile));
    };
    EXPECT_FALSE(signs("{}", kProfileUs));
    EXPECT_TRUE(signs("{}", kProfileGb));
    // Before the seller is known the channel's marketplace tells.
    EXPECT_TRUE(signs(R"({"marketplace_id":"EBAY_DE"})", "{}"));
    EXPECT_FALSE(signs("{}", "{}"));
    EXPECT_TRUE(signs(R"({"message_signatures":"always"})", kProfileUs));
    EXPECT_FALSE(signs(R"({"message_signatures":"never"})", kProfileGb));
}

TEST(EbaySetup, HasEveryAbility) {
    Account account;
    Connector& connector = account.connector();
    EXPECT_TRUE(connector.order_source() && connector.refund_source() && connector.catalog_source() &&
                connector.carrier_source() && connector.stock_sink() && connector.shipment_sink() &&
                connector.webhook_source());
    EXPECT_EQ(connector.fba_source(), nullptr);
    EXPECT_EQ(account.factory->provider(), domain::Provider::ebay);
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
