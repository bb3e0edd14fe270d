// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/webhook_outbox.h"

#include <array>

#include "sandbox/shopify/encoding.h"
#include "sandbox/shopify/rest_body.h"

namespace crossdock::sandbox::shopify {

using namespace std::chrono_literals;

namespace {

// Eight repetitions within about four hours.
constexpr std::array<std::chrono::seconds, 8> kPauses = {10s, 60s, 300s, 600s, 1200s, 2400s, 3600s, 6000s};

}  // namespace

void WebhookOutbox::on_event(std::string_view topic, const Subject& subject) {
    std::string event_id;
    for (const auto& [id, subscription] : world_.subscriptions) {
        if (subscription.topic != topic) continue;
        if (event_id.empty()) event_id = world_.random().uuid();
        Delivery delivery;
        delivery.subscription_id = id;
        delivery.call.url = subscription.uri;
        delivery.call.body = rest_body(world_, topic, subject, subscription.include_fields);
        delivery.call.headers = {
            {"Content-Type", "application/json"},
            {"X-Shopify-Topic", topic_path(topic)},
            {"X-Shopify-Hmac-Sha256", sign_body(world_.options().client_secrets.front(), delivery.call.body)},
            {"X-Shopify-Shop-Domain", world_.options().domain},
            {"X-Shopify-API-Version", "2026-07"},
            {"X-Shopify-Webhook-Id", world_.random().uuid()},
            {"X-Shopify-Event-Id", event_id},
            {"X-Shopify-Triggered-At",
             format_rfc3339(std::chrono::floor<std::chrono::seconds>(world_.now())).substr(0, 19) + ".123456789Z"}};
        if (!subscription.name.empty()) delivery.call.headers.emplace_back("X-Shopify-Name", subscription.name);
        Timestamp when = world_.now() + 1s;
        if (faults_.take({"webhook_lost"}, topic)) {
            ++world_.counters.webhooks_lost;
            continue;
        }
        if (const auto late = faults_.take({"webhook_late"}, topic)) when += std::chrono::seconds(late->param);
        if (faults_.take({"webhook_reversed"}, topic)) when += 90s;  // later ones overtake it
        if (faults_.take({"webhook_twice"}, topic)) waiting_.emplace(when + 2s, delivery);
        waiting_.emplace(when, std::move(delivery));
    }
}

std::vector<WebhookOutbox::Delivery> WebhookOutbox::due() {
    std::vector<Delivery> out;
    while (!waiting_.empty() && waiting_.begin()->first <= world_.now()) {
        auto next = waiting_.extract(waiting_.begin());
        if (world_.subscriptions.contains(next.mapped().subscription_id)) out.push_back(std::move(next.mapped()));
    }
    return out;
}

void WebhookOutbox::settle(Delivery delivery, int status) {
    ++world_.counters.webhooks_sent;
    const auto at = world_.subscriptions.find(delivery.subscription_id);
    if (at == world_.subscriptions.end()) return;
    if (status >= 200 && status < 300) {
        at->second.failures_in_a_row = 0;
        return;
    }
    ++world_.counters.webhooks_failed;
    if (static_cast<std::size_t>(delivery.attempt) >= kPauses.size()) {
        world_.subscriptions.erase(at);
        ++world_.counters.subscriptions_removed;
        return;
    }
    const auto pause = kPauses[static_cast<std::size_t>(delivery.attempt++)];
    waiting_.emplace(world_.now() + pause, std::move(delivery));
}

}  // namespace crossdock::sandbox::shopify
