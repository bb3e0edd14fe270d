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
#include "connectors/ebay/factory.h"
#include "support/domain_words.h"
#include "support/scripted_http.h"
#include "unit/connectors/ebay/published_check.h"

/// A seller's account at the other end of a scripted network, and eBay's examples, read in place.
namespace crossdock::connectors::ebay::tests {

using Json = nlohmann::json;
using testing_support::codes;
using testing_support::words;

inline Timestamp at(std::string_view text) { return *parse_iso8601(text, ZoneRule::required); }

/// A file below specs/ebay; nullopt where the folder is absent.
inline std::optional<std::string> published_text(const std::string& name) {
    std::ifstream file(std::string{CROSSDOCK_SHARED_DIR} + "/specs/ebay/" + name, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
}
inline std::optional<Json> published_json(const std::string& name) {
    const auto text = published_text(name);
    if (!text) return std::nullopt;
    return Json::parse(*text);
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

using Check = std::function<void(const net::HttpRequest&)>;

inline std::string header_of(const net::HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return "-";
}

inline std::string errors(int id, const std::string& message, const std::string& category = "REQUEST") {
    return Json{{"errors", {{{"errorId", id}, {"domain", "X"}, {"category", category}, {"message", message}}}}}.dump();
}

inline constexpr const char* kProfileUs =
    R"({"currency":"USD","ebay":{"user_id":"u1","username":"shop","registration_marketplace":"EBAY_US"}})";
inline constexpr const char* kProfileGb =
    R"({"currency":"GBP","ebay":{"user_id":"u2","username":"shop","registration_marketplace":"EBAY_GB"}})";

class Account {
public:
    explicit Account(std::string settings = "{}", std::string profile = kProfileUs) : profile_(std::move(profile)) {
        setup.code = "ebay-us";
        setup.provider = domain::Provider::ebay;
        setup.settings_json = std::move(settings);
        setup.credentials.emplace_back("client_id", Secret{"AppId-1"});
        setup.credentials.emplace_back("client_secret", Secret{"Cert-1"});
        setup.credentials.emplace_back("refresh_token", Secret{"v^1.1#r^1"});
    }

    /// Every request of every test is one that eBay's files know.
    ~Account() {
        for (const net::HttpRequest& request : http.requests()) {
            if (!request.url.starts_with("https://api.ebay.com/") && !request.url.starts_with("https://apiz.ebay.com/"))
                continue;
            EXPECT_EQ(PublishedFiles::get().fault(request), "") << request.method << ' ' << request.url;
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

    void token(const std::string& token = "user-1",
               const std::string& form = "grant_type=refresh_token&refresh_token=v%5E1.1%23r%5E1") {
        http.then(200, Json{{"access_token", token}, {"expires_in", 7200}, {"token_type", "User Access Token"}}.dump(),
                  {}, [form](const net::HttpRequest& request) {
                      EXPECT_EQ(request.method + " " + request.url,
                                "POST https://api.ebay.com/identity/v1/oauth2/token");
                      EXPECT_EQ(request.body, form);
                      EXPECT_EQ(header_of(request, "Authorization"), "Basic QXBwSWQtMTpDZXJ0LTE=");
                      EXPECT_EQ(header_of(request, "Content-Type"), "application/x-www-form-urlencoded");
                  });
    }
    void application_token(const std::string& name = "app-1") {
        token(name, "grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope");
    }
    /// The next call must be this one ("GET /path?query", "GET apiz/path" on the second host); it gets this answer.
    void answer(const std::string& request_line, int status, const std::string& body, Check check = {},
                net::Headers headers = {}) {
        headers.emplace_back("Date", "Fri, 20 Nov 2026 10:00:05 GMT");
        http.then(status, body, headers, [request_line, check](const net::HttpRequest& request) {
            std::string url = request.url;
            constexpr std::string_view api = "https://api.ebay.com", apiz = "https://apiz.ebay.com";
            if (url.starts_with(api))
                url.erase(0, api.size());
            else if (url.starts_with(apiz))
                url.replace(0, apiz.size(), "apiz");
            EXPECT_EQ(request.method + " " + url, request_line);
            if (check) check(request);
        });
    }
    void answer(const std::string& request_line, const Json& body, Check check = {}) {
        answer(request_line, 200, body.dump(), std::move(check));
    }

    testing_support::ScriptedHttp http;
    ManualClock clock{at("2026-11-20T10:00:00Z")};
    SeededRandom random{1};
    MemoryVault vault;
    ChannelSetup setup;
    std::unique_ptr<ConnectorFactory> factory = make_ebay_factory();

private:
    std::string profile_;
    std::shared_ptr<SharedChannelState> shared_;
    std::unique_ptr<Connector> connector_;
};

}  // namespace crossdock::connectors::ebay::tests
