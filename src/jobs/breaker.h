// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/id.h"

namespace crossdock::jobs {

struct BreakerOptions {
    int failures = 5;  // one after the other
    std::chrono::milliseconds first_pause = std::chrono::seconds{60};
    std::chrono::milliseconds longest_pause = std::chrono::minutes{15};
};

/// A circuit breaker per channel: one that does not answer is left alone for a while, so that its jobs do not hold the
/// workers that others need. In memory, on the steady clock. Thread-safe.
class Breaker {
public:
    enum class State {
        closed,    // jobs run
        open,      // nobody calls
        half_open  // one job may try
    };

    explicit Breaker(const Clock& clock, BreakerOptions options = {}) : clock_(clock), options_(options) {}

    [[nodiscard]] State state(ChannelId channel) const;
    /// Channels whose jobs are not to be claimed now, in rising order: open, or half open with a probe under way.
    [[nodiscard]] std::vector<ChannelId> blocked() const;
    /// When the next of the open channels becomes half open, on the steady clock.
    [[nodiscard]] std::optional<std::chrono::milliseconds> next_opening() const;

    /// A job of the channel was claimed. True when it is the probe of a half-open channel.
    bool begin(ChannelId channel);
    /// The channel answered, whatever it said. True when that closed a breaker that was not closed.
    bool succeeded(ChannelId channel);
    /// No answer. `was_probe` is what begin() said. True when that opened the breaker (again).
    bool failed(ChannelId channel, bool was_probe);
    /// The job ended without having asked the channel.
    void no_news(ChannelId channel, bool was_probe);

private:
    struct Circuit {
        int failures = 0;
        std::chrono::milliseconds pause{0};  // zero: closed
        std::chrono::milliseconds open_until{0};
        bool probing = false;
    };
    [[nodiscard]] State state_of(const Circuit& circuit) const;

    const Clock& clock_;
    BreakerOptions options_;
    mutable std::mutex mutex_;
    std::unordered_map<ChannelId, Circuit> circuits_;  // only channels with failures
};

}  // namespace crossdock::jobs
