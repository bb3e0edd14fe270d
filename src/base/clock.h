// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>

#include "base/time.h"

namespace crossdock {

/// Where time comes from. Nothing else in the program asks the system for it, so that a test can run a year in a second.
class Clock {
public:
    virtual ~Clock() = default;
    /// The wall clock, UTC. May jump.
    [[nodiscard]] virtual Timestamp now() const = 0;
    /// Time since an arbitrary start; never jumps. For leases, deadlines and durations.
    [[nodiscard]] virtual std::chrono::milliseconds steady() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] std::chrono::milliseconds steady() const override;
};

/// A clock that stands still until it is moved. Safe to read from any thread.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start) : now_ms_(to_ms(start)) {}
    [[nodiscard]] Timestamp now() const override { return from_ms(now_ms_.load()); }
    [[nodiscard]] std::chrono::milliseconds steady() const override { return std::chrono::milliseconds{steady_ms_.load()}; }
    void advance(std::chrono::milliseconds by) {
        now_ms_ += by.count();
        steady_ms_ += by.count();
    }
    /// Moves the wall clock alone, as an administrator or NTP would.
    void jump_to(Timestamp at) { now_ms_ = to_ms(at); }

private:
    std::atomic<std::int64_t> now_ms_;
    std::atomic<std::int64_t> steady_ms_{0};
};

}  // namespace crossdock
