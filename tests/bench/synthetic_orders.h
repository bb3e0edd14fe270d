// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/time.h"
#include "db/database.h"
#include "domain/order.h"
#include "store/channel_repo.h"

namespace crossdock::bench {

/// Made-up orders of the usual size: two lines, two addresses, a payload of about `payload_bytes`.
domain::Order synthetic_order(std::int64_t number, Timestamp updated_at);
std::string synthetic_payload(std::int64_t number, std::size_t payload_bytes);

/// Stores orders number `from` to `upto` (exclusive), one a second, through the code that stores real ones.
void fill(db::Database& database, const store::Channel& channel, std::int64_t from, std::int64_t upto, std::size_t payload_bytes);

/// When order 0 changed.
inline constexpr Timestamp kFirstOrder = from_ms(1'700'000'000'000);

}  // namespace crossdock::bench
