// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/paging.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/graphql/error.h"
#include "sandbox/encoding.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& message) {
    throw graphql::FieldFailure{message, graphql::extensions_of("BAD_REQUEST")};
}

SortKey decode_cursor(const std::string& cursor, const std::string& list) {
    const json parsed = json::parse(base64_decode(cursor), nullptr, false);
    if (!parsed.is_object() || !parsed.contains("last_id") || !parsed["last_id"].is_number_integer() ||
        !parsed.contains("last_value") || !parsed["last_value"].is_string() ||
        parsed.value("list", std::string{}) != list) {
        refuse("Malformed cursor");
    }
    return {parsed["last_value"].get<std::string>(), parsed["last_id"].get<std::int64_t>()};
}

std::optional<std::int64_t> number_of(const json& arguments, const char* name) {
    const auto at = arguments.find(name);
    if (at == arguments.end() || at->is_null()) return std::nullopt;
    const auto number = at->get<std::int64_t>();
    if (number < 0) refuse("The value for \"" + std::string(name) + "\" must not be negative.");
    if (number > 250) refuse("The value for \"" + std::string(name) + "\" exceeds the maximum page size of 250.");
    return number;
}

}  // namespace

std::string sort_number(std::int64_t number) {
    std::string text = std::to_string(number < 0 ? 0 : number);
    return std::string(text.size() < 19 ? 19 - text.size() : 0, '0') + text;
}

std::string encode_cursor(const SortKey& key, const std::string& list) {
    json cursor = {{"last_id", key.second}, {"last_value", key.first}};
    if (!list.empty()) cursor["list"] = list;
    return base64_encode(cursor.dump());
}

PageRequest PageRequest::from(const json& arguments, std::string list, bool unlimited) {
    PageRequest request;
    request.list = std::move(list);
    const auto first = number_of(arguments, "first");
    const auto last = number_of(arguments, "last");
    if (!first && !last && !unlimited) refuse("you must provide one of first or last");
    if (first && last) refuse("providing both first and last is not supported");
    request.backwards = last.has_value();
    request.limit = unlimited && !first && !last ? INT32_MAX : first.value_or(last.value_or(0));
    if (const auto at = arguments.find("reverse"); at != arguments.end() && at->is_boolean())
        request.reverse = at->get<bool>();
    if (const auto at = arguments.find("after"); at != arguments.end() && at->is_string())
        request.after = decode_cursor(at->get<std::string>(), request.list);
    if (const auto at = arguments.find("before"); at != arguments.end() && at->is_string())
        request.before = decode_cursor(at->get<std::string>(), request.list);
    return request;
}

void PageRequest::continue_after(const std::string& cursor) {
    if (!cursor.empty()) after = decode_cursor(cursor, list);
}

std::shared_ptr<graphql::Connection> cut_page(const std::vector<Entry>& all, const PageRequest& request) {
    // The window between the cursors, in the order that the client sees.
    std::vector<const Entry*> window;
    window.reserve(all.size());
    bool skipped_before = false;
    bool skipped_after = false;
    const auto precedes = [&](const SortKey& a, const SortKey& b) { return request.reverse ? b < a : a < b; };
    for (const Entry& entry : all) {
        if (request.after && !precedes(*request.after, entry.key))
            skipped_before = true;
        else if (request.before && !precedes(entry.key, *request.before))
            skipped_after = true;
        else
            window.push_back(&entry);
    }
    if (request.reverse) std::reverse(window.begin(), window.end());
    auto page = std::make_shared<graphql::Connection>();
    const auto limit = static_cast<std::size_t>(request.limit);
    std::size_t begin = 0;
    std::size_t end = window.size();
    if (window.size() > limit) {
        if (request.backwards)
            begin = window.size() - limit;
        else
            end = limit;
    }
    page->has_previous = begin > 0 || skipped_before;
    page->has_next = end < window.size() || skipped_after;
    for (std::size_t i = begin; i < end; ++i) {
        page->nodes.push_back(window[i]->node);
        page->cursors.push_back(encode_cursor(window[i]->key, request.list));
    }
    return page;
}

}  // namespace crossdock::sandbox::shopify
