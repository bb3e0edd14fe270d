// SPDX-License-Identifier: Apache-2.0
#include "http/framer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/fields.h"

namespace crossdock::http {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
constexpr std::size_t kMaxLeadingEmptyLines = 2;  // old clients end a body with an extra CRLF; RFC 9112, section 2.2
constexpr char kTlsHandshake = 0x16;              // first byte of a TLS record that opens a connection

bool takes_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

bool is_version_shape(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 8 && text.substr(0, 5) == "HTTP/" && digit(text[5]) && text[6] == '.' && digit(text[7]);
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
    // 18 digits fit into 64 bits whatever they are, and no body of ours is longer.
    if (text.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        if (value >= 1'000'000'000'000'000'000) return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

}  // namespace

Framer::Framer(const FramerRules& rules, std::string local_address)
    : rules_(rules), local_address_(std::move(local_address)) {}

void Framer::reset() {
    state_ = State::empty;
    step_ = Step::request_line;
    framed_ = FramedRequest{};
    line_.clear();
    path_sent_.clear();
    authority_.clear();
    header_bytes_ = 0;
    leading_empty_lines_ = 0;
    declared_ = remaining_ = 0;
    keep_body_ = true;
    wants_continue_ = false;
    chunked_.reset();
}

FramedRequest Framer::take() {
    FramedRequest taken = std::move(framed_);
    reset();
    return taken;
}

bool Framer::take_continue() {
    // Once the body has begun the client is not waiting any more.
    const bool waits = wants_continue_ && state_ == State::body && remaining_ == declared_;
    wants_continue_ = false;
    return waits;
}

void Framer::refuse(int status, std::string message) {
    state_ = State::refused;
    refusal_ = Refusal{status, std::move(message)};
    if (step_ == Step::request_line) path_sent_ = path_as_sent(line_);
    std::string{}.swap(framed_.request.body);
    std::string{}.swap(line_);
}

std::string Framer::path() const {
    if (step_ != Step::request_line) return framed_.request.path;
    return state_ == State::refused ? path_sent_ : path_as_sent(line_);
}

Refusal Framer::cut_short() const {
    if (state_ != State::body) return {400, "the connection ended inside the request's headers"};
    if (chunked_) return {400, "the connection ended inside the chunked body"};
    return {400, "the connection ended after " + std::to_string(declared_ - remaining_) + " of " +
                     std::to_string(declared_) + " bytes of the body"};
}

std::size_t Framer::feed(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ != State::complete && state_ != State::refused) {
        const auto rest = bytes.substr(at);
        switch (step_) {
            case Step::request_line:
            case Step::headers: at += feed_line(rest); break;
            case Step::fixed_body: at += feed_fixed(rest); break;
            case Step::chunked_body: at += feed_chunked(rest); break;
        }
    }
    return at;
}

std::size_t Framer::feed_line(std::string_view bytes) {
    if (state_ == State::empty) {
        state_ = State::head;
        if (bytes.front() == kTlsHandshake) {
            refuse(0, "a TLS handshake on a port that speaks plain HTTP");
            return 0;
        }
    }
    const auto newline = bytes.find('\n');
    const auto piece = bytes.substr(0, std::min(newline, bytes.size()));
    const bool in_request_line = step_ == Step::request_line;
    const std::size_t limit = in_request_line ? rules_.max_request_line : rules_.max_header_line;
    if (in_request_line && line_.empty() && !piece.empty() && piece.front() != '\r' && !is_token(piece.substr(0, 1))) {
        refuse(400, "the request does not start with a method");
        return 0;
    }
    // + 1 for the CR that may be its last byte.
    if (line_.size() + piece.size() > limit + 1) {
        if (in_request_line) {
            line_.append(piece.substr(0, limit + 1 - line_.size()));  // the same however the bytes are divided
            refuse(414, "the request line is longer than " + std::to_string(limit) + " bytes");
        } else {
            refuse(431, "a header line is longer than " + std::to_string(limit) + " bytes");
        }
        return 0;
    }
    if (newline == std::string_view::npos) {
        line_.append(piece);
        return bytes.size();
    }
    if (in_request_line || !line_.empty()) line_.append(piece);  // a request line is looked at again when it is refused
    std::string_view line = line_.empty() ? piece : std::string_view{line_};
    if (line.empty() || line.back() != '\r') {
        refuse(400, "a line of the request's head ends in LF without CR");
        return 0;
    }
    line.remove_suffix(1);
    if (line.find('\r') != std::string_view::npos) {
        refuse(400, "a line of the request's head holds a bare CR");
        return 0;
    }
    take_line(line);
    if (state_ != State::refused) line_.clear();
    return newline + 1;
}

void Framer::take_line(std::string_view line) {
    if (step_ == Step::request_line) {
        if (!line.empty()) return take_request_line(line);
        if (++leading_empty_lines_ > kMaxLeadingEmptyLines) return refuse(400, "the request starts with empty lines");
        state_ = State::empty;
        return;
    }
    if (line.empty()) return finish_head();
    take_header(line);
}

void Framer::take_request_line(std::string_view line) {
    if (line == "PRI * HTTP/2.0") return refuse(400, "HTTP/2 is not spoken here; use HTTP/1.1");
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos) {
        return refuse(400, "the request line is not METHOD TARGET VERSION with one blank between them");
    }
    const auto method = line.substr(0, first);
    const auto target_text = line.substr(first + 1, second - first - 1);
    const auto version = line.substr(second + 1);
    if (!is_token(method)) return refuse(400, "the method holds a character that is not allowed");
    if (!is_version_shape(version)) return refuse(400, "the request line does not end in an HTTP version");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return refuse(505, std::string{version} + " is not spoken here; use HTTP/1.1");
    }
    if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
        return refuse(
            501, "the method " + std::string{method.substr(0, 40)} + " is not known here (methods are in capitals)");
    }
    auto target = parse_target(target_text, rules_.encoded_slash);
    if (!target) return refuse(400, target.error().message);
    if (target->path == "*" && method != "OPTIONS") return refuse(400, "the target * goes with OPTIONS only");
    auto& request = framed_.request;
    request.method = std::string{method};
    request.path = std::move(target->path);
    request.target = std::move(target->raw_path);
    request.query = std::move(target->query);
    authority_ = std::move(target->authority);
    framed_.http_1_0 = version == "HTTP/1.0";
    framed_.start_line = request.method + ' ' + request.target;
    if (!target->raw_query.empty()) framed_.start_line += '?' + target->raw_query;
    framed_.start_line += ' ';
    framed_.start_line += version;
    request.headers.reserve(12);
    step_ = Step::headers;
}

void Framer::take_header(std::string_view line) {
    const auto field = parse_field_line(line);
    if (field.fault != nullptr) return refuse(400, field.fault);
    header_bytes_ += line.size() + 2;
    if (header_bytes_ > rules_.max_header_bytes) {
        return refuse(431,
                      "the headers together are longer than " + std::to_string(rules_.max_header_bytes) + " bytes");
    }
    auto& headers = framed_.request.headers;
    if (headers.size() >= rules_.max_headers) {
        return refuse(431, "the request has more than " + std::to_string(rules_.max_headers) + " headers");
    }
    headers.emplace_back(to_lower(field.name), std::string{field.value});
}

std::optional<std::string_view> Framer::single(std::string_view name, bool& present_twice) const {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : framed_.request.headers) {
        if (key != name) continue;
        if (found) present_twice = true;
        found = value;
    }
    return found;
}

void Framer::finish_head() {
    if (!check_host() || !check_connection_and_expect() || !choose_body()) return;
    if (chunked_) {
        step_ = Step::chunked_body;
        state_ = State::body;
    } else if (declared_ > 0) {
        step_ = Step::fixed_body;
        state_ = State::body;
    } else {
        state_ = State::complete;
    }
}

bool Framer::check_host() {
    bool twice = false;
    const auto host = single("host", twice);
    if (twice) {
        refuse(400, "the request has two Host headers");
        return false;
    }
    if (!host && !framed_.http_1_0) {
        refuse(400, "the request has no Host header");
        return false;
    }
    for (const auto& text : {host, authority_.empty() ? std::nullopt : std::optional<std::string_view>{authority_}}) {
        if (!text) continue;
        const auto name = parse_host(*text);
        if (!name) {
            refuse(400, "Host: " + name.error().message);
            return false;
        }
        if (!rules_.hosts.allows(*name, local_address_)) {
            refuse(421, "this server does not answer for the host " + *name +
                            "; add it to the server's list of allowed hosts if it should");
            return false;
        }
    }
    return true;
}

bool Framer::check_connection_and_expect() {
    bool close = false;
    bool keep = false;
    for (const auto& [name, value] : framed_.request.headers) {
        if (name == "connection") {
            for (const auto& option : split(value, ',')) {
                close = close || equals_ignoring_case(trim(option), "close");
                keep = keep || equals_ignoring_case(trim(option), "keep-alive");
            }
        } else if (name == "expect") {
            if (!equals_ignoring_case(value, "100-continue")) {
                refuse(417, "the expectation is not known; only 100-continue is");
                return false;
            }
            wants_continue_ = !framed_.http_1_0;
        } else if (name == "content-encoding" && !value.empty() && !equals_ignoring_case(value, "identity")) {
            refuse(415, "a compressed body (Content-Encoding) is not accepted; send it plain");
            return false;
        }
    }
    framed_.keep_alive = !close && (keep || !framed_.http_1_0);
    return true;
}

bool Framer::choose_body() {
    bool two_lengths = false;
    bool two_codings = false;
    const auto length = single("content-length", two_lengths);
    const auto coding = single("transfer-encoding", two_codings);
    if (length && coding) {
        refuse(400, "the request has both Content-Length and Transfer-Encoding");
        return false;
    }
    if (two_lengths) {
        refuse(400, "the request has two Content-Length headers");
        return false;
    }
    if (two_codings) {
        refuse(400, "the request has two Transfer-Encoding headers");
        return false;
    }
    if (coding && framed_.http_1_0) {
        refuse(400, "Transfer-Encoding does not exist in HTTP/1.0");
        return false;
    }
    if (coding && !equals_ignoring_case(*coding, "chunked")) {
        refuse(501, "the only Transfer-Encoding understood is chunked");
        return false;
    }
    if (!length && !coding) return true;

    const auto& request = framed_.request;
    keep_body_ = takes_body(request.method);
    const std::size_t limit = keep_body_ ? rules_.body_limit(request.method, request.path) : rules_.max_dropped_body;
    if (coding) {
        chunked_.emplace(limit, keep_body_);
        return true;
    }
    const auto declared = parse_length(*length);
    if (!declared) {
        refuse(400, "Content-Length is not a plain number of bytes");
        return false;
    }
    if (*declared > limit) {
        refuse(413, "the body of " + std::to_string(*declared) + " bytes is larger than the " + std::to_string(limit) +
                        " bytes allowed here; send it in smaller parts");
        return false;
    }
    declared_ = remaining_ = *declared;
    return true;
}

std::size_t Framer::feed_fixed(std::string_view bytes) {
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
    if (keep_body_) framed_.request.body.append(bytes.substr(0, take));
    remaining_ -= take;
    if (remaining_ == 0) state_ = State::complete;
    return take;
}

std::size_t Framer::feed_chunked(std::string_view bytes) {
    wants_continue_ = false;
    const auto taken = chunked_->feed(bytes, framed_.request.body);
    switch (chunked_->state()) {
        case ChunkedDecoder::State::more: break;
        case ChunkedDecoder::State::done: state_ = State::complete; break;
        case ChunkedDecoder::State::malformed: refuse(400, chunked_->reason()); break;
        case ChunkedDecoder::State::too_large:
            refuse(413, "the chunked body is larger than allowed here; send it in smaller parts");
            break;
    }
    return taken;
}

}  // namespace crossdock::http
