// SPDX-License-Identifier: Apache-2.0
// cpp-httplib speaks HTTP here, over a stream of ours. Its client brings its own sockets, deadlines and TLS, but no
// total deadline that covers DNS, no way to tell a request that was never sent from one without an answer, and it
// repeats a request by itself when a TLS peer closes early: for a push that would be an order shipped twice. So its
// socket layer is overridden and only its codec is used.
#include "net/exchange.h"

#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>

#include "base/text.h"

namespace crossdock::net {
namespace {

constexpr std::size_t kMaxHead = 64 * 1024;
// httplib matches the status line with std::regex, whose stack grows with the text.
constexpr std::size_t kMaxStatusLine = 1024;
constexpr std::size_t kMaxKeptBeside = 64 * 1024;  // of an answer that is no 2xx, while downloading
// httplib decodes and encodes the query again, which may spell a signed one differently. Hidden from it, the target
// goes out as given. No URL and no header can hold this byte: control characters are refused.
constexpr char kHiddenQuestionMark = '\x01';

/// The byte stream that httplib reads and writes.
class Wire final : public httplib::Stream {
public:
    Wire(Connection& connection, const Patience& patience) : connection_(connection), patience_(patience) {}

    bool is_readable() const override { return true; }
    bool wait_readable() const override { return true; }
    bool wait_writable() const override { return true; }
    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}
    socket_t socket() const override { return INVALID_SOCKET; }
    time_t duration() const override { return 0; }

    ssize_t read(char* into, std::size_t size) override {
        if (!flush()) return -1;
        if (overhead_ > kMaxHead + 8 * body_) {
            // Endless headers, chunk extensions or trailers: httplib bounds their lines, not their sum.
            refused_ = "the answer's headers and framing are larger than any honest ones";
            return -1;
        }
        const auto got = connection_.read(into, size, patience_);
        if (got > 0) {
            overhead_ += static_cast<std::size_t>(got);
            if (in_status_line_) {
                if (std::find(into, into + got, '\n') != into + got) in_status_line_ = false;
                if (overhead_ > kMaxStatusLine && in_status_line_) {
                    refused_ = "the answer does not begin with a status line";
                    return -1;
                }
            }
            return got;
        }
        // httplib reads lines byte by byte and takes an end in mid-line for the end of the line.
        if (got == 0 && size == 1) return -1;
        return got;
    }

    // Head and body are written apart by httplib; held back and sent together they are one packet.
    ssize_t write(const char* from, std::size_t size) override {
        if (!head_seen_) {
            head_seen_ = true;
            unsent_.assign(from, size);
            std::replace(unsent_.begin(), unsent_.end(), kHiddenQuestionMark, '?');
            return static_cast<ssize_t>(size);
        }
        if (unsent_.size() + size <= kMaxHead) {
            unsent_.append(from, size);
            return static_cast<ssize_t>(size);
        }
        return flush() && connection_.write(from, size, patience_) ? static_cast<ssize_t>(size) : -1;
    }

    /// Bytes that turned out to be body, not framing.
    void count_body(std::size_t size) {
        body_ += size;
        overhead_ -= std::min(overhead_, size);
    }
    [[nodiscard]] const std::string& refused() const { return refused_; }

private:
    bool flush() {
        if (unsent_.empty()) return true;
        const std::string out = std::move(unsent_);
        unsent_.clear();
        return connection_.write(out.data(), out.size(), patience_);
    }

    Connection& connection_;
    const Patience& patience_;
    std::string unsent_, refused_;
    bool head_seen_ = false, in_status_line_ = true;
    std::size_t overhead_ = 0, body_ = 0;
};

/// httplib's client with our stream where it has sockets. It must not believe that it speaks TLS (is_ssl stays false),
/// or it would look for a session of its own and repeat requests.
class Codec final : public httplib::ClientImpl {
public:
    Codec(const std::string& host, int port, Wire& wire) : ClientImpl(host, port), wire_(wire) {
        set_keep_alive(true);
        set_follow_location(false);
        set_path_encode(false);
        set_decompress(false);
        // An empty "Expect" keeps httplib from asking for 100-continue, and a second of waiting, from 1 KiB of body on.
        set_header_writer([](httplib::Stream& out, httplib::Headers& headers) {
            std::string text;
            for (const auto& [name, value] : headers) {
                if (!value.empty() || !equals_ignoring_case(name, "Expect")) text.append(name + ": " + value + "\r\n");
            }
            text += "\r\n";
            return out.write(text.data(), text.size());
        });
    }

private:
    bool ensure_socket_connection(Socket&, httplib::Error&) override { return true; }
    bool process_socket(const Socket&, std::chrono::time_point<std::chrono::steady_clock>,
                        std::function<bool(httplib::Stream&)> callback) override {
        return callback(wire_);
    }

    Wire& wire_;
};

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

Error refuse(std::string message) { return Error{ErrorKind::invalid, "net_refused", std::move(message)}; }

std::string host_header(const Url& url) {
    std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    if (url.port != (url.scheme == "https" ? 443 : 80)) host += ":" + std::to_string(url.port);
    return host;
}

bool names_close(const httplib::Response& response) {
    for (const std::string& word : split(response.get_header_value("Connection"), ',')) {
        if (equals_ignoring_case(trim(word), "close")) return true;
    }
    return false;
}

// "Keep-Alive: timeout=5, max=100": how long the connection is worth keeping, a second less than said, for the way.
std::optional<std::chrono::seconds> keep_alive_hint(const httplib::Response& response) {
    const std::string text = to_lower(response.get_header_value("Keep-Alive"));
    const auto at = text.find("timeout=");
    int seconds = 0;
    if (at == std::string::npos ||
        std::from_chars(text.data() + at + 8, text.data() + text.size(), seconds).ec != std::errc{}) {
        return std::nullopt;
    }
    return std::chrono::seconds{std::clamp(seconds - 1, 0, 3600)};
}

// Reads one answer: what of it is kept, and what makes it unusable.
class Reader {
public:
    Reader(const HttpRequest& request, const Sink* sink, Wire& wire) : request_(request), sink_(sink), wire_(wire) {}

    /// Called with status and headers of every answer that httplib takes for a final one.
    bool accept_status(const httplib::Response& response) {
        if (response.status >= 200) return true;
        problem_ = "an interim answer (" + std::to_string(response.status) + ") that nobody asked for";
        return false;
    }

    /// Called with status and headers where a body may follow, before the body.
    bool accept(const httplib::Response& response) {
        if (!accept_status(response)) return false;
        const auto codings = response.get_header_value_count("Transfer-Encoding");
        const auto lengths = response.get_header_value_count("Content-Length");
        if (codings > 1 || (codings == 1 && lengths > 0) ||
            (codings == 1 && !equals_ignoring_case(response.get_header_value("Transfer-Encoding"), "chunked"))) {
            problem_ = "the answer's length is ambiguous (Transfer-Encoding and Content-Length)";
        } else if (const std::string coding = response.get_header_value("Content-Encoding");
                   !coding.empty() && !equals_ignoring_case(coding, "identity")) {
            problem_ = "the answer is compressed although identity was asked for";
        }
        if (!problem_.empty()) return false;
        self_delimited_ = codings == 1 || lengths > 0 || response.status == 304;
        streams_ = sink_ != nullptr && response.status < 300;
        if (lengths > 0 && !streams_ && sink_ == nullptr) {
            const std::string text = response.get_header_value("Content-Length");
            std::uint64_t length = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
            if (error == std::errc::result_out_of_range ||
                (error == std::errc{} && length > request_.max_answer_bytes)) {
                too_large_ = true;
                return false;
            }
        }
        return true;
    }

    bool take(const char* bytes, std::size_t size) {
        wire_.count_body(size);
        if (streams_) {
            stopped_ = !(*sink_)(std::string_view{bytes, size});
            return !stopped_;
        }
        const std::size_t cap =
            sink_ != nullptr ? std::min(kMaxKeptBeside, request_.max_answer_bytes) : request_.max_answer_bytes;
        const std::size_t room = cap - std::min(cap, body_.size());
        if (size > room && sink_ == nullptr) {
            too_large_ = true;
            return false;
        }
        body_.append(bytes, std::min(size, room));
        stopped_ = size > room;
        return !stopped_;
    }

    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] bool too_large() const { return too_large_; }
    /// The rest was not wanted: the answer counts, the connection does not.
    [[nodiscard]] bool stopped() const { return stopped_; }
    [[nodiscard]] bool self_delimited() const { return self_delimited_; }
    std::string& body() { return body_; }

private:
    const HttpRequest& request_;
    const Sink* sink_;
    Wire& wire_;
    std::string body_, problem_;
    bool too_large_ = false, stopped_ = false, streams_ = false;
    bool self_delimited_ = true;  // answers without a body are
};

httplib::Request to_httplib(const HttpRequest& request, const Url& url, const std::string& user_agent) {
    httplib::Request out;
    out.method = request.method;
    out.path = url.path_and_query;
    std::replace(out.path.begin(), out.path.end(), '?', kHiddenQuestionMark);
    out.body = request.body;
    for (const auto& [name, value] : request.headers) out.headers.emplace(name, value);
    out.headers.emplace("Host", host_header(url));
    out.headers.emplace("Expect", "");
    if (!out.has_header("User-Agent")) out.headers.emplace("User-Agent", user_agent);
    if (!out.has_header("Accept-Encoding")) out.headers.emplace("Accept-Encoding", "identity");
    return out;
}

}  // namespace

Status check_sendable(const HttpRequest& request) {
    if (!is_token(request.method)) return refuse("the method is not a word of HTTP");
    if (request.method == "CONNECT" || request.method == "TRACE") return refuse(request.method + " is not sent");
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) return refuse("a header's name is not a word of HTTP");
        for (const char* ours :
             {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "TE", "Upgrade"}) {
            if (equals_ignoring_case(name, ours))
                return refuse("the header " + name + " is set by the HTTP client itself");
        }
        // The value stays out of the message: it may be a token.
        if (std::any_of(value.begin(), value.end(),
                        [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; })) {
            return refuse("the value of header " + name + " holds a control character or line break");
        }
        if (value != trim(value)) return refuse("the value of header " + name + " begins or ends with a blank");
    }
    return ok();
}

Outcome exchange(Connection& connection, const HttpRequest& request, const Url& url, const std::string& user_agent,
                 const Sink* sink, const Patience& patience) {
    connection.begin_exchange();
    Wire wire{connection, patience};
    Reader reader{request, sink, wire};
    Codec codec{url.host, url.port, wire};
    httplib::Request out = to_httplib(request, url, user_agent);
    std::exception_ptr sink_failure;
    out.response_handler = [&](const httplib::Response& response) { return reader.accept(response); };
    out.content_receiver = [&](const char* bytes, std::size_t size, std::size_t, std::size_t) {
        try {
            return reader.take(bytes, size);
        } catch (...) {
            sink_failure = std::current_exception();
            return false;
        }
    };

    httplib::Response response;
    auto error = httplib::Error::Success;
    bool whole = false;
    std::string broken;
    try {
        whole = codec.send(out, response, error);
    } catch (const std::exception& exception) {
        broken = exception.what();  // httplib's parser gave up on what came in
    }
    if (sink_failure) std::rethrow_exception(sink_failure);
    // httplib asks the handler only where a body may follow.
    if (whole && !reader.accept_status(response)) whole = false;

    const auto failed = [&](const char* code, const std::string& why) {
        return Outcome{Error{ErrorKind::unavailable, code, url.host + ": " + why}};
    };
    if (error == httplib::Error::InvalidHeaders) return Outcome{refuse("a header cannot be sent as it is")};
    if (!connection.wrote_any()) {
        return failed("net_not_sent", connection.failure().empty() ? "nothing could be sent" : connection.failure());
    }
    if (reader.too_large()) {
        return failed("net_too_large",
                      "the answer is larger than " + std::to_string(request.max_answer_bytes) + " bytes");
    }
    if (!whole && !reader.stopped()) {
        std::string why = reader.problem();
        if (why.empty()) why = wire.refused();
        if (why.empty()) why = connection.failure();
        if (why.empty() && connection.bytes_read() == 0) why = "the other side closed the connection without an answer";
        if (why.empty()) why = broken.empty() ? "the answer was cut short or is not HTTP" : "the answer is not HTTP";
        return failed("net_no_answer", why);
    }

    Outcome outcome{HttpResponse{response.status, {}, std::move(reader.body())}};
    for (auto& [name, value] : response.headers) outcome.answer->headers.emplace_back(name, value);
    const bool reusable = whole && response.version == "HTTP/1.1" && reader.self_delimited() &&
                          !names_close(response) && !connection.has_leftover();
    if (reusable) outcome.keep_for = keep_alive_hint(response).value_or(std::chrono::hours{1});
    return outcome;
}

}  // namespace crossdock::net
