// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/pacific.h"

#include <chrono>

namespace crossdock::connectors::shipstation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr hours kStandard{-8}, kDaylight{-7};

/// The nth Sunday of a month, at an hour of UTC.
Timestamp sunday(std::chrono::year year, std::chrono::month month, unsigned nth, hours hour) {
    return std::chrono::sys_days{year / month / std::chrono::Sunday[nth]} + hour;
}

std::chrono::year year_of(Timestamp at) {
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(at)}.year();
}

/// 02:00 local, of standard time in March and of daylight time in November.
bool is_daylight(Timestamp at) {
    const auto year = year_of(at);
    return at >= sunday(year, std::chrono::March, 2, hours{10}) &&
           at < sunday(year, std::chrono::November, 1, hours{9});
}

/// The wall clock in Los Angeles, as if it were UTC.
Timestamp wall_clock(Timestamp at) { return at + (is_daylight(at) ? kDaylight : kStandard); }

/// Where the repeated hour of a wall clock's year begins.
Timestamp repeated_hour(Timestamp wall) { return sunday(year_of(wall), std::chrono::November, 1, hours{1}); }

bool is_in_repeated_hour(Timestamp wall) {
    const Timestamp begin = repeated_hour(wall);
    return wall >= begin && wall < begin + hours{1};
}

std::string as_request(Timestamp wall) {
    std::string text = format_rfc3339(std::chrono::floor<seconds>(wall)).substr(0, 19);
    text[10] = ' ';
    return text;
}

bool has_zone(std::string_view text) {
    if (text.ends_with('Z') || text.ends_with('z')) return true;
    return text.size() > 10 && text.find_first_of("+-", 10) != std::string_view::npos;
}

}  // namespace

Result<PacificTime> parse_pacific(std::string_view text) {
    const auto read = parse_iso8601(text, ZoneRule::utc);
    if (!read) return read.error();
    if (has_zone(text)) return PacificTime{*read, *read};
    const Timestamp standard = *read - kStandard, daylight = *read - kDaylight;
    if (is_in_repeated_hour(*read)) return PacificTime{daylight, standard};
    if (is_daylight(daylight)) return PacificTime{daylight, daylight};
    return PacificTime{standard, standard};
}

std::string to_pacific(Timestamp at) { return as_request(wall_clock(at)); }

std::string pacific_date(Timestamp at) { return to_pacific(at).substr(0, 10); }

std::string window_start(Timestamp at) {
    const Timestamp wall = wall_clock(std::chrono::floor<seconds>(at) - seconds{1});
    return as_request(is_in_repeated_hour(wall) ? repeated_hour(wall) - seconds{1} : wall);
}

std::string window_end(Timestamp at) {
    const Timestamp wall = wall_clock(std::chrono::ceil<seconds>(at));
    return as_request(is_in_repeated_hour(wall) ? repeated_hour(wall) + hours{1} : wall);
}

}  // namespace crossdock::connectors::shipstation
