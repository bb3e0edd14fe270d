// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "connectors/shopify/factory.h"
#include "support/domain_words.h"
#include "support/scripted_http.h"

/// A shop at the other end of a scripted network, fixtures, and domain values in words.
namespace crossdock::connectors::shopify::tests {

using Json = nlohmann::json;

inline std::string fixture(const std::string& name) {
    std::ifstream file(std::string{CROSSDOCK_SOURCE_DIR} + "/tests/fixtures/shopify/" + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

inline Timestamp at(std::string_view text) { return *parse_iso8601(text, ZoneRule::required); }

/// The connector against a script. Every answer is a GraphQL one unless the test says otherwise.
class Shop {
public:
    explicit Shop(std::string settings = "{}", std::string profile = "{}") {
        setup.code = "shop-us";
        setup.settings_json = std::move(settings);
        setup.credentials.emplace_back("shop", Secret{"acme.myshopify.com"});
        setup.credentials.emplace_back("access_token", Secret{"shpat_1"});
        setup.credentials.emplace_back("client_secret", Secret{"crossdock-test-secret"});
        profile_ = std::move(profile);
    }

    Connector& connector() {
        if (!connector_) {
            shared_ = factory->share(setup, runtime());
            connector_ = factory->open(setup, profile_, shared_, runtime());
        }
        return *connector_;
    }
    Runtime runtime() { return {http, clock, random}; }

    /// The next call must be this operation; it gets this answer with status 200.
    void answer(const std::string& operation, const std::string& body,
                std::function<void(const Json& variables)> check = {}) {
        http.then(200, body, {{"Date", "Fri, 20 Nov 2026 10:00:05 GMT"}, {"X-Shopify-API-Version", "2026-07"}},
                  [operation, check](const net::HttpRequest& request) {
                      const Json sent = Json::parse(request.body);
                      EXPECT_EQ(sent["operationName"], operation);
                      if (check) check(sent["variables"]);
                  });
    }
    void answer(const std::string& operation, const Json& data, std::function<void(const Json& variables)> check = {}) {
        answer(operation, Json{{"data", data}}.dump(), std::move(check));
    }

    testing_support::ScriptedHttp http;
    ManualClock clock{at("2026-11-20T10:00:00Z")};
    SeededRandom random{1};
    ChannelSetup setup;
    std::unique_ptr<ConnectorFactory> factory = make_shopify_factory();

private:
    std::string profile_;
    std::shared_ptr<SharedChannelState> shared_;
    std::unique_ptr<Connector> connector_;
};

using testing_support::codes;
using testing_support::words;

}  // namespace crossdock::connectors::shopify::tests
