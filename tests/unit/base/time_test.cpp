// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

#include <optional>

namespace crossdock {
namespace {

struct InstantCase {
    const char* name;
    const char* text;
    ZoneRule zone;
    const char* expected;  // null: refused
};
class ParseIso8601 : public testing::TestWithParam<InstantCase> {};

TEST_P(ParseIso8601, ReadsAnInstantOrRefuses) {
    const auto& row = GetParam();
    const auto at = parse_iso8601(row.text, row.zone);
    if (row.expected == nullptr) {
        ASSERT_FALSE(at) << format_rfc3339(*at);
        EXPECT_EQ(at.error().kind, ErrorKind::invalid);
        EXPECT_NE(at.error().message.find("2026-11-20T09:15:30Z"), std::string::npos) << "no example in: " << at.error().message;
    } else {
        ASSERT_TRUE(at) << at.error().message;
        EXPECT_EQ(format_rfc3339(*at), row.expected);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Edges, ParseIso8601,
    testing::Values(InstantCase{"Zulu", "2026-11-20T09:15:30Z", ZoneRule::required, "2026-11-20T09:15:30Z"},
                    InstantCase{"East", "2026-11-20T10:15:30+01:00", ZoneRule::required, "2026-11-20T09:15:30Z"},
                    InstantCase{"WestWithoutColon", "2026-11-20T04:15:30-0500", ZoneRule::required, "2026-11-20T09:15:30Z"},
                    InstantCase{"HoursOnly", "2026-11-20T10:15:30+01", ZoneRule::required, "2026-11-20T09:15:30Z"},
                    InstantCase{"PlusLostInTheQuery", "2026-11-20T10:15:30 01:00", ZoneRule::required, "2026-11-20T09:15:30Z"},
                    InstantCase{"Nanoseconds", "2026-11-20T09:15:31.123456789Z", ZoneRule::required, "2026-11-20T09:15:31.123Z"},
                    InstantCase{"FractionOfOneDigit", "2026-11-20T09:15:31.5Z", ZoneRule::required, "2026-11-20T09:15:31.500Z"},
                    InstantCase{"CommaFraction", "2026-11-20T09:15:31,25Z", ZoneRule::required, "2026-11-20T09:15:31.250Z"},
                    InstantCase{"NoSeconds", "2026-11-20T09:15Z", ZoneRule::required, "2026-11-20T09:15:00Z"},
                    InstantCase{"DateAlone", "2025-12-01", ZoneRule::utc, "2025-12-01T00:00:00Z"},
                    InstantCase{"DateAloneWithZoneDue", "2025-12-01", ZoneRule::required, nullptr},
                    InstantCase{"LocalTimeIsUtc", "2026-11-20T09:15:30", ZoneRule::utc, "2026-11-20T09:15:30Z"},
                    InstantCase{"LocalTimeWithZoneDue", "2026-11-20T09:15:30", ZoneRule::required, nullptr},
                    InstantCase{"LeapSecond", "2016-12-31T23:59:60Z", ZoneRule::required, "2016-12-31T23:59:59Z"},
                    InstantCase{"SecondSixtyElsewhere", "2016-12-31T22:59:60Z", ZoneRule::required, nullptr},
                    InstantCase{"LeapDay", "2024-02-29T00:00:00Z", ZoneRule::required, "2024-02-29T00:00:00Z"},
                    InstantCase{"NoLeapDay", "2026-02-29T00:00:00Z", ZoneRule::required, nullptr},
                    InstantCase{"February30", "2026-02-30T00:00:00Z", ZoneRule::required, nullptr},
                    InstantCase{"Hour24", "2026-11-20T24:00:00Z", ZoneRule::required, nullptr},
                    InstantCase{"Year1", "0001-01-01T00:00:00Z", ZoneRule::required, nullptr},
                    InstantCase{"Year9999", "9999-01-01T00:00:00Z", ZoneRule::required, nullptr},
                    InstantCase{"Word", "yesterday", ZoneRule::utc, nullptr}, InstantCase{"Empty", "", ZoneRule::utc, nullptr},
                    InstantCase{"Trailing", "2026-11-20T09:15:30Zx", ZoneRule::required, nullptr},
                    InstantCase{"OffsetTooLarge", "2026-11-20T09:15:30+25:00", ZoneRule::required, nullptr},
                    InstantCase{"PointWithoutDigits", "2026-11-20T09:15:30.Z", ZoneRule::required, nullptr}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HttpDate, IsWrittenAndReadBack) {
    const auto at = parse_iso8601("2026-11-20T09:15:30Z", ZoneRule::required);
    ASSERT_TRUE(at);
    EXPECT_EQ(format_http_date(*at), "Fri, 20 Nov 2026 09:15:30 GMT");
    const auto back = parse_http_date(format_http_date(*at));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, *at);
    EXPECT_FALSE(parse_http_date("20 Nov 2026"));
    EXPECT_FALSE(parse_http_date("Fri, 31 Feb 2026 09:15:30 GMT"));
}

}  // namespace
}  // namespace crossdock
