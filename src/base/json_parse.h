// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace crossdock {

struct JsonLimits {
    std::size_t max_depth = 64;
    std::size_t max_elements = 100'000;      // values of any kind
    std::size_t max_string = 256 * 1024;     // bytes of one string
    bool refuse_duplicate_keys = true;
    bool refuse_nul = true;                  // "\u0000" in a string
};
/// Limits for what a channel sends: deeper, larger, and never refused for a duplicate key or a NUL.
JsonLimits channel_json_limits();

/// Parses one JSON document (a leading byte order mark is allowed), checking the limits before anything is built.
/// Errors: invalid. Codes: `json_syntax` (message ends in "at line L, column C"), `json_depth`, `json_encoding` (400), and
/// `json_too_many_elements`, `json_string_too_long`, `json_duplicate_key` (names the key), `json_nul` (422 on v1).
Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace crossdock
