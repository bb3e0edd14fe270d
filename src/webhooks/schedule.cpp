// SPDX-License-Identifier: Apache-2.0
#include "webhooks/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace crossdock::webhooks {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<milliseconds, kMostTries - 1> kWaits{seconds{5}, minutes{5}, minutes{30}, hours{2}, hours{5},
                                                          hours{10},  hours{14},  hours{20},   hours{24}};
constexpr double kJitter = 0.2;
constexpr milliseconds kLongestAsked = hours{24};
constexpr milliseconds kSecondFailureWithin = hours{24};
constexpr milliseconds kSucceededAtStep = minutes{1};  // finer than that would cost a write for each success

}  // namespace

std::optional<milliseconds> wait_after(int tries, Random& random, std::optional<milliseconds> asked) {
    if (tries < 1 || tries >= kMostTries) return std::nullopt;
    const auto planned = kWaits[static_cast<std::size_t>(tries) - 1];
    const double factor = 1 - kJitter + 2 * kJitter * random.unit();
    const milliseconds wait{static_cast<std::int64_t>(static_cast<double>(planned.count()) * factor)};
    return asked ? std::max(wait, std::min(*asked, kLongestAsked)) : wait;
}

std::optional<milliseconds> parse_retry_after(std::string_view value, Timestamp now) {
    value = trim(value);
    if (value.empty()) return std::nullopt;
    std::int64_t count = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (end == value.data() + value.size() && value.front() != '-') {
        if (fault == std::errc::result_out_of_range) return kLongestAsked;
        return milliseconds{
            seconds{std::min<std::int64_t>(count, std::chrono::duration_cast<seconds>(kLongestAsked).count())}};
    }
    const auto at = parse_http_date(value);
    if (!at || *at <= now) return std::nullopt;
    return *at - now;
}

EndpointVerdict after_failure(store::EndpointHealth health, std::string_view why, Timestamp now) {
    EndpointVerdict verdict;
    if (!health.failing_since && health.failed_at && now - *health.failed_at <= kSecondFailureWithin)
        health.failing_since = now;
    health.failed_at = now;
    health.last_error = std::string{why};
    if (health.failing_since) {
        const auto lasts = now - *health.failing_since;
        using Notice = EndpointVerdict::Notice;
        if (lasts >= hours{5 * 24}) {
            verdict.notice = Notice::disable;
        } else if (lasts >= hours{3 * 24} && health.notices < 2) {
            verdict.notice = Notice::three_days;
            health.notices = 2;
        } else if (lasts >= hours{24} && health.notices < 1) {
            verdict.notice = Notice::one_day;
            health.notices = 1;
        }
    }
    verdict.health = std::move(health);
    return verdict;
}

store::EndpointHealth after_success(store::EndpointHealth health, Timestamp now) {
    health.failed_at.reset();
    health.failing_since.reset();
    health.notices = 0;
    health.last_error.reset();
    if (!health.succeeded_at || now - *health.succeeded_at >= kSucceededAtStep || now < *health.succeeded_at)
        health.succeeded_at = now;
    return health;
}

}  // namespace crossdock::webhooks
