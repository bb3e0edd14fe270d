// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "api/context.h"
#include "http/router.h"

namespace crossdock::api {

/// Adds every route, the answers to failures of the database, and the error bodies of each surface. `context` must
/// outlive the router.
void register_routes(http::Router& router, Context& context);

}  // namespace crossdock::api
