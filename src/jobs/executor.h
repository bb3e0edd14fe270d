// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/database.h"
#include "domain/job.h"
#include "jobs/breaker.h"
#include "jobs/handler.h"
#include "jobs/retry_policy.h"
#include "store/job_repo.h"

namespace crossdock::jobs {

struct RunnerOptions {
    int push_workers = 2, orders_workers = 3, bulk_workers = 1;
    std::chrono::milliseconds lease = std::chrono::seconds{60};
    std::chrono::milliseconds renew = std::chrono::seconds{15};
    std::chrono::milliseconds keep_done = std::chrono::hours{24};
    std::chrono::milliseconds keep_dead = std::chrono::hours{24 * 90};  // fewer are made 90 days
    std::chrono::milliseconds longest_idle = std::chrono::seconds{5};   // real time a worker sleeps without looking
    std::string boot_id;                                                // of this process; empty: made from chance
    std::optional<store::Culprit> ended_by;  // what the process before is known to have died of
    RetryPolicy retry;
    BreakerOptions breaker;
};

/// What the app hooks into. Set before the first job runs.
struct RunnerHooks {
    /// Inside the transaction that makes the job dead, or quarantined until a person looks: append the event, open the
    /// problem.
    std::function<void(db::Session&, const domain::Job&, const Error&)> on_dead;
    /// Inside the transaction that quarantines a stream: the job runs again by itself at its run_at.
    std::function<void(db::Session&, const domain::Job&, const Error&)> on_parked;
    /// Inside the transaction that writes down an orderly end, when there may be something to take back: the job is
    /// done
    /// (`done`), or went on without ending the process as it had before.
    std::function<void(db::Session&, const domain::Job&, bool done)> on_well;
    /// The job outlived its hard limit, or half of the grace of a stop: shut its sockets. From another thread.
    std::function<void(JobId)> on_overrun;
    /// A line for the log: the queue itself is in trouble (disk full), or a handler threw. Never a payload.
    std::function<void(std::string_view)> on_trouble;
    /// Jobs became due without anybody having called wake(): a channel answers again.
    std::function<void()> on_hastened;
};

/// How runs ended, as the row says.
enum class Verdict { done, again, waited, retried, died, released, thrown_away };

struct LaneFigures {
    domain::Lane lane = domain::Lane::push;
    std::int64_t ready = 0, retry = 0, running = 0, dead = 0;  // rows, now
    std::int64_t quarantined = 0;                              // all of them …
    std::int64_t coming_back = 0;                              // … and those that come back by themselves
    std::chrono::milliseconds oldest_due_age{0};               // how long the longest has waited
    int overdue = 0;                                           // workers held by a run that outlived its hard limit
    std::uint64_t done = 0, again = 0, waited = 0, retried = 0, died = 0, released = 0, thrown_away = 0;  // since start
};

/// Claims, runs and settles one job at a time on the caller's thread, and looks after leases, limits, clock jumps and
/// old rows. Knows no threads of its own: Runner adds them, a simulation calls it directly. Thread-safe once set up.
class Executor {
public:
    Executor(db::Database& database, const Clock& clock, Random& random, RunnerOptions options);
    ~Executor();

    void add(std::string kind, KindOptions options, std::unique_ptr<Handler> handler);
    RunnerHooks& hooks() { return hooks_; }

    /// Once, before anything runs: voids the leases of other boots. What is known of how the last process ended decides
    /// what becomes of the jobs it ran (docs/decisions/008): a crash that its signal handler put down to one run counts
    /// against that job alone; three of them quarantine it. An end that nobody explains (kill -9, power, memory) parks
    /// nothing, but those that ran go on one after the other and later each time. Throws db::Failure.
    void recover();
    /// Runs the next due job of the lane; false when there is none. Throws db::Failure when claiming fails; whatever
    /// goes wrong later is told to on_trouble.
    bool run_next(domain::Lane lane);
    /// When the lane has something to do: a job, or a channel whose pause ends. The past means now.
    std::optional<Timestamp> next_due(domain::Lane lane);
    /// When jobs come back whose end could not be written down.
    std::optional<Timestamp> next_lapse();
    /// When the next quarantined stream comes back.
    [[nodiscard]] std::optional<Timestamp> next_release() const;

    /// Renews leases and ends runs that outlived their hard limit. About once a second, beside the workers.
    void watch();
    /// Lapsed leases, quarantines that are over, jumps of the wall clock, old rows. `confirm`: a jump must be seen
    /// twice, because with other threads about, the two clocks are not read at one instant.
    void housekeep(bool confirm);

    /// From now on nothing is claimed, runs see cancelled(), and failures are put down to the stop, not to the job.
    void cancel();
    [[nodiscard]] bool cancelled() const { return cancelled_; }
    /// Asks the app to shut the sockets of whatever still runs.
    void interrupt();
    /// Gives back what did not end in time.
    void release_all();

    [[nodiscard]] std::vector<LaneFigures> figures();
    [[nodiscard]] const Breaker& breaker() const { return breaker_; }
    void trouble(const std::string& text);

private:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    class Running;
    struct Kind {
        KindOptions options;
        std::unique_ptr<Handler> handler;
    };

    std::shared_ptr<Running> claim(domain::Lane lane);
    JobOutcome call(Running& run, bool& threw);
    void settle(Running& run, const JobOutcome& outcome, bool threw);
    Verdict write_down(const domain::Job& job, const JobOutcome& outcome, bool is_push);
    void tell_breaker(const Running& run, const JobOutcome& outcome, bool threw, Verdict verdict);
    std::vector<std::shared_ptr<Running>> runs() const;
    bool renew(Running& run);
    void look_at_clock(bool confirm);
    void remove_old();
    void release_quarantined();
    void expect_orphans();

    db::Database& database_;
    const Clock& clock_;
    Random& random_;
    RunnerOptions options_;
    RunnerHooks hooks_;
    Breaker breaker_;
    std::map<std::string, Kind, std::less<>> kinds_;
    std::vector<std::string> exempt_kinds_;  // those without a breaker

    mutable std::mutex mutex_;
    std::map<JobId, std::shared_ptr<Running>> running_;
    std::atomic<bool> cancelled_{false};
    std::atomic<bool> recovered_{false};
    std::array<std::array<std::atomic<std::uint64_t>, 7>, 3> verdicts_{};  // [lane][verdict]
    std::atomic<std::int64_t> next_release_ms_{kNever};                    // wall clock

    // Of housekeep(), one thread at a time.
    std::mutex housekeeping_;
    std::atomic<std::int64_t> orphans_until_ms_{0};  // steady; 0: none expected
    std::int64_t next_lapse_check_ms_ = 0, next_removal_ms_ = 0;
    std::optional<std::int64_t> clock_offset_ms_, suspected_offset_ms_;
    bool jumped_forward_ = false;
};

}  // namespace crossdock::jobs
