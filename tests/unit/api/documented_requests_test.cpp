// SPDX-License-Identifier: Apache-2.0
// The requests that three developer documentations show, sent with no more than host and key changed, and held against
// the answers shown there. "000", "002" and "004" are the numbers of those documents; what they show is quoted here.
// What they contradict each other in, and what is left to later resources: docs/decisions/012-documented-requests.md.
// The same against the real binary, with a delivery checked by 000's own code:
// tests/integration/documented_requests_test.cpp.
#include <gtest/gtest.h>

#include <set>

#include "api/json/error.h"
#include "crypto/hash.h"
#include "store/item_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

Timestamp at(const char* text) { return *parse_iso8601(text, ZoneRule::required); }

/// Everything that is documented must be there, of the same kind, and with the same value but where `free` names its
/// place. More than what is documented may be there.
void expect_covers(const json& answer, const json& documented, const std::set<std::string>& free,
                   const std::string& place = "") {
    if (documented.is_object()) {
        ASSERT_TRUE(answer.is_object()) << place;
        for (const auto& [name, value] : documented.items()) {
            const std::string here = place + "/" + name;
            ASSERT_TRUE(answer.contains(name)) << here << " is documented and not there: " << answer;
            if (free.contains(here)) {
                EXPECT_STREQ(answer.at(name).type_name(), value.type_name()) << here;
            } else {
                expect_covers(answer.at(name), value, free, here);
            }
        }
    } else if (documented.is_array()) {
        ASSERT_TRUE(answer.is_array()) << place;
        ASSERT_GE(answer.size(), documented.size()) << place;
        for (std::size_t i = 0; i < documented.size(); ++i) expect_covers(answer[i], documented[i], free, place + "[]");
    } else {
        EXPECT_EQ(answer, documented) << place;
    }
}

// 000, "Make your first call".
const json kDocumentedList = json::parse(R"({
"data": [
{
"id": "ord_01HXYZ8821",
"status": "pending",
"channel": "shopify",
"customer": { "name": "Acme Corp", "email": "ops@acme.com" },
"total": 4200.00,
"currency": "USD",
"created_at": "2026-04-30T09:12:44Z"
}
],
"meta": { "total": 142, "limit": 20, "next_cursor": "cur_..." }
})");

// 000, "Real-time event subscriptions", "Example payload".
const json kDocumentedEvent = json::parse(R"({
"id": "evt_01HXYZ99KM",
"type": "order.created",
"created_at": "2026-04-30T09:12:44Z",
"api_version": "2026-04-01",
"data": {
"id": "ord_01HXYZ8821",
"status": "pending",
"channel": "shopify",
"customer": {
"name": "Acme Corp",
"email": "ops@acme.com"
},
"items": [
{ "sku": "ENT-KIT-003", "qty": 3, "price": 1400.00 }
],
"total": 4200.00,
"currency": "USD"
}
})");

// 000, the table of events.
const std::vector<std::string> kDocumentedEvents{
    "order.created",      "order.updated",       "order.fulfilled",    "order.cancelled",
    "shipment.created",   "shipment.in_transit", "shipment.delivered", "shipment.exception",
    "return.initiated",   "return.received",     "return.refunded",    "inventory.low",
    "inventory.stockout", "inventory.restocked", "payment.failed",     "fraud.flagged"};

/// An account whose one shop is called "shopify", as 000 calls it.
class DocumentedRequests : public ::testing::Test, public V2Hub {
protected:
    DocumentedRequests() {
        db->write([&](db::Session& session) {
            store::ChannelRepo channels(session);
            shopify = *channels.get(*channels.ensure(acme, "shopify", domain::Provider::shopify, true, clock.now()));
            store::CarrierRepo(session).replace(acme, shopify.id, {{"UPS", "UPS"}});
        });
    }
    domain::Order documented_order() {
        auto order = sample_order("8821");
        order.buyer_name = "Acme Corp";
        order.buyer_email = "ops@acme.com";
        order.ordered_at = at("2026-04-30T09:12:44Z");
        order.total_amount = domain::Money{420'000, "USD"};
        order.lines.resize(1);
        order.lines[0].sku = "ENT-KIT-003";
        order.lines[0].quantity = 3;
        order.lines[0].shippable_quantity = 3;
        order.lines[0].unit_price = domain::Money{140'000, "USD"};
        return order;
    }
    /// 000's headers: content type also without a body, and its own version header.
    Answer as_documented(const std::string& key, const std::string& method, const std::string& target,
                         const json& body = nullptr, http::Fields more = {}) {
        http::Request request;
        request.method = method;
        request.path = target;
        if (!body.is_null()) request.body = body.dump();
        request.headers = {{"content-type", "application/json"}, {"sm-version", "2026-04-01"}};
        if (!key.empty()) request.headers.emplace_back("authorization", "Bearer " + key);
        request.headers.insert(request.headers.end(), more.begin(), more.end());
        return send(std::move(request));
    }

    store::Channel shopify;
};

TEST_F(DocumentedRequests, The000ListOfPendingOrders) {
    for (int i = 1; i < 142; ++i) {
        auto order = sample_order("o-" + std::to_string(i));
        order.ordered_at = at("2026-04-29T00:00:00Z") + std::chrono::minutes{i};
        add_order(shopify, order);
    }
    add_order(shopify, documented_order());
    const auto answer = as_documented(admin, "GET", "/v2/orders?status=pending&limit=20");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    EXPECT_EQ(answer.header("API-Version"), "2026-04-01");
    const auto body = answer.json();
    expect_covers(body, kDocumentedList, {"/data[]/id", "/meta/next_cursor"});
    EXPECT_EQ(body["data"].size(), 20U);
    EXPECT_TRUE(body["data"][0]["id"].get<std::string>().starts_with("ord_"));
    EXPECT_TRUE(body["meta"]["next_cursor"].get<std::string>().starts_with("cur_"));
    EXPECT_NE(answer.raw.body.find("\"total\":4200.00,"), std::string::npos) << "with its digits";
    // "Paginated lists use cursor-based pagination."
    std::set<std::string> seen;
    auto page = body;
    for (;;) {
        for (const auto& order : page["data"]) EXPECT_TRUE(seen.insert(order["id"]).second);
        if (page["meta"]["next_cursor"].is_null()) break;
        page =
            as_documented(admin, "GET",
                          "/v2/orders?status=pending&limit=20&cursor=" + page["meta"]["next_cursor"].get<std::string>())
                .json();
        ASSERT_TRUE(page.contains("meta")) << page;
    }
    EXPECT_EQ(seen.size(), 142U);
}

// 000: "All endpoints require an Authorization: Bearer {API_KEY} header. Keys are scoped — read-only keys cannot write
// data."
TEST_F(DocumentedRequests, The000ReadOnlyKeyReadsAndCannotWrite) {
    const auto made = as_documented(admin, "POST", "/v2/keys", {{"name", "reports"}, {"scopes", {"read-only"}}});
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    const std::string key = made.json()["data"]["secret"];
    const auto id = "ord_" + std::to_string(add_order(shopify, documented_order()).value);
    for (const char* target : {"/v2/orders", "/v2/refunds", "/v2/items", "/v2/inventory_updates", "/v2/shipments",
                               "/v2/channels", "/v2/events"})
        EXPECT_EQ(as_documented(key, "GET", target).status(), 200) << target;
    for (const http::Route& route : router.routes()) {
        if (!route.pattern.starts_with("/v2/") || route.method == "GET") continue;
        std::string path = route.pattern;
        for (const char* place : {"{id}", "{code}"})
            if (const auto found = path.find(place); found != std::string::npos)
                path.replace(found, std::string_view{place}.size(), id);
        const auto answer = as_documented(key, route.method, path, json::object());
        EXPECT_EQ(answer.status(), 403) << path;
        EXPECT_EQ(code_of(answer), "forbidden") << path;
    }
    EXPECT_EQ(data("/v2/orders/" + id)["acknowledged"], false);
    for (const auto& [header, wrong] :
         {std::pair{"", ""}, {"authorization", "Bearer "}, {"authorization", "Basic dXNlcjpwYXNz"}}) {
        http::Request request;
        request.method = "GET";
        request.path = "/v2/orders";
        if (*header != '\0') request.headers.emplace_back(header, wrong);
        const auto answer = send(std::move(request));
        EXPECT_EQ(answer.status(), 401) << wrong;
        EXPECT_EQ(code_of(answer), "unauthenticated") << wrong;
    }
}

// 000: "Subscribe to any combination of 40+ events. We deliver to your endpoint with automatic retries and signature
// verification." 002: "Specify a destination URL and choose which event types to subscribe to."
TEST_F(DocumentedRequests, The000EventsAreSubscribedToAndTheExampleIsDelivered) {
    const auto made = as_documented(admin, "POST", "/v2/webhook_endpoints",
                                    {{"url", "http://127.0.0.1:9999/webhooks"}, {"events", kDocumentedEvents}});
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    EXPECT_EQ(made.json()["data"]["events"], json(kDocumentedEvents));
    const std::string secret = made.json()["data"]["secret"];
    add_order(shopify, documented_order());
    deliver();
    ASSERT_EQ(network.requests.size(), 1U);
    const auto& sent = network.requests.front();
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(webhooks::header_of(sent, "Content-Type"), "application/json");
    const auto body = json::parse(sent.body);
    expect_covers(body, kDocumentedEvent, {"/id", "/created_at", "/data/id"});
    EXPECT_TRUE(body["id"].get<std::string>().starts_with("evt_"));
    EXPECT_EQ(body["created_at"], "2026-11-20T12:00:00Z") << "when it came here; the order has its own time";
    EXPECT_EQ(body["data"]["created_at"], "2026-04-30T09:12:44Z");
    EXPECT_EQ(body["data"], data("/v2/orders")[0]) << "the object as the API shows it";
    // "Each request includes an SM-Signature header": createHmac("sha256", secret).update(payload).digest("hex").
    EXPECT_EQ(webhooks::header_of(sent, "SM-Signature"), to_hex(crypto::hmac_sha256(secret, sent.body)));
}

// 000: "Use the Idempotency-Key header to safely retry POST requests without creating duplicate orders or shipments."
// 004: "All POST and PATCH endpoints support an Idempotency-Key header. Same key + same body in a 24-hour window
// returns the same response — safe to retry."
TEST_F(DocumentedRequests, The004IdempotencyKeyReturnsTheSameResponseForADay) {
    const auto order = "ord_" + std::to_string(add_order(shopify, documented_order()).value);
    const json shipment{{"order_id", order}, {"carrier", "UPS"}, {"tracking_number", "1Z999AA10123456784"}};
    const http::Fields key{{"idempotency-key", "4f1c7d5e-1b1a-4a53-9d2c-6d6a52c6a001"}};
    const auto first = as_documented(admin, "POST", "/v2/shipments", shipment, key);
    ASSERT_EQ(first.status(), 201) << first.raw.body;
    clock.advance(24h - 1s);
    const auto again = as_documented(admin, "POST", "/v2/shipments", shipment, key);
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(again.raw.body, first.raw.body);
    EXPECT_EQ(data("/v2/shipments").size(), 1U);
    auto changed = shipment;
    changed["tracking_number"] = "1Z999AA10123456785";
    EXPECT_EQ(as_documented(admin, "POST", "/v2/shipments", changed, key).status(), 422);

    const auto endpoint = as_documented(admin, "POST", "/v2/webhook_endpoints",
                                        {{"url", "https://erp.example.com/hooks"}, {"events", {"*"}}})
                              .json()["data"]["id"]
                              .get<std::string>();
    const auto patch = [&] {
        return as_documented(admin, "PATCH", "/v2/webhook_endpoints/" + endpoint, {{"name", "erp"}}, key);
    };
    const auto patched = patch();
    ASSERT_EQ(patched.status(), 200) << patched.raw.body;
    EXPECT_EQ(patch().raw.body, patched.raw.body);
}

// 004, "Error model": the example, and the standard codes.
TEST_F(DocumentedRequests, The004ErrorModel) {
    const json documented = json::parse(R"({
"error": {
"code": "rate_limited",
"message": "Too many requests; retry after 60s",
"details": { "retry_after": 60 }
}
})");
    Plan plan;
    plan.burst_per_minute = 1;
    set_plans({{"tiny", plan}});
    const auto key = make_key(acme, "erp", {}, "tiny");
    ASSERT_EQ(as_documented(key, "GET", "/v2/orders").status(), 200);
    const auto limited = as_documented(key, "GET", "/v2/orders");
    EXPECT_EQ(limited.status(), 429);
    EXPECT_EQ(limited.header("Retry-After"), "60");
    expect_covers(limited.json(), documented, {"/error/message"});

    struct Row {
        const char* code;
        int status;
        Answer answer;
    };
    const Row rows[]{
        {"unauthenticated", 401, as_documented("", "GET", "/v2/orders")},
        {"forbidden", 403, as_documented(key_, "GET", "/v2/keys")},
        {"not_found", 404, as_documented(admin, "GET", "/v2/orders/ord_999")},
        {"validation_failed", 422, as_documented(admin, "GET", "/v2/orders?limit=none")},
        {"internal_error", 500, {render_error("/v2/orders", 500, "an internal error", "0123456789abcdef")}},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(row.answer.status(), row.status) << row.code;
        const auto error = row.answer.json().at("error");
        EXPECT_EQ(error.at("code"), row.code);
        EXPECT_TRUE(error.at("message").is_string()) << row.code;
        EXPECT_TRUE(error.at("details").is_object()) << row.code;
        EXPECT_TRUE(error.at("request_id").is_string()) << row.code;
    }
}

// 004, "Rate-limit headers": X-RateLimit-Limit: 600, X-RateLimit-Remaining: 421, X-RateLimit-Reset: 1715346000.
TEST_F(DocumentedRequests, The004RateLimitHeaders) {
    Plan plan;
    plan.requests_per_hour = 600;
    set_plans({{"hourly", plan}});
    const auto key = make_key(acme, "erp", {}, "hourly");
    for (int i = 1; i < 179; ++i) as_documented(key, "GET", "/v2/orders?limit=1");
    const auto answer = as_documented(key, "GET", "/v2/orders?limit=1");
    EXPECT_EQ(answer.header("X-RateLimit-Limit"), "600");
    EXPECT_EQ(answer.header("X-RateLimit-Remaining"), "421");
    EXPECT_EQ(answer.header("X-RateLimit-Reset"), "1795179600") << "13:00:00 UTC, in seconds since 1970";
}

// 002, "Rate limits": per key, reset at midnight UTC; Growth 500 a day and 20 a minute, Pro 10,000 and 200. "When you
// exceed the rate limit, the API returns a 429 Too Many Requests response. The response includes a Retry-After header
// with the number of seconds until your quota resets."
TEST_F(DocumentedRequests, The002PlansAreCountedByKeyAndResetAtMidnight) {
    Plan growth, pro;
    growth.requests_per_day = 500;
    growth.burst_per_minute = 20;
    pro.requests_per_day = 10'000;
    pro.burst_per_minute = 200;
    set_plans({{"growth", growth}, {"pro", pro}});
    for (const auto& [plan, burst, day] : {std::tuple{"growth", 20, 500}, {"pro", 200, 10'000}}) {
        clock.jump_to(at("2026-11-20T12:00:00Z"));
        const auto key = make_key(acme, "erp", {}, plan);
        const auto another = make_key(acme, "erp", {}, plan);
        const auto ask = [&](const std::string& with) { return as_documented(with, "GET", "/v2/orders?limit=1"); };
        int asked = 0;
        for (; asked < burst; ++asked) ASSERT_EQ(ask(key).status(), 200) << plan << ' ' << asked;
        EXPECT_EQ(ask(key).status(), 429);
        EXPECT_EQ(ask(key).header("Retry-After"), "60") << "the minute's end";
        EXPECT_EQ(ask(another).status(), 200) << "by key";
        for (; asked < day; ++asked) {
            if (asked % burst == 0) clock.advance(60s);
            ASSERT_EQ(ask(key).status(), 200) << plan << ' ' << asked;
        }
        clock.advance(60s);
        const auto over = ask(key);
        EXPECT_EQ(over.status(), 429);
        const auto midnight = at("2026-11-21T00:00:00Z") - clock.now();
        EXPECT_EQ(over.header("Retry-After"),
                  std::to_string(std::chrono::ceil<std::chrono::seconds>(midnight).count()));
        clock.advance(midnight);
        EXPECT_EQ(ask(key).status(), 200);
    }
}

// 002, "Getting an API key": "Give the key a descriptive name", "it will only be displayed once in full", "Each key can
// be revoked independently without affecting others. Revoked keys are permanently invalidated."
TEST_F(DocumentedRequests, The002KeysAreNamedShownOnceAndRevokedAlone) {
    std::vector<json> made;
    for (const char* name : {"ERP integration", "Warehouse system"})
        made.push_back(
            as_documented(admin, "POST", "/v2/keys", {{"name", name}, {"scopes", {"erp"}}}).json().at("data"));
    const auto list = as_documented(admin, "GET", "/v2/keys");
    for (const json& key : made) {
        EXPECT_EQ(list.raw.body.find(key["secret"].get<std::string>()), std::string::npos) << "once";
        EXPECT_NE(list.raw.body.find("\"name\":\"" + key["name"].get<std::string>() + "\""), std::string::npos);
        EXPECT_EQ(as_documented(key["secret"], "GET", "/v2/orders").status(), 200);
    }
    EXPECT_EQ(as_documented(admin, "POST", "/v2/keys/" + made[0]["id"].get<std::string>() + "/revoke").status(), 200);
    EXPECT_EQ(as_documented(made[0]["secret"], "GET", "/v2/orders").status(), 401);
    EXPECT_EQ(as_documented(made[1]["secret"], "GET", "/v2/orders").status(), 200);
    clock.advance(std::chrono::hours{24 * 365});
    EXPECT_EQ(as_documented(made[0]["secret"], "GET", "/v2/orders").status(), 401);
}

// 002, "Available resources": "Channels — retrieve channel connection status and listing states."
TEST_F(DocumentedRequests, The002ChannelsHaveTheirStatusAndListingStates) {
    add_item(shopify, sample_item("v1", "SKU-A"));
    auto draft = sample_item("v2", "SKU-B");
    draft.status = domain::ItemStatus::draft;
    add_item(shopify, draft);
    const auto answer = as_documented(admin, "GET", "/v2/channels/shopify");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    const auto channel = answer.json()["data"];
    EXPECT_EQ(channel["status"], "new");
    EXPECT_EQ(channel["listings"]["active"], 1) << channel["listings"];
    EXPECT_EQ(channel["listings"]["draft"], 1) << channel["listings"];
    EXPECT_EQ(as_documented(admin, "GET", "/v2/channels").json()["meta"]["total"], 6);
}

// 002: "for example, when stock falls below a threshold, when a PO is received, or when a channel listing goes into
// error state."
TEST_F(DocumentedRequests, The002WebhookExamplesAreTaken) {
    EXPECT_EQ(as_documented(admin, "POST", "/v2/webhook_endpoints",
                            {{"url", "https://erp.example.com/hooks"},
                             {"events", {"inventory.low", "purchase_order.received", "listing.error"}}})
                  .status(),
              201);
}

// 004, "The 5 integration surfaces": "Storefront-facing. CORS-enabled or pk_* API key."
TEST_F(DocumentedRequests, The004KeysForPagesAreOfTheirOwnKindAndPagesAreListed) {
    const auto made = as_documented(admin, "POST", "/v2/keys",
                                    {{"name", "shop page"}, {"kind", "publishable"}, {"scopes", {"storefront:read"}}});
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    const std::string key = made.json()["data"]["secret"];
    EXPECT_TRUE(key.starts_with("pk_"));
    EXPECT_EQ(as_documented(key, "GET", "/v2/orders").status(), 403) << "what it is for comes with later resources";
    context->cors_origins = {"https://shop.example.com"};
    const auto page = as_documented(admin, "GET", "/v2/channels", nullptr, {{"origin", "https://shop.example.com"}});
    EXPECT_EQ(page.status(), 200);
    EXPECT_EQ(page.header("Access-Control-Allow-Origin"), "https://shop.example.com");
}

}  // namespace
}  // namespace crossdock::api::testing
