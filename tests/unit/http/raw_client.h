// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::http {

struct RawAnswer {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case; repeated ones joined by "|"
    std::string body;
};

#ifdef _WIN32
using TestSocket = std::uintptr_t;
#else
using TestSocket = int;
#endif
inline constexpr auto kNoTestSocket = static_cast<TestSocket>(-1);

/// A client that sends exactly the bytes it is told to. Waits at most 20 s for anything, so that a broken server fails
/// a test instead of stopping it.
class RawClient {
public:
    explicit RawClient(int port);
    virtual ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False when the server has gone away.
    virtual bool send(std::string_view bytes);
    /// The next answer with a Content-Length, or none when the connection ended. `of_head`: the answer to a HEAD.
    std::optional<RawAnswer> answer(bool of_head = false);
    /// True when the server closes, with nothing more sent.
    bool closed_by_server();
    /// Everything until the server closes.
    std::string rest();
    void end_sending();
    /// Closes with a reset instead of an orderly end.
    void reset();
    /// Takes this many bytes off the wire, no more.
    std::string take(std::size_t bytes);
    void set_receive_buffer(int bytes);
    /// A connection that has not been opened yet, for set_receive_buffer().
    explicit RawClient(std::nullptr_t);
    void connect(int port);

protected:
    /// More of what the server sends; false at its end.
    virtual bool fill();

    TestSocket socket_ = kNoTestSocket;
    std::string buffer_;
};

/// One whole exchange on a connection of its own.
std::optional<RawAnswer> exchange(int port, std::string_view bytes);

}  // namespace crossdock::http
