// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "api/middleware/scopes.h"
#include "store/api_key_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

http::Request orders_request() {
    http::Request request;
    request.method = "GET";
    request.path = "/api/v1/orders";
    return request;
}

class Auth : public ::testing::Test {
protected:
    Hub hub;
    Answer with(http::Fields headers) {
        auto request = orders_request();
        request.headers = std::move(headers);
        return hub.send(std::move(request));
    }
};

TEST_F(Auth, TakesTheKeyFromEitherHeader) {
    EXPECT_EQ(with({{"x-api-key", hub.key_}}).status(), 200);
    EXPECT_EQ(with({{"authorization", "Bearer " + hub.key_}}).status(), 200);
    EXPECT_EQ(with({{"authorization", "bearer   " + hub.key_ + " "}}).status(), 200);
    EXPECT_EQ(with({{"x-api-key", hub.key_}, {"authorization", "Bearer " + hub.key_}}).status(), 200);
    EXPECT_EQ(with({{"x-api-key", hub.key_}, {"authorization", "Basic dXNlcjpwYXNz"}}).status(), 200);
}

TEST_F(Auth, ForgivesBlanksAndLineEndsAroundTheKey) {
    for (const std::string& pasted : {hub.key_ + "\r\n", hub.key_ + "\n", "  " + hub.key_ + " ", "\t" + hub.key_})
        EXPECT_EQ(with({{"x-api-key", pasted}}).status(), 200);
}

TEST_F(Auth, RefusesTwoDifferentKeys) {
    const std::string second = hub.make_key(hub.acme, "erp");
    for (const auto& answer : {with({{"x-api-key", hub.key_}, {"authorization", "Bearer " + second}}),
                               with({{"x-api-key", hub.key_}, {"x-api-key", second}})}) {
        EXPECT_EQ(answer.status(), 400);
        EXPECT_EQ(answer.error(), "two different API keys were sent; send one");
    }
}

TEST_F(Auth, RefusesAKeyInTheAddressAndSaysWhereItBelongs) {
    for (const char* name : {"api_key", "X-Api-Key", "access_token", "anything"}) {
        const auto answer = hub.get("/api/v1/orders?" + std::string{name} + "=" + hub.key_, "");
        EXPECT_EQ(answer.status(), 401) << name;
        EXPECT_NE(answer.error().find("X-Api-Key header"), std::string::npos) << answer.error();
        EXPECT_EQ(answer.error().find(hub.key_), std::string::npos);
        EXPECT_EQ(hub.get("/api/v1/orders?" + std::string{name} + "=" + hub.key_).status(), 401);
    }
}

TEST_F(Auth, RefusesEveryOtherKeyWith401) {
    const std::string revoked = hub.make_key(hub.acme, "erp");
    hub.revoke(hub.acme, revoked);
    const std::string expired = hub.make_key(hub.acme, "erp", hub.clock.now());
    const std::string unknown =
        crypto::to_text(crypto::generate_api_key(crypto::ApiKeyKind::live, hub.random)).reveal();
    // The id of a real key with another secret.
    auto parts = *crypto::parse_api_key(hub.key_);
    parts.secret = crypto::generate_api_key(crypto::ApiKeyKind::live, hub.random).secret;
    const std::string forged = crypto::to_text(parts).reveal();

    std::set<std::string> told;
    for (const std::string& key : {revoked, expired, unknown, forged}) {
        const auto answer = hub.get("/api/v1/orders", key);
        EXPECT_EQ(answer.status(), 401);
        EXPECT_TRUE(answer.header("WWW-Authenticate"));
        told.insert(answer.raw.body);
    }
    EXPECT_EQ(told.size(), 1U) << "what is wrong with a key must not be told apart";
    EXPECT_EQ(hub.get("/api/v1/orders", "").status(), 401);
    EXPECT_EQ(with({{"authorization", "Basic dXNlcjpwYXNz"}}).status(), 401);
}

TEST_F(Auth, TellsAMistypedKeyWithoutTheDatabase) {
    hub.db->close();
    std::string mistyped = hub.key_;
    mistyped[20] = mistyped[20] == 'a' ? 'b' : 'a';
    const auto checksum = hub.get("/api/v1/orders", mistyped);
    EXPECT_EQ(checksum.status(), 401);
    EXPECT_NE(checksum.error().find("checksum"), std::string::npos) << checksum.error();
    const auto length = hub.get("/api/v1/orders", hub.key_.substr(0, 60));
    EXPECT_EQ(length.status(), 401);
    EXPECT_NE(length.error().find("key has 60 characters, expected 66"), std::string::npos) << length.error();
    const auto quoted = hub.get("/api/v1/orders", "\"" + hub.key_ + "\"");
    EXPECT_EQ(quoted.status(), 401);
    EXPECT_NE(quoted.error().find("key has 68 characters, expected 66"), std::string::npos) << quoted.error();
    // And one that would have to be looked up.
    EXPECT_EQ(hub.get("/api/v1/orders").status(), 503);
}

TEST_F(Auth, RemembersAKeyForTwoSecondsUnlessToldOtherwise) {
    ASSERT_EQ(hub.get("/api/v1/orders").status(), 200);
    hub.revoke(hub.acme, hub.key_);
    EXPECT_EQ(hub.get("/api/v1/orders").status(), 200);  // remembered
    hub.clock.advance(std::chrono::milliseconds{2'000});
    EXPECT_EQ(hub.get("/api/v1/orders").status(), 401);

    const std::string second = hub.make_key(hub.acme, "erp");
    ASSERT_EQ(hub.get("/api/v1/orders", second).status(), 200);
    hub.revoke(hub.acme, second);
    hub.keys->invalidate();
    EXPECT_EQ(hub.get("/api/v1/orders", second).status(), 401);
}

TEST_F(Auth, ARememberedKeyStillExpiresInTime) {
    const std::string key = hub.make_key(hub.acme, "erp", hub.clock.now() + std::chrono::seconds{1});
    ASSERT_EQ(hub.get("/api/v1/orders", key).status(), 200);
    hub.clock.advance(std::chrono::milliseconds{1'000});
    EXPECT_EQ(hub.get("/api/v1/orders", key).status(), 401);
}

TEST_F(Auth, NotesUsesAtMostOnceAMinuteAndOnlyWhenFlushed) {
    const auto stored = [&] {
        return hub.db->read([&](db::Session& session) {
            return *store::ApiKeyRepo(session).find(crypto::parse_api_key(hub.key_)->id);
        });
    };
    const auto commits = hub.db->figures().units;
    ASSERT_EQ(hub.get("/api/v1/orders").status(), 200);
    EXPECT_EQ(hub.db->figures().units, commits) << "a read must not write";
    EXPECT_FALSE(stored().last_used_at);
    EXPECT_EQ(hub.keys->flush_uses(), 1U);
    EXPECT_EQ(stored().last_used_at, hub.clock.now());
    EXPECT_EQ(stored().last_used_from, "192.168.1.20");
    hub.clock.advance(std::chrono::milliseconds{59'999});
    ASSERT_EQ(hub.get("/api/v1/orders").status(), 200);
    EXPECT_EQ(hub.keys->flush_uses(), 0U);
    hub.clock.advance(std::chrono::milliseconds{1});
    ASSERT_EQ(hub.get("/api/v1/orders").status(), 200);
    EXPECT_EQ(hub.keys->flush_uses(), 1U);
    EXPECT_EQ(stored().last_used_at, hub.clock.now());
}

/// What every route needs, by hand: a new route is named here, or this fails.
const std::map<std::string, std::string_view> kNeeded{
    {"GET /api/v1/orders", scope::kOrdersRead},
    {"GET /api/v1/orders/{id}", scope::kOrdersRead},
    {"POST /api/v1/orders/ack", scope::kOrdersWrite},
    {"GET /api/v1/refunds", scope::kRefundsRead},
    {"POST /api/v1/refunds/ack", scope::kRefundsWrite},
    {"POST /api/v1/inventory_updates", scope::kInventoryWrite},
    {"GET /api/v1/inventory_updates/{id}", scope::kInventoryRead},
    {"POST /api/v1/shipments", scope::kShipmentsWrite},
    {"GET /api/v1/shipments/{id}", scope::kShipmentsRead},
    {"GET /api/v1/fba_inbound_shipments", scope::kFbaRead},
    {"GET /api/v1/fba_inbound_shipments/{id}", scope::kFbaRead},
    {"POST /api/v1/fba_inbound_shipments/sync", scope::kFbaWrite},
    {"GET /api/v1/fba_carton_pushes", scope::kFbaRead},
    {"GET /api/v1/fba_carton_pushes/{id}", scope::kFbaRead},
    {"POST /api/v1/fba_carton_pushes", scope::kFbaWrite},
    {"GET /api/v1/skus", scope::kCatalogRead},
    {"GET /api/v1/carrier_codes", scope::kCatalogRead},
    {"GET /v2/orders", scope::kOrdersRead},
    {"GET /v2/orders/{id}", scope::kOrdersRead},
    {"GET /v2/orders/{id}/explain", scope::kOrdersRead},
    {"GET /v2/orders/{id}/events", scope::kEventsRead},
    {"POST /v2/orders/acknowledge", scope::kOrdersWrite},
    {"POST /v2/orders/{id}/acknowledge", scope::kOrdersWrite},
    {"GET /v2/refunds", scope::kRefundsRead},
    {"GET /v2/refunds/{id}", scope::kRefundsRead},
    {"POST /v2/refunds/acknowledge", scope::kRefundsWrite},
    {"POST /v2/refunds/{id}/acknowledge", scope::kRefundsWrite},
    {"GET /v2/items", scope::kCatalogRead},
    {"GET /v2/items/{id}", scope::kCatalogRead},
    {"GET /v2/inventory_updates", scope::kInventoryRead},
    {"GET /v2/inventory_updates/{id}", scope::kInventoryRead},
    {"POST /v2/inventory_updates", scope::kInventoryWrite},
    {"GET /v2/shipments", scope::kShipmentsRead},
    {"GET /v2/shipments/{id}", scope::kShipmentsRead},
    {"POST /v2/shipments", scope::kShipmentsWrite},
    {"POST /v2/shipments/{id}/retry", scope::kShipmentsWrite},
    {"GET /v2/channels", scope::kChannelsRead},
    {"GET /v2/channels/{code}", scope::kChannelsRead},
    {"POST /v2/channels/{code}/test", scope::kChannelsWrite},
    {"POST /v2/channels/{code}/sync", scope::kChannelsWrite},
    {"GET /v2/jobs", scope::kJobsRead},
    {"GET /v2/dead_letters", scope::kJobsRead},
    {"GET /v2/jobs/{id}", scope::kJobsRead},
    {"POST /v2/jobs/{id}/retry", scope::kJobsWrite},
    {"POST /v2/jobs/{id}/discard", scope::kJobsWrite},
    {"GET /v2/events", scope::kEventsRead},
    {"GET /v2/events/{id}", scope::kEventsRead},
    {"GET /v2/webhook_endpoints", scope::kWebhooksAdmin},
    {"GET /v2/webhook_endpoints/{id}", scope::kWebhooksAdmin},
    {"GET /v2/webhook_endpoints/{id}/deliveries", scope::kWebhooksAdmin},
    {"GET /v2/deliveries/{id}", scope::kWebhooksAdmin},
    {"GET /v2/keys", scope::kKeysAdmin},
    {"GET /v2/keys/{id}", scope::kKeysAdmin},
    {"POST /v2/webhook_endpoints", scope::kWebhooksAdmin},
    {"PATCH /v2/webhook_endpoints/{id}", scope::kWebhooksAdmin},
    {"DELETE /v2/webhook_endpoints/{id}", scope::kWebhooksAdmin},
    {"POST /v2/webhook_endpoints/{id}/pause", scope::kWebhooksAdmin},
    {"POST /v2/webhook_endpoints/{id}/resume", scope::kWebhooksAdmin},
    {"POST /v2/webhook_endpoints/{id}/rotate_secret", scope::kWebhooksAdmin},
    {"POST /v2/webhook_endpoints/{id}/test", scope::kWebhooksAdmin},
    {"POST /v2/webhook_endpoints/{id}/replay", scope::kWebhooksAdmin},
    {"POST /v2/deliveries/{id}/replay", scope::kWebhooksAdmin},
    {"POST /v2/keys", scope::kKeysAdmin},
    {"POST /v2/keys/{id}/rotate", scope::kKeysAdmin},
    {"POST /v2/keys/{id}/revoke", scope::kKeysAdmin},
    {"GET /v2/audit", scope::kAuditRead},
    {"GET /metrics", scope::kMetricsRead},
    // Of the system: open to anyone, and each says little, or checks a signature.
    {"GET /api/v1/health", ""},
    {"GET /healthz", ""},
    {"GET /readyz", ""},
    {"GET /hooks/{channel_code}", ""},
    {"POST /hooks/{channel_code}", ""},
    {"GET /openapi.json", ""},
    {"GET /docs", ""},
    {"GET /docs/{file}", ""},
};

TEST(Scopes, EveryRouteNeedsTheOneThatIsWrittenHere) {
    Hub hub;
    std::set<std::string> met;
    for (const http::Route& route : hub.router.routes()) {
        const std::string name = route.method + " " + route.pattern;
        const auto needed = kNeeded.find(name);
        ASSERT_NE(needed, kNeeded.end()) << name << ": say here which scope it needs";
        EXPECT_EQ(route.scope, needed->second) << name;
        met.insert(name);
    }
    EXPECT_EQ(met.size(), kNeeded.size());
}

/// What runs the hub is in no ready set.
const std::set<std::string_view> kInNoSet{scope::kMetricsRead, scope::kChannelsWrite, scope::kJobsRead, scope::kJobsWrite,
                                          scope::kWebhooksAdmin, scope::kKeysAdmin, scope::kAuditRead};

TEST(Scopes, EveryRouteTakesExactlyTheKeysThatItsScopeAllows) {
    Hub hub;
    const std::set<std::string> open{"/api/v1/health", "/healthz",      "/readyz", "/hooks/{channel_code}",
                                     "/docs",          "/docs/{file}", "/openapi.json"};
    std::map<std::string, std::string> keys;
    for (const auto scope : kScopes) keys[std::string{scope}] = hub.make_key(hub.acme, std::string{scope});
    int cells = 0;
    for (const http::Route& route : hub.router.routes()) {
        if (open.contains(route.pattern)) {
            EXPECT_TRUE(route.scope.empty()) << route.pattern;
            continue;
        }
        ASSERT_FALSE(route.scope.empty()) << route.method << " " << route.pattern << " has no scope";
        if (!route.scope.ends_with(":admin")) {
            EXPECT_EQ(route.scope.ends_with(":write"), route.method != "GET") << route.pattern;
        }
        std::string path = route.pattern;
        if (const auto id = path.find("{id}"); id != std::string::npos) path.replace(id, 4, "1");
        const auto ask = [&](const std::string& key) {
            http::Request request;
            request.method = route.method;
            request.path = path;
            if (!key.empty()) request.headers.emplace_back("x-api-key", key);
            if (route.method != "GET") {
                request.body = "{}";
                request.headers.emplace_back("content-type", "application/json");
            }
            return hub.send(std::move(request));
        };
        EXPECT_EQ(ask("").status(), 401) << path;
        for (const auto& [scope, key] : keys) {
            const bool in_sets = !kInNoSet.contains(route.scope);
            const bool allowed = scope == route.scope || (in_sets && scope == scope::kErp) ||
                                 (in_sets && scope == scope::kReadOnly && route.method == "GET");
            const auto answer = ask(key);
            if (allowed) {
                EXPECT_NE(answer.status(), 403) << scope << " at " << path;
                EXPECT_NE(answer.status(), 401) << scope << " at " << path;
            } else {
                EXPECT_EQ(answer.status(), 403) << scope << " at " << path;
                EXPECT_NE(answer.raw.body.find(route.scope), std::string::npos) << answer.raw.body;
            }
            ++cells;
        }
    }
    std::cout << "[ figure   ] scope matrix: " << cells << " cells, 0 surprises\n";
    EXPECT_GE(cells, 12 * 12);
}

TEST(Scopes, SeveralAddUp) {
    EXPECT_TRUE(allows("orders:read inventory:write", "inventory:write"));
    EXPECT_FALSE(allows("orders:read inventory:write", "orders:write"));
    EXPECT_FALSE(allows("", "orders:read"));
    EXPECT_FALSE(allows("erp", "metrics:read"));
    EXPECT_FALSE(allows("erp", ""));
}

TEST(Scopes, TheReadySetsHoldNothingThatRunsTheHub) {
    for (const auto needed : {scope::kJobsRead, scope::kJobsWrite, scope::kChannelsWrite, scope::kWebhooksAdmin,
                              scope::kKeysAdmin, scope::kAuditRead, scope::kMetricsRead, scope::kStorefrontRead}) {
        EXPECT_FALSE(allows("erp read-only", needed)) << needed;
        EXPECT_TRUE(allows(needed, needed));
    }
    for (const auto needed : {scope::kEventsRead, scope::kChannelsRead})
        EXPECT_TRUE(allows("read-only", needed)) << needed;
    EXPECT_FALSE(allows("read-only", scope::kOrdersWrite));
}

TEST(KeyKinds, ATestKeyDoesWhatALiveOneDoes) {
    Hub hub;
    const std::string key = hub.make_key(hub.acme, "erp", {}, "", crypto::ApiKeyKind::test);
    EXPECT_TRUE(key.starts_with("cdk_test_"));
    EXPECT_EQ(hub.get("/api/v1/orders", key).status(), 200);
}

TEST(KeyKinds, AKeyForWebPagesOpensNothingElseWhateverItsScopesSay) {
    Hub hub;
    const std::string key =
        hub.make_key(hub.acme, "erp read-only metrics:read storefront:read", {}, "", crypto::ApiKeyKind::publishable);
    EXPECT_TRUE(key.starts_with("pk_"));
    for (const http::Route& route : hub.router.routes()) {
        if (route.scope.empty()) continue;
        http::Request request;
        request.method = route.method;
        request.path = route.pattern;
        request.headers = {{"x-api-key", key}};
        EXPECT_EQ(hub.send(std::move(request)).status(), 403) << route.pattern;
    }
}

/// Who reads a key in a page has all of it but the prefix of another kind, and can compute a checksum.
TEST(KeyKinds, AKeyRewrittenAsAnotherKindIsUnknown) {
    Hub hub;
    auto parts = *crypto::parse_api_key(hub.make_key(hub.acme, "erp", {}, "", crypto::ApiKeyKind::test));
    ASSERT_EQ(hub.get("/api/v1/orders", crypto::to_text(parts).reveal()).status(), 200);
    parts.kind = crypto::ApiKeyKind::live;
    EXPECT_EQ(hub.get("/api/v1/orders", crypto::to_text(parts).reveal()).status(), 401);
}

}  // namespace
}  // namespace crossdock::api::testing
