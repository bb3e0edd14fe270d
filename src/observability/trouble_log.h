// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace crossdock::log {

/// Lines that would come several times a second while something is in the way: the same one at once, and then once a
/// minute with how often it came meanwhile. Any thread.
class TroubleLog {
public:
    explicit TroubleLog(const Clock& clock) : clock_(clock) {}
    TroubleLog(const TroubleLog&) = delete;
    TroubleLog& operator=(const TroubleLog&) = delete;
    /// An error line. `reason`, and the fields of a Scope, stand in it and do not make it another one.
    void tell(std::string_view event, std::string_view text, std::string_view reason = {});

private:
    struct Told {
        std::string line;
        std::chrono::milliseconds at{0};  // steady
        std::int64_t unsaid = 0;
    };
    const Clock& clock_;
    std::mutex mutex_;
    std::vector<Told> told_;  // the longest ago first
};

}  // namespace crossdock::log
