// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"
#include "db/database.h"
#include "http/message.h"

namespace crossdock::api {

/// How many requests a key may send in fixed windows, counted in UTC: a day begins at midnight, an hour and a minute at
/// their first second. None: no limit of that kind.
struct Plan {
    std::optional<std::int64_t> requests_per_day, requests_per_hour, burst_per_minute;
    friend bool operator==(const Plan&, const Plan&) = default;
};
using Plans = std::map<std::string, Plan, std::less<>>;
/// Whether the config file has such a plan; an empty name is no plan and fits. Errors: invalid `plan_unknown`, naming
/// those there are.
Status check_plan(std::string_view plan, const Plans& plans);

/// Counts the requests of keys that have a plan. In memory, so that no request waits for it; flush() writes the counts,
/// and a start goes on from them: at most what came since the last flush is lost in a crash. Thread-safe.
class RateLimits {
public:
    RateLimits(db::Database& db, const Clock& clock, Plans plans) : db_(db), clock_(clock), plans_(std::move(plans)) {}

    struct Verdict {
        std::optional<std::chrono::seconds> retry_after;  // the request is refused; until when
        std::string exhausted;                            // of what: "20 requests a minute"
        http::Fields headers;                             // for the answer, whatever it is
    };
    /// Counts a request. A refused one is not counted. None: the key has no plan, or one that does not exist, and is
    /// not limited.
    std::optional<Verdict> count(ApiKeyId key, std::string_view plan);
    [[nodiscard]] const Plans& plans() const { return plans_; }

    /// Takes up what was counted before the last stop. Once, before the first request. Throws db::Failure.
    void load();
    /// Writes what was counted since the last call. Returns how many counts. Throws db::Failure; they are then written
    /// by the next call.
    std::size_t flush();

private:
    static constexpr std::size_t kSpans = 3;
    struct Window {
        Timestamp started_at{};
        std::int64_t used = 0;
        bool unwritten = false;
    };
    using Windows = std::array<Window, kSpans>;

    db::Database& db_;
    const Clock& clock_;
    const Plans plans_;
    std::mutex mutex_;
    std::unordered_map<ApiKeyId, Windows> windows_;
};

}  // namespace crossdock::api
