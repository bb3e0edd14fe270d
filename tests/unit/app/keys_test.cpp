// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <gtest/gtest.h>

namespace crossdock::app {
namespace {

const Timestamp kNow = *parse_iso8601("2026-11-20T12:00:00Z", ZoneRule::required);

TEST(Expiry, IsALengthAnInstantOrADay) {
    const std::pair<const char*, const char*> rows[] = {
        {"90d", "2027-02-18T12:00:00Z"},        {" 90d ", "2027-02-18T12:00:00Z"},
        {"12h", "2026-11-21T00:00:00Z"},        {"30m", "2026-11-20T12:30:00Z"},
        {"45s", "2026-11-20T12:00:45Z"},        {"36500d", "2126-10-27T12:00:00Z"},
        {"2027-01-31", "2027-01-31T00:00:00Z"}, {"2027-01-31T18:00:00+01:00", "2027-01-31T17:00:00Z"}};
    for (const auto& [text, at] : rows) {
        const auto read = parse_expiry(text, kNow);
        ASSERT_TRUE(read) << text << ": " << read.error().message;
        EXPECT_EQ(format_rfc3339(*read), at) << text;
    }
}

TEST(Expiry, RefusesWhatItIsNotAndWhatIsNotAhead) {
    for (const char* text : {"", "d", "90", "90w", "-1d", "+1d", "1.5d", "1e3d", "never", "31.01.2027", "2027-02-30",
                             "0d", "2026-11-20", "2026-11-20T12:00:00Z", "1970-01-01", "36501d",
                             "99999999999999999999d", "9223372036854775807d", "2200-01-01"}) {
        const auto read = parse_expiry(text, kNow);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find("90d"), std::string::npos) << read.error().message;
    }
}

}  // namespace
}  // namespace crossdock::app
