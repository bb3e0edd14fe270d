// SPDX-License-Identifier: Apache-2.0
#include "app/wait_for_clock.h"

#include <optional>

#include "observability/log.h"

namespace crossdock::app {
namespace {

constexpr Timestamp kFirstPlausible{std::chrono::sys_days{std::chrono::year{2025} / 1 / 1}};
constexpr auto kLookAtClock = std::chrono::milliseconds{500};
constexpr auto kBetweenWords = std::chrono::minutes{10};

}  // namespace

bool is_plausible(Timestamp now) { return now >= kFirstPlausible; }

bool wait_for_clock(const Clock& clock, platform::Signals& signals) {
    std::optional<std::chrono::milliseconds> told_at;
    while (!is_plausible(clock.now())) {
        if (!told_at || clock.steady() - *told_at >= kBetweenWords) {
            told_at = clock.steady();
            log::error("clock_wrong", {{"now", format_rfc3339(clock.now())}},
                       "this machine's clock is wrong; the hub waits until it is set. Set it (`timedatectl`), or check "
                       "that time "
                       "synchronisation works");
        }
        if (signals.wait(kLookAtClock) == platform::Signal::stop) return false;
    }
    if (told_at) log::info("clock_set", {{"now", format_rfc3339(clock.now())}}, "the clock is set; the hub starts");
    return true;
}

}  // namespace crossdock::app
