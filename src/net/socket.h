// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "net/patience.h"

namespace crossdock::net {

/// The Error of a request of which the other side has not seen a byte.
inline Error not_sent(std::string message) { return {ErrorKind::unavailable, "net_not_sent", std::move(message), {}}; }

/// One address that a host name stands for, as the system's own bytes.
struct Address {
    alignas(8) std::array<std::byte, 128> bytes{};
    std::size_t size = 0;
    std::string text;  // "192.0.2.1", for messages
};

/// The address as the system wants it, and back.
Address make_address(const IpAddress& ip, int port);
IpAddress ip_of(const Address& address);

/// The addresses of a host, in the system's order. Literal addresses need no look-up. The look-up runs in a thread of
/// its own, which is left behind when patience ends before the name server answers. Errors: unavailable `net_not_sent`.
Result<std::vector<Address>> resolve(const std::string& host, int port, const Patience& patience);

/// A TCP connection that never blocks, without Nagle's delay and without SIGPIPE.
class Socket {
public:
    enum class Outcome { done, would_block, ended, failed };
    struct Transfer {
        Outcome outcome = Outcome::failed;
        std::size_t bytes = 0;
    };
    enum class Wait { ready, deadline, stopped };

    /// Errors: unavailable `net_not_sent`.
    static Result<Socket> connect(const Address& address, const Patience& patience);
    Socket(Socket&& other) noexcept : handle_(other.handle_), error_(other.error_), bytes_sent_(other.bytes_sent_) {
        other.handle_ = kNone;
    }
    Socket& operator=(Socket&&) = delete;
    ~Socket();

    Transfer receive(char* into, std::size_t size);
    Transfer send(const char* from, std::size_t size);
    Wait wait_readable(const Patience& patience) const;
    Wait wait_writable(const Patience& patience) const;
    /// Whether a receive would find something at once: data, the end, or an error.
    [[nodiscard]] bool is_readable() const;
    /// Bytes that the system took for sending since the start.
    [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }
    /// What the last failed call met, in the system's words.
    [[nodiscard]] std::string last_error() const;

private:
    using Handle = std::intptr_t;
    static constexpr Handle kNone = -1;
    explicit Socket(Handle handle) : handle_(handle) {}
    Wait wait(bool for_reading, const Patience& patience) const;

    Handle handle_ = kNone;
    int error_ = 0;
    std::uint64_t bytes_sent_ = 0;
};

}  // namespace crossdock::net
