// SPDX-License-Identifier: Apache-2.0
#include "api/json/body.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/text.h"

namespace crossdock::api {
namespace {

using nlohmann::json;

constexpr std::int64_t kLargestQuantity = 2'147'483'647;
// Above it a double no longer holds every integer, so what was meant is not known.
constexpr double kLargestExactDouble = 9'007'199'254'740'992.0;

/// Empty when the header fits, else what is wrong with it.
std::string content_type_fault(std::string_view header) {
    const auto parts = split(header, ';');
    const std::string type = to_lower(trim(parts.front()));
    if (type != "application/json" && !(type.starts_with("application/") && type.ends_with("+json")))
        return "Content-Type " + type.substr(0, 60) + " is not accepted; send Content-Type: application/json";
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string parameter = to_lower(trim(parts[i]));
        if (!parameter.starts_with("charset=")) continue;
        std::string charset = parameter.substr(8);
        if (charset.size() > 1 && charset.front() == '"' && charset.back() == '"')
            charset = charset.substr(1, charset.size() - 2);
        if (charset != "utf-8" && charset != "utf8" && charset != "us-ascii" && charset != "ascii")
            return "charset " + charset.substr(0, 60) + " is not accepted; send the body in UTF-8";
    }
    return {};
}

bool is_syntax(const std::string& code) {
    return code == "json_syntax" || code == "json_depth" || code == "json_encoding";
}

}  // namespace

std::variant<json, Refused> parse_object(const http::Request& request, int when_a_name_is_twice) {
    if (const auto header = request.header("content-type"); header && !trim(*header).empty())
        if (std::string fault = content_type_fault(*header); !fault.empty()) return Refused{415, std::move(fault)};
    auto parsed = parse_json(request.body);
    if (!parsed) {
        if (is_syntax(parsed.error().code))
            return Refused{400, "the body is not valid JSON: " + parsed.error().message};
        const int status = parsed.error().code == "json_duplicate_key" ? when_a_name_is_twice : 422;
        return Refused{status, "the body is refused: " + parsed.error().message};
    }
    if (!parsed->is_object()) return Refused{422, "the body must be an object"};
    return std::move(*parsed);
}

std::variant<json, http::Response> read_object(const http::Request& request, ErrorShape shape) {
    auto parsed = parse_object(request, 422);
    if (const auto* refused = std::get_if<Refused>(&parsed)) {
        if (refused->status == 422) return v1_errors(422, {refused->message}, shape);
        return v1_error(refused->status, refused->message);
    }
    return std::get<json>(std::move(parsed));
}

const json* member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::variant<std::int64_t, NumberFault> whole_number(const json& value) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return NumberFault::too_large;
        return static_cast<std::int64_t>(number);
    }
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_number_float()) return NumberFault::not_a_number;
    const auto number = value.get<double>();
    if (!std::isfinite(number) || std::abs(number) > kLargestExactDouble) return NumberFault::too_large;
    if (number != std::floor(number)) return NumberFault::not_whole;
    return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> read_id(const json& value, const std::string& path, Faults& faults) {
    const auto number = whole_number(value);
    if (const auto* fault = std::get_if<NumberFault>(&number)) {
        faults.add(path + (*fault == NumberFault::too_large ? " is too large" : " is not an integer"));
        return std::nullopt;
    }
    const auto id = std::get<std::int64_t>(number);
    if (id < 1) {
        faults.add(path + " is not an id: ids start at 1");
        return std::nullopt;
    }
    return id;
}

std::optional<std::int64_t> read_quantity(const json* value, std::int64_t least, const std::string& path,
                                          Faults& faults) {
    if (value == nullptr) {
        faults.add(path + " is not a number");
        return std::nullopt;
    }
    const auto number = whole_number(*value);
    if (const auto* fault = std::get_if<NumberFault>(&number); fault != nullptr && *fault != NumberFault::too_large) {
        faults.add(path + (*fault == NumberFault::not_whole ? " is not a whole number" : " is not a number"));
        return std::nullopt;
    }
    const auto* quantity = std::get_if<std::int64_t>(&number);
    if (quantity == nullptr || *quantity < least || *quantity > kLargestQuantity) {
        faults.add(path + " is not from " + std::to_string(least) + " to " + std::to_string(kLargestQuantity));
        return std::nullopt;
    }
    return *quantity;
}

std::optional<std::string> read_text(const json* value, const std::string& path, Faults& faults) {
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
        faults.add(path + " is not a string");
        return std::nullopt;
    }
    return value->get<std::string>();
}

}  // namespace crossdock::api
