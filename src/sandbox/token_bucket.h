// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>

namespace crossdock::sandbox {

/// A bucket of permits, filled at a steady rate on the monotonic clock: how marketplaces throttle.
class TokenBucket {
public:
    TokenBucket(double size, double per_second, std::chrono::milliseconds now)
        : size_(size), rate_(per_second), level_(size), at_(now) {}

    /// Debits `cost` permits; false (and nothing debited) when there are too few.
    bool take(double cost, std::chrono::milliseconds now) {
        refill(now);
        if (level_ < cost) return false;
        level_ -= cost;
        return true;
    }
    void give_back(double permits) { level_ = std::min(size_, level_ + permits); }
    void drain() { level_ = 0; }
    /// Whole permits there are now.
    int available(std::chrono::milliseconds now) {
        refill(now);
        return static_cast<int>(std::floor(level_));
    }
    /// How long until `cost` permits are there.
    std::chrono::milliseconds wait_for(double cost, std::chrono::milliseconds now) {
        refill(now);
        if (level_ >= cost || rate_ <= 0) return std::chrono::milliseconds{0};
        return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil((cost - level_) / rate_ * 1000))};
    }
    [[nodiscard]] double size() const { return size_; }
    [[nodiscard]] double rate() const { return rate_; }

private:
    void refill(std::chrono::milliseconds now) {
        level_ = std::min(size_, level_ + static_cast<double>((now - at_).count()) * rate_ / 1000.0);
        at_ = now;
    }
    double size_, rate_, level_;
    std::chrono::milliseconds at_;
};

}  // namespace crossdock::sandbox
