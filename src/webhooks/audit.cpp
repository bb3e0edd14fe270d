// SPDX-License-Identifier: Apache-2.0
#include "webhooks/audit.h"

namespace crossdock::webhooks {

void audit_endpoint(db::Session& session, const store::WebhookEndpoint& endpoint, std::string_view deed,
                    const store::Actor& by, Timestamp now, std::string details) {
    store::AuditRepo(session).append(
        {0, endpoint.account_id, {}, by, std::string{deed}, "webhook_endpoint", endpoint.public_id, std::move(details)},
        now);
}

std::string origin_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    return std::string{url.substr(0, url.find_first_of("/?#", scheme + 3))};
}

}  // namespace crossdock::webhooks
