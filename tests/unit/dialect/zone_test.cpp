// SPDX-License-Identifier: Apache-2.0
#include "dialect/zone.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace crossdock::dialect {
namespace {

Timestamp at(const char* text) { return *parse_iso8601(text, crossdock::ZoneRule::utc); }

std::int64_t minutes(const Zone& zone, const char* time) { return zone.offset_at(at(time)).count(); }

std::shared_ptr<const Zone> zone_of(const char* rule) { return Zone::from_rule("test", rule); }

TEST(ZoneRules, ChangeAtTheRightSecond) {
    const auto berlin = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
    EXPECT_EQ(minutes(*berlin, "2026-03-29T00:59:59.999Z"), 60);
    EXPECT_EQ(minutes(*berlin, "2026-03-29T01:00:00Z"), 120);
    EXPECT_EQ(minutes(*berlin, "2026-10-25T00:59:59.999Z"), 120);
    EXPECT_EQ(minutes(*berlin, "2026-10-25T01:00:00Z"), 60);
    // The southern summer goes over New Year.
    const auto sydney = zone_of("AEST-10AEDT,M10.1.0,M4.1.0/3");
    EXPECT_EQ(minutes(*sydney, "2026-01-01T00:00:00Z"), 660);
    EXPECT_EQ(minutes(*sydney, "2026-04-04T15:59:59Z"), 660);
    EXPECT_EQ(minutes(*sydney, "2026-04-04T16:00:00Z"), 600);
    EXPECT_EQ(minutes(*sydney, "2026-10-03T16:00:00Z"), 660);
    // Ireland's winter time is the exception there, and is subtracted.
    const auto dublin = zone_of("IST-1GMT0,M10.5.0,M3.5.0/1");
    EXPECT_EQ(minutes(*dublin, "2026-01-15T12:00:00Z"), 0);
    EXPECT_EQ(minutes(*dublin, "2026-07-15T12:00:00Z"), 60);
    EXPECT_EQ(minutes(*zone_of("<-03>3"), "2026-07-15T12:00:00Z"), -180);
    EXPECT_EQ(minutes(*zone_of("XXX4YYY,J60,J300"), "2028-02-29T12:00:00Z"), -240)
        << "J60 is March 1 in leap years, too";
    EXPECT_EQ(minutes(*zone_of("XXX4YYY,J60,J300"), "2028-03-01T12:00:00Z"), -180);
    EXPECT_EQ(minutes(*zone_of("XXX4YYY,59,299"), "2028-02-29T12:00:00Z"), -180) << "day 59 from 0 is February 29";
    // Days and hours of some rules lie outside the day (Greenland: Saturday before the last Sunday).
    const auto nuuk = zone_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
    EXPECT_EQ(minutes(*nuuk, "2026-03-29T00:59:59Z"), -120);
    EXPECT_EQ(minutes(*nuuk, "2026-03-29T01:00:00Z"), -60);
}

TEST(ZoneRules, WhatIsNoRuleIsNone) {
    for (const char* text : {"", "CET", "C-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                             "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J10", "<+03",
                             "CET-1x", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-999", "CET-1CEST,366,1"})
        EXPECT_EQ(zone_of(text), nullptr) << text;
}

TEST(LocalTimes, OfTheHourThatComesTwiceAreTheFirst) {
    const auto berlin = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
    const auto instant = [&](const char* local) { return format_rfc3339(berlin->instant_of(at(local))); };
    EXPECT_EQ(instant("2026-10-25T01:59:59"), "2026-10-24T23:59:59Z");
    EXPECT_EQ(instant("2026-10-25T02:30:00"), "2026-10-25T00:30:00Z") << "summer time, not 01:30Z";
    EXPECT_EQ(instant("2026-10-25T03:00:00"), "2026-10-25T02:00:00Z");
    EXPECT_EQ(instant("2026-03-29T01:59:59"), "2026-03-29T00:59:59Z");
    EXPECT_EQ(instant("2026-03-29T02:30:00"), "2026-03-29T01:30:00Z") << "left out: winter time goes on";
    EXPECT_EQ(instant("2026-03-29T03:00:00"), "2026-03-29T01:00:00Z");
    EXPECT_EQ(instant("2026-07-01T12:00:00"), "2026-07-01T10:00:00Z");
    const auto sydney = zone_of("AEST-10AEDT,M10.1.0,M4.1.0/3");
    EXPECT_EQ(format_rfc3339(sydney->instant_of(at("2026-04-05T02:30:00"))), "2026-04-04T15:30:00Z");
    EXPECT_EQ(format_rfc3339(sydney->instant_of(at("2026-01-01T00:00:00"))), "2025-12-31T13:00:00Z");
}

std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

const std::filesystem::path kZoneFiles = "/usr/share/zoneinfo";

TEST(ZoneFiles, KnowThePast) {
    if (!std::filesystem::exists(kZoneFiles / "Europe/Berlin")) GTEST_SKIP() << "this machine has no zone files";
    const auto sao_paulo = Zone::from_file("America/Sao_Paulo", file_bytes(kZoneFiles / "America/Sao_Paulo"));
    ASSERT_TRUE(sao_paulo);
    EXPECT_EQ(minutes(*sao_paulo, "2018-12-01T12:00:00Z"), -120) << "its last summer time";
    EXPECT_EQ(minutes(*sao_paulo, "2026-12-01T12:00:00Z"), -180);
    const auto monrovia = Zone::from_file("Africa/Monrovia", file_bytes(kZoneFiles / "Africa/Monrovia"));
    ASSERT_TRUE(monrovia);
    EXPECT_EQ(minutes(*monrovia, "1970-06-01T12:00:00Z"), -45) << "-0:44:30 in whole minutes";
}

TEST(ZoneFiles, ThatAreNoneOrCutAreRefused) {
    if (!std::filesystem::exists(kZoneFiles / "Europe/Berlin")) GTEST_SKIP() << "this machine has no zone files";
    const std::string whole = file_bytes(kZoneFiles / "Europe/Berlin");
    ASSERT_TRUE(Zone::from_file("x", whole));
    const std::size_t rule_at = whole.rfind('\n', whole.size() - 2);
    for (std::size_t size = 0; size < rule_at; ++size)
        EXPECT_EQ(Zone::from_file("x", whole.substr(0, size)), nullptr) << size;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string wrong = whole;
        wrong[i] = static_cast<char>(wrong[i] ^ 0xFF);
        if (const auto zone = Zone::from_file("x", wrong)) static_cast<void>(zone->offset_at(at("2026-07-01")));
    }
}

/// The release of the machine's zone files: the first line of one of them is "# version 2026b".
std::string release_of_files() {
    std::ifstream file(kZoneFiles / "tzdata.zi");
    std::string hash, version, release;
    file >> hash >> version >> release;
    return release;
}

/// Every 23 hours of what lies ahead of this program's making.
std::string differences(const std::string& name, const Zone& ours, const Zone& theirs) {
    for (auto time = at("2026-04-01"); time < at("2028-01-01"); time += std::chrono::hours{23})
        if (ours.offset_at(time) != theirs.offset_at(time)) return name + " from " + format_rfc3339(time) + " on; ";
    return {};
}

/// The rules in the program against the system's files. Files of another release may know other laws: then a difference
/// is told, and no fault.
TEST(KnownZones, SayWhatTheFilesSay) {
    std::size_t compared = 0;
    std::string differing;
    for (std::size_t i = 0; i < kKnownZoneRules; ++i)
        for (const std::string& name : split(kKnownZones[i].names, ' ')) {
            const auto ours = Zone::from_rule(name, kKnownZones[i].rule);
            ASSERT_TRUE(ours) << kKnownZones[i].rule;
            if (!std::filesystem::exists(kZoneFiles / name)) continue;
            const auto theirs = Zone::from_file(name, file_bytes(kZoneFiles / name));
            ASSERT_TRUE(theirs) << name;
            differing += differences(name, *ours, *theirs);
            ++compared;
        }
    if (compared == 0) GTEST_SKIP() << "this machine has no zone files";
    EXPECT_GT(compared, 500U);
    if (release_of_files() != kKnownZonesVersion && !differing.empty())
        GTEST_SKIP() << "the rules are of " << kKnownZonesVersion << ", this machine's files of " << release_of_files()
                     << ". They differ: " << differing << "if the files are newer, make_zone_rules.py renews the rules";
    EXPECT_EQ(differing, "");
}

}  // namespace
}  // namespace crossdock::dialect
