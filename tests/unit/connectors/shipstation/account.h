// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "connectors/shipstation/factory.h"
#include "support/domain_words.h"
#include "support/scripted_http.h"
#include "unit/connectors/shipstation/published.h"

/// A ShipStation account at the other end of a scripted network, and ShipStation's published examples.
namespace crossdock::connectors::shipstation::tests {

using Json = nlohmann::json;
using testing_support::codes;
using testing_support::words;

inline Timestamp at(std::string_view text) { return *parse_iso8601(text, ZoneRule::required); }

/// A file of shared/specs/shipstation/examples (its README says where each is from), read in place; nullopt where the
/// folder is absent.
inline std::optional<Json> example_file(const std::string& name) {
    const std::string path = std::string{CROSSDOCK_SHARED_DIR} + "/specs/shipstation/examples/" + name;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return Json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
}
/// The case of that operation in such a file.
inline Json example_case(const Json& file, const std::string& operation) {
    for (const Json& one : file["cases"])
        if (one.value("operation", "") == operation) return one;
    ADD_FAILURE() << "no case " << operation;
    return Json::object();
}

struct MemoryVault final : Vault {
    std::optional<Secret> load(const std::string& name) override {
        const auto found = kept.find(name);
        if (found == kept.end()) return std::nullopt;
        return Secret{found->second};
    }
    void keep(const std::string& name, const Secret& secret) override { kept[name] = secret.reveal(); }
    std::map<std::string, std::string> kept;
};

inline constexpr const char* kV1 = "https://ssapi.shipstation.com";
inline constexpr const char* kV2 = "https://api.shipstation.com";

/// A profile with stores of three kinds.
inline constexpr const char* kProfile =
    R"({"currency":"USD","stores":[)"
    R"({"storeId":"12345","storeName":"Hand","marketplaceName":"ShipStation","active":true},)"
    R"({"storeId":"26815","storeName":"Acme CA","marketplaceName":"Amazon CA","active":true},)"
    R"({"storeId":"25748","storeName":"Shop","marketplaceName":"WooCommerce","active":true}]})";

/// The connector against a script.
class Account {
public:
    explicit Account(std::string settings = "{}", std::string profile = kProfile) : profile_(std::move(profile)) {
        setup.code = "ship-us";
        setup.provider = domain::Provider::shipstation;
        setup.settings_json = std::move(settings);
        setup.credentials.emplace_back("api_key", Secret{"key1"});
        setup.credentials.emplace_back("api_secret", Secret{"secret+1"});
    }
    /// Every request of every test is one that the published description knows.
    ~Account() {
        if (!PublishedV1::get().is_here()) return;
        for (const net::HttpRequest& request : http.requests()) {
            if (!request.url.starts_with(kV1)) continue;
            const std::string target = request.url.substr(std::string_view{kV1}.size());
            EXPECT_EQ(PublishedV1::get().fault(request.method, target, request.body), "") << target;
        }
    }

    Account& with_stock() {
        setup.credentials.emplace_back("v2_api_key", Secret{"v2key"});
        return *this;
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

    /// The next call must be this one ("GET /path?query"); it gets this answer.
    void answer(const std::string& request_line, int status, const std::string& body,
                std::function<void(const net::HttpRequest&)> check = {}, net::Headers headers = {}) {
        headers.emplace_back("Date", http_date);
        http.then(status, body, headers, [request_line, check](const net::HttpRequest& request) {
            std::string url = request.url;
            for (const std::string_view host : {kV1, kV2})
                if (url.starts_with(host)) url.erase(0, host.size());
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
    std::string http_date = "Fri, 20 Nov 2026 10:00:05 GMT";
    SeededRandom random{1};
    MemoryVault vault;
    ChannelSetup setup;
    std::unique_ptr<ConnectorFactory> factory = make_shipstation_factory();

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

/// A small order; its other fields are null or missing, as they often are.
inline Json order_json(std::int64_t id, const std::string& modified, const std::string& status = "awaiting_shipment",
                       std::int64_t store = 12345) {
    return {{"orderId", id},
            {"orderNumber", "N" + std::to_string(id)},
            {"orderDate", "2026-11-19T08:00:00.0000000"},
            {"modifyDate", modified},
            {"orderStatus", status},
            {"items", {{{"orderItemId", id * 10}, {"sku", "A"}, {"name", "Mug"}, {"quantity", 2}, {"unitPrice", 5.5}}}},
            {"advancedOptions", {{"storeId", store}}}};
}
inline Json order_list(const Json& orders, std::int64_t total = -1, std::int64_t pages = 1) {
    return {{"orders", orders},
            {"total", total < 0 ? static_cast<std::int64_t>(orders.size()) : total},
            {"page", 1},
            {"pages", pages}};
}

}  // namespace crossdock::connectors::shipstation::tests
