// SPDX-License-Identifier: Apache-2.0
#include <winsock2.h>

#include <windows.h>

#include <ws2tcpip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>

#include "base/windows_text.h"
#include "http/socket.h"

namespace crossdock::http {
namespace {

/// Windows wants to be asked before the first socket; at the end of the process it lets go by itself.
void start_sockets() {
    static const int started = [] {
        WSADATA data{};
        return ::WSAStartup(MAKEWORD(2, 2), &data);
    }();
    static_cast<void>(started);  // a failure shows at the first call
}

void set_option(SOCKET socket, int level, int option, int value) {
    const void* const at = &value;
    // Options are improvements; a system that refuses one still serves.
    static_cast<void>(::setsockopt(socket, level, option, static_cast<const char*>(at), sizeof value));
}

bool make_non_blocking(SOCKET socket) {
    u_long yes = 1;
    return ::ioctlsocket(socket, static_cast<long>(FIONBIO), &yes) == 0;
}

std::string text_of(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    } else if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
        } else {
            ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        }
    }
    return text.data();
}

Error bind_error(int code, const std::string& where) {
    if (code == WSAEADDRINUSE) {
        return {ErrorKind::conflict, "port_taken",
                where + " is taken: another program listens there; stop it or choose another port"};
    }
    if (code == WSAEACCES) {
        return {
            ErrorKind::denied, "port_denied",
            where +
                ": Windows does not let this program listen there. Either another program holds the port for itself, "
                "or it lies in a range that Windows keeps (`netsh interface ipv4 show excludedportrange tcp` shows "
                "them); choose another port"};
    }
    if (code == WSAEADDRNOTAVAIL) {
        return {ErrorKind::unavailable, "address_not_here",
                where + ": no interface of this machine has that address (yet); see: ipconfig. Correct listen under [server], or "
                        "start again once the network is up"};
    }
    return {ErrorKind::invalid, "bad_address",
            where + ": cannot listen there: " + windows_words(static_cast<unsigned long>(code))};
}

std::string where_of(const std::string& host, int port) { return host + " port " + std::to_string(port); }

bool local_name(SocketHandle socket, sockaddr_storage& address) {
    int length = sizeof address;
    void* storage = &address;
    return ::getsockname(socket, static_cast<sockaddr*>(storage), &length) == 0;
}

Transfer failed_transfer() {
    const bool later = ::WSAGetLastError() == WSAEWOULDBLOCK;
    return {later ? Transfer::State::would_block : Transfer::State::ended, 0};
}

}  // namespace

void Socket::close() {
    if (handle_ != kNoSocket) ::closesocket(std::exchange(handle_, kNoSocket));
}

Result<Socket> bind_to(const std::string& host, int port) {
    start_sockets();
    const std::string where = where_of(host, port);
    if (port < 0 || port > 65535) return Error{ErrorKind::invalid, "bad_address", where + ": a port is 0 to 65535"};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | (host == "localhost" ? 0 : AI_NUMERICHOST);
    // The name also stands for ::1 on most systems, but clients that mean 127.0.0.1 are older and more.
    if (host == "localhost") hints.ai_family = AF_INET;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (code != 0) {
        return Error{ErrorKind::invalid, "bad_address",
                     where + ": not an IP address of this machine: " + windows_words(static_cast<unsigned long>(code))};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    Socket socket(::WSASocketW(found->ai_family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                               WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
    if (!socket || !make_non_blocking(socket.handle())) return bind_error(::WSAGetLastError(), where);
    // Here SO_REUSEADDR would let another program take the port from under us.
    set_option(socket.handle(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    if (found->ai_family == AF_INET6) set_option(socket.handle(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (::bind(socket.handle(), found->ai_addr, static_cast<int>(found->ai_addrlen)) != 0)
        return bind_error(::WSAGetLastError(), where);
    return socket;
}

Result<Socket> listen_on(const std::string& host, int port, int backlog) {
    auto socket = bind_to(host, port);
    if (!socket) return socket;
    if (::listen(socket->handle(), backlog) != 0) return bind_error(::WSAGetLastError(), where_of(host, port));
    return socket;
}

int port_of(const Socket& socket) {
    sockaddr_storage address{};
    if (!local_name(socket.handle(), address)) return 0;
    // sin_port and sin6_port lie at the same place.
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port);
}

std::string local_address_of(const Socket& socket) {
    sockaddr_storage address{};
    return local_name(socket.handle(), address) ? text_of(address) : std::string{};
}

Accepted accept_from(const Socket& listener) {
    Accepted accepted;
    for (;;) {
        sockaddr_storage address{};
        int length = sizeof address;
        void* storage = &address;
        const SOCKET handle = ::accept(listener.handle(), static_cast<sockaddr*>(storage), &length);
        if (handle != INVALID_SOCKET) {
            accepted.socket = Socket(handle);
            ::SetHandleInformation(reinterpret_cast<HANDLE>(handle), HANDLE_FLAG_INHERIT, 0);
            if (!make_non_blocking(handle)) continue;  // it is broken already
            set_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
            accepted.remote_address = text_of(address);
            accepted.state = Accepted::State::connection;
            return accepted;
        }
        const int code = ::WSAGetLastError();
        if (code == WSAEMFILE || code == WSAENOBUFS) {
            accepted.state = Accepted::State::out_of_handles;
            return accepted;
        }
        // A connection that broke while it waited: the next one.
        if (code != WSAECONNRESET && code != WSAECONNABORTED && code != WSAEINTR) return accepted;
    }
}

Transfer receive(SocketHandle socket, std::span<char> into) {
    const auto most = std::min<std::size_t>(into.size(), std::numeric_limits<int>::max());
    const int n = ::recv(socket, into.data(), static_cast<int>(most), 0);
    if (n > 0) return {Transfer::State::ok, static_cast<std::size_t>(n)};
    if (n == 0) return {Transfer::State::ended, 0};
    return failed_transfer();
}

Transfer send_both(SocketHandle socket, std::string_view first, std::string_view second) {
    // A prefix is enough, so that a size that Windows cannot say is not asked for.
    static constexpr std::size_t kMost = 1U << 30U;
    const auto buffer_of = [](std::string_view text) {
        // WSASend does not write through its pointers, but its type says it could.
        return WSABUF{static_cast<ULONG>(std::min(text.size(), kMost)), const_cast<char*>(text.data())};
    };
    std::array<WSABUF, 2> parts{buffer_of(first), buffer_of(second)};
    WSABUF* const from = first.empty() ? &parts[1] : parts.data();
    const DWORD count = first.empty() || second.empty() || first.size() > kMost ? 1 : 2;
    DWORD sent = 0;
    if (::WSASend(socket, from, count, &sent, 0, nullptr, nullptr) == 0) return {Transfer::State::ok, sent};
    return failed_transfer();
}

void shut_sending(SocketHandle socket) { ::shutdown(socket, SD_SEND); }

void shut_down(SocketHandle socket) { ::shutdown(socket, SD_BOTH); }

}  // namespace crossdock::http
