// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "db/database.h"
#include "store/order_repo.h"

namespace crossdock::app {

/// An order by the hub's id, by the channel's, or by its number ("#1001"). Errors: not_found, conflict when several fit.
Result<store::OrderDetails> find_order(db::Session& session, AccountId account, const std::string& name);

/// An order that a channel sent (`name` is the channel's id of it) and nobody could understand: it is kept as it came,
/// and find_order does not know it. Nothing when there is none of that name.
std::optional<nlohmann::json> tell_unread_order(db::Session& session, AccountId account, const std::string& name);

/// What is known of an order and where it stands: `why` is one sentence for people, the rest is for looking closer.
nlohmann::json tell_order(db::Session& session, const store::OrderDetails& order, Timestamp now);

}  // namespace crossdock::app
