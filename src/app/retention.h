// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "db/database.h"
#include "store/erasure_repo.h"

namespace crossdock::app {

struct RetentionPlan {
    std::optional<std::chrono::milliseconds> personal_data;  // after an order was placed; none: for ever
    std::optional<std::chrono::milliseconds> push_attempts = std::chrono::hours{24 * 90};  // none: for ever
};

/// Forgets what the plan says, a little at a time, so that nobody waits for it: personal data of orders that are over,
/// and finished attempts of pushes. Orders that are open or partially fulfilled keep what they need to be shipped. By
/// the thread that looks after the hub.
class Retention {
public:
    Retention(db::Database& database, const Clock& clock, RetentionPlan plan)
        : database_(database), clock_(clock), plan_(plan) {}

    /// About once a second: does its share, at most some hundred rows. Throws db::Failure.
    void look_after();

private:
    void begin_walk();
    void erase_some();

    /// A channel's orders of one status.
    struct Stretch {
        AccountId account;
        ChannelId channel;
        domain::OrderStatus status = domain::OrderStatus::closed;
    };
    db::Database& database_;
    const Clock& clock_;
    const RetentionPlan plan_;
    std::vector<Stretch> ahead_;  // the last one is walked now
    Timestamp after_{};           // in it
    OrderId after_id_;
    store::Erased erased_;                                // in this walk
    std::optional<std::chrono::milliseconds> next_walk_;  // steady
};

}  // namespace crossdock::app
