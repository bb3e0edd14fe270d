// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "db/database.h"
#include "store/channel_repo.h"
#include "store/erasure_repo.h"

namespace crossdock::app {

struct RetentionPlan {
    std::optional<std::chrono::milliseconds> personal_data;  // after an order was placed; none: for ever
    std::optional<std::chrono::milliseconds> push_attempts = std::chrono::hours{24 * 90};  // none: for ever
    std::optional<std::chrono::milliseconds> versions = {};  // of an order, in between, after they came; none: for ever
};

/// Forgets what the plan says, a little at a time, so that nobody waits for it: personal data of orders that are over,
/// versions of them that say nothing of their own, and finished attempts of pushes. Orders that are open or partially
/// fulfilled keep what they need to be shipped. By the thread that looks after the hub.
class Retention {
public:
    /// Deletes versions of these orders of the channel that came before then and say nothing of their own; returns how
    /// many went (sync/thin_versions.h). `on_erased` is called after a walk that blanked somebody.
    using ThinVersions =
        std::function<std::int64_t(const store::Channel&, const std::vector<store::OrderToErase>&, Timestamp before)>;

    Retention(db::Database& database, const Clock& clock, RetentionPlan plan, ThinVersions thin_versions = {},
              std::function<void()> on_erased = {})
        : database_(database),
          clock_(clock),
          plan_(plan),
          thin_versions_(std::move(thin_versions)),
          on_erased_(std::move(on_erased)) {}

    /// About once a second: does its share, at most some hundred rows. Throws db::Failure.
    void look_after();

private:
    void begin_walk();
    void walk_on();
    void end_walk();

    /// A channel's orders of one status.
    struct Stretch {
        store::Channel channel;
        domain::OrderStatus status = domain::OrderStatus::closed;
        bool thins = false;  // versions; else buyers are blanked
    };
    void tend(const Stretch& stretch, const std::vector<store::OrderToErase>& orders);
    db::Database& database_;
    const Clock& clock_;
    const RetentionPlan plan_;
    const ThinVersions thin_versions_;
    const std::function<void()> on_erased_;
    std::vector<Stretch> ahead_;  // the last one is walked now
    Timestamp after_{};           // in it
    OrderId after_id_;
    store::Erased erased_;                                // in this walk
    std::int64_t versions_gone_ = 0;                      // the same
    std::optional<std::chrono::milliseconds> next_walk_;  // steady
};

}  // namespace crossdock::app
