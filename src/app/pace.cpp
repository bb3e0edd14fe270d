// SPDX-License-Identifier: Apache-2.0
#include "app/pace.h"

#include <algorithm>
#include <utility>

namespace crossdock::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kBetweenSamples = 5s;
constexpr std::chrono::milliseconds kLookedBack = 10min;  // a channel that throttles goes at another pace than before
constexpr std::chrono::milliseconds kShortest = 5s;       // before anything is said

}  // namespace

std::string length_in_words(std::chrono::seconds length) {
    if (length < 1min) return "less than a minute";
    const auto minutes = (length + 30s) / 1min;
    if (minutes < 100) return "about " + std::to_string(minutes) + " min";
    const auto hours = (length + 30min) / 1h;
    return hours < 72 ? "about " + std::to_string(hours) + " h" : "about " + std::to_string(hours / 24) + " days";
}

std::string words_of(const LongWork& work) {
    if (work.waits) return "the channel is making its list";
    std::string words = work.all > 0 ? std::to_string(std::min<std::int64_t>(100, 100 * work.done / work.all)) + " %"
                                     : std::to_string(work.done) + " so far";
    if (work.left) words += " · " + length_in_words(*work.left) + " left";
    return words;
}

void Pace::look(const std::vector<LongWork>& all, std::chrono::milliseconds steady) {
    std::map<std::string, std::deque<Sample>> fresh;
    for (const LongWork& work : all) {
        auto& kept = fresh[work.name()];
        if (const auto before = samples_.find(work.name()); before != samples_.end()) kept = std::move(before->second);
        // Less than before: it began anew.
        if (!kept.empty() && work.done < kept.back().done) kept.clear();
        if (kept.empty() || steady - kept.back().at >= kBetweenSamples) kept.push_back({steady, work.done});
        while (kept.size() > 2 && steady - kept.front().at > kLookedBack) kept.pop_front();
    }
    samples_ = std::move(fresh);
}

void Pace::estimate(LongWork& work) const {
    const auto found = samples_.find(work.name());
    if (found == samples_.end() || work.all <= work.done) return;
    const auto& first = found->second.front();
    const auto& last = found->second.back();
    const std::int64_t moved = last.done - first.done;
    if (moved <= 0 || last.at - first.at < kShortest) return;
    const double each = std::chrono::duration<double>(last.at - first.at).count() / static_cast<double>(moved);
    work.left = std::chrono::seconds{static_cast<std::int64_t>(each * static_cast<double>(work.all - work.done))};
}

}  // namespace crossdock::app
