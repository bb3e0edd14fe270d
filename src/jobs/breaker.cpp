// SPDX-License-Identifier: Apache-2.0
#include "jobs/breaker.h"

#include <algorithm>

namespace crossdock::jobs {

Breaker::State Breaker::state_of(const Circuit& circuit) const {
    if (circuit.pause.count() == 0) return State::closed;
    return clock_.steady() < circuit.open_until ? State::open : State::half_open;
}

Breaker::State Breaker::state(ChannelId channel) const {
    const std::lock_guard lock(mutex_);
    const auto found = circuits_.find(channel);
    return found == circuits_.end() ? State::closed : state_of(found->second);
}

std::vector<ChannelId> Breaker::blocked() const {
    const std::lock_guard lock(mutex_);
    std::vector<ChannelId> channels;
    for (const auto& [channel, circuit] : circuits_) {
        const State state = state_of(circuit);
        if (state == State::open || (state == State::half_open && circuit.probing)) channels.push_back(channel);
    }
    std::sort(channels.begin(), channels.end());
    return channels;
}

std::optional<std::chrono::milliseconds> Breaker::next_opening() const {
    const std::lock_guard lock(mutex_);
    std::optional<std::chrono::milliseconds> next;
    for (const auto& [channel, circuit] : circuits_)
        if (state_of(circuit) == State::open && (!next || circuit.open_until < *next)) next = circuit.open_until;
    return next;
}

bool Breaker::begin(ChannelId channel) {
    const std::lock_guard lock(mutex_);
    const auto found = circuits_.find(channel);
    if (found == circuits_.end() || state_of(found->second) != State::half_open) return false;
    found->second.probing = true;
    return true;
}

bool Breaker::succeeded(ChannelId channel) {
    const std::lock_guard lock(mutex_);
    const auto found = circuits_.find(channel);
    if (found == circuits_.end()) return false;
    const bool was_closed = state_of(found->second) == State::closed;
    circuits_.erase(found);
    return !was_closed;
}

bool Breaker::failed(ChannelId channel, bool was_probe) {
    const std::lock_guard lock(mutex_);
    Circuit& circuit = circuits_[channel];
    switch (state_of(circuit)) {
        case State::closed:
            if (++circuit.failures < options_.failures) return false;
            circuit.pause = options_.first_pause;
            break;
        case State::open: return false;  // a straggler that began before it opened: nothing new
        case State::half_open:
            if (!was_probe) return false;
            circuit.probing = false;
            circuit.pause = std::min(circuit.pause * 2, options_.longest_pause);
            break;
    }
    circuit.open_until = clock_.steady() + circuit.pause;
    return true;
}

void Breaker::no_news(ChannelId channel, bool was_probe) {
    if (!was_probe) return;
    const std::lock_guard lock(mutex_);
    const auto found = circuits_.find(channel);
    if (found != circuits_.end()) found->second.probing = false;
}

}  // namespace crossdock::jobs
