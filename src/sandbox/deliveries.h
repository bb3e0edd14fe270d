// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "sandbox/marketplace.h"

namespace crossdock::sandbox {

/// Webhooks that wait to be sent. Bodies are made when something happens; tick() sends what is due.
class Deliveries {
public:
    struct Delivery {
        std::int64_t subscription = 0;
        WebhookCall call;
        std::size_t attempt = 0;
    };
    /// `pauses`: how long a failed delivery waits before each further attempt; after the last it is given up.
    explicit Deliveries(std::vector<std::chrono::seconds> pauses) : pauses_(std::move(pauses)) {}

    void put(Timestamp when, Delivery delivery) { waiting_.emplace(when, std::move(delivery)); }
    /// Takes what is due.
    std::vector<Delivery> due(Timestamp now) {
        std::vector<Delivery> out;
        while (!waiting_.empty() && waiting_.begin()->first <= now)
            out.push_back(std::move(waiting_.extract(waiting_.begin()).mapped()));
        return out;
    }
    /// Books the receiver's answer. False when it was anything but 2xx; then it is tried again while attempts are left.
    bool settle(Delivery delivery, int status, Timestamp now) {
        if (status >= 200 && status < 300) return true;
        if (delivery.attempt < pauses_.size()) {
            const auto pause = pauses_[delivery.attempt++];
            waiting_.emplace(now + pause, std::move(delivery));
        }
        return false;
    }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
    std::vector<std::chrono::seconds> pauses_;
    std::multimap<Timestamp, Delivery> waiting_;
};

}  // namespace crossdock::sandbox
