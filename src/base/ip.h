// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock {

/// An IPv4 or IPv6 address as numbers. What an address means is judged on these, never on its text, which has many
/// forms.
struct IpAddress {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};  // the first four when it is IPv4
    [[nodiscard]] std::size_t size() const { return v6 ? 16 : 4; }
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// "192.0.2.1" (four decimal numbers, without leading zeros) or "2001:db8::1" (RFC 4291, also with an IPv4 tail). No
/// zone, no brackets.
std::optional<IpAddress> parse_ip(std::string_view text);
/// The usual text: dotted quad, or groups of lower-case hex with the longest run of zeros as "::".
std::string to_text(const IpAddress& address);
/// ::ffff:192.0.2.1 is IPv4 in IPv6's clothes: gives 192.0.2.1. Any other address as it is.
IpAddress unwrap_mapped(const IpAddress& address);

/// Addresses that begin with the same bits.
struct IpRange {
    IpAddress base;
    int bits = 0;
    /// False for the other family: unwrap first.
    [[nodiscard]] bool contains(const IpAddress& address) const;
    friend bool operator==(const IpRange&, const IpRange&) = default;
};

/// "192.168.10.0/24" or a single address. Bits behind the prefix must be zero, because who writes 192.168.10.7/24 may
/// mean either.
std::optional<IpRange> parse_ip_range(std::string_view text);

}  // namespace crossdock
