// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace crossdock::http {
namespace {

Request request(std::string method, std::string path) {
    Request made;
    made.method = std::move(method);
    made.path = std::move(path);
    made.request_id = "00000000deadbeef";
    return made;
}

std::string allow_of(const Response& response) {
    for (const auto& [name, value] : response.headers) {
        if (name == "Allow") return value;
    }
    return {};
}

/// Answers with its own name and the path parameters, so that a test sees which one ran.
Handler named(const std::string& name) {
    return [name](const Request& r) {
        std::string body = name;
        for (const auto& [key, value] : r.path_parameters) body += " " + key + "=" + value;
        return Response::text(200, body);
    };
}

Router sample() {
    Router router;
    router.add({"GET", "/", named("root")});
    router.add({"GET", "/orders", named("list")});
    router.add({"GET", "/orders/{id}", named("one")});
    router.add({"GET", "/orders/recent", named("recent")});
    router.add({"POST", "/orders/ack", named("ack"), "write", 77});
    router.add({"GET", "/orders/{id}/lines/{line}", named("line")});
    router.add({"GET", "/{any}/recent", named("any")});
    return router;
}

struct Row {
    const char* name;
    const char* method;
    const char* path;
    int status;
    const char* body;  // of a 200
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
class Routing : public ::testing::TestWithParam<Row> {};

TEST_P(Routing, FindsTheMostSpecificRoute) {
    auto asked = request(GetParam().method, GetParam().path);
    const auto response = sample().dispatch(asked);
    EXPECT_EQ(response.status, GetParam().status);
    if (GetParam().status == 200) {
        EXPECT_EQ(response.body, GetParam().body);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Routing,
    ::testing::Values(Row{"Root", "GET", "/", 200, "root"}, Row{"Static", "GET", "/orders", 200, "list"},
                    Row{"Parameter", "GET", "/orders/17", 200, "one id=17"},
                    Row{"StaticWins", "GET", "/orders/recent", 200, "recent"},
                    Row{"LeftmostStaticWins", "GET", "/refunds/recent", 200, "any any=refunds"},
                    Row{"MethodDecidesFirst", "GET", "/orders/ack", 200, "one id=ack"},
                    Row{"Post", "POST", "/orders/ack", 200, "ack"},
                    Row{"TwoParameters", "GET", "/orders/1/lines/2", 200, "line id=1 line=2"},
                    Row{"HeadRunsGet", "HEAD", "/orders/17", 200, "one id=17"},
                    Row{"Unknown", "GET", "/nowhere", 404, ""}, Row{"TrailingSlash", "GET", "/orders/", 404, ""},
                    Row{"DoubleSlash", "GET", "//orders", 404, ""},
                    Row{"EmptyParameter", "GET", "/orders//lines/2", 404, ""},
                    Row{"TooDeep", "GET", "/orders/1/lines", 404, ""}, Row{"WrongMethod", "PUT", "/orders", 405, ""},
                    Row{"CaseMatters", "GET", "/Orders", 404, ""}, Row{"Options", "OPTIONS", "/orders", 204, ""},
                    Row{"OptionsStar", "OPTIONS", "*", 204, ""}, Row{"OptionsUnknown", "OPTIONS", "/nowhere", 404, ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Router, NamesTheAllowedMethods) {
    auto wrong = request("DELETE", "/orders/ack");
    EXPECT_EQ(allow_of(sample().dispatch(wrong)), "GET, HEAD, POST, OPTIONS");
    auto options = request("OPTIONS", "/orders");
    EXPECT_EQ(allow_of(sample().dispatch(options)), "GET, HEAD, OPTIONS");
}

TEST(Router, SuggestsThePathWithoutItsSlash) {
    auto asked = request("GET", "/orders/");
    EXPECT_NE(sample().dispatch(asked).body.find("did you mean /orders "), std::string::npos);
}

TEST(Router, TellsTheHandlerWhichRouteItIs) {
    Router router;
    std::string seen;
    router.add({"GET", "/a/{id}", [&](const Request& r) {
                    seen =
                        r.route + "|" + std::string{r.path_parameter("id")} + "|" + std::string{r.path_parameter("x")};
                    return Response{};
                }});
    auto asked = request("GET", "/a/b");
    static_cast<void>(router.dispatch(asked));
    EXPECT_EQ(seen, "/a/{id}|b|");
}

TEST(Router, RunsMiddlewareOutermostFirstAndOnlyAroundMatches) {
    Router router;
    std::string order;
    for (const char* name : {"1", "2"}) {
        router.add_middleware([&order, name](const Route& route, const Request& r, const Handler& next) {
            order += std::string{name} + route.scope;
            auto response = next(r);
            order += name;
            return response;
        });
    }
    router.add({"GET", "/a",
                [&](const Request&) {
                    order += "h";
                    return Response{};
                },
                "s"});
    auto hit = request("GET", "/a");
    EXPECT_EQ(router.dispatch(hit).status, 200);
    EXPECT_EQ(order, "1s2sh21");
    auto miss = request("GET", "/b");
    EXPECT_EQ(router.dispatch(miss).status, 404);
    EXPECT_EQ(order, "1s2sh21");
}

TEST(Router, MiddlewareMayAnswerItself) {
    Router router;
    router.add_middleware([](const Route&, const Request&, const Handler&) { return Response::text(401, "no"); });
    router.add({"GET", "/a", [](const Request&) -> Response { throw std::logic_error("must not run"); }});
    auto asked = request("GET", "/a");
    EXPECT_EQ(router.dispatch(asked).status, 401);
}

TEST(Router, AnExceptionBecomesA500WithoutItsText) {
    Router router;
    router.add({"GET", "/a", [](const Request&) -> Response { throw std::runtime_error("SELECT secret FROM keys"); }});
    router.add({"GET", "/b", [](const Request&) -> Response { throw 5; }});
    std::string logged;
    auto asked = request("GET", "/a");
    const auto response =
        router.dispatch(asked, [&](const Request& r, const std::string& what) { logged = r.path + what; });
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("SELECT"), std::string::npos);
    EXPECT_NE(response.body.find("00000000deadbeef"), std::string::npos);
    EXPECT_EQ(logged, "/aSELECT secret FROM keys");
    auto other = request("GET", "/b");
    EXPECT_EQ(router.dispatch(other).status, 500);
}

TEST(Router, RendersErrorsAsJsonUnlessToldOtherwise) {
    auto router = sample();
    EXPECT_EQ(router.render_error("/x", 400, "a \"b\"").body, "{\"error\":\"a \\\"b\\\"\"}\n");
    router.set_error_renderer(
        [](const std::string& path, int status, const std::string& message, const std::string& request_id) {
            return Response::text(status, path + ": " + message + " (" + request_id + ")");
        });
    auto asked = request("GET", "/nowhere");
    asked.request_id = "17";
    EXPECT_EQ(router.dispatch(asked).body, "/nowhere: there is nothing at /nowhere (17)");
}

TEST(Router, EveryAnswerPassesTheFinisher) {
    auto router = sample();
    router.add({"GET", "/throws", [](const Request&) -> Response { throw std::runtime_error("no"); }});
    router.set_finisher([](const Request& request, Response& response) {
        response.headers.emplace_back("X-Seen", request.path + " " + std::to_string(response.status));
    });
    const std::vector<std::pair<const char*, std::string>> asked{
        {"GET", "/throws"}, {"GET", "/nowhere"}, {"OPTIONS", "/throws"}, {"DELETE", "/throws"}};
    const std::vector<int> statuses{500, 404, 204, 405};
    for (std::size_t i = 0; i < asked.size(); ++i) {
        auto one = request(asked[i].first, asked[i].second);
        const auto response = router.dispatch(one);
        EXPECT_EQ(response.status, statuses[i]);
        ASSERT_FALSE(response.headers.empty());
        EXPECT_EQ(response.headers.back().second, asked[i].second + " " + std::to_string(statuses[i]));
    }
}

TEST(Router, KnowsEachRoutesBodyLimit) {
    const auto router = sample();
    EXPECT_EQ(router.body_limit("POST", "/orders/ack"), 77U);
    EXPECT_EQ(router.body_limit("POST", "/nowhere"), kDefaultMaxBody);
}

TEST(Router, RefusesRoutesThatCannotBeMeant) {
    auto router = sample();
    EXPECT_THROW(router.add({"GET", "/orders/{other}", named("twice")}), std::logic_error);
    EXPECT_THROW(router.add({"GET", "orders", named("no slash")}), std::logic_error);
    EXPECT_THROW(router.add({"GET", "/a{id}", named("half a segment")}), std::logic_error);
    EXPECT_THROW(router.add({"GET", "/{}", named("no name")}), std::logic_error);
    EXPECT_THROW(router.add({"GET", "/none", nullptr}), std::logic_error);
    EXPECT_NO_THROW(router.add({"PUT", "/orders/{other}", named("other method")}));
}

}  // namespace
}  // namespace crossdock::http
