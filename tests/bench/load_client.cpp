// SPDX-License-Identifier: Apache-2.0
#include "bench/load_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>

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

/// Reads one answer with a Content-Length. Returns its status, or 0 when the connection ended.
int read_answer(int fd, std::vector<char>& buffer, double& bytes) {
    std::size_t have = 0;
    std::size_t head = std::string_view::npos;
    while (head == std::string_view::npos) {
        const auto got = ::read(fd, buffer.data() + have, buffer.size() - have);
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
        const auto got = ::read(fd, buffer.data(), std::min(left, buffer.size()));
        if (got <= 0) return 0;
        left -= static_cast<std::size_t>(got);
    }
    return status;
}

LoadFigures load_here(const Load& load) {
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
            int fd = connect_to(load.port);
            for (long round = 0; Clock::now() < end; ++round) {
                const std::string body = load.body ? load.body(i, round) : "";
                std::string request = load.method + " " + load.target(i, round) + " HTTP/1.1\r\nHost: localhost\r\n";
                for (const std::string& header : load.headers) request += header + "\r\n";
                if (load.body) request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
                request += "\r\n" + body;
                const auto sent = Clock::now();
                const bool written = fd >= 0 && ::write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size());
                const int status = written ? read_answer(fd, buffer, bytes) : 0;
                if (status >= 200 && status < 300) {
                    mine.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
                } else {
                    ++failed;
                    if (status == 0) {
                        if (fd >= 0) ::close(fd);
                        fd = connect_to(load.port);
                    }
                }
            }
            if (fd >= 0) ::close(fd);
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
