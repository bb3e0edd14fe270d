// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace crossdock::dialect {

/// The rule of a zone in POSIX form ("CET-1CEST,M3.5.0,M10.5.0/3"): how it goes on when no more changes are listed.
class PosixZone {
public:
    /// Nothing for a text that is no such rule.
    static std::optional<PosixZone> read(std::string_view text);
    /// Seconds east of Greenwich.
    [[nodiscard]] std::int64_t offset_at(std::int64_t utc_seconds) const;

private:
    struct Day {
        char kind = 'M';  // M: month, week, weekday; J: day 1..365, never Feb 29; n: day 0..365
        int month = 0, week = 0, day = 0;
        std::int64_t seconds = 7'200;  // local, behind midnight
    };
    static bool read_day(std::string_view& text, Day& day);
    /// Seconds since 1970 by the zone's own clock.
    static std::int64_t when(const Day& day, std::int64_t year);

    std::int64_t standard_ = 0, summer_ = 0;
    bool has_summer_ = false;
    Day start_, end_;
};

/// A named time zone. Immutable.
class Zone {
public:
    /// By its IANA name, Europe/Berlin for instance: from the system's zone files, which are kept up to date with the
    /// system ($TZDIR, /usr/share/zoneinfo), else from the rules in this program, which hold for times since about
    /// 2023. Errors: invalid `zone_unknown`, naming a near one.
    static Result<std::shared_ptr<const Zone>> find(std::string_view name);
    /// From the bytes of a zone file (TZif, RFC 8536); null when it is none. From a rule alone; null the same.
    static std::shared_ptr<const Zone> from_file(std::string name, std::string_view bytes);
    static std::shared_ptr<const Zone> from_rule(std::string name, std::string_view rule);

    [[nodiscard]] const std::string& name() const { return name_; }
    /// East of Greenwich, in whole minutes: RFC 3339 knows no seconds.
    [[nodiscard]] std::chrono::minutes offset_at(Timestamp at) const;
    /// The instant of a time on this zone's clock (given as if it were UTC). Of the hour that comes twice it is the
    /// first one, so that whoever asks "since then" misses nothing; of the hour that is left out, the time before the
    /// change goes on.
    [[nodiscard]] Timestamp instant_of(Timestamp local) const;

private:
    std::string name_;
    std::vector<std::int64_t> changes_;  // seconds, rising
    std::vector<std::int64_t> offsets_;  // one more than changes: the first holds before all
    std::optional<PosixZone> rule_;      // after the last change
};

/// The zones that this program knows without files: a rule, and its zones with blanks between. Made by
/// make_zone_rules.py.
struct KnownZones {
    const char* rule;
    const char* names;
};
extern const KnownZones kKnownZones[];
extern const std::size_t kKnownZoneRules;
extern const char* const kKnownZonesVersion;  // of the time zone database that they were made from, "2026b"

}  // namespace crossdock::dialect
