// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "connectors/connector.h"
#include "store/erasure_repo.h"
#include "store/order_repo.h"
#include "sync/env.h"

namespace crossdock::sync {

/// Of one order's versions, oldest first and with their payloads, the numbers of those that may go. What stays: the
/// first, the one shown and what is not older than it, each fetched since `before`, each that says another status,
/// payment status or total than the one kept before it, and each that cannot be read (any more). Of a channel that
/// forgets also each without which the order would not say all it says. Pure.
std::vector<std::int64_t> dispensable_versions(const connectors::OrderSource& source,
                                               const std::vector<store::OrderVersion>& by_age, std::int64_t shown,
                                               Timestamp before);

/// Deletes such versions of these orders of one channel; returns how many went. None when the channel is not configured
/// or disabled: then nobody can read them. Writes are short. Throws db::Failure.
std::int64_t thin_versions(const Env& env, const store::Channel& channel,
                           const std::vector<store::OrderToErase>& orders, Timestamp before);

}  // namespace crossdock::sync
