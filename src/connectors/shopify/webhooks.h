// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "connectors/shopify/admin_client.h"
#include "connectors/subscriptions.h"

namespace crossdock::connectors::shopify {

/// Checks the `X-Shopify-Hmac-Sha256` header: base64(HMAC-SHA256(secret, body)) with any of the secrets. `body` is the
/// bytes as received: parsed and written again they differ. As slow for a near miss as for a wild guess. A malformed
/// header is false, not an error. Source: Shopify, "Verify webhook deliveries".
bool is_genuine(std::string_view body, std::string_view header, const std::vector<Secret>& secrets);

class Webhooks final : public SubscribedWebhooks {
public:
    Webhooks(AdminClient& client, const Profile& profile) : client_(client), profile_(profile) {}

    [[nodiscard]] Result<WebhookNotice> verify(const WebhookCall& call) override;
    [[nodiscard]] Result<std::string> address_for(const std::string& url) const override;
    Result<Subscriptions> read_subscriptions(const OwnAddresses& own) override;
    Result<std::string> create_subscription(const std::string& topic, const std::string& address) override;
    Status mend_subscription(const HeldSubscription& held, const std::string& address) override;
    Status remove_subscription(const HeldSubscription& held) override;

private:
    AdminClient& client_;
    Profile profile_;
};

}  // namespace crossdock::connectors::shopify
