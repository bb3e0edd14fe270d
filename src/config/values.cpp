// SPDX-License-Identifier: Apache-2.0
#include "config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <istream>
#include <span>

#include "base/ip.h"
#include "base/origin.h"
#include "base/text.h"

namespace crossdock::config {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alnum(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
    return std::all_of(text.begin(), text.end(), predicate);
}

/// A number without sign, at most `most`; none otherwise.
std::optional<std::int64_t> parse_number(std::string_view text, std::int64_t most) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || !is_digit(text.front()) || error != std::errc{} || end != text.data() + text.size() ||
        number > most)
        return std::nullopt;
    return number;
}

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

/// "30s" with the units given; none when it is not that or overflows.
std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
    const auto digits = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    const auto number = parse_number(text.substr(0, digits), 1'000'000'000);
    if (!number) return std::nullopt;
    for (const Unit& unit : units)
        if (text.substr(digits) == unit.name) return *number * unit.factor;
    return std::nullopt;
}

bool is_ipv4(std::string_view text) {
    const auto parts = split(text, '.');
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
               return part.size() <= 3 && (part.size() == 1 || part.front() != '0') && parse_number(part, 255);
           });
}

/// How many 16-bit groups "a:b:c" has, the last of which may be an IPv4 address; none when it is malformed.
std::optional<std::size_t> count_groups(std::string_view text) {
    if (text.empty()) return 0;
    const auto parts = split(text, ':');
    std::size_t groups = parts.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool is_last = i + 1 == parts.size();
        if (is_last && is_ipv4(parts[i]))
            ++groups;
        else if (parts[i].empty() || parts[i].size() > 4 || !all_of(parts[i], is_hex))
            return std::nullopt;
    }
    return groups;
}

bool is_ipv6(std::string_view text) {
    const auto gap = text.find("::");
    if (gap == std::string_view::npos) return count_groups(text) == std::optional<std::size_t>{8};
    const auto before = count_groups(text.substr(0, gap));
    const auto after = count_groups(text.substr(gap + 2));
    return before && after && *before + *after < 8;
}

bool is_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    for (const std::string& label : split(text, '.'))
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
            !all_of(label, [](char c) { return is_alnum(c) || c == '-' || c == '_'; }))
            return false;
    return true;
}

/// "1.2.3" and "300.1.1.1" are mistyped addresses, not names.
bool is_host(std::string_view text) {
    if (all_of(text, [](char c) { return is_digit(c) || c == '.'; })) return is_ipv4(text);
    return is_name(text);
}

struct Authority {
    std::string host;  // without brackets
    std::string_view port;
    bool has_port = false;
};
/// Splits "host:port" and "[v6]:port"; none when the host is not one.
std::optional<Authority> split_authority(std::string_view text) {
    Authority out;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1))) return std::nullopt;
        out.host = to_lower(text.substr(1, end - 1));
        rest = text.substr(end + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        if (!is_host(text.substr(0, colon))) return std::nullopt;
        out.host = to_lower(text.substr(0, colon));
        rest = text.substr(colon);
    }
    if (rest.empty()) return out;
    if (rest.front() != ':') return std::nullopt;
    out.port = rest.substr(1);
    out.has_port = true;
    return out;
}

}  // namespace

Error bad_value(std::string message) { return Error{ErrorKind::invalid, "config_value", std::move(message)}; }

Result<Interval> parse_interval(std::string_view text) {
    static constexpr std::array<Unit, 5> kUnits{
        {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
    if (text == "off") return Interval{};
    const auto ms = parse_with_unit(text, kUnits);
    if (!ms) return bad_value("must be an interval such as \"30s\", \"5m\", \"1h\", \"1d\", or \"off\"");
    if (*ms < 1'000) return bad_value("must be at least \"1s\" (\"off\" stops the stream)");
    if (*ms > 30 * kUnits[4].factor) return bad_value("must be at most \"30d\" (\"off\" stops the stream)");
    return Interval{std::chrono::milliseconds{*ms}};
}

Result<std::int64_t> parse_size(std::string_view text) {
    static constexpr std::array<Unit, 3> kUnits{{{"KB", 1LL << 10}, {"MB", 1LL << 20}, {"GB", 1LL << 30}}};
    const auto bytes = parse_with_unit(text, kUnits);
    if (!bytes) return bad_value("must be a size such as \"512KB\", \"10MB\" or \"1GB\"");
    if (*bytes < (64LL << 10) || *bytes > (100LL << 30)) return bad_value("must be between \"64KB\" and \"100GB\"");
    return *bytes;
}

Result<Listen> parse_listen(std::string_view text) {
    if (text.starts_with(':') || text.starts_with('*'))
        return bad_value(
            "needs an address before the port: \"127.0.0.1:8080\" for this machine only, \"0.0.0.0:8080\" for the "
            "network");
    if (!text.empty() && all_of(text, is_digit))
        return bad_value("needs an address: \"127.0.0.1:" + std::string{text} + "\"");
    if (is_ipv6(text))
        return bad_value("needs brackets around an IPv6 address, and a port: \"[" + std::string{text} + "]:8080\"");
    const auto authority = split_authority(text);
    if (!authority) return bad_value("must be host:port, such as \"127.0.0.1:8080\" or \"[::1]:8080\"");
    if (!authority->has_port) return bad_value("needs a port: \"" + std::string{text} + ":8080\"");
    const auto port = parse_number(authority->port, 65'535);
    if (!port) return bad_value("needs a port from 0 to 65535 (0 lets the system choose)");
    return Listen{authority->host, static_cast<std::uint16_t>(*port), is_loopback(authority->host)};
}

std::string to_string(const Listen& listen) {
    const bool is_v6 = listen.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + listen.host + "]" : listen.host) + ":" + std::to_string(listen.port);
}

Result<std::string> parse_code(std::string_view text) {
    const auto fits = [](std::string_view code) {
        return code.size() >= 2 && code.size() <= 32 &&
               all_of(code, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
    };
    if (fits(text)) return std::string{text};
    std::string message = "must be 2 to 32 of a-z, 0-9 and -";
    std::string likely = to_lower(text);
    std::replace_if(
        likely.begin(), likely.end(), [](char c) { return c == '_' || c == ' ' || c == '.'; }, '-');
    if (fits(likely)) message += ": write \"" + likely + "\"";
    return bad_value(std::move(message));
}

Result<std::string> parse_url(std::string_view text) {
    const std::string lower = to_lower(text.substr(0, 8));
    const std::size_t scheme = lower.starts_with("https://") ? 8 : lower.starts_with("http://") ? 7 : 0;
    if (scheme == 0) return bad_value("must start with https:// or http://");
    if (!all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>' && c != '\\'; }))
        return bad_value("must not contain blanks, quotes, backslashes or letters outside ASCII");
    if (text.find_first_of("?#") != std::string_view::npos) return bad_value("must not have a query (?) or fragment (#)");
    const std::string_view authority = text.substr(scheme, text.find('/', scheme) - scheme);
    if (authority.find('@') != std::string_view::npos) return bad_value("must not contain a user name or password");
    const auto parts = split_authority(authority);
    if (!parts) return bad_value("must name a host after " + std::string{text.substr(0, scheme)});
    const auto port = parts->has_port ? parse_number(parts->port, 65'535) : std::optional<std::int64_t>{1};
    if (!port || *port == 0) return bad_value("needs a port from 1 to 65535 after the colon");
    while (text.ends_with('/')) text.remove_suffix(1);
    return std::string{lower.substr(0, scheme)} + std::string{text.substr(scheme)};
}

Result<std::string> parse_host(std::string_view text) {
    std::string host = to_lower(text);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (is_ipv6(host) || is_host(host)) return host;
    return bad_value("must list plain host names or addresses, such as \"hub.example.com\", without scheme, port or path");
}

Result<std::string> parse_target(std::string_view text) {
    if (parse_ip_range(text)) return to_lower(text);
    if (text.find('/') != std::string_view::npos)
        return bad_value("lists \"" + to_valid_utf8(text.substr(0, 60)) +
                         "\", which is no network: write the first address and the length, such as \"192.168.10.0/24\"");
    auto host = parse_host(text);
    if (host) return host;
    return bad_value("must list addresses, networks such as \"192.168.10.0/24\" and plain host names, without scheme, port or path");
}

Result<std::string> parse_web_origin(std::string_view text) {
    if (auto origin = parse_origin(text)) return std::move(*origin);
    return bad_value("lists \"" + to_valid_utf8(text.substr(0, 60)) +
                     "\", which is no web origin: write scheme, host and port alone, such as \"https://shop.example.com\"");
}

std::string host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    const auto authority = split_authority(url.substr(0, url.find('/')));
    return authority ? authority->host : std::string{};
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
           (host.starts_with("127.") && is_ipv4(host));
}

bool read_at_most(std::istream& file, std::size_t most, std::string& text) {
    text.assign(most, '\0');
    try {
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
    } catch (const std::exception&) {
        return false;  // on Windows, instead of the stream's bad state
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return !file.bad();
}

}  // namespace crossdock::config
