// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/order.h"
#include "domain/problem.h"
#include "store/channel_repo.h"

namespace crossdock::services {

/// An order as a channel sent it, and what we understood of it.
struct FetchedOrder {
    std::string external_order_id;
    Timestamp remote_updated_at{};
    std::string_view payload;
    std::string content_hash;                // of the payload
    Result<domain::Order> order;             // an Error: could not be understood; kept all the same
    std::vector<domain::Problem> problems;
};

struct RecordedOrder {
    enum class Outcome {
        unchanged,  // this very version is the one shown
        older,      // kept, but a newer one is shown
        echoed,     // newer, but it says nothing new
        created,
        updated,
        unmapped    // kept; listed as a problem
    };
    Outcome outcome = Outcome::unchanged;
    OrderId id;     // 0 when the order was never understood
};

/// Keeps a version of an order and decides whether it becomes the one shown: newer beats older; of two with the same time
/// and different content the one fetched later wins; a replay changes nothing. Events go with it. One transaction, the
/// caller's. Any number of times in any order, the newest version ends up shown.
RecordedOrder record_order(db::Session& session, const store::Channel& channel, const FetchedOrder& fetched, Timestamp now);

/// Maps the version shown once more (`order` is the outcome), without a new version: after the catalogue learnt an item a
/// line was waiting for, or after an upgrade learnt to read it. Returns whether anything changed.
bool rerender_order(db::Session& session, const store::Channel& channel, OrderId id, domain::Order order, Timestamp now);

}  // namespace crossdock::services
