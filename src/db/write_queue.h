// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "db/driver.h"

namespace crossdock::db {

/// Gathers units of work into few transactions without a thread of its own: a caller that finds nobody at work becomes
/// the leader, runs everything that waits in one transaction, commits once, wakes the others and hands the lead to the
/// next waiting caller. A lone caller thus pays for two uncontended locks and no thread switch; under load the log is
/// synced once for many. This is flat combining (Hendler, Incze, Shavit, Tzafrir: "Flat Combining and the
/// Synchronization-Parallelism Tradeoff", SPAA 2010), with a commit as the combined operation.
/// While a unit runs, its thread counts as at work for the unit's caller (base/at_work.h).
class WriteQueue {
public:
    WriteQueue(Driver& driver, std::size_t max_units_per_commit) : driver_(driver), max_units_(max_units_per_commit) {}

    /// Runs one unit and returns when it is durable; rethrows what it threw. Throws Failure.
    void run(const std::function<void(Session&)>& work) { (void)run_soon(work, kForAsLongAsItTakes); }
    /// The same, but false, without running it, when the unit's turn has not come by then. One that has begun ends.
    bool run_soon(const std::function<void(Session&)>& work, std::chrono::milliseconds longest_wait);
    /// Runs something on the idle writer, between two transactions. False, without running it, when the queue is
    /// stopped.
    bool run_alone(const std::function<void()>& work);
    /// No unit is taken any more; returns when those that were waiting are done. Idempotent.
    void stop();
    /// Like stop(), without waiting; the writer's state is not to be trusted any more.
    void break_off(const std::string& why);
    [[nodiscard]] bool broken() const { return broken_.load(); }
    [[nodiscard]] std::string why_broken() const;
    [[nodiscard]] std::size_t waiting() const;
    /// See Database::write_trouble. Any thread.
    [[nodiscard]] std::optional<Failure> trouble() const;

    /// Called by the leader after a commit, when everybody has been woken and before the lead is handed on.
    std::function<void()> after_commit;

    std::atomic<std::uint64_t> commits{0}, units{0};

private:
    struct Unit;
    static constexpr auto kForAsLongAsItTakes = std::chrono::milliseconds::max();

    bool wait_for_turn(Unit& unit, std::unique_lock<std::mutex>& lock,
                       std::chrono::milliseconds longest = kForAsLongAsItTakes);
    std::vector<Unit*> take_batch(Unit& own);
    void run_batch(const std::vector<Unit*>& batch);
    bool run_unit(Unit& unit, bool as_part);
    void commit(const std::vector<Unit*>& batch);
    void store_sequence();
    void undo(const std::vector<Unit*>& batch, const Failure& failure);
    void note_trouble(const Failure& failure);
    void hand_on();

    Driver& driver_;
    const std::size_t max_units_;
    mutable std::mutex mutex_;
    std::deque<Unit*> waiting_;
    bool leading_ = false;
    bool stopped_ = false;
    std::string why_broken_;
    std::optional<Failure> trouble_;  // changed by the leader alone, under the lock
    std::atomic<bool> broken_{false};
};

/// Marks the current thread as being inside a read or a write of a database, and finds out whether it is.
class Inside {
public:
    Inside(const void* database, DriverConnection& connection, bool writing);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

    /// The innermost read or write of this database on this thread; null when there is none.
    static const Inside* of(const void* database);
    [[nodiscard]] DriverConnection& connection() const { return connection_; }
    [[nodiscard]] bool writing() const { return writing_; }

private:
    const void* database_;
    DriverConnection& connection_;
    const bool writing_;
    const Inside* const outer_;
};

}  // namespace crossdock::db
