// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "net/http_client.h"

/// What connectors share in reading answers and building requests. Pure.
///
/// Codes of errors follow one convention, `<provider>_<what>`, by which the hub knows what a failed write may have
/// done:
///   …_server_error, …_bad_answer, …_error   the other side saw the request and gave no answer that can be trusted
///   …_token_unavailable                     no token could be had: nothing of the request itself was sent
///   cursor_refused                          the page token is not accepted (any more): the walk starts over
///   order_skipped                           a setting leaves this order out
namespace crossdock::connectors {

/// The Retry-After header, in seconds or as a date.
std::optional<std::chrono::milliseconds> retry_after(const net::HttpResponse& response, Timestamp now);

/// The Date header: the provider's own clock.
std::optional<Timestamp> provider_now(const net::HttpResponse& response);

/// The channel's own words for a message: at most 300 bytes of valid UTF-8 on one line.
std::string in_quotes(std::string_view text);

/// Whether a write that ended in this error may have had its effect all the same.
bool effect_unknown(const Error& error);

using Query = std::vector<std::pair<std::string, std::string>>;
/// `path?name=value&…`, names and values percent-encoded once. A path that has a query already is continued.
std::string with_query(std::string path, const Query& query);
/// The same encoding as the body of an application/x-www-form-urlencoded request.
std::string form_body(const Query& fields);

}  // namespace crossdock::connectors
