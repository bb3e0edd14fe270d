// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/pacific.h"

#include <gtest/gtest.h>

namespace crossdock::connectors::shipstation {
namespace {

Timestamp utc(std::string_view text) { return *parse_iso8601(text, ZoneRule::required); }

struct Read {
    const char *name, *text, *earlier, *later;
};
class PacificTimes : public ::testing::TestWithParam<Read> {};
TEST_P(PacificTimes, AreReadAsInLosAngeles) {
    const auto read = parse_pacific(GetParam().text);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(format_rfc3339(read->earlier), GetParam().earlier);
    EXPECT_EQ(format_rfc3339(read->later), GetParam().later);
}
INSTANTIATE_TEST_SUITE_P(
    Table, PacificTimes,
    ::testing::Values(
        Read{"SevenDigits", "2015-06-29T08:46:27.0000000", "2015-06-29T15:46:27Z", "2015-06-29T15:46:27Z"},
        Read{"ThreeDigits", "2014-09-04T09:18:01.293", "2014-09-04T16:18:01.293Z", "2014-09-04T16:18:01.293Z"},
        Read{"NoDigits", "2014-12-03T11:46:53", "2014-12-03T19:46:53Z", "2014-12-03T19:46:53Z"},
        Read{"DateAlone", "2014-10-03", "2014-10-03T07:00:00Z", "2014-10-03T07:00:00Z"},
        Read{"WithZ", "2015-06-29T08:46:27Z", "2015-06-29T08:46:27Z", "2015-06-29T08:46:27Z"},
        Read{"WithOffset", "2015-06-29T08:46:27-05:00", "2015-06-29T13:46:27Z", "2015-06-29T13:46:27Z"},
        // 2026: daylight time from March 8 to November 1.
        Read{"LastStandardSecond", "2026-03-08T01:59:59", "2026-03-08T09:59:59Z", "2026-03-08T09:59:59Z"},
        Read{"LeftOutHour", "2026-03-08T02:30:00", "2026-03-08T10:30:00Z", "2026-03-08T10:30:00Z"},
        Read{"FirstDaylightSecond", "2026-03-08T03:00:00", "2026-03-08T10:00:00Z", "2026-03-08T10:00:00Z"},
        Read{"BeforeTheRepeatedHour", "2026-11-01T00:59:59", "2026-11-01T07:59:59Z", "2026-11-01T07:59:59Z"},
        Read{"RepeatedHourBegins", "2026-11-01T01:00:00", "2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z"},
        Read{"RepeatedHourEnds", "2026-11-01T01:59:59", "2026-11-01T08:59:59Z", "2026-11-01T09:59:59Z"},
        Read{"AfterTheRepeatedHour", "2026-11-01T02:00:00", "2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"},
        // 2024: March 10 and November 3.
        Read{"AnotherYear", "2024-11-03T01:30:00", "2024-11-03T08:30:00Z", "2024-11-03T09:30:00Z"},
        Read{"AnotherMarch", "2024-03-10T03:00:00", "2024-03-10T10:00:00Z", "2024-03-10T10:00:00Z"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(PacificTimes, AreRefusedWhenTheyAreNone) {
    for (const char* text : {"", "null", "06/29/2015", "2015-13-01T00:00:00", "2015-06-29T25:00:00"})
        EXPECT_FALSE(parse_pacific(text)) << text;
}

TEST(PacificTimes, AreWrittenInLosAngeles) {
    EXPECT_EQ(to_pacific(utc("2026-11-20T10:00:05.900Z")), "2026-11-20 02:00:05");
    EXPECT_EQ(to_pacific(utc("2026-07-01T00:00:00Z")), "2026-06-30 17:00:00");
    EXPECT_EQ(to_pacific(utc("2026-03-08T09:59:59Z")), "2026-03-08 01:59:59");
    EXPECT_EQ(to_pacific(utc("2026-03-08T10:00:00Z")), "2026-03-08 03:00:00");
    EXPECT_EQ(to_pacific(utc("2026-11-01T08:59:59Z")), "2026-11-01 01:59:59");
    EXPECT_EQ(to_pacific(utc("2026-11-01T09:00:00Z")), "2026-11-01 01:00:00");
    EXPECT_EQ(pacific_date(utc("2026-11-26T05:00:00Z")), "2026-11-25");
}

TEST(PacificTimes, EveryHourOfAYearComesBack) {
    for (Timestamp one = utc("2026-01-01T08:00:00Z"); one < utc("2027-01-01T08:00:00Z");
         one += std::chrono::minutes{30}) {
        const auto back = parse_pacific(to_pacific(one));
        ASSERT_TRUE(back);
        EXPECT_TRUE(back->earlier == one || back->later == one) << format_rfc3339(one);
    }
}

TEST(PacificWindows, StartASecondEarlyAndNeverInsideTheRepeatedHour) {
    EXPECT_EQ(window_start(utc("2026-11-20T10:00:00Z")), "2026-11-20 01:59:59");
    EXPECT_EQ(window_start(utc("2026-11-20T10:00:00.500Z")), "2026-11-20 01:59:59");
    EXPECT_EQ(window_start(utc("2026-03-08T10:00:00Z")), "2026-03-08 01:59:59");  // no second of the hour left out
    // What changed at 01:10 standard time must not be missed by a window that starts at 01:50 daylight time.
    EXPECT_EQ(window_start(utc("2026-11-01T08:50:00Z")), "2026-11-01 00:59:59");
    EXPECT_EQ(window_start(utc("2026-11-01T09:30:00Z")), "2026-11-01 00:59:59");
    EXPECT_EQ(window_start(utc("2026-11-01T10:00:01Z")), "2026-11-01 02:00:00");
}

TEST(PacificWindows, EndBehindTheRepeatedHour) {
    EXPECT_EQ(window_end(utc("2026-11-20T10:00:00.001Z")), "2026-11-20 02:00:01");
    EXPECT_EQ(window_end(utc("2026-11-01T08:10:00Z")), "2026-11-01 02:00:00");
    EXPECT_EQ(window_end(utc("2026-11-01T09:10:00Z")), "2026-11-01 02:00:00");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation
