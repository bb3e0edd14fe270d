// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "connectors/amazon/factory.h"
#include "support/domain_words.h"
#include "support/scripted_http.h"
#include "unit/connectors/amazon/model_check.h"

/// A seller at the other end of a scripted network, and Amazon's published examples.
namespace crossdock::connectors::amazon::tests {

using Json = nlohmann::json;
using testing_support::codes;
using testing_support::words;

inline Timestamp at(std::string_view text) { return *parse_iso8601(text, ZoneRule::required); }

/// A file of Amazon's examples (models of the Selling Partner API, Apache-2.0; the static sandbox's cases), read in
/// place; nullopt where the folder is absent.
inline std::optional<Json> example_file(const std::string& name) {
    const std::string path = std::string{CROSSDOCK_SHARED_DIR} + "/specs/amazon/examples/" + name;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return Json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
}

/// Secrets in memory.
struct MemoryVault final : Vault {
    std::optional<Secret> load(const std::string& name) override {
        const auto found = kept.find(name);
        if (found == kept.end()) return std::nullopt;
        return Secret{found->second};
    }
    void keep(const std::string& name, const Secret& secret) override { kept[name] = secret.reveal(); }
    std::map<std::string, std::string> kept;
};

inline constexpr const char* kHost = "https://sellingpartnerapi-na.amazon.com";

/// The connector against a script. The first call is preceded by the one for a token unless the test asks for it.
class Seller {
public:
    explicit Seller(std::string settings = R"({"seller_id":"A3TH9S8BH6GOGM"})", std::string profile = "{}")
        : profile_(std::move(profile)) {
        setup.code = "amz-us";
        setup.provider = domain::Provider::amazon;
        setup.settings_json = std::move(settings);
        setup.credentials.emplace_back("client_id", Secret{"amzn1.application-oa2-client.1"});
        setup.credentials.emplace_back("client_secret", Secret{"secret+1"});
        setup.credentials.emplace_back("refresh_token", Secret{"Atzr|one"});
    }

    /// Every request of every test is one that Amazon's models know.
    ~Seller() {
        if (!PublishedModels::get().are_here()) return;
        for (const net::HttpRequest& request : http.requests()) {
            if (!request.url.starts_with(kHost)) continue;
            const std::string target = request.url.substr(std::string_view{kHost}.size());
            EXPECT_EQ(PublishedModels::get().fault(request.method, target, request.body), "") << target;
        }
    }

    Connector& connector() {
        if (!connector_) reopen();
        return *connector_;
    }
    /// As another worker of the same channel; with `restarted` as after a restart of the process.
    void reopen(bool restarted = false) {
        if (!shared_ || restarted) shared_ = factory->share(setup, runtime());
        connector_ = factory->open(setup, profile_, shared_, runtime());
    }
    Runtime runtime() { return {http, clock, random, &vault}; }

    void token(const std::string& token = "Atza|1") {
        http.then(
            200,
            Json{{"access_token", token}, {"token_type", "bearer"}, {"expires_in", 3600}, {"refresh_token", "Atzr|one"}}
                .dump(),
            {},
            [](const net::HttpRequest& request) { EXPECT_EQ(request.url, "https://api.amazon.com/auth/o2/token"); });
    }
    /// The next call must be this one ("GET /path?query"); it gets this answer.
    void answer(const std::string& request_line, int status, const std::string& body,
                std::function<void(const net::HttpRequest&)> check = {}, net::Headers headers = {}) {
        headers.emplace_back("Date", "Fri, 20 Nov 2026 10:00:05 GMT");
        http.then(status, body, headers, [request_line, check](const net::HttpRequest& request) {
            std::string url = request.url;
            if (url.starts_with(kHost)) url.erase(0, std::string_view{kHost}.size());
            EXPECT_EQ(request.method + " " + url, request_line);
            if (check) check(request);
        });
    }
    void answer(const std::string& request_line, const Json& body,
                std::function<void(const net::HttpRequest&)> check = {}) {
        answer(request_line, 200, body.dump(), std::move(check));
    }

    testing_support::ScriptedHttp http;
    ManualClock clock{at("2026-11-20T10:00:00Z")};
    SeededRandom random{1};
    MemoryVault vault;
    ChannelSetup setup;
    std::unique_ptr<ConnectorFactory> factory = make_amazon_factory();

private:
    std::string profile_;
    std::shared_ptr<SharedChannelState> shared_;
    std::unique_ptr<Connector> connector_;
};

inline std::string header_of(const net::HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return "-";
}

inline std::string errors(const std::string& code, const Json& message, const std::string& details = "") {
    return Json{{"errors", {{{"code", code}, {"message", message}, {"details", details}}}}}.dump();
}

}  // namespace crossdock::connectors::amazon::tests
