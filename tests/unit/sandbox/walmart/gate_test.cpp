// SPDX-License-Identifier: Apache-2.0
// Who comes in: tokens, headers, scopes, limits, and the shapes of refusals.
#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

using ::testing::HasSubstr;

class Gate : public SellerTest {
protected:
    void SetUp() override { open(); }
};

TEST_F(Gate, TokenLivesFifteenMinutes) {
    place({12});
    EXPECT_EQ(send("GET", "/v3/orders").status, 200);
    const json detail = get("/v3/token/detail");
    EXPECT_EQ(detail["is_valid"], true);
    EXPECT_EQ(detail["expire_at"], std::to_string(to_ms(clock.now() + 900s)));
    EXPECT_EQ(detail["scopes"]["orders"], "full_access");
    clock.advance(899s);
    EXPECT_EQ(send("GET", "/v3/orders").status, 200);
    clock.advance(1s);
    const http::Response dead = send("GET", "/v3/orders");
    EXPECT_EQ(dead.status, 401);
    EXPECT_EQ(error_of(dead)["code"], "UNAUTHORIZED.GMP_GATEWAY_API");
    token = fresh_token();
    EXPECT_EQ(send("GET", "/v3/orders").status, 200);
    seller->expire_tokens();
    EXPECT_EQ(send("GET", "/v3/orders").status, 401);
}

TEST_F(Gate, WrongCredentialsGetNoToken) {
    const http::Response answer =
        send("POST", "/v3/token", "grant_type=client_credentials",
             {{"authorization", "Basic d3Jvbmc6cGFpcg=="}, {"wm_qos.correlation_id", "x"}, {"wm_svc.name", "y"}});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(seller->counters().tokens_issued, 1);
}

TEST_F(Gate, HeadersAreDemanded) {
    for (const std::string missing : {"wm_qos.correlation_id", "wm_svc.name"}) {
        http::Fields with = headers();
        std::erase_if(with, [&](const auto& field) { return field.first == missing; });
        const http::Response answer = send("GET", "/v3/items", "", with);
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(error_of(answer)["code"], "INVALID_REQUEST_HEADER.GMP_GATEWAY_API");
    }
}

TEST_F(Gate, AnswersXmlToWhoDoesNotAskForJson) {
    place({12});
    http::Fields with = headers();
    std::erase_if(with, [](const auto& field) { return field.first == "accept"; });
    const http::Response answer = send("GET", "/v3/orders", "", with);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "application/xml;charset=utf-8");
    EXPECT_THAT(answer.body, HasSubstr("<ns3:purchaseOrderId>"));
    EXPECT_EQ(seller->counters().xml_answers, 1);
}

TEST_F(Gate, RepeatedCorrelationIdsAreCounted) {
    const http::Fields with = headers();
    send("GET", "/v3/items", "", with);
    send("GET", "/v3/items", "", with);
    EXPECT_EQ(seller->counters().repeated_correlation_ids, 1);
}

TEST_F(Gate, ScopesAreKept) {
    seller->set_scope("inventory", "view_only");
    seller->set_scope("orders", "no_access");
    EXPECT_EQ(send("GET", "/v3/inventories").status, 200);
    const http::Response refused = send("PUT", "/v3/inventory?sku=" + sku(12),
                                        {{"sku", sku(12)}, {"quantity", {{"unit", "EACH"}, {"amount", 1}}}});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(error_of(refused)["code"], "FORBIDDEN.GMP_GATEWAY_API");
    EXPECT_EQ(send("GET", "/v3/orders").status, 403);
}

TEST_F(Gate, LimitsAreToldAndKept) {
    const std::int64_t order = place({12});
    for (int i = 0; i < 60; ++i) {
        const http::Response answer = send("POST", path_of(order, "acknowledge"));
        ASSERT_EQ(answer.status, 200);
        EXPECT_EQ(header_of(answer, "X-Current-Token-Count"), std::to_string(59 - i));
    }
    const http::Response refused = send("POST", path_of(order, "acknowledge"));
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(error_of(refused)["code"], "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API");
    EXPECT_EQ(header_of(refused, "X-Current-Token-Count"), "0");
    EXPECT_EQ(send("GET", path_of(order)).status, 200);  // each operation has its own bucket
    clock.advance(1s);                                   // one permit a second
    EXPECT_EQ(send("POST", path_of(order, "acknowledge")).status, 200);
    EXPECT_EQ(send("POST", path_of(order, "acknowledge")).status, 429);
    EXPECT_EQ(seller->counters().throttled, 2);
}

TEST_F(Gate, TheTimeOfReplenishmentIsWrittenInFourWays) {
    const std::vector<std::pair<ReplenishForm, std::pair<std::string, std::string>>> forms{
        {ReplenishForm::epoch_ms, {"X-Next-Replenishment-Time", std::to_string(to_ms(clock.now() + 200ms))}},
        {ReplenishForm::epoch_seconds, {"X-Next-Replenishment-Time", std::to_string(to_ms(clock.now()) / 1000 + 1)}},
        {ReplenishForm::iso_text, {"X-Next-Replenishment-Time", "2026-11-21T09:00:00.200Z"}},
        {ReplenishForm::other_spelling, {"x-next-replenish-time", std::to_string(to_ms(clock.now() + 200ms))}}};
    for (const auto& [form, expected] : forms) {
        SellerOptions options = quiet();
        options.replenish_form = form;
        open(options);
        // 300 a minute: the permit that was taken is back after 200 ms.
        EXPECT_EQ(header_of(send("GET", "/v3/items"), expected.first), expected.second);
    }
}

TEST_F(Gate, RefusalsComeInThreeShapesAndTwoDisguises) {
    const auto body = [](const http::Response& answer) { return json::parse(answer.body, nullptr, false); };
    EXPECT_TRUE(body(send("GET", "/v3/orders/1"))["errors"]["error"].is_array());
    EXPECT_TRUE(body(send("GET", "/v3/items/NO-SUCH"))["errors"].is_array());
    seller->add_fault({"status", 1, "getAllItems", 520});
    const http::Response singular = send("GET", "/v3/items");
    EXPECT_EQ(singular.status, 520);
    EXPECT_TRUE(body(singular)["error"].is_array());
    seller->add_fault({"status", 1, "getAllItems", 503});
    const http::Response html = send("GET", "/v3/items");
    EXPECT_EQ(html.status, 503);
    EXPECT_THAT(html.body, HasSubstr("<html>"));
    seller->add_fault({"xml", 1, "getAllItems", 500});
    EXPECT_THAT(send("GET", "/v3/items").body, HasSubstr("<ns2:errors"));
    seller->add_fault({"token_400", 1, "getAllItems"});
    EXPECT_EQ(send("GET", "/v3/items").status, 400);
    seller->add_fault({"unauthorized", 1, "getAllItems"});
    EXPECT_EQ(send("GET", "/v3/items").status, 401);
    seller->add_fault({"throttle", 1, "getAllItems"});
    EXPECT_EQ(send("GET", "/v3/items").status, 429);
    EXPECT_EQ(seller->counters().faults, 6);
}

TEST_F(Gate, AnEffectMayStandThoughTheAnswerIsLost) {
    const std::int64_t order = place({12});
    seller->add_fault({"no_answer_after", 1, "acknowledgeOrders"});
    const http::Response lost = send("POST", path_of(order, "acknowledge"));
    EXPECT_EQ(header_of(lost, kFaultHeader), kFaultNoAnswer);
    EXPECT_EQ(seller->counters().acknowledged, 1);
    seller->add_fault({"not_sent", 1, "acknowledgeOrders"});
    const std::int64_t other = place({13});
    send("POST", path_of(other, "acknowledge"));
    EXPECT_EQ(seller->counters().acknowledged, 1);
    EXPECT_THROW(seller->add_fault({"no_such_fault"}), std::invalid_argument);
}

TEST_F(Gate, RecordsWhatGoesOverTheWire) {
    std::vector<std::string> seen;
    SellerOptions options = quiet();
    options.recorder = [&](const Exchange& exchange) {
        seen.push_back(exchange.request.method + " " + exchange.request.target + " " +
                       std::to_string(exchange.response.status));
    };
    open(options);
    send("GET", "/v3/items");
    seller->add_fault({"cut", 1, "getAllItems"});
    send("GET", "/v3/items");
    send("GET", "/_sandbox/counters");
    EXPECT_THAT(seen, ::testing::ElementsAre("POST /walmart/v3/token 200", "GET /walmart/v3/items 200"));
}

TEST_F(Gate, AdminSurfaceTellsAndActs) {
    EXPECT_EQ(get("/_sandbox")["seller"], "8");
    const http::Response placed =
        send("POST", "/_sandbox/orders", {{"items", json::array({{{"sku", sku(12)}, {"quantity", 2}}})}});
    ASSERT_EQ(placed.status, 201);
    const std::string id = json::parse(placed.body)["purchase_order_id"];
    EXPECT_EQ(get("/_sandbox/ledger")["orders"][0]["purchase_order_id"], id);
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/ship", {{"line_number", 1}, {"units", 1}}).status, 200);
    EXPECT_EQ(get("/_sandbox/ledger")["orders"][0]["status"], "partially_fulfilled");
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/deliver").status, 200);
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/return").status, 201);
    const std::string back = get("/_sandbox/returns")["returns"][0]["return_order_id"];
    EXPECT_EQ(send("POST", "/_sandbox/returns/" + back + "/refund").status, 200);
    EXPECT_EQ(get("/_sandbox/returns")["returns"][0]["refunded"], 1);
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/fly").status, 404);
    EXPECT_EQ(send("POST", "/_sandbox/faults", {{"kind", "nonsense"}}).status, 422);
    EXPECT_EQ(send("POST", "/_sandbox/dials", {{"expire_tokens", true}}).status, 200);
    EXPECT_EQ(send("GET", "/v3/items").status, 401);
    EXPECT_EQ(send("POST", "/_sandbox/dials", {{"colour", 1}}).status, 422);
    EXPECT_EQ(send("GET", "/_sandbox/inventory?sku=" + sku(12)).status, 200);
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
