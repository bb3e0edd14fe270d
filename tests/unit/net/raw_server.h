// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace crossdock::net::testing_support {

/// One accepted connection, driven by hand.
class Peer {
public:
    Peer(int handle, int number) : handle_(handle), number_(number) {}
    [[nodiscard]] int number() const { return number_; }  // 0 for the server's first connection
    [[nodiscard]] int handle() const { return handle_; }

    void send(const std::string& text) const {
        std::size_t at = 0;
        while (at < text.size()) {
            const auto put = ::send(handle_, text.data() + at, text.size() - at, MSG_NOSIGNAL);
            if (put <= 0) return;
            at += static_cast<std::size_t>(put);
        }
    }
    /// The next request, head and body; empty when the client has gone. Needs Content-Length for a body.
    std::string read_request() {
        for (;;) {
            const auto head_end = buffer_.find("\r\n\r\n");
            if (head_end != std::string::npos) {
                std::size_t size = head_end + 4;
                const auto length = buffer_.find("Content-Length: ");
                if (length < head_end) size += std::stoul(buffer_.substr(length + 16, 20));
                if (buffer_.size() >= size) {
                    std::string request = buffer_.substr(0, size);
                    buffer_.erase(0, size);
                    return request;
                }
            }
            char bytes[4096];
            const auto got = ::recv(handle_, bytes, sizeof bytes, 0);
            if (got <= 0) return {};
            buffer_.append(bytes, static_cast<std::size_t>(got));
        }
    }
    /// Until the client closes or the server stops.
    void wait_for_end() {
        while (!read_request().empty()) {
        }
    }
    /// The end, at once and for both directions.
    void close() const { ::shutdown(handle_, SHUT_RDWR); }
    /// The end as a reset: what the client wrote is refused.
    void reset() const {
        const linger now{1, 0};
        ::setsockopt(handle_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }

private:
    int handle_, number_;
    std::string buffer_;
};

/// A server of one script: it runs once per connection, each in its own thread, and the connection is closed after it.
class RawServer {
public:
    using Script = std::function<void(Peer&)>;
    explicit RawServer(Script script, int family = AF_INET) : script_(std::move(script)) {
        listener_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_storage address{};
        socklen_t size = 0;
        if (family == AF_INET) {
            auto& v4 = reinterpret_cast<sockaddr_in&>(address);
            v4.sin_family = AF_INET;
            v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            size = sizeof v4;
        } else {
            auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
            v6.sin6_family = AF_INET6;
            v6.sin6_addr = in6addr_loopback;
            size = sizeof v6;
        }
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            ::close(listener_);
            throw std::runtime_error("cannot listen on loopback");
        }
        port_ = ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);  // at the same place for IPv6
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~RawServer() {
        stopping_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        {
            const std::lock_guard lock{mutex_};
            for (const int handle : open_) ::shutdown(handle, SHUT_RDWR);
        }
        for (auto& thread : threads_) thread.join();
        ::close(listener_);
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& target = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + target;
    }
    [[nodiscard]] int connections() const { return connections_; }

private:
    void accept_all() {
        for (;;) {
            const int handle = ::accept(listener_, nullptr, nullptr);
            if (handle < 0) return;
            const std::lock_guard lock{mutex_};
            if (stopping_) {
                ::close(handle);
                return;
            }
            open_.push_back(handle);
            threads_.emplace_back([this, handle, number = connections_++] {
                Peer peer{handle, number};
                script_(peer);
                const std::lock_guard closing{mutex_};
                std::erase(open_, handle);
                ::close(handle);
            });
        }
    }

    Script script_;
    int listener_ = -1, port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace crossdock::net::testing_support
