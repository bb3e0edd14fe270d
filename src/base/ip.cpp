// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/text.h"

namespace crossdock {
namespace {

/// A whole decimal number without sign or leading zeros, at most `most`.
std::optional<int> decimal(std::string_view text, int most) {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    int number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size() || text.front() == '-' || number > most)
        return std::nullopt;
    return number;
}

bool read_v4(std::string_view text, std::uint8_t* into) {
    for (int i = 0; i < 4; ++i) {
        const auto dot = text.find('.');
        if ((dot == std::string_view::npos) != (i == 3)) return false;
        const auto number = decimal(text.substr(0, dot), 255);
        if (!number) return false;
        into[i] = static_cast<std::uint8_t>(*number);
        if (i < 3) text.remove_prefix(dot + 1);
    }
    return true;
}

/// Groups between colons, each one to four hex digits; the last may be an IPv4 address. Returns how many bytes it
/// wrote.
std::optional<std::size_t> read_groups(std::string_view text, std::uint8_t* into, std::size_t room,
                                       bool last_may_be_v4) {
    std::size_t at = 0;
    while (!text.empty()) {
        const auto colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        const bool is_last = colon == std::string_view::npos;
        if (is_last && last_may_be_v4 && group.find('.') != std::string_view::npos) {
            if (at + 4 > room || !read_v4(group, into + at)) return std::nullopt;
            return at + 4;
        }
        if (group.empty() || group.size() > 4 || at + 2 > room) return std::nullopt;
        unsigned value = 0;
        for (const char c : group) {
            const int digit = hex_digit(c);
            if (digit < 0) return std::nullopt;
            value = value * 16 + static_cast<unsigned>(digit);
        }
        into[at++] = static_cast<std::uint8_t>(value >> 8U);
        into[at++] = static_cast<std::uint8_t>(value & 0xFFU);
        if (is_last) return at;
        text.remove_prefix(colon + 1);
        if (text.empty()) return std::nullopt;  // a colon at the end
    }
    return at;
}

std::optional<IpAddress> read_v6(std::string_view text) {
    IpAddress address;
    address.v6 = true;
    const auto gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto size = read_groups(text, address.bytes.data(), 16, true);
        return size == 16 ? std::optional{address} : std::nullopt;
    }
    const std::string_view tail = text.substr(gap + 2);
    if (tail.find("::") != std::string_view::npos) return std::nullopt;
    const auto head_size = read_groups(text.substr(0, gap), address.bytes.data(), 14, false);
    std::array<std::uint8_t, 16> behind{};
    const auto tail_size = read_groups(tail, behind.data(), 14, true);
    if (!head_size || !tail_size || *head_size + *tail_size > 14) return std::nullopt;
    std::copy_n(behind.begin(), *tail_size, address.bytes.end() - static_cast<std::ptrdiff_t>(*tail_size));
    return address;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
    if (text.find(':') != std::string_view::npos) return read_v6(text);
    IpAddress address;
    return read_v4(text, address.bytes.data()) ? std::optional{address} : std::nullopt;
}

std::string to_text(const IpAddress& address) {
    std::array<char, 48> buffer{};
    const auto& b = address.bytes;
    if (!address.v6) {
        std::snprintf(buffer.data(), buffer.size(), "%d.%d.%d.%d", b[0], b[1], b[2], b[3]);
        return buffer.data();
    }
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(b[2 * i]) << 8U | b[2 * i + 1];
    std::size_t best = 8;
    std::size_t best_length = 1;  // a single zero group is written out
    for (std::size_t i = 0; i < 8;) {
        std::size_t length = 0;
        while (i + length < 8 && groups[i + length] == 0) ++length;
        if (length > best_length) {
            best = i;
            best_length = length;
        }
        i += std::max<std::size_t>(length, 1);
    }
    std::string out;
    for (std::size_t i = 0; i < 8;) {
        if (i == best) {
            out += "::";
            i += best_length;
            continue;
        }
        if (!out.empty() && out.back() != ':') out += ':';
        std::snprintf(buffer.data(), buffer.size(), "%x", groups[i++]);
        out += buffer.data();
    }
    return out;
}

IpAddress unwrap_mapped(const IpAddress& address) {
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (!address.v6 || !std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) return address;
    IpAddress v4;
    std::copy_n(address.bytes.begin() + 12, 4, v4.bytes.begin());
    return v4;
}

bool IpRange::contains(const IpAddress& address) const {
    if (address.v6 != base.v6) return false;
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + static_cast<std::ptrdiff_t>(whole), address.bytes.begin()))
        return false;
    const int rest = bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xFFU << static_cast<unsigned>(8 - rest));
    return ((base.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

std::optional<IpRange> parse_ip_range(std::string_view text) {
    const auto slash = text.find('/');
    const auto base = parse_ip(text.substr(0, slash));
    if (!base) return std::nullopt;
    IpRange range{*base, static_cast<int>(base->size() * 8)};
    if (slash == std::string_view::npos) return range;
    const auto bits = decimal(text.substr(slash + 1), range.bits);
    if (!bits) return std::nullopt;
    range.bits = *bits;
    IpAddress first = *base;
    for (std::size_t i = 0; i < base->size(); ++i) {
        const int inside = std::clamp(range.bits - static_cast<int>(i) * 8, 0, 8);
        first.bytes[i] = static_cast<std::uint8_t>(first.bytes[i] & (0xFF00U >> static_cast<unsigned>(inside)));
    }
    return first == *base ? std::optional{range} : std::nullopt;
}

}  // namespace crossdock
