// SPDX-License-Identifier: Apache-2.0
#include "api/json/error.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/routes.h"

namespace crossdock::api::routes {
namespace {

// Channels send whole orders in their webhooks.
constexpr std::size_t kMaxWebhook = 2U * 1024 * 1024;

constexpr const char* kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";

bool is_loopback(const std::string& address) {
    return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

/// GET /metrics: Prometheus text, for this machine or a key with metrics:read.
http::Response get_metrics(const Context& context, const http::Request& request) {
    if (!is_loopback(request.remote_address)) {
        Admission admission = admit(context, request, scope::kMetricsRead);
        if (auto* refusal = std::get_if<http::Response>(&admission.caller)) return std::move(*refusal);
        return {200, context.metrics_text(), kPrometheusText, std::move(admission.headers)};
    }
    return {200, context.metrics_text(), kPrometheusText, {}};
}

}  // namespace

void add_system(http::Router& router, Context& context) {
    router.add({"GET", "/healthz", [](const http::Request&) { return http::Response::text(200, "ok\n"); }});
    router.add({"GET", "/readyz", [&context](const http::Request&) {
                    return context.health().ready ? http::Response::text(200, "ready\n")
                                                  : http::Response::text(503, "not ready\n");
                }});
    router.add({"GET", "/metrics", [&context](const http::Request& request) { return get_metrics(context, request); },
                std::string{scope::kMetricsRead}});
    // GET is how some providers ask whether somebody is at home before they send anything.
    for (const char* method : {"GET", "POST"})
        router.add({method,
                    "/hooks/{channel_code}",
                    [&context](const http::Request& request) { return context.receive_webhook(request); },
                    {},
                    kMaxWebhook});
}

}  // namespace crossdock::api::routes
