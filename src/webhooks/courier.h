// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/database.h"
#include "store/delivery_repo.h"
#include "store/event_repo.h"
#include "webhooks/target.h"

namespace crossdock::webhooks {

/// What the courier works with. Outlives it.
struct CourierEnv {
    db::Database& db;
    const Clock& clock;
    Random& random;
    net::HttpClient& http;
    SecretKeeper& keeper;
    /// The event as receivers read it: a whole JSON object, with what it is about as that is now.
    std::function<std::string(db::Session&, const store::EventRow&)> render;
};

/// A delivery on its way. The body is there when it was just made; else it is read when it is sent.
struct Task {
    store::Delivery delivery;
    std::shared_ptr<const std::string> body;
};

/// A task that was tried.
struct Finished {
    Task task;
    Sent sent;
};

/// What a batch of results meant for an endpoint.
struct EndpointNews {
    std::string public_id;
    std::string word;     // "failing", "disabled"
    std::string message;  // for the log
};

/// The steps of delivery, each by itself; who takes them when is the engine's affair (engine.h). Any thread, but feed()
/// one thread at a time.
class Courier {
public:
    explicit Courier(CourierEnv env) : env_(std::move(env)) {}

    /// Endpoints that are told of something or will be: active and paused ones.
    [[nodiscard]] std::map<WebhookEndpointId, std::shared_ptr<const Target>> targets();

    struct Fed {
        std::vector<Task> tasks;     // new deliveries, durable
        bool more = false;           // there was more than one step takes
        bool stale_targets = false;  // an endpoint was made since they were read; nothing was handed on
    };
    /// Hands out what happened in an account since the last time: a delivery for each endpoint that wants it, all in
    /// one transaction with how far it came.
    Fed feed(AccountId account, const std::vector<std::shared_ptr<const Target>>& targets);
    /// Deliveries of an endpoint that are due.
    std::vector<Task> due(WebhookEndpointId endpoint, std::int64_t limit);
    /// When the next of those will be that are not due yet.
    std::optional<Timestamp> next_due(WebhookEndpointId endpoint);
    /// One attempt, over the network.
    Finished attempt(Task task, const Target& target);
    struct Recorded {
        std::vector<std::optional<Timestamp>> due_again;  // of each: when it is tried again
        std::vector<EndpointNews> news;
    };
    /// Writes down attempts and what follows from them, in one transaction.
    Recorded record(std::span<const Finished> finished);
    /// The wall clock may have been ahead when deliveries were put off: nothing waits longer than the schedule has it.
    /// True when something did.
    bool pull_in();

private:
    std::string body_of(const Task& task);

    CourierEnv env_;
    std::map<AccountId, std::int64_t> fed_;  // how far, also where nobody wanted what came
};

}  // namespace crossdock::webhooks
