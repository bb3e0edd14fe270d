// SPDX-License-Identifier: Apache-2.0
#include "raw_client.h"

#ifdef _WIN32
#include <windows.h>
#include <winsock2.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "base/text.h"

namespace crossdock::http {
namespace {
constexpr int kPatienceMs = 20'000;

#ifdef _WIN32
using PollFd = WSAPOLLFD;
constexpr int kNoBlocking = 0;  // only asked for what poll() has promised
constexpr int SHUT_WR = SD_SEND;
int poll(PollFd* sockets, unsigned long count, int milliseconds) { return ::WSAPoll(sockets, count, milliseconds); }
void close_socket(TestSocket socket) { ::closesocket(socket); }
TestSocket make_socket() {
    WSADATA data{};
    static_cast<void>(::WSAStartup(MAKEWORD(2, 2), &data));
    return ::socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
}
template <class Value>
void set_option(TestSocket socket, int level, int option, const Value& value) {
    const void* const at = &value;
    ::setsockopt(socket, level, option, static_cast<const char*>(at), sizeof value);
}
bool comes_later() { return ::WSAGetLastError() == WSAEWOULDBLOCK; }
int part_of(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, 64 * 1024)); }
#else
using PollFd = pollfd;
constexpr int kNoBlocking = MSG_NOSIGNAL | MSG_DONTWAIT;
using ::poll;
void close_socket(TestSocket socket) { ::close(socket); }
TestSocket make_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
template <class Value>
void set_option(TestSocket socket, int level, int option, const Value& value) {
    ::setsockopt(socket, level, option, &value, sizeof value);
}
bool comes_later() { return errno == EAGAIN || errno == EINTR; }
std::size_t part_of(std::size_t size) { return size; }
#endif
}  // namespace

RawClient::RawClient(std::nullptr_t) : socket_(make_socket()) {
    if (socket_ == kNoTestSocket) throw std::runtime_error("no socket left for the test");
}

RawClient::RawClient(int port) : RawClient(nullptr) { connect(port); }

RawClient::~RawClient() {
    if (socket_ != kNoTestSocket) close_socket(socket_);
}

void RawClient::connect(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const void* raw = &address;
    if (::connect(socket_, static_cast<const sockaddr*>(raw), sizeof address) != 0) {
        throw std::runtime_error("the test cannot connect to port " + std::to_string(port));
    }
    const int on = 1;
    set_option(socket_, IPPROTO_TCP, TCP_NODELAY, on);
}

void RawClient::set_receive_buffer(int bytes) { set_option(socket_, SOL_SOCKET, SO_RCVBUF, bytes); }

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        PollFd wait{socket_, POLLOUT, 0};
        if (poll(&wait, 1, kPatienceMs) != 1) return false;
        const auto n = ::send(socket_, bytes.data(), part_of(bytes.size()), kNoBlocking);
        if (n < 0 && comes_later()) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool RawClient::fill() {
    PollFd wait{socket_, POLLIN, 0};
    if (poll(&wait, 1, kPatienceMs) != 1) throw std::runtime_error("the server neither answers nor closes");
    std::array<char, 65536> chunk{};
    const auto n = ::recv(socket_, chunk.data(), part_of(chunk.size()), 0);
    if (n <= 0) return false;
    buffer_.append(chunk.data(), static_cast<std::size_t>(n));
    return true;
}

std::optional<RawAnswer> RawClient::answer(bool of_head) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return std::nullopt;
    }
    RawAnswer got;
    const auto lines = split(std::string_view{buffer_}.substr(0, end), '\n');
    got.status = std::atoi(lines.front().substr(lines.front().find(' ') + 1).c_str());
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto colon = lines[i].find(':');
        auto& value = got.headers[to_lower(lines[i].substr(0, colon))];
        value += (value.empty() ? "" : "|") + std::string{trim(lines[i].substr(colon + 1))};
    }
    buffer_.erase(0, end + 4);
    const auto length = got.headers.count("content-length") == 0 || of_head
                            ? std::size_t{0}
                            : static_cast<std::size_t>(std::atoll(got.headers["content-length"].c_str()));
    got.body = take(length);
    if (got.body.size() != length) return std::nullopt;
    return got;
}

std::string RawClient::take(std::size_t bytes) {
    while (buffer_.size() < bytes && fill()) continue;
    const auto n = std::min(bytes, buffer_.size());
    std::string taken = buffer_.substr(0, n);
    buffer_.erase(0, n);
    return taken;
}

bool RawClient::closed_by_server() { return buffer_.empty() && !fill(); }

std::string RawClient::rest() {
    while (fill()) continue;
    return std::exchange(buffer_, {});
}

void RawClient::end_sending() { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
    const linger now{1, 0};
    set_option(socket_, SOL_SOCKET, SO_LINGER, now);
    close_socket(std::exchange(socket_, kNoTestSocket));
}

std::optional<RawAnswer> exchange(int port, std::string_view bytes) {
    RawClient client(port);
    client.send(bytes);
    return client.answer();
}

}  // namespace crossdock::http
