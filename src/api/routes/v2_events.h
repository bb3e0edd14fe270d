// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "api/context.h"
#include "api/middleware/key_ring.h"
#include "http/message.h"

namespace crossdock::api::routes {

/// GET /v2/orders/{id}/events: what happened to an order, oldest first.
http::Response list_v2_order_events(const Context& context, const Caller& caller, const http::Request& request);

}  // namespace crossdock::api::routes
