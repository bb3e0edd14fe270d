// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace crossdock::http {

#ifdef _WIN32
using SocketHandle = std::uintptr_t;
constexpr SocketHandle kNoSocket = ~SocketHandle{0};
#else
using SocketHandle = int;
constexpr SocketHandle kNoSocket = -1;
#endif

/// Owns one socket; closes it. All sockets here are non-blocking and are not inherited by child processes.
class Socket {
public:
    Socket() = default;
    explicit Socket(SocketHandle handle) : handle_(handle) {}
    Socket(Socket&& other) noexcept : handle_(std::exchange(other.handle_, kNoSocket)) {}
    Socket& operator=(Socket&& other) noexcept {
        if (this != &other) {
            close();
            handle_ = std::exchange(other.handle_, kNoSocket);
        }
        return *this;
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { close(); }

    [[nodiscard]] SocketHandle handle() const { return handle_; }
    explicit operator bool() const { return handle_ != kNoSocket; }
    void close();

private:
    SocketHandle handle_ = kNoSocket;
};

/// Listens on a numeric address or "localhost". A port that another program listens on is an error even where the
/// system would share it. Errors: conflict `port_taken`, denied `port_denied`, unavailable `address_not_here` (which may
/// come with the network), invalid `bad_address`; the message names address and port.
Result<Socket> listen_on(const std::string& host, int port, int backlog);
/// Takes the address without listening: nobody can connect. Errors as of listen_on.
Result<Socket> bind_to(const std::string& host, int port);
int port_of(const Socket& socket);

struct Accepted {
    enum class State { connection, none_waiting, out_of_handles };
    State state = State::none_waiting;
    Socket socket;
    std::string remote_address;  // without port; an IPv4 address that arrived over IPv6 is written as IPv4
};
/// The next waiting connection, without delay of small packets.
Accepted accept_from(const Socket& listener);
/// The address that the peer connected to, without port.
std::string local_address_of(const Socket& socket);

struct Transfer {
    enum class State { ok, would_block, ended };  // ended: the peer is done, or the connection is broken
    State state = State::ok;
    std::size_t bytes = 0;
};
Transfer receive(SocketHandle socket, std::span<char> into);
/// Sends a prefix of `first` followed by `second`, without a copy and without SIGPIPE.
Transfer send_both(SocketHandle socket, std::string_view first, std::string_view second);
/// Tells the peer that nothing follows; reading goes on.
void shut_sending(SocketHandle socket);
/// Ends both directions. Safe while another thread sends on the socket.
void shut_down(SocketHandle socket);

}  // namespace crossdock::http
