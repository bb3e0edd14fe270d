// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "domain/job.h"

namespace crossdock::jobs {

/// Recurring work. A timer only enqueues, and the unique keys of its jobs make early, late and repeated firings
/// harmless; so its memory is the process's, and after a start everything is due at once. Intervals are measured on the
/// steady clock: a wall clock that jumps moves nothing. A tick that comes late by many intervals fires once.
/// Thread-safe.
class Timers {
public:
    using MakeSpecs = std::function<std::vector<domain::JobSpec>(Timestamp now)>;

    Timers(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    /// `make` is called outside of any transaction and may read the database. A timer of the same name is replaced.
    /// Timers of one interval drift apart by up to a quarter of it, each by a part that its name decides.
    void add(std::string name, std::chrono::milliseconds interval, MakeSpecs make);
    void remove(std::string_view name);
    /// Enqueues whatever is due and returns how many jobs that was: when it is not 0, wake the runner. When `make` or
    /// the database throws, the other timers fire all the same, this one is tried again after a minute (or its
    /// interval, if shorter), and the first exception is passed on.
    std::size_t tick(Timestamp now);
    /// When tick() next has something to do. None without timers.
    [[nodiscard]] std::optional<Timestamp> next_due() const;

private:
    struct Timer {
        std::string name;
        std::chrono::milliseconds interval;
        MakeSpecs make;
        std::chrono::milliseconds due;  // steady
        bool fired = false;
    };

    db::Database& database_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<Timer> timers_;  // in the order they were added
};

/// The stable part of a name in [0, bound): the same on every machine and in every version.
std::chrono::milliseconds offset_of(std::string_view name, std::chrono::milliseconds bound);

}  // namespace crossdock::jobs
