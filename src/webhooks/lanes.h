// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "webhooks/engine.h"

namespace crossdock::webhooks {

/// What waits in memory for each endpoint, and whose turn it is. Not thread-safe: the engine's lock is around it.
class Lanes {
public:
    explicit Lanes(EngineOptions options) : options_(options) {}

    using Targets = std::map<WebhookEndpointId, std::shared_ptr<const Target>>;
    /// Endpoints have changed: lanes of those that may not be sent to are emptied (the database has it all).
    void set_targets(Targets targets);
    [[nodiscard]] bool empty() const { return targets_.empty(); }
    /// The accounts that have somebody to tell, and whom.
    [[nodiscard]] std::map<AccountId, std::vector<std::shared_ptr<const Target>>> by_account() const;

    /// Queues a new delivery, where its endpoint may be sent to and has room.
    void add(Task task);
    struct Refill {
        WebhookEndpointId endpoint;
        std::int64_t limit = 0;
    };
    /// Endpoints that run dry while the database has, or may have, more for them.
    [[nodiscard]] std::vector<Refill> to_refill(Timestamp now) const;
    /// The database is about to be asked for one. What is settled before its answer comes is not taken from the answer,
    /// which may be older than that.
    void begin_refill(WebhookEndpointId endpoint);
    /// What the database had for one, out of `limit` asked for, and when it will have something next.
    void refill(WebhookEndpointId endpoint, std::vector<Task> tasks, std::int64_t limit,
                std::optional<Timestamp> next_due);
    /// Deliveries were changed by hand: the database is asked again.
    void look_again();
    /// When the database has something next that is not in memory. None: nothing is known of.
    [[nodiscard]] std::optional<Timestamp> next_look() const;

    struct Departure {
        Task task;
        std::shared_ptr<const Target> target;
    };
    /// The next task whose endpoint has room, in turn; none when there is none, or no room in all.
    std::optional<Departure> take();
    /// Whether take() would find one.
    [[nodiscard]] bool ready() const;
    /// Its request has ended, well or not.
    void arrived(const Task& task, bool succeeded);
    /// What came of it is on disk, or (`lost`) will never be: the database has it, and it is looked up again.
    void settled(const Task& task, std::optional<Timestamp> due_again, bool lost = false);

    [[nodiscard]] int in_flight() const { return in_flight_; }
    [[nodiscard]] std::size_t queued() const;

private:
    struct Lane {
        std::deque<Task> queue;
        std::unordered_set<DeliveryId> held;               // queued, under way, or not yet written down
        std::unordered_set<DeliveryId> settled_meanwhile;  // since the database was asked
        bool asked = false;
        int in_flight = 0;
        bool failing = false;
        bool more = true;                   // the database may have due ones that are not here
        std::optional<Timestamp> next_due;  // the earliest of those that are not due yet
    };
    [[nodiscard]] bool may_send(WebhookEndpointId id) const;
    [[nodiscard]] bool has_room(const Lane& lane) const;

    EngineOptions options_;
    Targets targets_;
    std::map<WebhookEndpointId, Lane> lanes_;
    WebhookEndpointId last_served_;
    int in_flight_ = 0;
    int failing_in_flight_ = 0;
    std::unordered_set<DeliveryId> sent_while_failing_;
};

}  // namespace crossdock::webhooks
