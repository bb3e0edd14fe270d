// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "net/http_client.h"
#include "raw_server.h"

namespace crossdock::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing_support::Peer;
using testing_support::RawServer;

HttpRequest request_to(const std::string& url, const std::string& method = "GET") {
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.body = method == "POST" ? "{}" : "";
    request.deadline = 20s;
    return request;
}

std::string ok(const std::string& body = "ok", const std::string& more_headers = "") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body;
}

TEST(KeptConnections, ServeOneRequestAfterTheOther) {
    RawServer server{[](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(ok("ok", "Keep-Alive: timeout=60\r\n"));
    }};
    const auto client = make_http_client();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(client->send(request_to(server.url(), i % 2 == 0 ? "GET" : "POST")));
    EXPECT_EQ(server.connections(), 1);
}

struct EndingCase {
    const char* name;
    std::string answer;
};
class AnswerThatEndsItsConnection : public ::testing::TestWithParam<EndingCase> {};

TEST_P(AnswerThatEndsItsConnection, IsFollowedByANewOne) {
    RawServer server{[](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(GetParam().answer);
    }};
    const auto client = make_http_client();
    for (int i = 0; i < 3; ++i) {
        const auto result = client->send(request_to(server.url()));
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->body, "ok");
    }
    EXPECT_EQ(server.connections(), 3);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, AnswerThatEndsItsConnection,
    ::testing::Values(EndingCase{"ConnectionClose", ok("ok", "Connection: close\r\n")},
                    EndingCase{"CloseAmongOthers", ok("ok", "Connection: foo , Close\r\n")},
                    EndingCase{"KeptForAMomentOnly", ok("ok", "Keep-Alive: timeout=1, max=100\r\n")},
                    EndingCase{"Http10", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
                    // A second answer that nobody asked for would be taken for that of the next request.
                    EndingCase{"MoreThanOneAnswer", ok() + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"}),
    [](const auto& row) { return std::string(row.param.name); });

// A server that closes its first connection in some way once it has answered there; the test waits until it has.
class StaleConnection : public ::testing::Test {
protected:
    void run(const std::function<void(Peer&)>& after_first_answer) {
        server_ = std::make_unique<RawServer>([this, after_first_answer](Peer& peer) {
            if (peer.number() == 0) {
                peer.read_request();
                peer.send(ok("first"));
                after_first_answer(peer);
                closed_.set_value();
                peer.wait_for_end();
                return;
            }
            for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
                ++later_;
                peer.send(ok("later"));
            }
        });
        client_ = make_http_client();
        ASSERT_TRUE(client_->send(request_to(server_->url())));
    }
    std::promise<void> closed_;
    std::atomic<int> later_{0};
    std::unique_ptr<RawServer> server_;
    std::unique_ptr<HttpClient> client_;
};

TEST_F(StaleConnection, ClosedWhileIdleIsReplacedEvenForAPost) {
    run([](Peer& peer) { peer.close(); });
    closed_.get_future().wait();
    const auto result = client_->send(request_to(server_->url(), "POST"));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "later");
    EXPECT_EQ(later_, 1);
}

TEST_F(StaleConnection, ThatSpeaksUnaskedIsReplaced) {
    run([](Peer& peer) {
        peer.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    });
    closed_.get_future().wait();
    const auto result = client_->send(request_to(server_->url(), "POST"));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "later");
}

TEST_F(StaleConnection, ThatSwallowsAPostLeavesItsEffectUnknown) {
    run([](Peer& peer) {
        peer.read_request();
        peer.close();
    });
    const auto result = client_->send(request_to(server_->url(), "POST"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_no_answer");
    EXPECT_EQ(server_->connections(), 1) << "the POST went out twice";
}

TEST_F(StaleConnection, ThatSwallowsAGetIsTriedOnceMore) {
    run([](Peer& peer) {
        peer.read_request();
        peer.close();
    });
    const auto result = client_->send(request_to(server_->url()));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "later");
    EXPECT_EQ(later_, 1);
}

TEST_F(StaleConnection, ThatCutsAnAnswerIsNotTriedAgain) {
    run([](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-");
        peer.close();
    });
    const auto result = client_->send(request_to(server_->url()));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_no_answer");
    EXPECT_EQ(later_, 0);
}

TEST(KeptConnections, AreNotSharedBetweenPorts) {
    RawServer one{[](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(ok("one"));
    }};
    RawServer two{[](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(ok("two"));
    }};
    const auto client = make_http_client();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client->send(request_to(one.url()))->body, "one");
        EXPECT_EQ(client->send(request_to(two.url()))->body, "two");
    }
    EXPECT_EQ(one.connections(), 1);
    EXPECT_EQ(two.connections(), 1);
}

TEST(KeptConnections, ServeManyThreadsWithoutMixingAnswers) {
    RawServer server{[](Peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            peer.send(ok(request.substr(4, request.find(" HTTP") - 4)));  // the target
        }
    }};
    const auto client = make_http_client();
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int t = 0; t < 12; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const std::string target = "/" + std::to_string(t) + "/" + std::to_string(i) + "?q";
                const auto result = client->send(request_to(server.url(target)));
                if (result && result->body == target) ++right;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right, 600);
}

TEST(ShutDown, EndsARequestThatWaitsForItsAnswer) {
    std::promise<void> asked;
    RawServer server{[&](Peer& peer) {
        peer.read_request();
        asked.set_value();
        peer.wait_for_end();
    }};
    const auto client = make_http_client();
    auto waiting = std::async(std::launch::async, [&] { return client->send(request_to(server.url(), "POST")); });
    asked.get_future().wait();
    const auto before = std::chrono::steady_clock::now();
    client->shut_down();
    const auto result = waiting.get();
    const auto took = std::chrono::steady_clock::now() - before;
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_no_answer");
    EXPECT_LT(took, 15s);  // its deadline is 20 s; on a quiet machine it is 50 ms
    const auto next = client->send(request_to(server.url()));
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, "net_not_sent");
    EXPECT_EQ(server.connections(), 1);
}

TEST(ShutDown, ClosesKeptConnections) {
    std::promise<void> gone;
    RawServer server{[&](Peer& peer) {
        peer.read_request();
        peer.send(ok());
        peer.wait_for_end();
        gone.set_value();
    }};
    const auto client = make_http_client();
    ASSERT_TRUE(client->send(request_to(server.url())));
    client->shut_down();
    EXPECT_EQ(gone.get_future().wait_for(60s), std::future_status::ready);
}

TEST(Download, StreamsWhatWouldBeTooLargeToKeep) {
    RawServer server{[](Peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 100; ++i) peer.send("1000\r\n" + std::string(4096, 'x') + "\r\n");
            peer.send("0\r\n\r\n");
        }
    }};
    const auto client = make_http_client();
    auto request = request_to(server.url());
    request.max_answer_bytes = 1000;
    for (int i = 0; i < 2; ++i) {
        std::size_t received = 0;
        const auto result = client->download(request, [&](std::string_view piece) {
            received += piece.size();
            return true;
        });
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->status, 200);
        EXPECT_EQ(result->body, "");
        EXPECT_EQ(received, 409'600U);
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST(Download, StopsWhenTheSinkHasEnough) {
    RawServer server{[](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        pollfd gone{peer.handle(), POLLIN, 0};
        while (::poll(&gone, 1, 0) == 0) peer.send(std::string(4096, 'x'));
    }};
    const auto client = make_http_client();
    int pieces = 0;
    const auto result = client->download(request_to(server.url()), [&](std::string_view) { return ++pieces < 3; });
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->status, 200);
    EXPECT_EQ(pieces, 3);
}

TEST(Download, KeepsTheStartOfARefusal) {
    RawServer server{[](Peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            const std::size_t size = request.starts_with("GET /large") ? 200'000 : 10;
            peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                      std::string(size, 'n'));
        }
    }};
    const auto client = make_http_client();
    const auto never = [](std::string_view) {
        ADD_FAILURE() << "a refusal reached the sink";
        return true;
    };
    const auto small = client->download(request_to(server.url("/small")), never);
    ASSERT_TRUE(small) << small.error().message;
    EXPECT_EQ(small->status, 403);
    EXPECT_EQ(small->body, "nnnnnnnnnn");
    const auto large = client->download(request_to(server.url("/large")), never);
    ASSERT_TRUE(large) << large.error().message;
    EXPECT_EQ(large->body.size(), 65'536U);
}

TEST(Download, ThatIsCutIsNoAnswer) {
    RawServer server{[](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    }};
    const auto client = make_http_client();
    std::string received;
    const auto result = client->download(request_to(server.url()), [&](std::string_view piece) {
        received += piece;
        return true;
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_no_answer");
    EXPECT_EQ(received, "half");
}

TEST(Download, PassesOnWhatTheSinkThrows) {
    RawServer server{[](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(ok());
    }};
    const auto client = make_http_client();
    EXPECT_THROW((void)client->download(request_to(server.url()),
                                        [](std::string_view) -> bool { throw std::runtime_error("disk full"); }),
                 std::runtime_error);
    EXPECT_TRUE(client->send(request_to(server.url())));
}

}  // namespace
}  // namespace crossdock::net
