// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace crossdock::testing {

/// A TCP connection to this machine that sends exactly the bytes it is given.
class RawSocket {
public:
    explicit RawSocket(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        // The socket calls take every family by one type.
        if (fd_ < 0 || ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
            if (fd_ >= 0) ::close(fd_);
            throw std::runtime_error("cannot connect to port " + std::to_string(port));
        }
        const int yes = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    /// One that was accepted or connected elsewhere.
    static RawSocket adopt(int fd) { return RawSocket(fd, Adopted{}); }
    ~RawSocket() { close(); }
    RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    RawSocket& operator=(RawSocket&&) = delete;

    /// False when the other side has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Everything until the other side closes, is silent for `patience`, or `enough` of what came so far says so.
    template <class Enough>
    std::string read_until(std::chrono::milliseconds patience, Enough&& enough) {
        std::string got;
        while (!enough(got)) {
            pollfd waiting{fd_, POLLIN, 0};
            if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) break;
            char buffer[16384];
            const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
            if (size <= 0) {
                closed_ = true;
                break;
            }
            got.append(buffer, static_cast<std::size_t>(size));
        }
        return got;
    }
    std::string read_all(std::chrono::milliseconds patience) {
        return read_until(patience, [](const std::string&) { return false; });
    }
    /// Whether reading met the other side's end.
    [[nodiscard]] bool closed() const { return closed_; }
    void half_close() const { ::shutdown(fd_, SHUT_WR); }
    /// Ends the connection by a reset instead of an orderly close.
    void reset() {
        const linger now{1, 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

private:
    struct Adopted {};
    RawSocket(int fd, Adopted) : fd_(fd) {}

    int fd_ = -1;
    bool closed_ = false;
};

/// The status of the first answer in `text`; 0 when there is none.
inline int status_of(std::string_view text) {
    if (!text.starts_with("HTTP/1.") || text.size() < 12) return 0;
    return std::atoi(std::string{text.substr(9, 3)}.c_str());
}

/// How many answers begin in `text`.
inline int answers_in(std::string_view text) {
    int count = 0;
    for (std::size_t at = 0; (at = text.find("HTTP/1.1 ", at)) != std::string_view::npos; at += 9) ++count;
    return count;
}

}  // namespace crossdock::testing
