// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace crossdock::net {

/// How long a request may still take: until its deadline, or until the client is shut down. Every wait of the request
/// asks it, in slices, so that nothing waits for long after either.
class Patience {
public:
    enum class Verdict { go_on, deadline, stopped };
    static constexpr std::chrono::milliseconds kSlice{50};

    Patience(std::chrono::milliseconds deadline, const std::atomic<bool>& stopped)
        : ends_at_(clock().steady() + deadline), stopped_(stopped) {}

    [[nodiscard]] Verdict verdict() const {
        if (stopped_.load(std::memory_order_relaxed)) return Verdict::stopped;
        return clock().steady() < ends_at_ ? Verdict::go_on : Verdict::deadline;
    }
    [[nodiscard]] std::chrono::milliseconds remaining() const {
        return std::max(std::chrono::milliseconds{0}, ends_at_ - clock().steady());
    }
    /// How long to wait before asking again.
    [[nodiscard]] std::chrono::milliseconds slice() const { return std::min(kSlice, remaining()); }
    /// The same, over in a share of what remains: for one of several addresses.
    [[nodiscard]] Patience share(int parts) const { return Patience{remaining() / std::max(1, parts), stopped_}; }

private:
    static const Clock& clock() {
        static const SystemClock system;  // the real network keeps real time
        return system;
    }

    std::chrono::milliseconds ends_at_;
    const std::atomic<bool>& stopped_;
};

}  // namespace crossdock::net
