// SPDX-License-Identifier: Apache-2.0
#include "webhooks/target_rules.h"

#include <algorithm>

#include "base/text.h"
#include "net/http_client.h"

namespace crossdock::webhooks {
namespace {

constexpr std::size_t kLongestUrl = 2048;
constexpr int kFirstFreePort = 1024;

/// Ranges with the words for them.
struct Named {
    IpRange range;
    const char* words;
};

const std::vector<Named>& never() {
    static const std::vector<Named> ranges = [] {
        std::vector<Named> out;
        for (const auto& [range, words] : {
                 std::pair{"0.0.0.0/8", "no address of a machine"},
                 {"169.254.0.0/16", "a link-local address, where cloud machines keep their secrets"},
                 {"224.0.0.0/4", "a multicast address"},
                 {"240.0.0.0/4", "a reserved or broadcast address"},
                 {"::/128", "no address of a machine"},
                 {"fe80::/10", "a link-local address"},
                 {"ff00::/8", "a multicast address"},
                 {"64:ff9b::/96", "an address that a translator (NAT64) leads elsewhere"},
                 {"64:ff9b:1::/48", "an address that a translator (NAT64) leads elsewhere"},
                 {"2002::/16", "an address that a tunnel (6to4) leads elsewhere"},
                 {"2001::/32", "an address that a tunnel (Teredo) leads elsewhere"},
             })
            out.push_back({*parse_ip_range(range), words});
        return out;
    }();
    return ranges;
}

const std::vector<Named>& inside() {
    static const std::vector<Named> ranges = [] {
        std::vector<Named> out;
        for (const auto& [range, words] : {
                 std::pair{"10.0.0.0/8", "in a private network"},
                 {"172.16.0.0/12", "in a private network"},
                 {"192.168.0.0/16", "in a private network"},
                 {"100.64.0.0/10", "in a provider's private network"},
                 {"fc00::/7", "in a private network"},
                 {"fec0::/10", "in a private network"},
                 {"127.0.0.0/8", "on this machine"},
                 {"::1/128", "on this machine"},
             })
            out.push_back({*parse_ip_range(range), words});
        return out;
    }();
    return ranges;
}

const char* found_in(const std::vector<Named>& ranges, const IpAddress& address) {
    for (const Named& one : ranges)
        if (one.range.contains(address)) return one.words;
    return nullptr;
}

/// ::a.b.c.d, an old form that some systems still lead to the IPv4 address; :: and ::1 are not meant.
bool is_ipv4_compatible(const IpAddress& address) {
    static const IpRange range = *parse_ip_range("::/96");
    return range.contains(address) && address != *parse_ip("::") && address != *parse_ip("::1");
}

/// "0x7f.1", "2130706433", "127.1": no name ends in a number, and what systems make of these differs.
bool looks_like_an_address(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') == std::string_view::npos ? 0 : host.rfind('.') + 1);
    if (last.empty()) return false;
    return last.starts_with("0x") || std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string without_dot(std::string_view host) {
    return std::string{host.ends_with('.') ? host.substr(0, host.size() - 1) : host};
}

}  // namespace

TargetRules::TargetRules(Options options) : options_(std::move(options)) {
    for (const std::string& entry : options_.allow) {
        if (const auto range = parse_ip_range(entry))
            networks_.push_back(*range);
        else
            names_.push_back(to_lower(without_dot(entry)));
    }
}

/// Why not; empty: it may be.
std::string TargetRules::objection(std::string_view host, int port, const IpAddress& given) const {
    const IpAddress address = unwrap_mapped(given);
    if (is_ipv4_compatible(address))
        return to_text(address) + " is an IPv4 address in disguise; webhooks are never sent there";
    if (const char* words = found_in(never(), address))
        return to_text(address) + " is " + words + "; webhooks are never sent there";
    if (port == options_.own_port() && options_.is_own(address))
        return "it is this hub itself; name the program that is to be told";
    const char* words = found_in(inside(), address);
    if (words == nullptr) return {};
    const auto holds = [&](const IpRange& range) { return range.contains(address); };
    if (std::any_of(networks_.begin(), networks_.end(), holds)) return {};
    if (std::find(names_.begin(), names_.end(), to_lower(without_dot(host))) != names_.end()) return {};
    return to_text(address) + " is " + words + "; the config file can allow it: [webhooks] allow = [\"" +
           to_text(address) + "\"]";
}

Status TargetRules::check_url(std::string_view url) const {
    const auto bad = [](std::string why) { return Error{ErrorKind::invalid, "url_invalid", "url: " + std::move(why)}; };
    if (url.size() > kLongestUrl) return bad("longer than 2048 characters");
    const auto parsed = net::parse_url(url);
    if (!parsed) return bad(parsed.error().message);
    if (parsed->port != 80 && parsed->port != 443 && parsed->port < kFirstFreePort)
        return bad("port " + std::to_string(parsed->port) + " is not allowed; use 80, 443 or one from 1024 up");
    const std::string host = without_dot(parsed->host);
    auto address = parse_ip(host);
    if (!address && looks_like_an_address(host))
        return bad("the host is neither a name nor an address such as 192.168.10.5");
    if (host == "localhost" || host.ends_with(".localhost")) address = parse_ip("127.0.0.1");
    if (address)
        if (const std::string why = objection(host, parsed->port, *address); !why.empty())
            return Error{ErrorKind::invalid, "url_refused", "url: " + why};
    return ok();
}

Status TargetRules::admit(const std::string& host, int port, const IpAddress& address) const {
    const auto refused = [&](std::string why) { return Error{ErrorKind::rejected, "target_refused", std::move(why)}; };
    if (port != 80 && port != 443 && port < kFirstFreePort)
        return refused("port " + std::to_string(port) + " is not allowed");
    if (const std::string why = objection(host, port, address); !why.empty())
        return refused(host == to_text(address) ? why : host + ": " + why);
    return ok();
}

}  // namespace crossdock::webhooks
