// SPDX-License-Identifier: Apache-2.0
#include "net/breaker.h"

#include <algorithm>

namespace crossdock::net {
namespace {

constexpr int kTolerated = 5;
constexpr std::chrono::milliseconds kFirstWait{60'000};
constexpr std::chrono::milliseconds kLongestWait{15 * 60'000};
// A probe that is never reported (its worker died) must not keep the channel shut for ever.
constexpr std::chrono::milliseconds kProbeLease{120'000};

}  // namespace

Status Breaker::allow() {
    const std::lock_guard lock{mutex_};
    if (state_ == State::closed) return ok();
    const auto now = clock_.steady();
    if (now < next_probe_at_) {
        // While a probe is under way its answer may come at any moment, long before its lease ends.
        const auto delay = state_ == State::half_open ? std::min(next_probe_at_ - now, std::chrono::milliseconds{1'000})
                                                      : next_probe_at_ - now;
        return Error{
            ErrorKind::rate_limited, "circuit_open",
            "the channel did not answer " + std::to_string(failures_) + " times in a row; it is tried again later",
            delay};
    }
    state_ = State::half_open;
    next_probe_at_ = now + kProbeLease;
    return ok();
}

void Breaker::succeeded() {
    const std::lock_guard lock{mutex_};
    state_ = State::closed;
    failures_ = 0;
    wait_ = {};
}

void Breaker::failed() {
    const std::lock_guard lock{mutex_};
    ++failures_;
    switch (state_) {
        case State::closed:
            if (failures_ >= kTolerated) open(kFirstWait);
            break;
        case State::half_open: open(std::min(wait_ * 2, kLongestWait)); break;
        case State::open: break;  // a request from before it opened; what it says is known
    }
}

Breaker::State Breaker::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

int Breaker::failures() const {
    const std::lock_guard lock{mutex_};
    return failures_;
}

void Breaker::open(std::chrono::milliseconds wait) {
    state_ = State::open;
    wait_ = wait;
    next_probe_at_ = clock_.steady() + wait;
}

}  // namespace crossdock::net
