// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "connectors/json_view.h"
#include "net/http_client.h"

/// Reading Walmart's refusals. Pure.
namespace crossdock::connectors::walmart {

/// What an answer's body says is wrong, from any of the three shapes: {"errors":{"error":[…]}}, {"errors":[…]},
/// {"error":[…]} (single ones may stand without their list).
struct Refusal {
    std::string words;  // codes, fields and descriptions for a message; empty when the body says nothing
    std::string code;   // of the first error: "CONTENT_NOT_FOUND.GMP_ORDER_API"
    std::string field;  // of the first error that names one
    [[nodiscard]] bool is(std::string_view code_prefix) const { return code.starts_with(code_prefix); }
};
Refusal read_refusal(std::string_view body);
/// The same of a part of an answer: `errors` of a node or of an item.
Refusal read_refusal(JsonView errors);

/// How long until calls are allowed again: X-Next-Replenishment-Time or x-next-replenish-time, in milliseconds or
/// seconds since 1970 or as ISO text, a minute at most; else Retry-After.
std::optional<std::chrono::milliseconds> replenished_in(const net::HttpResponse& response, Timestamp now);
/// X-Current-Token-Count: calls that are left.
std::optional<std::int64_t> calls_left(const net::HttpResponse& response);

/// The elements of a list, or the one object that stands where a list should: answers that were XML once have both.
std::vector<JsonView> elements(JsonView list);

}  // namespace crossdock::connectors::walmart
