// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/pace.h"

#include <charconv>
#include <string_view>

#include "base/text.h"
#include "connectors/answers.h"

namespace crossdock::connectors::shipstation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kLeftToPushes = 0.2;
constexpr double kSecondsPerWindow = 64;  // a minute and a little: one call per 1.6 s at 40
constexpr int kLargestLimit = 100'000;
constexpr int kLongestReset = 3600;

std::optional<int> number_in(const net::HttpResponse& response, std::string_view name, int most) {
    const std::string_view text = trim(response.header(name));
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > most) return std::nullopt;
    return value;
}

std::optional<milliseconds> until_next_window(const net::HttpResponse& response) {
    const auto reset = number_in(response, "X-Rate-Limit-Reset", kLongestReset);
    if (!reset) return std::nullopt;
    return seconds{*reset + 1};
}

}  // namespace

Pace::Pace(const Clock& clock, double burst, double per_second)
    : calls_(clock, burst, per_second), reading_(clock, 1, 1) {}

Status Pace::take(bool push) {
    if (!push)
        if (auto paused = reading_.take(0); !paused) return paused;
    return calls_.take(1, push ? 0 : calls_.state().capacity * kLeftToPushes);
}

void Pace::learn(const net::HttpResponse& response) {
    const auto limit = number_in(response, "X-Rate-Limit-Limit", kLargestLimit);
    const auto remaining = number_in(response, "X-Rate-Limit-Remaining", kLargestLimit);
    if (!limit || !remaining || *limit == 0) return;
    calls_.learn(*limit, *remaining, *limit / kSecondsPerWindow);
    const auto wait = until_next_window(response);
    if (!wait) return;
    // A bucket would refill drop by drop where the window gives nothing before its end.
    if (*remaining == 0) calls_.pause_for(*wait);
    if (*remaining <= *limit * kLeftToPushes) reading_.pause_for(*wait);
}

milliseconds Pace::pause(milliseconds delay) {
    calls_.pause_for(delay);
    return delay;
}

milliseconds asked_pause(const net::HttpResponse& response, Timestamp now) {
    if (const auto wait = until_next_window(response)) return *wait;
    return retry_after(response, now).value_or(seconds{60});
}

}  // namespace crossdock::connectors::shipstation
