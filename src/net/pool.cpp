// SPDX-License-Identifier: Apache-2.0
#include "net/pool.h"

#include <algorithm>

namespace crossdock::net {
namespace {

constexpr std::size_t kMaxIdle = 64;
constexpr std::ptrdiff_t kMaxIdlePerEndpoint = 8;
// Servers close idle connections after 5 to 75 s. The quiet check finds those that did; this keeps the race rare.
constexpr std::chrono::milliseconds kMaxIdleTime{30'000};

}  // namespace

std::unique_ptr<Connection> Pool::take(const Endpoint& endpoint) {
    std::list<Idle> dropped;  // closed outside the lock
    const std::lock_guard lock{mutex_};
    const auto now = clock_.steady();
    for (auto at = idle_.begin(); at != idle_.end();) {
        const auto next = std::next(at);
        if (at->until <= now) {
            dropped.splice(dropped.end(), idle_, at);
        } else if (at->endpoint == endpoint) {
            dropped.splice(dropped.end(), idle_, at);
            if (dropped.back().connection->is_quiet()) return std::move(dropped.back().connection);
        }
        at = next;
    }
    return nullptr;
}

void Pool::give_back(const Endpoint& endpoint, std::unique_ptr<Connection> connection, std::chrono::milliseconds idle) {
    std::list<Idle> dropped;
    const std::lock_guard lock{mutex_};
    if (closed_) return;
    idle_.push_front(Idle{endpoint, std::move(connection), clock_.steady() + std::min(idle, kMaxIdleTime)});
    const auto same = [&](const Idle& other) { return other.endpoint == endpoint; };
    if (std::count_if(idle_.begin(), idle_.end(), same) > kMaxIdlePerEndpoint) {
        const auto oldest = std::find_if(idle_.rbegin(), idle_.rend(), same);
        dropped.splice(dropped.end(), idle_, std::prev(oldest.base()));
    }
    if (idle_.size() > kMaxIdle) dropped.splice(dropped.end(), idle_, std::prev(idle_.end()));
}

void Pool::close() {
    std::list<Idle> dropped;
    const std::lock_guard lock{mutex_};
    closed_ = true;
    dropped.swap(idle_);
}

}  // namespace crossdock::net
