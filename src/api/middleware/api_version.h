// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "http/message.h"

/// `/v2` is dated. A version is the form of requests and answers as they were on that day; a new one comes only with
/// what would break a client, and the one before is answered for twelve months more (docs/api/v2.md).
namespace crossdock::api {

/// Oldest first. The newest holds for requests that name none.
inline constexpr std::array<std::string_view, 1> kApiVersions{"2026-04-01"};

/// The version that a request names in `API-Version`, or in its alias `SM-Version`; the newest when it names none.
/// Nothing when it names one that there is not, or two.
std::optional<std::string_view> api_version_of(const http::Request& request);
/// 400: what is wrong with it, and which versions there are.
http::Response refuse_api_version(const http::Request& request);

}  // namespace crossdock::api
