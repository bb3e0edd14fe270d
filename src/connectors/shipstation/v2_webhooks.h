// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/shipstation/client.h"
#include "connectors/subscriptions.h"

namespace crossdock::connectors::shipstation {

/// Version 2 signs its calls with keys whose published place is not known, but sends headers that one gives it: a
/// secret in one of them shows that the call is genuine. The body is only a hint.
class V2Webhooks final : public SubscribedWebhooks {
public:
    explicit V2Webhooks(Client& client) : client_(client) {}

    [[nodiscard]] Result<WebhookNotice> verify(const WebhookCall& call) override;
    [[nodiscard]] Result<std::string> address_for(const std::string& url) const override;
    Result<Subscriptions> read_subscriptions(const OwnAddresses& own) override;
    Result<std::string> create_subscription(const std::string& event, const std::string& address) override;
    [[nodiscard]] bool can_mend_subscriptions() const override { return false; }
    Status remove_subscription(const HeldSubscription& held) override;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
