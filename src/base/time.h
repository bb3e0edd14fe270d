// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crossdock {

/// An instant in UTC. Stored as INTEGER milliseconds since 1970, on the wire RFC 3339 ending in `Z`.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr std::int64_t to_ms(Timestamp at) { return at.time_since_epoch().count(); }
constexpr Timestamp from_ms(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

/// "2026-11-20T09:15:30Z"; milliseconds appear only when there are any: "2026-11-20T09:15:30.250Z".
std::string format_rfc3339(Timestamp at);
/// The same into an existing buffer, without an allocation of its own.
void append_rfc3339(std::string& out, Timestamp at);
/// "Fri, 20 Nov 2026 09:15:30 GMT", the form of HTTP's Date header.
std::string format_http_date(Timestamp at);

enum class ZoneRule {
    required,  // an instant without `Z` or an offset is an error that names the fix
    utc        // an instant without a zone is UTC
};
/// Reads an ISO 8601 instant: `2026-11-20T09:15:30Z`, offsets `+02:00` `+0200` `+02`, any number of fraction digits
/// (cut to milliseconds), `,` or `.`; a blank where a `+` was lost in a query string is read as `+`. A date alone is its
/// midnight UTC (only with ZoneRule::utc). Years 1970..9998; 23:59:60 is read as :59; 24:00, Feb 30 and the like are not.
/// Errors: invalid, with an example in the message.
Result<Timestamp> parse_iso8601(std::string_view text, ZoneRule zone);
/// Reads HTTP's Date header (IMF-fixdate only). Errors: invalid.
Result<Timestamp> parse_http_date(std::string_view text);

}  // namespace crossdock
