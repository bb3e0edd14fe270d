// SPDX-License-Identifier: Apache-2.0
#include "integration/bad_input_rows.h"

namespace crossdock::testing {
namespace {

const std::string kHost = "Host: 127.0.0.1:{PORT}\r\n";
const std::string kKey = "X-Api-Key: {KEY}\r\n";
const std::string kPost = "POST /api/v1/orders/ack HTTP/1.1\r\n" + kHost + kKey + "Content-Type: application/json\r\n";
const std::string kGet = "GET /healthz HTTP/1.1\r\n" + kHost;
const std::string kBody = "{\"ids\":[]}";  // ten bytes
const std::string kWell = "GET /healthz HTTP/1.1\r\n" + kHost + "\r\n";

std::string chunked(const std::string& body) { return kPost + "Transfer-Encoding: chunked\r\n\r\n" + body; }

}  // namespace

std::vector<BadInput> framing_rows() {
    std::vector<BadInput> rows;
    rows.push_back({"B1",
                    "length and chunked",
                    kPost + "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n" + kBody,
                    {400},
                    true});
    rows.push_back(
        {"B2", "two lengths", kPost + "Content-Length: 10\r\nContent-Length: 11\r\n\r\n" + kBody, {400}, true});
    for (const char* length : {"abc", "+5", "-1", "5 6", "0x10", "18446744073709551616", ""})
        rows.push_back({"B3", length, kPost + "Content-Length: " + length + "\r\n\r\n" + kBody, {400}, true});
    for (const char* coding :
         {"xchunked", "chunked, identity", "gzip, chunked", "chunked\r\nTransfer-Encoding: chunked"})
        rows.push_back({"B4", coding, kPost + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n", {400, 501}, true});
    rows.push_back(
        {"B5",
         "chunked on 1.0",
         "POST /api/v1/orders/ack HTTP/1.0\r\n" + kHost + kKey + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         {400},
         true});
    for (const char* size : {"-2", "0x4", "11111111111111111", ""})
        rows.push_back({"B6",
                        std::string{"chunk size "} + size,
                        chunked(std::string{size} + "\r\nabcd\r\n0\r\n\r\n"),
                        {400},
                        true});
    rows.push_back(
        {"B6", "long extension", chunked("4;" + std::string(1100, 'x') + "\r\nabcd\r\n0\r\n\r\n"), {400}, true});
    rows.push_back({"B6", "chunk without its end", chunked("4\r\nabcdX\r\n0\r\n\r\n"), {400}, true});
    rows.push_back({"B6", "last chunk without its CRLF", chunked("4\r\nabcd\r\n0\r\n" + kWell), {400}, true});
    rows.push_back({"B8",
                    "longer than declared",
                    kPost + "Content-Length: 10\r\n\r\n" + kBody + "garbage\r\n\r\n",
                    {200},
                    true,
                    "",
                    2});
    rows.push_back({"B8",
                    "longer by a whole request",
                    kPost + "Content-Length: 10\r\n\r\n" + kBody + kWell,
                    {200},
                    false,
                    "ok",
                    2});
    rows.push_back(
        {"B10", "GET with a body", kGet + "Content-Length: 10\r\n\r\n" + kBody + kWell, {200}, false, "", 2});
    rows.push_back({"B10",
                    "DELETE with a body",
                    "DELETE /healthz HTTP/1.1\r\n" + kHost + "Content-Length: 10\r\n\r\n" + kBody + kWell,
                    {405},
                    false,
                    "ok",
                    2});
    rows.push_back({"B10",
                    "GET with a large body",
                    kGet + "Content-Length: 70000\r\n\r\n" + std::string(70'000, 'x'),
                    {413},
                    true});
    rows.push_back({"B11", "two in one segment", kWell + kWell, {200}, false, "", 2});
    rows.push_back({"B12", "no host", "GET /healthz HTTP/1.1\r\n\r\n", {400}});
    rows.push_back({"B12", "two hosts", kGet + kHost + "\r\n", {400}});
    rows.push_back({"B12", "another host", "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", {421}});
    rows.push_back({"B12", "host with spaces", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1 :{PORT}\r\n\r\n", {400}});
    rows.push_back({"B13", "bare LF", "GET /healthz HTTP/1.1\nHost: 127.0.0.1:{PORT}\n\n", {400}, true});
    rows.push_back({"B13", "bare CR", kGet + "X-A: a\rb\r\n\r\n", {400}, true});
    rows.push_back({"B13", "folded line", kGet + "X-A: a\r\n b\r\n\r\n", {400}, true});
    rows.push_back({"B13", "space before the colon", kGet + "X-A : a\r\n\r\n", {400}, true});
    rows.push_back({"B13", "NUL in a name", kGet + std::string("X\0A: a\r\n\r\n", 10), {400}, true});
    rows.push_back({"B13", "0x80 in a name", kGet + "X\x80: a\r\n\r\n", {400}, true});
    rows.push_back({"B14", "9 KiB in a line", kGet + "X-A: " + std::string(9 * 1024, 'a') + "\r\n\r\n", {431}, true});
    std::string many = kGet;
    for (int i = 0; i < 101; ++i) many += "X-" + std::to_string(i) + ": a\r\n";
    rows.push_back({"B14", "101 headers", many + "\r\n", {431}, true});
    std::string large = kGet;
    for (int i = 0; i < 9; ++i) large += "X-" + std::to_string(i) + ": " + std::string(4'000, 'a') + "\r\n";
    rows.push_back({"B14", "over 32 KiB", large + "\r\n", {431}, true});
    rows.push_back({"B15",
                    "request line of 9 KiB",
                    "GET /" + std::string(9 * 1024, 'a') + " HTTP/1.1\r\n" + kHost + "\r\n",
                    {414},
                    true});
    for (const char* method : {"FOO", "get", "TRACE", "CONNECT"})
        rows.push_back(
            {"B16", method, std::string{method} + " /healthz HTTP/1.1\r\n" + kHost + "\r\n", {501, 405, 400}});
    rows.push_back(
        {"B17", "wrong method", "DELETE /api/v1/orders HTTP/1.1\r\n" + kHost + kKey + "\r\n", {405}, false, "Allow:"});
    rows.push_back({"B18", "HTTP/9.9", "GET /healthz HTTP/9.9\r\n" + kHost + "\r\n", {505}, true});
    rows.push_back({"B18", "HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}, true});
    rows.push_back({"B18",
                    "TLS",
                    std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(200, '\x11'),
                    {0, 400},
                    true});
    rows.push_back(
        {"B19", "another host's address", "GET http://evil.example/healthz HTTP/1.1\r\n" + kHost + "\r\n", {421, 400}});
    rows.push_back({"B19", "OPTIONS *", "OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n", {204}});
    for (const char* path : {"/%zz", "/%00", "/%2e%2e%2f%2e%2e%2fetc/passwd", "/..\\..\\etc",
                             "/%c0%ae%c0%ae/etc/passwd", "//etc/passwd", "/./healthz/../etc"})
        rows.push_back({"B20", path, std::string{"GET "} + path + " HTTP/1.1\r\n" + kHost + "\r\n", {400, 404}});
    rows.push_back({"B21",
                    "continue over the cap",
                    kPost + "Expect: 100-continue\r\nContent-Length: 50000000\r\n\r\n",
                    {413},
                    true});
    rows.push_back(
        {"B21", "unknown expectation", kPost + "Expect: miracles\r\nContent-Length: 10\r\n\r\n" + kBody, {417}});
    rows.push_back({"B22", "gzip", kPost + "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n" + kBody, {415}});
    std::string ranges = "0-1";
    for (int i = 0; i < 999; ++i) ranges += ",0-1";
    rows.push_back({"B23", "1000 ranges", kGet + "Range: bytes=" + ranges + "\r\n\r\n", {200}});
    const std::string post = "POST /api/v1/orders/ack HTTP/1.1\r\n" + kHost + kKey + "Content-Length: 10\r\n";
    rows.push_back({"B26", "text/xml", post + "Content-Type: text/xml\r\n\r\n" + kBody, {415}});
    rows.push_back({"B26", "latin1", post + "Content-Type: application/json; charset=latin1\r\n\r\n" + kBody, {415}});
    rows.push_back({"B26", "none", post + "\r\n" + kBody, {200}});
    rows.push_back(
        {"B27", "addresses made up", kGet + "X-Forwarded-For: 6.6.6.6\r\nREMOTE_ADDR: 6.6.6.6\r\n\r\n", {200}});
    return rows;
}

}  // namespace crossdock::testing
