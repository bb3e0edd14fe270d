// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/context.h"
#include "app/vault.h"
#include "base/clock.h"
#include "base/random.h"
#include "db/database.h"
#include "net/http_client.h"
#include "observability/metrics.h"
#include "webhooks/endpoints.h"

namespace crossdock::app {

struct WebhookOptions {
    std::vector<std::string> allow;    // [webhooks] allow
    std::chrono::hours keep{24 * 30};  // deliveries
    std::chrono::hours keep_events{24 * 90};
};

/// Endpoints that fail or were disabled. Also without a hub.
void add_webhook_findings(db::Session& session, api::HealthReport& report);

/// Everything of the hub that tells others of events: rules for addresses, the client that keeps them, secrets, engine,
/// and what operators do with endpoints.
class WebhooksOut {
public:
    /// `http`: instead of the real network, for simulations; null: none.
    WebhooksOut(db::Database& database, const Clock& clock, Random& random, KeyFile& keys, net::HttpClient* http,
                const std::string& version, WebhookOptions options);
    ~WebhooksOut();
    WebhooksOut(const WebhooksOut&) = delete;
    WebhooksOut& operator=(const WebhooksOut&) = delete;

    /// Where this hub listens itself: no webhook goes there.
    void set_own_port(int port);
    void start();
    bool stop(std::chrono::milliseconds grace);
    /// About once a second: forgets what is old, a little at a time.
    void look_after();
    void add_findings(api::HealthReport& report);
    void add_figures(metrics::Registry& registry);

    [[nodiscard]] webhooks::Engine& engine();
    [[nodiscard]] webhooks::Endpoints& endpoints();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::app
