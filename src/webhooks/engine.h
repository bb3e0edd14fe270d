// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>

#include "webhooks/courier.h"

/// Webhooks out: events that have been committed are sent to whoever asked for them, at least once, in no order.
namespace crossdock::webhooks {

struct EngineOptions {
    int total_in_flight = 32;
    int endpoint_in_flight = 4;
    /// Endpoints whose last attempt failed: one request at a time each, and so many among them all. What works always
    /// finds room beside what does not.
    int failing_in_flight = 24;
    std::size_t queued_per_endpoint = 256;  // in memory; the rest waits in the database
};

struct EngineFigures {
    std::uint64_t succeeded = 0, failed = 0;  // attempts since the start
    int in_flight = 0;
    std::size_t queued = 0;  // due, in memory
};

/// Decides who is sent what and when. Either start() and stop() once each, or, in a simulation, step() and next_due()
/// on one thread. Real time is used only to sleep; every decision is the injected clock's.
class Engine {
public:
    explicit Engine(CourierEnv env, EngineOptions options = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void start();
    /// Nothing more is sent; what is under way may end within the grace. What did not is sent again by the next start.
    /// True when everything ended in time. Idempotent.
    bool stop(std::chrono::milliseconds grace);

    /// Events have been committed. Costs next to nothing; any thread, also inside a database's commit.
    void wake();
    /// Endpoints, secrets or deliveries were changed by others than the engine.
    void endpoints_changed();
    /// One attempt of this delivery now, on the calling thread, whatever its schedule says; written down when this
    /// returns.
    Sent attempt_now(const store::Delivery& delivery, const store::WebhookEndpoint& endpoint);

    /// Simulation: hands out what happened and makes one due attempt. False when there is nothing to do now.
    bool step();
    /// Simulation: when step() will find something.
    [[nodiscard]] std::optional<Timestamp> next_due();
    [[nodiscard]] EngineFigures figures() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::webhooks
