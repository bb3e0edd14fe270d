// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "net/budget.h"
#include "net/http_client.h"

namespace crossdock::net {
namespace {

using namespace std::chrono_literals;

struct UrlCase {
    const char* text;
    const char* scheme;
    const char* host;
    int port;
    const char* target;
};
class GoodUrl : public ::testing::TestWithParam<UrlCase> {};

TEST_P(GoodUrl, IsTakenApart) {
    const auto url = parse_url(GetParam().text);
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->scheme, GetParam().scheme);
    EXPECT_EQ(url->host, GetParam().host);
    EXPECT_EQ(url->port, GetParam().port);
    EXPECT_EQ(url->path_and_query, GetParam().target);
}

INSTANTIATE_TEST_SUITE_P(Urls, GoodUrl,
                         ::testing::Values(UrlCase{"https://acme.myshopify.com/admin/api/2026-07/graphql.json", "https",
                                                 "acme.myshopify.com", 443, "/admin/api/2026-07/graphql.json"},
                                         UrlCase{"HTTP://Example.COM", "http", "example.com", 80, "/"},
                                         UrlCase{"http://127.0.0.1:9100/shopify?a=b&c=%20#part", "http", "127.0.0.1",
                                                 9100, "/shopify?a=b&c=%20"},
                                         UrlCase{"http://[::1]:8080/x", "http", "::1", 8080, "/x"},
                                         UrlCase{"https://[2001:DB8::1]", "https", "2001:db8::1", 443, "/"},
                                         UrlCase{"http://host?q=@", "http", "host", 80, "/?q=@"},
                                         UrlCase{"http://host#only", "http", "host", 80, "/"},
                                         UrlCase{"http://h_1.internal:65535/", "http", "h_1.internal", 65535, "/"}));

TEST(ParseUrl, RefusesEverythingElse) {
    for (const std::string url : {"",
                                  "http",
                                  "http:/host/",
                                  "//host/",
                                  "http://",
                                  "http:///path",
                                  "file:///etc/passwd",
                                  "ftp://host/",
                                  "javascript:x",
                                  "http://user@host/",
                                  "http://user:pw@host/",
                                  "http://host:0/",
                                  "http://host:65536/",
                                  "http://host:-1/",
                                  "http://host:+80/",
                                  "http://host:80a/",
                                  "http://host:/",
                                  "http://host:80:81/",
                                  "http://ho st/",
                                  "http://host/a b",
                                  "http://host/\r\nX: 1",
                                  "http://host/\x01",
                                  "http://host\\@evil/",
                                  "http://h\xC3\xB6st/",
                                  "http://[::1",
                                  "http://[]/",
                                  "http://[::1]x/",
                                  "http://[host]/",
                                  "http://%31/",
                                  "http://a,b/",
                                  " http://host/",
                                  "http://host/\x7f"}) {
        const auto parsed = parse_url(url);
        ASSERT_FALSE(parsed) << url;
        EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
        EXPECT_EQ(parsed.error().code, "net_refused");
    }
    EXPECT_FALSE(parse_url("http://host/" + std::string(20'000, 'a')));
    EXPECT_FALSE(parse_url(std::string{"http://host/\0", 13}));
}

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encode("a b+c&d=e/f?%"), "a%20b%2Bc%26d%3De%2Ff%3F%25");
    EXPECT_EQ(percent_encode("\xC3\x9C"), "%C3%9C");
    EXPECT_EQ(percent_encode(std::string_view{"\0\r\n", 3}), "%00%0D%0A");
}

class BudgetTest : public ::testing::Test {
protected:
    ManualClock clock_{from_ms(0)};
    Budget budget_{clock_, 1000, 50};
};

TEST_F(BudgetTest, RunsOutAndSaysHowLongToWait) {
    EXPECT_TRUE(budget_.take(1000));
    const auto refused = budget_.take(100);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(refused.error().code, "budget");
    EXPECT_EQ(refused.error().retry_after, 2000ms);
    clock_.advance(1999ms);
    EXPECT_FALSE(budget_.take(100));
    clock_.advance(1ms);
    EXPECT_TRUE(budget_.take(100));
}

TEST_F(BudgetTest, WaitingAsLongAsToldIsAlwaysEnough) {
    Budget odd{clock_, 10, 0.3};
    for (int i = 0; i < 50; ++i) {
        const auto refused = odd.take(7.77);
        if (refused) continue;
        clock_.advance(*refused.error().retry_after);
        ASSERT_TRUE(odd.take(7.77)) << i;
    }
}

TEST_F(BudgetTest, KeepsAReserveForOthers) {
    EXPECT_TRUE(budget_.take(400, 500));
    EXPECT_FALSE(budget_.take(101, 500));
    EXPECT_TRUE(budget_.take(100, 500));
    EXPECT_FALSE(budget_.take(1, 500));
    EXPECT_TRUE(budget_.take(500));
}

TEST_F(BudgetTest, LetsACostBesideTooLargeAReserveThroughWhenFullOnly) {
    EXPECT_TRUE(budget_.take(1));
    EXPECT_FALSE(budget_.take(600, 500));  // together more than the bucket ever holds
    clock_.advance(20ms);
    EXPECT_TRUE(budget_.take(600, 500));
}

TEST_F(BudgetTest, ANewRateCountsFromNowOn) {
    Budget slow{clock_, 2, 0.1};
    ASSERT_TRUE(slow.take(2));
    clock_.advance(5s);  // half a token at the old rate
    slow.learn_rate(1);
    EXPECT_EQ(slow.take(1).error().retry_after, 500ms);
    clock_.advance(500ms);
    EXPECT_TRUE(slow.take(1));
    EXPECT_EQ(slow.state().capacity, 2);
}

TEST_F(BudgetTest, NeverHoldsMoreThanItsCapacity) {
    clock_.advance(24h);
    budget_.give_back(5000);
    EXPECT_TRUE(budget_.take(1000));
    EXPECT_FALSE(budget_.take(1));
}

TEST_F(BudgetTest, TakesBackWhatWasNotUsed) {
    EXPECT_TRUE(budget_.take(1000));
    budget_.give_back(400);
    EXPECT_TRUE(budget_.take(400));
    EXPECT_FALSE(budget_.take(1));
}

TEST_F(BudgetTest, BelievesTheProvider) {
    budget_.learn(2000, 30, 100);
    const auto refused = budget_.take(130);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().retry_after, 1000ms);
    EXPECT_EQ(budget_.state().capacity, 2000);
    EXPECT_EQ(budget_.state().restore_per_second, 100);
}

TEST_F(BudgetTest, PausesForAsLongAsTold) {
    budget_.pause_for(30s);
    budget_.pause_for(10s);  // a shorter one does not lift it
    const auto refused = budget_.take(1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().retry_after, 30s);
    clock_.advance(30s);
    EXPECT_TRUE(budget_.take(1));
}

TEST_F(BudgetTest, LetsTheUnaffordableThroughWhenFullOnly) {
    EXPECT_TRUE(budget_.take(5000));  // dearer than the whole bucket: the provider will say so itself
    EXPECT_FALSE(budget_.take(1));
    clock_.advance(79s);
    EXPECT_FALSE(budget_.take(1));  // 4,000 below zero is paid back first
    clock_.advance(2s);
    EXPECT_TRUE(budget_.take(1));
}

TEST_F(BudgetTest, SurvivesNonsense) {
    budget_.learn(-5, -1, -3);
    const auto refused = budget_.take(1);
    EXPECT_TRUE(refused);  // nothing is a full bucket of nothing: the provider is asked, and answers
    budget_.learn(100, 0, 0);
    const auto dry = budget_.take(1);
    ASSERT_FALSE(dry);
    EXPECT_EQ(dry.error().retry_after, 1h);
    budget_.learn(100, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity());
    EXPECT_FALSE(budget_.take(1));
}

}  // namespace
}  // namespace crossdock::net
