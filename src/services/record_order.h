// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
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

/// How the payloads of a channel's orders are read. Pure; lives as long as the connector behind it.
struct OrderReader {
    std::function<Result<domain::Order>(std::string_view payload)> map = {};
    /// Puts back into `newer` what only `older` still said. None where later versions say all that earlier ones said.
    std::function<void(domain::Order& newer, const domain::Order& older)> keep_known = {};
};

/// An order as a channel sent it, and what we understood of it.
struct FetchedOrder {
    std::string external_order_id;
    Timestamp remote_updated_at{};
    std::string_view payload;
    std::string content_hash;                // of the payload
    Result<domain::Order> order;             // an Error: could not be understood; kept all the same
    std::vector<domain::Problem> problems;
    OrderReader reader = {};                 // for channels that forget
    /// When the channel was asked for this one order, by our clock. What is shown and was fetched before then is not newer,
    /// even where both say the same time and this content was held before: some changes move no date, there and back.
    std::optional<Timestamp> asked_at = {};
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
/// caller's. Any number of times in any order, the newest version ends up shown. Of a channel that forgets, what is shown
/// is the newest version with all that only earlier ones said; a late older version may add to it.
RecordedOrder record_order(db::Session& session, const store::Channel& channel, const FetchedOrder& fetched, Timestamp now);

/// What the version shown says, mapped once more.
struct ShownOrder {
    OrderId id;
    std::int64_t version_id = 0;
    domain::Order order;
};
/// None when there is no such order, or it cannot be understood (any more).
std::optional<ShownOrder> read_shown_order(db::Session& session, const store::Channel& channel, OrderId id, const OrderReader& reader);
/// Writes the order anew without a new version: after the catalogue learnt an item a line was waiting for, after an upgrade
/// learnt to read it, after a refund changed what is owed. Returns whether anything changed; when another version is shown
/// by now, nothing does. `is_news`: what changed is more than our own numbers of items, so that a poller is shown it, too.
bool rerender_order(db::Session& session, const store::Channel& channel, const ShownOrder& shown, bool is_news, Timestamp now);
/// A refund of this order was recorded: where the refunds decide (see domain/payment_status.h), its payment status follows.
/// To the ERP that is a change of the order, at the channel it is none: it is listed anew under a time that whoever polls the
/// channel has not passed (see OrderRepo::undated_change).
bool follow_refunds(db::Session& session, const store::Channel& channel, std::string_view external_order_id, const OrderReader& reader,
                    Timestamp now);

}  // namespace crossdock::services
