// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "dialect/zone.h"

namespace crossdock::dialect {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

bool take_sign(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

/// One to three digits.
bool take_digits(std::string_view& text, int& value) {
    std::size_t count = 0;
    value = 0;
    while (count < 3 && count < text.size() && text[count] >= '0' && text[count] <= '9')
        value = value * 10 + (text[count++] - '0');
    text.remove_prefix(count);
    return count > 0;
}

/// [+-]hh[:mm[:ss]] as seconds.
bool take_clock(std::string_view& text, std::int64_t& seconds) {
    const bool negative = take_sign(text, '-');
    if (!negative) take_sign(text, '+');
    int part = 0;
    if (!take_digits(text, part) || part > 167) return false;
    seconds = part * std::int64_t{3'600};
    for (const std::int64_t unit : {std::int64_t{60}, std::int64_t{1}}) {
        if (!take_sign(text, ':')) break;
        if (!take_digits(text, part) || part > 59) return false;
        seconds += part * unit;
    }
    if (negative) seconds = -seconds;
    return true;
}

/// "CET", "<+03>".
bool take_zone_letters(std::string_view& text) {
    std::size_t count = 0;
    if (text.starts_with('<')) {
        count = text.find('>');
        if (count == std::string_view::npos) return false;
        ++count;
    } else {
        while (count < text.size() &&
               ((text[count] >= 'A' && text[count] <= 'Z') || (text[count] >= 'a' && text[count] <= 'z')))
            ++count;
    }
    text.remove_prefix(count);
    return count >= 3;
}

std::int64_t day_number(std::int64_t year, int month, int day) {
    return std::chrono::sys_days{std::chrono::year{static_cast<int>(year)} / month / day}.time_since_epoch().count();
}

}  // namespace

bool PosixZone::read_day(std::string_view& text, Day& day) {
    if (take_sign(text, 'M')) {
        day.kind = 'M';
        if (!take_digits(text, day.month) || !take_sign(text, '.') || !take_digits(text, day.week) ||
            !take_sign(text, '.') || !take_digits(text, day.day))
            return false;
        if (day.month < 1 || day.month > 12 || day.week < 1 || day.week > 5 || day.day > 6) return false;
    } else {
        day.kind = take_sign(text, 'J') ? 'J' : 'n';
        if (!take_digits(text, day.day) || day.day > 365 || (day.kind == 'J' && day.day < 1)) return false;
    }
    return !take_sign(text, '/') || take_clock(text, day.seconds);
}

std::optional<PosixZone> PosixZone::read(std::string_view text) {
    PosixZone rule;
    // POSIX counts west of Greenwich.
    if (!take_zone_letters(text) || !take_clock(text, rule.standard_)) return std::nullopt;
    rule.standard_ = -rule.standard_;
    if (text.empty()) return rule;
    rule.has_summer_ = true;
    if (!take_zone_letters(text)) return std::nullopt;
    rule.summer_ = rule.standard_ + 3'600;
    if (!text.empty() && text.front() != ',') {
        if (!take_clock(text, rule.summer_)) return std::nullopt;
        rule.summer_ = -rule.summer_;
    }
    if (!take_sign(text, ',') || !read_day(text, rule.start_) || !take_sign(text, ',') || !read_day(text, rule.end_))
        return std::nullopt;
    return text.empty() ? std::optional{rule} : std::nullopt;
}

std::int64_t PosixZone::when(const Day& day, std::int64_t year) {
    std::int64_t number = day_number(year, 1, 1);
    if (day.kind == 'n') {
        number += day.day;
    } else if (day.kind == 'J') {
        const bool leap = std::chrono::year{static_cast<int>(year)}.is_leap();
        number += day.day - 1 + (leap && day.day >= 60 ? 1 : 0);
    } else {
        const std::int64_t first = day_number(year, day.month, 1);
        const std::int64_t next = day.month == 12 ? day_number(year + 1, 1, 1) : day_number(year, day.month + 1, 1);
        const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; 0 is Sunday
        number = first + (day.day - weekday + 7) % 7 + (day.week - 1) * std::int64_t{7};
        if (number >= next) number -= 7;  // week 5 is the last one
    }
    return number * kDaySeconds + day.seconds;
}

std::int64_t PosixZone::offset_at(std::int64_t utc_seconds) const {
    if (!has_summer_) return standard_;
    const std::chrono::sys_seconds local{std::chrono::seconds{utc_seconds + standard_}};
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(local)};
    const std::int64_t year = static_cast<int>(date.year());
    const std::int64_t start = when(start_, year) - standard_;
    const std::int64_t end = when(end_, year) - summer_;
    const bool summer =
        start < end ? utc_seconds >= start && utc_seconds < end : utc_seconds >= start || utc_seconds < end;
    return summer ? summer_ : standard_;
}

}  // namespace crossdock::dialect
