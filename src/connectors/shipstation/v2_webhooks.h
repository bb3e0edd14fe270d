// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// Version 2 signs its calls with keys whose published place is not known, but sends headers that one gives it: a
/// secret in one of them shows that the call is genuine. The body is only a hint.
class V2Webhooks final : public WebhookSource {
public:
    explicit V2Webhooks(Client& client) : client_(client) {}

    [[nodiscard]] Result<WebhookNotice> verify(const WebhookCall& call) override;
    Result<std::vector<std::string>> ensure_subscriptions(const std::string& url) override;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
