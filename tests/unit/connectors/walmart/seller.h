// SPDX-License-Identifier: Apache-2.0
#pragma once
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
#include "connectors/walmart/factory.h"
#include "support/domain_words.h"
#include "support/scripted_http.h"

/// A seller at the other end of a scripted network, and Walmart's published examples.
namespace crossdock::connectors::walmart::tests {

using Json = nlohmann::json;
using testing_support::codes;
using testing_support::words;

inline Timestamp at(std::string_view text) { return *parse_iso8601(text, ZoneRule::required); }

/// The published examples (Walmart's developer portal, names and streets replaced), read in place and never copied;
/// nullopt where the folder is absent.
inline std::optional<Json> example_file(const std::string& name) {
    const std::string path = std::string{CROSSDOCK_SHARED_DIR} + "/specs/walmart/examples/" + name;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return Json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
}
/// The answer of the first case of an operation.
inline Json example_answer(const Json& file, const std::string& operation) {
    for (const Json& one : file["cases"])
        if (one["operation"] == operation) return one["response"];
    return {};
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

inline constexpr const char* kHost = "https://marketplace.walmartapis.com";

/// The connector against a script. The first call is preceded by the one for a token.
class Seller {
public:
    explicit Seller(std::string settings = R"({"fulfillment_types":["SellerFulfilled"]})") {
        setup.code = "wm-us";
        setup.provider = domain::Provider::walmart;
        setup.settings_json = std::move(settings);
        setup.credentials.emplace_back("client_id", Secret{"0f0e0d0c-id"});
        setup.credentials.emplace_back("client_secret", Secret{"s3cr+t/"});
    }

    Connector& connector() {
        if (!connector_) reopen();
        return *connector_;
    }
    /// As another worker of the same channel; with `restarted` as after a restart of the process.
    void reopen(bool restarted = false) {
        if (!shared_ || restarted) shared_ = factory->share(setup, runtime());
        connector_ = factory->open(setup, "{}", shared_, runtime());
    }
    Runtime runtime() { return {http, clock, random, &vault}; }

    void token(const std::string& token = "token-1") {
        http.then(200, Json{{"access_token", token}, {"token_type", "Bearer"}, {"expires_in", 900}}.dump(), {},
                  [](const net::HttpRequest& request) {
                      EXPECT_EQ(request.method + " " + request.url, "POST " + std::string{kHost} + "/v3/token");
                  });
    }
    /// The next call must be this one ("GET /path?query"); it gets this answer.
    void answer(const std::string& request_line, int status, const std::string& body,
                std::function<void(const net::HttpRequest&)> check = {}, net::Headers headers = {}) {
        headers.emplace_back("Date", "Mon, 04 May 2026 18:00:05 GMT");
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
    ManualClock clock{at("2026-05-04T18:00:00Z")};
    SeededRandom random{1};
    MemoryVault vault;
    ChannelSetup setup;
    std::unique_ptr<ConnectorFactory> factory = make_walmart_factory();

private:
    std::shared_ptr<SharedChannelState> shared_;
    std::unique_ptr<Connector> connector_;
};

inline std::string header_of(const net::HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return "-";
}

/// The shape of refusals that live answers have.
inline std::string refusal(const std::string& code, const std::string& description, const std::string& field = "") {
    Json one{{"code", code}, {"description", description}, {"severity", "ERROR"}};
    if (!field.empty()) one["field"] = field;
    return Json{{"errors", {{"error", {one}}}}}.dump();
}
inline const std::string kNothingFound = refusal(
    "CONTENT_NOT_FOUND.GMP_ORDER_API", "Unable to process this request. The requested resource could not be found");

/// A purchase order of one kind, as small as the mapping takes it.
inline Json order_with(const Json& lines, const std::string& node_type = "SellerFulfilled") {
    return {{"purchaseOrderId", "108800000000001"},
            {"customerOrderId", "200011200000001"},
            {"orderDate", 1777910400000},
            {"shippingInfo", {{"methodCode", "Express"}, {"postalAddress", {{"name", "N"}, {"country", "USA"}}}}},
            {"orderLines", {{"orderLine", lines}}},
            {"shipNode", {{"type", node_type}}}};
}
/// {"Shipped", 2, "TRACK"}
struct At {
    std::string status;
    int units = 1;
    std::string tracking_number = {};
};
inline Json line_with(const std::string& number, int units, const std::vector<At>& statuses, double price = 10) {
    Json list = Json::array();
    for (const At& one : statuses) {
        Json status{{"status", one.status},
                    {"statusQuantity", {{"unitOfMeasurement", "EACH"}, {"amount", std::to_string(one.units)}}}};
        if (!one.tracking_number.empty()) status["trackingInfo"] = {{"trackingNumber", one.tracking_number}};
        list.push_back(status);
    }
    return {{"lineNumber", number},
            {"item", {{"sku", "SKU-" + number}, {"productName", "Thing " + number}}},
            {"charges",
             {{"charge",
               {{{"chargeType", "PRODUCT"},
                 {"chargeName", "ItemPrice"},
                 {"chargeAmount", {{"currency", "USD"}, {"amount", price}}}}}}}},
            {"orderLineQuantity", {{"unitOfMeasurement", "EACH"}, {"amount", std::to_string(units)}}},
            {"statusDate", 1777914000000},
            {"orderLineStatuses", {{"orderLineStatus", list}}}};
}

}  // namespace crossdock::connectors::walmart::tests
