// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "api/context.h"
#include "http/router.h"

/// One file per resource; each adds its routes.
namespace crossdock::api::routes {

void add_v1_health(http::Router& router, Context& context);
void add_v1_orders(http::Router& router, Context& context);
void add_v1_refunds(http::Router& router, Context& context);
void add_v1_inventory_updates(http::Router& router, Context& context);
void add_v1_shipments(http::Router& router, Context& context);
void add_v1_fba_inbound_shipments(http::Router& router, Context& context);
void add_v1_fba_carton_pushes(http::Router& router, Context& context);
void add_v1_skus(http::Router& router, Context& context);
void add_v1_carrier_codes(http::Router& router, Context& context);
void add_v2_orders(http::Router& router, Context& context);
void add_v2_refunds(http::Router& router, Context& context);
void add_v2_items(http::Router& router, Context& context);
void add_v2_inventory_updates(http::Router& router, Context& context);
void add_v2_shipments(http::Router& router, Context& context);
void add_v2_channels(http::Router& router, Context& context);
void add_v2_jobs(http::Router& router, Context& context);
void add_v2_events(http::Router& router, Context& context);
void add_v2_webhook_endpoints(http::Router& router, Context& context);
void add_v2_webhook_changes(http::Router& router, Context& context);
void add_v2_keys(http::Router& router, Context& context);
void add_v2_audit(http::Router& router, Context& context);
/// /healthz, /readyz, /metrics, /hooks/{channel_code}
void add_system(http::Router& router, Context& context);
/// /openapi.json, and /docs, the page that shows it
void add_docs(http::Router& router, Context& context);

}  // namespace crossdock::api::routes
