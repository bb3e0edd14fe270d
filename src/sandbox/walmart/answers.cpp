// SPDX-License-Identifier: Apache-2.0
#include "sandbox/walmart/answers.h"

#include <array>
#include <nlohmann/json.hpp>

#include "sandbox/encoding.h"

namespace crossdock::sandbox::walmart {
namespace {

std::string_view category_of(int status) {
    if (status == 404) return "DATA";
    return status >= 500 ? "APPLICATION" : "REQUEST";
}

std::string_view info_of(const Refusal& refusal) {
    if (refusal.status == 401) return "Unauthorized";
    if (refusal.status == 403) return "Forbidden";
    if (refusal.status == 404) return "Requested content could not be found.";
    if (refusal.status == 429) return "The request limit is reached";
    if (refusal.status >= 500) return "System encountered some internal error.";
    if (refusal.code == "INVALID_REQUEST_PARAM") return "Request parameter is invalid.";
    if (refusal.code == "INVALID_REQUEST_HEADER") return "Request header is invalid.";
    return "Request content is invalid.";
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

void append_xml(std::string& out, const std::string& name, const Json& value) {
    if (value.is_array()) {
        for (const Json& each : value) append_xml(out, name, each);
        return;
    }
    if (value.is_null()) return;
    out += "<ns3:" + name + ">";
    if (value.is_object()) {
        for (const auto& [key, member] : value.items()) append_xml(out, key, member);
    } else {
        out += value.is_string() ? escaped(value.get<std::string>()) : value.dump();
    }
    out += "</ns3:" + name + ">";
}

constexpr std::string_view kXmlHead = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";

}  // namespace

Json error_entry(const Refusal& refusal, std::string_view api) {
    Json entry = {{"code", refusal.code + "." + std::string(api)}};
    if (!refusal.field.empty()) entry["field"] = refusal.field;
    entry["description"] = refusal.description;
    entry["info"] = info_of(refusal);
    entry["severity"] = "ERROR";
    entry["category"] = category_of(refusal.status);
    entry["causes"] = Json::array();
    entry["errorIdentifiers"] = Json::object();
    return entry;
}

http::Response error_answer(const Refusal& refusal, std::string_view api, ErrorShape shape) {
    Json list = Json::array({error_entry(refusal, api)});
    Json body;
    switch (shape) {
        case ErrorShape::nested:
            list[0]["errorIdentifiers"] = {{"entry", Json::array()}};
            body = {{"errors", {{"error", std::move(list)}}}};
            break;
        case ErrorShape::flat: body = {{"errors", std::move(list)}}; break;
        case ErrorShape::singular: body = {{"error", std::move(list)}}; break;
    }
    return http::Response::json(refusal.status, body.dump());
}

http::Response gateway_xml(int status) {
    http::Response response;
    response.status = status;
    response.content_type = "application/xml;charset=utf-8";
    response.body = kXmlHead;
    response.body +=
        R"(<ns2:errors xmlns:ns2="http://walmart.com/"><ns2:error><ns2:code>SYSTEM_ERROR.GMP_GATEWAY_API</ns2:code>)"
        R"(<ns2:description>Illegal state reached.</ns2:description><ns2:info>System encountered some internal error.</ns2:info>)"
        R"(<ns2:severity>ERROR</ns2:severity><ns2:category>APPLICATION</ns2:category></ns2:error></ns2:errors>)";
    return response;
}

std::string as_xml(const Json& body) {
    std::string out(kXmlHead);
    if (!body.is_object() || body.size() != 1) {
        append_xml(out, "response", body);
    } else {
        append_xml(out, body.begin().key(), body.begin().value());
    }
    const std::size_t first = out.find('>', kXmlHead.size());
    if (first != std::string::npos) out.insert(first, R"( xmlns:ns3="http://walmart.com/mp/v3/orders")");
    return out;
}

ItemState item_state(std::int64_t index) {
    // All states occur; most things are for sale.
    static constexpr std::array<ItemState, 6> kRare{{{"ACTIVE", "UNPUBLISHED"},
                                                     {"ACTIVE", "SYSTEM_PROBLEM"},
                                                     {"ACTIVE", "READY_TO_PUBLISH"},
                                                     {"ACTIVE", "IN_PROGRESS"},
                                                     {"ARCHIVED", "UNPUBLISHED"},
                                                     {"RETIRED", "UNPUBLISHED"}}};
    if (index % 5 != 4) return {"ACTIVE", "PUBLISHED"};
    if (index % 35 == 34) return {"ACTIVE", "STAGE"};
    return kRare[static_cast<std::size_t>((index / 5) % 6)];
}

Json item_json(const Good& good) {
    const ItemState state = item_state(good.index);
    Json item = {{"mart", "WALMART_US"},
                 {"sku", good.sku},
                 {"condition", "New"},
                 {"wpid", "0SBX" + std::to_string(100'000'000 + good.index).substr(1)},
                 {"upc", good.index % 11 == 3 ? "" : good.upc},
                 {"gtin", "00" + good.upc},
                 {"productName", good.title},
                 {"shelf", R"(["Home Page","Home"])"},
                 {"productType", "Household Goods"},
                 {"price", {{"currency", "USD"}, {"amount", static_cast<double>(good.price_cents) / 100}}},
                 {"publishedStatus", state.published}};
    if (state.published == "UNPUBLISHED")
        item["unpublishedReasons"] = {{"reason", {"No shipping information was set up."}}};
    item["lifecycleStatus"] = state.lifecycle;
    if (good.index % 13 == 6) item["variantGroupId"] = "VG" + std::to_string(good.index / 13);
    return item;
}

std::string iso_ms(Timestamp at) {
    std::string text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(at));
    text.pop_back();
    const std::string fraction = std::to_string(1000 + to_ms(at) % 1000).substr(1);
    return text + "." + fraction + "Z";
}

}  // namespace crossdock::sandbox::walmart
