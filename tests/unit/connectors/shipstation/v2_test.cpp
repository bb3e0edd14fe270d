// SPDX-License-Identifier: Apache-2.0
// The account by version 2 of the API. The example is shared/specs/shipstation/examples/v2_composed.json, composed from
// the published OpenAPI file; the other payloads have its fields.
#include "connectors/shipstation/v2_order_mapping.h"
#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

using State = PushOutcome::State;
using namespace std::chrono_literals;

constexpr const char* kV2Settings = R"({"api_version":"v2","skip_marketplaces":[],"skip_stores":["777"]})";

Account& by_v2(Account& account) {
    account.setup.credentials = {{"v2_api_key", Secret{"v2key"}}};
    return account;
}

Json v2_shipment(std::int64_t id, const std::string& modified, const std::string& status = "pending",
                 const std::string& store = "se-12345") {
    return {{"shipment_id", "se-" + std::to_string(id)},
            {"shipment_number", "N" + std::to_string(id)},
            {"shipment_status", status},
            {"store_id", store},
            {"created_at", "2026-11-19T16:00:00Z"},
            {"modified_at", modified},
            {"amount_paid", {{"currency", "usd"}, {"amount", 11.0}}},
            {"ship_to", {{"name", "Pat Sample"}}},
            {"items",
             {{{"sales_order_item_id", std::to_string(id * 10)},
               {"sku", "A"},
               {"name", "Mug"},
               {"quantity", 2},
               {"unit_price", 5.5}}}}};
}
Json v2_list(const char* name, const std::vector<Json>& rows, int total = -1, int pages = 1) {
    return {{name, rows},
            {"total", total < 0 ? static_cast<int>(rows.size()) : total},
            {"page", 1},
            {"pages", pages},
            {"links", {{"next", Json::object()}}}};
}
Json mark(std::int64_t shipment, const std::string& number, bool voided = false) {
    return {{"fulfillment_id", "se-9" + std::to_string(shipment)},
            {"shipment_id", "se-" + std::to_string(shipment)},
            {"tracking_number", number},
            {"created_at", "2026-11-19T20:00:00Z"},
            {"voided", voided}};
}
std::string list_line(const std::string& from, int page = 1) {
    return "GET /v2/shipments?modified_at_start=" + from +
           "&sort_by=modified_at&sort_dir=asc&page=" + std::to_string(page) + "&page_size=100";
}
std::string marks_line(const std::string& from) {
    return "GET /v2/fulfillments?create_date_start=" + from + "&sort_by=created_at&sort_dir=asc&page=1&page_size=500";
}

TEST(ShipStationV2Orders, ThePublishedShipmentIsTheOrderItStandsFor) {
    const auto file = example_file("v2_composed.json");
    if (!file) GTEST_SKIP() << "ShipStation's examples are not here";
    const Json listed = example_case(*file, "list_shipments")["response"]["shipments"][0];
    Account account(kV2Settings);
    const auto mapped = by_v2(account).connector().order_source()->map_order(listed.dump());
    ASSERT_TRUE(mapped) << mapped.error().message;
    const domain::Order& order = mapped->order;
    EXPECT_EQ(order.external_order_id, "987654321") << "the same as by version 1";
    EXPECT_EQ(order.order_number_hint, "TEST-1001");
    EXPECT_EQ(order.status, domain::OrderStatus::open);
    EXPECT_EQ(order.payment_status, "paid");
    EXPECT_EQ(order.ordered_at, at("2026-05-04T17:21:10.123Z"));
    EXPECT_EQ(order.last_remote_update_at, at("2026-05-04T17:25:00Z"));
    EXPECT_EQ(order.currency, "USD");
    EXPECT_EQ(order.subtotal_amount, (domain::Money{4000, "USD"}));
    EXPECT_EQ(order.shipping_amount, (domain::Money{600, "USD"}));
    EXPECT_EQ(order.tax_amount, (domain::Money{330, "USD"}));
    EXPECT_EQ(order.discount_amount, std::nullopt);
    EXPECT_EQ(order.total_amount, std::nullopt) << "what was paid is not the total";
    EXPECT_EQ(order.buyer_name, "Pat Sample");
    EXPECT_EQ(order.shipping.address1, "100 Example St");
    EXPECT_EQ(order.shipping.address2, "Unit 4");
    EXPECT_EQ(order.shipping.city, "Austin");
    EXPECT_EQ(order.shipping.region, "TX");
    EXPECT_EQ(order.shipping.postal, "78703");
    EXPECT_EQ(order.shipping.country, "US");
    EXPECT_EQ(order.shipping.phone, "5125550100");
    EXPECT_EQ(order.billing, domain::Address{});
    EXPECT_EQ(order.notes, "Please leave at the side door.");
    ASSERT_EQ(order.lines.size(), 1U);
    const domain::OrderLine& line = order.lines[0];
    EXPECT_EQ(line.external_line_id, "10012345678901");
    EXPECT_EQ(line.sku, "MUG-RED-12");
    EXPECT_EQ(line.title, "Stoneware mug");
    EXPECT_EQ(line.variant_id, "11780610");
    EXPECT_EQ(line.quantity, 2);
    EXPECT_EQ(line.shippable_quantity, 2);
    EXPECT_EQ(line.unit_price, (domain::Money{2000, "USD"}));
    EXPECT_EQ(line.selling_unit_price, (domain::Decimal{2000, 2}));
    EXPECT_EQ(line.total_price, (domain::Money{4000, "USD"}));
    EXPECT_EQ(line.tax_amount, (domain::Money{330, "USD"}));
    EXPECT_EQ(line.shipping_amount, (domain::Money{0, "USD"}));
    EXPECT_EQ(line.discount_amount, std::nullopt);
}

struct V2State {
    const char* name;
    const char* status;
    Json more;
    domain::OrderStatus expected;
    const char* payment;
    std::int64_t shippable;
};
class ShipStationV2States : public ::testing::TestWithParam<V2State> {};
TEST_P(ShipStationV2States, AreTheHubsWords) {
    Json shipment = v2_shipment(1001, "2026-11-19T17:00:00Z", GetParam().status);
    shipment.merge_patch(GetParam().more);
    Account account(kV2Settings);
    const auto mapped = by_v2(account).connector().order_source()->map_order(shipment.dump());
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(mapped->order.status, GetParam().expected);
    EXPECT_EQ(mapped->order.payment_status, GetParam().payment);
    EXPECT_EQ(mapped->order.lines[0].shippable_quantity, GetParam().shippable);
}
INSTANTIATE_TEST_SUITE_P(
    Table, ShipStationV2States,
    ::testing::Values(
        V2State{"Pending", "pending", Json::object(), domain::OrderStatus::open, "paid", 2},
        V2State{
            "PaymentNotShown", "pending", {{"amount_paid", {{"amount", 0}}}}, domain::OrderStatus::open, "unknown", 2},
        V2State{"Label", "label_purchased", Json::object(), domain::OrderStatus::fulfilled, "paid", 0},
        V2State{
            "Marked", "pending", {{"fulfillments", {mark(1001, "1Z1")}}}, domain::OrderStatus::fulfilled, "paid", 0},
        V2State{"MarkVoided",
                "pending",
                {{"fulfillments", {mark(1001, "1Z1", true)}}},
                domain::OrderStatus::open,
                "paid",
                2},
        V2State{"Cancelled", "cancelled", Json::object(), domain::OrderStatus::cancelled, "paid", 0},
        V2State{
            "CancelledUnpaid", "cancelled", {{"amount_paid", nullptr}}, domain::OrderStatus::cancelled, "canceled", 0},
        V2State{"NewWord", "flying", Json::object(), domain::OrderStatus::open, "paid", 0}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ShipStationV2Orders, DamageIsNamed) {
    Account account(kV2Settings);
    const auto fault = [&](const char* field, const Json& value) {
        Json shipment = v2_shipment(1001, "2026-11-19T17:00:00Z");
        shipment[Json::json_pointer(field)] = value;
        const auto mapped = by_v2(account).connector().order_source()->map_order(shipment.dump());
        return mapped ? std::string{} : mapped.error().message;
    };
    EXPECT_EQ(fault("/created_at", "soon"), "created_at is no time: \"soon\"");
    EXPECT_EQ(fault("/items/0/quantity", -1), "items[0].quantity is no quantity: \"-1\"");
    EXPECT_EQ(fault("/items/0/sales_order_item_id", nullptr),
              "items[0].sales_order_item_id is missing, and so is external_order_item_id");
    EXPECT_EQ(fault("/tax_paid", {{"currency", "cad"}, {"amount", 1}}), "tax_paid is in CAD, the rest of it in USD");
}

TEST(ShipStationV2Orders, TheWalkGoesByTimeAndReadsWhatWasMarked) {
    Account account(kV2Settings);
    Json skipped = v2_shipment(3, "2026-11-19T17:00:03Z", "pending", "se-777");
    Json label = v2_shipment(4, "2026-11-19T17:00:04Z");
    label["is_return"] = true;
    by_v2(account).answer(
        list_line("2026-11-19T16%3A30%3A00Z"),
        v2_list("shipments",
                {v2_shipment(1, "2026-11-19T17:00:01Z"), v2_shipment(2, "2026-11-19T17:00:02Z"), skipped, label}, 6, 2),
        [](const net::HttpRequest& request) {
            EXPECT_EQ(header_of(request, "api-key"), "v2key");
            EXPECT_EQ(header_of(request, "Authorization"), "-");
        });
    account.answer(marks_line("2026-11-19T16%3A00%3A00Z"), v2_list("fulfillments", {mark(2, "1Z2")}));
    OrderSource& orders = *account.connector().order_source();
    const PullWindow window{at("2026-11-19T16:30:00Z"), std::nullopt, {}};
    auto page = orders.fetch_orders(window, "");
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->orders.size(), 2U);
    EXPECT_EQ(page->left_out, (std::vector<std::string>{"3", "4"}));
    EXPECT_EQ(orders.map_order(page->orders[0].payload)->order.status, domain::OrderStatus::open);
    EXPECT_EQ(orders.map_order(page->orders[1].payload)->order.status, domain::OrderStatus::fulfilled);
    EXPECT_EQ(page->orders[1].updated_at, at("2026-11-19T17:00:02Z"));
    // Where it ended the next one begins; of the marks only what is new is read.
    account.answer(list_line("2026-11-19T17%3A00%3A04Z"),
                   v2_list("shipments", {v2_shipment(5, "2026-11-19T17:00:05Z")}));
    account.answer(marks_line("2026-11-19T19%3A50%3A00Z"), v2_list("fulfillments", {mark(2, "1Z2"), mark(5, "1Z5")}));
    page = orders.fetch_orders(window, page->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->orders.size(), 1U);
    EXPECT_EQ(page->next_cursor, "");
    EXPECT_EQ(orders.map_order(page->orders[0].payload)->order.status, domain::OrderStatus::fulfilled);
    for (const char* cursor : {"x", "1700000000000/1", "v2/x/1"}) {
        const auto refused = orders.fetch_orders(window, cursor);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "cursor_refused");
    }
}

TEST(ShipStationV2Orders, OneByOneAndById) {
    Account account(kV2Settings);
    OrderSource& orders = *by_v2(account).connector().order_source();
    account.answer("GET /v2/shipments/se-1", v2_shipment(1, "2026-11-19T17:00:01Z"));
    account.answer("GET /v2/fulfillments?shipment_id=se-1&page=1&page_size=500",
                   v2_list("fulfillments", {mark(1, "1Z1"), mark(2, "1Z2")}));
    const auto one = orders.fetch_order("1");
    ASSERT_TRUE(one) << one.error().message;
    EXPECT_EQ(one->external_order_id, "1");
    EXPECT_EQ(Json::parse(one->payload)["fulfillments"].size(), 1U);
    account.answer("GET /v2/shipments/se-2", 404, R"({"errors":[{"message":"not there"}]})");
    EXPECT_EQ(orders.fetch_order("2").error().code, "order_unknown");
    account.answer("GET /v2/shipments/se-3", v2_shipment(3, "2026-11-19T17:00:01Z", "pending", "se-777"));
    EXPECT_EQ(orders.fetch_order("3").error().code, "order_skipped");
    EXPECT_EQ(orders.fetch_order("ORD-1").error().code, "order_unknown") << "no id of ShipStation's: not asked for";

    account.answer(
        "GET /v2/shipments?created_at_start=2026-11-19T00%3A00%3A00Z&created_at_end=2026-11-20T00%3A00%3A00Z"
        "&sort_by=created_at&sort_dir=asc&page=1&page_size=100",
        v2_list("shipments",
                {v2_shipment(1, "2026-11-19T17:00:01Z"), v2_shipment(3, "2026-11-19T17:00:01Z", "pending", "se-777")}));
    const auto ids = orders.list_order_ids({at("2026-11-19T00:00:00Z"), at("2026-11-20T00:00:00Z"), {}}, "");
    ASSERT_TRUE(ids);
    EXPECT_EQ(ids->external_ids, (std::vector<std::string>{"1"}));
    EXPECT_EQ(ids->skipped, (std::vector<std::string>{"3"}));
}

TEST(ShipStationV2Orders, AnOrderKeepsItsLinesWhenTheVersionChanges) {
    Account account(kV2Settings);
    OrderSource& orders = *by_v2(account).connector().order_source();
    Json first = order_json(1, "2026-11-19T08:00:00");
    const auto before = orders.map_order(first.dump()),
               after = orders.map_order(v2_shipment(1, "2026-11-19T17:00:00Z").dump());
    ASSERT_TRUE(before) << "what version 1 told is still read";
    ASSERT_TRUE(after);
    EXPECT_EQ(before->order.external_order_id, after->order.external_order_id);
    EXPECT_EQ(before->order.lines[0].external_line_id, after->order.lines[0].external_line_id);
}

ShipmentToPush v2_parcel() {
    ShipmentToPush out;
    out.shipment_id = 7;
    out.external_order_id = "1";
    out.carrier = "fedex";
    out.tracking_number = "6647 ";
    out.ship_date = at("2026-11-20T09:00:00Z");
    return out;
}
constexpr const char* kOne = "GET /v2/shipments/se-1";
constexpr const char* kMarks = "GET /v2/fulfillments?shipment_id=se-1&page=1&page_size=500";

struct V2Push {
    const char* name;
    const char* status;
    Json marks;
    bool is_further;
    State state;
    const char* code;
};
TEST(ShipStationV2Shipments, AreReadBeforeTheyAreWritten) {
    const Json none = Json::array();
    const V2Push rows[] = {
        {"Ours", "pending", Json::array({mark(1, "6647")}), false, State::succeeded, "already_shipped"},
        {"Further", "pending", Json::array({mark(1, "X")}), true, State::succeeded, "number_dropped"},
        {"SomebodyElses", "pending", Json::array({mark(1, "X")}), false, State::failed, "order_already_shipped"},
        {"Label", "label_purchased", none, false, State::failed, "order_already_shipped"}};
    for (const V2Push& one : rows) {
        Account account(kV2Settings);
        by_v2(account).answer(kOne, v2_shipment(1, "2026-11-19T17:00:00Z", one.status));
        account.answer(kMarks, v2_list("fulfillments", one.marks.get<std::vector<Json>>()));
        ShipmentToPush parcel = v2_parcel();
        parcel.is_further = one.is_further;
        const PushOutcome out = account.connector().shipment_sink()->push_shipment(parcel);
        EXPECT_EQ(out.state, one.state) << one.name << ": " << out.message;
        EXPECT_EQ(out.code, one.code) << one.name;
    }
    Account cancelled(kV2Settings);
    by_v2(cancelled).answer(kOne, v2_shipment(1, "2026-11-19T17:00:00Z", "cancelled"));
    EXPECT_EQ(cancelled.connector().shipment_sink()->push_shipment(v2_parcel()).code, "order_cancelled");
}

struct V2Answer {
    const char* name;
    int status;
    Json body;
    State state;
    const char* says;
};
TEST(ShipStationV2Shipments, ItsAnswerIsReadRowByRow) {
    const auto rows = [](const Json& error) {
        return Json{{"has_errors", !error.is_null()},
                    {"fulfillments", {{{"shipment_id", "se-1"}, {"error_message", error}}}}};
    };
    const V2Answer answers[] = {
        {"Taken", 200, rows(nullptr), State::succeeded, ""},
        {"Refused", 200, rows("Carrier not found"), State::failed, "Carrier not found"},
        {"Silent", 200, {{"has_errors", false}, {"fulfillments", Json::array()}}, State::unknown, "not mention"},
        {"WrongKey", 401, {{"errors", {{{"message", "unauthorized"}}}}}, State::retry, "v2_api_key"},
        {"Bad", 400, {{"errors", {{{"message", "carrier_code is required"}}}}}, State::failed, "carrier_code"},
        {"Down", 500, Json::object(), State::unknown, "500"}};
    for (const V2Answer& one : answers) {
        Account account(kV2Settings);
        by_v2(account).answer(kOne, v2_shipment(1, "2026-11-19T17:00:00Z"));
        account.answer(kMarks, v2_list("fulfillments", {}));
        account.answer("POST /v2/fulfillments", one.status, one.body.dump(), [](const net::HttpRequest& request) {
            EXPECT_EQ(Json::parse(request.body), (Json{{"fulfillments",
                                                        {{{"shipment_id", "se-1"},
                                                          {"tracking_number", "6647"},
                                                          {"carrier_code", "fedex"},
                                                          {"ship_date", "2026-11-20T09:00:00Z"},
                                                          {"notify_customer", false},
                                                          {"notify_order_source", true}}}}}));
        });
        const PushOutcome out = account.connector().shipment_sink()->push_shipment(v2_parcel());
        EXPECT_EQ(out.state, one.state) << one.name << ": " << out.message;
        EXPECT_NE(out.message.find(one.says), std::string::npos) << one.name << ": " << out.message;
    }
}

/// An order that was held before its store was left out: the marketplace hears of the parcel from its own channel.
TEST(ShipStationV2Shipments, TheMarketplaceHearsItOnce) {
    for (const auto& [store, notified] : {std::pair{"se-12345", true}, std::pair{"se-777", false}}) {
        Account account(kV2Settings);
        by_v2(account).answer(kOne, v2_shipment(1, "2026-11-19T17:00:00Z", "pending", store));
        account.answer(kMarks, v2_list("fulfillments", {}));
        Json sent;
        account.answer("POST /v2/fulfillments", 200,
                       Json{{"fulfillments", {{{"shipment_id", "se-1"}, {"error_message", nullptr}}}}}.dump(),
                       [&](const net::HttpRequest& request) { sent = Json::parse(request.body); });
        EXPECT_EQ(account.connector().shipment_sink()->push_shipment(v2_parcel()).state, State::succeeded);
        EXPECT_EQ(sent["fulfillments"][0]["notify_order_source"], notified) << store;
    }
}

TEST(ShipStationV2Lookups, CarriersAndProducts) {
    Account account(R"({"api_version":"v2","skip_marketplaces":[],"extra_carriers":["dhl"]})");
    by_v2(account).answer("GET /v2/carriers", Json{{"carriers",
                                                    {{{"carrier_code", "stamps_com"}, {"friendly_name", "Stamps.com"}},
                                                     {{"carrier_code", "stamps_com"}, {"friendly_name", "Again"}}}}});
    const auto codes = account.connector().carrier_source()->carrier_codes();
    ASSERT_TRUE(codes);
    ASSERT_EQ(codes->size(), 2U);
    EXPECT_EQ((*codes)[0].code, "stamps_com");
    EXPECT_EQ((*codes)[0].display_name, "Stamps.com");
    EXPECT_EQ((*codes)[1].code, "dhl");

    const Json product{{"product_id", 10736794},
                       {"sku", "K1"},
                       {"name", "Test Product"},
                       {"upc", "123-4"},
                       {"price", {{"currency", "usd"}, {"amount", 88}}},
                       {"modify_date", "2026-11-19T17:00:00Z"},
                       {"active", false}};
    Json old = product;
    old["product_id"] = 2;
    old["modify_date"] = "2026-11-01T17:00:00Z";
    CatalogSource& catalog = *account.connector().catalog_source();
    account.answer("GET /v2/products?page=1&page_size=100", v2_list("products", {product, old}, 2));
    const auto page = catalog.fetch_items(at("2026-11-10T00:00:00Z"), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->items.size(), 1U);
    EXPECT_EQ(page->next_cursor, "");
    const auto rows = catalog.map_item(page->items[0].payload);
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(rows->front().channel_product_id, "10736794");
    EXPECT_EQ(rows->front().sku, "K1");
    EXPECT_EQ(rows->front().currency, "USD");
    EXPECT_EQ(rows->front().price, (domain::Decimal{88, 0}));
    EXPECT_EQ(rows->front().status, domain::ItemStatus::inactive);
    EXPECT_EQ(rows->front().updated_at_remote, at("2026-11-19T17:00:00Z"));
}

TEST(ShipStationV2Access, AKeyThatOpensAndWhatItCannotTell) {
    Account account(R"({"api_version":"v2"})");
    by_v2(account).answer("GET /v2/warehouses", Json{{"warehouses", Json::array()}});
    Json failed = mark(1, "1Z1");
    failed["shipment_number"] = "N1";
    failed["notification_error_message"] = "Order is locked";
    account.answer(
        "GET "
        "/v2/"
        "fulfillments?create_date_start=2026-11-18T10%3A00%3A00Z&sort_by=created_at&sort_dir=desc&page=1&page_size=500",
        v2_list("fulfillments", {failed}));
    std::vector<domain::Problem> problems;
    ASSERT_TRUE(account.connector().check_access(problems));
    EXPECT_EQ(codes(problems), "marketplaces_may_double marketplace_not_notified");
    EXPECT_NE(problems[0].message.find("skip_stores"), std::string::npos);

    Account closed(kV2Settings);
    by_v2(closed).answer("GET /v2/warehouses", 401, "{}");
    const auto refused = closed.connector().check_access(problems);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_NE(refused.error().message.find("v2_api_key"), std::string::npos);
}

TEST(ShipStationV2Webhooks, SendASecretInAHeader) {
    Account account(kV2Settings);
    WebhookSource& hooks = *by_v2(account).connector().webhook_source();
    const std::string url = "https://hub.example.com/hooks/ship-us";
    account.answer("GET /v2/environment/webhooks",
                   Json{{{"webhook_id", "se-5"},
                         {"url", url},
                         {"event", "label_created_v2"},
                         {"headers", {{{"key", "X-Crossdock-Secret"}, {"value", "old"}}}}},
                        {{"webhook_id", "se-6"}, {"url", "https://other.example.com"}, {"event", "label_created_v2"}}});
    std::string secret;
    for (const char* event :
         {"shipment_created_v2", "label_created_v2", "fulfillment_shipped_v2", "fulfillment_rejected_v2"})
        account.answer("POST /v2/environment/webhooks", 200, R"({"webhook_id":"se-7"})",
                       [&secret, event, url](const net::HttpRequest& request) {
                           const Json body = Json::parse(request.body);
                           EXPECT_EQ(body["event"], event);
                           EXPECT_EQ(body["url"], url) << "the address holds no secret";
                           EXPECT_EQ(body["headers"][0]["key"], "X-Crossdock-Secret");
                           secret = body["headers"][0]["value"];
                       });
    account.answer("DELETE /v2/environment/webhooks/se-5", 204, "");
    const auto done = hooks.ensure_subscriptions(url);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->size(), 5U);
    ASSERT_GE(secret.size(), 32U);
    const std::vector<std::pair<std::string, std::string>> query;
    const auto call = [&](const net::Headers& headers) {
        return hooks.verify({"POST", "/hooks/ship-us", query, headers,
                             R"({"resource_type":"LABEL_CREATED_V2","resource_url":"https://evil.example"})"});
    };
    const auto notice = call({{"x-crossdock-secret", secret}});
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->subject, WebhookNotice::Subject::order);
    EXPECT_EQ(notice->topic, "LABEL_CREATED_V2");
    EXPECT_EQ(call({{"X-Crossdock-Secret", "old"}}).error().code, "webhook_not_genuine");
    EXPECT_EQ(call({}).error().code, "webhook_not_genuine");
}

TEST(ShipStationV2Settings, SayWhatEachVersionNeeds) {
    const auto faults = [](const char* settings, std::vector<std::pair<std::string, Secret>> credentials) {
        Account account(settings);
        account.setup.credentials = std::move(credentials);
        std::string all;
        for (const std::string& fault : account.factory->check_setup(account.setup)) all += fault + "\n";
        return all;
    };
    EXPECT_EQ(faults(kV2Settings, {{"v2_api_key", Secret{"k"}}}), "");
    EXPECT_EQ(faults(kV2Settings, {{"v2_api_key", Secret{"k"}}, {"api_key", Secret{"a"}}, {"api_secret", Secret{"b"}}}),
              "");
    EXPECT_NE(
        faults(R"({"api_version":"v2"})", {}).find("credentials.v2_api_key is missing; settings.api_version is v2"),
        std::string::npos);
    EXPECT_NE(faults(R"({"api_version":"v2","skip_marketplaces":["amazon"]})", {{"v2_api_key", Secret{"k"}}})
                  .find("settings.skip_marketplaces needs api_version = \"v1\""),
              std::string::npos);
    EXPECT_NE(faults(R"({"skip_stores":["Shop"]})", {{"api_key", Secret{"a"}}, {"api_secret", Secret{"b"}}})
                  .find("settings.skip_stores has \"Shop\""),
              std::string::npos);
    EXPECT_NE(faults(R"({"api_version":"v3"})", {{"api_key", Secret{"a"}}, {"api_secret", Secret{"b"}}})
                  .find("settings.api_version must be"),
              std::string::npos);
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
