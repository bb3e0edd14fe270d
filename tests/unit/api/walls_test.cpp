// SPDX-License-Identifier: Apache-2.0
// Accounts are walls: every route, asked by one account for what is another's, answers exactly as for what does not
// exist.
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <set>

#include "services/record_fba.h"
#include "store/delivery_repo.h"
#include "store/fba_repo.h"
#include "store/webhook_endpoint_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

/// Asks a route about something that `subject` names.
struct Probe {
    const char* kind;  // of what is named: which of TwoAccounts::subjects
    std::string target;
    std::string body = {};
};

constexpr const char* kSubject = "{SUBJECT}";

/// How every route can name something that belongs to an account. A new route is named here, or the test fails; none at
/// all means that it takes no name.
const std::map<std::string, std::vector<Probe>> kProbes{
    {"GET /api/v1/orders", {{"channel", "/api/v1/orders?channel={SUBJECT}"}}},
    {"GET /api/v1/orders/{id}", {{"order", "/api/v1/orders/{SUBJECT}"}}},
    {"POST /api/v1/orders/ack", {{"order", "/api/v1/orders/ack", R"({"ids":[{SUBJECT}]})"}}},
    {"GET /api/v1/refunds", {{"channel", "/api/v1/refunds?channel={SUBJECT}"}}},
    {"POST /api/v1/refunds/ack", {{"refund", "/api/v1/refunds/ack", R"({"ids":[{SUBJECT}]})"}}},
    {"POST /api/v1/inventory_updates",
     {{"channel", "/api/v1/inventory_updates", R"({"channel":"{SUBJECT}","items":[{"sku":"S","quantity":1}]})"},
      {"item", "/api/v1/inventory_updates",
       R"({"channel":"shop-us","items":[{"item_master_id":{SUBJECT},"quantity":1}]})"},
      {"sku", "/api/v1/inventory_updates", R"({"channel":"shop-us","items":[{"sku":"{SUBJECT}","quantity":1}]})"}}},
    {"GET /api/v1/inventory_updates/{id}", {{"update", "/api/v1/inventory_updates/{SUBJECT}"}}},
    {"POST /api/v1/shipments",
     {{"order", "/api/v1/shipments",
       R"({"shipments":[{"remote_order_id":{SUBJECT},"carrier":"OnTrac","tracking_number":"1Z"}]})"},
      {"channel", "/api/v1/shipments",
       R"({"shipments":[{"channel":"{SUBJECT}","external_order_id":"acme-o","carrier":"UPS","tracking_number":"1Z"}]})"},
      {"external_order", "/api/v1/shipments",
       R"({"shipments":[{"channel":"shop-us","external_order_id":"{SUBJECT}","carrier":"OnTrac","tracking_number":"1Z"}]})"}}},
    {"GET /api/v1/shipments/{id}", {{"shipment", "/api/v1/shipments/{SUBJECT}"}}},
    {"GET /api/v1/fba_inbound_shipments", {{"channel", "/api/v1/fba_inbound_shipments?channel={SUBJECT}"}}},
    {"GET /api/v1/fba_inbound_shipments/{id}", {{"fba", "/api/v1/fba_inbound_shipments/{SUBJECT}"}}},
    {"POST /api/v1/fba_inbound_shipments/sync",
     {{"amazon_channel", "/api/v1/fba_inbound_shipments/sync", R"({"channel":"{SUBJECT}"})"}}},
    {"GET /api/v1/fba_carton_pushes", {{"channel", "/api/v1/fba_carton_pushes?channel={SUBJECT}"}}},
    {"GET /api/v1/fba_carton_pushes/{id}", {{"carton", "/api/v1/fba_carton_pushes/{SUBJECT}"}}},
    {"POST /api/v1/fba_carton_pushes",
     {{"fba", "/api/v1/fba_carton_pushes",
       R"({"channel":"amz-na","fba_inbound_shipment_id":"{SUBJECT}","items":[{"sku":"A","quantity_shipped":1,"quantity_in_case":1}]})"},
      {"amazon_channel", "/api/v1/fba_carton_pushes",
       R"({"channel":"{SUBJECT}","fba_inbound_shipment_id":"a1b2c3d4-0000-4000-8000-000000000000","items":[{"sku":"A","quantity_shipped":1,"quantity_in_case":1}]})"}}},
    {"GET /api/v1/skus", {{"channel", "/api/v1/skus?channel={SUBJECT}"}}},
    {"GET /api/v1/carrier_codes", {{"channel", "/api/v1/carrier_codes?channel={SUBJECT}"}}},
    {"GET /v2/orders",
     {{"channel", "/v2/orders?channel={SUBJECT}"}, {"external_order", "/v2/orders?external_id={SUBJECT}"}}},
    {"GET /v2/orders/{id}", {{"v2_order", "/v2/orders/{SUBJECT}"}}},
    {"GET /v2/orders/{id}/explain", {{"v2_order", "/v2/orders/{SUBJECT}/explain"}}},
    {"GET /v2/orders/{id}/events", {{"v2_order", "/v2/orders/{SUBJECT}/events"}}},
    {"POST /v2/orders/acknowledge", {{"fresh_order", "/v2/orders/acknowledge", R"({"ids":["{SUBJECT}"]})"}}},
    {"POST /v2/orders/{id}/acknowledge", {{"v2_order", "/v2/orders/{SUBJECT}/acknowledge"}}},
    {"GET /v2/refunds", {{"channel", "/v2/refunds?channel={SUBJECT}"}, {"v2_order", "/v2/refunds?order_id={SUBJECT}"}}},
    {"GET /v2/refunds/{id}", {{"v2_refund", "/v2/refunds/{SUBJECT}"}}},
    {"POST /v2/refunds/acknowledge", {{"fresh_refund", "/v2/refunds/acknowledge", R"({"ids":["{SUBJECT}"]})"}}},
    {"POST /v2/refunds/{id}/acknowledge", {{"v2_refund", "/v2/refunds/{SUBJECT}/acknowledge"}}},
    {"GET /v2/items", {{"channel", "/v2/items?channel={SUBJECT}"}, {"sku", "/v2/items?sku={SUBJECT}"}}},
    {"GET /v2/items/{id}", {{"v2_item", "/v2/items/{SUBJECT}"}}},
    {"GET /v2/inventory_updates",
     {{"channel", "/v2/inventory_updates?channel={SUBJECT}"}, {"v2_item", "/v2/inventory_updates?item_id={SUBJECT}"}}},
    {"GET /v2/inventory_updates/{id}", {{"v2_update", "/v2/inventory_updates/{SUBJECT}"}}},
    {"POST /v2/inventory_updates",
     {{"channel", "/v2/inventory_updates", R"({"channel":"{SUBJECT}","items":[{"sku":"S","quantity":1}]})"},
      {"v2_item", "/v2/inventory_updates", R"({"channel":"shop-us","items":[{"item_id":"{SUBJECT}","quantity":1}]})"}}},
    {"GET /v2/shipments",
     {{"channel", "/v2/shipments?channel={SUBJECT}"}, {"v2_order", "/v2/shipments?order_id={SUBJECT}"}}},
    {"GET /v2/shipments/{id}", {{"v2_shipment", "/v2/shipments/{SUBJECT}"}}},
    {"POST /v2/shipments",
     {{"v2_order", "/v2/shipments", R"({"order_id":"{SUBJECT}","carrier":"UPS","tracking_number":"1Z"})"}}},
    {"POST /v2/shipments/{id}/retry", {{"v2_shipment", "/v2/shipments/{SUBJECT}/retry"}}},
    {"GET /v2/channels", {}},
    {"GET /v2/channels/{code}", {{"channel", "/v2/channels/{SUBJECT}"}}},
    {"POST /v2/channels/{code}/test", {{"channel", "/v2/channels/{SUBJECT}/test"}}},
    {"POST /v2/channels/{code}/sync", {{"channel", "/v2/channels/{SUBJECT}/sync"}}},
    {"GET /v2/jobs", {{"channel", "/v2/jobs?channel={SUBJECT}"}}},
    {"GET /v2/dead_letters", {{"channel", "/v2/dead_letters?channel={SUBJECT}"}}},
    {"GET /v2/jobs/{id}", {{"v2_job", "/v2/jobs/{SUBJECT}"}}},
    {"POST /v2/jobs/{id}/retry", {{"v2_job", "/v2/jobs/{SUBJECT}/retry"}}},
    {"POST /v2/jobs/{id}/discard", {{"v2_job", "/v2/jobs/{SUBJECT}/discard"}}},
    // The cursor's own wall is in V2Orders.ACursorFitsItsListItsFiltersAndItsAccountOnly.
    {"GET /v2/events", {}},
    {"GET /v2/events/{id}", {{"event", "/v2/events/{SUBJECT}"}}},
    {"GET /v2/webhook_endpoints", {}},
    {"GET /v2/webhook_endpoints/{id}", {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}"}}},
    {"GET /v2/webhook_endpoints/{id}/deliveries", {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}/deliveries"}}},
    {"GET /v2/deliveries/{id}", {{"delivery", "/v2/deliveries/{SUBJECT}"}}},
    {"POST /v2/webhook_endpoints", {}},
    {"PATCH /v2/webhook_endpoints/{id}", {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}", R"({"name":"mine"})"}}},
    {"DELETE /v2/webhook_endpoints/{id}", {{"spare_endpoint", "/v2/webhook_endpoints/{SUBJECT}"}}},
    {"POST /v2/webhook_endpoints/{id}/pause", {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}/pause"}}},
    {"POST /v2/webhook_endpoints/{id}/resume", {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}/resume"}}},
    {"POST /v2/webhook_endpoints/{id}/rotate_secret", {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}/rotate_secret"}}},
    {"POST /v2/webhook_endpoints/{id}/test", {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}/test"}}},
    {"POST /v2/webhook_endpoints/{id}/replay",
     {{"endpoint", "/v2/webhook_endpoints/{SUBJECT}/replay", R"({"types":["order.*"]})"},
      {"event", "/v2/webhook_endpoints/whe_other/replay", R"({"event_ids":["{SUBJECT}"]})"}}},
    {"POST /v2/deliveries/{id}/replay", {{"delivery", "/v2/deliveries/{SUBJECT}/replay"}}},
    {"GET /v2/keys", {}},
    {"POST /v2/keys", {}},
    {"POST /v2/keys/{id}/rotate", {{"key", "/v2/keys/{SUBJECT}/rotate"}}},
    {"GET /v2/keys/{id}", {{"key", "/v2/keys/{SUBJECT}"}}},
    {"POST /v2/keys/{id}/revoke", {{"key", "/v2/keys/{SUBJECT}/revoke"}}},
    {"GET /v2/audit", {}},
    // Of the whole hub, for keys that name metrics:read: no names of accounts' things go in.
    {"GET /metrics", {}},
};

/// "acme" has one of everything; "other" asks.
class TwoAccounts : public V2Hub {
public:
    TwoAccounts() {
        key_ = admin;
        other_key_ = others_admin;
        const auto order = add_order(shop_us, sample_order("acme-o"));
        auto item = sample_item("acme-v", "acme-sku");
        const auto item_id = add_item(shop_us, item);
        const auto fba = add_fba();
        const auto made = [&](const char* path, const json& body) {
            const auto answer = post_json(path, body);
            EXPECT_EQ(answer.status(), 201) << answer.raw.body;
            return answer.json();
        };
        const auto update =
            made("/api/v1/inventory_updates",
                 {{"channel", "shop-us"}, {"items", {{{"item_master_id", item_id.value}, {"quantity", 3}}}}});
        const auto shipment =
            made("/api/v1/shipments",
                 {{"shipments",
                   {{{"remote_order_id", order.value}, {"carrier", "UPS"}, {"tracking_number", "acme-track"}}}}});
        const auto carton =
            made("/api/v1/fba_carton_pushes",
                 {{"channel", "amz-na"},
                  {"fba_inbound_shipment_id", fba},
                  {"items", {{{"sku", "acme-sku"}, {"quantity_shipped", 1}, {"quantity_in_case", 1}}}}});
        auto refund = sample_refund("acme-r");
        refund.external_order_id = "acme-o";
        const std::string nobody = "99999999-0000-4000-8000-000000000000";
        subjects = {{"order", {std::to_string(order.value), "987654"}},
                    {"refund", {std::to_string(add_refund(shop_us, refund)), "987654"}},
                    {"item", {std::to_string(item_id.value), "987654"}},
                    {"sku", {"acme-sku", "nobody-sku"}},
                    {"update", {update["created_ids"][0].dump(), "987654"}},
                    {"shipment", {shipment["created_ids"][0].dump(), "987654"}},
                    {"external_order", {"acme-o", "nobody-o"}},
                    {"channel", {"shop-eu", "shop-no"}},
                    {"amazon_channel", {"amz-eu", "amz-no"}},
                    {"fba", {fba, nobody}},
                    {"carton", {carton["fba_carton_push"]["id"], nobody}},
                    {"event", {data("/v2/events")[0]["id"], "evt_0000000000000000000001"}}};
        for (const auto& [kind, prefix] : {std::pair{"order", "ord_"},
                                           {"refund", "ref_"},
                                           {"item", "itm_"},
                                           {"update", "inv_"},
                                           {"shipment", "shp_"}}) {
            const auto& pair = subjects.at(kind);
            subjects[std::string{"v2_"} + kind] = {prefix + pair.theirs, prefix + pair.unknown};
        }
        // Nobody has acknowledged these when they are asked about.
        subjects["fresh_order"] = {"ord_" + std::to_string(add_order(shop_us, sample_order("acme-o2")).value),
                                   "ord_987654"};
        subjects["fresh_refund"] = {"ref_" + std::to_string(add_refund(shop_us, sample_refund("acme-r2"))),
                                    "ref_987654"};
        const auto spare = crypto::parse_api_key(make_key(acme, "erp"))->id;
        subjects["key"] = {spare, "AAAAAAAA"};
        db->write([&](db::Session& session) {
            const auto add = [&](AccountId account, const char* public_id) {
                store::WebhookEndpoint endpoint;
                endpoint.account_id = account;
                endpoint.public_id = public_id;
                endpoint.name = "endpoint";
                endpoint.url = "https://acme.example.com/";
                endpoint.events = {"*"};
                return store::WebhookEndpointRepo(session).insert(endpoint, clock.now());
            };
            add(other, "whe_other");
            add(acme, "whe_acme_spare");
            const auto id = add(acme, "whe_acme");
            const auto delivery = store::DeliveryRepo(session).insert({acme, id, 1, "evt_acme", "order.created"},
                                                                      clock.now(), clock.now());
            subjects["delivery"] = {"dlv_" + std::to_string(delivery->value), "dlv_987654"};
        });
        subjects["endpoint"] = {"whe_acme", "whe_nobody"};
        subjects["spare_endpoint"] = {"whe_acme_spare", "whe_nobody"};
        subjects["v2_job"] = {data("/v2/jobs")[0]["id"], "job_987654"};
    }

    struct Pair {
        std::string theirs, unknown;
    };
    std::map<std::string, Pair> subjects;

    /// What the wire shows, with the subject's name taken out.
    std::string ask(const std::string& method, const Probe& probe, const std::string& subject, const std::string& key,
                    const std::string& idempotency_key = "") {
        http::Request request;
        request.method = method;
        request.path = put_in(probe.target, kSubject, subject);
        request.body = put_in(probe.body, kSubject, subject);
        request.headers = {{"x-api-key", key}};
        if (!idempotency_key.empty()) request.headers.emplace_back("idempotency-key", idempotency_key);
        const auto answer = send(std::move(request));
        std::string shown = std::to_string(answer.status()) + "\n";
        for (const auto& [name, value] : answer.raw.headers) shown += name + ": " + value + "\n";
        return put_in(shown + answer.raw.body, subject, kSubject);
    }

private:
    /// Whole words only: 1 is not the 1 of /api/v1.
    static std::string put_in(std::string text, const std::string& what, const std::string& instead) {
        const auto is_word = [&](std::size_t at) {
            const auto part = [&](std::size_t i) {
                return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
            };
            return !(at > 0 && part(at - 1)) && !part(at + what.size());
        };
        for (auto at = text.find(what); at != std::string::npos;) {
            const bool word = is_word(at);
            if (word) text.replace(at, what.size(), instead);
            at = text.find(what, at + (word ? instead.size() : 1));
        }
        return text;
    }
    std::string add_fba() {
        std::string uuid = random.uuid();
        db->write([&](db::Session& session) {
            domain::FbaShipment facts;
            facts.shipment_id = "FBAACME";
            facts.marketplace_id = "ATVPDKIKX0DER";
            facts.shipment_name = "acme-fba";
            facts.shipment_status = "WORKING";
            const auto recorded = services::record_fba_shipment(
                session, amz_na, {facts.shipment_id, R"({"ShipmentId":"FBAACME"})", facts, uuid}, clock.now());
            store::FbaRepo repo(session);
            repo.stage_items(recorded->id, 1, {{"acme-sku", R"({"SellerSKU":"acme-sku"})"}});
            services::show_fba_items(session, *repo.get(recorded->id), clock.now());
        });
        return uuid;
    }
};

TEST(Walls, AnothersIdAnswersExactlyLikeAnUnknownOne) {
    TwoAccounts hub;
    int asked = 0;
    for (const http::Route& route : hub.router.routes()) {
        if (route.scope.empty()) continue;  // named in Scopes.EveryRouteNeedsTheOneThatIsWrittenHere
        const std::string name = route.method + " " + route.pattern;
        const auto probes = kProbes.find(name);
        ASSERT_NE(probes, kProbes.end()) << name << ": say here how it names things";
        for (const Probe& probe : probes->second) {
            const auto& subject = hub.subjects.at(probe.kind);
            const auto theirs = hub.ask(route.method, probe, subject.theirs, hub.other_key_);
            const auto unknown = hub.ask(route.method, probe, subject.unknown, hub.other_key_);
            EXPECT_EQ(theirs, unknown) << name << ' ' << probe.kind;
            // Its owner sees another answer, or nothing was compared.
            EXPECT_NE(hub.ask(route.method, probe, subject.theirs, hub.key_), unknown) << name << ' ' << probe.kind;
            ++asked;
        }
    }
    EXPECT_EQ(kProbes.size() + 8, hub.router.routes().size()) << "a route of the table is gone";
    std::printf("%d ways to name something, nothing crosses\n", asked);
}

/// Every list, asked by another account: made from the route table.
TEST(Walls, ListsShowNothingOfAnother) {
    TwoAccounts hub;
    // Where an owner's own name must be seen, or nothing is compared.
    const std::set<std::string> seen{"/api/v1/orders",
                                     "/api/v1/refunds",
                                     "/api/v1/skus",
                                     "/api/v1/fba_inbound_shipments",
                                     "/api/v1/fba_carton_pushes",
                                     "/v2/orders",
                                     "/v2/refunds",
                                     "/v2/items",
                                     "/v2/shipments",
                                     "/v2/inventory_updates",
                                     "/v2/events",
                                     "/v2/webhook_endpoints",
                                     "/v2/audit"};
    // With what a list needs to show all.
    const std::map<std::string, std::vector<std::string>> queries{
        {"/api/v1/orders", {"?since=2020-01-01"}},
        {"/api/v1/refunds", {"?channel=shop-us&since=2020-01-01"}},
        {"/v2/orders", {"", "?acknowledged=false", "?updated_after=2020-01-01"}}};
    const std::string mark = "acme-";
    ASSERT_EQ(hub.call("PATCH", "/v2/webhook_endpoints/whe_acme", R"({"name":"acme-hook"})").status(), 200);
    int asked = 0;
    for (const http::Route& route : hub.router.routes()) {
        if (route.method != "GET" || route.scope.empty() || route.pattern == "/metrics" ||
            route.pattern.find('{') != std::string::npos)
            continue;
        const auto more = queries.find(route.pattern);
        for (const std::string& query : more == queries.end() ? std::vector<std::string>{""} : more->second) {
            const std::string target = route.pattern + query;
            const auto mine = hub.get(target, hub.key_).raw.body;
            if (seen.contains(route.pattern)) {
                EXPECT_NE(mine.find(mark), std::string::npos) << target << ": nothing is compared\n" << mine;
            }
            const auto others = hub.get(target, hub.other_key_);
            EXPECT_EQ(others.status(), 200) << target;
            EXPECT_EQ(others.raw.body.find(mark), std::string::npos) << target << '\n' << others.raw.body;
            ++asked;
        }
    }
    EXPECT_EQ(hub.get("/api/v1/health", hub.other_key_).raw.body.find(mark), std::string::npos);
    std::printf("%d lists, nothing crosses\n", asked);
}

/// The same Idempotency-Key with the same request, by two accounts: the second is a request of its own. Made from the
/// route table.
TEST(Walls, NoRouteReplaysAnothersAnswer) {
    TwoAccounts hub;
    int asked = 0;
    for (const http::Route& route : hub.router.routes()) {
        if (route.scope.empty() || (route.method != "POST" && route.method != "PATCH")) continue;
        for (const Probe& probe : kProbes.at(route.method + " " + route.pattern)) {
            const auto& subject = hub.subjects.at(probe.kind);
            const auto ask = [&](const std::string& key, const std::string& name) {
                return hub.ask(route.method, probe, name, key, "wall-" + std::to_string(asked));
            };
            const auto mine = ask(hub.key_, subject.theirs);
            const auto theirs = ask(hub.other_key_, subject.theirs);
            EXPECT_EQ(theirs.find("Idempotent-Replayed"), std::string::npos) << route.pattern << '\n' << theirs;
            EXPECT_NE(mine, theirs) << route.pattern;
            ++asked;
        }
    }
    std::printf("%d changes with one key for two accounts, nothing is replayed\n", asked);
}

TEST(Walls, AnIdempotencyKeyOfAnotherIsANewOne) {
    TwoAccounts hub;
    const auto ack = [&](const std::string& key) {
        http::Request request;
        request.method = "POST";
        request.path = "/api/v1/orders/ack";
        request.body = "{\"ids\":[" + hub.subjects.at("order").theirs + "]}";
        request.headers = {{"x-api-key", key}, {"idempotency-key", "same"}};
        return hub.send(std::move(request));
    };
    EXPECT_EQ(ack(hub.key_).raw.body, R"({"updated":1})");
    EXPECT_EQ(ack(hub.other_key_).raw.body, R"({"updated":0})");
}

}  // namespace
}  // namespace crossdock::api::testing
