// SPDX-License-Identifier: Apache-2.0
// docs/api/openapi.json tells of every route, event, scope and version, and of none that there is not; it is served,
// and so is the page that shows it. That answers are as it says is tested by contract/openapi.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "api/json/error.h"
#include "api/middleware/api_version.h"
#include "api/middleware/scopes.h"
#include "domain/event_type.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Words = std::set<std::string>;

const json& document() {
    static const json read = [] {
        std::ifstream file(CROSSDOCK_SOURCE_DIR "/docs/api/openapi.json");
        return json::parse(file);
    }();
    return read;
}

/// What a "$ref" leads to, or the value itself.
const json& opened(const json& value) {
    return value.contains("$ref") ? document().at(json::json_pointer(value["$ref"].get<std::string>().substr(1)))
                                  : value;
}

/// Every operation of the document as "GET /v2/orders".
std::map<std::string, const json*> operations() {
    std::map<std::string, const json*> all;
    for (const auto& [path, item] : document()["paths"].items())
        for (const auto& [word, operation] : item.items()) {
            if (word == "parameters") continue;
            std::string method = word;
            std::transform(method.begin(), method.end(), method.begin(),
                           [](char c) { return static_cast<char>(c - 32); });
            all[method + " " + path] = &operation;
        }
    return all;
}

/// The names of an operation's parameters that are in the path, the query or a header.
Words parameters_of(const std::string& path, const json& operation, const std::string& place) {
    Words names;
    for (const json* list : {&document()["paths"][path], &operation})
        for (const json& given : list->value("parameters", json::array()))
            if (const json& parameter = opened(given); parameter["in"] == place) names.insert(parameter["name"]);
    return names;
}

Words in_braces(const std::string& pattern) {
    static const std::regex brace{R"(\{([^}]+)\})"};
    Words names;
    for (std::sregex_iterator at{pattern.begin(), pattern.end(), brace}, end; at != end; ++at) names.insert((*at)[1]);
    return names;
}

/// The scopes that an operation's security names; "" where a request without a key is one of the ways.
Words scopes_of(const json& operation) {
    Words scopes;
    if (operation["security"].empty()) scopes.insert("");
    for (const json& way : operation["security"]) {
        if (way.empty()) scopes.insert("");
        for (const auto& [scheme, named] : way.items())
            for (const json& scope : named) scopes.insert(scope.get<std::string>());
    }
    return scopes;
}

TEST(OpenApi, TellsOfEveryRouteWithItsParametersAndScope) {
    V2Hub hub;
    const auto told = operations();
    Words routes;
    for (const http::Route& route : hub.router.routes()) {
        const std::string name = route.method + " " + route.pattern;
        routes.insert(name);
        const auto found = told.find(name);
        if (found == told.end()) {
            ADD_FAILURE() << name << " is not in docs/api/openapi.json";
            continue;
        }
        const json& operation = *found->second;
        EXPECT_EQ(parameters_of(route.pattern, operation, "path"), in_braces(route.pattern)) << name;
        // /metrics is open to the machine itself; to others it is not.
        const Words scopes = scopes_of(operation);
        if (route.pattern == "/metrics")
            EXPECT_EQ(scopes, (Words{"", route.scope})) << name;
        else
            EXPECT_EQ(scopes, Words{route.scope}) << name;
        if (!route.scope.empty() && route.pattern != "/metrics") {
            EXPECT_EQ(parameters_of(route.pattern, operation, "query"), Words(route.query.begin(), route.query.end()))
                << name;
            EXPECT_EQ(parameters_of(route.pattern, operation, "header").contains("Idempotency-Key"),
                      route.method == "POST" || route.method == "PATCH")
                << name;
            EXPECT_EQ(parameters_of(route.pattern, operation, "header").contains("API-Version"),
                      route.pattern.starts_with("/v2/"))
                << name;
        }
    }
    for (const auto& [name, operation] : told) EXPECT_TRUE(routes.contains(name)) << name << " is no route";
    std::printf("%zu routes, each as the document says\n", routes.size());
}

TEST(OpenApi, TellsOfEveryEvent) {
    Words told, raised;
    for (const auto& [type, item] : document()["webhooks"].items()) told.insert(type);
    for (const domain::EventType& event : domain::event_types()) {
        if (event.reserved) continue;
        const std::string type{event.type};
        raised.insert(type);
        ASSERT_TRUE(told.contains(type)) << type << " is not in the document";
        const json& webhook = document()["webhooks"][type]["post"];
        EXPECT_EQ(webhook["description"], event.meaning) << type;
        EXPECT_EQ(webhook["x-details"], json::parse(event.details)) << type;
        // Its body is one of those that an Event may be, and that one takes this type.
        const json& body = webhook["requestBody"]["content"]["application/json"]["schema"];
        const json& kinds = document()["components"]["schemas"]["Event"]["oneOf"];
        EXPECT_NE(std::find(kinds.begin(), kinds.end(), body), kinds.end()) << type;
        const json& types = opened(body)["allOf"][1]["properties"]["type"]["enum"];
        EXPECT_NE(std::find(types.begin(), types.end(), json(type)), types.end()) << type;
    }
    EXPECT_EQ(told, raised);
}

TEST(OpenApi, TellsOfEveryScopeVersionAndErrorCode) {
    const std::string text = document().dump();
    for (const auto scope : kScopes) EXPECT_NE(text.find(std::string{scope}), std::string::npos) << scope;
    json versions = json::array();
    for (const auto version : kApiVersions) versions.push_back(version);
    EXPECT_EQ(document()["components"]["parameters"]["ApiVersion"]["schema"]["enum"], versions);
    EXPECT_EQ(document()["components"]["headers"]["ApiVersion"]["schema"]["enum"], versions);
    EXPECT_EQ(document()["info"]["version"], kApiVersions.back());
    Words codes;
    for (const json& code :
         document()["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"])
        codes.insert(code.get<std::string>());
    Words used{"idempotency_key_in_use", "idempotency_key_reused"};
    for (const int status : {400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503}) {
        const auto answer = render_error("/v2/orders", status, "a fault", "0123456789abcdef");
        used.insert(json::parse(answer.body)["error"]["code"].get<std::string>());
    }
    EXPECT_EQ(codes, used);
}

TEST(OpenApi, IsServedToAnybodyAsItIs) {
    Hub hub;
    const auto answer = hub.get("/openapi.json", "");
    ASSERT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.raw.content_type, "application/json");
    EXPECT_EQ(answer.json(), document());
    EXPECT_EQ(document()["servers"][0]["url"], "/") << "it must hold for every host";
    EXPECT_EQ(answer.header("Cache-Control"), "no-cache");
    const auto etag = answer.header("ETag");
    ASSERT_TRUE(etag);
    http::Request request;
    request.method = "GET";
    request.path = "/openapi.json";
    request.headers = {{"if-none-match", *etag}};
    const auto again = hub.send(request);
    EXPECT_EQ(again.status(), 304);
    EXPECT_EQ(again.raw.body, "");
    EXPECT_EQ(again.header("ETag"), etag);
    request.headers = {{"if-none-match", "\"something else\""}};
    EXPECT_EQ(hub.send(request).status(), 200);
}

TEST(DocsPage, NeedsNothingFromElsewhereAndHasNothingInline) {
    Hub hub;
    const auto page = hub.get("/docs", "");
    ASSERT_EQ(page.status(), 200);
    EXPECT_EQ(page.raw.content_type, "text/html; charset=utf-8");
    const std::string policy = page.header("Content-Security-Policy").value_or("");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << policy;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
    const std::string& html = page.raw.body;
    EXPECT_FALSE(std::regex_search(html, std::regex{R"(<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=)"})) << html;
    // What it names is served, and what that names, too.
    Words named;
    std::vector<std::string> unread{html};
    const std::regex reference{R"((?:src|href)="(/docs/[^"]+)\"|from '(/docs/[^']+)')"};
    while (!unread.empty()) {
        const std::string text = std::move(unread.back());
        unread.pop_back();
        for (std::sregex_iterator at{text.begin(), text.end(), reference}, end; at != end; ++at) {
            const std::string path = (*at)[1].matched ? (*at)[1] : (*at)[2];
            if (!named.insert(path).second) continue;
            const auto file = hub.get(path, "");
            EXPECT_EQ(file.status(), 200) << path;
            EXPECT_EQ(file.raw.content_type,
                      path.ends_with(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8");
            unread.push_back(file.raw.body);
        }
        EXPECT_FALSE(
            std::regex_search(text, std::regex{R"((?:src|href)="(?:https?:)?//|[^c]url\(|@import|from 'http)"}));
    }
    EXPECT_EQ(named, (Words{"/docs/docs.css", "/docs/docs.js", "/docs/model.js"}));
    for (const char* path : {"/docs/docs.html", "/docs/openapi.json", "/docs/nothing.js", "/docs/..%2fopenapi.json"})
        EXPECT_EQ(hub.get(path, "").status(), 404) << path;
    // They are what the document says of /docs/{file}.
    const json& names = document()["paths"]["/docs/{file}"]["get"]["parameters"][0]["schema"]["enum"];
    EXPECT_EQ(names.size(), named.size());
}

}  // namespace
}  // namespace crossdock::api::testing
