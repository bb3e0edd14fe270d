// SPDX-License-Identifier: Apache-2.0
// Keys made and replaced by /v2: told once, made once, written down.
#include <gtest/gtest.h>

#include "support/real_process.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

const json kWarehouse{{"name", "warehouse"}, {"scopes", {"orders:read", "shipments:write"}}};

/// Whether a text stands anywhere in the database's files.
bool is_on_disk(const V2Hub& hub, const std::string& text) {
    for (const auto& entry : std::filesystem::directory_iterator(hub.folder.path()))
        if (crossdock::testing::file_text(entry.path()).find(text) != std::string::npos) return true;
    return false;
}

TEST(V2KeysMade, AKeyIsToldOnceAndMadeOnce) {
    V2Hub hub;
    const auto make = [&] { return hub.call("POST", "/v2/keys", kWarehouse.dump(), {{"idempotency-key", "make-1"}}); };
    const auto first = make();
    ASSERT_EQ(first.status(), 201) << first.raw.body;
    const auto key = first.json()["data"];
    const std::string secret = key["secret"];
    EXPECT_TRUE(secret.starts_with("cdk_live_"));
    EXPECT_EQ(crypto::parse_api_key(secret)->id, key["id"]);
    EXPECT_EQ(key["scopes"], kWarehouse["scopes"]);
    EXPECT_EQ(key["name"], "warehouse");
    EXPECT_EQ(key["note"], nullptr);
    EXPECT_EQ(key["active"], true);
    EXPECT_FALSE(first.header("Idempotent-Replayed"));
    EXPECT_EQ(hub.see_as(secret, "/v2/orders").status(), 200) << "it is good at once";
    EXPECT_EQ(hub.see_as(secret, "/v2/keys").status(), 403) << "and for no more than it was made for";

    const auto again = make();
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    auto expected = key;
    expected["secret"] = nullptr;
    EXPECT_NE(again.json()["data"]["note"], nullptr);
    expected["note"] = again.json()["data"]["note"];
    EXPECT_EQ(again.json()["data"], expected) << "the same key without its secret";
    EXPECT_EQ(hub.see("/v2/keys").json()["meta"]["total"], 3) << "made once: beside the two of the account";
    EXPECT_EQ(hub.data("/v2/events?type=key.created").size(), 1U);
    EXPECT_EQ(hub.data("/v2/audit?action=key.created").size(), 1U);
    EXPECT_FALSE(is_on_disk(hub, secret.substr(secret.size() - 40))) << "neither in the stored answer nor elsewhere";
    EXPECT_TRUE(is_on_disk(hub, key["id"].get<std::string>())) << "what is looked at";

    auto other = kWarehouse;
    other["name"] = "other";
    EXPECT_EQ(code_of(hub.call("POST", "/v2/keys", other.dump(), {{"idempotency-key", "make-1"}})),
              "idempotency_key_reused");
}

TEST(V2KeysMade, WithoutAnIdempotencyKeyEachRequestMakesOne) {
    V2Hub hub;
    const auto one = hub.send_json("/v2/keys", kWarehouse).json()["data"];
    const auto two = hub.send_json("/v2/keys", kWarehouse).json()["data"];
    EXPECT_NE(one["id"], two["id"]);
    EXPECT_EQ(hub.see_as(one["secret"], "/v2/orders").status(), 200);
    EXPECT_EQ(hub.see_as(two["secret"], "/v2/orders").status(), 200);
}

TEST(V2KeysMade, KindsPlansAndEndsAreTaken) {
    V2Hub hub;
    Plan plan;
    plan.requests_per_day = 500;
    hub.set_plans({{"growth", plan}});
    const auto made = hub.send_json("/v2/keys", {{"name", "trial"},
                                                 {"kind", "test"},
                                                 {"scopes", {"read-only"}},
                                                 {"plan", "growth"},
                                                 {"dialect", "delphi,max-page-bytes=4096"},
                                                 {"expires_at", "2026-11-20T13:00:00Z"}});
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    const auto key = made.json()["data"];
    EXPECT_TRUE(key["secret"].get<std::string>().starts_with("cdk_test_"));
    EXPECT_EQ(key["plan"], "growth");
    EXPECT_EQ(key["dialect"], "format=json,charset=ascii,no-fraction,no-raw,max-page-bytes=4096");
    EXPECT_EQ(key["expires_at"], "2026-11-20T13:00:00Z");
    EXPECT_EQ(hub.see_as(key["secret"], "/v2/orders").header("X-RateLimit-Limit"), "500");
    hub.clock.advance(std::chrono::hours{1});
    EXPECT_EQ(hub.see_as(key["secret"], "/v2/orders").status(), 401);
    const auto page =
        hub.send_json("/v2/keys", {{"name", "shop"}, {"kind", "publishable"}, {"scopes", {"storefront:read"}}});
    ASSERT_EQ(page.status(), 201) << page.raw.body;
    EXPECT_TRUE(page.json()["data"]["secret"].get<std::string>().starts_with("pk_"));
}

struct BadKey {
    const char* name;
    json body;
    const char* field;
};
class V2BadKeys : public ::testing::TestWithParam<BadKey> {};

TEST_P(V2BadKeys, AreRefusedWithThePlaceAndNothingIsMade) {
    V2Hub hub;
    const auto answer = hub.send_json("/v2/keys", GetParam().body);
    ASSERT_EQ(answer.status(), 422) << answer.raw.body;
    EXPECT_EQ(answer.json()["error"]["details"]["errors"][0]["field"], GetParam().field) << answer.raw.body;
    EXPECT_EQ(hub.see("/v2/keys").json()["meta"]["total"], 2);
}

INSTANTIATE_TEST_SUITE_P(
    Table, V2BadKeys,
    ::testing::Values(
        BadKey{"NoName", {{"scopes", {"erp"}}}, "name"},
        BadKey{"LongName", {{"name", std::string(201, 'a')}, {"scopes", {"erp"}}}, "name"},
        BadKey{"LineEnds", {{"name", "a\nb"}, {"scopes", {"erp"}}}, "name"},
        BadKey{"NoScopes", {{"name", "a"}}, "scopes"},
        BadKey{"EmptyScopes", {{"name", "a"}, {"scopes", json::array()}}, "scopes"},
        BadKey{"UnknownScope", {{"name", "a"}, {"scopes", {"orders:delete"}}}, "scopes"},
        BadKey{"TwoInOne", {{"name", "a"}, {"scopes", {"orders:read orders:write"}}}, "scopes"},
        BadKey{"ScopesAsText", {{"name", "a"}, {"scopes", "erp"}}, "scopes"},
        BadKey{"UnknownKind", {{"name", "a"}, {"scopes", {"erp"}}, {"kind", "secret"}}, "kind"},
        BadKey{"ErpInAPage", {{"name", "a"}, {"scopes", {"erp"}}, {"kind", "publishable"}}, "scopes"},
        BadKey{"UnknownPlan", {{"name", "a"}, {"scopes", {"erp"}}, {"plan", "gold"}}, "plan"},
        BadKey{"UnknownDialect", {{"name", "a"}, {"scopes", {"erp"}}, {"dialect", "format=pdf"}}, "dialect"},
        BadKey{"Past", {{"name", "a"}, {"scopes", {"erp"}}, {"expires_at", "2026-11-20T12:00:00Z"}}, "expires_at"},
        BadKey{"FarAhead", {{"name", "a"}, {"scopes", {"erp"}}, {"expires_at", "2200-01-01T00:00:00Z"}}, "expires_at"},
        BadKey{"Misspelt", {{"name", "a"}, {"scopes", {"erp"}}, {"expires", "2027-01-01"}}, "expires"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(V2KeysRotated, TheSuccessorMayDoTheSameAndBothHoldMeanwhile) {
    V2Hub hub;
    const auto old = hub.send_json("/v2/keys", kWarehouse).json()["data"];
    const std::string path = "/v2/keys/" + old["id"].get<std::string>() + "/rotate";
    const auto rotate = [&] {
        return hub.call("POST", path, R"({"overlap_seconds":3600})", {{"idempotency-key", "rotate-1"}});
    };
    const auto answer = rotate();
    ASSERT_EQ(answer.status(), 201) << answer.raw.body;
    const auto fresh = answer.json()["data"];
    EXPECT_EQ(fresh["scopes"], old["scopes"]);
    EXPECT_EQ(fresh["name"], old["name"]);
    EXPECT_EQ(fresh["replaces"], old["id"]);
    EXPECT_EQ(fresh["old_key_ends_at"], "2026-11-20T13:00:00Z");
    EXPECT_EQ(hub.data("/v2/keys/" + old["id"].get<std::string>())["successor"], fresh["id"]);
    EXPECT_EQ(hub.see_as(old["secret"], "/v2/orders").status(), 200);
    EXPECT_EQ(hub.see_as(fresh["secret"], "/v2/orders").status(), 200);

    const auto again = rotate();
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(again.json()["data"]["id"], fresh["id"]);
    EXPECT_EQ(again.json()["data"]["secret"], nullptr);
    EXPECT_EQ(hub.call("POST", path).status(), 409) << "it has a successor";
    EXPECT_FALSE(is_on_disk(hub, fresh["secret"].get<std::string>().substr(17, 40)));

    hub.clock.advance(std::chrono::hours{1});
    EXPECT_EQ(hub.see_as(old["secret"], "/v2/orders").status(), 401);
    EXPECT_EQ(hub.see_as(fresh["secret"], "/v2/orders").status(), 200);
    EXPECT_EQ(hub.call("POST", path).json()["error"]["details"]["reason"], "key_ended");
    EXPECT_EQ(hub.call("POST", "/v2/keys/nobody01/rotate").status(), 404);
}

TEST(V2KeysRotated, WithoutOverlapTheOldOneEndsAtOnce) {
    V2Hub hub;
    const auto old = hub.send_json("/v2/keys", kWarehouse).json()["data"];
    ASSERT_EQ(hub.see_as(old["secret"], "/v2/orders").status(), 200) << "and so it is remembered";
    ASSERT_EQ(hub.send_json("/v2/keys/" + old["id"].get<std::string>() + "/rotate", {{"overlap_seconds", 0}}).status(),
              201);
    EXPECT_EQ(hub.see_as(old["secret"], "/v2/orders").status(), 401);
}

TEST(V2KeysAudit, EveryDeedSaysWhoAndFromWhere) {
    V2Hub hub;
    const auto old = hub.send_json("/v2/keys", kWarehouse).json()["data"];
    const auto fresh = hub.call("POST", "/v2/keys/" + old["id"].get<std::string>() + "/rotate").json()["data"];
    hub.call("POST", "/v2/keys/" + fresh["id"].get<std::string>() + "/revoke");
    Ids told;
    const auto rows = hub.data("/v2/audit?subject=key");
    for (const auto& row : rows) {
        told.push_back(row["action"].get<std::string>() + " " + row["subject_id"].get<std::string>());
        EXPECT_EQ(row["who"], "key " + crypto::parse_api_key(hub.admin)->id);
        EXPECT_EQ(row["from"], "192.168.1.20");
    }
    const std::string a = old["id"], b = fresh["id"];
    EXPECT_EQ(told, (Ids{"key.revoked " + b, "key.rotated " + a, "key.created " + b, "key.created " + a}));
    EXPECT_EQ(rows[1]["details"]["successor"], b);
    EXPECT_EQ(rows[2]["details"]["replaces"], a);
    EXPECT_EQ(rows[3]["details"]["scopes"], "orders:read shipments:write");
}

}  // namespace
}  // namespace crossdock::api::testing
