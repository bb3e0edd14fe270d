// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/event_type.h"

namespace crossdock::store {

enum class DeliveryState { pending, succeeded, failed };
std::string_view to_string(DeliveryState state);
std::optional<DeliveryState> parse_delivery_state(std::string_view text);

/// One event for one endpoint.
struct Delivery {
    DeliveryId id;
    AccountId account_id;
    WebhookEndpointId endpoint_id;
    std::int64_t event_seq = 0;
    std::string event_id, event_type;
    DeliveryState state = DeliveryState::pending;
    std::int64_t round = 1;     // one more with each replay
    std::int64_t tries = 0;     // attempts of this round: the place in the schedule
    std::int64_t attempts = 0;  // of all rounds
    std::optional<Timestamp> due_at;
    std::optional<std::int64_t> last_status;
    std::optional<std::string> last_error;
    Timestamp queued_at{};
    std::optional<Timestamp> finished_at;
};

/// One request of a delivery and what came of it.
struct DeliveryAttempt {
    std::int64_t number = 0;
    Timestamp started_at{};
    std::chrono::milliseconds duration{};
    bool succeeded = false;
    std::optional<std::int64_t> status;  // of the answer; none: there was no answer
    std::optional<std::string> error;    // why it did not succeed, in our words
    std::string answer;                  // its first kilobyte
};

/// What of a delivery follows from an attempt.
struct DeliveryStep {
    DeliveryState state = DeliveryState::pending;
    std::int64_t tries = 0;
    std::optional<Timestamp> due_at;  // only while pending
};

struct DeliveryQuery {
    AccountId account;
    WebhookEndpointId endpoint;
    std::optional<DeliveryState> state;
    std::optional<std::int64_t> event_seq;
    std::optional<DeliveryId> before;  // newest first: those below this one
    std::int64_t limit = 100;
};

class DeliveryRepo {
public:
    explicit DeliveryRepo(db::Session& session) : session_(session) {}

    struct Draft {
        AccountId account;
        WebhookEndpointId endpoint;
        std::int64_t event_seq = 0;
        std::string_view event_id, event_type;
    };
    /// Queues an event for an endpoint, due at `due`. None when it is there already.
    std::optional<DeliveryId> insert(const Draft& draft, Timestamp due, Timestamp now);
    /// The same once more, from the start of the schedule; queued for the first time where it was not.
    DeliveryId replay(const Draft& draft, Timestamp now);

    /// Those that are due, the longest waiting first.
    std::vector<Delivery> due(WebhookEndpointId endpoint, Timestamp now, std::int64_t limit);
    /// When the next one is due of those due after `now`.
    std::optional<Timestamp> next_due(WebhookEndpointId endpoint, Timestamp now);
    /// Those due later than any schedule would have it (the clock was wrong when they were written) are due now.
    std::int64_t pull_in(Timestamp latest, Timestamp now);
    /// Whatever waits for its next attempt is due now. Returns how many.
    std::int64_t hasten(WebhookEndpointId endpoint, Timestamp now);

    /// Keeps the attempt, and moves the delivery when it still is in the round that was tried. False when it is gone.
    bool record(DeliveryId id, std::int64_t round, const DeliveryAttempt& attempt, const DeliveryStep& step);

    std::optional<Delivery> get(AccountId account, DeliveryId id);
    std::optional<Delivery> get(DeliveryId id);
    std::vector<Delivery> list(const DeliveryQuery& query);
    std::vector<DeliveryAttempt> attempts(DeliveryId id);
    std::int64_t count(WebhookEndpointId endpoint, DeliveryState state);
    /// Whether the endpoint took that event.
    bool was_delivered(WebhookEndpointId endpoint, std::int64_t event_seq);

    // -- what an event said when it was first handed out
    std::optional<std::string> body(std::int64_t event_seq);
    void keep_body(std::int64_t event_seq, std::string_view body, Timestamp now);

    /// Removes deliveries queued before `before`, with their attempts; at most `limit`. Returns how many.
    std::int64_t forget_before(Timestamp before, std::int64_t limit);
    std::int64_t forget_bodies_before(Timestamp before, std::int64_t limit);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
