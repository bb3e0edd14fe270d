// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "api/middleware/key_ring.h"
#include "base/json_writer.h"
#include "store/delivery_repo.h"
#include "store/webhook_endpoint_repo.h"

/// How `/v2` shows webhook endpoints and what was sent there.
namespace crossdock::api::routes {

/// An object; of secrets and of its own headers' values nothing.
void write_v2_endpoint(JsonWriter& json, db::Session& session, const store::WebhookEndpoint& endpoint);
/// The members, without the braces.
void write_v2_delivery(JsonWriter& json, const store::Delivery& delivery);
/// One request of it, as an object.
void write_v2_attempt(JsonWriter& json, const store::DeliveryAttempt& attempt);

/// The endpoint that `{id}` in the path names, when it is the caller's.
std::optional<store::WebhookEndpoint> endpoint_in_path(db::Session& session, const Caller& caller,
                                                       const http::Request& request);

}  // namespace crossdock::api::routes
