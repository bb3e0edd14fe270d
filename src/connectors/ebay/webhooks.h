// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "connectors/ebay/client.h"
#include "connectors/ebay/subscriptions.h"
#include "connectors/subscriptions.h"

namespace crossdock::connectors::ebay {

/// eBay's notifications: the challenge that an endpoint answers when it is registered, calls signed with a key that
/// eBay publishes, and the subscriptions of the application. They only hasten what polling finds; but the one about
/// deleted accounts is a duty, without which eBay switches a keyset off.
class Webhooks final : public SubscribedWebhooks {
public:
    explicit Webhooks(Client& client) : client_(client), notifier_(client) {}

    [[nodiscard]] Result<WebhookNotice> verify(const WebhookCall& call) override;
    [[nodiscard]] std::optional<std::string> handshake(const WebhookCall& call) override;
    [[nodiscard]] int refusal_status() const override { return 412; }
    [[nodiscard]] Result<std::string> address_for(const std::string& url) const override;
    Result<Subscriptions> read_subscriptions(const OwnAddresses& own) override;
    Result<std::string> create_subscription(const std::string& topic, const std::string& address) override {
        return notifier_.subscribe(topic, address);
    }
    Status mend_subscription(const HeldSubscription& held, const std::string& address) override {
        return notifier_.mend(held, address);
    }
    Status remove_subscription(const HeldSubscription& held) override { return notifier_.remove(held); }

private:
    Result<std::string> public_key(const std::string& id);
    [[nodiscard]] std::string endpoint_of(const WebhookCall& call) const;
    void remember_endpoint(const std::string& url);

    Client& client_;
    Notifier notifier_;
};

/// hex(SHA-256(code + verification token + endpoint)). Pure.
std::string challenge_response(std::string_view code, std::string_view token, std::string_view endpoint);

/// The parts of an X-EBAY-SIGNATURE header.
struct NotificationSignature {
    std::string key_id, digest, signature;  // the signature is DER
};
/// nullopt for a header that is none.
std::optional<NotificationSignature> parse_signature(std::string_view header);

/// What a genuine call tells. `seller` is the channel's own user id.
WebhookNotice notice_of(std::string_view body, std::string_view seller);

}  // namespace crossdock::connectors::ebay
