// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <array>
#include <cstdio>
#include <optional>

namespace crossdock {
namespace {

using std::chrono::milliseconds;

void append_number(std::string& out, unsigned value, int width) {
    std::array<char, 10> digits{};
    int at = 10;
    do {
        digits[static_cast<std::size_t>(--at)] = static_cast<char>('0' + value % 10);
        value /= 10;
        --width;
    } while (value != 0 || width > 0);
    out.append(digits.data() + at, static_cast<std::size_t>(10 - at));
}

/// Reads exactly `count` digits and moves on; nullopt when they are not there.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

Error no_instant(std::string_view text, const std::string& why) {
    std::string shown{text.substr(0, 40)};
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20) c = '?';
    return {ErrorKind::invalid, "time_invalid",
            "\"" + shown + "\" " + why + "; write an instant like 2026-11-20T09:15:30Z or 2026-11-20T10:15:30+01:00"};
}

/// The offset from UTC in minutes, or nullopt when the text is none.
std::optional<int> take_offset(std::string_view& text) {
    // A '+' sent raw in a query string arrives as a blank.
    const bool east = take(text, '+') || take(text, ' ');
    if (!east && !take(text, '-')) return std::nullopt;
    const auto hours = take_digits(text, 2);
    if (!hours || *hours > 23) return std::nullopt;
    int minutes = 0;
    if (!text.empty()) {
        take(text, ':');
        const auto read = take_digits(text, 2);
        if (!read || *read > 59) return std::nullopt;
        minutes = *read;
    }
    const int offset = *hours * 60 + minutes;
    return east ? offset : -offset;
}

}  // namespace

void append_rfc3339(std::string& out, Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const auto ms = static_cast<unsigned>((at - day).count());
    append_number(out, static_cast<unsigned>(int{date.year()}), 4);
    out += '-';
    append_number(out, unsigned{date.month()}, 2);
    out += '-';
    append_number(out, unsigned{date.day()}, 2);
    out += 'T';
    append_number(out, ms / 3'600'000, 2);
    out += ':';
    append_number(out, ms / 60'000 % 60, 2);
    out += ':';
    append_number(out, ms / 1'000 % 60, 2);
    if (ms % 1'000 != 0) {
        out += '.';
        append_number(out, ms % 1'000, 3);
    }
    out += 'Z';
}

std::string format_rfc3339(Timestamp at) {
    std::string out;
    append_rfc3339(out, at);
    return out;
}

std::string format_http_date(Timestamp at) {
    static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at - day).count();
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  kDays[std::chrono::weekday{day}.c_encoding()], unsigned{date.day()},
                  kMonths[unsigned{date.month()} - 1], int{date.year()}, static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
    return text.data();
}

Result<Timestamp> parse_iso8601(std::string_view text, ZoneRule zone) {
    const std::string_view whole = text;
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return no_instant(whole, "is not an ISO 8601 time");
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return no_instant(whole, "is not an ISO 8601 time");
    const auto day = take_digits(text, 2);
    if (!day) return no_instant(whole, "is not an ISO 8601 time");
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return no_instant(whole, "is no day of the calendar");
    if (*year < 1970 || *year > 9998) return no_instant(whole, "is outside the years 1970 to 9998");
    Timestamp at{std::chrono::sys_days{date}};
    if (text.empty()) {
        if (zone == ZoneRule::required) return no_instant(whole, "has no time of day and no zone");
        return at;
    }
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return no_instant(whole, "is not an ISO 8601 time");
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return no_instant(whole, "is not an ISO 8601 time");
    const auto minute = take_digits(text, 2);
    if (!minute) return no_instant(whole, "is not an ISO 8601 time");
    int second = 0;
    int ms = 0;
    if (take(text, ':')) {
        const auto read = take_digits(text, 2);
        if (!read) return no_instant(whole, "is not an ISO 8601 time");
        second = *read;
        if (take(text, '.') || take(text, ',')) {
            int digits = 0;
            while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
                if (digits < 3) ms = ms * 10 + (text.front() - '0');
                ++digits;
                text.remove_prefix(1);
            }
            if (digits == 0) return no_instant(whole, "is not an ISO 8601 time");
            for (; digits < 3; ++digits) ms *= 10;
        }
    }
    if (second == 60 && *minute == 59 && *hour == 23) second = 59;  // a leap second
    if (*hour > 23 || *minute > 59 || second > 59) return no_instant(whole, "is no time of day");
    at += std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{second} + milliseconds{ms};
    if (text.empty()) {
        if (zone == ZoneRule::required) return no_instant(whole, "has no zone");
        return at;
    }
    if (take(text, 'Z') || take(text, 'z')) {
        if (!text.empty()) return no_instant(whole, "has something after the zone");
        return at;
    }
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return no_instant(whole, "has an offset that cannot be read");
    return at - std::chrono::minutes{*offset};
}

Result<Timestamp> parse_http_date(std::string_view text) {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const Error fault{ErrorKind::invalid, "time_invalid", "not an HTTP date"};
    const auto comma = text.find(", ");
    if (comma == std::string_view::npos) return fault;
    text.remove_prefix(comma + 2);
    const auto day = take_digits(text, 2);
    if (!day || !take(text, ' ') || text.size() < 4) return fault;
    const auto month = kMonths.find(text.substr(0, 3));
    if (month == std::string_view::npos || month % 3 != 0) return fault;
    text.remove_prefix(3);
    if (!take(text, ' ')) return fault;
    const auto year = take_digits(text, 4);
    if (!year || !take(text, ' ')) return fault;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return fault;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ':')) return fault;
    const auto second = take_digits(text, 2);
    if (!second || text != " GMT") return fault;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return fault;
    return Timestamp{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

}  // namespace crossdock
