// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"

namespace crossdock::connectors {

/// Parts that were read before a longer reading had to stop for want of budget. The next attempt begins at the same
/// place and finds them here; without them a reading with more parts than the bucket pays for would never end. Any
/// thread. Losing them only costs calls.
class KeptPages {
public:
    explicit KeptPages(const Clock& clock) : clock_(clock) {}
    std::optional<std::string> find(const std::string& key);
    void keep(std::string key, std::string page);
    /// What was asked for is complete.
    void clear();

private:
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, std::string, std::less<>> pages_;
    std::size_t bytes_ = 0;
    std::chrono::milliseconds since_{};  // the last one was kept
};

}  // namespace crossdock::connectors
