// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "db/database.h"
#include "store/order_repo.h"

namespace crossdock::app {

/// An order by the hub's id, by the channel's, or by its number ("#1001"). Errors: not_found, conflict when several fit.
Result<store::OrderDetails> find_order(db::Session& session, AccountId account, const std::string& name);

/// What is known of an order and where it stands: `why` is one sentence for people, the rest is for looking closer.
nlohmann::json tell_order(db::Session& session, const store::OrderDetails& order, Timestamp now);

}  // namespace crossdock::app
