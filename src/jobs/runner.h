// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/database.h"
#include "jobs/breaker.h"
#include "jobs/executor.h"
#include "jobs/handler.h"

namespace crossdock::jobs {

/// The queue's workers. Set up (add, on_…) first; then either start() and stop() once each, or, in a simulation,
/// run_one() and next_due() on one thread. The database, clock and chance outlive it. Real time is used only to sleep;
/// every decision is the injected clock's.
class Runner {
public:
    Runner(db::Database& database, const Clock& clock, Random& random, RunnerOptions options = {});
    /// Waits for the handlers that stop() did not wait for. A program that cannot wait ends without it.
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    void add(std::string kind, KindOptions options, std::unique_ptr<Handler> handler);
    void on_dead(std::function<void(db::Session&, const domain::Job&, const Error&)> hook);
    void on_parked(std::function<void(db::Session&, const domain::Job&, const Error&)> hook);
    void on_well(std::function<void(db::Session&, const domain::Job&, bool done)> hook);
    void on_overrun(std::function<void(JobId)> hook);
    void on_trouble(std::function<void(std::string_view)> hook);

    /// Voids what other boots left behind, then starts the workers. Throws db::Failure.
    void start();
    /// Nothing more is claimed, running handlers see cancelled(); half way through the grace, on_overrun is called for
    /// those that still run. What did not end keeps its row, to be resumed by the next boot; it is no crash. True when
    /// every handler ended in time. Idempotent.
    bool stop(std::chrono::milliseconds grace);
    /// After a commit that enqueued.
    void wake();

    /// Claims and runs the next due job on this thread: the push lane first, then orders, then bulk. False when nothing
    /// is due. While the database refuses work it is false, and next_due() is a second ahead.
    bool run_one();
    /// When run_one() will next find something; in the past: now. None: the queue is empty.
    std::optional<Timestamp> next_due();

    [[nodiscard]] std::vector<LaneFigures> figures();
    [[nodiscard]] const Breaker& breaker() const;

private:
    struct Threads;
    void work(domain::Lane lane);
    void watch();

    const Clock& clock_;
    RunnerOptions options_;
    Executor executor_;
    std::unique_ptr<Threads> threads_;
    std::chrono::milliseconds paused_until_{0};  // run_one() alone: steady
};

}  // namespace crossdock::jobs
