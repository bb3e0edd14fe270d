// SPDX-License-Identifier: Apache-2.0
#include <winsock2.h>

#include <windows.h>

#include <ws2tcpip.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/windows_text.h"
#include "net/socket.h"

namespace crossdock::net {
namespace {

// Look-ups left behind by impatient requests still hold a thread each until the resolver gives up.
constexpr int kMaxLookups = 64;

/// Windows wants to be asked before the first socket; at the end of the process it lets go by itself.
void start_sockets() {
    static const int started = [] {
        WSADATA data{};
        return ::WSAStartup(MAKEWORD(2, 2), &data);
    }();
    static_cast<void>(started);  // a failure shows at the first call
}

std::string words_of(int error) { return windows_words(static_cast<unsigned long>(error)); }

SOCKET system_handle(std::intptr_t handle) { return static_cast<SOCKET>(handle); }

int length_of(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

struct Lookup {
    std::mutex mutex;
    std::condition_variable done_signal;
    bool done = false;
    int error = 0;  // a code of Windows Sockets, 0 when it worked
    std::vector<Address> addresses;
};

int look_up(const std::string& host, int port, int flags, std::vector<Address>& addresses) {
    start_sockets();
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
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
        if (::getnameinfo(at->ai_addr, static_cast<socklen_t>(at->ai_addrlen), text.data(),
                          static_cast<DWORD>(text.size()), nullptr, 0, NI_NUMERICHOST) == 0) {
            address.text = text.data();
        }
        addresses.push_back(std::move(address));
    }
    return addresses.empty() ? WSAHOST_NOT_FOUND : 0;
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
    // What the system would send from to get there: for an address of its own, that address itself. Connecting a
    // datagram socket only asks; nothing leaves.
    const Address there = make_address(ip, 9);
    sockaddr_storage storage{};
    std::memcpy(&storage, there.bytes.data(), there.size);
    start_sockets();
    const SOCKET handle =
        ::WSASocketW(storage.ss_family, SOCK_DGRAM, 0, nullptr, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (handle == INVALID_SOCKET) return false;
    Address here;
    int size = sizeof storage;
    const bool asked =
        ::connect(handle, reinterpret_cast<const sockaddr*>(&storage), static_cast<int>(there.size)) == 0 &&
        ::getsockname(handle, reinterpret_cast<sockaddr*>(&storage), &size) == 0;
    ::closesocket(handle);
    if (!asked) return false;
    std::memcpy(here.bytes.data(), &storage, sizeof storage);
    here.size = static_cast<std::size_t>(size);
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
        return not_sent("cannot look up " + host + ": " + words_of(lookup->error));
    }
    return std::move(lookup->addresses);
}

Result<Socket> Socket::connect(const Address& address, const Patience& patience) {
    start_sockets();
    sockaddr_storage storage{};
    std::memcpy(&storage, address.bytes.data(), address.size);
    const auto failed = [&](int error) {
        return not_sent("cannot connect to " + address.text + ": " + words_of(error));
    };

    const SOCKET handle = ::WSASocketW(storage.ss_family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                                       WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (handle == INVALID_SOCKET) return failed(::WSAGetLastError());
    Socket socket{static_cast<Handle>(handle)};
    u_long yes = 1;
    if (::ioctlsocket(handle, static_cast<long>(FIONBIO), &yes) != 0) return failed(::WSAGetLastError());
    const BOOL on = TRUE;
    const void* const at = &on;
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, static_cast<const char*>(at), sizeof on);
    ::setsockopt(handle, SOL_SOCKET, SO_KEEPALIVE, static_cast<const char*>(at), sizeof on);

    if (::connect(handle, reinterpret_cast<const sockaddr*>(&storage), static_cast<int>(address.size)) != 0) {
        if (const int error = ::WSAGetLastError(); error != WSAEWOULDBLOCK) return failed(error);
        switch (socket.wait_writable(patience)) {
            case Wait::ready: break;
            case Wait::deadline: return failed(WSAETIMEDOUT);
            case Wait::stopped: return not_sent("shut down while connecting to " + address.text);
        }
        int error = 0;
        int size = sizeof error;
        void* const into = &error;
        if (::getsockopt(handle, SOL_SOCKET, SO_ERROR, static_cast<char*>(into), &size) != 0)
            error = ::WSAGetLastError();
        if (error != 0) return failed(error);
    }
    return Result<Socket>{std::move(socket)};
}

Socket::~Socket() {
    if (handle_ != kNone) ::closesocket(system_handle(handle_));
}

Socket::Transfer Socket::receive(char* into, std::size_t size) {
    const int got = ::recv(system_handle(handle_), into, length_of(size), 0);
    if (got > 0) return {Outcome::done, static_cast<std::size_t>(got)};
    if (got == 0) return {Outcome::ended, 0};
    const int error = ::WSAGetLastError();
    if (error == WSAEWOULDBLOCK) return {Outcome::would_block, 0};
    error_ = error;
    return {Outcome::failed, 0};
}

Socket::Transfer Socket::send(const char* from, std::size_t size) {
    const int put = ::send(system_handle(handle_), from, length_of(size), 0);
    if (put >= 0) {
        bytes_sent_ += static_cast<std::uint64_t>(put);
        return {Outcome::done, static_cast<std::size_t>(put)};
    }
    const int error = ::WSAGetLastError();
    if (error == WSAEWOULDBLOCK) return {Outcome::would_block, 0};
    error_ = error;
    return {Outcome::failed, 0};
}

Socket::Wait Socket::wait_readable(const Patience& patience) const { return wait(true, patience); }
Socket::Wait Socket::wait_writable(const Patience& patience) const { return wait(false, patience); }

namespace {

/// select, because WSAPoll before Windows 10 2004 is silent about a connection that was refused. Its sets count sockets
/// and not their numbers here, so one always fits. Returns 0 when the time is over.
int wait_for_one(SOCKET handle, bool for_reading, std::chrono::milliseconds patience) {
    fd_set wanted{};
    fd_set broken{};
    wanted.fd_count = 1;
    wanted.fd_array[0] = handle;
    broken = wanted;
    const auto ms = std::max<std::int64_t>(0, patience.count());
    timeval time{static_cast<long>(ms / 1000), static_cast<long>(ms % 1000 * 1000)};
    return ::select(0, for_reading ? &wanted : nullptr, for_reading ? nullptr : &wanted, &broken, &time);
}

}  // namespace

Socket::Wait Socket::wait(bool for_reading, const Patience& patience) const {
    for (;;) {
        switch (patience.verdict()) {
            case Patience::Verdict::go_on: break;
            case Patience::Verdict::deadline: return Wait::deadline;
            case Patience::Verdict::stopped: return Wait::stopped;
        }
        // At least a millisecond, or the last fraction of the deadline would be a busy loop. An error is "ready", too:
        // the next transfer says which.
        const auto slice = std::max(std::chrono::milliseconds{1}, std::chrono::milliseconds{patience.slice()});
        if (wait_for_one(system_handle(handle_), for_reading, slice) != 0) return Wait::ready;
    }
}

bool Socket::is_readable() const {
    return wait_for_one(system_handle(handle_), true, std::chrono::milliseconds{0}) != 0;
}

std::string Socket::last_error() const { return words_of(error_); }

}  // namespace crossdock::net
