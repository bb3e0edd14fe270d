// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace crossdock::sandbox::shopify {

/// base64(HMAC-SHA256(secret, body)), as webhooks are signed.
std::string sign_body(std::string_view secret, std::string_view body);

/// "gid://shopify/Order/17".
std::string gid(std::string_view type, std::int64_t id);
/// The number of a gid of that type; nullopt for another type or anything else. What follows "?" is ignored.
std::optional<std::int64_t> gid_number(std::string_view text, std::string_view type);
/// "Order" of "gid://shopify/Order/17"; empty when it is no gid.
std::string_view gid_type(std::string_view text);

/// "2026-11-20T04:15:30-05:00", as REST bodies write times.
std::string rest_time(Timestamp at, std::chrono::minutes offset);

}  // namespace crossdock::sandbox::shopify
