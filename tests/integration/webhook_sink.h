// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>

#include "base/text.h"
#include "crypto/hash.h"
#include "unit/net/raw_server.h"

namespace crossdock::testing {

/// What a receiver of webhooks may do to a hub.
enum class Manner {
    takes,      // 200 at once
    fails,      // 500 the first time it sees one of every five events
    stalls,     // reads, and never answers
    drips,      // a byte a second
    redirects,  // 302 to somewhere else
    floods      // 200 and two gigabytes
};

/// A receiver of webhooks on loopback that remembers what it took, and can mend its manners.
class WebhookSink {
public:
    using Clock = std::chrono::system_clock;
    struct Taken {
        std::string id, body;
        Clock::time_point first;
        int times = 0;
    };

    explicit WebhookSink(Manner manner, std::string elsewhere = {})
        : manner_(manner), elsewhere_(std::move(elsewhere)), server_([this](auto& peer) { serve(peer); }) {}
    ~WebhookSink() { leaving_ = true; }

    [[nodiscard]] std::string url() const { return server_.url("/hook"); }
    [[nodiscard]] int port() const { return server_.port(); }
    void behave() { manner_ = Manner::takes; }
    /// The secret to check signatures with from now on.
    void check_with(std::string secret) {
        const std::lock_guard lock(mutex_);
        secret_ = std::move(secret);
    }

    /// By sequence.
    [[nodiscard]] std::map<std::int64_t, Taken> taken() const {
        const std::lock_guard lock(mutex_);
        return taken_;
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return taken_.size();
    }
    [[nodiscard]] int requests() const { return requests_; }
    [[nodiscard]] int repeats() const { return repeats_; }
    [[nodiscard]] int forged() const { return forged_; }             // signatures that did not fit
    [[nodiscard]] int different() const { return different_; }       // one id, another body or sequence
    [[nodiscard]] std::int64_t flooded() const { return flooded_; }  // bytes that went out

private:
    using Peer = net::testing_support::Peer;

    void serve(Peer& peer) {
        for (std::string request; !leaving_ && !(request = peer.read_request()).empty();) {
            ++requests_;
            const std::size_t split = request.find("\r\n\r\n");
            const std::string head = request.substr(0, split), body = request.substr(split + 4);
            switch (manner_.load()) {
                case Manner::takes:
                    take(head, body);
                    peer.send(kTaken);
                    break;
                case Manner::fails:
                    if (fails_now(head)) {
                        peer.send("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
                    } else {
                        take(head, body);
                        peer.send(kTaken);
                    }
                    break;
                case Manner::stalls:
                    while (manner_ == Manner::stalls && !leaving_) pause(20);
                    return;
                case Manner::drips:
                    for (std::size_t i = 0; manner_ == Manner::drips && !leaving_; ++i) {
                        peer.send(std::string(1, kTaken[i % kTaken.size()]));
                        for (int parts = 0; parts < 50 && manner_ == Manner::drips && !leaving_; ++parts) pause(20);
                    }
                    return;
                case Manner::redirects:
                    peer.send("HTTP/1.1 302 Found\r\nLocation: " + elsewhere_ + "\r\nContent-Length: 0\r\n\r\n");
                    break;
                case Manner::floods:
                    take(head, body);
                    flood(peer);
                    return;
            }
        }
    }

    static void pause(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds}); }

    void flood(const Peer& peer) {
        constexpr std::int64_t kAll = 2LL * 1024 * 1024 * 1024;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kAll) + "\r\n\r\n");
        const std::string piece(64 * 1024, 'x');
        for (std::int64_t sent = 0; sent < kAll && !leaving_;) {
            const auto put = ::send(peer.handle(), piece.data(), piece.size(), MSG_NOSIGNAL);
            if (put <= 0) return;
            sent += put;
            flooded_ += put;
        }
    }

    static std::string header(const std::string& head, std::string_view name) {
        const std::string wanted = "\r\n" + to_lower(std::string{name}) + ": ";
        const auto at = to_lower(head).find(wanted);
        if (at == std::string::npos) return {};
        const auto from = at + wanted.size();
        return head.substr(from, std::min(head.find("\r\n", from), head.size()) - from);
    }

    bool fails_now(const std::string& head) {
        const std::string id = header(head, "webhook-id");
        const std::lock_guard lock(mutex_);
        return !seen_.insert(id).second ? false : std::hash<std::string>{}(id) % 5 == 0;
    }

    void take(const std::string& head, const std::string& body) {
        const auto event = nlohmann::json::parse(body, nullptr, false);
        const std::string id = header(head, "webhook-id");
        const std::lock_guard lock(mutex_);
        if (!event.is_object() || event.value("id", "") != id) {
            ++different_;
            return;
        }
        if (!secret_.empty() && !fits(head, id, body)) ++forged_;
        Taken& row = taken_[event.value("sequence", std::int64_t{0})];
        if (row.times == 0) {
            row.id = id;
            row.body = body;
            row.first = Clock::now();
        } else {
            ++repeats_;
            if (row.id != id || row.body != body) ++different_;
        }
        ++row.times;
    }

    /// Standard Webhooks 1.0, and the hexadecimal one beside it.
    bool fits(const std::string& head, const std::string& id, const std::string& body) const {
        const auto key = crypto::base64_decode(secret_.substr(std::string_view{"whsec_"}.size()));
        const std::string signed_text = id + "." + header(head, "webhook-timestamp") + "." + body;
        return key &&
               header(head, "webhook-signature") ==
                   "v1," + crypto::base64_encode(crypto::hmac_sha256(*key, signed_text)) &&
               header(head, "SM-Signature") == to_hex(crypto::hmac_sha256(secret_, body));
    }

    static constexpr std::string_view kTakenText = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const std::string kTaken{kTakenText};

    std::atomic<Manner> manner_;
    std::string elsewhere_, secret_;
    std::atomic<bool> leaving_{false};
    mutable std::mutex mutex_;
    std::map<std::int64_t, Taken> taken_;
    std::set<std::string> seen_;
    std::atomic<int> requests_{0}, repeats_{0}, forged_{0}, different_{0};
    std::atomic<std::int64_t> flooded_{0};
    net::testing_support::RawServer server_;  // last: its threads use all of the above
};

/// Counts who comes to 127.0.0.9, at the port of somebody at 127.0.0.1.
class Trap {
public:
    explicit Trap(int port) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(static_cast<std::uint16_t>(port));
        at.sin_addr.s_addr = htonl(0x7F000009);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || ::listen(listener_, 64) != 0)
            throw std::runtime_error("cannot listen on 127.0.0.9");
        acceptor_ = std::thread([this] {
            for (int handle; (handle = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(handle)) ++caught_;
        });
    }
    ~Trap() {
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        ::close(listener_);
    }
    Trap(const Trap&) = delete;
    Trap& operator=(const Trap&) = delete;
    [[nodiscard]] int caught() const { return caught_; }

private:
    int listener_;
    std::atomic<int> caught_{0};
    std::thread acceptor_;
};

}  // namespace crossdock::testing
