// SPDX-License-Identifier: Apache-2.0
// A connection's bytes: request lines, headers, framing, Host, the query. The first line says in pieces of how many
// bytes they come in.
//
// Promised: any division gives the same requests and the same refusal; what is handed on keeps the rules of
// http/message.h; written again it is read again as the same; the query is what a simple second reading makes of it;
// cpp-httplib, which reads the request line once more, hands on the very request that was framed.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "fuzz/target.h"
#include "http/fields.h"
#include "http/framer.h"
#ifndef CROSSDOCK_FUZZ
#include "http/exchange.h"
#include "http/httplib_core.h"
#endif

namespace crossdock::fuzz::on_request {

void run(std::string_view input);

namespace {

using namespace http;

constexpr std::size_t kLongestBody = 2'000;
constexpr std::array<int, 11> kRefusals{0, 400, 413, 414, 415, 417, 421, 431, 501, 505, 408};

FramerRules make_rules() {
    FramerRules rules{AllowedHosts{"192.168.10.5", {"hub.example"}},
                      [](std::string_view, std::string_view) { return kLongestBody; }};
    rules.max_request_line = 400;  // near enough for a fuzzer to find
    rules.max_header_line = 300;
    rules.max_headers = 12;
    rules.max_header_bytes = 900;
    rules.max_dropped_body = 1'000;
    return rules;
}
const FramerRules& rules() {
    static const FramerRules made = make_rules();
    return made;
}

struct Outcome {
    std::vector<FramedRequest> requests;
    Framer::State last = Framer::State::empty;
    Refusal refusal{};
    std::string path;  // which the refusal, or what is not whole, is said to be of
};

Outcome frame(std::string_view bytes, std::size_t at_once) {
    Outcome out;
    Framer framer(rules(), "192.168.10.5");
    while (!bytes.empty()) {
        const auto piece = bytes.substr(0, at_once);
        const std::size_t taken = framer.feed(piece);
        check(taken <= piece.size(), "a feed takes no more than there is");
        bytes.remove_prefix(taken);
        if (framer.state() == Framer::State::complete) {
            out.requests.push_back(framer.take());
            check(framer.state() == Framer::State::empty, "the framer starts over");
            continue;
        }
        if (framer.state() == Framer::State::refused) break;
        check(taken == piece.size(), "a feed stops early only when complete or refused");
    }
    out.last = framer.state();
    out.path = framer.path();
    check(std::all_of(out.path.begin(), out.path.end(), [](char c) { return c != '\n' && c != '\r'; }) &&
              (out.path.empty() || out.path == "*" || out.path.front() == '/'),
          "a refusal is of a path or of none");
    if (out.last == Framer::State::refused) {
        out.refusal = framer.refusal();
        check(std::find(kRefusals.begin(), kRefusals.end(), out.refusal.status) != kRefusals.end(),
              "a refusal has a status of the list");
        check(!out.refusal.message.empty() && is_valid_utf8(out.refusal.message), "a refusal says why");
    } else if (out.last != Framer::State::empty) {
        check(framer.cut_short().status == 400, "a cut request is a bad one");
    }
    return out;
}

/// All that a handler sees, in one text.
std::string words_of(const Request& request) {
    std::string out = request.method + ' ' + request.path + ' ' + request.target + '\n';
    for (const auto& [name, value] : request.query) out += name + '=' + value + '\n';
    for (const auto& [name, value] : request.headers)
        if (name != "transfer-encoding" && name != "content-length") out += name + ": " + value + '\n';
    return out + '\n' + request.body;
}

std::string words_of(const Outcome& outcome) {
    std::string out;
    for (const auto& framed : outcome.requests)
        out += framed.start_line + (framed.keep_alive ? " keeps\n" : " closes\n") + words_of(framed.request) + '\n';
    return out + std::to_string(static_cast<int>(outcome.last)) + ' ' + std::to_string(outcome.refusal.status) + ' ' +
           outcome.refusal.message + ' ' + outcome.path;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

void check_rules(const FramedRequest& framed) {
    const Request& request = framed.request;
    constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    check(std::find(kMethods.begin(), kMethods.end(), request.method) != kMethods.end(), "the method is known");
    check(request.path == "*" ? request.method == "OPTIONS" : request.path.starts_with('/'), "the path is one");
    check(is_valid_utf8(request.path) && std::none_of(request.path.begin(), request.path.end(), is_control) &&
              request.path.find('\\') == std::string::npos,
          "the path is text");
    for (const auto& segment : split(request.path, '/'))
        check(segment != "." && segment != "..", "the path climbs nowhere");
    for (const auto& [name, value] : request.query)
        for (const std::string& text : {name, value})
            check(is_valid_utf8(text) && text.find('\0') == std::string::npos, "the query is text");
    std::size_t hosts = 0, lengths = 0, codings = 0;
    for (const auto& [name, value] : request.headers) {
        check(is_token(name) && name == to_lower(name), "a header's name is a token in small letters");
        check(is_field_value(value) && value.size() <= rules().max_header_line, "a header's value is one");
        lengths += name == "content-length";
        codings += name == "transfer-encoding";
        if (name != "host") continue;
        ++hosts;
        const auto host = parse_host(value);
        check(host && rules().hosts.allows(*host, "192.168.10.5"), "the host is one of ours");
    }
    check(hosts == 1 || (hosts == 0 && framed.http_1_0), "there is one host");
    check(lengths + codings <= 1, "a body's length is said once");
    check(request.headers.size() <= rules().max_headers, "headers are counted");
    check(request.body.size() <= kLongestBody, "a body is no longer than allowed");
    if (request.method == "GET" || request.method == "HEAD" || request.method == "DELETE")
        check(request.body.empty(), "a body that means nothing is dropped");
}

/// Without a look at how the server does it.
Fields second_reading(std::string_view start_line) {
    const auto target = start_line.substr(start_line.find(' ') + 1);
    const auto end = target.rfind(' ');
    auto question = target.find('?');
    Fields out;
    if (question == std::string_view::npos) return out;
    const auto decode = [](std::string_view text) {
        std::string plain;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '%') {
                const std::string hex{text.substr(i + 1, 2)};
                plain += static_cast<char>(std::strtol(hex.c_str(), nullptr, 16));
                i += 2;
            } else {
                plain += text[i] == '+' ? ' ' : text[i];
            }
        }
        return plain;
    };
    for (const std::string& pair : split(target.substr(question + 1, end - question - 1), '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        out.emplace_back(decode(std::string_view{pair}.substr(0, equals)),
                         equals == std::string::npos ? "" : decode(std::string_view{pair}.substr(equals + 1)));
    }
    return out;
}

void check_written_again(const FramedRequest& framed) {
    // As short as it was: with a blank behind the colon a line of the greatest length would be too long.
    std::string bytes = framed.start_line + "\r\n";
    for (const auto& [name, value] : framed.request.headers)
        if (name != "content-length" && name != "transfer-encoding") bytes += name + ':' + value + "\r\n";
    if (!framed.request.body.empty()) bytes += "content-length:" + std::to_string(framed.request.body.size()) + "\r\n";
    bytes += "\r\n" + framed.request.body;
    const auto again = frame(bytes, bytes.size());
    check(again.requests.size() == 1, "what was read and is written again can be read");
    check_same(words_of(again.requests[0].request), words_of(framed.request), "written again it is the same");
}

#ifdef CROSSDOCK_FUZZ
// It would take longer to compile than all that is tried here; the replay test has it.
void check_through_httplib(const FramedRequest&) {}
#else
/// What cpp-httplib makes of it.
void check_through_httplib(const FramedRequest& framed) {
    static std::optional<Request> seen;
    static std::size_t failures = 0;
    static Router router;
    static HttplibCore core(router, [](const Request&, const std::string&) { ++failures; });
    static const bool prepared = [] {
        router.set_error_renderer([](const std::string&, int status, const std::string&, const std::string&) {
            return Response::text(status, "none");
        });
        router.set_finisher([](const Request& request, Response&) { seen = request; });
        return true;
    }();
    check(prepared, "there is a router");
    seen.reset();
    failures = 0;
    Exchange exchange;
    exchange.framed = framed;
    core.answer(exchange);
    check(failures == 0, "nothing is thrown");
    check(seen.has_value(), "cpp-httplib understands what the framer let through");
    check_same(words_of(*seen), words_of(framed.request), "cpp-httplib hands on the request that was framed");
    check(exchange.out.head.starts_with("HTTP/1.1 "), "there is an answer");
}
#endif

}  // namespace

void run(std::string_view input) {
    Input in(input);
    const std::size_t at_once = in.number(60) + 1;
    const auto whole = frame(in.rest(), in.rest().size());
    check_same(words_of(frame(in.rest(), at_once)), words_of(whole), "any division gives the same");
    for (const auto& framed : whole.requests) {
        check_rules(framed);
        check(framed.request.query == second_reading(framed.start_line), "the query is read as anybody would");
        check_written_again(framed);
        check_through_httplib(framed);
    }
}

}  // namespace crossdock::fuzz::on_request
