// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/access.h"

#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

constexpr const char* kUser = "GET apiz/commerce/identity/v1/user/";
constexpr const char* kPrivilege = "GET /sell/account/v1/privilege";
constexpr const char* kFinances = "GET apiz/sell/finances/v1/transaction?filter=transactionType%3A%7BREFUND%7D&limit=1";
constexpr const char* kQuota = "GET /developer/analytics/v1_beta/rate_limit/";
const Json kSeller{
    {"userId", "u1"}, {"username", "shop"}, {"accountType", "BUSINESS"}, {"registrationMarketplaceId", "EBAY_US"}};

struct Checked {
    std::string profile, codes;
    std::vector<domain::Problem> problems;
};
Checked check(Account& account) {
    Checked out;
    const auto profile = account.connector().check_access(out.problems);
    EXPECT_TRUE(profile) << (profile ? "" : profile.error().message);
    if (profile) out.profile = *profile;
    out.codes = codes(out.problems);
    return out;
}

TEST(EbayAccess, GoodAccountHasAProfileAndNoProblems) {
    Account account(R"({"ebay_inventory_location_key":"dallas-1"})", "{}");
    account.token();
    account.answer(kUser, kSeller);
    account.answer(kPrivilege, Json{{"sellerRegistrationCompleted", true}});
    account.answer("GET /sell/inventory/v1/location?limit=100&offset=0",
                   Json{{"locations", {{{"merchantLocationKey", "dallas-1"}, {"merchantLocationStatus", "ENABLED"}}}},
                        {"total", 1}});
    account.answer(kFinances, 204, "");
    account.application_token();
    account.answer(kQuota, 204, "");
    const auto found = check(account);
    EXPECT_EQ(found.codes, "");
    EXPECT_EQ(Json::parse(found.profile), Json({{"currency", "USD"},
                                                {"ebay",
                                                 {{"user_id", "u1"},
                                                  {"username", "shop"},
                                                  {"registration_marketplace", "EBAY_US"},
                                                  {"account_type", "BUSINESS"}}}}));
    EXPECT_EQ(read_profile(found.profile).user_id, "u1");
}

TEST(EbayAccess, WhatWillNotWorkIsNamed) {
    Account account(R"({"ebay_inventory_location_key":"dallas","refresh_token_expires":"2026-12-01"})", "{}");
    account.token();
    account.answer(kUser, 403, errors(1100, "Access denied"));
    account.answer(kPrivilege, Json{{"sellerRegistrationCompleted", false}});
    account.answer(
        "GET /sell/inventory/v1/location?limit=100&offset=0",
        Json{{"locations", {{{"merchantLocationKey", "dallas-1"}}, {{"merchantLocationKey", "b"}}}}, {"total", 2}});
    account.answer(kFinances, 403, errors(1100, "Access denied"));
    account.application_token();
    account.answer(kQuota, 500, "");
    const auto found = check(account);
    EXPECT_EQ(found.codes, "identity_unread registration_incomplete location_unknown finances_refused consent_ending");
    EXPECT_EQ(found.problems[2].message,
              "eBay has no inventory location \"dallas\": correct the setting ebay_inventory_location_key; eBay has "
              "dallas-1, b");
    EXPECT_TRUE(
        found.problems[4].message.starts_with("the seller's consent ends on 2026-12-01; let the seller consent again"));
}

TEST(EbayAccess, DisabledLocationIsTold) {
    Account account(R"({"ebay_inventory_location_key":"a"})", "{}");
    account.token();
    account.answer(kUser, kSeller);
    account.answer(kPrivilege, Json{{"sellerRegistrationCompleted", true}});
    account.answer(
        "GET /sell/inventory/v1/location?limit=100&offset=0",
        Json{{"locations", {{{"merchantLocationKey", "a"}, {"merchantLocationStatus", "DISABLED"}}}}, {"total", 1}});
    account.answer(kFinances, 204, "");
    account.application_token();
    account.answer(kQuota, 204, "");
    EXPECT_EQ(check(account).codes, "location_disabled");
}

TEST(EbayAccess, RevokedConsentStopsTheChannel) {
    Account account("{}", "{}");
    account.http.then(400, R"({"error":"invalid_grant"})");
    std::vector<domain::Problem> problems;
    const auto profile = account.connector().check_access(problems);
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().kind, ErrorKind::denied);
    EXPECT_EQ(profile.error().code, "ebay_consent_needed");
}

TEST(EbayAccess, TroubleAtEbayIsNoProblemOfTheAccount) {
    Account account("{}", "{}");
    account.token();
    account.answer(kUser, kSeller);
    account.answer(kPrivilege, 503, "");
    std::vector<domain::Problem> problems;
    const auto profile = account.connector().check_access(problems);
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
