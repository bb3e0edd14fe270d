// SPDX-License-Identifier: Apache-2.0
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "http/poller.h"

namespace crossdock::http {
namespace {

constexpr std::uint64_t kWakeToken = ~std::uint64_t{0};

epoll_event event_for(std::uint64_t token, Poller::Wish wish) {
    epoll_event event{};
    event.events = EPOLLONESHOT;
    if (wish == Poller::Wish::read) event.events |= EPOLLIN;
    if (wish == Poller::Wish::write) event.events |= EPOLLOUT;
    event.data.u64 = token;
    return event;
}

}  // namespace

struct Poller::System {
    Socket epoll;
    Socket wake;
    std::array<epoll_event, 256> events{};
};

Poller::Poller() : system_(std::make_unique<System>()) {
    system_->epoll = Socket(::epoll_create1(EPOLL_CLOEXEC));
    system_->wake = Socket(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!system_->epoll || !system_->wake) throw std::system_error(errno, std::generic_category(), "http poller");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kWakeToken;
    if (::epoll_ctl(system_->epoll.handle(), EPOLL_CTL_ADD, system_->wake.handle(), &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "http poller");
    }
}

Poller::~Poller() = default;

bool Poller::add(SocketHandle socket, std::uint64_t token, Wish wish) {
    auto event = event_for(token, wish);
    return ::epoll_ctl(system_->epoll.handle(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void Poller::watch(SocketHandle socket, std::uint64_t token, Wish wish) {
    auto event = event_for(token, wish);
    ::epoll_ctl(system_->epoll.handle(), EPOLL_CTL_MOD, socket, &event);
}

// Closing a socket takes it out.
void Poller::forget(SocketHandle) {}

const std::vector<std::uint64_t>& Poller::wait(std::optional<std::chrono::milliseconds> timeout) {
    ready_.clear();
    const int milliseconds = timeout ? static_cast<int>(std::clamp<std::int64_t>(timeout->count(), 0, 60'000)) : -1;
    const int count = ::epoll_wait(system_->epoll.handle(), system_->events.data(),
                                   static_cast<int>(system_->events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
        const auto token = system_->events[static_cast<std::size_t>(i)].data.u64;
        if (token == kWakeToken) {
            std::uint64_t wakes = 0;
            static_cast<void>(!::read(system_->wake.handle(), &wakes, sizeof wakes));
        } else {
            ready_.push_back(token);
        }
    }
    return ready_;
}

void Poller::wake() {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(system_->wake.handle(), &one, sizeof one));
}

}  // namespace crossdock::http
