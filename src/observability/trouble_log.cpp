// SPDX-License-Identifier: Apache-2.0
#include "observability/trouble_log.h"

#include <algorithm>
#include <utility>

#include "observability/log.h"

namespace crossdock::log {
namespace {

constexpr std::chrono::milliseconds kSayAgain = std::chrono::minutes{1};
constexpr std::size_t kLinesRemembered = 16;

}  // namespace

void TroubleLog::tell(std::string_view event, std::string_view text, std::string_view reason) {
    std::string line = std::string{event} + ' ' + std::string{text};
    const auto now = clock_.steady();
    std::int64_t unsaid = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto same = std::find_if(told_.begin(), told_.end(), [&](const Told& told) { return told.line == line; });
        if (same != told_.end()) {
            if (now - same->at < kSayAgain) {
                ++same->unsaid;
                return;
            }
            unsaid = same->unsaid;
            told_.erase(same);
        } else if (told_.size() == kLinesRemembered) {
            told_.erase(told_.begin());
        }
        told_.push_back({std::move(line), now, 0});
    }
    if (reason.empty())
        error(event, {{"repeats", unsaid}}, text);
    else
        error(event, {{"reason", reason}, {"repeats", unsaid}}, text);
}

}  // namespace crossdock::log
