// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "domain/problem.h"
#include "net/http_client.h"

/// What Shopify's answers mean: pure, so that recorded answers can be run through it.
namespace crossdock::connectors::shopify {

inline constexpr std::string_view kUserAgent = "crossdock/0.1 (Shopify connector)";

/// `extensions.cost` of an answer.
struct Cost {
    std::optional<double> requested, maximum, available, restore;
};
Cost read_cost(JsonView root);

/// The Error of an HTTP status that is not 200; nullopt for 200. `now` serves a Retry-After that is a date.
std::optional<Error> http_status_error(const net::HttpResponse& response, Timestamp now);

/// The Error of a GraphQL answer as a whole: none of its data can be used, or a warning says that the question was
/// misunderstood. nullopt when the data is good; errors about single fields are then in `problems`.
std::optional<Error> graphql_error(JsonView root, std::vector<domain::Problem>& problems);

/// Non-empty `userErrors` of a mutation's payload, "field.path: message", joined by "; ".
std::string user_errors_text(JsonView user_errors);

}  // namespace crossdock::connectors::shopify
