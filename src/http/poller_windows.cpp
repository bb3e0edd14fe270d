// SPDX-License-Identifier: Apache-2.0
#include <winsock2.h>

#include <windows.h>

#include <ws2tcpip.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <system_error>
#include <unordered_map>

#include "http/poller.h"

namespace crossdock::http {
namespace {

struct Watched {
    std::uint64_t token = 0;
    Poller::Wish wish = Poller::Wish::nothing;
};

/// A datagram socket that sends to itself: WSAPoll wakes for sockets alone.
Socket make_bell() {
    Socket bell(
        ::WSASocketW(AF_INET, SOCK_DGRAM, IPPROTO_UDP, nullptr, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int length = sizeof address;
    void* const at = &address;
    u_long yes = 1;
    const bool made = bell && ::bind(bell.handle(), static_cast<sockaddr*>(at), length) == 0 &&
                      ::getsockname(bell.handle(), static_cast<sockaddr*>(at), &length) == 0 &&
                      // Connected, it hears nobody but itself.
                      ::connect(bell.handle(), static_cast<sockaddr*>(at), length) == 0 &&
                      ::ioctlsocket(bell.handle(), static_cast<long>(FIONBIO), &yes) == 0;
    if (!made) throw std::system_error(::WSAGetLastError(), std::system_category(), "http poller");
    return bell;
}

}  // namespace

/// WSAPoll wants the whole list at every call: for some thousand connections, most of them idle, that is some
/// microseconds. What changes while it waits counts from its next call, so whoever changes something rings.
struct Poller::System {
    Socket bell;
    std::mutex mutex;
    std::unordered_map<SocketHandle, Watched> watched;  // guarded by mutex
    bool waiting = false;                               // guarded by mutex
    std::vector<WSAPOLLFD> asked;

    void ring() const {
        const char byte = 0;
        static_cast<void>(::send(bell.handle(), &byte, 1, 0));
    }
    void hear() const {
        char bytes[64];
        while (::recv(bell.handle(), bytes, sizeof bytes, 0) >= 0) {
        }
    }
};

Poller::Poller() : system_(std::make_unique<System>()) {
    WSADATA data{};
    static_cast<void>(::WSAStartup(MAKEWORD(2, 2), &data));
    system_->bell = make_bell();
}

Poller::~Poller() = default;

bool Poller::add(SocketHandle socket, std::uint64_t token, Wish wish) {
    bool waiting = false;
    {
        const std::lock_guard lock(system_->mutex);
        system_->watched[socket] = Watched{token, wish};
        waiting = system_->waiting;
    }
    if (waiting) system_->ring();
    return true;
}

void Poller::watch(SocketHandle socket, std::uint64_t token, Wish wish) {
    bool waiting = false;
    {
        const std::lock_guard lock(system_->mutex);
        const auto found = system_->watched.find(socket);
        if (found == system_->watched.end() || found->second.token != token) return;
        found->second.wish = wish;
        waiting = system_->waiting;
    }
    if (waiting) system_->ring();
}

void Poller::forget(SocketHandle socket) {
    const std::lock_guard lock(system_->mutex);
    system_->watched.erase(socket);
}

const std::vector<std::uint64_t>& Poller::wait(std::optional<std::chrono::milliseconds> timeout) {
    ready_.clear();
    auto& asked = system_->asked;
    asked.clear();
    asked.push_back(WSAPOLLFD{system_->bell.handle(), POLLRDNORM, 0});
    {
        const std::lock_guard lock(system_->mutex);
        for (const auto& [socket, watched] : system_->watched)
            if (watched.wish != Wish::nothing)
                asked.push_back(
                    WSAPOLLFD{socket, static_cast<SHORT>(watched.wish == Wish::read ? POLLRDNORM : POLLWRNORM), 0});
        system_->waiting = true;
    }
    const int milliseconds = timeout ? static_cast<int>(std::clamp<std::int64_t>(timeout->count(), 0, 60'000)) : -1;
    const int count = ::WSAPoll(asked.data(), static_cast<ULONG>(asked.size()), milliseconds);
    const std::lock_guard lock(system_->mutex);
    system_->waiting = false;
    if (count <= 0) return ready_;
    if (asked.front().revents != 0) system_->hear();
    for (std::size_t i = 1; i < asked.size(); ++i) {
        if (asked[i].revents == 0) continue;
        const auto found = system_->watched.find(asked[i].fd);
        if (found == system_->watched.end()) continue;
        found->second.wish = Wish::nothing;
        ready_.push_back(found->second.token);
    }
    return ready_;
}

void Poller::wake() { system_->ring(); }

}  // namespace crossdock::http
