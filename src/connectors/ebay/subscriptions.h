// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "connectors/ebay/client.h"
#include "connectors/subscriptions.h"

namespace crossdock::connectors::ebay {

/// eBay's side of notifications: an address for alerts, a destination (the endpoint, which eBay challenges when it is
/// registered), and one subscription for each topic. Used by one thread at a time.
class Notifier {
public:
    explicit Notifier(Client& client) : client_(client) {}

    /// Makes what subscriptions need, moving the destination of a former address, and reads what is there. A
    /// destination of ours that is left over is shown as a subscription to kDestination. Errors: invalid
    /// `alert_email_missing`, else as Client::call.
    Result<Subscriptions> read(const OwnAddresses& own);
    Result<std::string> subscribe(const std::string& topic, const std::string& address);
    Status mend(const HeldSubscription& held, const std::string& address);
    Status remove(const HeldSubscription& held);

    static constexpr std::string_view kDestination = "the address itself";

private:
    struct Topic {
        std::string schema_version;
        bool of_user = false;
    };
    struct Destination {
        std::string id, address, status, token;
    };

    Status ensure_alert_address(Subscriptions& found);
    Status read_destinations();
    Status ensure_destination(const OwnAddresses& own, Subscriptions& found);
    Status put_destination(const Destination& known, const std::string& address);
    [[nodiscard]] std::string destination_body(const std::string& address) const;
    Status read_topics(Subscriptions& found);
    Status read_held(bool of_user, Subscriptions& found);
    [[nodiscard]] std::string body_of(const std::string& topic, const std::string& address, bool is_new) const;
    [[nodiscard]] bool of_user(const std::string& topic) const;

    Client& client_;
    std::vector<Destination> destinations_;  // all below: as read last
    std::map<std::string, Topic, std::less<>> topics_;
    std::map<std::string, bool, std::less<>> held_by_user_;  // by the subscription's id
};

}  // namespace crossdock::connectors::ebay
