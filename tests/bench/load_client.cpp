// SPDX-License-Identifier: Apache-2.0
#include "bench/load_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace crossdock::bench {
namespace {

using Clock = std::chrono::steady_clock;

int connect_to(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof address);
    if (::connect(fd, &generic, sizeof address) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

/// A connection, plain or over TLS.
class Stream {
public:
    Stream(const Load& load, SSL_CTX* context) : load_(load), context_(context) { open(); }
    ~Stream() { close(); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    [[nodiscard]] bool usable() const { return fd_ >= 0; }
    void open() {
        close();
        fd_ = connect_to(load_.port);
        if (fd_ < 0 || context_ == nullptr) return;
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, fd_);
        if (SSL_connect(ssl_) != 1) close();
    }
    void close() {
        SSL_free(std::exchange(ssl_, nullptr));
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    std::ptrdiff_t read(char* into, std::size_t size) {
        return ssl_ == nullptr ? ::read(fd_, into, size) : SSL_read(ssl_, into, static_cast<int>(size));
    }
    bool write(const std::string& bytes) {
        const auto written = ssl_ == nullptr ? ::write(fd_, bytes.data(), bytes.size()) : SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        return written == static_cast<std::ptrdiff_t>(bytes.size());
    }

private:
    const Load& load_;
    SSL_CTX* context_;
    SSL* ssl_ = nullptr;
    int fd_ = -1;
};

/// Reads one answer with a Content-Length. Returns its status, or 0 when the connection ended.
int read_answer(Stream& stream, std::vector<char>& buffer, double& bytes) {
    std::size_t have = 0;
    std::size_t head = std::string_view::npos;
    while (head == std::string_view::npos) {
        const auto got = stream.read(buffer.data() + have, buffer.size() - have);
        if (got <= 0) return 0;
        have += static_cast<std::size_t>(got);
        head = std::string_view{buffer.data(), have}.find("\r\n\r\n");
    }
    const std::string_view text{buffer.data(), head};
    const int status = std::atoi(text.data() + 9);
    const auto at = text.find("Content-Length: ");
    std::size_t left = at == std::string_view::npos ? 0 : std::strtoul(buffer.data() + at + 16, nullptr, 10);
    bytes += static_cast<double>(left);
    left -= std::min(left, have - head - 4);
    while (left > 0) {
        const auto got = stream.read(buffer.data(), std::min(left, buffer.size()));
        if (got <= 0) return 0;
        left -= static_cast<std::size_t>(got);
    }
    return status;
}

LoadFigures load_here(const Load& load) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{load.over_tls ? SSL_CTX_new(TLS_client_method()) : nullptr, &SSL_CTX_free};
    std::mutex mutex;
    std::vector<double> times;
    LoadFigures figures;
    const auto began = Clock::now();
    const auto end = began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
    std::vector<std::thread> threads;
    for (int i = 0; i < load.connections; ++i)
        threads.emplace_back([&, i] {
            std::vector<double> mine;
            std::vector<char> buffer(1 << 20);
            long failed = 0;
            double bytes = 0;
            Stream stream(load, context.get());
            for (long round = 0; Clock::now() < end; ++round) {
                const std::string body = load.body ? load.body(i, round) : "";
                std::string request = load.method + " " + load.target(i, round) + " HTTP/1.1\r\nHost: localhost\r\n";
                for (const std::string& header : load.headers) request += header + "\r\n";
                if (load.body) request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
                request += "\r\n" + body;
                const auto sent = Clock::now();
                if (load.anew && round > 0) stream.open();
                const int status = stream.usable() && stream.write(request) ? read_answer(stream, buffer, bytes) : 0;
                if (status >= 200 && status < 300) {
                    mine.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
                } else {
                    ++failed;
                    if (status == 0) stream.open();
                }
            }
            const std::lock_guard lock(mutex);
            times.insert(times.end(), mine.begin(), mine.end());
            figures.failed += failed;
            figures.bytes_per_second += bytes;
        });
    for (std::thread& thread : threads) thread.join();
    const double took = std::chrono::duration<double>(Clock::now() - began).count();
    std::sort(times.begin(), times.end());
    figures.per_second = static_cast<double>(times.size()) / took;
    figures.bytes_per_second /= took;
    if (!times.empty()) {
        figures.p50_ms = times[times.size() / 2];
        figures.p99_ms = times[times.size() * 99 / 100];
    }
    return figures;
}

}  // namespace

LoadFigures run_load(const Load& load) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        const LoadFigures figures = load_here(load);
        if (::write(ends[1], &figures, sizeof figures) != sizeof figures) ::_exit(1);
        ::_exit(0);
    }
    ::close(ends[1]);
    LoadFigures figures;
    const bool whole = ::read(ends[0], &figures, sizeof figures) == sizeof figures;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!whole) throw std::runtime_error("the load client failed");
    return figures;
}

}  // namespace crossdock::bench
