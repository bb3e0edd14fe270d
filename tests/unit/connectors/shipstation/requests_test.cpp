// SPDX-License-Identifier: Apache-2.0
#include "support/rest_recording.h"
#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

using crossdock::testing::check_against_rest_schema;
using crossdock::testing::RecordingFile;
using crossdock::testing::SchemaCheck;

/// Text of a query with its percent signs resolved, as pairs.
Json decoded_query(const std::string& query) {
    const auto decoded = [](const std::string& text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] == '%') {
                out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
                i += 2;
            } else {
                out += text[i];
            }
        return out;
    };
    Json out = Json::array();
    std::string part;
    for (const char c : query + "&") {
        if (c != '&') {
            part += c;
            continue;
        }
        const auto equals = part.find('=');
        if (!part.empty()) out.push_back({decoded(part.substr(0, equals)), decoded(part.substr(equals + 1))});
        part.clear();
    }
    return out;
}

/// A network that answers every call with what the published files show for it, and writes down both.
class PublishedAnswers final : public net::HttpClient {
public:
    PublishedAnswers(RecordingFile& v1, RecordingFile& v2) : v1_(v1), v2_(v2) {}
    void set(const std::string& method_and_path, int status, std::string body) {
        answers_[method_and_path] = {status, std::move(body)};
    }
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        const bool first = request.url.starts_with(kV1);
        const std::string target = request.url.substr(std::string_view{first ? kV1 : kV2}.size());
        const auto question = target.find('?');
        const std::string path = target.substr(0, question);
        const auto found = answers_.find(request.method + " " + path);
        if (found == answers_.end()) {
            ADD_FAILURE() << "no answer for " << request.method << " " << path;
            return Error{ErrorKind::invalid, "net_refused", "no answer"};
        }
        const auto& [status, body] = found->second;
        Json headers = Json::array();
        for (const auto& [name, value] : request.headers) headers.push_back({name, value});
        Json line{
            {"method", request.method},     {"path", path},     {"target", target},     {"request_headers", headers},
            {"request_body", request.body}, {"status", status}, {"response_body", body}};
        line["query"] = decoded_query(question == std::string::npos ? "" : target.substr(question + 1));
        line["response_headers"] = Json::array();
        if (!body.empty()) line["response_headers"].push_back({"Content-Type", "application/json"});
        (first ? v1_ : v2_).append(line.dump());
        return net::HttpResponse{status, {}, body};
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}

private:
    RecordingFile &v1_, &v2_;
    std::map<std::string, std::pair<int, std::string>> answers_;
};

/// Whatever the connector can send, once, in the ways it can be sent; then both published files have their say.
TEST(ShipStationRequests, FitThePublishedFiles) {
    const auto orders = example_file("v1_orders.json"), parcels = example_file("v1_shipments_fulfillments.json"),
               products = example_file("v1_products.json"), lookups = example_file("v1_settings.json"),
               hooks = example_file("v1_webhooks.json");
    if (!orders || !parcels || !products || !lookups || !hooks) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    const auto folder = std::filesystem::temp_directory_path();
    const std::string mine = std::to_string(getpid());
    RecordingFile v1(folder / ("shipstation_v1_" + mine + ".jsonl")),
        v2(folder / ("shipstation_v2_" + mine + ".jsonl"));
    PublishedAnswers http(v1, v2);
    const auto answer = [&](const std::string& line, const Json& file, const std::string& operation) {
        http.set(line, 200, example_case(file, operation)["response"].dump());
    };
    answer("GET /orders", *orders, "List Orders");
    answer("GET /orders/94113592", *orders, "Get Order");
    answer("POST /orders/markasshipped", *orders, "Mark an Order as Shipped");
    answer("GET /shipments", *parcels, "List Shipments");
    answer("GET /fulfillments", *parcels, "List Fulfillments");
    answer("GET /products", *products, "List Products");
    answer("GET /carriers", *lookups, "List Carriers");
    answer("GET /stores", *lookups, "List Stores");
    answer("POST /webhooks/subscribe", *hooks, "Subscribe");
    Json outdated = example_case(*hooks, "List Webhooks")["response"];
    outdated["webhooks"][0]["Url"] = "https://hub.example.com/hooks/ship-us?secret=old";
    http.set("GET /webhooks", 200, outdated.dump());
    http.set("DELETE /webhooks/123", 200, "");
    const Json locations = {
        {"inventory_locations",
         {{{"inventory_location_id", "se-1"}, {"name", "Aisle"}, {"inventory_warehouse_id", "se-2"}}}},
        {"total", 1},
        {"page", 1},
        {"pages", 1}};
    http.set("GET /v2/inventory_locations", 200, locations.dump());
    http.set("GET /v2/inventory", 200, R"({"inventory":[{"sku":"MUG","on_hand":3}],"total":1,"page":1,"pages":1})");
    http.set("POST /v2/inventory", 204, "");

    Account account(
        R"({"shipstation_inventory_location_id":"se-1","skip_marketplaces":["amazon"],"extra_carriers":["dhl"]})");
    account.with_stock();
    Runtime runtime = account.runtime();
    const Runtime recorded{http, runtime.clock, runtime.random, runtime.vault};
    const auto connector =
        account.factory->open(account.setup, "{}", account.factory->share(account.setup, recorded), recorded);
    std::vector<domain::Problem> problems;
    EXPECT_TRUE(connector->check_access(problems));
    OrderSource& source = *connector->order_source();
    const PullWindow window{at("2026-11-19T09:00:00Z"), at("2026-11-20T09:00:00Z"), {}};
    EXPECT_TRUE(source.fetch_orders(window, ""));
    EXPECT_TRUE(source.fetch_order("94113592"));
    EXPECT_TRUE(source.list_order_ids(window, ""));
    EXPECT_TRUE(source.list_order_ids({window.from, std::nullopt, {}}, ""));
    CatalogSource& catalog = *connector->catalog_source();
    EXPECT_TRUE(catalog.fetch_items(std::nullopt, ""));
    EXPECT_TRUE(catalog.fetch_items(window.from, ""));
    EXPECT_TRUE(catalog.fetch_locations());
    EXPECT_TRUE(connector->carrier_source()->carrier_codes());
    ShipmentToPush shipment{1, "94113592", "fedex", "Ground", "1Z", window.from, {}, 1};
    EXPECT_EQ(connector->shipment_sink()->push_shipment(shipment).state, PushOutcome::State::succeeded);
    Json shipped = example_case(*orders, "Get Order")["response"];
    shipped["orderStatus"] = "shipped";
    http.set("GET /orders/94113592", 200, shipped.dump());
    shipment.attempt = 2;  // looks into both lists
    EXPECT_EQ(connector->shipment_sink()->push_shipment(shipment).code, "order_already_shipped");
    EXPECT_TRUE(connector->webhook_source()->ensure_subscriptions("https://hub.example.com/hooks/ship-us"));
    StockLine line;
    line.sku = "MUG";
    line.quantity = 3;
    EXPECT_EQ(connector->stock_sink()->push_stock({&line, 1}, "k")[0].state, PushOutcome::State::succeeded);
    EXPECT_TRUE(connector->stock_sink()->read_stock({&line, 1}));

    const auto first = check_against_rest_schema(
        v1.path(), {"shipstation/v1_swagger.json"},
        {.prefix = "",
         .expect = {"GET /orders", "GET /orders/{orderId}", "POST /orders/markasshipped", "GET /shipments",
                    "GET /fulfillments", "GET /products", "GET /carriers", "GET /stores", "GET /webhooks",
                    "POST /webhooks/subscribe", "DELETE /webhooks/{webhookId}"},
         .slips = "shipstation_v1"});
    const auto second =
        check_against_rest_schema(v2.path(), {"shipstation/v2_openapi.yaml"},
                                  {.prefix = "",
                                   .expect = {"getInventoryLevels", "updateSKUStockLevels", "listInventoryLocations"},
                                   .slips = "shipstation_v2"});
    std::filesystem::remove(v1.path());
    std::filesystem::remove(v2.path());
    if (first.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << first.said;
    EXPECT_EQ(first.outcome, SchemaCheck::Outcome::fits) << first.said;
    EXPECT_EQ(second.outcome, SchemaCheck::Outcome::fits) << second.said;
}

TEST(ShipStationRequests, TheCheckOfEveryTestFindsFaults) {
    const PublishedV1& published = PublishedV1::get();
    if (!published.is_here()) GTEST_SKIP() << "no shared/specs/shipstation";
    EXPECT_EQ(published.fault("GET", "/orders?modifyDateStart=x&page=1", ""), "");
    EXPECT_EQ(published.fault("GET", "/orders/5", ""), "");
    EXPECT_EQ(published.fault("GET", "/orders?modifiedSince=x", ""), "GET /orders has no parameter modifiedSince");
    EXPECT_EQ(published.fault("GET", "/carriers?page=1", ""), "GET /carriers has no parameter page");
    EXPECT_EQ(published.fault("PATCH", "/orders/5", ""), "version 1 has no PATCH /orders/5");
    EXPECT_EQ(published.fault("GET", "/order", ""), "version 1 has no GET /order");
    const std::string mark = "/orders/markasshipped";
    EXPECT_EQ(published.fault("POST", mark, R"({"orderId":5,"carrierCode":"ups"})"), "");
    EXPECT_EQ(published.fault("POST", mark, R"({"orderId":"5"})"), mark + ": orderId is no number");
    EXPECT_EQ(published.fault("POST", mark, R"({"lines":[]})"), mark + " knows no lines");
    EXPECT_EQ(published.fault("GET", "/webhooks", "{}"), "/webhooks takes no body");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
