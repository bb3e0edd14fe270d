// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

/// A number that is counted up to a bound, so that looking stays cheap in a database of ten million orders.
struct Counted {
    std::int64_t number = 0;
    bool more = false;  // than that
};

/// What one channel's rows come to.
struct ChannelFigures {
    std::optional<Timestamp> last_order_at;  // when the newest order was placed
    Counted problems;
    Counted stock_waiting, stock_failed;          // stock figures; failed ones of the last seven days
    Counted shipments_waiting, shipments_failed;  // the same of shipments
};

/// Pushes without an end yet.
struct WaitingPushes {
    Counted shipments, stock, cartons;
};

/// A job that was given up, without what it carried.
struct DeadLetter {
    JobId id;
    std::string kind, channel, state;
    int attempt = 0;
    std::string error_code, error;
    Timestamp created_at{};
};

/// The figures of the first screen.
class OverviewRepo {
public:
    explicit OverviewRepo(db::Session& session) : session_(session) {}

    /// Not yet acknowledged by an ERP, of all accounts.
    Counted orders_waiting();
    Counted refunds_waiting();
    ChannelFigures of_channel(AccountId account, ChannelId channel, Timestamp now);
    /// Of one channel, each counted up to a thousand: for a look every second.
    WaitingPushes waiting_pushes(ChannelId channel);
    /// Newest first.
    std::vector<DeadLetter> dead_letters(std::int64_t limit);
    /// Newest first: what names buyers, for taking it out of texts.
    std::vector<std::string> newest_order_bodies(std::int64_t limit);

private:
    Counted count(const std::string& rows, AccountId account, std::optional<ChannelId> channel);

    db::Session& session_;
};

}  // namespace crossdock::store
