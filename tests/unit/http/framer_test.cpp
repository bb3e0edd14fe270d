// SPDX-License-Identifier: Apache-2.0
#include "http/framer.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace crossdock::http {
namespace {

FramerRules rules() {
    return {.hosts = AllowedHosts("127.0.0.1", {"hub.local:8080"}),
            .body_limit = [](std::string_view, std::string_view path) {
                return path == "/big" ? std::size_t{1'000'000} : std::size_t{1000};
            }};
}

/// What comes of the bytes, as one line: "GET /a; POST /b <body>; !400" or ending in "..." when more is needed.
std::string outcome(std::string_view bytes, std::size_t piece, std::string* why = nullptr) {
    const auto all = rules();
    Framer framer(all, {});
    std::string line;
    const auto add = [&line](const std::string& text) { line += (line.empty() ? "" : "; ") + text; };
    for (std::size_t at = 0; at < bytes.size();) {
        auto chunk = bytes.substr(at, piece);
        while (!chunk.empty()) {
            const auto taken = framer.feed(chunk);
            chunk.remove_prefix(taken);
            if (framer.state() == Framer::State::refused) {
                if (why != nullptr) *why = framer.refusal().message;
                add("!" + std::to_string(framer.refusal().status));
                return line;
            }
            if (framer.state() == Framer::State::complete) {
                const auto framed = framer.take();
                add(framed.request.method + " " + framed.request.path +
                    (framed.request.body.empty() ? "" : " <" + framed.request.body + ">"));
            }
        }
        at += piece;
    }
    if (framer.state() != Framer::State::empty) add("...");
    return line;
}

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

struct Row {
    const char* name;
    std::string bytes;
    std::string expected;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string get(const std::string& headers) { return "GET /a HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n"; }
std::string post(const std::string& headers, const std::string& body) {
    return "POST /a HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
}
std::string chunked(const std::string& body) { return post("Transfer-Encoding: chunked\r\n", body); }
std::string line(const std::string& request_line) { return request_line + "\r\nHost: localhost\r\n\r\n"; }
std::string with_host(const std::string& host) { return "GET /a HTTP/1.1\r\n" + host + "\r\n"; }

const std::string kNext = line("GET /next HTTP/1.1");

class Framing : public ::testing::TestWithParam<Row> {};

TEST_P(Framing, ReadsOrRefusesTheSameInAnyDivision) {
    const auto& row = GetParam();
    std::string why;
    EXPECT_EQ(outcome(row.bytes, row.bytes.size(), &why), row.expected) << why;
    if (row.bytes.size() < 20'000) {
        EXPECT_EQ(outcome(row.bytes, 1), row.expected);
        EXPECT_EQ(outcome(row.bytes, 7), row.expected);
    }
    EXPECT_EQ(outcome(row.bytes, 1000), row.expected);
}

std::string row_name(const ::testing::TestParamInfo<Row>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    WellFormed, Framing,
    ::testing::Values(
        Row{"Get", get(""), "GET /a"}, Row{"B11TwoInOneSegment", get("") + kNext, "GET /a; GET /next"},
        Row{"PostThenGet", post("Content-Length: 5\r\n", "hello") + kNext, "POST /a <hello>; GET /next"},
        Row{"B8MoreThanDeclaredIsTheNextRequest", post("Content-Length: 4\r\n", "hello") + kNext,
            "POST /a <hell>; !501"},  // "oGET"
        Row{"PostWithoutLengthHasNoBody", post("", "") + kNext, "POST /a; GET /next"},
        Row{"Chunked", chunked("5\r\nhello\r\n3;x=y\r\n, w\r\n0\r\n\r\n") + kNext, "POST /a <hello, w>; GET /next"},
        Row{"ChunkedWithTrailers", chunked("1\r\nx\r\n000\r\nA: b\r\nC:\r\n\r\n") + kNext, "POST /a <x>; GET /next"},
        Row{"ChunkedHexBothCases", chunked("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"),
            "POST /a <01234567890123456789>"},
        Row{"B10GetWithBodyIsDropped", get("Content-Length: 5\r\n") + "hello" + kNext, "GET /a; GET /next"},
        Row{"B10DeleteWithChunkedBodyIsDropped",
            "DELETE /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" +
                kNext,
            "DELETE /a; GET /next"},
        Row{"EmptyLinesFirst", "\r\n\r\n" + get(""), "GET /a"},
        Row{"OldHttpNeedsNoHost", "GET /a HTTP/1.0\r\n\r\n", "GET /a"},
        Row{"ObsTextInAValue", get("X: caf\xe9\r\n"), "GET /a"}, Row{"EmptyValue", get("X:\r\n"), "GET /a"},
        Row{"B19AbsoluteFormOfOurs", line("GET http://LOCALHOST:1/a?b=c HTTP/1.1"), "GET /a"},
        Row{"AbsoluteFormWithoutPath", line("GET http://localhost HTTP/1.1"), "GET /"},
        Row{"B19OptionsStar", line("OPTIONS * HTTP/1.1"), "OPTIONS *"},
        Row{"HostWithPort", with_host("Host: hub.local:99\r\n"), "GET /a"},
        Row{"HostIpv6", with_host("Host: [::1]:8080\r\n"), "GET /a"},
        Row{"ExpectIsCaseless", post("Expect: 100-Continue\r\nContent-Length: 1\r\n", "x"), "POST /a <x>"},
        Row{"HundredHeaders", get(repeated("X: y\r\n", 99)), "GET /a"},
        Row{"RequestLineAtTheLimit", line("GET /a?" + std::string(8192 - 16, 'x') + " HTTP/1.1"), "GET /a"},
        Row{"ContentEncodingIdentity", post("Content-Encoding: identity\r\nContent-Length: 1\r\n", "x"),
            "POST /a <x>"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Ambiguous, Framing,
    ::testing::Values(
        Row{"B1LengthAndCoding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "!400"},
        Row{"B1LengthZeroAndCoding", post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"), "!400"},
        Row{"B2TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), "!400"},
        Row{"B2TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "!400"},
        Row{"B3Letters", post("Content-Length: abc\r\n", ""), "!400"},
        Row{"B3Plus", post("Content-Length: +5\r\n", "hello"), "!400"},
        Row{"B3Minus", post("Content-Length: -1\r\n", ""), "!400"},
        Row{"B3Blank", post("Content-Length: 5 6\r\n", "hello"), "!400"},
        Row{"B3Hex", post("Content-Length: 0x10\r\n", ""), "!400"},
        Row{"B3TwoTo64", post("Content-Length: 18446744073709551616\r\n", ""), "!400"},
        Row{"B3Empty", post("Content-Length:\r\n", ""), "!400"},
        Row{"B3List", post("Content-Length: 5, 5\r\n", "hello"), "!400"},
        Row{"B4Xchunked", post("Transfer-Encoding: xchunked\r\n", ""), "!501"},
        Row{"B4ChunkedIdentity", post("Transfer-Encoding: chunked, identity\r\n", ""), "!501"},
        Row{"B4GzipChunked", post("Transfer-Encoding: gzip, chunked\r\n", ""), "!501"},
        Row{"B4Twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""), "!400"},
        Row{"B4Empty", post("Transfer-Encoding:\r\n", ""), "!501"},
        Row{"B5CodingInOldHttp", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400"},
        Row{"B6MinusTwo", chunked("-2\r\n"), "!400"}, Row{"B6Hex", chunked("0x4\r\nabcd\r\n"), "!400"},
        Row{"B6SeventeenDigits", chunked("00000000000000001\r\nx\r\n"), "!400"},
        Row{"B6Huge", chunked("ffffffffffffffff\r\n"), "!413"}, Row{"B6EmptySize", chunked("\r\nx\r\n"), "!400"},
        Row{"B6BlankAfterSize", chunked("1 \r\nx\r\n"), "!400"},
        Row{"B6LongExtension", chunked("1;" + std::string(1100, 'x') + "\r\nx\r\n"), "!400"},
        Row{"B6ManyExtensions", chunked(repeated("1;" + std::string(900, 'x') + "\r\nx\r\n", 30)), "!400"},
        Row{"B6ControlInExtension", chunked("1;a\x01\r\nx\r\n"), "!400"},
        Row{"B6DataLongerThanItsSize", chunked("1\r\nxy\r\n0\r\n\r\n"), "!400"},
        Row{"B6DataEndsInLf", chunked("1\r\nx\n0\r\n\r\n"), "!400"},
        Row{"B6SizeEndsInLf", chunked("1\nx\r\n0\r\n\r\n"), "!400"},
        Row{"B6NoFinalCrlf", chunked("0\r\n") + kNext, "!400"},
        Row{"B6SilenceInsteadOfFinalCrlf", chunked("0\r\n"), "..."},
        Row{"TrailerFolded", chunked("0\r\nA: b\r\n c\r\n\r\n"), "!400"},
        Row{"B7ChunkedOverTheCap", chunked("3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n"), "!413"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Malformed, Framing,
    ::testing::Values(
        Row{"B12NoHost", "GET /a HTTP/1.1\r\n\r\n", "!400"},
        Row{"B12TwoHosts", with_host("Host: localhost\r\nHost: localhost\r\n"), "!400"},
        Row{"B12ForeignHost", with_host("Host: evil.example\r\n"), "!421"},
        Row{"B12HostWithBlank", with_host("Host: local host\r\n"), "!400"},
        Row{"B12HostWithUser", with_host("Host: me@localhost\r\n"), "!400"},
        Row{"B12EmptyHost", with_host("Host:\r\n"), "!400"},
        Row{"B12HostWithBadPort", with_host("Host: localhost:8o8\r\n"), "!400"},
        Row{"B12ForeignHostInOldHttp", "GET /a HTTP/1.0\r\nHost: evil.example\r\n\r\n", "!421"},
        Row{"B13BareLf", "GET /a HTTP/1.1\nHost: localhost\n\n", "!400"},
        Row{"B13BareLfInHeaders", "GET /a HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", "!400"},
        Row{"B13BareCr", get("X: a\rb\r\n"), "!400"}, Row{"B13CrCrLf", get("X: a\r\r\n"), "!400"},
        Row{"B13ObsFold", get("X: a\r\n b\r\n"), "!400"}, Row{"B13BlankBeforeColon", get("X : a\r\n"), "!400"},
        Row{"B13NulInName", get(std::string("X\0Y: a\r\n", 8)), "!400"},
        Row{"B13NulInValue", get(std::string("X: a\0b\r\n", 8)), "!400"},
        Row{"B13HighByteInName", get("X\xe9: a\r\n"), "!400"}, Row{"B13NoColon", get("X\r\n"), "!400"},
        Row{"B13EmptyName", get(": a\r\n"), "!400"},
        Row{"B14LineTooLong", get("X: " + std::string(9 * 1024, 'x') + "\r\n"), "!431"},
        Row{"B14TooMany", get(repeated("X: y\r\n", 100)), "!431"},
        Row{"B14TooMuch", get(repeated("X: " + std::string(7000, 'x') + "\r\n", 5)), "!431"},
        Row{"B15LineTooLong", line("GET /" + std::string(9 * 1024, 'x') + " HTTP/1.1"), "!414"},
        Row{"B15NoNewline", "GET /" + std::string(9 * 1024, 'x'), "!414"},
        Row{"B15NoNewlineInHeaders", "GET / HTTP/1.1\r\n" + std::string(9 * 1024, 'x'), "!431"},
        Row{"B16Foo", line("FOO /a HTTP/1.1"), "!501"}, Row{"B16LowerCase", line("get /a HTTP/1.1"), "!501"},
        Row{"B16Trace", line("TRACE /a HTTP/1.1"), "!501"},
        Row{"B16Connect", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", "!501"},
        Row{"B18Version", line("GET /a HTTP/9.9"), "!505"}, Row{"OldestHttp", "GET /a\r\n", "!400"},
        Row{"LowerCaseVersion", line("GET /a http/1.1"), "!400"}, Row{"TwoBlanks", line("GET  /a HTTP/1.1"), "!400"},
        Row{"BlankInTarget", line("GET /a b HTTP/1.1"), "!400"}, Row{"LeadingBlank", " " + get(""), "!400"},
        Row{"ThreeEmptyLines", "\r\n\r\n\r\n" + get(""), "!400"},
        Row{"B18Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "!400"},
        Row{"B18TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), "!0"},
        Row{"OldSslHello", std::string("\x80\x2e\x01\x00\x02", 5), "!400"},
        Row{"B19ForeignAbsoluteForm", line("GET http://evil.example/a HTTP/1.1"), "!421"},
        Row{"B19OtherScheme", line("GET ftp://localhost/a HTTP/1.1"), "!400"},
        Row{"StarWithGet", line("GET * HTTP/1.1"), "!400"}, Row{"NoSlash", line("GET a HTTP/1.1"), "!400"},
        Row{"B20BadPercent", line("GET /%zz HTTP/1.1"), "!400"}, Row{"B20Nul", line("GET /%00 HTTP/1.1"), "!400"},
        Row{"B20EncodedDots", line("GET /a/%2e%2e%2fetc HTTP/1.1"), "!400"},
        Row{"B20EncodedSlash", line("GET /a%2Fb HTTP/1.1"), "!400"},
        Row{"B20Dots", line("GET /a/../etc HTTP/1.1"), "!400"},
        Row{"B20EndsInDots", line("GET /a/.. HTTP/1.1"), "!400"}, Row{"B20Dot", line("GET /./a HTTP/1.1"), "!400"},
        Row{"B20Backslash", line("GET /a\\b HTTP/1.1"), "!400"},
        Row{"B20EncodedBackslash", line("GET /a%5Cb HTTP/1.1"), "!400"},
        Row{"B20Overlong", line("GET /%c0%ae%c0%ae/etc HTTP/1.1"), "!400"},
        Row{"B20QueryBadPercent", line("GET /a?b=%z HTTP/1.1"), "!400"},
        Row{"B20QueryNul", line("GET /a?b=%00 HTTP/1.1"), "!400"},
        Row{"RawHighByteInTarget", line("GET /caf\xe9 HTTP/1.1"), "!400"},
        Row{"Fragment", line("GET /a#b HTTP/1.1"), "!400"},
        Row{"B21ExpectOverTheCap", post("Expect: 100-continue\r\nContent-Length: 1001\r\n", ""), "!413"},
        Row{"B21UnknownExpect", post("Expect: 200-ok\r\nContent-Length: 1\r\n", "x"), "!417"},
        Row{"B22Gzip", post("Content-Encoding: gzip\r\nContent-Length: 1\r\n", "x"), "!415"},
        Row{"BodyOverTheCap", post("Content-Length: 1001\r\n", ""), "!413"},
        Row{"LongestLength", post("Content-Length: 9999999999999999999\r\n", ""), "!413"},
        Row{"B10GetWithALargeBody", get("Content-Length: 65537\r\n"), "!413"}),
    row_name);

/// Which path a refused or unfinished request is said to be of.
std::string path_told(std::string_view bytes, std::size_t piece) {
    const auto all = rules();
    Framer framer(all, {});
    while (!bytes.empty() && framer.state() != Framer::State::refused) {
        const auto chunk = bytes.substr(0, piece);
        bytes.remove_prefix(framer.feed(chunk));
    }
    EXPECT_NE(framer.state(), Framer::State::complete);
    return framer.path();
}

class PathOfARefusal : public ::testing::TestWithParam<Row> {};

TEST_P(PathOfARefusal, IsKnownAsFarAsItCameInAnyDivision) {
    const auto& row = GetParam();
    for (const std::size_t piece : {row.bytes.size(), std::size_t{1}, std::size_t{7}, std::size_t{1000}})
        EXPECT_EQ(path_told(row.bytes, piece), row.expected) << piece << " at once";
}

INSTANTIATE_TEST_SUITE_P(
    Table, PathOfARefusal,
    ::testing::Values(Row{"HalfAnEscapeInTheQuery", line("GET /v2/orders?number=%zz HTTP/1.1"), "/v2/orders"},
                    Row{"NotUtf8", line("GET /v2/orders?number=%ff HTTP/1.1"), "/v2/orders"},
                    Row{"Nul", line("GET /v2/orders?number=%00 HTTP/1.1"), "/v2/orders"},
                    Row{"EncodedSlash", line("GET /v2/orders/a%2fb HTTP/1.1"), "/v2/orders/a%2fb"},
                    Row{"UnknownMethod", line("FOO /v2/orders?x=1 HTTP/1.1"), "/v2/orders"},
                    Row{"UnknownVersion", line("GET /v2/orders HTTP/9.9"), "/v2/orders"},
                    Row{"NoVersion", "GET /v2/orders\r\n", "/v2/orders"},
                    Row{"BareLf", "GET /v2/orders HTTP/1.1\n", "/v2/orders"},
                    Row{"BareCr", "GET /v2/orders HTTP\r/1.1\r\n", "/v2/orders"},
                    Row{"Fragment", line("GET /v2/orders#x HTTP/1.1"), "/v2/orders"},
                    Row{"BlankInTheTarget", line("GET /v2/orders x HTTP/1.1"), "/v2/orders"},
                    Row{"ByteThatNoPathHas", line("GET /v2/caf\xe9/x HTTP/1.1"), "/v2/caf"},
                    Row{"WholeAddress", line("GET http://localhost/v2/orders?x=%z HTTP/1.1"), "/v2/orders"},
                    Row{"AddressWithoutAPath", line("GET http://localhost?/v2/x=%z HTTP/1.1"), ""},
                    Row{"TooLongAQuery", "GET /v2/orders?x=" + std::string(9000, 'x'), "/v2/orders"},
                    Row{"TooLongAPath", "GET /v2/" + std::string(9000, 'x'), "/v2/" + std::string(196, 'x')},
                    Row{"TooLongAMethod", std::string(9000, 'x') + " /v2/orders HTTP/1.1\r\n", ""},
                    Row{"NoMethod", " /v2/orders HTTP/1.1\r\n", ""}, Row{"NoTarget", "GET\r\n", ""},
                    Row{"AfterEmptyLines", "\r\n\r\n" + line("FOO /v2/orders HTTP/1.1"), "/v2/orders"},
                    Row{"CutOffInTheRequestLine", "GET /v2/orders?nu", "/v2/orders"},
                    Row{"InTheHeaders", "GET /v2/%6Frders HTTP/1.1\r\nHost: evil.example\r\n\r\n", "/v2/orders"}),
    row_name);

TEST(Framer, TheNextRequestIsNotToldUnderThePathOfTheLast) {
    const auto all = rules();
    Framer framer(all, {});
    framer.feed(line("GET /v2/orders HTTP/1.1"));
    ASSERT_EQ(framer.state(), Framer::State::complete);
    EXPECT_EQ(framer.path(), "/v2/orders");
    framer.take();
    EXPECT_EQ(framer.path(), "");
    framer.feed("FOO /a HTTP/1.1\r\n");
    EXPECT_EQ(framer.path(), "/a");
}

TEST(Framer, AsksTheRouteHowLargeABodyMayBe) {
    const std::string head = "POST /big HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n";
    EXPECT_EQ(outcome(head + std::string(1001, 'x'), 100), "POST /big <" + std::string(1001, 'x') + ">");
}

TEST(Framer, LeavesAnEncodedSlashToARouteThatSplitsTheTargetItself) {
    auto all = rules();
    all.encoded_slash = EncodedSlash::part_of_segment;
    Framer framer(all, {});
    framer.feed("GET /items/MUG%2FRED HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_EQ(framer.state(), Framer::State::complete);
    EXPECT_EQ(framer.take().request.target, "/items/MUG%2FRED");

    Framer climbing(all, {});
    climbing.feed("GET /items/..%2F..%2Fetc HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(climbing.state(), Framer::State::refused);
}

TEST(Framer, GivesHeadersInLowerCaseAndQueriesDecoded) {
    const auto all = rules();
    Framer framer(all, {});
    const std::string bytes =
        "GET /caf%C3%A9%20x?a=1+2&b=%26&a=3&&c&%C3%A9=%2B HTTP/1.1\r\nHOST: localhost\r\nX-Api-Key: \t k%20k \r\n\r\n";
    EXPECT_EQ(framer.feed(bytes), bytes.size());
    ASSERT_EQ(framer.state(), Framer::State::complete);
    const auto framed = framer.take();
    const auto& request = framed.request;
    EXPECT_EQ(request.path, "/caf\xc3\xa9 x");
    EXPECT_EQ(request.target, "/caf%C3%A9%20x");
    EXPECT_EQ(request.query, (Fields{{"a", "1 2"}, {"b", "&"}, {"a", "3"}, {"c", ""}, {"\xc3\xa9", "+"}}));
    EXPECT_EQ(request.header("x-api-key"), "k%20k");
    EXPECT_EQ(request.parameter("a"), "1 2");
    EXPECT_EQ(request.parameters("a"), (std::vector<std::string_view>{"1 2", "3"}));
    EXPECT_FALSE(request.parameter("missing"));
    EXPECT_EQ(framed.start_line, "GET /caf%C3%A9%20x?a=1+2&b=%26&a=3&&c&%C3%A9=%2B HTTP/1.1");
}

struct KeepAliveRow {
    const char* name;
    const char* head;
    bool keep_alive;
};
class KeepAlive : public ::testing::TestWithParam<KeepAliveRow> {};

TEST_P(KeepAlive, FollowsVersionAndConnectionHeader) {
    const auto all = rules();
    Framer framer(all, {});
    framer.feed(std::string{"GET / "} + GetParam().head + "\r\n");
    ASSERT_EQ(framer.state(), Framer::State::complete);
    EXPECT_EQ(framer.take().keep_alive, GetParam().keep_alive);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, KeepAlive,
    ::testing::Values(
        KeepAliveRow{"Plain", "HTTP/1.1\r\nHost: localhost\r\n", true},
        KeepAliveRow{"Close", "HTTP/1.1\r\nHost: localhost\r\nConnection: foo, Close\r\n", false},
        KeepAliveRow{"Both", "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nConnection: keep-alive\r\n", false},
        KeepAliveRow{"Old", "HTTP/1.0\r\n", false},
        KeepAliveRow{"OldKeep", "HTTP/1.0\r\nConnection: Keep-Alive\r\n", true}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Framer, WaitsForContinueOnceAndOnlyBeforeTheBody) {
    const auto all = rules();
    Framer framer(all, {});
    framer.feed("POST /a HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_TRUE(framer.take_continue());
    EXPECT_FALSE(framer.take_continue());
    framer.feed("xy");
    EXPECT_EQ(framer.take().request.body, "xy");
    framer.feed("POST /a HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nx");
    EXPECT_FALSE(framer.take_continue());
}

TEST(Framer, SaysHowMuchOfABodyCame) {
    const auto all = rules();
    Framer framer(all, {});
    framer.feed("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc");
    EXPECT_NE(framer.cut_short().message.find("3 of 9 bytes"), std::string::npos);
}

TEST(Framer, HoldsLittleWhateverIsSent) {
    const auto all = rules();
    Framer framer(all, {});
    std::size_t most = 0;
    const std::string bytes(64 * 1024, 'x');
    for (int i = 0; i < 100 && framer.state() != Framer::State::refused; ++i) {
        framer.feed(bytes);
        most = std::max(most, framer.buffered());
    }
    EXPECT_EQ(framer.refusal().status, 414);
    EXPECT_LE(most, 10'000U);
}

TEST(Framer, SurvivesMutatedRequests) {
    SeededRandom random(17);
    const std::string seeds[] = {get("X: y\r\n"), chunked("5;a=b\r\nhello\r\n0\r\nT: u\r\n\r\n"),
                                 post("Content-Length: 5\r\n", "hello") + kNext};
    int refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = seeds[random.below(3)];
        for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) {
            const auto at = random.below(bytes.size());
            switch (random.below(3)) {
                case 0: bytes[at] = static_cast<char>(random.below(256)); break;
                case 1: bytes.erase(at, 1 + random.below(4)); break;
                default: bytes.insert(at, 1, "\r\n\0 :;0"[random.below(7)]); break;
            }
            if (bytes.empty()) bytes = "x";
        }
        const auto whole = outcome(bytes, bytes.size());
        ASSERT_EQ(whole, outcome(bytes, 1)) << "round " << round << ": " << testing::PrintToString(bytes);
        refused += whole.find('!') != std::string::npos ? 1 : 0;
    }
    std::printf("mutated requests: 20000, refused: %d, same in any division: all\n", refused);
    EXPECT_GT(refused, 1000);
}

TEST(AllowedHosts, NamesTheAddressThatAWildcardListenerWasReachedBy) {
    const AllowedHosts wildcard("0.0.0.0", {});
    EXPECT_TRUE(wildcard.allows("192.168.1.5", "192.168.1.5"));
    EXPECT_TRUE(wildcard.allows("[fe80::1]", "fe80::1"));
    EXPECT_FALSE(wildcard.allows("192.168.1.6", "192.168.1.5"));
    EXPECT_FALSE(wildcard.allows("0.0.0.0", "192.168.1.5"));
    EXPECT_FALSE(wildcard.allows("evil.example", "192.168.1.5"));
    const AllowedHosts bound("::1", {"Hub.Example"});
    EXPECT_TRUE(bound.allows("[::1]", ""));
    EXPECT_TRUE(bound.allows("hub.example", ""));
}

}  // namespace
}  // namespace crossdock::http
