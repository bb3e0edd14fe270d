// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "domain/job.h"

namespace crossdock::store {

/// Who claims what.
struct JobClaim {
    domain::Lane lane = domain::Lane::push;
    std::string boot_id;
    Timestamp now{};
    std::chrono::milliseconds lease_until{};  // on the steady clock of this boot
    std::vector<ChannelId> closed_channels;   // their jobs stay where they are (circuit breaker) …
    std::vector<std::string> exempt_kinds;    // … but for these kinds
};

struct JobFilter {
    std::optional<AccountId> account_id;
    std::optional<ChannelId> channel_id;
    std::optional<domain::Lane> lane;
    std::optional<domain::JobState> state;  // none: all but done
    JobId after;                            // ids above it, rising
    std::int64_t limit = 100;
};

struct JobCount {
    domain::Lane lane = domain::Lane::push;
    domain::JobState state = domain::JobState::ready;
    std::int64_t jobs = 0;
    Timestamp earliest{};     // the smallest run_at among them
    bool comes_back = false;  // of quarantined ones: by themselves, at run_at
};

/// The run that ended the process before this one by its own fault.
struct Culprit {
    JobId job;
    std::int64_t fence = 0;  // a note of another run of the same job accuses nobody
    int signal = 0;
};

struct VoidedLeases {
    std::vector<domain::Job>
        interrupted;  // ran when the process ended; they go on, by and by when not for the first time
    std::optional<domain::Job> culprit;  // ended it for the first or second time: goes on at once
    std::optional<domain::Job> parked;   // ended it for the third time or more; comes_back() says what happens next
};

/// The queue. Whoever changes a fact enqueues the work that follows from it in the same transaction, and wakes the
/// runner after the commit. Ending a job names the fence it was claimed with: false means that somebody else owns it by
/// now and the result is thrown away.
class JobRepo {
public:
    explicit JobRepo(db::Session& session) : session_(session) {}

    /// Adds the work, or joins the live job of the same key, whose arguments stay:
    /// a job that runs, or stands between two pages, runs once more when it is done; one that waits for its first run
    /// keeps the earlier time; one that waits after a failure or by order keeps its time, or a busy caller would defeat
    /// it; one in quarantine stays there and remembers the wish.
    JobId enqueue(const domain::JobSpec& spec, Timestamp now);

    /// Takes the due job that has waited longest, or none. Of the lane `orders` one job per channel at a time.
    std::optional<domain::Job> claim(const JobClaim& claim);
    /// When claim() would next find one, as far as the queue knows. `now` and `lease_until` are not looked at.
    std::optional<Timestamp> next_due(const JobClaim& claim);
    /// Does this holder still own the job? For a handler's own transaction, so that a late one writes nothing.
    bool holds(JobId id, std::int64_t fence);
    bool renew(JobId id, std::int64_t fence, std::chrono::milliseconds lease_until);

    /// Done, or ready again when it was asked for meanwhile. A dead letter of the same key is settled by it.
    bool finish(JobId id, std::int64_t fence, Timestamp now);
    /// The same row goes on from `cursor`: progress, so failures so far are forgotten.
    bool again(JobId id, std::int64_t fence, std::string_view cursor, Timestamp run_at);
    /// Not its fault and not counted. A delay that `reason` names (retry_after) counts from `now`: nothing hastens the job
    /// past its end.
    bool wait(JobId id, std::int64_t fence, const Error& reason, Timestamp run_at, Timestamp now);
    /// Counted. The same for a delay that `error` names.
    bool retry(JobId id, std::int64_t fence, const Error& error, Timestamp run_at, Timestamp now);
    /// Given up. Asked for meanwhile, a fresh job of the same key follows at once. An older dead letter of the same key
    /// is settled: one key has one dead letter.
    bool bury(JobId id, std::int64_t fence, const Error& error, Timestamp now);
    /// Given back as it was taken: nothing counted.
    bool release(JobId id, std::int64_t fence, Timestamp now);

    /// At boot, under the instance lock: whatever another boot ran ended with it. A crash is counted for the culprit
    /// alone; its third quarantines it, for quarantine_pause() when its kind is among `streams` (what comes later under
    /// its key waits behind it), else until a person looks. What ran beside a culprit goes on as if nothing had been.
    /// Without a culprit nobody knows whose fault it was: each counts one failed attempt and goes on after
    /// interruption_pause(), one 10 s after the other, so that the next end meets fewer of them.
    VoidedLeases void_leases_of_other_boots(std::string_view boot_id, Timestamp now,
                                            const std::optional<Culprit>& culprit = std::nullopt,
                                            const std::vector<std::string>& streams = {});
    /// Quarantined streams whose pause is over are ready again; their crashes stay counted. Returns how many.
    std::int64_t release_quarantined(Timestamp now);
    /// When the next pause is over.
    std::optional<Timestamp> next_release();
    /// At a clean stop: jobs that did not end in time are resumed by the next boot, and it was no crash.
    std::int64_t release_all(std::string_view boot_id, Timestamp now);
    /// Jobs of this boot whose lease ran out, because nobody could write down how they ended: ready again.
    std::int64_t void_lapsed_leases(std::string_view boot_id, std::chrono::milliseconds steady, Timestamp now);
    /// The end of the earliest lease of this boot.
    std::optional<std::chrono::milliseconds> earliest_lease(std::string_view boot_id);

    enum class Hasten { failed, all };
    /// The channel answers again: what waits after a failure (or, all, also by order) is due now, but never before a time
    /// that the channel itself named.
    std::int64_t hasten(ChannelId channel, Hasten which, Timestamp now);
    /// The same for jobs of these kinds alone, whatever they wait for.
    std::int64_t hasten(ChannelId channel, const std::vector<std::string_view>& kinds, Timestamp now);
    /// The wall clock was moved back by so much: waiting jobs move with it. Returns how many.
    std::int64_t move_waiting_back(std::chrono::milliseconds by);
    /// Jobs that wait for a time later than any we would choose (the clock was wrong when they were written) are due
    /// now.
    std::int64_t pull_in(Timestamp latest, Timestamp now);

    std::optional<domain::Job> find(JobId id);
    /// The live (or quarantined) job of that key.
    std::optional<domain::Job> find_live(std::string_view unique_key);
    std::vector<domain::Job> list(const JobFilter& filter);
    /// By lane and state, done ones left out.
    std::vector<JobCount> counts();

    /// By hand: a dead or quarantined job starts afresh, one that waits is due now. Errors: not_found; conflict
    /// (running, done, or newer work of the same key lives already), with what to do.
    Status retry_dead(JobId id, Timestamp now);
    /// By hand: throws away a job that is not running. Errors: not_found, conflict.
    Status discard(JobId id, Timestamp now);
    /// Removes at most `limit` done jobs finished before `before`. Returns how many.
    std::int64_t remove_done(Timestamp before, std::int64_t limit);
    /// The same for dead ones. Quarantined ones are never removed.
    std::int64_t remove_dead(Timestamp before, std::int64_t limit);

    // The statements whose query plan a test looks at.
    static std::string claim_sql(domain::Lane lane, std::size_t closed_channels, std::size_t exempt_kinds);
    static std::string next_due_sql(domain::Lane lane, std::size_t closed_channels, std::size_t exempt_kinds);
    static std::string_view enqueue_sql();
    static std::string_view counts_sql();
    static std::string list_sql(const JobFilter& filter);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
