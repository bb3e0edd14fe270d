// SPDX-License-Identifier: Apache-2.0
#include "base/ip.h"

#include <gtest/gtest.h>

namespace crossdock {
namespace {

TEST(ParseIp, ReadsWhatIsAnAddressAndNothingElse) {
    // The text that comes out; empty: no address.
    const std::pair<const char*, const char*> kRows[]{
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"256.0.0.1", ""},
        {"1.2.3", ""},
        {"1.2.3.4.5", ""},
        {"01.2.3.4", ""},
        {"1.2.3.4 ", ""},
        {"0x7f.0.0.1", ""},
        {"2130706433", ""},
        {"-1.2.3.4", ""},
        {"", ""},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"2001:DB8::1", "2001:db8::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
        {"::ffff:192.0.2.1", "::ffff:c000:201"},
        {"64:ff9b::10.0.0.1", "64:ff9b::a00:1"},
        {"1:2:3:4:5:6:7", ""},
        {"1:2:3:4:5:6:7:8:9", ""},
        {"1:2:3:4:5:6:7::8", ""},
        {"1::2::3", ""},
        {":1::2", ""},
        {"1:2:3:4:5:6:7:", ""},
        {"12345::", ""},
        {"g::1", ""},
        {"fe80::1%eth0", ""},
        {"[::1]", ""},
        {"::1.2.3", ""},
    };
    for (const auto& [text, expected] : kRows) {
        const auto address = parse_ip(text);
        EXPECT_EQ(address ? to_text(*address) : "", expected) << '"' << text << '"';
    }
}

TEST(UnwrapMapped, GivesTheAddressInside) {
    EXPECT_EQ(to_text(unwrap_mapped(*parse_ip("::ffff:127.0.0.1"))), "127.0.0.1");
    EXPECT_EQ(to_text(unwrap_mapped(*parse_ip("::127.0.0.1"))), "::7f00:1");
    EXPECT_EQ(to_text(unwrap_mapped(*parse_ip("10.0.0.1"))), "10.0.0.1");
}

TEST(IpRange, HoldsItsAddressesAlone) {
    const auto holds = [](const char* range, const char* address) {
        return parse_ip_range(range)->contains(*parse_ip(address));
    };
    EXPECT_TRUE(holds("192.168.10.0/24", "192.168.10.255"));
    EXPECT_FALSE(holds("192.168.10.0/24", "192.168.11.0"));
    EXPECT_TRUE(holds("172.16.0.0/12", "172.31.255.255"));
    EXPECT_FALSE(holds("172.16.0.0/12", "172.32.0.0"));
    EXPECT_TRUE(holds("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
    EXPECT_TRUE(holds("fc00::/7", "fdff::1"));
    EXPECT_FALSE(holds("fc00::/7", "fe00::1"));
    EXPECT_TRUE(holds("10.1.2.3", "10.1.2.3"));
    EXPECT_FALSE(holds("10.1.2.3", "10.1.2.4"));
    for (const char* bad :
         {"192.168.10.7/24", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "fc00::/129", "hub.local", "10.0.0.0/08"})
        EXPECT_FALSE(parse_ip_range(bad)) << bad;
}

}  // namespace
}  // namespace crossdock
