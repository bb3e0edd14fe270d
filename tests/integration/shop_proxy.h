// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "integration/running_hub.h"

namespace crossdock::testing {

/// Stands between the hub and the simulated shop and hands everything on, until it is told to spoil an operation. What
/// it then says to the hub is bytes: it can say what no honest server would. One request a connection.
class ShopProxy {
public:
    /// One request of the hub and the connection it waits on.
    struct Exchange {
        RawSocket& hub;
        std::string operation;           // of GraphQL, e.g. "HubOrdersPage"; "" for anything else
        std::string request;             // as it came
        std::function<json()> ask_shop;  // hands it on; the answer's body
        bool answer(const std::string& body, const std::string& status = "200 OK", const std::string& headers = {}) {
            return hub.send("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n" +
                            headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        }
    };
    using Spoil = std::function<void(Exchange&)>;

    explicit ShopProxy(int shop_port);
    ~ShopProxy();
    ShopProxy(const ShopProxy&) = delete;
    ShopProxy& operator=(const ShopProxy&) = delete;

    /// From now on requests of `operation` ("": all) go to `spoil`, on threads of the proxy's.
    void spoil(std::string operation, Spoil spoil);
    /// Returns when no spoiler runs any more.
    void be_honest();
    /// Spoilt answers since the last call of spoil().
    [[nodiscard]] int spoilt() const { return spoilt_; }
    [[nodiscard]] int connections() const { return connections_; }
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

private:
    void accept_loop();
    void serve(RawSocket hub);
    std::string ask_shop(const std::string& request) const;

    int shop_port_, listener_ = -1, port_ = 0;
    std::atomic<bool> over_{false};
    std::atomic<int> spoilt_{0}, spoiling_{0}, connections_{0};
    std::mutex mutex_;
    std::string operation_;
    Spoil spoil_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace crossdock::testing
