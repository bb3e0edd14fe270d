// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::services {

/// Marks orders (refunds) as imported into the ERP. Returns how many were not before: unknown ids, ids of other accounts
/// and repeats are not counted and are no error. The first time of import is kept. One transaction, the caller's.
std::int64_t acknowledge_orders(db::Session& session, AccountId account, const std::vector<std::int64_t>& ids, Timestamp now);
std::int64_t acknowledge_refunds(db::Session& session, AccountId account, const std::vector<std::int64_t>& ids, Timestamp now);

}  // namespace crossdock::services
