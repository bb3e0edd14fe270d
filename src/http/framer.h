// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/chunked.h"
#include "http/message.h"
#include "http/target.h"

namespace crossdock::http {

/// What a framer needs to know of its server. Outlives the framer.
struct FramerRules {
    AllowedHosts hosts;
    /// Bytes allowed in the body of a request, asked once its head is complete. Router::body_limit.
    std::function<std::size_t(std::string_view method, std::string_view path)> body_limit;
    EncodedSlash encoded_slash = EncodedSlash::refused;
    std::size_t max_request_line = 8 * 1024;
    std::size_t max_header_line = 8 * 1024;
    std::size_t max_headers = 100;
    std::size_t max_header_bytes = 32 * 1024;
    std::size_t max_dropped_body = 64 * 1024;  // of a GET, HEAD, DELETE or OPTIONS, whose body means nothing
};

/// Why a request is not answered by a handler. The connection is closed afterwards: where the next request would start
/// is in doubt.
struct Refusal {
    int status = 400;  // 0: close without a word (the peer does not speak HTTP)
    std::string message;
};

struct FramedRequest {
    Request request;
    std::string start_line;  // "GET /a?b=c HTTP/1.1", in origin form
    bool keep_alive = true;
    bool http_1_0 = false;
};

/// Turns the bytes of one connection into requests, strictly by RFC 9112: what two parsers could read in two ways is
/// refused. Pure: no socket, no clock, no thread. Any division of the same bytes into feeds gives the same outcome.
class Framer {
public:
    enum class State {
        empty,     // between requests: nothing seen yet
        head,      // inside the request line or the headers
        body,      // head complete, body not
        complete,  // take() the request
        refused    // see refusal(); nothing more is read
    };

    /// `local_address`: what the client connected to, for the Host check; may be empty.
    Framer(const FramerRules& rules, std::string local_address);

    /// Consumes a prefix of `bytes`; returns how much. It stops early only when complete or refused.
    std::size_t feed(std::string_view bytes);
    [[nodiscard]] State state() const { return state_; }
    /// True once for a request that waits for "100 Continue" before it sends its body.
    bool take_continue();
    /// The complete request; the framer starts over.
    FramedRequest take();
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }
    /// Which surface an error belongs to: the decoded path of the current request or, while its request line is not
    /// whole or when it was refused, what path_as_sent() makes of it.
    [[nodiscard]] std::string path() const;
    [[nodiscard]] const std::string& method() const { return framed_.request.method; }
    /// Bytes of the current request held in memory.
    [[nodiscard]] std::size_t buffered() const { return header_bytes_ + line_.size() + framed_.request.body.size(); }
    /// The client ended its side too early. What to answer.
    [[nodiscard]] Refusal cut_short() const;

private:
    enum class Step { request_line, headers, fixed_body, chunked_body };

    void reset();
    void refuse(int status, std::string message);
    void take_line(std::string_view line);
    void take_request_line(std::string_view line);
    void take_header(std::string_view line);
    void finish_head();
    /// The parts of finish_head(); false once refused.
    bool check_host();
    bool check_connection_and_expect();
    bool choose_body();
    /// The value of a header that may appear once; refuses a second one.
    std::optional<std::string_view> single(std::string_view name, bool& present_twice) const;
    std::size_t feed_line(std::string_view bytes);
    std::size_t feed_fixed(std::string_view bytes);
    std::size_t feed_chunked(std::string_view bytes);

    const FramerRules& rules_;
    std::string local_address_;
    State state_ = State::empty;
    Step step_ = Step::request_line;
    FramedRequest framed_;
    Refusal refusal_;
    std::string line_;       // an unfinished line of the head; the request line until it has been taken
    std::string path_sent_;  // of a request line that was refused
    std::string authority_;
    std::size_t header_bytes_ = 0;
    std::size_t leading_empty_lines_ = 0;
    std::uint64_t declared_ = 0;   // Content-Length
    std::uint64_t remaining_ = 0;  // of it
    bool keep_body_ = true;
    bool wants_continue_ = false;
    std::optional<ChunkedDecoder> chunked_;
};

}  // namespace crossdock::http
