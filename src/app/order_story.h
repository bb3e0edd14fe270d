// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "db/database.h"
#include "store/channel_repo.h"
#include "store/order_repo.h"

namespace crossdock::app {

/// The one order that `name` may mean: the hub's id, the channel's id, or the order number with or without its "#".
/// Never with a second meaning: "id:816", the hub's id, and "shop:450789469", a channel's code and its own id. Errors:
/// not_found; conflict when several fit, naming them.
Result<store::OrderDetails> find_order(db::Session& session, AccountId account, const std::string& name);

/// What names an order of a channel to find_order without a second meaning: "id:816", or "shop:450789469" for one that
/// could not be understood and so has no id.
std::string exact_name(db::Session& session, AccountId account, const store::Channel& channel,
                       const std::string& external_order_id);

/// An order that a channel sent (`name` is the channel's id of it) and nobody could understand: it is kept as it came,
/// and find_order does not know it. Nothing when there is none of that name, or when an order that is held has it, too.
std::optional<nlohmann::json> tell_unread_order(db::Session& session, AccountId account, const std::string& name);

/// What is known of an order and where it stands: `why` is one sentence for people, the rest is for looking closer.
nlohmann::json tell_order(db::Session& session, const store::OrderDetails& order, Timestamp now);

}  // namespace crossdock::app
