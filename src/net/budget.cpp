// SPDX-License-Identifier: Apache-2.0
#include "net/budget.h"

#include <algorithm>
#include <cmath>

namespace crossdock::net {
namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours{1};

Error wait_for(std::chrono::milliseconds delay, std::string message) {
    return Error{ErrorKind::rate_limited, "budget", std::move(message),
                 std::clamp(delay, std::chrono::milliseconds{1}, kLongestWait)};
}

// Figures come from a provider's answer: whatever it says, the bucket stays one that fills again.
double sane(double value) { return std::isfinite(value) ? std::max(0.0, value) : 0.0; }

}  // namespace

Budget::Budget(const Clock& clock, double capacity, double restore_per_second)
    : clock_(clock), state_{sane(capacity), sane(capacity), sane(restore_per_second), clock.steady()} {}

Status Budget::take(double cost, double reserve) {
    const std::lock_guard lock{mutex_};
    const auto now = clock_.steady();
    if (now < paused_until_) {
        // As long as the provider asked for, even beyond the usual longest wait.
        return Error{ErrorKind::rate_limited, "budget", "the channel asked for a pause", paused_until_ - now};
    }
    refill();
    cost = sane(cost);
    // What can never fit is let through at a full bucket: to refuse it for ever would stop the channel without a word.
    const double needed = std::min(cost + sane(reserve), state_.capacity);
    if (state_.available + 1e-9 < needed) {
        if (state_.restore_per_second <= 0) return wait_for(kLongestWait, "the channel's budget does not refill");
        const double seconds = (needed - state_.available) / state_.restore_per_second;
        const double capped = std::min(seconds * 1000.0, static_cast<double>(kLongestWait.count()));
        return wait_for(std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(capped))},
                        "the channel's budget is used up");
    }
    state_.available -= cost;
    return ok();
}

void Budget::give_back(double tokens) {
    const std::lock_guard lock{mutex_};
    refill();
    state_.available = std::min(state_.capacity, state_.available + sane(tokens));
}

void Budget::learn(double capacity, double available, double restore_per_second) {
    const std::lock_guard lock{mutex_};
    state_.capacity = sane(capacity);
    state_.available = std::min(sane(available), state_.capacity);
    state_.restore_per_second = sane(restore_per_second);
    state_.as_of = clock_.steady();
}

void Budget::learn_rate(double restore_per_second) {
    const std::lock_guard lock{mutex_};
    refill();  // what has passed, at the old rate
    state_.restore_per_second = sane(restore_per_second);
}

void Budget::pause_for(std::chrono::milliseconds delay) {
    const std::lock_guard lock{mutex_};
    paused_until_ = std::max(paused_until_, clock_.steady() + delay);
}

Budget::State Budget::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

void Budget::refill() {
    const auto now = clock_.steady();
    const double seconds = std::chrono::duration<double>(now - state_.as_of).count();
    state_.available = std::min(state_.capacity, state_.available + std::max(0.0, seconds) * state_.restore_per_second);
    state_.as_of = now;
}

}  // namespace crossdock::net
