// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sandbox/faults.h"
#include "sandbox/marketplace.h"
#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

/// Deliveries of webhooks: made when something happens, sent by tick(), repeated eight times over four hours, after
/// which the subscription is gone. Used under the shop's lock, except for the sending itself.
class WebhookOutbox {
public:
    WebhookOutbox(World& world, FaultDials& faults) : world_(world), faults_(faults) {}

    struct Delivery {
        std::int64_t subscription_id = 0;
        WebhookCall call;
        int attempt = 0;
    };
    /// Renders the body now: a delivery shows the state at its event, however late it comes.
    void on_event(std::string_view topic, const Subject& subject);
    /// Takes what is due.
    std::vector<Delivery> due();
    /// Books the receiver's answer: anything but 2xx is tried again later.
    void settle(Delivery delivery, int status);

private:
    World& world_;
    FaultDials& faults_;
    std::multimap<Timestamp, Delivery> waiting_;
};

}  // namespace crossdock::sandbox::shopify
