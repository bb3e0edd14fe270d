// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "net/backoff.h"
#include "net/breaker.h"
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
class GoodUrl : public testing::TestWithParam<UrlCase> {};

TEST_P(GoodUrl, IsTakenApart) {
    const auto url = parse_url(GetParam().text);
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->scheme, GetParam().scheme);
    EXPECT_EQ(url->host, GetParam().host);
    EXPECT_EQ(url->port, GetParam().port);
    EXPECT_EQ(url->path_and_query, GetParam().target);
}

INSTANTIATE_TEST_SUITE_P(Urls, GoodUrl,
                         testing::Values(UrlCase{"https://acme.myshopify.com/admin/api/2026-07/graphql.json", "https",
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

class BudgetTest : public testing::Test {
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

TEST(RetryDelay, DoublesFromFiveSecondsToAQuarterHour) {
    const std::vector<std::chrono::milliseconds> expected{5s, 10s, 20s, 40s, 80s, 160s, 320s, 640s, 900s, 900s};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(retry_ceiling(static_cast<int>(i)), expected[i]);
    EXPECT_EQ(retry_ceiling(-1), 5s);
    EXPECT_EQ(retry_ceiling(1'000'000), 15min);
}

TEST(RetryDelay, IsSpreadOverTheWholeRange) {
    SeededRandom random{3};
    int lower_half = 0;
    std::chrono::milliseconds least = 1h, most{};
    for (int i = 0; i < 10'000; ++i) {
        const auto delay = retry_delay(2, random);
        ASSERT_GE(delay, 0ms);
        ASSERT_LE(delay, 20s);
        if (delay < 10s) ++lower_half;
        least = std::min(least, delay);
        most = std::max(most, delay);
    }
    EXPECT_NEAR(lower_half, 5000, 250);  // five standard deviations
    EXPECT_LT(least, 100ms);
    EXPECT_GT(most, 19'900ms);
}

class BreakerTest : public testing::Test {
protected:
    void fail(int times) {
        for (int i = 0; i < times; ++i) {
            ASSERT_TRUE(breaker_.allow());
            breaker_.failed();
        }
    }
    std::chrono::milliseconds refused_for() {
        const auto leave = breaker_.allow();
        return leave ? 0ms : leave.error().retry_after.value_or(-1ms);
    }
    ManualClock clock_{from_ms(0)};
    Breaker breaker_{clock_};
};

TEST_F(BreakerTest, OpensAtTheFifthFailureInARow) {
    fail(4);
    EXPECT_EQ(breaker_.state(), Breaker::State::closed);
    fail(1);
    EXPECT_EQ(breaker_.state(), Breaker::State::open);
    const auto leave = breaker_.allow();
    ASSERT_FALSE(leave);
    EXPECT_EQ(leave.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(leave.error().code, "circuit_open");
    EXPECT_EQ(leave.error().retry_after, 60s);
}

TEST_F(BreakerTest, StartsCountingAgainAfterASuccess) {
    fail(4);
    breaker_.succeeded();
    fail(4);
    EXPECT_EQ(breaker_.state(), Breaker::State::closed);
}

TEST_F(BreakerTest, LetsOneProbeThroughAndClosesOnItsSuccess) {
    fail(5);
    clock_.advance(59'999ms);
    EXPECT_EQ(refused_for(), 1ms);
    clock_.advance(1ms);
    EXPECT_TRUE(breaker_.allow());
    EXPECT_EQ(breaker_.state(), Breaker::State::half_open);
    EXPECT_EQ(refused_for(), 1s) << "a second probe while the first is out";
    breaker_.succeeded();
    EXPECT_EQ(breaker_.state(), Breaker::State::closed);
    EXPECT_TRUE(breaker_.allow());
    EXPECT_EQ(breaker_.failures(), 0);
}

TEST_F(BreakerTest, DoublesItsWaitUpToAQuarterHour) {
    fail(5);
    for (const auto wait : {60s, 120s, 240s, 480s, 900s, 900s}) {
        EXPECT_EQ(refused_for(), wait);
        clock_.advance(wait);
        fail(1);
    }
    clock_.advance(15min);
    ASSERT_TRUE(breaker_.allow());
    breaker_.succeeded();
    fail(5);
    EXPECT_EQ(refused_for(), 60s) << "after a recovery it starts from the beginning";
}

TEST_F(BreakerTest, SendsAnotherProbeWhenOneIsNeverReported) {
    fail(5);
    clock_.advance(60s);
    ASSERT_TRUE(breaker_.allow());
    clock_.advance(120s);
    EXPECT_TRUE(breaker_.allow());
}

TEST_F(BreakerTest, IgnoresLateFailuresOfRequestsFromBefore) {
    fail(5);
    clock_.advance(30s);
    breaker_.failed();
    EXPECT_EQ(refused_for(), 30s);
}

}  // namespace
}  // namespace crossdock::net
