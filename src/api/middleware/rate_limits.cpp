// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/rate_limits.h"

#include <algorithm>
#include <vector>

#include "store/request_count_repo.h"

namespace crossdock::api {
namespace {

using std::chrono::seconds;

struct Span {
    std::string_view name;  // of the policy in RateLimit, and in the table
    std::string_view words;
    seconds length;
    std::optional<std::int64_t> Plan::*limit;
};
// Shortest first.
constexpr std::array<Span, 3> kSpanTable{{
    {"minute", "a minute", seconds{60}, &Plan::burst_per_minute},
    {"hour", "an hour", seconds{3'600}, &Plan::requests_per_hour},
    {"day", "a day", seconds{86'400}, &Plan::requests_per_day},
}};

/// The beginning of the window that `now` is in. Days and hours of 1970 begin as those of today do.
Timestamp window_start(Timestamp now, seconds length) {
    const std::int64_t ms = to_ms(now);
    const std::int64_t window = std::chrono::milliseconds{length}.count();
    return from_ms(ms - ms % window);
}

/// What is left of one window.
struct Left {
    const Span* span;
    std::int64_t limit, remaining;
    Timestamp ends_at;
    seconds ends_in;  // never 0: a client that waits that long is in the next window
};

/// X-RateLimit-*: the window that is nearest to its end. RateLimit and RateLimit-Policy: all of them, as
/// draft-ietf-httpapi-ratelimit-headers-09 writes them.
http::Fields fields_of(const std::vector<Left>& left) {
    const auto nearest = std::min_element(left.begin(), left.end(), [](const Left& a, const Left& b) {
        return a.remaining != b.remaining ? a.remaining < b.remaining : a.ends_at > b.ends_at;
    });
    std::string policies;
    std::string limits;
    for (const Left& one : left) {
        const std::string name = (policies.empty() ? "\"" : ", \"") + std::string{one.span->name} + "\"";
        policies += name + ";q=" + std::to_string(one.limit) + ";w=" + std::to_string(one.span->length.count());
        limits += name + ";r=" + std::to_string(one.remaining) + ";t=" + std::to_string(one.ends_in.count());
    }
    return {{"X-RateLimit-Limit", std::to_string(nearest->limit)},
            {"X-RateLimit-Remaining", std::to_string(nearest->remaining)},
            {"X-RateLimit-Reset", std::to_string(to_ms(nearest->ends_at) / 1000)},
            {"RateLimit-Policy", std::move(policies)},
            {"RateLimit", std::move(limits)}};
}

}  // namespace

Status check_plan(std::string_view plan, const Plans& plans) {
    if (plan.empty() || plans.contains(plan)) return ok();
    std::string known;
    for (const auto& [name, limits] : plans) known += (known.empty() ? "" : ", ") + name;
    return Error{ErrorKind::invalid, "plan_unknown",
                 "there is no plan \"" + std::string{plan} + "\"; " +
                     (known.empty() ? "the config file has none: write [plans." + std::string{plan} + "] there"
                                    : "the config file has: " + known)};
}

std::optional<RateLimits::Verdict> RateLimits::count(ApiKeyId key, std::string_view plan_name) {
    if (plan_name.empty()) return std::nullopt;
    const auto found = plans_.find(plan_name);
    if (found == plans_.end()) return std::nullopt;
    const Plan& plan = found->second;
    const Timestamp now = clock_.now();
    Verdict verdict;
    std::vector<Left> left;
    {
        const std::lock_guard lock(mutex_);
        Windows& windows = windows_[key];
        for (std::size_t i = 0; i < kSpans; ++i) {
            const Span& span = kSpanTable[i];
            if (!(plan.*span.limit)) continue;
            Window& window = windows[i];
            // Also when the clock was set back: better a window twice than a key that is locked for years.
            if (const Timestamp start = window_start(now, span.length); window.started_at != start)
                window = {start, 0, false};
            const std::int64_t limit = *(plan.*span.limit);
            const Timestamp ends_at = window.started_at + span.length;
            left.push_back({&span, limit, std::max<std::int64_t>(0, limit - window.used), ends_at,
                            std::chrono::ceil<seconds>(ends_at - now)});
            if (window.used >= limit) {
                // The last to end decides how long to wait.
                verdict.retry_after = left.back().ends_in;
                verdict.exhausted =
                    std::to_string(limit) + (limit == 1 ? " request " : " requests ") + std::string{span.words};
            }
        }
        if (left.empty()) return std::nullopt;
        if (!verdict.retry_after) {
            for (std::size_t i = 0; i < kSpans; ++i) {
                if (!(plan.*kSpanTable[i].limit)) continue;
                ++windows[i].used;
                windows[i].unwritten = true;
            }
            for (Left& one : left) --one.remaining;
        }
    }
    verdict.headers = fields_of(left);
    return verdict;
}

void RateLimits::load() {
    const auto counts = db_.read([](db::Session& session) { return store::RequestCountRepo(session).list(); });
    const std::lock_guard lock(mutex_);
    for (const store::RequestCount& count : counts)
        for (std::size_t i = 0; i < kSpans; ++i)
            if (count.span == kSpanTable[i].name) windows_[count.key][i] = {count.started_at, count.used, false};
}

std::size_t RateLimits::flush() {
    std::vector<store::RequestCount> unwritten;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [key, windows] : windows_)
            for (std::size_t i = 0; i < kSpans; ++i)
                if (std::exchange(windows[i].unwritten, false))
                    unwritten.push_back({key, std::string{kSpanTable[i].name}, windows[i].started_at, windows[i].used});
    }
    if (unwritten.empty()) return 0;
    try {
        db_.write([&](db::Session& session) {
            store::RequestCountRepo counts(session);
            for (const store::RequestCount& count : unwritten) counts.keep(count);
        });
    } catch (...) {
        const std::lock_guard lock(mutex_);
        for (const store::RequestCount& count : unwritten)
            for (std::size_t i = 0; i < kSpans; ++i)
                if (count.span == kSpanTable[i].name) windows_[count.key][i].unwritten = true;
        throw;
    }
    return unwritten.size();
}

}  // namespace crossdock::api
