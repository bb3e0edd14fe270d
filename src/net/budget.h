// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace crossdock::net {

/// A token bucket for one (channel, provider resource), shared by every worker of the channel. It never sleeps: when
/// the bucket is too low it says how long to wait, and the job runner comes back then.
class Budget {
public:
    struct State {
        double capacity = 0, available = 0, restore_per_second = 0;
        std::chrono::milliseconds as_of{};  // on the steady clock
    };
    Budget(const Clock& clock, double capacity, double restore_per_second);

    /// Takes `cost` tokens, keeping `reserve` untouched (lower lanes leave room for pushes).
    /// Errors: rate_limited with retry_after, code `budget`.
    Status take(double cost, double reserve = 0);
    /// Gives back what an operation did not use.
    void give_back(double tokens);
    /// What the provider's answer says; it is the authority.
    void learn(double capacity, double available, double restore_per_second);
    /// The provider tells how fast the bucket fills, and nothing else about it.
    void learn_rate(double restore_per_second);
    /// Nothing may be sent before then (a 429 with Retry-After).
    void pause_for(std::chrono::milliseconds delay);
    [[nodiscard]] State state() const;

private:
    void refill();

    const Clock& clock_;
    mutable std::mutex mutex_;
    State state_;
    std::chrono::milliseconds paused_until_{};
};

}  // namespace crossdock::net
