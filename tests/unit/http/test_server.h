// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/server.h"

namespace crossdock::http {

/// Holds handlers back until it is opened.
class Gate {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void await_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

/// A server on a free port of loopback with a few handlers.
class TestServer {
public:
    explicit TestServer(ServerOptions options = {}) {
        router.add({"GET", "/hello", [](const Request&) { return Response::text(200, "hello"); }});
        router.add({"GET", "/scheme", [](const Request& r) { return Response::text(200, r.over_tls ? "https" : "http"); }});
        router.add({"POST", "/echo", [](const Request& r) { return Response::text(200, r.body); }});
        router.add({"POST", "/effect", [this](const Request&) {
                        ++effects;
                        return Response{204, {}, {}, {}};
                    }});
        router.add({"POST", "/small", [](const Request& r) { return Response::text(200, r.body); }, "", 10});
        router.add(
            {"GET", "/large", [](const Request&) { return Response::json(200, std::string(8 * 1024 * 1024, 'x')); }});
        router.add({"GET", "/wait", [this](const Request&) {
                        gate.wait();
                        return Response::text(200, "waited");
                    }});
        router.add(
            {"GET", "/throw", [](const Request&) -> Response { throw std::runtime_error("the secret reason"); }});
        router.add({"GET", "/refused", [](const Request&) { return Response::json(422, "{}"); }});
        router.add({"GET", "/whoami", [](const Request& r) {
                        return Response::text(200, r.remote_address + " " + r.request_id + " " +
                                                       std::string{r.header("x-api-key").value_or("-")});
                    }});
        router.add({"GET", "/headers", [](const Request&) {
                        return Response{200,
                                        "x",
                                        "text/plain",
                                        {{"X-Good", "yes"},
                                         {"X-Bad", "a\r\nX-Injected: 1"},
                                         {"Set-Cookie", "a=1"},
                                         {"Set-Cookie", "b=2"},
                                         {"Content-Length", "99"},
                                         {"Connection", "upgrade"}}};
                    }});
        options.on_access = [this](const AccessRecord& record) {
            const std::lock_guard lock(records_mutex_);
            records_.push_back(record);
            recorded_.notify_all();
        };
        options.on_internal_error = [this](const Request&, const std::string& what) { last_internal_error = what; };
        server = std::make_unique<Server>(options, router);
        const auto started = server->start();
        if (!started) throw std::runtime_error(started.error().message);
    }
    ~TestServer() {
        gate.open();
        server->stop(std::chrono::milliseconds{0});
    }

    [[nodiscard]] int port() const { return server->port(); }
    /// Waits for that many records of answered requests: they are written after the answer.
    std::vector<AccessRecord> records(std::size_t count) {
        std::unique_lock lock(records_mutex_);
        recorded_.wait(lock, [&] { return records_.size() >= count; });
        return records_;
    }

    Gate gate;
    std::atomic<int> effects{0};
    std::string last_internal_error;
    Router router;

private:
    std::mutex records_mutex_;
    std::condition_variable recorded_;
    std::vector<AccessRecord> records_;

public:
    std::unique_ptr<Server> server;  // last: its threads use all of the above until it is gone
};

inline std::string get(const std::string& path, const std::string& headers = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}
inline std::string post(const std::string& path, const std::string& body, const std::string& headers = {}) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           headers + "\r\n" + body;
}

}  // namespace crossdock::http
