// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"
#include "support/raw_socket.h"
#include "support/real_process.h"

namespace crossdock::testing {

using nlohmann::json;

/// A command of the real binary.
inline std::vector<std::string> crossdock(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), CROSSDOCK_BINARY);
    return arguments;
}

/// What a command that ends by itself said.
struct Ran {
    int code = -1;  // -1: it did not end
    std::string out, err;
    std::chrono::milliseconds took{0};
};
inline Ran run(std::vector<std::string> arguments, const RealProcess::Options& options = {}) {
    RealProcess process(crossdock(std::move(arguments)), options);
    Ran ran;
    ran.code = process.wait().value_or(-1);
    ran.took = process.age();
    ran.out = process.out();
    ran.err = process.err();
    return ran;
}

/// An answer of the hub, its body parsed when it is JSON.
struct Answer {
    int status = 0;  // 0: none
    std::string text;
    json body;
    net::Headers headers;
};

/// Whether this is the answer to a request that the hub ended since this machine slept in the middle of it. Nothing was
/// stored: it is asked for again, as the answer says.
inline bool is_busy(std::string_view answer) { return answer.find("the database is busy") != std::string_view::npos; }
inline constexpr int kMostRepeats = 20;

/// An ordinary client with a key.
class Client {
public:
    Client(std::string base_url, std::string key)
        : base_url_(std::move(base_url)), key_(std::move(key)), http_(net::make_http_client("test")) {}

    Answer get(const std::string& path) { return send("GET", path, ""); }
    Answer post(const std::string& path, const json& body) { return send("POST", path, body.dump()); }
    Answer send(const std::string& method, const std::string& path, const std::string& body,
                const net::Headers& more = {}) {
        Answer answer = send_once(method, path, body, more);
        for (int i = 0; i < kMostRepeats && is_busy(answer.text); ++i) answer = send_once(method, path, body, more);
        return answer;
    }

private:
    Answer send_once(const std::string& method, const std::string& path, const std::string& body,
                     const net::Headers& more) {
        net::HttpRequest request;
        request.method = method;
        request.url = base_url_ + path;
        if (!key_.empty()) request.headers.emplace_back("X-Api-Key", key_);
        if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
        request.headers.insert(request.headers.end(), more.begin(), more.end());
        request.body = body;
        request.deadline = std::chrono::seconds{30};
        const auto response = http_->send(request);
        if (!response) return {0, response.error().code + ": " + response.error().message, nullptr, {}};
        return {response->status, response->body, json::parse(response->body, nullptr, false), response->headers};
    }

    std::string base_url_, key_;
    std::unique_ptr<net::HttpClient> http_;
};

/// A port that is free and that the system gives to nobody by itself, so that it can be left and taken again.
inline int quiet_port() {
    std::random_device chance;
    for (int i = 0; i < 1'000; ++i) {
        const int port = 10'000 + static_cast<int>(chance() % 20'000);  // the system's own begin at 32768
        const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool is_free = ::bind(door, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(door);
        if (is_free) return port;
    }
    throw std::runtime_error("no port is free");
}

inline int port_of(const std::string& url) { return std::atoi(url.substr(url.rfind(':') + 1).c_str()); }

/// `crossdock sandbox` on a free port.
class RunningSandbox {
public:
    explicit RunningSandbox(int orders = 40) : RunningSandbox({"--orders", std::to_string(orders)}) {}
    explicit RunningSandbox(std::vector<std::string> arguments,
                            std::chrono::milliseconds patience = std::chrono::seconds{60})
        : process_(crossdock(with_usual(std::move(arguments)))) {
        const auto line = process_.line(patience);
        if (!line) throw std::runtime_error("the sandbox did not start: " + process_.err());
        url_ = json::parse(*line).at("sandbox_url").get<std::string>();
    }
    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] json get(const std::string& path) const {
        return Client(url_, "").get("/shopify/_sandbox" + path).body;
    }
    /// How often each call was made.
    [[nodiscard]] json calls() const { return Client(url_, "").get("/_sandbox/calls").body; }

private:
    static std::vector<std::string> with_usual(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"sandbox", "--json", "--listen", "127.0.0.1:0"});
        return arguments;
    }
    RealProcess process_;
    std::string url_;
};

/// A config file for the tests' hub. `sandbox_url` empty: no channel.
inline std::string config_text(const std::string& sandbox_url, int port = 0) {
    std::string text =
        "[server]\nlisten = \"127.0.0.1:" + std::to_string(port) + "\"\n[database]\npath = \"crossdock.db\"\n";
    if (sandbox_url.empty()) return text;
    return text + "[[channel]]\ncode = \"shop-test\"\nprovider = \"shopify\"\nbase_url = \"" + sandbox_url +
           "/shopify\"\n[channel.credentials]\nshop = \"demo-shop.myshopify.com\"\naccess_token = "
           "\"${SHOPIFY_TOKEN}\"\n"
           "client_secret = \"${SHOPIFY_SECRET}\"\n[channel.sync]\norders = \"5s\"\ncatalog = \"1h\"\n";
}

/// `crossdock serve` in a folder that outlives it, on a port that the system chooses.
class RunningHub {
public:
    explicit RunningHub(const std::filesystem::path& folder) : RunningHub(folder, options(folder)) {}
    RunningHub(const std::filesystem::path& folder, RealProcess::Options with)
        : folder_(folder), with_(std::move(with)) {
        start();
    }

    static RealProcess::Options options(const std::filesystem::path& folder) {
        return {folder, {{"SHOPIFY_TOKEN", "shpat_demo"}, {"SHOPIFY_SECRET", "demo-secret"}}};
    }
    void start() {
        process_ = std::make_unique<RealProcess>(crossdock({"serve"}), with_);
        url_.clear();
        eventually(std::chrono::seconds{60}, [this] {
            const bool over = process_->ended();
            const std::string log = process_->err();
            const auto ready = log.find(" address=127.0.0.1:");
            const auto end = log.find(' ', ready + 1);
            if (ready != std::string::npos && end != std::string::npos)
                url_ = (log.compare(end, 13, " scheme=https") == 0 ? "https://" : "http://") + log.substr(ready + 9, end - ready - 9);
            return over || !url_.empty();
        });
        if (url_.empty()) throw std::runtime_error("the hub did not start: " + process_->err());
    }
    /// `crossdock COMMAND…` with the hub's config file.
    Ran command(const std::vector<std::string>& arguments) const { return run(arguments, options(folder_)); }
    [[nodiscard]] std::string make_key(const std::string& scopes = "erp") const {
        const Ran made = command({"key", "create", "--json", "--name", "test", "--scopes", scopes});
        if (made.code != 0) throw std::runtime_error("no key: " + made.err);
        return json::parse(made.out).at("key").get<std::string>();
    }
    RealProcess& process() { return *process_; }
    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] int port() const { return port_of(url_); }

private:
    std::filesystem::path folder_;
    RealProcess::Options with_;
    std::unique_ptr<RealProcess> process_;
    std::string url_;
};

/// The first value that a query on the hub's own file gives, read beside the running hub.
inline std::string ask_database(const std::filesystem::path& file, const std::string& query) {
    sqlite3* database = nullptr;
    std::string value;
    if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK) {
        sqlite3_busy_timeout(database, 5'000);
        const int code = sqlite3_exec(
            database, query.c_str(),
            [](void* to, int, char** values, char**) {
                *static_cast<std::string*>(to) = values[0] == nullptr ? "" : values[0];
                return 0;
            },
            &value, nullptr);
        if (code != SQLITE_OK) value = std::string{"error: "} + sqlite3_errmsg(database);
    }
    sqlite3_close(database);
    return value;
}

/// Waits until the channel's orders, items and carriers are there.
inline bool is_filled(Client& client, std::size_t orders) {
    return eventually(std::chrono::seconds{60}, [&] {
        const Answer list = client.get("/api/v1/orders?raw=0&limit=500&since=2020-01-01T00:00:00Z");
        if (list.status != 200 || list.body.size() < orders) return false;
        if (client.get("/api/v1/skus?raw=0&limit=1").body.value("total", 0) == 0) return false;
        return !client.get("/api/v1/carrier_codes").body["carrier_codes"].empty();
    });
}

}  // namespace crossdock::testing
