// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shipstation/pacific.h"

#include <array>
#include <cstdio>

namespace crossdock::sandbox::shipstation {

using namespace std::chrono;

namespace {

// Since 2007: from the second Sunday of March to the first Sunday of November, at 02:00 on the wall.
bool daylight_saving(Timestamp at) {
    const year_month_day day{floor<days>(at - hours(8))};
    const Timestamp begin = sys_days(day.year() / March / Sunday[2]) + hours(2 + 8);
    const Timestamp end = sys_days(day.year() / November / Sunday[1]) + hours(2 + 7);
    return at >= begin && at < end;
}

struct Fields {
    int year, month, day, hour, minute, second, milli;
};

Fields fields_of(WallTime at) {
    const auto date = floor<days>(at);
    const year_month_day day{date};
    const hh_mm_ss time{at - date};
    return {static_cast<int>(day.year()),
            static_cast<int>(static_cast<unsigned>(day.month())),
            static_cast<int>(static_cast<unsigned>(day.day())),
            static_cast<int>(time.hours().count()),
            static_cast<int>(time.minutes().count()),
            static_cast<int>(time.seconds().count()),
            static_cast<int>(time.subseconds().count())};
}

}  // namespace

WallTime wall_time(Timestamp at) { return WallTime{at.time_since_epoch() - hours(daylight_saving(at) ? 7 : 8)}; }

std::string wall_text(Timestamp at, int digits) {
    const Fields f = fields_of(wall_time(at));
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d", f.year, f.month, f.day, f.hour, f.minute,
                  f.second);
    std::string out = text.data();
    if (digits == 0) return out;
    std::snprintf(text.data(), text.size(), ".%03d", f.milli);
    std::string fraction = text.data();
    if (digits == 7) return out + fraction + "0000";
    while (fraction.back() == '0') fraction.pop_back();
    return fraction == "." ? out : out + fraction;
}

std::string wall_date(Timestamp at) { return wall_text(at, 0).substr(0, 10); }

std::optional<WallTime> parse_wall(std::string_view text) {
    if (!text.empty() && (text.back() == 'Z' || text.back() == 'z')) text.remove_suffix(1);
    const std::string copy(text);
    int y = 0;
    int mo = 0;
    int d = 0;
    int h = 0;
    int mi = 0;
    int s = 0;
    int used = 0;
    char between = 0;
    if (std::sscanf(copy.c_str(), "%4d-%2d-%2d%n", &y, &mo, &d, &used) != 3) return std::nullopt;
    int milli = 0;
    if (static_cast<std::size_t>(used) != copy.size()) {
        int more = 0;
        const char* rest = copy.c_str() + used;
        if (std::sscanf(rest, "%c%2d:%2d%n", &between, &h, &mi, &more) != 3 || (between != ' ' && between != 'T'))
            return std::nullopt;
        rest += more;
        if (*rest == ':') {
            if (std::sscanf(rest, ":%2d%n", &s, &more) != 1) return std::nullopt;
            rest += more;
        }
        if (*rest == '.') {
            int scale = 100;
            for (++rest; *rest >= '0' && *rest <= '9'; ++rest, scale /= 10) milli += (*rest - '0') * scale;
        }
        if (*rest != 0) return std::nullopt;
    }
    const year_month_day day{year(y), month(static_cast<unsigned>(mo)), std::chrono::day(static_cast<unsigned>(d))};
    if (!day.ok() || h > 23 || mi > 59 || s > 59 || h < 0 || mi < 0 || s < 0) return std::nullopt;
    return WallTime{local_days(day).time_since_epoch() + hours(h) + minutes(mi) + seconds(s) + milliseconds(milli)};
}

}  // namespace crossdock::sandbox::shipstation
