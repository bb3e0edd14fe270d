// SPDX-License-Identifier: Apache-2.0
#include "api/json/cursor.h"

#include <charconv>
#include <vector>

#include "base/text.h"
#include "crypto/compare.h"
#include "crypto/hash.h"

namespace crossdock::api {
namespace {

constexpr std::string_view kVersion = "1";
constexpr std::size_t kMacBytes = 16;
constexpr std::int64_t kYearsGood = 5;
constexpr std::size_t kLongestText = 256;

std::string mac(std::string_view secret, std::string_view payload) {
    // The secret signs more than cursors one day; the label keeps the uses apart.
    return crypto::hmac_sha256(secret, "list-cursor\n" + std::string{payload}).substr(0, kMacBytes);
}

std::int64_t year_of(Timestamp at) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
    return static_cast<int>(day.year());
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::string write_cursor(const Cursor& cursor, std::string_view secret, Timestamp now) {
    const auto text_of = [](std::int64_t value) { return std::to_string(value); };
    std::string payload{kVersion};
    payload += '.';
    payload += static_cast<char>(cursor.list);
    payload += '.' + text_of(year_of(now)) + '.' + text_of(cursor.account.value) + '.';
    if (cursor.channel) payload += text_of(cursor.channel->value);
    payload += cursor.position == Cursor::Position::feed ? ".f." : ".s.";
    payload += text_of(cursor.sequence);
    if (cursor.position == Cursor::Position::since) {
        payload += '.' + text_of(cursor.id) + '.';
        if (cursor.time) payload += text_of(to_ms(*cursor.time));
    }
    return crypto::base64url_encode(payload + mac(secret, payload));
}

std::optional<Cursor> read_cursor(std::string_view text, std::string_view secret, Timestamp now) {
    if (text.size() > kLongestText) return std::nullopt;
    const auto bytes = crypto::base64url_decode(text);
    if (!bytes || bytes->size() <= kMacBytes) return std::nullopt;
    const std::string payload = bytes->substr(0, bytes->size() - kMacBytes);
    if (!crypto::equal_constant_time(mac(secret, payload), std::string_view{*bytes}.substr(payload.size())))
        return std::nullopt;

    // Signed, so it is what write_cursor wrote, if only by another version of it.
    const std::vector<std::string> parts = split(payload, '.');
    if (parts.size() < 7 || parts[0] != kVersion || parts[1].size() != 1) return std::nullopt;
    const bool feed = parts[5] == "f";
    if (parts.size() != (feed ? 7U : 9U)) return std::nullopt;
    const auto year = number(parts[2]);
    const auto account = number(parts[3]);
    const auto sequence = number(parts[6]);
    if (!year || !account || !sequence || year_of(now) - *year > kYearsGood) return std::nullopt;
    Cursor cursor;
    cursor.list = static_cast<ListKind>(parts[1].front());
    cursor.account = AccountId{*account};
    cursor.sequence = *sequence;
    if (!parts[4].empty()) {
        const auto channel = number(parts[4]);
        if (!channel) return std::nullopt;
        cursor.channel = ChannelId{*channel};
    }
    cursor.position = feed ? Cursor::Position::feed : Cursor::Position::since;
    if (feed) return cursor;
    const auto id = number(parts[7]);
    if (!id) return std::nullopt;
    cursor.id = *id;
    if (!parts[8].empty()) {
        const auto time = number(parts[8]);
        if (!time) return std::nullopt;
        cursor.time = from_ms(*time);
    }
    return cursor;
}

}  // namespace crossdock::api
