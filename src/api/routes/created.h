// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "api/context.h"
#include "services/refusal.h"

namespace crossdock::api::routes {

/// 201 {"created_ids":[…]} after waking the workers, or the use case's refusal.
http::Response created(const Context& context, const services::Answer<std::vector<std::int64_t>>& answer);

}  // namespace crossdock::api::routes
