// SPDX-License-Identifier: Apache-2.0
// Who may come in, what goes out, and the dials: tokens, scopes, versions, faults, webhooks, bulk files, /_sandbox.
#include <algorithm>
#include <map>
#include <set>

#include "sandbox/shopify/encoding.h"
#include "support/in_process_http.h"
#include "unit/sandbox/shopify/shop_fixture.h"

namespace crossdock::sandbox::shopify {
namespace {

class Doors : public ShopTest {};

TEST_F(Doors, ABadTokenIs401WithAStringForErrors) {
    open(quiet());
    client->token = "shpat_wrong";
    const http::Response response = client->post("{ shop { id } }");
    EXPECT_EQ(response.status, 401);
    EXPECT_TRUE(json::parse(response.body)["errors"].is_string());
}

TEST_F(Doors, ClientCredentialsGiveATokenForADay) {
    open(quiet());
    const auto grant = [&](const std::string& secret) {
        return client->send("POST", "/shopify/admin/oauth/access_token",
                            "grant_type=client_credentials&client_id=demo-client&client_secret=" + secret);
    };
    EXPECT_EQ(grant("wrong").status, 400);
    const json token = json::parse(grant("demo%2Dsecret").body);
    EXPECT_EQ(token["expires_in"], 86399);
    EXPECT_NE(token["scope"].get<std::string>().find("read_orders"), std::string::npos);
    client->token = token["access_token"];
    EXPECT_EQ(client->post("{ shop { id } }").status, 200);
    clock.advance(24h);
    EXPECT_EQ(client->post("{ shop { id } }").status, 401);
    client->token = json::parse(grant("demo-secret").body)["access_token"];
    shop->expire_tokens();
    EXPECT_EQ(client->post("{ shop { id } }").status, 401);
}

TEST_F(Doors, AnUnservedVersionFallsForward) {
    open(quiet());
    const auto shown = [&](const std::string& version) {
        client->version = version;
        return testing::header_of(client->post("{ shop { id } }"), "X-Shopify-API-Version");
    };
    EXPECT_EQ(shown("2026-07"), "2026-07");
    EXPECT_EQ(shown("2024-10"), "2026-01");
    EXPECT_EQ(shown("2031-01"), "2026-01");
    client->version = "latest";
    EXPECT_EQ(client->post("{ shop { id } }").status, 404);
}

TEST_F(Doors, TheDateIsTheShopsOwn) {
    open(quiet());
    shop->set_clock_skew(90s);
    EXPECT_EQ(testing::header_of(client->post("{ shop { id } }"), "Date"), "Sat, 21 Nov 2026 09:01:30 GMT");
}

TEST_F(Doors, OldOrdersHideWithoutTheScope) {
    ShopOptions options = quiet();
    options.old_order = true;
    options.orders = 2;
    open(options);
    const auto count = [&] { return call("{ orders(first: 50) { nodes { id } } ordersCount { count } }")["data"]; };
    const std::string old = order_gid(shop->ledger().front().id);
    EXPECT_EQ(count()["orders"]["nodes"].size(), 2U);
    EXPECT_EQ(count()["ordersCount"]["count"], 2);
    EXPECT_TRUE(call("query Q($id: ID!) { order(id: $id) { id } }", {{"id", old}})["data"]["order"].is_null());
    shop->set_scopes({"read_orders", "read_all_orders"});
    EXPECT_EQ(count()["orders"]["nodes"].size(), 3U);
}

TEST_F(Doors, MissingScopesFailAsTheyDoThere) {
    open(quiet());
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    const std::string query =
        "query Q($id: ID!) { order(id: $id) { name customer { id } fulfillmentOrders(first: 5) { nodes { id } } } }";
    shop->set_scopes({"read_orders"});
    json answer = call(query, {{"id", order_gid(id)}});
    EXPECT_EQ(answer["data"]["order"]["fulfillmentOrders"]["nodes"].size(), 0U);  // silently
    EXPECT_TRUE(answer["data"]["order"]["customer"].is_null());
    EXPECT_EQ(code_of(answer), "ACCESS_DENIED");
    EXPECT_EQ(answer["errors"].size(), 1U);
    EXPECT_EQ(answer["errors"][0]["path"], json::parse(R"(["order","customer"])"));
    shop->set_scopes({"read_products"});
    answer = call("{ orders(first: 1) { nodes { id } } }");
    EXPECT_EQ(code_of(answer), "ACCESS_DENIED");
    EXPECT_TRUE(answer["data"].is_null());
    shop->set_scopes({"read_orders", "read_merchant_managed_fulfillment_orders"});
    const json group = call(query, {{"id", order_gid(id)}})["data"]["order"]["fulfillmentOrders"]["nodes"][0];
    answer = call("mutation M($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }",
                  {{"f", {{"lineItemsByFulfillmentOrder", {{{"fulfillmentOrderId", group["id"]}}}}}}});
    EXPECT_EQ(answer["data"]["fulfillmentCreate"]["userErrors"][0]["message"],
              "The api_client does not have access to the fulfillment order.");
}

TEST_F(Doors, WithheldPersonalDataComesAsNullsWithErrors) {
    open(quiet());
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    shop->set_pii_hidden(true);
    const json answer =
        call("query Q($id: ID!) { order(id: $id) { name email shippingAddress { name address1 city countryCodeV2 } } }",
             {{"id", order_gid(id)}});
    const json& o = answer["data"]["order"];
    EXPECT_TRUE(o["email"].is_null() && o["shippingAddress"]["name"].is_null() &&
                o["shippingAddress"]["address1"].is_null());
    EXPECT_TRUE(o["shippingAddress"]["city"].is_string());
    EXPECT_EQ(answer["errors"].size(), 3U);
    EXPECT_TRUE(
        answer["errors"][0]["message"].get<std::string>().starts_with("This app is not approved to access the"));
}

TEST_F(Doors, MissingThingsAreNullAndNumberZeroIsNotFound) {
    open(quiet());
    EXPECT_TRUE(call("{ order(id: \"gid://shopify/Order/5\") { id } }")["data"]["order"].is_null());
    EXPECT_EQ(code_of(call("{ order(id: \"gid://shopify/Order/5\") { id } }")), "");
    EXPECT_EQ(code_of(call("{ order(id: \"gid://shopify/Order/0\") { id } }")), "RESOURCE_NOT_FOUND");
    EXPECT_EQ(code_of(call("{ order(id: \"5\") { id } }")), "RESOURCE_NOT_FOUND");
}

TEST_F(Doors, ADeletedLocationLeavesItsName) {
    open(quiet());
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    const std::string name = order(id)["fulfillmentOrders"]["nodes"][0]["assignedLocation"]["name"];
    for (const std::int64_t place : shop->locations()) shop->delete_location(place);
    const json assigned = order(id)["fulfillmentOrders"]["nodes"][0]["assignedLocation"];
    EXPECT_EQ(assigned["name"], name);
    EXPECT_TRUE(assigned["location"].is_null());
}

struct FaultCase {
    const char* kind;
    int param, status;
    const char* marker;
    bool happened;  // did the order get its tag
};
class Faults : public ShopTest, public ::testing::WithParamInterface<FaultCase> {};

TEST_P(Faults, StrikeOnceOnTheNamedOperation) {
    open(quiet());
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    const std::string tag = "mutation Tag($id: ID!) { tagsAdd(id: $id, tags: [\"struck\"]) { node { id } } }";
    shop->add_fault({.kind = GetParam().kind, .operation = "Tag", .param = GetParam().param});
    EXPECT_EQ(client->post("query Other { shop { id } }").status, 200);  // not concerned
    const http::Response response = client->post(tag, {{"id", order_gid(id)}});
    EXPECT_EQ(response.status, GetParam().status);
    EXPECT_EQ(testing::header_of(response, std::string(kFaultHeader)), GetParam().marker);
    const json tags = order(id)["tags"];
    EXPECT_EQ(std::find(tags.begin(), tags.end(), "struck") != tags.end(), GetParam().happened);
    clock.advance(60s);
    EXPECT_EQ(client->post(tag, {{"id", order_gid(id)}}).status, 200);
    EXPECT_EQ(order(id)["tags"].back(), "struck");
}
INSTANTIATE_TEST_SUITE_P(
    Kinds, Faults,
    ::testing::Values(FaultCase{"not_sent", 0, 504, "not-sent", false},
                      FaultCase{"no_answer", 0, 504, "no-answer", false},
                      FaultCase{"no_answer_after", 0, 504, "no-answer", true}, FaultCase{"cut", 0, 504, "cut", true},
                      FaultCase{"status", 500, 500, "", false}, FaultCase{"status", 429, 429, "", false},
                      FaultCase{"status", 423, 423, "", false}, FaultCase{"status_after", 502, 502, "", true},
                      FaultCase{"unauthorized", 0, 401, "", false}, FaultCase{"html", 0, 200, "", false},
                      FaultCase{"errors", 0, 200, "", false}, FaultCase{"string_errors", 0, 200, "", false},
                      FaultCase{"throttle", 0, 200, "", false}, FaultCase{"truncated", 0, 200, "", true}),
    [](const auto& row) { return std::string(row.param.kind) + std::to_string(row.param.param); });

TEST_F(Doors, PagersCanBeHalvedFrozenOrEmpty) {
    ShopOptions options = quiet();
    options.orders = 12;
    open(options);
    const auto page = [&](const json& after) {
        return call(
            "query P($a: String) { orders(first: 4, after: $a, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor "
            "} nodes { id } } }",
            {{"a", after}})["data"]["orders"];
    };
    shop->add_fault({.kind = "half_page"});
    const json half = page(nullptr);
    EXPECT_EQ(half["nodes"].size(), 2U);
    EXPECT_TRUE(half["pageInfo"]["hasNextPage"].get<bool>());
    const json next = page(half["pageInfo"]["endCursor"]);
    EXPECT_EQ(next["nodes"].size(), 4U);
    EXPECT_NE(next["nodes"][0], half["nodes"][1]);
    shop->add_fault({.kind = "repeat_cursor"});
    EXPECT_EQ(page(next["pageInfo"]["endCursor"])["pageInfo"]["endCursor"], next["pageInfo"]["endCursor"]);
    shop->add_fault({.kind = "empty_page"});
    const json empty = page(next["pageInfo"]["endCursor"]);
    EXPECT_EQ(empty["nodes"].size(), 0U);
    EXPECT_EQ(empty["pageInfo"]["endCursor"], next["pageInfo"]["endCursor"]);
    EXPECT_THROW(shop->add_fault({.kind = "plague"}), std::invalid_argument);
}

TEST_F(Doors, APoisonedOrderHasOneFieldOfTheWrongType) {
    open(quiet());
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}});
    shop->poison(id, "totalPriceSet", R"({"shopMoney":17})");
    const std::string query = "{ orders(first: 5) { nodes { name totalPriceSet { shopMoney { amount } } } } }";
    EXPECT_EQ(call(query)["data"]["orders"]["nodes"][0]["totalPriceSet"], json::parse(R"({"shopMoney":17})"));
    shop->poison(id, "totalPriceSet", "");
    EXPECT_TRUE(call(query)["data"]["orders"]["nodes"][0]["totalPriceSet"]["shopMoney"]["amount"].is_string());
}

class Webhooks : public ShopTest {
protected:
    void SetUp() override {
        ShopOptions options = quiet();
        options.huge_ids = true;
        open(options);
        shop->set_webhook_sender([this](const WebhookCall& call) {
            calls.push_back(call);
            return answer;
        });
    }
    json subscribe(const std::string& topic, const json& more = json::object()) {
        json input = {{"uri", "https://hub.example.com/hooks"}};
        input.update(more);
        return call(
            "mutation M($t: WebhookSubscriptionTopic!, $w: WebhookSubscriptionInput!) { "
            "webhookSubscriptionCreate(topic: $t, webhookSubscription: $w) { webhookSubscription { id } userErrors { "
            "field message } } }",
            {{"t", topic}, {"w", input}})["data"]["webhookSubscriptionCreate"];
    }
    std::string sent(std::size_t i, std::string_view name) const {
        for (const auto& [key, value] : calls[i].headers) {
            if (key == name) return value;
        }
        return {};
    }
    std::vector<WebhookCall> calls;
    int answer = 200;
};

TEST_F(Webhooks, AreSignedInRestShapeWithTheShopsOffset) {
    subscribe("ORDERS_CREATE");
    const auto id = shop->place_order({.items = {{"SBX-100", 2}}, .paid = true});
    clock.advance(2s);
    shop->tick();
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(sent(0, "X-Shopify-Topic"), "orders/create");
    EXPECT_EQ(sent(0, "X-Shopify-Hmac-Sha256"), sign_body("demo-secret", calls[0].body));
    EXPECT_EQ(sent(0, "X-Shopify-Shop-Domain"), "demo-shop.myshopify.com");
    const json body = json::parse(calls[0].body);
    EXPECT_EQ(body["id"], id);
    EXPECT_GT(body["id"].get<std::int64_t>(), std::int64_t{1} << 53) << "a double would not hold it";
    EXPECT_EQ(body["created_at"], "2026-11-21T04:00:00-05:00");
    EXPECT_EQ(body["line_items"][0]["total_discount"], "0.00");
    EXPECT_TRUE(body["total_price"].is_string());
    EXPECT_EQ(body["financial_status"], "paid");
}

TEST_F(Webhooks, SignAsDocumented) {
    // Vectors computed elsewhere with the key crossdock-test-secret.
    EXPECT_EQ(sign_body("crossdock-test-secret", "{}"), "E0ehrC8Z3Gjci99VQAbEy/Df82U4RdUrn2f8VEkwPFw=");
    EXPECT_EQ(sign_body("crossdock-test-secret",
                        "{\"id\":1,\"name\":\"\xC3\x9C"
                        "ber\"}"),
              "VPAZUPBVpVIRRQQLvgn/90uetblUmUZ9Dcrht8AIMok=");
}

TEST_F(Webhooks, RefuseDuplicatesPlainHttpAndMissingScopes) {
    EXPECT_TRUE(subscribe("ORDERS_UPDATED")["userErrors"].empty());
    EXPECT_EQ(subscribe("ORDERS_UPDATED")["userErrors"][0]["message"], "Address for this topic has already been taken");
    EXPECT_FALSE(subscribe("ORDERS_PAID", {{"uri", "http://hub.example.com/hooks"}})["userErrors"].empty());
    shop->set_scopes({"read_orders"});
    EXPECT_FALSE(subscribe("FULFILLMENTS_CREATE")["userErrors"].empty());
}

TEST_F(Webhooks, ComeTwiceLateReversedOrNever) {
    subscribe("ORDERS_UPDATED");
    const auto first = shop->place_order({.items = {{"SBX-100", 1}}});
    shop->add_fault({.kind = "webhook_twice"});
    shop->change_note(first, "a");
    shop->add_fault({.kind = "webhook_lost"});
    shop->change_note(first, "b");
    shop->add_fault({.kind = "webhook_reversed"});
    shop->change_note(first, "c");
    shop->change_note(first, "d");
    shop->add_fault({.kind = "webhook_late", .param = 3600});
    shop->change_note(first, "e");
    const auto notes = [&](std::chrono::seconds wait) {
        calls.clear();
        clock.advance(wait);
        shop->tick();
        std::string out;
        for (const WebhookCall& one : calls) {
            const json note = json::parse(one.body)["note"];
            out += note.is_null() ? "-" : note.get<std::string>();
        }
        return out;
    };
    EXPECT_EQ(notes(2s), "-ad");
    EXPECT_EQ(notes(2s), "a");
    EXPECT_EQ(notes(120s), "c");
    EXPECT_EQ(notes(3600s), "e");
    EXPECT_EQ(shop->counters().webhooks_lost, 1);
}

TEST_F(Webhooks, KeepTheirIdOnRepetitionAndGiveUpAfterEight) {
    const json made = subscribe("ORDERS_CREATE");
    answer = 500;
    shop->place_order({.items = {{"SBX-100", 1}}});
    for (int i = 0; i < 400; ++i) {
        clock.advance(1min);
        shop->tick();
    }
    EXPECT_EQ(calls.size(), 9U);  // once, and eight repetitions
    for (std::size_t i = 0; i < calls.size(); ++i)
        EXPECT_EQ(sent(i, "X-Shopify-Webhook-Id"), sent(0, "X-Shopify-Webhook-Id"));
    EXPECT_TRUE(call("query Q($id: ID!) { webhookSubscription(id: $id) { id } }",
                     {{"id", made["webhookSubscription"]["id"]}})["data"]["webhookSubscription"]
                    .is_null());
    EXPECT_EQ(shop->counters().subscriptions_removed, 1);
}

TEST_F(Webhooks, ShowRefundsAndStockAsRestDoes) {
    subscribe("REFUNDS_CREATE");
    subscribe("INVENTORY_LEVELS_UPDATE", {{"uri", "https://hub.example.com/stock"}});
    const auto id = shop->place_order({.items = {{"SBX-100", 2}}, .paid = true});
    shop->refund(id, 0, false);
    clock.advance(2s);
    shop->tick();
    json refund, level;
    for (std::size_t i = 0; i < calls.size(); ++i)
        (sent(i, "X-Shopify-Topic") == "refunds/create" ? refund : level) = json::parse(calls[i].body);
    EXPECT_EQ(refund["order_id"], id);
    EXPECT_TRUE(refund["refund_line_items"][0]["subtotal"].is_number());
    for (const json& row : refund["order_adjustments"]) {
        if (row["kind"] == "shipping_refund") {
            EXPECT_EQ(row["amount"].get<std::string>().front(), '-');
        }
    }
    EXPECT_TRUE(level["available"].is_number_integer());
    EXPECT_TRUE(level["inventory_item_id"].is_number_integer());
}

class Bulk : public ShopTest {
protected:
    json run(const std::string& query) {
        return call(
            "mutation M($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id status url objectCount } "
            "userErrors { field message code } } }",
            {{"q", query}})["data"]["bulkOperationRunQuery"];
    }
    json poll(const json& id) {
        return call("query Q($id: ID!) { bulkOperation(id: $id) { status url objectCount rootObjectCount fileSize } }",
                    {{"id", id}})["data"]["bulkOperation"];
    }
};

TEST_F(Bulk, WritesFlatLinesBehindASignedLink) {
    ShopOptions options = quiet();
    options.orders = 9;
    open(options);
    const json started =
        run("{ orders { edges { node { id name lineItems { edges { node { id quantity } } } fulfillmentOrders { edges "
            "{ node { id lineItems { edges { node { id } } } } } } } } } }");
    EXPECT_EQ(started["bulkOperation"]["status"], "CREATED");
    EXPECT_EQ(started["bulkOperation"]["objectCount"], "0");
    clock.advance(5s);
    EXPECT_EQ(poll(started["bulkOperation"]["id"])["status"], "RUNNING");
    clock.advance(30s);
    const json done = poll(started["bulkOperation"]["id"]);
    EXPECT_EQ(done["status"], "COMPLETED");
    EXPECT_EQ(done["rootObjectCount"], "9");
    const std::string url = done["url"];
    ASSERT_TRUE(url.starts_with("http://127.0.0.1:9100/shopify/bulk-operation-outputs/")) << url;

    testing::InProcessHttp net;
    net.mount("http://127.0.0.1:9100", *shop);
    std::string file;
    net::HttpRequest request;
    request.url = url;
    const auto answer = net.download(request, [&](std::string_view piece) {
        file += piece;
        return true;
    });
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(std::to_string(file.size()), done["fileSize"]);
    std::map<std::string, std::string> parent;
    std::istringstream lines(file);
    int roots = 0, objects = 0;
    for (std::string line; std::getline(lines, line); ++objects) {
        const json object = json::parse(line);
        if (!object.contains("__parentId")) ++roots;
        if (object.contains("__parentId")) {
            EXPECT_TRUE(parent.contains(object["__parentId"])) << "a parent comes before its children";
        }
        parent[object["id"]] = object.value("__parentId", "");
        EXPECT_FALSE(object.contains("lineItems"));
    }
    EXPECT_EQ(roots, 9);
    EXPECT_EQ(std::to_string(objects), done["objectCount"]);
    char& letter = request.url[url.find("Signature=") + 12];
    letter = letter == 'a' ? 'b' : 'a';
    EXPECT_EQ(net.send(request)->status, 403);
}

TEST_F(Bulk, ALevelBelowAnObjectHangsOnTheVariant) {
    open(quiet());
    const json started = run(
        "{ productVariants { edges { node { id sku inventoryItem { id tracked inventoryLevels { edges { node { id "
        "location { id } } } } } } } } }");
    clock.advance(1min);
    const json done = poll(started["bulkOperation"]["id"]);
    ASSERT_EQ(done["status"], "COMPLETED");
    testing::InProcessHttp net;
    net.mount("http://127.0.0.1:9100", *shop);
    net::HttpRequest request;
    request.url = done["url"].get<std::string>();
    const std::string file = net.send(request)->body;
    EXPECT_NE(file.find(R"("id":"gid:\/\/shopify\/ProductVariant\/)"), std::string::npos) << "slashes are escaped";
    EXPECT_EQ(file.find("gid://"), std::string::npos);
    std::istringstream lines(file);
    std::set<std::string> variants;
    int levels = 0;
    for (std::string line; std::getline(lines, line);) {
        const json object = json::parse(line);
        if (!object.contains("__parentId")) {
            variants.insert(object["id"]);
            EXPECT_TRUE(object["inventoryItem"].contains("tracked"));
            EXPECT_FALSE(object["inventoryItem"].contains("inventoryLevels"));
            continue;
        }
        ++levels;
        EXPECT_TRUE(object["id"].get<std::string>().starts_with("gid://shopify/InventoryLevel/"));
        EXPECT_TRUE(variants.contains(object["__parentId"])) << line;
    }
    EXPECT_EQ(std::to_string(variants.size()), done["rootObjectCount"]);
    EXPECT_GT(levels, static_cast<int>(variants.size()));
}

TEST_F(Bulk, GivesTheRestOfAFileToWhoAsksForIt) {
    ShopOptions options = quiet();
    options.orders = 3;
    options.storage_url = "https://storage.example";
    open(options);
    const json started = run("{ orders { edges { node { id } } } }");
    clock.advance(1min);
    const std::string url = poll(started["bulkOperation"]["id"])["url"];
    EXPECT_TRUE(url.starts_with("https://storage.example/bulk-operation-outputs/")) << url;
    testing::InProcessHttp net;
    net.mount("https://storage.example", *shop);
    net::HttpRequest request;
    request.url = url;
    const std::string whole = net.send(request)->body;
    request.headers = {{"Range", "bytes=10-"}};
    const auto rest = net.send(request);
    EXPECT_EQ(rest->status, 206);
    EXPECT_EQ(rest->body, whole.substr(10));
    EXPECT_EQ(rest->header("Content-Range"), "bytes 10-" + std::to_string(whole.size() - 1) + "/" + std::to_string(whole.size()));
    request.headers = {{"Range", "bytes=" + std::to_string(whole.size()) + "-"}};
    EXPECT_EQ(net.send(request)->status, 416);
    // What was under way when the connection broke has come over.
    shop->add_fault({"cut", 1, "download"});
    request.headers.clear();
    std::string begun;
    const auto cut = net.download(request, [&](std::string_view piece) {
        begun += piece;
        return true;
    });
    EXPECT_EQ(cut.error().code, "net_no_answer");
    EXPECT_EQ(begun, whole.substr(0, whole.size() / 2));
}

TEST_F(Doors, TheShopHasACountry) {
    ShopOptions options = quiet();
    options.country = "DE";
    open(options);
    EXPECT_EQ(call("{ shop { shopAddress { countryCodeV2 } } }")["data"]["shop"]["shopAddress"]["countryCodeV2"], "DE");
}

TEST_F(Doors, ReturnsHaveReasonsForThoseWhoMayReadThem) {
    open(quiet());
    const std::int64_t id = shop->place_order({.items = {}, .lines = 2, .paid = true});
    const std::string query =
        "query R($id: ID!) { order(id: $id) { returnStatus refunds { id return { id name returnLineItems(first: 5) { nodes "
        "{ id quantity ... on ReturnLineItem { returnReasonDefinition { handle } returnReasonNote fulfillmentLineItem { "
        "lineItem { id } } } } } } } } }";
    const auto refunds = [&] { return call(query, {{"id", order_gid(id)}})["data"]["order"]["refunds"]; };
    ASSERT_TRUE(shop->refund(id, 1, false));
    EXPECT_TRUE(refunds()[0]["return"].is_null()) << "it had not been shipped";
    ASSERT_TRUE(shop->ship(id));
    ASSERT_TRUE(shop->refund(id, 0, false));
    const json back = refunds()[1]["return"];
    EXPECT_EQ(back["name"], order(id)["name"].get<std::string>() + "-R1");
    ASSERT_FALSE(back["returnLineItems"]["nodes"].empty());
    for (const json& line : back["returnLineItems"]["nodes"]) {
        EXPECT_FALSE(line["returnReasonDefinition"]["handle"].get<std::string>().empty());
        EXPECT_TRUE(line["fulfillmentLineItem"]["lineItem"]["id"].get<std::string>().starts_with("gid://shopify/LineItem/"));
    }
    EXPECT_EQ(call(query, {{"id", order_gid(id)}})["data"]["order"]["returnStatus"], "RETURNED");
    shop->set_scopes({"read_orders"});
    const json denied = call(query, {{"id", order_gid(id)}});
    EXPECT_EQ(code_of(denied), "ACCESS_DENIED");
    EXPECT_TRUE(denied["data"]["order"]["refunds"][1]["return"].is_null());
}

TEST_F(Bulk, NoRowsNoFile) {
    open(quiet());
    const json started = run("{ orders { edges { node { id } } } }");
    clock.advance(1min);
    EXPECT_EQ(poll(started["bulkOperation"]["id"])["status"], "COMPLETED");
    EXPECT_TRUE(poll(started["bulkOperation"]["id"])["url"].is_null());
}

TEST_F(Bulk, RefusesInTheRecordedWords) {
    open(quiet());
    const auto said = [&](const std::string& query) {
        return run(query)["userErrors"][0]["message"].get<std::string>();
    };
    EXPECT_EQ(said("{ orders { nodes { id } } }"),
              "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'orders { "
              "edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: 'orders'.");
    EXPECT_EQ(said("{ node(id: \"gid://shopify/Product/0\") { id } }"),
              "Bulk queries cannot contain a top level `node` field.");
    EXPECT_EQ(said("{ shop { id } }"), "Bulk queries must contain at least one connection.");
    EXPECT_EQ(said("mutation { tagsAdd(id: \"x\", tags: []) { node { id } } }"),
              "Invalid operation type. Only `query` operations are supported.");
    EXPECT_EQ(said("{ orders { edges { node { name lineItems { edges { node { id } } } } } } }"),
              "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be "
              "of 'ID' return type. Connection fields without 'id': orders.");
    EXPECT_EQ(
        said("{ orders { edges { node { id fulfillments { fulfillmentLineItems { edges { node { id } } } } } } } }"),
        "Queries that contain a connection field within a list field are not currently supported.");
    std::string ids;
    for (int i = 0; i < 5; ++i)
        ids +=
            (i > 0 ? ", " : "") + run("{ orders { edges { node { id } } } }")["bulkOperation"]["id"].get<std::string>();
    EXPECT_EQ(said("{ orders { edges { node { id } } } }"),
              "A bulk query operation for this app and shop is already in progress: " + ids + ".");
}

TEST_F(Doors, TheInProcessTransportTurnsMarkersIntoErrors) {
    open(quiet());
    testing::InProcessHttp net;
    net.mount("https://demo-shop.myshopify.com", *shop);
    net::HttpRequest request;
    request.method = "POST";
    request.url = "https://demo-shop.myshopify.com/admin/api/2026-07/graphql.json";
    request.headers = {{"X-Shopify-Access-Token", "shpat_demo"}};
    request.body = R"({"query":"{ shop { name } }"})";
    ASSERT_TRUE(net.send(request).has_value());
    EXPECT_EQ(net.send(request)->header("x-shopify-api-version"), "2026-07");
    for (const auto& [kind, code] : {std::pair{"not_sent", "net_not_sent"},
                                     {"no_answer", "net_no_answer"},
                                     {"no_answer_after", "net_no_answer"},
                                     {"cut", "net_no_answer"}}) {
        shop->add_fault({.kind = kind});
        EXPECT_EQ(net.send(request).error().code, code);
    }
    request.url = "https://elsewhere.example.com/";
    EXPECT_EQ(net.send(request).error().code, "net_not_sent");
}

TEST_F(Doors, TheSandboxSurfaceDoesWhatTestsDo) {
    open(quiet());
    const auto post = [&](const std::string& path, const json& body) {
        return client->send("POST", "/shopify/_sandbox/" + path, body.dump());
    };
    const auto get = [&](const std::string& path) {
        return json::parse(client->get("/shopify/_sandbox/" + path).body);
    };
    const json placed = json::parse(
        post("orders", {{"items", {{{"sku", "SBX-100"}, {"quantity", 2}}}}, {"paid", false}, {"note", "from outside"}})
            .body);
    const std::string id = placed["id"];
    EXPECT_EQ(get("orders/" + id)["note"], "from outside");
    EXPECT_EQ(post("orders/" + id + "/pay", json::object()).status, 200);
    EXPECT_EQ(post("orders/" + id + "/pay", json::object()).status, 409);
    EXPECT_EQ(get("orders/" + id)["displayFinancialStatus"], "PAID");
    for (const char* verb :
         {"hold", "release", "split", "move", "note", "ship", "refund", "archive", "reopen", "edit"}) {
        EXPECT_EQ(post("orders/" + id + "/" + verb, json::object()).status, 200) << verb;
    }
    EXPECT_EQ(post("orders/" + id + "/cancel", json::object()).status, 409);  // it has shipped
    EXPECT_EQ(post("orders/" + id + "/juggle", json::object()).status, 404);
    EXPECT_EQ(post("orders/12/pay", json::object()).status, 404);
    EXPECT_EQ(get("ledger")["orders"][0]["id"], id);
    const json level = json::parse(client->get("/shopify/_sandbox/inventory", {{"sku", "SBX-100"}}).body)["levels"][0];
    EXPECT_EQ(post("inventory", {{"inventory_item_id", level["inventory_item_id"]},
                                 {"location_id", level["location_id"]},
                                 {"available", 3}})
                  .status,
              200);
    EXPECT_EQ(
        json::parse(client->get("/shopify/_sandbox/inventory", {{"sku", "SBX-100"}}).body)["levels"][0]["available"],
        3);
    EXPECT_EQ(post("faults", {{"kind", "status"}, {"param", 500}, {"count", 2}}).status, 201);
    EXPECT_EQ(post("faults", {{"kind", "plague"}}).status, 422);
    EXPECT_EQ(get("faults")["faults"][0]["count"], 2);
    EXPECT_EQ(client->send("DELETE", "/shopify/_sandbox/faults", "").status, 200);
    EXPECT_EQ(get("faults")["faults"].size(), 0U);
    EXPECT_EQ(post("dials", {{"pii_hidden", true}, {"index_lag_ms", 1000}}).status, 200);
    EXPECT_EQ(post("dials", {{"volume", 11}}).status, 422);
    EXPECT_EQ(post("dials", {{"pii_hidden", "very"}}).status, 422);
    EXPECT_GT(get("counters")["order_changes"].get<int>(), 5);
    EXPECT_EQ(client->get("/shopify/_sandbox/nowhere").status, 404);
    EXPECT_EQ(client->get("/shopify/_sandbox").status, 200);
}

}  // namespace
}  // namespace crossdock::sandbox::shopify
