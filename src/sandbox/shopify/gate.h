// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sandbox/shopify/shop.h"

namespace crossdock::sandbox::shopify {

/// The leaky bucket of calculated cost: filled at a steady rate, on the monotonic clock.
class CostBucket {
public:
    CostBucket(int size, int per_second, std::chrono::milliseconds now)
        : size_(size), rate_(per_second), level_(size), at_(now) {}
    /// Debits the cost; false (and nothing debited) when there is too little.
    bool take(int cost, std::chrono::milliseconds now) {
        refill(now);
        if (level_ < cost) return false;
        level_ -= cost;
        return true;
    }
    void give_back(int points) { level_ = std::min<double>(size_, level_ + points); }
    void drain() { level_ = 0; }
    int available(std::chrono::milliseconds now) {
        refill(now);
        return static_cast<int>(std::floor(level_));
    }
    [[nodiscard]] int size() const { return size_; }
    [[nodiscard]] int rate() const { return rate_; }

private:
    void refill(std::chrono::milliseconds now) {
        level_ = std::min<double>(size_, level_ + static_cast<double>((now - at_).count()) * rate_ / 1000.0);
        at_ = now;
    }
    int size_, rate_;
    double level_;
    std::chrono::milliseconds at_;
};

/// Who may come in: static tokens, and those of the client-credentials grant, good for a day.
class Tokens {
public:
    explicit Tokens(const std::vector<std::string>& fixed) : fixed_(fixed.begin(), fixed.end()) {}
    [[nodiscard]] bool good(const std::string& token, std::chrono::milliseconds now) const {
        if (fixed_.contains(token)) return true;
        const auto at = issued_.find(token);
        return at != issued_.end() && now < at->second;
    }
    void issue(const std::string& token, std::chrono::milliseconds until) { issued_[token] = until; }
    void expire_issued() { issued_.clear(); }

private:
    std::set<std::string> fixed_;
    std::map<std::string, std::chrono::milliseconds> issued_;
};

}  // namespace crossdock::sandbox::shopify
