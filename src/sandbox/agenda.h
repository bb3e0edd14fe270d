// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <utility>

#include "base/clock.h"

namespace crossdock::sandbox {

/// The time of a simulated world and what is planned in it. Plans are played in order of their time, each at its own
/// moment, so that a world that was left alone for a day looks as if somebody had watched.
class Agenda {
public:
    Agenda(const Clock& clock, Timestamp born) : clock_(clock), now_(born) {}

    /// The time of what is happening: the clock's, or the moment of the plan being played.
    [[nodiscard]] Timestamp now() const { return now_; }
    void at(Timestamp when, std::function<void()> what) { plans_.emplace(when, std::move(what)); }
    /// Plays what was due until the clock's now.
    void catch_up() {
        const Timestamp target = clock_.now() + skew_;
        while (!plans_.empty() && plans_.begin()->first <= target) {
            auto next = plans_.extract(plans_.begin());
            now_ = std::max(now_, next.key());
            next.mapped()();
        }
        now_ = target;
    }
    /// The marketplace's clock runs ahead of (or behind) the real one.
    void set_skew(std::chrono::milliseconds skew) { skew_ = skew; }

private:
    const Clock& clock_;
    std::chrono::milliseconds skew_{0};
    Timestamp now_;
    std::multimap<Timestamp, std::function<void()>> plans_;
};

}  // namespace crossdock::sandbox
