// SPDX-License-Identifier: Apache-2.0
#include "config/values.h"

#include "config/secrets.h"
#include "config_support.h"

namespace crossdock::config {
namespace {

std::string name_of(const testing::TestParamInfo<std::pair<const char*, const char*>>& info) {
    return "Row" + std::to_string(info.index);
}
/// The text, and what it reads as ("" when it is refused).
class ParseListen : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(ParseListen, ReadsExactlyOrRefuses) {
    const auto listen = parse_listen(GetParam().first);
    EXPECT_EQ(listen ? to_string(*listen) + (listen->loopback ? " here" : " beyond") : "", GetParam().second)
        << GetParam().first;
}
INSTANTIATE_TEST_SUITE_P(
    Edges, ParseListen,
    testing::Values(std::pair{"127.0.0.1:8080", "127.0.0.1:8080 here"}, std::pair{"127.9.9.9:1", "127.9.9.9:1 here"},
                    std::pair{"localhost:0", "localhost:0 here"}, std::pair{"LOCALHOST:80", "localhost:80 here"},
                    std::pair{"[::1]:8080", "[::1]:8080 here"}, std::pair{"[::]:65535", "[::]:65535 beyond"},
                    std::pair{"0.0.0.0:8443", "0.0.0.0:8443 beyond"}, std::pair{"erp-box:80", "erp-box:80 beyond"},
                    std::pair{"[2001:DB8::1]:443", "[2001:db8::1]:443 beyond"},
                    std::pair{"[::ffff:10.0.0.1]:1", "[::ffff:10.0.0.1]:1 beyond"},
                    std::pair{"127.0.0.1.example.com:80", "127.0.0.1.example.com:80 beyond"}, std::pair{"8080", ""},
                    std::pair{":8080", ""}, std::pair{"*:8080", ""}, std::pair{"127.0.0.1", ""},
                    std::pair{"127.0.0.1:", ""}, std::pair{"127.0.0.1:65536", ""}, std::pair{"127.0.0.1:-1", ""},
                    std::pair{"127.0.0.1:80x", ""}, std::pair{"127.0.0.1:99999999999999999999", ""},
                    std::pair{"127.0.0.256:80", ""}, std::pair{"127.0.1:80", ""}, std::pair{"127.0.0.01:80", ""},
                    std::pair{"::1:8080", ""}, std::pair{"[::1]", ""}, std::pair{"[::1]8080", ""},
                    std::pair{"[1::2::3]:80", ""}, std::pair{"[1:2:3:4:5:6:7]:80", ""},
                    std::pair{"[1:2:3:4:5:6:7:8]:80", "[1:2:3:4:5:6:7:8]:80 beyond"}, std::pair{"[12345::]:80", ""},
                    std::pair{"[:::]:80", ""}, std::pair{"[]:80", ""}, std::pair{"http://localhost:80", ""},
                    std::pair{"local host:80", ""}, std::pair{"-a:80", ""}, std::pair{"a..b:80", ""},
                    std::pair{"", ""}),
    name_of);

class ParseInterval : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(ParseInterval, ReadsExactlyOrRefuses) {
    const auto interval = parse_interval(GetParam().first);
    EXPECT_EQ(!interval    ? ""
              : !*interval ? "off"
                           : std::to_string((*interval)->count()),
              GetParam().second)
        << GetParam().first;
}
INSTANTIATE_TEST_SUITE_P(
    Edges, ParseInterval,
    testing::Values(std::pair{"30s", "30000"}, std::pair{"1m", "60000"}, std::pair{"1h", "3600000"},
                    std::pair{"1d", "86400000"}, std::pair{"1500ms", "1500"}, std::pair{"1s", "1000"},
                    std::pair{"30d", "2592000000"}, std::pair{"off", "off"}, std::pair{"999ms", ""},
                    std::pair{"0s", ""}, std::pair{"31d", ""}, std::pair{"60", ""}, std::pair{"m", ""},
                    std::pair{"-1m", ""}, std::pair{"+1m", ""}, std::pair{"1.5h", ""}, std::pair{"1 m", ""},
                    std::pair{"1M", ""}, std::pair{"1h30m", ""}, std::pair{"Off", ""}, std::pair{"", ""},
                    std::pair{"99999999999999999999s", ""}, std::pair{"1000000001s", ""}),
    name_of);

class ParseSize : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(ParseSize, ReadsExactlyOrRefuses) {
    const auto size = parse_size(GetParam().first);
    EXPECT_EQ(size ? std::to_string(*size) : "", GetParam().second) << GetParam().first;
}
INSTANTIATE_TEST_SUITE_P(Edges, ParseSize,
                         testing::Values(std::pair{"64KB", "65536"}, std::pair{"10MB", "10485760"},
                                         std::pair{"100GB", "107374182400"}, std::pair{"63KB", ""},
                                         std::pair{"101GB", ""}, std::pair{"10", ""}, std::pair{"10mb", ""},
                                         std::pair{"MB", ""}, std::pair{"1.5MB", ""}, std::pair{"", ""}),
                         name_of);

class ParseUrl : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(ParseUrl, ReadsExactlyOrRefuses) {
    const auto url = parse_url(GetParam().first);
    EXPECT_EQ(url ? *url : "", GetParam().second) << GetParam().first;
}
INSTANTIATE_TEST_SUITE_P(Edges, ParseUrl,
                         testing::Values(std::pair{"https://a.example", "https://a.example"},
                                         std::pair{"HTTPS://A.example/x/", "https://A.example/x"},
                                         std::pair{"http://127.0.0.1:9100/shopify//", "http://127.0.0.1:9100/shopify"},
                                         std::pair{"http://[::1]:80", "http://[::1]:80"}, std::pair{"ftp://a", ""},
                                         std::pair{"a.example", ""}, std::pair{"https://", ""},
                                         std::pair{"https:///x", ""}, std::pair{"https://a/?q=1", ""},
                                         std::pair{"https://a/#f", ""}, std::pair{"https://user:pw@a/", ""},
                                         std::pair{"https://a b/", ""}, std::pair{"https://a:0/", ""},
                                         std::pair{"https://a:70000/", ""}, std::pair{"https://a:/", ""},
                                         std::pair{"https://b\xc3\xbc"
                                                   "cher.example",
                                                   ""},
                                         std::pair{"https://a/\r\nX: y", ""}),
                         name_of);

TEST(HostNames, AreReadWithoutSchemePortOrPath) {
    EXPECT_EQ(*parse_host("Hub.Example.com"), "hub.example.com");
    EXPECT_EQ(*parse_host("10.0.0.7"), "10.0.0.7");
    EXPECT_EQ(*parse_host("[fe80::1]"), "fe80::1");
    for (const char* bad : {"", "https://a", "a:80", "a/b", "*", "a b", "300.1.1.1"})
        EXPECT_FALSE(parse_host(bad)) << bad;
    EXPECT_EQ(host_of("https://[::1]:80/x"), "::1");
    EXPECT_EQ(host_of("http://A.b/x"), "a.b");
}

TEST(SecretNames, AreAllButPlainIdentifiers) {
    for (const char* secret :
         {"access_token", "client_secret", "api_key", "password", "private_key", "whatever", "credentials.x"})
        EXPECT_TRUE(is_secret_name(secret)) << secret;
    for (const char* plain : {"shop", "client_id", "credentials.seller_id", "region", "username"})
        EXPECT_FALSE(is_secret_name(plain)) << plain;
}

TEST(Expansion, LeavesOtherDollarsAlone) {
    const auto expanded = expand("$5 $ ${A}${B}$$ $${A} $$${A}", environment({{"A", "${B}"}, {"B", "b"}}));
    ASSERT_TRUE(expanded);
    EXPECT_EQ(expanded->text, "$5 $ ${B}b$$ ${A} $${A}");  // values are not expanded again
    EXPECT_TRUE(expanded->from_environment);
}

}  // namespace
}  // namespace crossdock::config
