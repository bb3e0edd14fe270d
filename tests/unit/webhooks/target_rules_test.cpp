// SPDX-License-Identifier: Apache-2.0
#include "webhooks/target_rules.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace crossdock::webhooks {
namespace {

TargetRules rules(std::vector<std::string> allow = {}, int own_port = 8080) {
    return TargetRules({std::move(allow), [own_port] { return own_port; },
                        [](const IpAddress& address) { return !address.v6 && address.bytes[0] == 127; }});
}

std::string verdict(const TargetRules& rules, std::string_view url) {
    const auto checked = rules.check_url(url);
    return checked ? "ok" : checked.error().code;
}

TEST(TargetUrl, IsJudgedWhenItIsSaved) {
    const std::pair<const char*, const char*> kRows[]{
        {"https://erp.example.com/hooks", "ok"},
        {"http://erp.example.com", "ok"},
        {"https://erp.example.com:8443/hooks?x=1", "ok"},
        {"https://8.8.8.8/", "ok"},
        {"https://[2a00:1450::1]/", "ok"},
        {"https://erp.example.com:65535/", "ok"},
        {"ftp://erp.example.com/", "url_invalid"},
        {"file:///etc/passwd", "url_invalid"},
        {"erp.example.com", "url_invalid"},
        {"", "url_invalid"},
        {"https://", "url_invalid"},
        {"https://user@erp.example.com/", "url_invalid"},
        {"https://user:secret@erp.example.com/", "url_invalid"},
        {"https://erp.example.com:25/", "url_invalid"},
        {"https://erp.example.com:22/", "url_invalid"},
        {"https://erp.example.com:0/", "url_invalid"},
        {"https://erp.example.com:65536/", "url_invalid"},
        {"https://erp.example.com\\@127.0.0.1/", "url_invalid"},
        {"https://erp.example.com/a b", "url_invalid"},
        {"https://erp.example.com/\r\nHost: x", "url_invalid"},
        {"http://127.0.0.1:9000/", "url_refused"},
        {"http://127.8.9.10/", "url_refused"},
        {"http://localhost/", "url_refused"},
        {"http://LOCALHOST./", "url_refused"},
        {"http://api.localhost/", "url_refused"},
        {"http://[::1]/", "url_refused"},
        {"http://[::ffff:127.0.0.1]/", "url_refused"},
        {"http://[::ffff:7f00:1]/", "url_refused"},
        {"http://[::127.0.0.1]/", "url_refused"},
        {"http://[0:0:0:0:0:ffff:169.254.169.254]/", "url_refused"},
        {"http://169.254.169.254/latest/meta-data/", "url_refused"},
        {"http://10.0.0.1/", "url_refused"},
        {"http://172.16.0.1/", "url_refused"},
        {"http://172.31.255.255/", "url_refused"},
        {"http://172.32.0.1/", "ok"},
        {"http://192.168.10.5/", "url_refused"},
        {"http://100.64.0.1/", "url_refused"},
        {"http://100.128.0.1/", "ok"},
        {"http://0.0.0.0/", "url_refused"},
        {"http://0.1.2.3/", "url_refused"},
        {"http://224.0.0.1/", "url_refused"},
        {"http://239.255.255.255/", "url_refused"},
        {"http://240.0.0.1/", "url_refused"},
        {"http://255.255.255.255/", "url_refused"},
        {"http://[::]/", "url_refused"},
        {"http://[fe80::1]/", "url_refused"},
        {"http://[ff02::1]/", "url_refused"},
        {"http://[fc00::1]/", "url_refused"},
        {"http://[fdab::1]/", "url_refused"},
        {"http://[64:ff9b::10.0.0.1]/", "url_refused"},
        {"http://[64:ff9b::a9fe:a9fe]/", "url_refused"},
        {"http://[2002:7f00:1::]/", "url_refused"},
        {"http://[2001:0:7f00:1::]/", "url_refused"},
        {"http://[fe80::1%25eth0]/", "url_invalid"},
        {"http://0x7f.1/", "url_invalid"},
        {"http://0x7f000001/", "url_invalid"},
        {"http://2130706433/", "url_invalid"},
        {"http://127.1/", "url_invalid"},
        {"http://0177.0.0.1/", "url_invalid"},
        {"http://127.0.0.1.:9000/", "url_refused"},
        {"http://[::1/", "url_invalid"},
    };
    for (const auto& [url, expected] : kRows) EXPECT_EQ(verdict(rules(), url), expected) << url;
    EXPECT_EQ(verdict(rules(), "https://erp.example.com/" + std::string(2048, 'a')), "url_invalid");
}

TEST(TargetUrl, TheConfigFileCanAllowWhatIsInsideTheHouse) {
    const TargetRules inside = rules({"192.168.10.0/24", "127.0.0.1", "::1", "fc00::/7"});
    EXPECT_EQ(verdict(inside, "http://192.168.10.5/"), "ok");
    EXPECT_EQ(verdict(inside, "http://[::ffff:192.168.10.5]/"), "ok");
    EXPECT_EQ(verdict(inside, "http://192.168.11.5/"), "url_refused");
    EXPECT_EQ(verdict(inside, "http://127.0.0.1:9000/"), "ok");
    EXPECT_EQ(verdict(inside, "http://localhost:9000/"), "ok");
    EXPECT_EQ(verdict(inside, "http://[::1]:9000/"), "ok");
    EXPECT_EQ(verdict(inside, "http://[fd00::5]/"), "ok");
    EXPECT_EQ(verdict(inside, "http://127.0.0.1:8080/hook"), "url_refused") << "our own listener";
    EXPECT_EQ(verdict(inside, "http://192.168.10.5:8080/"), "ok") << "the same port on another machine";
    const TargetRules everything = rules({"0.0.0.0/0", "::/0"});
    for (const char* never : {"http://169.254.169.254/", "http://0.0.0.0/", "http://224.0.0.1/",
                              "http://255.255.255.255/", "http://[fe80::1]/", "http://[64:ff9b::1]/", "http://[::]/",
                              "http://[2002::1]/", "http://[2001::1]/", "http://[::10.0.0.1]/"})
        EXPECT_EQ(verdict(everything, never), "url_refused") << never;
}

TEST(TargetAddress, IsJudgedAgainWhenItIsConnectedTo) {
    const TargetRules by_name = rules({"erp.local"});
    const auto admits = [&](const char* host, const char* address, int port = 443) {
        return bool(by_name.admit(host, port, *parse_ip(address)));
    };
    EXPECT_TRUE(admits("erp.local", "192.168.10.5"));
    EXPECT_TRUE(admits("ERP.local.", "192.168.10.5"));
    EXPECT_FALSE(admits("evil.example.com", "192.168.10.5")) << "the name is allowed, not what it stands for";
    EXPECT_FALSE(admits("erp.local", "169.254.169.254")) << "a name may lie about where it leads";
    EXPECT_FALSE(admits("erp.local", "127.0.0.1", 8080)) << "our own listener";
    EXPECT_FALSE(admits("erp.local", "192.168.10.5", 25));
    EXPECT_TRUE(admits("shop.example.com", "93.184.216.34"));
    const auto refused = by_name.admit("evil.example.com", 443, *parse_ip("10.0.0.7"));
    EXPECT_EQ(refused.error().code, "target_refused");
    EXPECT_NE(refused.error().message.find("[webhooks] allow = [\"10.0.0.7\"]"), std::string::npos)
        << refused.error().message;
}

}  // namespace
}  // namespace crossdock::webhooks
