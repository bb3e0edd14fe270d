// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Walmart's notifications. How Walmart signs them is not settled by its pages, so they carry a password of our own
/// (BASIC_AUTH), and are hints only: the ids are used, the order is fetched.
class Webhooks final : public WebhookSource {
public:
    explicit Webhooks(Client& client) : client_(client) {}

    [[nodiscard]] Result<WebhookNotice> verify(const WebhookCall& call) override;
    /// Subscribes to those of the wanted events that Walmart offers, and mends subscriptions of ours that are switched
    /// off or hold another password.
    Result<std::vector<std::string>> ensure_subscriptions(const std::string& url) override;

private:
    [[nodiscard]] Secret password() const;
    Result<Secret> password_or_new();
    Client& client_;
};

}  // namespace crossdock::connectors::walmart
