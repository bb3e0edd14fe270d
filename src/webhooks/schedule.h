// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "store/webhook_endpoint_repo.h"

/// When an event is sent again, and when an endpoint is given up. Pure.
namespace crossdock::webhooks {

/// Attempts of a delivery: at once, then after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours, 75 h 35 min in all.
inline constexpr int kMostTries = 10;

/// How long to wait after the `tries`-th attempt failed; none after the last one. Each wait is up to a fifth longer or
/// shorter, so that what failed together does not come back together. `asked`: the receiver's own wish (Retry-After),
/// honoured up to 24 hours when it is the longer.
std::optional<std::chrono::milliseconds> wait_after(int tries, Random& random,
                                                    std::optional<std::chrono::milliseconds> asked = {});

/// The value of a Retry-After header: seconds, or a date. None when it is neither, or past.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Timestamp now);

/// What a failed attempt means for its endpoint. Failures count from the second one within 24 hours: a day and three
/// days of nothing else are told, after five days the endpoint is disabled.
struct EndpointVerdict {
    enum class Notice { none, one_day, three_days, disable };
    store::EndpointHealth health;
    Notice notice = Notice::none;
};
EndpointVerdict after_failure(store::EndpointHealth health, std::string_view why, Timestamp now);
/// After an attempt that came through.
store::EndpointHealth after_success(store::EndpointHealth health, Timestamp now);

}  // namespace crossdock::webhooks
