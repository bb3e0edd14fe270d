// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <mutex>

#include "base/clock.h"
#include "base/result.h"

namespace crossdock::net {

/// Circuit breaker of one channel. Five transport failures in a row open it: nothing is tried for 60 s, then a single
/// probe goes out. Its success closes the breaker, its failure doubles the wait, up to 15 min. An answer of any status
/// is no transport failure. Safe to call from any thread.
class Breaker {
public:
    enum class State { closed, open, half_open };
    explicit Breaker(const Clock& clock) : clock_(clock) {}

    /// Asks before each request; whoever gets leave must report succeeded() or failed().
    /// Errors: rate_limited with retry_after, code `circuit_open` (a wait, not an attempt).
    Status allow();
    void succeeded();
    void failed();
    [[nodiscard]] State state() const;
    /// Transport failures in a row.
    [[nodiscard]] int failures() const;

private:
    void open(std::chrono::milliseconds wait);

    const Clock& clock_;
    mutable std::mutex mutex_;
    State state_ = State::closed;
    int failures_ = 0;
    std::chrono::milliseconds wait_{};           // the current or last time spent open
    std::chrono::milliseconds next_probe_at_{};  // open: when a probe may go; half open: when the probe counts as lost
};

}  // namespace crossdock::net
