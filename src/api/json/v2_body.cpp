// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_body.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/json/body.h"
#include "api/json/requests.h"
#include "api/json/v2_words.h"
#include "base/text.h"

namespace crossdock::api {

using nlohmann::json;

std::variant<json, http::Response> read_v2_object(const http::Request& request) {
    auto parsed = parse_object(request, 400);
    if (const auto* refused = std::get_if<Refused>(&parsed)) return refuse(request, *refused);
    return std::get<json>(std::move(parsed));
}

V2Object::V2Object(const json& object, std::string path, V2Faults& faults)
    : object_(object), path_(std::move(path)), faults_(faults) {}

std::string V2Object::place(const char* name) const { return path_.empty() ? name : path_ + "." + name; }

bool V2Object::has(const char* name) const { return member(object_, name) != nullptr; }

const json* V2Object::any(const char* name) {
    known_.emplace_back(name);
    return member(object_, name);
}

std::optional<std::string> V2Object::text(const char* name) {
    const json* value = any(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
        fault(name, "is not a string");
        return std::nullopt;
    }
    const auto trimmed = trim(value->get_ref<const std::string&>());
    return trimmed.empty() ? std::nullopt : std::optional{std::string{trimmed}};
}

std::string V2Object::needed_text(const char* name) {
    auto read = text(name);
    const json* value = member(object_, name);
    if (!read && (value == nullptr || value->is_string())) fault(name, "must be given");
    return read.value_or("");
}

std::optional<bool> V2Object::flag(const char* name) {
    const json* value = any(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    fault(name, "is neither true nor false");
    return std::nullopt;
}

std::optional<std::int64_t> V2Object::number(const char* name, std::int64_t least) {
    constexpr std::int64_t kLargest = 2'147'483'647;
    const json* value = any(name);
    if (value == nullptr) return std::nullopt;
    const auto read = whole_number(*value);
    const auto* number = std::get_if<std::int64_t>(&read);
    if (number != nullptr && *number >= least && *number <= kLargest) return *number;
    fault(name, "is not a whole number from " + std::to_string(least) + " to " + std::to_string(kLargest));
    return std::nullopt;
}

std::int64_t V2Object::needed_number(const char* name, std::int64_t least) {
    if (!has(name)) fault(name, "must be given");
    return number(name, least).value_or(0);
}

std::optional<Timestamp> V2Object::instant(const char* name) {
    const auto read = text(name);
    if (!read) return std::nullopt;
    const auto at = parse_iso8601(*read, ZoneRule::required);
    if (at) return *at;
    fault(name, at.error().message);
    return std::nullopt;
}

std::optional<std::int64_t> V2Object::id(const char* name, std::string_view prefix) {
    const auto read = text(name);
    if (!read) return std::nullopt;
    const auto id = parse_v2_id(prefix, *read);
    if (!id) fault(name, "is not an id of that kind; it looks like " + std::string{prefix} + "17");
    return id;
}

std::vector<std::string> V2Object::texts(const char* name) {
    std::vector<std::string> read;
    const json* value = any(name);
    if (value == nullptr) return read;
    if (!value->is_array()) {
        fault(name, "is not an array");
        return read;
    }
    for (std::size_t i = 0; i < value->size(); ++i) {
        if ((*value)[i].is_string())
            read.push_back((*value)[i].get<std::string>());
        else
            faults_.add(place(name) + "[" + std::to_string(i) + "]", "is not a string");
    }
    return read;
}

void V2Object::finish() {
    for (const auto& [name, value] : object_.items()) {
        if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
        const std::string shown = name.substr(0, 60);
        const std::string near = nearest(shown, known_);
        faults_.add(place(shown.c_str()),
                    "is not a member of this object" + (near.empty() ? "" : "; did you mean " + near + "?"));
    }
}

std::optional<http::Response> refuse_v2_body(const http::Request& request) {
    if (trim(request.body).empty()) return std::nullopt;
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object(std::get<json>(body), "", faults).finish();
    return faults.empty() ? std::nullopt : std::optional{faults.refuse(request)};
}

std::variant<std::vector<std::int64_t>, http::Response> read_v2_ids(const http::Request& request,
                                                                    std::string_view prefix) {
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<json>(body), "", faults);
    const json* list = object.any("ids");
    std::vector<std::int64_t> ids;
    if (list == nullptr || !list->is_array()) {
        object.fault("ids", "must be an array");
    } else if (list->size() > kMostAckIds) {
        object.fault("ids", "has " + std::to_string(list->size()) + " entries; at most " + std::to_string(kMostAckIds) +
                                " are accepted in one request");
    } else {
        for (std::size_t i = 0; i < list->size(); ++i) {
            const json& value = (*list)[i];
            const auto id = value.is_string() ? parse_v2_id(prefix, value.get_ref<const std::string&>()) : std::nullopt;
            if (id)
                ids.push_back(*id);
            else
                faults.add("ids[" + std::to_string(i) + "]",
                           "is not an id; it looks like " + std::string{prefix} + "17");
        }
    }
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    return ids;
}

}  // namespace crossdock::api
