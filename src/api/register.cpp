// SPDX-License-Identifier: Apache-2.0
#include "api/register.h"

#include "api/middleware/failures.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/routes.h"

namespace crossdock::api {

void register_routes(http::Router& router, Context& context) {
    router.set_error_renderer(render_unrouted);
    router.set_finisher([&context](const http::Request& request, http::Response& response) {
        finish_v2(context, request, response);
    });
    router.add_middleware(answer_database_failures(context));
    routes::add_v1_health(router, context);
    routes::add_v1_orders(router, context);
    routes::add_v1_refunds(router, context);
    routes::add_v1_inventory_updates(router, context);
    routes::add_v1_shipments(router, context);
    routes::add_v1_fba_inbound_shipments(router, context);
    routes::add_v1_fba_carton_pushes(router, context);
    routes::add_v1_skus(router, context);
    routes::add_v1_carrier_codes(router, context);
    routes::add_v2_orders(router, context);
    routes::add_v2_refunds(router, context);
    routes::add_v2_items(router, context);
    routes::add_v2_inventory_updates(router, context);
    routes::add_v2_shipments(router, context);
    routes::add_v2_channels(router, context);
    routes::add_v2_jobs(router, context);
    routes::add_v2_events(router, context);
    routes::add_v2_webhook_endpoints(router, context);
    routes::add_v2_webhook_changes(router, context);
    routes::add_v2_keys(router, context);
    routes::add_v2_audit(router, context);
    routes::add_system(router, context);
    routes::add_docs(router, context);
}

}  // namespace crossdock::api
