// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/shipstation/client.h"
#include "connectors/subscriptions.h"

namespace crossdock::connectors::shipstation {

/// The address that ShipStation may be given for the hub's. Errors: invalid `webhook_url`.
Result<std::string> https_address(const std::string& url, const Settings& settings);

/// Whether an address that a webhook points to is ShipStation's own: https, a host like ssapi6.shipstation.com, no port
/// and no user in it, one of the lists, at most 2048 bytes. Whoever fetches another one gives the key pair away. With
/// `own_base_url` (a sandbox) addresses below that are its own, too.
bool is_own_resource(std::string_view url, const std::string& own_base_url);

/// The secret of the config file, or the hub's own; empty when there is none (yet).
Secret webhook_secret(Client& client);
/// The same; made and kept when there is none. Errors: denied `webhook_no_secret`.
Result<Secret> webhook_secret_or_new(Client& client);

/// V1 signs nothing: a secret in the address that it calls shows that the call is genuine. The body only points to a
/// list; the hub never fetches what it points to, but reads the orders that changed.
class Webhooks final : public SubscribedWebhooks {
public:
    explicit Webhooks(Client& client) : client_(client) {}

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
