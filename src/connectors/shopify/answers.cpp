// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/answers.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"

namespace crossdock::connectors::shopify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// `errors` may be a text, a list, or (on old addresses) an object.
std::string first_error_text(std::string_view body) {
    const auto index = JsonIndex::parse(body);
    if (!index) return {};
    const JsonView errors = index->root()["errors"];
    if (errors.is_string()) return in_quotes(errors.text().value_or(""));
    if (errors.is_array())
        for (const JsonView error : errors)
            if (const auto text = error["message"].text()) return in_quotes(*text);
    return {};
}

/// What an entry of `errors` calls for. Order matters: the first of these that occurs decides.
enum class Class { throttled, server, denied, too_costly, cursor, not_found, refused, unknown };

Class class_of(std::string_view code, std::string_view message) {
    if (code == "THROTTLED") return Class::throttled;
    if (code == "INTERNAL_SERVER_ERROR" || code == "TIMEOUT" || code == "SERVICE_UNAVAILABLE") return Class::server;
    if (code == "ACCESS_DENIED" || code == "SHOP_INACTIVE" || code == "UNAUTHORIZED" || code == "FORBIDDEN")
        return Class::denied;
    // The words stand in for a code that protected customer data is refused with under several names.
    if (message.find("not approved to access") != std::string_view::npos) return Class::denied;
    if (code == "MAX_COST_EXCEEDED") return Class::too_costly;
    if (code == "BAD_REQUEST" && message.find("cursor") != std::string_view::npos) return Class::cursor;
    if (code == "RESOURCE_NOT_FOUND" || code == "NOT_FOUND") return Class::not_found;
    for (const std::string_view known :
         {"PARSE_ERROR", "undefinedField", "INVALID_VARIABLE", "argumentLiteralsIncompatible",
          "missingRequiredArguments", "INVALID_FIELD_ARGUMENTS", "selectionMismatch", "undefinedDirective",
          "BAD_REQUEST", "MAX_INPUT_SIZE_EXCEEDED", "argumentNotAccepted", "variableMismatch", "variableNotDefined",
          "variableRequiresValidType", "undefinedType", "missingRequiredInputObjectAttribute", "unusedFragment",
          "GRAPHQL_VALIDATION_FAILED"})
        if (code == known) return Class::refused;
    return Class::unknown;
}

/// "orders.nodes.customer" from ["orders","nodes",3,"customer"].
std::string path_without_indexes(JsonView path) {
    std::string out;
    for (const JsonView step : path) {
        if (!step.is_string()) continue;
        if (!out.empty()) out += '.';
        out += step.word();
    }
    return in_quotes(out);
}

std::string scope_hint(std::string_view path) {
    if (path.ends_with("customer")) return "grant the scope read_customers";
    if (path.find("fulfillmentOrders") != std::string_view::npos)
        return "grant the scopes read_merchant_managed_fulfillment_orders and read_third_party_fulfillment_orders";
    if (path.find("inventory") != std::string_view::npos) return "grant the scopes read_inventory and write_inventory";
    if (path.find("productVariants") != std::string_view::npos) return "grant the scope read_products";
    if (path.find("locations") != std::string_view::npos) return "grant the scope read_locations";
    if (path.find("fulfillment") != std::string_view::npos)
        return "grant the scope write_merchant_managed_fulfillment_orders";
    if (path.find("order") != std::string_view::npos) return "grant the scope read_orders";
    return "see the app's scopes in the shop's admin";
}

Error error_of(Class kind, const std::string& message, const std::string& path, JsonView root) {
    const std::string where = path.empty() ? std::string{} : " (" + path + ")";
    switch (kind) {
        case Class::throttled: {
            const Cost cost = read_cost(root);
            double wait = 1;
            if (cost.requested && cost.available && cost.restore.value_or(0) > 0)
                wait = std::clamp(std::ceil((*cost.requested - *cost.available) / *cost.restore), 1.0, 300.0);
            return {ErrorKind::rate_limited, "shopify_throttled", "Shopify asks to slow down",
                    seconds{static_cast<std::int64_t>(wait)}};
        }
        case Class::server: return {ErrorKind::unavailable, "shopify_server_error", "Shopify: " + message};
        case Class::denied:
            return {ErrorKind::denied, "shopify_access_denied",
                    "Shopify: " + message + where + "; " + scope_hint(path)};
        case Class::too_costly:
            return {ErrorKind::rejected, "shopify_max_cost", "Shopify refused the query as too expensive: " + message};
        case Class::cursor:
            return {ErrorKind::rejected, "cursor_refused",
                    "Shopify does not accept the page cursor (any more): " + message};
        case Class::not_found: return {ErrorKind::not_found, "shopify_not_found", "Shopify: " + message + where};
        case Class::refused:
            return {ErrorKind::rejected, "shopify_query_refused",
                    "Shopify does not understand the request" + where + ", check api_version: " + message};
        case Class::unknown: break;
    }
    return {ErrorKind::unavailable, "shopify_error", "Shopify: " + message + where};
}

bool has_any_data(JsonView data) {
    for (const JsonView root_field : data)
        if (root_field) return true;
    return false;
}

}  // namespace

Cost read_cost(JsonView root) {
    const JsonView cost = root["extensions"]["cost"];
    const JsonView status = cost["throttleStatus"];
    return {cost["requestedQueryCost"].real(), status["maximumAvailable"].real(), status["currentlyAvailable"].real(),
            status["restoreRate"].real()};
}

std::optional<Error> http_status_error(const net::HttpResponse& response, Timestamp now) {
    const int status = response.status;
    if (status == 200) return std::nullopt;
    const std::string told = first_error_text(response.body);
    const std::string says = told.empty() ? std::string{} : ": " + told;
    const std::string http = "Shopify answered HTTP " + std::to_string(status) + says;
    const auto delay = retry_after(response, now);
    if (status == 429) {
        std::optional<milliseconds> wait = delay;
        if (const auto index = JsonIndex::parse(response.body); !wait && index)
            wait = error_of(Class::throttled, {}, {}, index->root()).retry_after;
        return Error{ErrorKind::rate_limited, "shopify_throttled", "Shopify asks to slow down" + says,
                     wait.value_or(seconds{2})};
    }
    if (status >= 500 || status == 408) return Error{ErrorKind::unavailable, "shopify_server_error", http, delay};
    switch (status) {
        case 401:
            return Error{ErrorKind::denied, "shopify_unauthorized",
                         http + "; the access token is not valid (any more)"};
        case 402:
            return Error{ErrorKind::denied, "shopify_shop_frozen",
                         http + "; the shop is frozen, its owner must pay Shopify"};
        case 403:
            return Error{ErrorKind::denied, "shopify_forbidden",
                         http + "; check the app's scopes and that the shop is open"};
        case 404:
            return Error{ErrorKind::denied, "shopify_shop_not_found",
                         http + "; check the channel's shop name, or the shop was closed"};
        case 423:
            return Error{ErrorKind::denied, "shopify_shop_locked",
                         http + "; Shopify has locked the shop, its owner must ask there"};
        case 430:
            return Error{ErrorKind::denied, "shopify_blocked",
                         http +
                             "; Shopify's security rejects us: too many requests, or this machine's outbound address "
                             "is distrusted",
                         delay};
        default: break;
    }
    if (status >= 300 && status < 400)
        return Error{
            ErrorKind::denied, "shopify_redirected",
            http + "; it sends us elsewhere, which is not followed: the channel's shop must be its myshopify.com name"};
    if (status < 300) return Error{ErrorKind::unavailable, "shopify_bad_answer", http + " and no data"};
    return Error{ErrorKind::rejected, "shopify_query_refused", http};
}

std::optional<Error> graphql_error(JsonView root, std::vector<domain::Problem>& problems) {
    const JsonView errors = root["errors"];
    if (errors.is_string())
        return Error{ErrorKind::unavailable, "shopify_error", "Shopify: " + in_quotes(errors.text().value_or(""))};
    const JsonView data = root["data"];
    std::optional<std::pair<Class, Error>> worst;
    std::set<std::string> told;
    std::vector<domain::Problem> fields;
    for (const JsonView error : errors) {
        const std::string message = in_quotes(error["message"].text().value_or("no message"));
        const Class kind = class_of(error["extensions"]["code"].word(), message);
        const std::string path = path_without_indexes(error["path"]);
        if (!worst || kind < worst->first) worst.emplace(kind, error_of(kind, message, path, root));
        if (!told.insert(path + message).second) continue;  // once for a page, not once for each of its orders
        const bool personal = message.find("not approved to access") != std::string::npos;
        fields.push_back({personal ? "pii_missing" : "field_refused",
                          "Shopify left out " + (path.empty() ? "a field" : path) + ": " + message +
                              (kind == Class::denied && !personal ? "; " + scope_hint(path) : std::string{})});
    }
    if (worst) {
        // What is only missing for a while must not be stored as if it were all there is.
        const bool ours =
            worst->first == Class::throttled || worst->first == Class::server || worst->first == Class::unknown;
        if (ours || !has_any_data(data)) return worst->second;
        problems.insert(problems.end(), fields.begin(), fields.end());
    }
    for (const JsonView search : root["extensions"]["search"])
        for (const JsonView warning : search["warnings"])
            // An unknown search field matches everything: an increment would silently become a full pull.
            return Error{ErrorKind::rejected, "shopify_search_ignored",
                         "Shopify ignored a part of our search (" + in_quotes(warning["field"].word()) +
                             "): " + in_quotes(warning["message"].text().value_or(""))};
    if (!data.is_object())
        return Error{ErrorKind::unavailable, "shopify_bad_answer",
                     "Shopify answered without data and without an error"};
    return std::nullopt;
}

std::string user_errors_text(JsonView user_errors) {
    std::string out;
    for (const JsonView error : user_errors) {
        if (!out.empty()) out += "; ";
        std::string field;
        for (const JsonView step : error["field"]) field += (field.empty() ? "" : ".") + std::string{step.word()};
        if (!field.empty()) out += in_quotes(field) + ": ";
        out += in_quotes(error["message"].text().value_or("refused without a message"));
        if (const std::string_view code = error["code"].word(); !code.empty()) out += " (" + in_quotes(code) + ")";
    }
    return out;
}

}  // namespace crossdock::connectors::shopify
