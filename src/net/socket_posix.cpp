// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "net/admission.h"
#include "net/socket.h"

namespace crossdock::net {
namespace {

// Look-ups left behind by impatient requests still hold a thread each until the resolver gives up.
constexpr int kMaxLookups = 64;

struct Lookup {
    std::mutex mutex;
    std::condition_variable done_signal;
    bool done = false;
    int error = 0;  // EAI_*, 0 when it worked
    std::vector<Address> addresses;
};

int look_up(const std::string& host, int port, int flags, std::vector<Address>& addresses) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) return error;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        Address address;
        if (at->ai_addrlen > address.bytes.size()) continue;
        std::memcpy(address.bytes.data(), at->ai_addr, at->ai_addrlen);
        address.size = at->ai_addrlen;
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(at->ai_addr, at->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
            address.text = text.data();
        }
        addresses.push_back(std::move(address));
    }
    return addresses.empty() ? EAI_NONAME : 0;
}

std::atomic<int>& lookups_running() {
    static std::atomic<int> count{0};
    return count;
}

}  // namespace

Address make_address(const IpAddress& ip, int port) {
    Address address;
    address.text = to_text(ip);
    const auto fill = [&](const auto& system) {
        std::memcpy(address.bytes.data(), &system, sizeof system);
        address.size = sizeof system;
    };
    if (ip.v6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(static_cast<std::uint16_t>(port));
        std::memcpy(&v6.sin6_addr, ip.bytes.data(), 16);
        fill(v6);
    } else {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(static_cast<std::uint16_t>(port));
        std::memcpy(&v4.sin_addr, ip.bytes.data(), 4);
        fill(v4);
    }
    return address;
}

IpAddress ip_of(const Address& address) {
    IpAddress ip;
    sockaddr_storage storage{};
    std::memcpy(&storage, address.bytes.data(), std::min(address.size, sizeof storage));
    ip.v6 = storage.ss_family == AF_INET6;
    if (ip.v6)
        std::memcpy(ip.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr, 16);
    else
        std::memcpy(ip.bytes.data(), &reinterpret_cast<const sockaddr_in&>(storage).sin_addr, 4);
    return ip;
}

bool is_own_address(const IpAddress& ip) {
    const bool loopback = ip.v6 ? ip == *parse_ip("::1") : ip.bytes[0] == 127;
    if (loopback) return true;
    // What the system would send from to get there: for an address of its own, that address itself. Connecting a datagram
    // socket only asks; nothing leaves.
    const Address there = make_address(ip, 9);
    sockaddr_storage storage{};
    std::memcpy(&storage, there.bytes.data(), there.size);
    const int handle = ::socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return false;
    Address here;
    socklen_t size = sizeof storage;
    const bool asked = ::connect(handle, reinterpret_cast<const sockaddr*>(&storage), static_cast<socklen_t>(there.size)) == 0 &&
                       ::getsockname(handle, reinterpret_cast<sockaddr*>(&storage), &size) == 0;
    ::close(handle);
    if (!asked) return false;
    std::memcpy(here.bytes.data(), &storage, sizeof storage);
    here.size = size;
    return ip_of(here) == ip;
}

Result<std::vector<Address>> resolve(const std::string& host, int port, const Patience& patience) {
    std::vector<Address> literal;
    if (look_up(host, port, AI_NUMERICHOST, literal) == 0) return literal;

    if (lookups_running().fetch_add(1) >= kMaxLookups) {
        --lookups_running();
        return not_sent("the name server does not answer: " + std::to_string(kMaxLookups) + " look-ups are waiting");
    }
    const auto lookup = std::make_shared<Lookup>();
    try {
        std::thread([lookup, host, port] {
            std::vector<Address> addresses;
            const int error = look_up(host, port, 0, addresses);
            {
                const std::lock_guard lock{lookup->mutex};
                lookup->error = error;
                lookup->addresses = std::move(addresses);
                lookup->done = true;
            }
            lookup->done_signal.notify_all();
            --lookups_running();
        }).detach();
    } catch (const std::system_error&) {
        --lookups_running();
        return not_sent("no thread is left to look up " + host);
    }

    std::unique_lock lock{lookup->mutex};
    while (!lookup->done) {
        switch (patience.verdict()) {
            case Patience::Verdict::go_on: break;
            case Patience::Verdict::deadline: return not_sent("looking up " + host + " took longer than the deadline");
            case Patience::Verdict::stopped: return not_sent("shut down while looking up " + host);
        }
        lookup->done_signal.wait_for(lock, patience.slice());
    }
    if (lookup->error != 0) {
        return not_sent("cannot look up " + host + ": " +
                        (lookup->error == EAI_SYSTEM ? std::string{"system error"} : ::gai_strerror(lookup->error)));
    }
    return std::move(lookup->addresses);
}

Result<Socket> Socket::connect(const Address& address, const Patience& patience) {
    sockaddr_storage storage{};
    std::memcpy(&storage, address.bytes.data(), address.size);
    const auto failed = [&](int error) { return not_sent("cannot connect to " + address.text + ": " + system_words(error)); };

    const int handle = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (handle < 0) return failed(errno);
    Socket socket{handle};
    const int on = 1;
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(handle, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);

    if (::connect(handle, reinterpret_cast<const sockaddr*>(&storage), static_cast<socklen_t>(address.size)) != 0) {
        if (errno != EINPROGRESS && errno != EINTR) return failed(errno);
        switch (socket.wait_writable(patience)) {
            case Wait::ready: break;
            case Wait::deadline: return failed(ETIMEDOUT);
            case Wait::stopped: return not_sent("shut down while connecting to " + address.text);
        }
        int error = 0;
        socklen_t size = sizeof error;
        if (::getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
        if (error != 0) return failed(error);
    }
    return Result<Socket>{std::move(socket)};
}

Socket::~Socket() {
    if (handle_ != kNone) ::close(static_cast<int>(handle_));
}

Socket::Transfer Socket::receive(char* into, std::size_t size) {
    for (;;) {
        const auto got = ::recv(static_cast<int>(handle_), into, size, 0);
        if (got > 0) return {Outcome::done, static_cast<std::size_t>(got)};
        if (got == 0) return {Outcome::ended, 0};
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return {Outcome::would_block, 0};
        error_ = errno;
        return {Outcome::failed, 0};
    }
}

Socket::Transfer Socket::send(const char* from, std::size_t size) {
    for (;;) {
        const auto put = ::send(static_cast<int>(handle_), from, size, MSG_NOSIGNAL);
        if (put >= 0) {
            bytes_sent_ += static_cast<std::uint64_t>(put);
            return {Outcome::done, static_cast<std::size_t>(put)};
        }
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return {Outcome::would_block, 0};
        error_ = errno;
        return {Outcome::failed, 0};
    }
}

Socket::Wait Socket::wait_readable(const Patience& patience) const { return wait(true, patience); }
Socket::Wait Socket::wait_writable(const Patience& patience) const { return wait(false, patience); }

Socket::Wait Socket::wait(bool for_reading, const Patience& patience) const {
    for (;;) {
        switch (patience.verdict()) {
            case Patience::Verdict::go_on: break;
            case Patience::Verdict::deadline: return Wait::deadline;
            case Patience::Verdict::stopped: return Wait::stopped;
        }
        pollfd watched{static_cast<int>(handle_), static_cast<short>(for_reading ? POLLIN : POLLOUT), 0};
        // At least a millisecond, or the last fraction of the deadline would be a busy loop.
        const int ready = ::poll(&watched, 1, std::max(1, static_cast<int>(patience.slice().count())));
        if (ready > 0) return Wait::ready;  // an error is "ready", too: the next transfer says which
        if (ready < 0 && errno != EINTR) return Wait::ready;
    }
}

bool Socket::is_readable() const {
    pollfd watched{static_cast<int>(handle_), POLLIN, 0};
    return ::poll(&watched, 1, 0) != 0;
}

std::string Socket::last_error() const { return system_words(error_); }

}  // namespace crossdock::net
