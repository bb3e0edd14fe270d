// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"

namespace crossdock::domain {

/// Work of one lane never waits for work of another: each has its own workers.
enum class Lane {
    push,    // what the ERP told us: stock, shipments
    orders,  // what the channel tells us: orders, refunds
    bulk     // long walks: catalogue, back-fill, reconciliation
};

inline constexpr std::array kLanes{Lane::push, Lane::orders, Lane::bulk};

constexpr std::string_view to_string(Lane lane) {
    switch (lane) {
        case Lane::push: return "push";
        case Lane::orders: return "orders";
        case Lane::bulk: return "bulk";
    }
    return "";
}

constexpr std::optional<Lane> parse_lane(std::string_view text) {
    for (const Lane lane : kLanes)
        if (to_string(lane) == text) return lane;
    return std::nullopt;
}

/// The runner's word about a job. What it meant for the business is in the tables of the business.
enum class JobState {
    ready,    // waits for its time and a worker
    running,  // a worker of this boot holds it
    retry,    // failed or was told to wait; runs again at its time
    done,
    dead,        // given up: a person looks, then runs it again or throws it away
    quarantined  // ended the process three times; its key stays parked: a stream comes back by itself, else a person
                 // looks
};

inline constexpr std::array kJobStates{JobState::ready, JobState::running, JobState::retry,
                                       JobState::done,  JobState::dead,    JobState::quarantined};

constexpr std::string_view to_string(JobState state) {
    switch (state) {
        case JobState::ready: return "ready";
        case JobState::running: return "running";
        case JobState::retry: return "retry";
        case JobState::done: return "done";
        case JobState::dead: return "dead";
        case JobState::quarantined: return "quarantined";
    }
    return "";
}

constexpr std::optional<JobState> parse_job_state(std::string_view text) {
    for (const JobState state : kJobStates)
        if (to_string(state) == text) return state;
    return std::nullopt;
}

/// What somebody wants done. At most one live job has a given unique key, so the key names the work and its arguments.
struct JobSpec {
    AccountId account_id;
    std::optional<ChannelId> channel_id;  // none: the work belongs to no channel
    Lane lane = Lane::bulk;
    std::string kind;         // chooses the handler: "pull_orders"
    std::string unique_key;   // "pull_orders:17"
    std::string args = "{}";  // JSON object
    Timestamp run_at{};       // not before; the default is: now
};

/// A row of the queue.
struct Job {
    JobId id;
    AccountId account_id;
    std::optional<ChannelId> channel_id;
    Lane lane = Lane::bulk;
    std::string kind, unique_key, args;
    JobState state = JobState::ready;
    Timestamp run_at{};
    std::optional<Timestamp> not_before;       // the other side named it: nothing but a person's word runs it earlier
    int attempt = 0;                           // failures since the last progress; waiting is not a failure
    std::optional<Timestamp> first_failed_at;  // of those failures
    std::optional<std::string> boot_id;        // of the process that runs it
    std::int64_t fence = 0;                    // rises with every claim: an old holder's word no longer counts
    std::optional<std::chrono::milliseconds> lease_until;  // on the steady clock of that boot
    std::string cursor;                                    // how far it came; empty at the start
    bool rerun = false;   // asked for again since it started: runs once more when it is done
    int crash_count = 0;  // times it ended the process, since the last orderly end
    std::optional<std::string> last_error_code, last_error;
    Timestamp created_at{};
    std::optional<Timestamp>
        finished_at;  // of a quarantined one: since when it waits for a person; none: see comes_back

    /// Quarantined, and ready again by itself at run_at.
    [[nodiscard]] bool comes_back() const { return state == JobState::quarantined && !finished_at; }
};

/// Ends of the process in one run of a job, each put down to it, until it is quarantined.
inline constexpr int kCrashesToQuarantine = 3;

/// How long a stream that ended the process so often, one time after the other, is left alone: a quarter of an hour
/// after the third time, twice as long after each further one, six hours at most.
constexpr std::chrono::milliseconds quarantine_pause(int crash_count) {
    constexpr std::chrono::milliseconds kLongest = std::chrono::hours{6};
    std::chrono::milliseconds pause = std::chrono::minutes{15};
    for (int i = kCrashesToQuarantine; i < crash_count && pause < kLongest; ++i) pause *= 2;
    return pause < kLongest ? pause : kLongest;
}

/// How long a job waits after the process ended while it ran and nobody knows why (kill -9, power, memory used up).
/// `failures_before` counts what went wrong since its last progress. The first time it goes on at once; a job that is
/// there each time the process ends waits longer each time, and so cannot hold the hub in a loop of restarts.
constexpr std::chrono::milliseconds interruption_pause(int failures_before) {
    constexpr std::chrono::milliseconds kLongest = std::chrono::minutes{15};
    if (failures_before <= 0) return std::chrono::milliseconds{0};
    std::chrono::milliseconds pause = std::chrono::seconds{5};
    for (int i = 1; i < failures_before && pause < kLongest; ++i) pause *= 2;
    return pause < kLongest ? pause : kLongest;
}

}  // namespace crossdock::domain
