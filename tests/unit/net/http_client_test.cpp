// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "observability/log.h"
#include "raw_server.h"

namespace crossdock::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing_support::Peer;
using testing_support::RawServer;

HttpRequest get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    request.deadline = 20s;  // far away: a test that meets it has failed
    return request;
}

HttpRequest post(const std::string& url, std::string body = "{}") {
    HttpRequest request = get(url);
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    return request;
}

std::string answer(const std::string& body, const std::string& more_headers = "") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body;
}

// Answers every request of every connection with the same text.
RawServer::Script always(std::string text) {
    return [text = std::move(text)](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(text);
    };
}

std::string code_of(const Result<HttpResponse>& result) { return result ? "an answer" : result.error().code; }

/// Sends it with a deadline that it will meet: a short one, and a longer one each time it was over before a byte had left.
Result<HttpResponse> send_until_out(HttpClient& client, HttpRequest request) {
    for (request.deadline = 150ms;; request.deadline *= 3) {
        auto result = client.send(request);
        if (code_of(result) != "net_not_sent" || request.deadline > 60s) return result;
    }
}

TEST(HttpClient, ReturnsStatusHeadersAndBody) {
    RawServer server{always("HTTP/1.1 404 Not Found\r\nX-Request-Id: abc\r\nContent-Length: 4\r\n\r\ngone")};
    const auto client = make_http_client();
    const auto result = client->send(get(server.url("/x")));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->status, 404);
    EXPECT_EQ(result->body, "gone");
    EXPECT_EQ(result->header("x-REQUEST-id"), "abc");
    EXPECT_EQ(result->header("absent"), "");
}

TEST(HttpClient, SendsTheRequestExactlyAsGiven) {
    std::string seen;
    RawServer server{[&](Peer& peer) {
        seen = peer.read_request();
        peer.send(answer("ok"));
    }};
    const auto client = make_http_client("crossdock/9.9");
    auto request = post(server.url("/a%2Fb/c?x=%2B+1&&sig=a%3D~&empty=&flag?#part"), std::string(10'000, 'b'));
    request.headers.emplace_back("X-Token", "t");
    ASSERT_TRUE(client->send(request));
    EXPECT_TRUE(seen.ends_with("\r\n\r\n" + std::string(10'000, 'b')));
    seen.resize(seen.find("\r\n\r\n") + 2);
    EXPECT_THAT(seen, StartsWith("POST /a%2Fb/c?x=%2B+1&&sig=a%3D~&empty=&flag? HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nUser-Agent: crossdock/9.9\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nAccept-Encoding: identity\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/json\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 10000\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nX-Token: t\r\n"));
    EXPECT_THAT(seen, Not(HasSubstr("Expect")));
}

TEST(HttpClient, SendsEmptyAndLargeBodiesWhole) {
    std::vector<std::size_t> sizes;
    RawServer server{[&](Peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            sizes.push_back(request.size() - request.find("\r\n\r\n") - 4);
            peer.send(answer("ok"));
        }
    }};
    const auto client = make_http_client();
    for (const std::size_t size : {0U, 1U, 65'536U, 5'000'000U}) {
        ASSERT_TRUE(client->send(post(server.url(), std::string(size, 'x'))));
    }
    EXPECT_THAT(sizes, ::testing::ElementsAre(0, 1, 65'536, 5'000'000));
}

TEST(HttpClient, LogsTheHostAndNeverThePath) {
    RawServer server{always(answer("ok"))};
    const auto client = make_http_client();
    const log::Capture capture;
    ASSERT_TRUE(client->send(post(server.url("/jane@example.com?sig=secret"))));
    ASSERT_EQ(capture.lines().size(), 1U);
    EXPECT_THAT(capture.lines()[0], HasSubstr("http_exchange method=POST host=127.0.0.1 outcome=200 ms="));
    EXPECT_THAT(capture.lines()[0], Not(HasSubstr("secret")));
    EXPECT_THAT(capture.lines()[0], Not(HasSubstr("jane")));
}

TEST(HttpClient, SaysNotSentWhenNobodyListens) {
    // Bound and not listening: nobody else gets the port meanwhile.
    const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(door, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::getsockname(door, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const auto client = make_http_client();
    const auto result = client->send(post("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/"));
    ::close(door);
    ASSERT_EQ(code_of(result), "net_not_sent");
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(result.error().message, HasSubstr("127.0.0.1"));
}

TEST(HttpClient, SaysNotSentForAHostThatCannotExist) {
    const auto client = make_http_client();
    auto request = get("http://" + std::string(64, 'a') + ".invalid/");
    request.deadline = 3s;
    EXPECT_EQ(code_of(client->send(request)), "net_not_sent");
}

TEST(HttpClient, SaysNotSentWhenTheDeadlineHasPassedAlready) {
    RawServer server{always(answer("ok"))};
    const auto client = make_http_client();
    auto request = post(server.url());
    request.deadline = 0ms;
    EXPECT_EQ(code_of(client->send(request)), "net_not_sent");
}

struct BadAnswerCase {
    const char* name;
    std::string text;
    const char* said;
};
class BadAnswer : public ::testing::TestWithParam<BadAnswerCase> {};

TEST_P(BadAnswer, IsNoAnswerAndItsConnectionIsNotKept) {
    RawServer server{[](Peer& peer) {
        if (peer.read_request().empty()) return;
        peer.send(peer.number() == 0 ? GetParam().text : answer("ok"));
    }};
    const auto client = make_http_client();
    const auto result = client->send(post(server.url()));
    ASSERT_EQ(code_of(result), "net_no_answer");
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(result.error().message, HasSubstr(GetParam().said));
    EXPECT_EQ(server.connections(), 1) << "a POST was repeated";
    const auto next = client->send(post(server.url()));
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(next->body, "ok");
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadAnswer,
    ::testing::Values(
        BadAnswerCase{"Nothing", "", "without an answer"},
        BadAnswerCase{"HalfTheStatusLine", "HTTP/1.1 20", "cut short"},
        BadAnswerCase{"StatusLineWithoutEnd", "HTTP/1.1 200 OK", "cut short"},
        BadAnswerCase{"HalfTheHeaders", "HTTP/1.1 200 OK\r\nContent-Le", "cut short"},
        BadAnswerCase{"HeadersWithoutEnd", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "cut short"},
        BadAnswerCase{"HalfTheBody", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "cut short"},
        BadAnswerCase{"HalfAChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "cut short"},
        BadAnswerCase{"HalfAChunkSize", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0",
                      "cut short"},
        BadAnswerCase{"NoLastChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                      "cut short"},
        BadAnswerCase{"HalfATrailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n:", "cut short"},
        BadAnswerCase{"ChunkSizeIsText", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n", "cut short"},
        BadAnswerCase{"NotHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "not HTTP"},
        BadAnswerCase{"LengthIsText", "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nhello", "cut short"},
        BadAnswerCase{"TwoLengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhello",
                      "cut short"},
        BadAnswerCase{"LengthAndChunks",
                      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                      "ambiguous"},
        BadAnswerCase{"UnknownCoding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                      "ambiguous"},
        BadAnswerCase{"Compressed", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx",
                      "compressed"},
        BadAnswerCase{"InterimOnly", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer("late"), "interim"},
        BadAnswerCase{"EndlessStatusLine", "HTTP/1.1 200 " + std::string(1'000'000, 'A') + "\r\n\r\n", "status line"},
        BadAnswerCase{"EndlessHeader", "HTTP/1.1 200 OK\r\nX: " + std::string(1'000'000, 'A') + "\r\n\r\n", ""},
        BadAnswerCase{"TooManyHeaders",
                      [] {
                          std::string text = "HTTP/1.1 200 OK\r\n";
                          for (int i = 0; i < 5000; ++i) text += "X-" + std::to_string(i) + ": y\r\n";
                          return text + "Content-Length: 0\r\n\r\n";
                      }(),
                      ""},
        BadAnswerCase{"EndlessTrailers",
                      [] {
                          std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
                          for (int i = 0; i < 50'000; ++i) text += "X: y\r\n";
                          return text;
                      }(),
                      "framing"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HttpClient, TreatsAResetAsNoAnswer) {
    RawServer server{[](Peer& peer) {
        peer.read_request();
        peer.reset();
    }};
    const auto client = make_http_client();
    EXPECT_EQ(code_of(client->send(post(server.url()))), "net_no_answer");
    EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, GivesUpAtTheDeadlineOnAServerThatIsSilent) {
    RawServer server{[](Peer& peer) { peer.wait_for_end(); }};
    const auto client = make_http_client();
    const auto result = send_until_out(*client, post(server.url()));
    ASSERT_EQ(code_of(result), "net_no_answer");
    EXPECT_THAT(result.error().message, HasSubstr("deadline"));
}

TEST(HttpClient, GivesUpAtTheDeadlineOnAServerThatDrips) {
    // A byte every few milliseconds for ever: every read succeeds in time, the answer never does.
    RawServer server{[](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        pollfd gone{peer.handle(), POLLIN, 0};
        while (::poll(&gone, 1, 5) == 0) peer.send("x");
    }};
    const auto client = make_http_client();
    EXPECT_EQ(code_of(send_until_out(*client, get(server.url()))), "net_no_answer");
}

TEST(HttpClient, GivesUpAtTheDeadlineOnAServerThatDoesNotRead) {
    std::promise<void> done;
    RawServer server{[over = done.get_future().share()](Peer&) { over.wait(); }};
    const auto client = make_http_client();
    EXPECT_EQ(code_of(send_until_out(*client, post(server.url(), std::string(30'000'000, 'x')))), "net_no_answer");
    done.set_value();
}

struct OversizeCase {
    const char* name;
    std::string head;
    std::string piece;
};
class OversizeAnswer : public ::testing::TestWithParam<OversizeCase> {};

TEST_P(OversizeAnswer, IsCutOffAtTheCap) {
    RawServer server{[](Peer& peer) {
        peer.read_request();
        peer.send(GetParam().head);
        pollfd gone{peer.handle(), POLLIN, 0};
        while (::poll(&gone, 1, 0) == 0) peer.send(GetParam().piece);
    }};
    const auto client = make_http_client();
    auto request = get(server.url());
    request.max_answer_bytes = 100'000;
    const auto result = client->send(request);
    ASSERT_EQ(code_of(result), "net_too_large");
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(result.error().message, HasSubstr("100000"));
}

INSTANTIATE_TEST_SUITE_P(
    Framings, OversizeAnswer,
    ::testing::Values(OversizeCase{"ByItsLength", "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n", "x"},
                    OversizeCase{"ByALengthBeyondAllNumbers",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", "x"},
                    OversizeCase{"InChunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                 "1000\r\n" + std::string(4096, 'x') + "\r\n"},
                    OversizeCase{"UntilTheEnd", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
                                 std::string(4096, 'x')}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HttpClient, AcceptsAnAnswerOfExactlyTheCap) {
    RawServer server{always(answer(std::string(100'000, 'x')))};
    const auto client = make_http_client();
    auto request = get(server.url());
    request.max_answer_bytes = 100'000;
    const auto result = client->send(request);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body.size(), 100'000U);
}

TEST(HttpClient, ReadsChunksTrailersAndBodiesUntilTheEnd) {
    RawServer server{[](Peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            if (request.starts_with("GET /chunks")) {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;note=1\r\nhello\r\n");
                peer.send("1\r\n \r\n5\r\nworld\r\n0\r\nX-Late: 1\r\n\r\n");
            } else {
                peer.send("HTTP/1.1 200 OK\r\n\r\nall of it");
                return;
            }
        }
    }};
    const auto client = make_http_client();
    for (int i = 0; i < 2; ++i) {
        const auto chunks = client->send(get(server.url("/chunks")));
        ASSERT_TRUE(chunks) << chunks.error().message;
        EXPECT_EQ(chunks->body, "hello world");
    }
    EXPECT_EQ(server.connections(), 1);
    const auto rest = client->send(get(server.url("/end")));
    ASSERT_TRUE(rest) << rest.error().message;
    EXPECT_EQ(rest->body, "all of it");
}

TEST(HttpClient, SkipsA100AndReadsTheAnswerBehindIt) {
    RawServer server{always("HTTP/1.1 100 Continue\r\n\r\n" + answer("ok"))};
    const auto client = make_http_client();
    const auto result = client->send(post(server.url()));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->status, 200);
}

TEST(HttpClient, ReadsAnswersWithoutABody) {
    RawServer server{[](Peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            if (request.starts_with("HEAD")) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            } else {
                peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            }
        }
    }};
    const auto client = make_http_client();
    auto head = get(server.url());
    head.method = "HEAD";
    for (int i = 0; i < 3; ++i) {
        const auto with_head = client->send(head);
        ASSERT_TRUE(with_head) << with_head.error().message;
        EXPECT_EQ(with_head->status, 200);
        const auto no_content = client->send(get(server.url()));
        ASSERT_TRUE(no_content) << no_content.error().message;
        EXPECT_EQ(no_content->status, 204);
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, FollowsNoRedirect) {
    RawServer other{always(answer("stolen"))};
    RawServer server{always("HTTP/1.1 301 Moved\r\nLocation: " + other.url("/x") + "\r\nContent-Length: 0\r\n\r\n")};
    const auto client = make_http_client();
    const auto result = client->send(get(server.url()));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 301);
    EXPECT_EQ(result->header("Location"), other.url("/x"));
    EXPECT_EQ(other.connections(), 0);
}

TEST(HttpClient, RefusesWhatMustNotBeSent) {
    RawServer server{always(answer("ok"))};
    const auto client = make_http_client();
    const std::vector<std::pair<std::string, std::string>> bad_headers{{"X-Token", "a\r\nX-Admin: 1"},
                                                                       {"X-Token", "a\nb"},
                                                                       {"X-Token", "a\rb"},
                                                                       {"X-Token", std::string{"a\0b", 3}},
                                                                       {"X-Token", "a\x1b[0m"},
                                                                       {"X-Token", " a"},
                                                                       {"X-Token", "a "},
                                                                       {"X Token", "a"},
                                                                       {"", "a"},
                                                                       {"X-Token:", "a"},
                                                                       {"Content-Length", "5"},
                                                                       {"Transfer-Encoding", "chunked"},
                                                                       {"host", "elsewhere"},
                                                                       {"Expect", "x"},
                                                                       {"Connection", "upgrade"}};
    for (const auto& header : bad_headers) {
        auto request = post(server.url());
        request.headers = {header};
        const auto result = client->send(request);
        ASSERT_EQ(code_of(result), "net_refused") << header.first << ": " << header.second;
        EXPECT_EQ(result.error().kind, ErrorKind::invalid);
        if (header.first == "X-Token") {
            EXPECT_THAT(result.error().message, HasSubstr("X-Token"));
            EXPECT_THAT(result.error().message, Not(HasSubstr("Admin")));
        }
    }
    for (const char* method : {"", "GET /x HTTP/1.1\r\n", "CONNECT", "G T"}) {
        auto request = get(server.url());
        request.method = method;
        EXPECT_EQ(code_of(client->send(request)), "net_refused") << method;
    }
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, ReportsABadUrlAsRefused) {
    const auto client = make_http_client();
    for (const char* url : {"", "ftp://127.0.0.1/", "http://user:secret@127.0.0.1/", "http://127.0.0.1/a b"}) {
        const auto result = client->send(get(url));
        ASSERT_EQ(code_of(result), "net_refused") << url;
        EXPECT_THAT(result.error().message, Not(HasSubstr("secret")));
    }
}

TEST(HttpClient, ReachesAnIpv6Address) {
    std::unique_ptr<RawServer> server;
    std::string seen;
    try {
        server = std::make_unique<RawServer>(
            [&](Peer& peer) {
                seen = peer.read_request();
                peer.send(answer("six"));
            },
            AF_INET6);
    } catch (const std::runtime_error&) {
        GTEST_SKIP() << "no IPv6 loopback here";
    }
    const auto client = make_http_client();
    const auto result = client->send(get("http://[::1]:" + std::to_string(server->port()) + "/"));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "six");
    EXPECT_THAT(seen, HasSubstr("\r\nHost: [::1]:" + std::to_string(server->port()) + "\r\n"));
}

TEST(HttpClient, FindsLocalhostByName) {
    RawServer server{always(answer("ok"))};
    const auto client = make_http_client();
    const auto result = client->send(get("http://localhost:" + std::to_string(server.port()) + "/"));
    ASSERT_TRUE(result) << result.error().message;
}

}  // namespace
}  // namespace crossdock::net
