// SPDX-License-Identifier: Apache-2.0
// What may be bound to a key, and how it is written down.
#include <gtest/gtest.h>

#include "dialect/dialect.h"

namespace crossdock::dialect {
namespace {

TEST(DialectSettings, AreWrittenInOneOrderAndReadAgain) {
    constexpr std::pair<const char*, const char*> kSame[] = {
        {"format=json", "format=json"},
        {"no-fraction", "format=json,no-fraction"},
        {" No-Fraction , FORMAT=CSV", "format=csv,no-fraction"},
        {"foxpro", "format=json,charset=ascii,no-fraction,no-raw,max-page-bytes=65536"},
        {"delphi", "format=json,charset=ascii,no-fraction,no-raw,max-page-bytes=131072"},
        {"FoxPro,format=xml,max-page-bytes=4096",
         "format=xml,charset=ascii,no-fraction,no-raw,max-page-bytes=4096"},
        {"zone=Europe/Berlin,no-offset,rows=flat,charset=us-ascii",
         "format=json,rows=flat,charset=ascii,zone=Europe/Berlin,no-offset"},
        {"format=csv,format=json", "format=json"},
        {"charset=utf-8,rows=nested", "format=json"},
    };
    for (const auto& [written, meant] : kSame) {
        const auto read = read_dialect(written);
        ASSERT_TRUE(read) << written << ": " << read.error().message;
        EXPECT_EQ(to_text(*read), meant) << written;
        EXPECT_EQ(to_text(*read_dialect(to_text(*read))), meant);
    }
}

TEST(DialectSettings, WrongOnesAreToldWithTheChoices) {
    constexpr std::pair<const char*, const char*> kWrong[] = {
        {"", "is empty"},
        {"format=cvs", "\"format=cvs\" is not a format"},
        {"rows=deep", "is neither flat nor nested"},
        {"charset=latin9", "is not a charset"},
        {"no-fractions", "did you mean no-fraction?"},
        {"charst=ascii", "did you mean charset=ascii?"},
        {"max-page-bytes=100", "is not a number of bytes from 1024 to 33554432"},
        {"max-page-bytes=64k", "is not a number of bytes"},
        {"max-page-bytes=-1", "is not a number of bytes"},
        {"format=json,foxpro", "must come first"},
        {"format=csv,rows=nested", "whose rows are always flat"},
        {"format=json,,no-raw", "is not known"},
    };
    for (const auto& [written, why] : kWrong) {
        const auto read = read_dialect(written);
        ASSERT_FALSE(read) << written;
        EXPECT_EQ(read.error().code, "dialect_invalid");
        EXPECT_NE(read.error().message.find(why), std::string::npos) << read.error().message;
        EXPECT_NE(read.error().message.find("format=json|csv|xml"), std::string::npos) << read.error().message;
    }
    const auto zone = read_dialect("zone=europe/berlin");
    ASSERT_FALSE(zone);
    EXPECT_NE(zone.error().message.find("did you mean Europe/Berlin?"), std::string::npos) << zone.error().message;
    EXPECT_NE(read_dialect("zone=Berlin").error().message.find("did you mean Europe/Berlin?"), std::string::npos);
    for (const char* name : {"zone=", "zone=../../etc/passwd", "zone=/etc/localtime", "zone=Mars/Olympus"})
        EXPECT_EQ(read_dialect(name).error().code, "zone_unknown") << name;
}

TEST(DialectTimes, AreCutAndMoved) {
    const auto spelled = [](const char* settings, const char* time) {
        return respell_time(*read_dialect(settings), time);
    };
    EXPECT_EQ(spelled("no-fraction", "2026-11-20T09:15:30.999Z"), "2026-11-20T09:15:30Z") << "never rounded up";
    EXPECT_EQ(spelled("no-fraction", "2026-11-20T09:15:30Z"), "2026-11-20T09:15:30Z");
    EXPECT_EQ(spelled("no-offset", "2026-11-20T09:15:30.250Z"), "2026-11-20T09:15:30.250");
    EXPECT_EQ(spelled("zone=Europe/Berlin", "2026-11-20T23:15:30.250Z"), "2026-11-21T00:15:30.250+01:00");
    EXPECT_EQ(spelled("zone=Europe/Berlin,no-fraction", "2026-07-01T23:15:30.25Z"), "2026-07-02T01:15:30+02:00");
    EXPECT_EQ(spelled("zone=America/New_York,no-offset", "2026-11-20T02:15:30Z"), "2026-11-19T21:15:30");
    EXPECT_EQ(spelled("zone=Asia/Kathmandu", "2026-11-20T00:00:00Z"), "2026-11-20T05:45:00+05:45");
    EXPECT_EQ(spelled("zone=America/St_Johns", "2026-01-20T00:00:00Z"), "2026-01-19T20:30:00-03:30");
    EXPECT_EQ(spelled("zone=UTC", "2026-11-20T00:00:00Z"), "2026-11-20T00:00:00+00:00");
    for (const char* no_time : {"", "yesterday", "2026-11-20", "2026-11-20T09:15:30", "2026-11-20T09:15:30+02:00",
                                "2026-11-20T09:15:30.Zx", "2026-13-20T09:15:30Z"})
        EXPECT_EQ(spelled("zone=Europe/Berlin,no-fraction", no_time), no_time);
}

TEST(DialectTimes, InRequestsAreTheZonesOwn) {
    const auto read = [](const char* settings, const char* time) {
        return read_local_time(*read_dialect(settings), time);
    };
    EXPECT_EQ(read("zone=Europe/Berlin", "2026-11-20T10:00:00"), "2026-11-20T09:00:00Z");
    EXPECT_EQ(read("zone=Europe/Berlin", "2026-11-20"), "2026-11-19T23:00:00Z");
    EXPECT_EQ(read("zone=Europe/Berlin", "2026-11-20T10:00:00Z"), "2026-11-20T10:00:00Z") << "it says what it is";
    EXPECT_EQ(read("zone=Europe/Berlin", "2026-11-20T10:00:00 01:00"), "2026-11-20T10:00:00 01:00") << "a lost +";
    EXPECT_EQ(read("no-fraction", "2026-11-20T10:00:00"), "2026-11-20T10:00:00") << "as the contract reads it: UTC";
    EXPECT_EQ(read("zone=Europe/Berlin", "soon"), "soon");
    EXPECT_EQ(read("no-offset", "2026-11-20T10:00:00"), "2026-11-20T10:00:00Z") << "what it writes it reads: UTC";
    EXPECT_EQ(read("no-offset", "2026-11-20T10:00:00+01:00"), "2026-11-20T10:00:00+01:00");
}

}  // namespace
}  // namespace crossdock::dialect
