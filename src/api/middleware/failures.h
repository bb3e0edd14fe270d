// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "api/context.h"
#include "http/router.h"

namespace crossdock::api {

/// Answers 503 with Retry-After when the database could not do its part and the request may be repeated: disk full,
/// disk failing, busy, stopping. Other failures are bugs and pass through, to become 500. Whatever is logged meanwhile
/// names the request.
http::Router::Middleware answer_database_failures(const Context& context);
/// The answer of one; none when it is a bug.
std::optional<http::Response> answer_to(const db::Failure& failure, const Context& context,
                                        const http::Request& request);

}  // namespace crossdock::api
