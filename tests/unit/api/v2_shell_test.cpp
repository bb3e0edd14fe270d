// SPDX-License-Identifier: Apache-2.0
// What all of /v2 has alike: errors, versions, strictness, web pages. The error body and its codes are those of
// developer documentation 004 ("Conventions every surface follows"), the version header that of documentation 000.
#include <gtest/gtest.h>

#include <algorithm>

#include "api/json/error.h"
#include "api/middleware/api_version.h"
#include "api/middleware/browser.h"
#include "http/framer.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

struct ErrorCase {
    const char* name;
    const char* method;
    const char* target;
    const char* key;  // "admin", "erp", "none"
    int status;
    const char* code;
};

class V2Errors : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(V2Errors, HaveOneShape) {
    V2Hub hub;
    const auto& one = GetParam();
    const std::string which = one.key;
    const std::string key = which == "admin" ? hub.admin : which == "erp" ? hub.key_ : "";
    const auto answer = hub.call_as(key, one.method, one.target);
    ASSERT_EQ(answer.status(), one.status) << answer.raw.body;
    const auto body = answer.json();
    ASSERT_EQ(body.size(), 1U) << body;
    const auto error = body.at("error");
    EXPECT_EQ(error.at("code"), one.code);
    EXPECT_FALSE(error.at("message").get<std::string>().empty());
    EXPECT_TRUE(error.at("details").is_object()) << error;
    EXPECT_EQ(error.at("request_id"), "0123456789abcdef");
    EXPECT_EQ(answer.header("API-Version"), "2026-04-01") << "also on what no handler saw";
}

INSTANTIATE_TEST_SUITE_P(
    Table, V2Errors,
    ::testing::Values(ErrorCase{"NoKey", "GET", "/v2/orders", "none", 401, "unauthenticated"},
                      ErrorCase{"KeyInTheAddress", "GET", "/v2/orders?api_key=x", "none", 401, "unauthenticated"},
                      ErrorCase{"NoScope", "GET", "/v2/jobs", "erp", 403, "forbidden"},
                      ErrorCase{"NoSuchPath", "GET", "/v2/nothing", "admin", 404, "not_found"},
                      ErrorCase{"TheRootItself", "GET", "/v2", "none", 404, "not_found"},
                      ErrorCase{"NoSuchOrder", "GET", "/v2/orders/ord_99", "admin", 404, "not_found"},
                      ErrorCase{"NoIdAtAll", "GET", "/v2/orders/17", "admin", 404, "not_found"},
                      ErrorCase{"NoSuchChannel", "GET", "/v2/orders?channel=nope", "admin", 404, "not_found"},
                      ErrorCase{"WrongMethod", "DELETE", "/v2/orders", "admin", 405, "method_not_allowed"},
                      ErrorCase{"BadLimit", "GET", "/v2/orders?limit=501", "admin", 422, "validation_failed"},
                      ErrorCase{"UnknownParameter", "GET", "/v2/orders?state=open", "admin", 422, "validation_failed"},
                      ErrorCase{"BadCursor", "GET", "/v2/orders?cursor=cur_x", "admin", 400, "bad_request"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(V2, WhatNoHandlerSawIsToldInTheFormOfItsSurface) {
    const auto v2 = render_error("/v2/orders", 413, "too \"large\"", "ab12");
    EXPECT_EQ(json::parse(v2.body), json::parse(R"({"error":{"code":"payload_too_large","message":"too \"large\"",
                                                            "details":{},"request_id":"ab12"}})"));
    EXPECT_EQ(json::parse(render_error("/v2/x", 503, "busy").body)["error"]["code"], "unavailable");
    EXPECT_EQ(json::parse(render_error("/v2/x", 500, "no").body)["error"]["code"], "internal_error");
    EXPECT_EQ(json::parse(render_error("/v2/x", 431, "large").body)["error"]["code"], "bad_request");
    for (const int status : {414, 417, 421, 501, 505})
        EXPECT_EQ(json::parse(render_error("/v2/x", status, "no").body)["error"]["code"], "bad_request") << status;
    EXPECT_EQ(render_error("/api/v1/orders", 413, "too large").body, R"({"error":"too large"})");
    EXPECT_EQ(render_error("/v2x", 404, "no").body, R"({"error":"no"})") << "another path that begins alike";
    EXPECT_EQ(render_error("/hooks/shop", 404, "no").body, "no\n");
}

TEST(V2, ARequestLineThatIsRefusedIsToldInTheFormOfItsSurface) {
    const http::FramerRules rules{.hosts = http::AllowedHosts("127.0.0.1", {}),
                                  .body_limit = [](std::string_view, std::string_view) { return std::size_t{1000}; }};
    const auto answer = [&](const std::string& start) {
        http::Framer framer(rules, {});
        framer.feed(start + " HTTP/1.1\r\n");
        EXPECT_EQ(framer.state(), http::Framer::State::refused) << start;
        const auto& [status, message] = framer.refusal();
        return render_error(framer.path(), status, message, "ab12");
    };
    for (const char* start : {"GET /v2/orders?number=%zz", "GET /v2/orders?number=%ff", "GET /v2/orders?number=%00",
                              "GET /v2/orders/a%2fb", "FOO /v2/orders"}) {
        const auto error = json::parse(answer(start).body).at("error");
        ASSERT_TRUE(error.is_object()) << start;
        EXPECT_EQ(error.at("code"), "bad_request") << start;
        EXPECT_EQ(error.at("request_id"), "ab12") << start;
    }
    const auto too_long = answer("GET /v2/orders?x=" + std::string(9000, 'x'));
    EXPECT_EQ(too_long.status, 414);
    EXPECT_EQ(json::parse(too_long.body).at("error").at("code"), "bad_request");
    EXPECT_TRUE(json::parse(answer("GET /api/v1/orders?number=%zz").body).at("error").is_string());
    EXPECT_TRUE(json::parse(answer("FOO /v2x").body).at("error").is_string());
}

TEST(V2, WhatTheServerRefusesBeforeARouteIsFoundNamesTheVersionToo) {
    V2Hub hub;
    for (const int status : {400, 408, 413, 414, 431, 501, 503, 505}) {
        const Answer refused{hub.router.render_error("/v2/orders", status, "no", "ab12")};
        EXPECT_EQ(refused.header("API-Version"), "2026-04-01") << status;
    }
    EXPECT_FALSE(Answer{hub.router.render_error("/api/v1/orders", 413, "no", "ab12")}.header("API-Version"));
    EXPECT_FALSE(Answer{hub.router.render_error("", 400, "no", "ab12")}.header("API-Version"));
    const auto unknown = hub.see("/v2/nothing").raw.headers;
    EXPECT_EQ(
        std::count_if(unknown.begin(), unknown.end(), [](const auto& header) { return header.first == "API-Version"; }),
        1)
        << "and once, where dispatch() finishes the answer";
}

TEST(V2, TooManyRequestsSayWhenToComeBack) {
    V2Hub hub;
    Plan plan;
    plan.burst_per_minute = 1;
    hub.set_plans({{"tiny", plan}});
    const auto key = hub.make_key(hub.acme, "erp", {}, "tiny");
    ASSERT_EQ(hub.see_as(key, "/v2/orders").status(), 200);
    const auto answer = hub.see_as(key, "/v2/orders");
    ASSERT_EQ(answer.status(), 429);
    EXPECT_EQ(code_of(answer), "rate_limited");
    // 12:00:00, and the minute ends at 12:01:00.
    EXPECT_EQ(answer.json()["error"]["details"]["retry_after"], 60);
    EXPECT_EQ(answer.header("Retry-After"), "60");
    EXPECT_TRUE(answer.header("X-RateLimit-Limit"));
}

TEST(V2, AKeyIsTakenInEitherHeader) {
    V2Hub hub;
    EXPECT_EQ(hub.see("/v2/orders").status(), 200);
    EXPECT_EQ(hub.get("/v2/orders", hub.key_).status(), 200) << "X-Api-Key";
    EXPECT_EQ(hub.see("/v2/orders").header("Cache-Control"), "no-store");
}

// ---- versions

TEST(V2, AVersionIsEchoedAndTheNewestHoldsWithoutOne) {
    V2Hub hub;
    for (const http::Fields& headers :
         {http::Fields{}, http::Fields{{"api-version", "2026-04-01"}}, http::Fields{{"sm-version", "2026-04-01"}},
          http::Fields{{"api-version", "2026-04-01"}, {"sm-version", "2026-04-01"}}}) {
        const auto answer = hub.call("GET", "/v2/orders", "", headers);
        EXPECT_EQ(answer.status(), 200);
        EXPECT_EQ(answer.header("API-Version"), "2026-04-01");
    }
}

TEST(V2, AVersionThatIsNoneIsRefusedInWords) {
    V2Hub hub;
    for (const http::Fields& headers : {http::Fields{{"api-version", "2026-04-02"}}, http::Fields{{"sm-version", "v2"}},
                                        http::Fields{{"api-version", "2026-04-01"}, {"sm-version", "2025-01-01"}}}) {
        const auto answer = hub.call("GET", "/v2/orders", "", headers);
        EXPECT_EQ(answer.status(), 400) << headers[0].second;
        EXPECT_EQ(code_of(answer), "bad_request");
        EXPECT_EQ(answer.json()["error"]["details"]["supported"], json::array({"2026-04-01"}));
    }
    EXPECT_EQ(
        message_of(hub.call("GET", "/v2/orders", "", {{"api-version", "2026-04-02"}})),
        "the API version \"2026-04-02\" does not exist; there is 2026-04-01; without the header the newest holds");
    EXPECT_EQ(hub.call_as("", "GET", "/v2/orders", "", {{"api-version", "nonsense"}}).status(), 401)
        << "who asks comes first";
}

// ---- nothing is passed over

TEST(V2, AMisspeltQueryParameterIsToldWithTheOneThatWasMeant) {
    V2Hub hub;
    const auto answer = hub.see("/v2/orders?aknowledged=false&limit=5&nonsense=1");
    EXPECT_EQ(answer.status(), 422);
    const auto errors = answer.json()["error"]["details"]["errors"];
    ASSERT_EQ(errors.size(), 2U) << errors;
    EXPECT_EQ(errors[0]["field"], "aknowledged");
    EXPECT_EQ(errors[0]["message"], "is not a query parameter here; did you mean acknowledged?");
    EXPECT_EQ(errors[1]["field"], "nonsense");
}

TEST(V2, AMisspeltMemberIsToldAndNothingIsDone) {
    V2Hub hub;
    hub.add_item(hub.shop_us, sample_item("v1", "SKU-1"));
    const auto answer = hub.send_json(
        "/v2/inventory_updates",
        {{"channel", "shop-us"}, {"items", {{{"sku", "SKU-1"}, {"quantity", 3}, {"qantity", 4}}}}, {"dry_run", true}});
    EXPECT_EQ(answer.status(), 422);
    const auto errors = answer.json()["error"]["details"]["errors"];
    ASSERT_EQ(errors.size(), 2U) << errors;
    EXPECT_EQ(errors[0]["field"], "items[0].qantity");
    EXPECT_EQ(errors[0]["message"], "is not a member of this object; did you mean quantity?");
    EXPECT_EQ(errors[1]["field"], "dry_run");
    EXPECT_TRUE(hub.data("/v2/inventory_updates").empty());
}

TEST(V2, BodiesThatAreNoneAreRefused) {
    V2Hub hub;
    const auto status = [&](const std::string& body, const char* type = "application/json") {
        http::Request request;
        request.method = "POST";
        request.path = "/v2/orders/acknowledge";
        request.body = body;
        request.headers = {{"authorization", "Bearer " + hub.admin}, {"content-type", type}};
        const auto answer = hub.send(std::move(request));
        return std::to_string(answer.status()) + " " + code_of(answer);
    };
    EXPECT_EQ(status("{"), "400 bad_request");
    EXPECT_EQ(status(""), "400 bad_request");
    EXPECT_EQ(status("[]"), "422 validation_failed");
    EXPECT_EQ(status(R"({"ids":[],"ids":[]})"), "400 bad_request") << "which of the two is meant?";
    EXPECT_EQ(status(R"({"ids":["17"]})"), "422 validation_failed");
    EXPECT_EQ(status(R"({"ids":["ord_1"]})", "text/plain"), "415 unsupported_media_type");
}

TEST(V2, AnIdempotencyKeyReplaysAndIsNotReused) {
    V2Hub hub;
    const auto id = "ord_" + std::to_string(hub.add_order(hub.shop_us, sample_order("o-1")).value);
    const auto ack = [&](const std::string& body) {
        return hub.call("POST", "/v2/orders/acknowledge", body, {{"idempotency-key", "k-1"}});
    };
    const auto first = ack(R"({"ids":[")" + id + R"("]})");
    EXPECT_EQ(first.raw.body, R"({"data":{"acknowledged":1}})");
    const auto again = ack(R"({"ids":[")" + id + R"("]})");
    EXPECT_EQ(again.raw.body, first.raw.body);
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    const auto other = ack(R"({"ids":[]})");
    EXPECT_EQ(other.status(), 422);
    EXPECT_EQ(code_of(other), "idempotency_key_reused");
}

// ---- web pages

TEST(V2Browser, NothingIsAllowedUnlessTheConfigListsIt) {
    V2Hub hub;
    const auto preflight =
        hub.call_as("", "OPTIONS", "/v2/orders", "",
                    {{"origin", "https://shop.example.com"}, {"access-control-request-method", "GET"}});
    EXPECT_EQ(preflight.status(), 204);
    EXPECT_FALSE(preflight.header("Access-Control-Allow-Origin"));
    const auto answer = hub.call("GET", "/v2/orders", "", {{"origin", "https://shop.example.com"}});
    EXPECT_EQ(answer.status(), 403) << "a key of a server, in the hands of a web page";
    EXPECT_EQ(code_of(answer), "forbidden");
    EXPECT_FALSE(answer.header("Access-Control-Allow-Origin"));
}

TEST(V2Browser, AListedOriginIsAnsweredAndNoOther) {
    V2Hub hub;
    hub.context->cors_origins = {"https://shop.example.com"};
    const auto preflight =
        hub.call_as("", "OPTIONS", "/v2/orders/ord_1/acknowledge", "",
                    {{"origin", "https://shop.example.com"}, {"access-control-request-method", "POST"}});
    EXPECT_EQ(preflight.status(), 204);
    EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), "https://shop.example.com");
    EXPECT_EQ(preflight.header("Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_NE(preflight.header("Access-Control-Allow-Headers")->find("Idempotency-Key"), std::string::npos);
    EXPECT_FALSE(preflight.header("Access-Control-Allow-Credentials")) << "keys, never cookies";

    const auto answer = hub.call("GET", "/v2/orders", "", {{"origin", "https://shop.example.com"}});
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://shop.example.com");
    EXPECT_EQ(answer.header("Vary"), "Origin");
    const auto refused = hub.call_as("", "GET", "/v2/orders", "", {{"origin", "https://shop.example.com"}});
    EXPECT_EQ(refused.status(), 401);
    EXPECT_TRUE(refused.header("Access-Control-Allow-Origin")) << "or the page could not read why";

    for (const char* origin : {"https://evil.example.com", "https://shop.example.com.evil.com", "null", ""}) {
        const auto foreign = hub.call("GET", "/v2/orders", "", {{"origin", origin}});
        EXPECT_EQ(foreign.status(), 403) << origin;
        EXPECT_FALSE(foreign.header("Access-Control-Allow-Origin")) << origin;
    }
    EXPECT_FALSE(hub.call("GET", "/api/v1/orders", "", {{"origin", "https://shop.example.com"}})
                     .header("Access-Control-Allow-Origin"))
        << "the ERP's surface is for no web page";
}

TEST(V2Browser, OurOwnPagesAreNotForeign) {
    http::Request request;
    request.headers = {{"origin", "http://127.0.0.1:8080"}, {"host", "127.0.0.1:8080"}};
    EXPECT_FALSE(is_foreign_page(request, {}));
    request.headers[1].second = "127.0.0.1:8081";
    EXPECT_TRUE(is_foreign_page(request, {}));
    request.headers.clear();
    EXPECT_FALSE(is_foreign_page(request, {})) << "no browser at all";
}

}  // namespace
}  // namespace crossdock::api::testing
