// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "connectors/subscriptions.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Walmart's notifications. How Walmart signs them is not settled by its pages, so they carry a password of our own
/// (BASIC_AUTH), and are hints only: the ids are used, the order is fetched.
class Webhooks final : public SubscribedWebhooks {
public:
    explicit Webhooks(Client& client) : client_(client) {}

    [[nodiscard]] Result<WebhookNotice> verify(const WebhookCall& call) override;
    [[nodiscard]] Result<std::string> address_for(const std::string& url) const override;
    /// Wanted are those of the events that Walmart offers this account.
    Result<Subscriptions> read_subscriptions(const OwnAddresses& own) override;
    Result<std::string> create_subscription(const std::string& type, const std::string& address) override;
    Status mend_subscription(const HeldSubscription& held, const std::string& address) override;
    Status remove_subscription(const HeldSubscription& held) override;

private:
    [[nodiscard]] Secret password() const;
    Result<Secret> password_or_new();
    /// The object of the calls that make and change a subscription.
    Status write_event(JsonWriter& writer, const std::string& type, const std::string& address);

    struct EventType {
        std::string version, resource;
    };
    Client& client_;
    std::map<std::string, EventType, std::less<>> offered_;  // as read last
};

}  // namespace crossdock::connectors::walmart
