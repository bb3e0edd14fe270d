// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/json/error.h"
#include "http/message.h"

namespace crossdock::api {

/// The body as a JSON object, or the answer that refuses it: 415 for another content type than JSON in UTF-8 (none at
/// all counts as JSON), 400 with line and column for what is not JSON, 422 for JSON that is no object, is too large in
/// parts, names a member twice or holds U+0000.
std::variant<nlohmann::json, http::Response> read_object(const http::Request& request, ErrorShape shape);

/// The same before any surface has put the refusal into its form; `when_a_name_is_twice` is the status for that.
std::variant<nlohmann::json, Refused> parse_object(const http::Request& request, int when_a_name_is_twice);

/// The member of that name; null when it is absent or null, which the contract takes for the same.
const nlohmann::json* member(const nlohmann::json& object, const char* name);

/// What a number is, exactly: JSON's 10, 10.0 and 1e1 are all ten; "10" and true are no numbers.
enum class NumberFault { not_a_number, not_whole, too_large };
std::variant<std::int64_t, NumberFault> whole_number(const nlohmann::json& value);

/// Reads an id (an integer from 1 up). A fault names `path`.
std::optional<std::int64_t> read_id(const nlohmann::json& value, const std::string& path, Faults& faults);
/// Reads a quantity from `least` to 2147483647. A fault names `path`.
std::optional<std::int64_t> read_quantity(const nlohmann::json* value, std::int64_t least, const std::string& path,
                                          Faults& faults);
/// Reads text that may be absent. A fault names `path`.
std::optional<std::string> read_text(const nlohmann::json* value, const std::string& path, Faults& faults);

}  // namespace crossdock::api
