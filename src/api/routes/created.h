// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "api/context.h"
#include "api/middleware/effect.h"
#include "services/refusal.h"

namespace crossdock::api::routes {

/// 201 {"created_ids":[…]}, or the use case's refusal.
http::Response created(const services::Answer<std::vector<std::int64_t>>& answer);

using Acknowledge = std::int64_t (*)(db::Session&, AccountId, const std::vector<std::int64_t>& ids, Timestamp now);
/// Marks rows as imported into the ERP and answers {"updated":N}: how many were not before.
Effect acknowledge(const Context& context, const Caller& caller, std::vector<std::int64_t> ids,
                   Acknowledge acknowledge);

}  // namespace crossdock::api::routes
