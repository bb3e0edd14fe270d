// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "net/http_client.h"

namespace crossdock::net {
namespace {

constexpr std::size_t kMaxUrl = 16 * 1024;

// The URL itself stays out of the message: its query may be a signature.
Error bad_url(std::string what) { return Error{ErrorKind::invalid, "net_refused", "bad URL: " + std::move(what)}; }

bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_';
    });
}

bool is_ipv6_literal(std::string_view host) {
    return host.find(':') != std::string_view::npos && std::all_of(host.begin(), host.end(), [](char c) {
               return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
                      c == '.';
           });
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

Result<Url> parse_url(std::string_view url) {
    if (url.size() > kMaxUrl) return bad_url("longer than 16384 characters");
    if (std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c > '~'; })) {
        return bad_url(
            "it holds a blank, a control character or a letter beyond ASCII; write those as %XX (host names as "
            "xn--...)");
    }
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return bad_url("it does not begin with http:// or https://");
    Url parsed;
    parsed.scheme = to_lower(url.substr(0, scheme_end));
    if (parsed.scheme != "http" && parsed.scheme != "https") return bad_url("only http and https are spoken");
    parsed.port = parsed.scheme == "https" ? 443 : 80;

    const std::string_view rest = url.substr(scheme_end + 3);
    const auto authority_end = std::min(rest.find_first_of("/?#\\"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    std::string_view target = rest.substr(authority_end);
    if (target.starts_with('\\')) return bad_url("a backslash after the host");
    if (authority.find('@') != std::string_view::npos) return bad_url("user names and passwords in it are not allowed");

    std::string_view port_text;
    bool has_port = false;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos || !is_ipv6_literal(authority.substr(1, close - 1))) {
            return bad_url("the address in brackets is not an IPv6 address");
        }
        parsed.host = to_lower(authority.substr(1, close - 1));
        const std::string_view after = authority.substr(close + 1);
        if (!after.empty() && after.front() != ':') return bad_url("text after the bracket");
        has_port = !after.empty();
        port_text = after.substr(has_port ? 1 : 0);
    } else {
        const auto colon = authority.find(':');
        if (!is_host_name(authority.substr(0, colon))) return bad_url("the host name is missing or not a host name");
        parsed.host = to_lower(authority.substr(0, colon));
        has_port = colon != std::string_view::npos;
        if (has_port) port_text = authority.substr(colon + 1);
    }
    if (has_port) {
        const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), parsed.port);
        if (error != std::errc{} || end != port_text.data() + port_text.size() || port_text.front() == '-' ||
            parsed.port < 1 || parsed.port > 65535) {
            return bad_url("the port is not a number from 1 to 65535");
        }
    }
    target = target.substr(0, target.find('#'));  // a fragment is the reader's own affair and never sent
    parsed.path_and_query = target.starts_with('/') ? std::string{target} : "/" + std::string{target};
    return parsed;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size() + text.size() / 2);
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += kHex[byte >> 4U];
            encoded += kHex[byte & 0x0FU];
        }
    }
    return encoded;
}

}  // namespace crossdock::net
