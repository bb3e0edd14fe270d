// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "net/http_client.h"
#include "store/delivery_repo.h"
#include "store/webhook_endpoint_repo.h"
#include "webhooks/keeper.h"

namespace crossdock::webhooks {

/// An endpoint with its secrets opened, ready for requests.
struct Target {
    store::WebhookEndpoint endpoint;
    struct LiveSecret {
        Secret secret;
        std::optional<Timestamp> expires_at;
    };
    std::vector<LiveSecret> secrets;  // oldest first
    net::Headers headers;             // its own
    std::string trouble;              // why nothing can be signed, with what to do; empty: all is well
};

/// Where a sealed text of an endpoint belongs.
std::string secret_place(std::string_view public_id, std::string_view purpose);
/// The endpoint's own headers as kept, and back.
Secret headers_to_text(const net::Headers& headers);
net::Headers headers_from_text(const Secret& text);

Target open_target(db::Session& session, SecretKeeper& keeper, const store::WebhookEndpoint& endpoint, Timestamp now);

/// What one request came to.
struct Sent {
    store::DeliveryAttempt attempt;
    bool gone = false;  // 410: nobody wants this any more
    std::optional<std::chrono::milliseconds> retry_after;
};

/// One attempt: signs, sends, and looks at the answer. Within 15 s, without following a redirect, reading 64 KiB at
/// most.
Sent send_event(net::HttpClient& http, const Clock& clock, const Target& target, std::string_view event_id,
                std::string_view body);

}  // namespace crossdock::webhooks
