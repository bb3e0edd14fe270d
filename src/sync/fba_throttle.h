// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <chrono>

#include "base/error.h"

namespace crossdock::sync {

/// How a call that Amazon throttled (429) goes on: three times more, after 2, 4 and 8 seconds, then the work is put
/// back for a minute. The job is re-queued each time; no worker waits.
struct Throttle {
    int tries = 0;  // made so far, for the next time; 0: it starts afresh
    std::chrono::milliseconds delay{0};
};

inline Throttle after_throttle(int tries, const Error& error) {
    constexpr int kTries = 3;
    Throttle next;
    if (tries < kTries)
        next = {tries + 1, std::chrono::seconds{2} * (1 << std::max(tries, 0))};
    else
        next = {0, std::chrono::seconds{60}};
    next.delay = std::max<std::chrono::milliseconds>(next.delay, error.retry_after.value_or(std::chrono::seconds{0}));
    return next;
}

/// Refused by Amazon, not by our own budget: that one only says when the next call is due, and is no failure.
inline bool is_throttled(const Error& error) { return error.kind == ErrorKind::rate_limited && error.code != "budget"; }

}  // namespace crossdock::sync
