// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "api/context.h"
#include "http/router.h"

namespace crossdock::api {

/// Answers 503 with Retry-After when the database could not do its part and the request may be repeated: disk full,
/// disk failing, busy, stopping. Other failures are bugs and pass through, to become 500.
http::Router::Middleware answer_database_failures(const Context& context);

}  // namespace crossdock::api
