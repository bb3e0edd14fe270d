// SPDX-License-Identifier: Apache-2.0
#include "app/hooks.h"

#include "sync/receive_webhook.h"

namespace crossdock::app {

http::Response hook_answer(const sync::Env& env, metrics::Registry& metrics, const http::Request& request) {
    const auto receipt = sync::receive_webhook(
        env, request.path_parameter("channel_code"), {request.method, request.path, request.query, request.headers, request.body});
    // Never by channel or topic: those are the caller's words.
    const auto count = [&](const char* result) {
        metrics.counter("crossdock_webhooks_received_total", "Webhook calls of the channels, by what became of them.", {{"result", result}}).add();
    };
    switch (receipt.verdict) {
        case sync::WebhookVerdict::accepted:
            count(receipt.is_repeat ? "repeated" : receipt.is_used ? "accepted" : "of_no_use");
            return http::Response::text(200, "");
        case sync::WebhookVerdict::handshake: count("handshake"); return http::Response::json(200, receipt.answer);
        case sync::WebhookVerdict::unknown: count("unknown_channel"); return http::Response::text(404, "");
        case sync::WebhookVerdict::not_checkable: count("not_checkable"); return http::Response::text(503, "");
        case sync::WebhookVerdict::busy: {
            count("busy");
            http::Response answer = http::Response::text(503, "");
            answer.headers.emplace_back("Retry-After", "30");
            return answer;
        }
        case sync::WebhookVerdict::not_genuine:
            count("refused");
            metrics.counter("crossdock_webhooks_refused_total", "Webhook calls whose signature did not fit.").add();
            return http::Response::text(receipt.refusal_status, "");
    }
    return http::Response::text(500, "");
}

}  // namespace crossdock::app
