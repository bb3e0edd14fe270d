// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "store/audit_repo.h"
#include "store/webhook_endpoint_repo.h"

namespace crossdock::webhooks {

/// Adds what was done to an endpoint to the audit trail (domain/deed.h), in the transaction of the change. `details` is
/// a JSON object without secrets: no header's value, and of an address no more than origin_of() gives.
void audit_endpoint(db::Session& session, const store::WebhookEndpoint& endpoint, std::string_view deed,
                    const store::Actor& by, Timestamp now, std::string details = "{}");

/// "https://erp.example.com" of "https://erp.example.com/hooks/8f3a…": what stands behind is often a secret of the
/// receiver's.
std::string origin_of(std::string_view url);

}  // namespace crossdock::webhooks
