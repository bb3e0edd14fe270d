// SPDX-License-Identifier: Apache-2.0
// Rows C1, C2 and C5: answers of a channel that are none.
#include <atomic>

#include "base/clock.h"
#include "integration/bad_channel_hub.h"

namespace crossdock::testing {
namespace {

using Exchange = ShopProxy::Exchange;

/// 100 MB of zeros as gzip makes them: 100 KB.
std::string bomb() {
    std::string out;
    FILE* pipe = popen("head -c 100000000 /dev/zero | gzip -9 2>/dev/null", "r");
    if (pipe == nullptr) return out;
    char buffer[65536];
    for (std::size_t size; (size = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, size);
    pclose(pipe);
    return out;
}

class Nonsense : public BadChannel {
protected:
    void answers_with(const char* row, const std::string& what, const std::string& body,
                      const std::string& status = "200 OK", const std::string& headers = {}) {
        expect_survived(row, what, [=](Exchange& exchange) { exchange.answer(body, status, headers); });
    }

    json last_;
};

TEST_F(Nonsense, InPlaceOfAPageIsNamedRetriedAndMovesNothing) {
    open(12);
    if (HasFatalFailure()) return;
    answers_with("C1", "HTML", "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>");
    answers_with("C1", "200 with an error body",
                 R"({"errors":[{"message":"Internal error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]})");
    answers_with("C1", "200, empty", "");
    answers_with("C1", "half JSON", R"({"data":{"orders":{"pageInfo":{"hasNextPage":fal)");
    answers_with("C1", "an array where an object is due", "[1,2,3]");
    answers_with("C1", "a string where the orders are due", R"({"data":{"orders":"soon"}})");
    answers_with("C1", "a number where the nodes are due", R"({"data":{"orders":{"nodes":5}}})");
    answers_with("C1", "nodes that are no objects, and no page info", R"({"data":{"orders":{"nodes":null}}})");
    expect_survived("C1", "100 MB, announced", [](Exchange& exchange) {
        exchange.hub.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n");
        const std::string piece(1024 * 1024, ' ');
        for (int i = 0; i < 96 && exchange.hub.send(piece); ++i) {
        }
    });
    expect_survived("C1", "100 MB, in chunks", [](Exchange& exchange) {
        exchange.hub.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        const std::string piece = "100000\r\n" + std::string(1024 * 1024, ' ') + "\r\n";
        for (int i = 0; i < 96 && exchange.hub.send(piece); ++i) {
        }
    });
    const std::string small = bomb();
    if (small.empty())
        std::printf("C1   not covered: gzip bomb: there is no gzip here to make one\n");
    else
        answers_with("C1", "gzip bomb of 100 MB", small, "200 OK", "Content-Encoding: gzip\r\n");
    answers_with("C5", "204", "", "204 No Content");
    answers_with("C5", "503 without a date", "", "503 Service Unavailable");
    answers_with("C5", "401 for a token that cannot be renewed", R"({"errors":"[API] Invalid API key"})",
                 "401 Unauthorized");
}

TEST_F(Nonsense, AByteASecondEndsAtTheDeadline) {
    open(5);
    if (HasFatalFailure()) return;
    Verdict verdict("C1", "a byte a second");
    std::atomic<int> seconds{0};
    proxy_->spoil(kPage, [&](Exchange& exchange) {
        exchange.hub.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n");
        int sent = 0;
        while (sent < 100 && exchange.hub.send(" ")) {
            std::this_thread::sleep_for(std::chrono::seconds{1});
            ++sent;
        }
        if (seconds == 0) seconds = sent;
    });
    ASSERT_TRUE(waits_for_spoilt(1));
    const std::string placed = place();
    EXPECT_TRUE(eventually(std::chrono::seconds{90}, [&] { return seconds > 0; }));
    EXPECT_LE(seconds, 75) << "no deadline covers the whole answer";
    proxy_->be_honest();
    EXPECT_TRUE(arrives(placed)) << hub_->process().err();
    EXPECT_TRUE(answers());
    verdict.add("given up after " + std::to_string(seconds) + " s");
}

TEST_F(Nonsense, PagersThatDoNotEndAreStopped) {
    open(12);
    if (HasFatalFailure()) return;
    std::atomic<int> page{0};
    const auto pages = [&](auto change) {
        return [this, &page, change](Exchange& exchange) {
            // The shop does not know tokens that were made up: its first page serves for all.
            if (page == 0) last_ = exchange.ask_shop();
            json answer = last_;
            change(answer["data"]["orders"], ++page);
            exchange.answer(answer.dump());
        };
    };
    const auto stopped = [&](const std::string& what, const ShopProxy::Spoil& spoil) {
        Verdict verdict("C2", what);
        const std::string placed = place();
        page = 0;
        const auto began = std::chrono::steady_clock::now();
        proxy_->spoil(kPage, spoil);
        std::vector<std::string> said;
        EXPECT_TRUE(eventually(std::chrono::seconds{60},
                               [&] {
                                   if (proxy_->spoilt() == 0) sync();
                                   said = problems("orders");
                                   return std::any_of(said.begin(), said.end(),
                                                      [](const auto& text) { return text.starts_with("pager_stuck"); });
                               }))
            << what << '\n'
            << hub_->process().err();
        const int asked = proxy_->spoilt();
        // Every few seconds a run begins anew, for as long as it takes to notice.
        EXPECT_LT(asked, 30 + std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() * 2) << what;
        proxy_->be_honest();
        EXPECT_TRUE(arrives(placed)) << what;
        auto ids = listed();
        std::sort(ids.begin(), ids.end());
        EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end()) << what << ": an order twice";
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [&] { return problems("orders").empty(); })) << what;
        verdict.add(std::to_string(asked) + " pages, " + (said.empty() ? "" : said.front()));
    };
    stopped("the same page token for ever", pages([](json& orders, int) {
                orders["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "again"}};
            }));
    stopped("fresh tokens with empty pages", pages([](json& orders, int number) {
                orders["nodes"] = json::array();
                orders["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "empty-" + std::to_string(number)}};
            }));
    stopped("fresh tokens, the same orders", pages([](json& orders, int number) {
                orders["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "fresh-" + std::to_string(number)}};
            }));
    {
        Verdict verdict("C2", "pages that overlap");
        const std::string placed = place();
        page = 0;
        proxy_->spoil(kPage, [&](Exchange& exchange) {  // every page twice, the second time with its true end
            if (page++ % 2 == 0) {
                last_ = exchange.ask_shop();
                json first = last_;
                first["data"]["orders"]["pageInfo"] = {{"hasNextPage", true},
                                                       {"endCursor", "overlap-" + std::to_string(page)}};
                exchange.answer(first.dump());
            } else {
                exchange.answer(last_.dump());
            }
        });
        EXPECT_TRUE(arrives(placed));
        proxy_->be_honest();
        auto ids = listed();
        std::sort(ids.begin(), ids.end());
        EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
    }
    {
        Verdict verdict("C2", "an order without an id among others");
        ASSERT_TRUE(hold_pages_back());
        const std::string nameless = place();
        const std::string named = place();
        proxy_->spoil(kPage, [&](Exchange& exchange) {
            json answer = exchange.ask_shop();
            for (json& node : answer["data"]["orders"]["nodes"])
                if (node["legacyResourceId"] == nameless) node["legacyResourceId"] = node["id"] = nullptr;
            exchange.answer(answer.dump());
        });
        EXPECT_TRUE(arrives(named));
        EXPECT_FALSE(has(nameless));
        std::vector<std::string> said;
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [&] {
            said = problems("orders");
            return std::any_of(said.begin(), said.end(),
                               [](const auto& text) { return text.starts_with("order_without_id"); });
        }));
        proxy_->be_honest();
        verdict.add(said.empty() ? "" : said.front());
    }
}

TEST_F(Nonsense, RefusalsOfTheChannelAreTakenAtTheirWord) {
    open(5, "client_id = \"demo-client\"\n");
    if (HasFatalFailure()) return;
    {
        Verdict verdict("C5", "401 in mid-page with a token that can be renewed");
        const int issued = sandbox_->get("/counters")["tokens_issued"];
        const std::string placed = place();
        std::atomic<int> refused{0};
        proxy_->spoil(kPage, [&](Exchange& exchange) {
            if (refused++ == 0) {
                exchange.answer(R"({"errors":"[API] Invalid API key or access token"})", "401 Unauthorized");
                return;
            }
            exchange.answer(exchange.ask_shop().dump());
        });
        EXPECT_TRUE(arrives(placed)) << hub_->process().err();
        EXPECT_EQ(sandbox_->get("/counters")["tokens_issued"], issued + 1) << "renewed once";
        proxy_->be_honest();
    }
    {
        Verdict verdict("C5", "429 without Retry-After");
        const std::string placed = place();
        proxy_->spoil(kPage, [](Exchange& exchange) { exchange.answer("{}", "429 Too Many Requests"); });
        ASSERT_TRUE(waits_for_spoilt(1));
        const auto began = std::chrono::steady_clock::now();
        const int before = proxy_->spoilt();
        EXPECT_TRUE(eventually(std::chrono::seconds{90}, [&] {
            return proxy_->spoilt() > before && std::chrono::steady_clock::now() - began > std::chrono::seconds{6};
        })) << "not tried again";
        const int more = proxy_->spoilt() - before;
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        // The channel's streams share one pause of two seconds; a few were under way when the first refusal came.
        EXPECT_LE(more, 3 + seconds / 2) << "no back-off";
        proxy_->be_honest();
        EXPECT_TRUE(arrives(placed));
        verdict.add(std::to_string(more) + " more requests in " + std::to_string(seconds) + " s");
    }
    {
        Verdict verdict("C5", "503 with a date");
        std::mutex mutex;
        std::vector<std::chrono::steady_clock::time_point> asked;
        const std::string placed = place();
        proxy_->spoil(kPage, [&](Exchange& exchange) {
            {
                const std::lock_guard lock(mutex);
                asked.push_back(std::chrono::steady_clock::now());
                if (asked.size() > 1) {
                    exchange.answer(exchange.ask_shop().dump());
                    return;
                }
            }
            const auto at = SystemClock().now() + std::chrono::seconds{9};
            exchange.answer("{}", "503 Service Unavailable", "Retry-After: " + format_http_date(at) + "\r\n");
        });
        EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {  // without a nudge
            const std::lock_guard lock(mutex);
            return asked.size() > 1;
        }));
        proxy_->be_honest();  // and nobody else writes into `asked` any more
        ASSERT_GT(asked.size(), 1U);
        const double waited = std::chrono::duration<double>(asked[1] - asked[0]).count();
        EXPECT_GE(waited, 7.5);
        EXPECT_LE(waited, 40.0);
        EXPECT_TRUE(arrives(placed));
        verdict.add("next request after " + std::to_string(waited) + " s");
    }
    {
        Verdict verdict("C5", "301 to another host");
        ShopProxy elsewhere(port_of(sandbox_->url()));
        proxy_->spoil(kPage, [&](Exchange& exchange) {
            exchange.answer("", "301 Moved Permanently", "Location: " + elsewhere.url() + "/shopify/graphql.json\r\n");
        });
        ASSERT_TRUE(waits_for_spoilt(1));  // no page that was asked for before is under way any more
        const std::string placed = place();
        ASSERT_TRUE(waits_for_spoilt(2));
        std::vector<std::string> said;
        EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] { return !(said = problems("orders")).empty(); }));
        EXPECT_FALSE(has(placed));
        EXPECT_EQ(elsewhere.connections(), 0) << "the token went to another host";
        proxy_->be_honest();
        EXPECT_TRUE(arrives(placed));
        verdict.add(said.empty() ? "" : said.front());
    }
}

}  // namespace
}  // namespace crossdock::testing
