// SPDX-License-Identifier: Apache-2.0
// The doors that the provider's clients use: GraphQL, the token endpoint, downloads of bulk results.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "base/text.h"
#include "sandbox/encoding.h"
#include "sandbox/graphql/coerce.h"
#include "sandbox/shopify/encoding.h"
#include "sandbox/shopify/shop_impl.h"

namespace crossdock::sandbox::shopify {

using nlohmann::json;

namespace {

constexpr int kMostPoints = 1000;  // of one document

http::Response errors_text(int status, const std::string& text) {
    return http::Response::json(status, json{{"errors", text}}.dump());
}

http::Response errors_only(const std::vector<graphql::GraphqlError>& errors) {
    std::string body = R"({"errors":)";
    graphql::append_errors(body, errors);
    return http::Response::json(200, body + "}");
}

bool looks_like_version(const std::string& text) {
    return text == "unstable" ||
           (text.size() == 7 && text[4] == '-' &&
            std::all_of(text.begin(), text.begin() + 4, [](char c) { return c >= '0' && c <= '9'; }));
}

}  // namespace

std::string ShopImpl::base_url(const http::Request& request) const {
    if (!options_.public_url.empty()) return options_.public_url + options_.path_prefix;
    const std::string host(request.header("host").value_or("127.0.0.1"));
    return (request.over_tls ? "https://" : "http://") + host + options_.path_prefix;
}

http::Response ShopImpl::route(const http::Request& request, const std::string& path) {
    ++world_.counters.requests;
    const std::vector<std::string> parts = crossdock::split(path, '/');  // "", "admin", …
    if (path == "/admin/oauth/access_token") return token(request);
    if (parts.size() == 3 && parts[1] == "bulk-operation-outputs") return download(request, parts[2]);
    if (parts.size() == 5 && parts[1] == "admin" && parts[2] == "api" && parts[4] == "graphql.json" &&
        looks_like_version(parts[3])) {
        if (request.method != "POST") return errors_text(405, "Method Not Allowed");
        return graphql(request, parts[3]);
    }
    return errors_text(404, "Not Found");
}

std::optional<http::Response> ShopImpl::fault_before(const std::string& operation) {
    if (auto answer = network_fault_before(faults_, operation)) {
        ++world_.counters.faults;
        return answer;
    }
    const auto fault = faults_.take({"throttle", "status", "unauthorized", "errors", "string_errors"}, operation);
    if (!fault) return std::nullopt;
    ++world_.counters.faults;
    if (fault->kind == "unauthorized")
        return errors_text(401, "[API] Invalid API key or access token (unrecognized login or wrong password)");
    if (fault->kind == "string_errors") return errors_text(200, "Service temporarily unavailable");
    if (fault->kind == "errors") {
        const std::string id = world_.random().uuid();
        std::string body = R"({"errors":)";
        graphql::append_errors(body, {{"Internal error. Looks like something went wrong on our end.\nRequest ID: " +
                                           id + " (include this in support requests).",
                                       {},
                                       {},
                                       json{{"requestId", id}, {"code", "INTERNAL_SERVER_ERROR"}}.dump()}});
        return http::Response::json(200, body + R"(,"data":null})");
    }
    if (fault->kind == "throttle") {
        bucket_.drain();  // the bucket is shared: somebody else has emptied it
        return std::nullopt;
    }
    const int status = fault->param == 0 ? 503 : fault->param;
    if (status == 429) {
        http::Response response = errors_text(
            429, "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.");
        response.headers.emplace_back("Retry-After", "2.0");
        return response;
    }
    if (status >= 500) return http::Response{status, std::string(kGatewayHtml), "text/html; charset=utf-8", {}};
    if (status == 402) return errors_text(402, "Unavailable Shop");
    if (status == 423) return errors_text(423, "Shop is locked");
    return errors_text(status, "Forbidden");
}

void ShopImpl::fault_after(const std::string& operation, http::Response& response) {
    if (network_fault_after(faults_, operation, response)) ++world_.counters.faults;
}

http::Response ShopImpl::graphql(const http::Request& request, const std::string& version) {
    ++world_.counters.graphql;
    // A version that is not served is answered by the oldest one that is: only the header tells.
    const bool served = version == "unstable" || std::find(options_.versions.begin(), options_.versions.end(),
                                                           version) != options_.versions.end();
    Asked asked;
    const json body = json::parse(request.body, nullptr, false);
    const bool readable = body.is_object() && body.contains("query") && body["query"].is_string();
    if (readable) {
        asked.query = body["query"].get<std::string>();
        if (body.contains("operationName") && body["operationName"].is_string())
            asked.operation_name = body["operationName"].get<std::string>();
        if (body.contains("variables") && !body["variables"].is_null()) asked.variables = body["variables"].dump();
    }
    // Clients may leave the name out; for dials it is then read from the document.
    std::string operation = asked.operation_name;
    if (operation.empty() && readable) {
        const auto prepared = api_.prepare(asked.query);
        if (!prepared->document.operations.empty()) operation = prepared->document.operations.front().name;
    }
    http::Response response;
    if (auto fault = fault_before(operation)) {
        response = std::move(*fault);
    } else if (!tokens_.good(std::string(request.header("x-shopify-access-token").value_or("")), clock_.steady())) {
        response = errors_text(401, "[API] Invalid API key or access token (unrecognized login or wrong password)");
    } else if (!readable) {
        response = http::Response::json(400, R"({"errors":{"query":"Required parameter missing or invalid"}})");
    } else {
        api_.request() = RequestContext{};
        api_.request().scopes = scopes_;
        api_.request().base_url = base_url(request);
        if (const auto page = faults_.take({"half_page", "repeat_cursor", "empty_page"}, operation)) {
            ++world_.counters.faults;
            api_.request().page_fault = page->kind;
        }
        response = run_graphql(asked);
        fault_after(operation, response);
    }
    response.headers.emplace_back("X-Shopify-API-Version", served ? version : options_.versions.front());
    response.headers.emplace_back("X-Request-Id", world_.random().uuid());
    return response;
}

std::string ShopImpl::cost_extension(int requested, const std::string& actual) {
    return R"("cost":{"requestedQueryCost":)" + std::to_string(requested) + R"(,"actualQueryCost":)" + actual +
           R"(,"throttleStatus":{"maximumAvailable":)" + std::to_string(static_cast<int>(bucket_.size())) +
           R"(.0,"currentlyAvailable":)" + std::to_string(bucket_.available(clock_.steady())) + R"(,"restoreRate":)" +
           std::to_string(static_cast<int>(bucket_.rate())) + ".0}}";
}

http::Response ShopImpl::run_graphql(const Asked& asked) {
    const auto prepared = api_.prepare(asked.query);
    if (!prepared->errors.empty()) return errors_only(prepared->errors);
    graphql::GraphqlError problem;
    const graphql::Operation* operation = prepared->operation(asked.operation_name, problem);
    if (operation == nullptr) return errors_only({problem});
    std::vector<graphql::GraphqlError> errors;
    const json given = asked.variables.empty() ? json::object() : json::parse(asked.variables);
    if (!given.is_object())
        return http::Response::json(400, R"({"errors":{"variables":"Variables must be an object"}})");
    const json variables = graphql::coerce_variables(api_.schema(), *operation, given, errors);
    if (!errors.empty()) return errors_only(errors);

    const int requested = graphql::requested_cost(api_.schema(), prepared->document, *operation, variables);
    if (requested > kMostPoints) {
        const json extensions = {{"code", "MAX_COST_EXCEEDED"},
                                 {"cost", requested},
                                 {"maxCost", kMostPoints},
                                 {"documentation", "https://shopify.dev/api/usage/limits#rate-limits"}};
        return errors_only({{"Query cost is " + std::to_string(requested) +
                                 ", which exceeds the single query max cost limit (" + std::to_string(kMostPoints) +
                                 "). See https://shopify.dev/api/usage/limits#rate-limits for more information on how "
                                 "the cost of a query is calculated.",
                             {},
                             {},
                             extensions.dump()}});
    }
    if (!bucket_.take(requested, clock_.steady())) {
        ++world_.counters.throttled;
        std::string body = R"({"errors":)";
        graphql::append_errors(
            body,
            {{"Throttled",
              {},
              {},
              graphql::extensions_of("THROTTLED", {{"documentation", "https://shopify.dev/api/usage/rate-limits"}})}});
        return http::Response::json(200, body + R"(,"extensions":{)" + cost_extension(requested, "null") + "}}");
    }
    graphql::Outcome outcome =
        graphql::execute(api_.schema(), api_.resolvers(), *prepared, *operation, variables, api_.hooks());
    const int actual = std::min(outcome.cost, requested);
    bucket_.give_back(requested - actual);
    std::string body = R"({"data":)" + outcome.data;
    if (!outcome.errors.empty()) {
        body += R"(,"errors":)";
        graphql::append_errors(body, outcome.errors);
    }
    body += R"(,"extensions":{)" + cost_extension(requested, std::to_string(actual));
    if (!api_.request().search_extensions.empty()) {
        body += R"(,"search":[)";
        for (std::size_t i = 0; i < api_.request().search_extensions.size(); ++i)
            body += (i > 0 ? "," : "") + api_.request().search_extensions[i];
        body += "]";
    }
    body += "}}";
    if (options_.recorder) options_.recorder({asked.query, asked.variables, asked.operation_name, body});
    return http::Response::json(200, std::move(body));
}

http::Response ShopImpl::token(const http::Request& request) {
    if (request.method != "POST") return errors_text(405, "Method Not Allowed");
    if (auto fault = fault_before("token")) return std::move(*fault);
    const auto refuse = [](const char* code, const char* text) {
        return http::Response::json(400, json{{"error", code}, {"error_description", text}}.dump());
    };
    std::map<std::string, std::string> form = form_fields(request.body);
    std::string grant = form["grant_type"];
    std::string id = form["client_id"];
    std::string secret = form["client_secret"];
    if (const json body = json::parse(request.body, nullptr, false); body.is_object()) {
        grant = body.value("grant_type", "");
        id = body.value("client_id", "");
        secret = body.value("client_secret", "");
    }
    if (grant != "client_credentials") return refuse("unsupported_grant_type", "The grant type is not supported.");
    const bool known = std::find(options_.client_secrets.begin(), options_.client_secrets.end(), secret) !=
                       options_.client_secrets.end();
    if (id != options_.client_id || !known)
        return refuse("application_cannot_be_found", "Could not find Shopify API application with the given api_key.");
    const std::string token = "shpat_" + sha256_hex(world_.random().uuid()).substr(0, 32);
    tokens_.issue(token, clock_.steady() + std::chrono::seconds(86'399));
    ++world_.counters.tokens_issued;
    std::string scopes;
    for (const std::string& scope : scopes_) scopes += (scopes.empty() ? "" : ",") + scope;
    http::Response response =
        http::Response::json(200, json{{"access_token", token}, {"scope", scopes}, {"expires_in", 86399}}.dump());
    fault_after("token", response);
    return response;
}

http::Response ShopImpl::download(const http::Request& request, const std::string& id) {
    if (auto fault = fault_before("download")) return std::move(*fault);
    const auto at = world_.bulk_operations.find(std::strtoll(id.c_str(), nullptr, 10));
    const bool signed_well =
        at != world_.bulk_operations.end() && request.parameter("Signature") == std::string_view{at->second.signature};
    if (!signed_well) {
        return {403,
                "<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code></Error>",
                "application/xml; charset=UTF-8",
                {}};
    }
    const std::int64_t expires =
        std::strtoll(std::string(request.parameter("Expires").value_or("0")).c_str(), nullptr, 10);
    if (to_ms(world_.now()) / 1000 > expires) {
        return {400,
                "<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code></Error>",
                "application/xml; charset=UTF-8",
                {}};
    }
    const std::string& whole = at->second.result;
    http::Response response{200, "", "application/jsonl", {}};
    // One open range, as somebody asks who was interrupted.
    const auto range = request.header("range").value_or("");
    if (constexpr std::string_view kBytes = "bytes="; range.starts_with(kBytes) && range.ends_with('-')) {
        const std::string whole_size = std::to_string(whole.size());
        const auto first = std::strtoull(std::string(range.substr(kBytes.size())).c_str(), nullptr, 10);
        if (first >= whole.size()) {
            response = {416, "", "application/xml; charset=UTF-8", {{"Content-Range", "bytes */" + whole_size}}};
            return response;
        }
        response.status = 206;
        response.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" +
                                                           std::to_string(whole.size() - 1) + "/" + whole_size);
        response.body = whole.substr(first);
    } else {
        response.body = whole;
    }
    fault_after("download", response);
    return response;
}

}  // namespace crossdock::sandbox::shopify
