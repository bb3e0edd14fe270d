// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "http/socket.h"

namespace crossdock::http {
namespace {

void set_option(int socket, int level, int option, int value) {
    // Options are improvements; a system that refuses one still serves.
    static_cast<void>(::setsockopt(socket, level, option, &value, sizeof value));
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
    if (code == EADDRINUSE) {
        return {ErrorKind::conflict, "port_taken",
                where + " is taken: another program listens there; stop it or choose another port"};
    }
    if (code == EACCES) {
        return {ErrorKind::denied, "port_denied",
                where + ": this user may not listen there (ports below 1024 need a privilege)"};
    }
    if (code == EADDRNOTAVAIL) {
        return {ErrorKind::unavailable, "address_not_here",
                where + ": no interface of this machine has that address (yet); see: ip -br address. Correct listen under [server], "
                        "or start again once the network is up"};
    }
    return {ErrorKind::invalid, "bad_address", where + ": cannot listen there: " + std::strerror(code)};
}

}  // namespace

void Socket::close() {
    if (handle_ != kNoSocket) ::close(std::exchange(handle_, kNoSocket));
}

namespace {

std::string where_of(const std::string& host, int port) { return host + " port " + std::to_string(port); }

}  // namespace

Result<Socket> bind_to(const std::string& host, int port) {
    const std::string where = where_of(host, port);
    if (port < 0 || port > 65535) return Error{ErrorKind::invalid, "bad_address", where + ": a port is 0 to 65535"};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | (host == "localhost" ? 0 : AI_NUMERICHOST);
    // The name also stands for ::1 on most systems, but clients that mean 127.0.0.1 are older and more.
    if (host == "localhost") hints.ai_family = AF_INET;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (code != 0) {
        return Error{ErrorKind::invalid, "bad_address",
                     where + ": not an IP address of this machine: " + ::gai_strerror(code)};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    Socket socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return bind_error(errno, where);
    // So that a restart does not wait for connections of the last run to time out. On Linux this does not let two
    // programs listen at once; SO_REUSEPORT would.
    set_option(socket.handle(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (found->ai_family == AF_INET6) set_option(socket.handle(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (::bind(socket.handle(), found->ai_addr, found->ai_addrlen) != 0) return bind_error(errno, where);
    return socket;
}

Result<Socket> listen_on(const std::string& host, int port, int backlog) {
    auto socket = bind_to(host, port);
    if (!socket) return socket;
    if (::listen(socket->handle(), backlog) != 0) return bind_error(errno, where_of(host, port));
    return socket;
}

namespace {

bool local_name(SocketHandle socket, sockaddr_storage& address) {
    socklen_t length = sizeof address;
    void* storage = &address;
    return ::getsockname(socket, static_cast<sockaddr*>(storage), &length) == 0;
}

}  // namespace

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
        socklen_t length = sizeof address;
        void* storage = &address;
        const int handle =
            ::accept4(listener.handle(), static_cast<sockaddr*>(storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (handle >= 0) {
            accepted.socket = Socket(handle);
            set_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
            accepted.remote_address = text_of(address);
            accepted.state = Accepted::State::connection;
            return accepted;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) return accepted;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            accepted.state = Accepted::State::out_of_handles;
            return accepted;
        }
        // A connection that broke while it waited, or a signal: the next one.
        if (errno != ECONNABORTED && errno != EINTR && errno != EPROTO && errno != EPERM) return accepted;
    }
}

Transfer receive(SocketHandle socket, std::span<char> into) {
    for (;;) {
        const auto n = ::recv(socket, into.data(), into.size(), MSG_DONTWAIT);
        if (n > 0) return {Transfer::State::ok, static_cast<std::size_t>(n)};
        if (n == 0) return {Transfer::State::ended, 0};
        if (errno == EINTR) continue;
        const bool later = errno == EAGAIN || errno == EWOULDBLOCK;
        return {later ? Transfer::State::would_block : Transfer::State::ended, 0};
    }
}

Transfer send_both(SocketHandle socket, std::string_view first, std::string_view second) {
    // sendmsg does not write through its pointers, but its type says it could.
    std::array<iovec, 2> parts{iovec{const_cast<char*>(first.data()), first.size()},
                               iovec{const_cast<char*>(second.data()), second.size()}};
    msghdr message{};
    message.msg_iov = first.empty() ? &parts[1] : parts.data();
    message.msg_iovlen = first.empty() || second.empty() ? 1 : 2;
    for (;;) {
        const auto n = ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n >= 0) return {Transfer::State::ok, static_cast<std::size_t>(n)};
        if (errno == EINTR) continue;
        const bool later = errno == EAGAIN || errno == EWOULDBLOCK;
        return {later ? Transfer::State::would_block : Transfer::State::ended, 0};
    }
}

void shut_sending(SocketHandle socket) { ::shutdown(socket, SHUT_WR); }

void shut_down(SocketHandle socket) { ::shutdown(socket, SHUT_RDWR); }

}  // namespace crossdock::http
