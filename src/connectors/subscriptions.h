// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"

/// What makes a provider call the hub's /hooks at all: reading, comparing and changing its subscriptions.
namespace crossdock::connectors {

/// A subscription as the provider holds it.
struct HeldSubscription {
    std::string id;       // the provider's
    std::string topic;    // in the provider's words
    std::string address;  // that it calls; never with a secret in it
    std::string fault;    // why nothing comes by it as it stands ("it is switched off"); empty: it serves
};

/// What a provider holds of subscriptions, whosever they are, and which the hub wants.
struct Subscriptions {
    std::vector<HeldSubscription> held;
    std::vector<std::string> wanted;        // topics that the provider offers and the credentials allow
    std::vector<std::string> done;          // what was made before any subscription could be, for the log
    std::vector<domain::Problem> problems;  // what keeps topics from being wanted, with the next step
};

/// The channel's own addresses: where it wants to be called, and those of the past. Any other is somebody else's.
struct OwnAddresses {
    std::string current;
    std::vector<std::string> former;
    [[nodiscard]] bool holds(std::string_view address) const {
        return address == current || std::find(former.begin(), former.end(), address) != former.end();
    }
};

/// Webhooks whose subscriptions can be watched. Connectors only read and write them; what is to be done follows from
/// comparing (settle_subscriptions).
struct SubscribedWebhooks : WebhookSource {
    /// The address that the provider is given for the hub's `url`. Errors: invalid `webhook_url`, when it calls no such
    /// address.
    [[nodiscard]] virtual Result<std::string> address_for(const std::string& url) const = 0;
    /// Reads them, after making what they need before there can be any (a secret, a registered address). Errors:
    /// denied, when the channel's credentials may not do that.
    virtual Result<Subscriptions> read_subscriptions(const OwnAddresses& own) = 0;
    /// Returns its id at the provider, or nothing where that does not tell. Errors besides the usual: rejected or
    /// conflict, when only this topic is refused.
    virtual Result<std::string> create_subscription(const std::string& topic, const std::string& address) = 0;
    /// False: mend_subscription does not work; a new one takes the place of the old one.
    [[nodiscard]] virtual bool can_mend_subscriptions() const { return true; }
    /// Makes it serve, at that address. Errors besides the usual: not_found, when it is gone.
    virtual Status mend_subscription(const HeldSubscription& held, const std::string& address) {
        (void)address;
        return Error{ErrorKind::rejected, "cannot_mend", "a subscription to " + held.topic + " cannot be changed"};
    }
    /// Errors besides the usual: not_found, when it is gone already.
    virtual Status remove_subscription(const HeldSubscription& held) = 0;

    /// As if the hub had never been reached at another address.
    Result<std::vector<std::string>> ensure_subscriptions(const std::string& url) final;
};

/// How one wanted topic stands.
struct TopicState {
    std::string topic;
    std::string id;              // the provider's; empty: there is none
    std::string address;         // that it calls
    std::optional<Error> fault;  // why it does not serve; none: it does
    bool changed = false;        // made or mended just now
    std::string was;             // what was wrong with the one that was there; empty: none was, or nothing
};

/// What came of setting subscriptions right.
struct Settlement {
    std::vector<TopicState> topics;
    std::vector<std::string> done;          // for the log
    std::vector<domain::Problem> problems;  // with the next step
    /// Why the rest was left for later: the channel is not there, its budget is used up, or its credentials are
    /// refused.
    std::optional<Error> stopped_by;
};

/// Compares what the provider holds with what is wanted, and sets it right: what is missing is made, what does not
/// serve or calls an address of the past is mended or made anew, and what is left over of our own is removed, in this
/// order, so that no call is missed. Subscriptions to other addresses are somebody else's, and untouched. Safe to
/// repeat. Errors: those of reading; nothing is known then.
Result<Settlement> settle_subscriptions(SubscribedWebhooks& source, const OwnAddresses& own);

}  // namespace crossdock::connectors
