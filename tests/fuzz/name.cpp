// SPDX-License-Identifier: Apache-2.0
// Names of places: hosts, addresses, networks, origins, URLs, request targets. One to a line.
//
// Promised: what was read and is written is read again as the same; addresses agree with the C library's reading.
#include <arpa/inet.h>

#include <cstring>

#include "base/ip.h"
#include "base/origin.h"
#include "base/text.h"
#include "config/values.h"
#include "connectors/shopify/gid.h"
#include "fuzz/target.h"
#include "http/target.h"
#include "net/http_client.h"

namespace crossdock::fuzz::on_name {

void run(std::string_view input);

namespace {

void check_address(std::string_view text) {
    const auto address = parse_ip(text);
    // The C library stops at a NUL and takes the rest for nothing.
    if (text.find('\0') == std::string_view::npos) {
        const std::string copy{text};
        in_addr four{};
        in6_addr six{};
        const bool is_four = inet_pton(AF_INET, copy.c_str(), &four) == 1;
        const bool is_six = inet_pton(AF_INET6, copy.c_str(), &six) == 1;
        check(address.has_value() == (is_four || is_six), "an address is one for the C library, too");
        if (address && address->v6)
            check(std::memcmp(address->bytes.data(), &six, 16) == 0, "its bytes are those of the C library");
        if (address && !address->v6)
            check(std::memcmp(address->bytes.data(), &four, 4) == 0, "its bytes are those of the C library");
    }
    if (address) {
        check(parse_ip(to_text(*address)) == address, "an address that was written is read as the same");
        const auto plain = unwrap_mapped(*address);
        check(unwrap_mapped(plain) == plain, "an address is unwrapped once");
        check(IpRange{*address, 8}.contains(*address), "a network holds its own address");
    }
    if (const auto range = parse_ip_range(text)) {
        check(range->contains(range->base), "a network holds its first address");
        const auto again = parse_ip_range(to_text(range->base) + "/" + std::to_string(range->bits));
        check(again == range, "a network that was written is read as the same");
    }
}

void check_names(std::string_view text) {
    if (const auto host = http::parse_host(text)) {
        check(*host == to_lower(*host) && !host->empty(), "a host is in small letters");
        const auto again = http::parse_host(*host);
        check(again && *again == *host, "a host without its port is a host");
        check(!http::AllowedHosts("127.0.0.1", {}).allows(*host, "") || *host == "localhost" || *host == "127.0.0.1" ||
                  *host == "[::1]",
              "only names of this machine are allowed when none was added");
    }
    if (const auto origin = parse_origin(text)) {
        check(parse_origin(*origin) == origin, "an origin is an origin again");
        check(origin->starts_with("https://") || origin->starts_with("http://"), "an origin has a scheme of the web");
    }
    if (const auto url = net::parse_url(text)) {
        check(url->scheme == "http" || url->scheme == "https", "an address is of the web");
        check(!url->host.empty() && url->port >= 0 && url->port <= 65535, "an address has a host and a port");
        check(url->path_and_query.starts_with('/'), "an address has a path");
    }
    if (const auto url = config::parse_url(text)) {
        const auto again = config::parse_url(*url);
        check(again && *again == *url, "an address of the config file is one again");
        check(!config::host_of(*url).empty(), "an address of the config file has a host");
    }
    if (const auto target = config::parse_target(text)) {
        const auto again = config::parse_target(*target);
        check(again && *again == *target, "a webhook target is one again");
    }
    if (const auto host = config::parse_host(text)) {
        const auto again = config::parse_host(*host);
        check(again && *again == *host, "a host of the config file is one again");
    }
    static_cast<void>(config::parse_listen(text));
    if (const auto code = config::parse_code(text)) check_same(*code, text, "a code is taken as it is");
}

void check_target(std::string_view text) {
    for (const auto slash : {http::EncodedSlash::refused, http::EncodedSlash::part_of_segment}) {
        const auto target = http::parse_target(text, slash);
        if (!target) continue;
        const std::string written = target->raw_path + (target->raw_query.empty() ? "" : "?" + target->raw_query);
        const auto again = http::parse_target(written, slash);
        check(again && again->path == target->path && again->query == target->query,
              "a target without its host is the same target");
        if (target->path == "*") continue;
        // Percent-encoded anew, segment by segment, the path is the same.
        if (slash == http::EncodedSlash::refused) {
            std::string path;
            const auto segments = split(target->path, '/');
            for (std::size_t i = 1; i < segments.size(); ++i) path += "/" + net::percent_encode(segments[i]);
            const auto encoded = http::parse_target(path, slash);
            check(encoded && encoded->path == target->path, "a path that was encoded is decoded to itself");
        }
    }
    std::string query = "/?";
    query += net::percent_encode(text) + "=" + net::percent_encode(text);
    const auto target = http::parse_target(query);
    const bool sendable = is_valid_utf8(text) && text.find('\0') == std::string_view::npos;
    check(target.has_value() == sendable, "any text but a NUL can stand in a query");
    if (target)
        check(target->query == http::Fields{{std::string{text}, std::string{text}}},
              "a query that was encoded is decoded to itself");
}

void check_gid(std::string_view text) {
    using namespace connectors::shopify;
    const auto digits = gid_digits(text);
    for (const char c : digits) check(c >= '0' && c <= '9', "an id is digits");
    const std::string gid = to_gid("Order", text);
    if (gid.empty()) return;
    check_same(to_gid("Order", gid), gid, "a gid is one again");
    if (text.starts_with("gid://")) return;
    check(gid_type(gid) == "Order", "a gid has its type");
    check_same(gid_digits(gid), digits, "a gid has its digits");
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    for (int lines = 0; lines < 8 && !in.rest().empty(); ++lines) {
        const auto text = in.line();
        check_address(text);
        check_names(text);
        check_target(text);
        check_gid(text);
    }
}

}  // namespace crossdock::fuzz::on_name
