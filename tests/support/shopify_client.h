// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "http/message.h"
#include "sandbox/shopify/shop.h"

namespace crossdock::testing {

/// A plain GraphQL client for tests of the simulated shop: it knows HTTP and JSON and nothing of the hub's connector.
class ShopifyClient {
public:
    explicit ShopifyClient(sandbox::shopify::Shop& shop) : shop_(shop) {}

    std::string token = "shpat_demo";
    std::string version = "2026-07";

    http::Response post(const std::string& query, const nlohmann::json& variables = nullptr,
                        const std::string& operation = "") {
        nlohmann::json body = {{"query", query}};
        if (!variables.is_null()) body["variables"] = variables;
        if (!operation.empty()) body["operationName"] = operation;
        http::Request request;
        request.method = "POST";
        request.path = request.target = shop_.path_prefix() + "/admin/api/" + version + "/graphql.json";
        request.headers = {
            {"host", "127.0.0.1:9100"}, {"content-type", "application/json"}, {"x-shopify-access-token", token}};
        request.body = body.dump();
        return shop_.handle(request);
    }
    nlohmann::json call(const std::string& query, const nlohmann::json& variables = nullptr,
                        const std::string& operation = "") {
        return nlohmann::json::parse(post(query, variables, operation).body);
    }
    http::Response get(const std::string& path, const http::Fields& query = {}) { return send("GET", path, "", query); }
    http::Response send(const std::string& method, const std::string& path, const std::string& body,
                        const http::Fields& query = {}) {
        http::Request request;
        request.method = method;
        request.path = request.target = path;
        request.query = query;
        request.headers = {{"host", "127.0.0.1:9100"}};
        request.body = body;
        return shop_.handle(request);
    }

private:
    sandbox::shopify::Shop& shop_;
};

inline std::string header_of(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace crossdock::testing
