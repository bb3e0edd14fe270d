// SPDX-License-Identifier: Apache-2.0
#include "http/target.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace crossdock::http {
namespace {

Error bad_target(std::string message) { return Error{ErrorKind::invalid, "bad_target", std::move(message)}; }
Error bad_host(std::string message) { return Error{ErrorKind::invalid, "bad_host", std::move(message)}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Undoes percent-encoding; with `plus_is_space` also the "+" of forms. Empty when "%" is not followed by two hex
/// digits.
std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

Result<std::string> decode_path(std::string_view raw, EncodedSlash slash) {
    const auto path = decode(raw, false);
    if (!path) return bad_target("% in the path is not followed by two hex digits");
    // An encoded slash would be one segment to the client and two to the router.
    if (slash == EncodedSlash::refused && (raw.find("%2F") != std::string_view::npos || raw.find("%2f") != std::string_view::npos)) {
        return bad_target("%2F (an encoded slash) in the path is not supported");
    }
    if (std::any_of(path->begin(), path->end(), is_control)) {
        return bad_target("the path holds a control character");
    }
    if (path->find('\\') != std::string::npos) return bad_target("the path holds a backslash; use /");
    if (!is_valid_utf8(*path)) return bad_target("the path is not valid UTF-8");
    std::size_t at = 1;
    while (at <= path->size()) {
        const auto end = std::min(path->find('/', at), path->size());
        const std::string_view segment = std::string_view{*path}.substr(at, end - at);
        if (segment == "." || segment == "..") return bad_target("the path holds a . or .. segment");
        at = end + 1;
    }
    return *path;
}

Result<Fields> decode_query(std::string_view raw) {
    Fields query;
    while (!raw.empty()) {
        const auto end = std::min(raw.find('&'), raw.size());
        const auto pair = raw.substr(0, end);
        raw.remove_prefix(std::min(end + 1, raw.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decode(pair.substr(0, equals), true);
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value) return bad_target("% in the query is not followed by two hex digits");
        if (name->find('\0') != std::string::npos || value->find('\0') != std::string::npos) {
            return bad_target("the query holds %00");
        }
        if (!is_valid_utf8(*name) || !is_valid_utf8(*value)) {
            return bad_target("the query is not valid UTF-8 (encode it as UTF-8, then percent-encode)");
        }
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return query;
}

bool is_port(std::string_view text) { return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit); }

}  // namespace

Result<Target> parse_target(std::string_view text, EncodedSlash slash) {
    Target target;
    if (text == "*") {
        target.path = target.raw_path = "*";
        return target;
    }
    for (const char c : text) {
        if (is_control(c) || c == ' ' || static_cast<unsigned char>(c) >= 0x80) {
            return bad_target("the request target holds a byte that must be percent-encoded");
        }
        if (c == '#') return bad_target("the request target holds a fragment (#)");
    }
    if (text.empty()) return bad_target("the request target is empty");
    if (text.front() != '/') {
        const auto scheme_end = text.find("://");
        const auto scheme = to_lower(text.substr(0, std::min(scheme_end, text.size())));
        if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
            return bad_target("the request target must start with / or be an http address");
        }
        text.remove_prefix(scheme_end + 3);
        const auto authority_end = std::min(text.find_first_of("/?"), text.size());
        target.authority = std::string{text.substr(0, authority_end)};
        if (target.authority.empty()) return bad_target("the request target names no host");
        text.remove_prefix(authority_end);
    }
    const auto question = std::min(text.find('?'), text.size());
    target.raw_path = question == 0 ? "/" : std::string{text.substr(0, question)};
    target.raw_query = std::string{text.substr(std::min(question + 1, text.size()))};
    auto path = decode_path(target.raw_path, slash);
    if (!path) return path.error();
    target.path = std::move(*path);
    auto query = decode_query(target.raw_query);
    if (!query) return query.error();
    target.query = std::move(*query);
    return target;
}

std::string path_as_sent(std::string_view request_line) {
    constexpr std::size_t kLongest = 200;
    std::string_view path = request_line.substr(std::min(request_line.find(' '), request_line.size()));
    path.remove_prefix(std::min<std::size_t>(1, path.size()));
    path = path.substr(0, path.find_first_of(" ?#"));
    if (path.substr(0, 1) != "/") {
        const auto scheme_end = path.find("://");
        const auto slash = scheme_end == std::string_view::npos ? scheme_end : path.find('/', scheme_end + 3);
        if (slash == std::string_view::npos) return {};
        path.remove_prefix(slash);
    }
    const auto foreign = std::find_if(path.begin(), path.end(), [](char c) { return is_control(c) || static_cast<unsigned char>(c) >= 0x80; });
    path = path.substr(0, static_cast<std::size_t>(foreign - path.begin()));
    return std::string{path.substr(0, kLongest)};
}

Result<std::string> parse_host(std::string_view text) {
    if (text.empty()) return bad_host("the host is empty");
    std::string_view host = text;
    std::string_view port;
    if (text.front() == '[') {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return bad_host("the host has [ without ]");
        host = text.substr(0, close + 1);
        const auto inside = host.substr(1, host.size() - 2);
        const auto in_address = [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; };
        if (inside.size() < 2 || !std::all_of(inside.begin(), inside.end(), in_address)) {
            return bad_host("the host in [] is not an IPv6 address");
        }
        const auto rest = text.substr(close + 1);
        if (!rest.empty() && rest.front() != ':') return bad_host("the host has text after ]");
        port = rest.substr(std::min<std::size_t>(1, rest.size()));
    } else {
        const auto colon = text.find(':');
        host = text.substr(0, std::min(colon, text.size()));
        if (colon != std::string_view::npos) port = text.substr(colon + 1);
        const auto in_name = [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
        };
        if (host.empty() || !std::all_of(host.begin(), host.end(), in_name)) {
            return bad_host("the host holds a character that no host name has");
        }
    }
    if (!is_port(port)) return bad_host("the port in the host is not a number");
    return to_lower(host);
}

AllowedHosts::AllowedHosts(std::string_view bound, const std::vector<std::string>& more)
    : hosts_{"localhost", "127.0.0.1", "[::1]"} {
    const auto add = [this](std::string_view name) {
        // A bare IPv6 address is written without brackets in a configuration, with them in Host.
        const bool bare_ipv6 = std::count(name.begin(), name.end(), ':') > 1 && name.front() != '[';
        const auto host = parse_host(bare_ipv6 ? "[" + std::string{name} + "]" : std::string{name});
        if (host) hosts_.push_back(*host);
    };
    if (bound != "0.0.0.0" && bound != "::") add(bound);
    for (const auto& name : more) add(name);
}

bool AllowedHosts::allows(std::string_view host, std::string_view local_address) const {
    if (std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end()) return true;
    if (local_address.empty()) return false;
    if (host == local_address) return true;
    return host.size() == local_address.size() + 2 && host.front() == '[' &&
           host.substr(1, host.size() - 2) == local_address;
}

}  // namespace crossdock::http
