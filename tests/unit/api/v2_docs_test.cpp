// SPDX-License-Identifier: Apache-2.0
// docs/api/v2.md tells of every route, and of none that there is not.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "api/middleware/api_version.h"
#include "base/text.h"
#include "domain/deed.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

std::string page() {
    std::ifstream file(CROSSDOCK_SOURCE_DIR "/docs/api/v2.md");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(V2Docs, EveryRouteHasAHeadingItsScopeAndAnExample) {
    V2Hub hub;
    const std::string text = page();
    std::set<std::string> headings, routes;
    std::map<std::string, std::string> section;
    std::string at;
    for (const std::string& line : split(text, '\n')) {
        if (line.starts_with("### `")) {
            at = line.substr(5, line.find('`', 5) - 5);
            headings.insert(at);
        } else if (line.starts_with("#")) {
            at.clear();
        }
        if (!at.empty()) section[at] += line + "\n";
    }
    for (const http::Route& route : hub.router.routes()) {
        if (!route.pattern.starts_with("/v2/")) continue;
        const std::string name = route.method + " " + route.pattern;
        routes.insert(name);
        ASSERT_TRUE(headings.contains(name)) << name << " has no heading in docs/api/v2.md";
        EXPECT_NE(section[name].find("`" + route.scope + "`"), std::string::npos) << name << " does not say its scope";
        EXPECT_NE(section[name].find("curl "), std::string::npos) << name << " has no example";
        // The example is of this route.
        const auto fixed = route.pattern.substr(0, route.pattern.find('{'));
        EXPECT_NE(section[name].find("$HUB" + fixed), std::string::npos) << name << ": the example asks something else";
    }
    EXPECT_EQ(headings, routes);
    std::printf("%zu routes of /v2, each with its heading, scope and example\n", routes.size());
}

TEST(V2Docs, EveryVersionIsOnThePage) {
    const std::string text = page();
    for (const auto version : kApiVersions)
        EXPECT_NE(text.find("| `" + std::string{version} + "` |"), std::string::npos) << version;
}

/// The table of the audit trail, in order.
TEST(V2Docs, EveryDeedIsOnThePage) {
    const std::string text = page();
    std::size_t at = text.find("| `action` | `subject` |");
    ASSERT_NE(at, std::string::npos);
    for (const auto deed : domain::deed::kAll) {
        const auto row = text.find("\n| `" + std::string{deed} + "` | `", at);
        EXPECT_NE(row, std::string::npos) << deed;
        if (row != std::string::npos) at = row;
    }
    EXPECT_EQ(text.find("\n| `", at + 1), std::string::npos) << "a deed that there is not";
}

TEST(V2Docs, EveryErrorCodeIsOnThePage) {
    const std::string text = page();
    for (const char* code :
         {"unauthenticated", "forbidden", "not_found", "validation_failed", "rate_limited", "internal_error",
          "bad_request", "conflict", "idempotency_key_reused", "idempotency_key_in_use", "method_not_allowed",
          "payload_too_large", "unsupported_media_type", "request_timeout", "unavailable"})
        EXPECT_NE(text.find("| `" + std::string{code} + "` |"), std::string::npos) << code;
}

}  // namespace
}  // namespace crossdock::api::testing
