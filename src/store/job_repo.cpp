// SPDX-License-Identifier: Apache-2.0
#include "store/job_repo.h"

#include <algorithm>
#include <utility>

#include "base/time.h"

namespace crossdock::store {
namespace {

using domain::Job;
using domain::JobState;
using domain::Lane;

constexpr std::chrono::seconds kInterruptedDistance{10};

// What waits for a time: for its first run, after a failure, or in a quarantine that ends by itself. Two statements,
// because each part has an index of its own.
constexpr const char* kWaiting = "state IN ('ready', 'retry')";
constexpr const char* kComesBack =
    "state IN ('dead', 'quarantined') AND state = 'quarantined' AND finished_at_ms IS NULL";

// Of a channel, whatever waits for a later time than it must.
constexpr const char* kHasten = R"sql(
        UPDATE jobs SET run_at_ms = CASE WHEN not_before_ms > ? THEN not_before_ms ELSE ? END
        WHERE lane IN ('push', 'orders', 'bulk') AND state IN ('ready', 'retry') AND run_at_ms > ?
          AND channel_id = ? AND state = 'retry' AND (not_before_ms IS NULL OR not_before_ms < run_at_ms))sql";

#define CROSSDOCK_JOB_COLUMNS                                                                                   \
    "id, account_id, channel_id, lane, kind, unique_key, args, state, run_at_ms, attempt, first_failed_at_ms, " \
    "boot_id, fence, lease_until_ms, cursor, rerun, crash_count, last_error_code, last_error, created_at_ms, "  \
    "finished_at_ms, not_before_ms"

Job read_job(const db::Statement& row) {
    Job job;
    job.id = row.id<JobId>(0);
    job.account_id = row.id<AccountId>(1);
    if (const auto channel = row.optional_integer(2)) job.channel_id = ChannelId{*channel};
    job.lane = domain::parse_lane(row.text(3)).value_or(Lane::bulk);  // a CHECK holds the words
    job.kind = row.string(4);
    job.unique_key = row.string(5);
    job.args = row.string(6);
    job.state = domain::parse_job_state(row.text(7)).value_or(JobState::dead);
    job.run_at = row.time(8);
    job.attempt = static_cast<int>(row.integer(9));
    job.first_failed_at = row.optional_time(10);
    job.boot_id = row.optional_string(11);
    job.fence = row.integer(12);
    if (const auto lease = row.optional_integer(13)) job.lease_until = std::chrono::milliseconds{*lease};
    job.cursor = row.string(14);
    job.rerun = row.flag(15);
    job.crash_count = static_cast<int>(row.integer(16));
    job.last_error_code = row.optional_string(17);
    job.last_error = row.optional_string(18);
    job.created_at = row.time(19);
    job.finished_at = row.optional_time(20);
    job.not_before = row.optional_time(21);
    return job;
}

std::vector<Job> read_jobs(db::Statement& statement) {
    std::vector<Job> jobs;
    while (statement.step()) jobs.push_back(read_job(statement));
    return jobs;
}

std::string placeholders(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
    return text;
}

/// Jobs `j` of one lane that a worker may take once their time has come.
std::string takeable(Lane lane, std::size_t closed_channels, std::size_t exempt_kinds) {
    std::string text = "j.lane = ? AND j.state IN ('ready', 'retry')";
    if (closed_channels > 0) {
        text += " AND (j.channel_id IS NULL OR j.channel_id NOT IN (" + placeholders(closed_channels) + ")";
        if (exempt_kinds > 0) text += " OR j.kind IN (" + placeholders(exempt_kinds) + ")";
        text += ")";
    }
    // Two order syncs of one channel would fight over its cursor and its budget.
    if (lane == Lane::orders)
        text +=
            " AND NOT EXISTS (SELECT 1 FROM jobs AS r WHERE r.state = 'running' AND r.lane = 'orders'"
            " AND r.channel_id = j.channel_id)";
    return text;
}

int bind_takeable(db::Statement& statement, int index, const JobClaim& claim) {
    statement.bind_at(index++, to_string(claim.lane));
    if (claim.closed_channels.empty()) return index;
    for (const ChannelId channel : claim.closed_channels) statement.bind_at(index++, channel);
    for (const std::string& kind : claim.exempt_kinds) statement.bind_at(index++, kind);
    return index;
}

Error not_found(JobId id) {
    return {ErrorKind::not_found, "job_unknown",
            "there is no job " + std::to_string(id.value) + " (done ones are removed after a day)"};
}

Error conflict(std::string code, std::string message) {
    return {ErrorKind::conflict, std::move(code), std::move(message)};
}

}  // namespace

std::string_view JobRepo::enqueue_sql() {
    // While it runs, run_at is free to hold when it was asked for again.
    return R"sql(
        INSERT INTO jobs (account_id, channel_id, lane, kind, unique_key, args, state, run_at_ms, created_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, 'ready', ?, ?)
        ON CONFLICT (unique_key) WHERE state IN ('ready', 'running', 'retry', 'quarantined') DO UPDATE SET
            run_at_ms = CASE
                WHEN jobs.state = 'ready' AND jobs.cursor = '' AND excluded.run_at_ms < jobs.run_at_ms
                    THEN excluded.run_at_ms
                WHEN jobs.state = 'running' AND (jobs.rerun = 0 OR excluded.run_at_ms < jobs.run_at_ms)
                    THEN excluded.run_at_ms
                ELSE jobs.run_at_ms END,
            rerun = CASE WHEN jobs.state IN ('running', 'quarantined') OR jobs.cursor <> '' THEN 1 ELSE jobs.rerun END
        RETURNING id
    )sql";
}

JobId JobRepo::enqueue(const domain::JobSpec& spec, Timestamp now) {
    const Timestamp run_at = spec.run_at == Timestamp{} ? now : spec.run_at;
    db::Statement statement(session_, enqueue_sql());
    statement.bind(spec.account_id, spec.channel_id, to_string(spec.lane), spec.kind, spec.unique_key, spec.args,
                   run_at, now);
    statement.step();
    const auto id = statement.id<JobId>(0);
    while (statement.step()) {
    }
    return id;
}

std::string JobRepo::claim_sql(Lane lane, std::size_t closed_channels, std::size_t exempt_kinds) {
    // A job that starts from nothing sees every fact there is by now; one that goes on in the middle does not.
    return "UPDATE jobs SET state = 'running', boot_id = ?, lease_until_ms = ?, fence = fence + 1,"
           " rerun = CASE WHEN cursor = '' THEN 0 ELSE rerun END"
           " WHERE id = (SELECT j.id FROM jobs AS j WHERE " +
           takeable(lane, closed_channels, exempt_kinds) +
           " AND j.run_at_ms <= ? ORDER BY j.run_at_ms, j.id LIMIT 1) RETURNING " CROSSDOCK_JOB_COLUMNS;
}

std::optional<Job> JobRepo::claim(const JobClaim& claim) {
    const std::string sql = claim_sql(claim.lane, claim.closed_channels.size(), claim.exempt_kinds.size());
    db::Statement statement(session_, sql);
    statement.bind_at(1, claim.boot_id).bind_at(2, claim.lease_until.count());
    const int index = bind_takeable(statement, 3, claim);
    statement.bind_at(index, claim.now);
    auto jobs = read_jobs(statement);
    if (jobs.empty()) return std::nullopt;
    return std::move(jobs.front());
}

std::string JobRepo::next_due_sql(Lane lane, std::size_t closed_channels, std::size_t exempt_kinds) {
    return "SELECT j.run_at_ms FROM jobs AS j WHERE " + takeable(lane, closed_channels, exempt_kinds) +
           " ORDER BY j.run_at_ms, j.id LIMIT 1";
}

std::optional<Timestamp> JobRepo::next_due(const JobClaim& claim) {
    const std::string sql = next_due_sql(claim.lane, claim.closed_channels.size(), claim.exempt_kinds.size());
    db::Statement statement(session_, sql);
    bind_takeable(statement, 1, claim);
    if (!statement.step()) return std::nullopt;
    return statement.time(0);
}

bool JobRepo::holds(JobId id, std::int64_t fence) {
    db::Statement statement(session_, "SELECT 1 FROM jobs WHERE id = ? AND fence = ? AND state = 'running'");
    statement.bind(id, fence);
    return statement.step();
}

bool JobRepo::renew(JobId id, std::int64_t fence, std::chrono::milliseconds lease_until) {
    db::Statement statement(session_,
                            "UPDATE jobs SET lease_until_ms = ? WHERE id = ? AND fence = ? AND state = 'running'");
    return statement.bind(lease_until.count(), id, fence).exec() == 1;
}

bool JobRepo::finish(JobId id, std::int64_t fence, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = CASE rerun WHEN 1 THEN 'ready' ELSE 'done' END,
            finished_at_ms = CASE rerun WHEN 1 THEN NULL ELSE ? END,
            rerun = 0, cursor = '', not_before_ms = NULL, attempt = 0, first_failed_at_ms = NULL, crash_count = 0,
            boot_id = NULL, lease_until_ms = NULL, last_error_code = NULL, last_error = NULL
        WHERE id = ? AND fence = ? AND state = 'running' RETURNING unique_key
    )sql");
    statement.bind(now, id, fence);
    if (!statement.step()) return false;
    const std::string key = statement.string(0);
    while (statement.step()) {
    }
    db::Statement settle(session_,
                         "UPDATE jobs SET state = 'done', finished_at_ms = ? WHERE unique_key = ? AND state = 'dead'");
    settle.bind(now, key).exec();
    return true;
}

bool JobRepo::again(JobId id, std::int64_t fence, std::string_view cursor, Timestamp run_at) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'ready', cursor = ?, run_at_ms = ?, not_before_ms = NULL, attempt = 0, first_failed_at_ms = NULL,
            crash_count = 0, boot_id = NULL, lease_until_ms = NULL, last_error_code = NULL, last_error = NULL
        WHERE id = ? AND fence = ? AND state = 'running'
    )sql");
    return statement.bind(cursor, run_at, id, fence).exec() == 1;
}

namespace {

/// The end of a delay that the other side named; never behind the time the job was given.
std::optional<Timestamp> named_time(const Error& error, Timestamp run_at, Timestamp now) {
    if (!error.retry_after) return std::nullopt;
    return std::min(now + *error.retry_after, run_at);
}

}  // namespace

bool JobRepo::wait(JobId id, std::int64_t fence, const Error& reason, Timestamp run_at, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'retry', run_at_ms = ?, not_before_ms = ?, crash_count = 0, boot_id = NULL,
            lease_until_ms = NULL, last_error_code = ?, last_error = ?
        WHERE id = ? AND fence = ? AND state = 'running'
    )sql");
    return statement.bind(run_at, named_time(reason, run_at, now), reason.code, reason.message, id, fence).exec() == 1;
}

bool JobRepo::retry(JobId id, std::int64_t fence, const Error& error, Timestamp run_at, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'retry', run_at_ms = ?, not_before_ms = ?, attempt = attempt + 1,
            first_failed_at_ms = COALESCE(first_failed_at_ms, ?), crash_count = 0, boot_id = NULL,
            lease_until_ms = NULL, last_error_code = ?, last_error = ?
        WHERE id = ? AND fence = ? AND state = 'running'
    )sql");
    return statement.bind(run_at, named_time(error, run_at, now), now, error.code, error.message, id, fence).exec() == 1;
}

bool JobRepo::bury(JobId id, std::int64_t fence, const Error& error, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'dead', finished_at_ms = ?, attempt = attempt + 1,
            first_failed_at_ms = COALESCE(first_failed_at_ms, ?), crash_count = 0, boot_id = NULL,
            lease_until_ms = NULL, last_error_code = ?, last_error = ?
        WHERE id = ? AND fence = ? AND state = 'running' RETURNING )sql" CROSSDOCK_JOB_COLUMNS);
    statement.bind(now, now, error.code, error.message, id, fence);
    const auto buried = read_jobs(statement);
    if (buried.empty()) return false;
    const Job& job = buried.front();
    db::Statement settle(session_, R"sql(
        UPDATE jobs SET state = 'done', finished_at_ms = ? WHERE unique_key = ? AND state = 'dead' AND id <> ?
    )sql");
    settle.bind(now, job.unique_key, id).exec();
    // The wish came after the run had begun: what it is about may not have been part of what failed.
    if (job.rerun)
        enqueue({job.account_id, job.channel_id, job.lane, job.kind, job.unique_key, job.args, job.run_at}, now);
    return true;
}

bool JobRepo::release(JobId id, std::int64_t fence, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'ready', run_at_ms = ?, crash_count = 0, boot_id = NULL, lease_until_ms = NULL
        WHERE id = ? AND fence = ? AND state = 'running'
    )sql");
    return statement.bind(now, id, fence).exec() == 1;
}

namespace {

std::string crash_text(const Job& job, const Culprit& culprit) {
    std::string text = "The program ended by signal " + std::to_string(culprit.signal) + " in a run of this job";
    if (job.crash_count > 1) text += ", for the " + std::to_string(job.crash_count) + ". time one after the other";
    if (job.state != JobState::quarantined) return text + ". It runs again.";
    text += ", so it is parked";
    if (job.comes_back()) text += " until " + format_rfc3339(job.run_at) + ", when it is tried again by itself";
    return text +
           ". What the log says before those ends belongs into a report to the makers of crossdock; to run it "
           "now: crossdock job retry " +
           std::to_string(job.id.value);
}

/// Writes down what void_leases_of_other_boots decided about one job.
void take_up(db::Session& session, const Job& job) {
    db::Statement statement(session, R"sql(
        UPDATE jobs SET state = ?, run_at_ms = ?, fence = fence + 1, boot_id = NULL, lease_until_ms = NULL, attempt = ?,
            first_failed_at_ms = ?, crash_count = ?, finished_at_ms = ?, last_error_code = ?, last_error = ?
        WHERE id = ?
    )sql");
    statement.bind(to_string(job.state), job.run_at, job.attempt, job.first_failed_at, job.crash_count, job.finished_at,
                   job.last_error_code, job.last_error, job.id);
    statement.exec();
}

}  // namespace

VoidedLeases JobRepo::void_leases_of_other_boots(std::string_view boot_id, Timestamp now,
                                                 const std::optional<Culprit>& culprit,
                                                 const std::vector<std::string>& streams) {
    std::vector<Job> ran;
    {
        db::Statement statement(session_, "SELECT " CROSSDOCK_JOB_COLUMNS R"sql( FROM jobs
            WHERE state = 'running' AND (boot_id IS NULL OR boot_id <> ?))sql");
        statement.bind(boot_id);
        ran = read_jobs(statement);
    }
    std::sort(ran.begin(), ran.end(), [](const Job& a, const Job& b) { return a.id < b.id; });
    const auto is_culprit = [&](const Job& job) {
        return culprit && job.id == culprit->job && job.fence == culprit->fence;
    };
    const bool known = std::any_of(ran.begin(), ran.end(), is_culprit);
    VoidedLeases voided;
    Timestamp next{};
    for (Job& job : ran) {
        job.state = JobState::ready;
        job.run_at = now;
        if (is_culprit(job)) {
            ++job.crash_count;
            if (job.crash_count >= domain::kCrashesToQuarantine) {
                job.state = JobState::quarantined;
                if (std::find(streams.begin(), streams.end(), job.kind) != streams.end())
                    job.run_at = now + domain::quarantine_pause(job.crash_count);
                else
                    job.finished_at = now;
            }
            job.last_error_code = "job_crashes";
            job.last_error = crash_text(job, *culprit);
            take_up(session_, job);
            (job.state == JobState::quarantined ? voided.parked : voided.culprit) = job;
            continue;
        }
        if (!known) {
            if (job.attempt > 0) {
                job.state = JobState::retry;
                job.run_at = std::max(now + domain::interruption_pause(job.attempt), next);
                next = job.run_at + kInterruptedDistance;
            }
            ++job.attempt;
            if (!job.first_failed_at) job.first_failed_at = now;
            job.last_error_code = "interrupted";
            job.last_error = "the program ended while this job ran; nothing tells why";
        }
        take_up(session_, job);
        voided.interrupted.push_back(std::move(job));
    }
    return voided;
}

std::int64_t JobRepo::release_quarantined(Timestamp now) {
    db::Statement statement(session_, std::string{"UPDATE jobs SET state = 'ready', run_at_ms = ? WHERE "} +
                                          kComesBack + " AND run_at_ms <= ?");
    return statement.bind(now, now).exec();
}

std::optional<Timestamp> JobRepo::next_release() {
    db::Statement statement(session_, std::string{"SELECT min(run_at_ms) FROM jobs WHERE "} + kComesBack);
    if (!statement.step()) return std::nullopt;
    return statement.optional_time(0);
}

std::int64_t JobRepo::release_all(std::string_view boot_id, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'ready', run_at_ms = ?, fence = fence + 1, boot_id = NULL, lease_until_ms = NULL
        WHERE state = 'running' AND boot_id = ?
    )sql");
    return statement.bind(now, boot_id).exec();
}

std::int64_t JobRepo::void_lapsed_leases(std::string_view boot_id, std::chrono::milliseconds steady, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'ready', run_at_ms = ?, fence = fence + 1, boot_id = NULL, lease_until_ms = NULL
        WHERE state = 'running' AND boot_id = ? AND lease_until_ms <= ?
    )sql");
    return statement.bind(now, boot_id, steady.count()).exec();
}

std::optional<std::chrono::milliseconds> JobRepo::earliest_lease(std::string_view boot_id) {
    db::Statement statement(session_, "SELECT min(lease_until_ms) FROM jobs WHERE state = 'running' AND boot_id = ?");
    statement.bind(boot_id);
    if (!statement.step() || statement.is_null(0)) return std::nullopt;
    return std::chrono::milliseconds{statement.integer(0)};
}

std::int64_t JobRepo::hasten(ChannelId channel, Hasten which, Timestamp now) {
    std::string sql = kHasten;
    if (which == Hasten::failed) sql += " AND attempt > 0";
    db::Statement statement(session_, sql);
    return statement.bind(now, now, now, channel).exec();
}

std::int64_t JobRepo::hasten(ChannelId channel, const std::vector<std::string_view>& kinds, Timestamp now) {
    db::Statement statement(session_, std::string{kHasten} + " AND kind IN (" + placeholders(kinds.size()) + ")");
    statement.bind_at(1, now).bind_at(2, now).bind_at(3, now).bind_at(4, channel);
    int index = 5;
    for (const std::string_view kind : kinds) statement.bind_at(index++, kind);
    return statement.exec();
}

std::int64_t JobRepo::move_waiting_back(std::chrono::milliseconds by) {
    std::int64_t moved = 0;
    for (const char* which : {kWaiting, kComesBack}) {
        db::Statement statement(
            session_, std::string{"UPDATE jobs SET run_at_ms = run_at_ms - ?, not_before_ms = not_before_ms - ? WHERE "} + which);
        moved += statement.bind(by.count(), by.count()).exec();
    }
    return moved;
}

std::int64_t JobRepo::pull_in(Timestamp latest, Timestamp now) {
    std::int64_t pulled = 0;
    for (const char* which : {kWaiting, kComesBack}) {
        db::Statement statement(
            session_, std::string{"UPDATE jobs SET run_at_ms = ?, not_before_ms = NULL WHERE lane IN ('push', 'orders', 'bulk') AND "} +
                          which + " AND run_at_ms > ?");
        pulled += statement.bind(now, latest).exec();
    }
    return pulled;
}

std::optional<Job> JobRepo::find(JobId id) {
    db::Statement statement(session_, "SELECT " CROSSDOCK_JOB_COLUMNS " FROM jobs WHERE id = ?");
    statement.bind(id);
    if (!statement.step()) return std::nullopt;
    return read_job(statement);
}

std::optional<Job> JobRepo::find_live(std::string_view unique_key) {
    db::Statement statement(session_, "SELECT " CROSSDOCK_JOB_COLUMNS R"sql( FROM jobs
        WHERE unique_key = ? AND state IN ('ready', 'running', 'retry', 'quarantined'))sql");
    statement.bind(unique_key);
    if (!statement.step()) return std::nullopt;
    return read_job(statement);
}

std::string JobRepo::list_sql(const JobFilter& filter) {
    std::string sql = "SELECT " CROSSDOCK_JOB_COLUMNS " FROM jobs WHERE ";
    // Health asks every second for the few given up: by their own index, not through all the finished ones. The sign
    // keeps the engine from walking the table by id.
    const bool given_up = filter.state == JobState::dead || filter.state == JobState::quarantined;
    sql += given_up ? "state IN ('dead', 'quarantined') AND +id > ?" : "id > ?";
    if (filter.state)
        sql += " AND state = ?";
    else
        sql += " AND state <> 'done'";
    if (filter.account_id) sql += " AND account_id = ?";
    if (filter.channel_id) sql += " AND channel_id = ?";
    if (filter.lane) sql += " AND lane = ?";
    return sql + (given_up ? " ORDER BY +id LIMIT ?" : " ORDER BY id LIMIT ?");
}

std::vector<Job> JobRepo::list(const JobFilter& filter) {
    db::Statement statement(session_, list_sql(filter));
    int index = 1;
    statement.bind_at(index++, filter.after);
    if (filter.state) statement.bind_at(index++, to_string(*filter.state));
    if (filter.account_id) statement.bind_at(index++, *filter.account_id);
    if (filter.channel_id) statement.bind_at(index++, *filter.channel_id);
    if (filter.lane) statement.bind_at(index++, to_string(*filter.lane));
    statement.bind_at(index, filter.limit);
    return read_jobs(statement);
}

std::string_view JobRepo::counts_sql() {
    // Three parts, because each has an index that leaves the many finished jobs out.
    return R"sql(
        SELECT lane, state, count(*), min(run_at_ms), 0 FROM jobs WHERE state IN ('ready', 'retry') GROUP BY lane, state
        UNION ALL
        SELECT lane, state, count(*), min(run_at_ms), 0 FROM jobs WHERE state = 'running' GROUP BY lane, state
        UNION ALL
        SELECT lane, state, count(*), min(run_at_ms), state = 'quarantined' AND finished_at_ms IS NULL
        FROM jobs WHERE state IN ('dead', 'quarantined')
        GROUP BY lane, state, state = 'quarantined' AND finished_at_ms IS NULL
    )sql";
}

std::vector<JobCount> JobRepo::counts() {
    db::Statement statement(session_, counts_sql());
    std::vector<JobCount> counts;
    while (statement.step())
        counts.push_back({domain::parse_lane(statement.text(0)).value_or(Lane::bulk),
                          domain::parse_job_state(statement.text(1)).value_or(JobState::dead), statement.integer(2),
                          statement.time(3), statement.flag(4)});
    return counts;
}

Status JobRepo::retry_dead(JobId id, Timestamp now) {
    const auto job = find(id);
    if (!job) return not_found(id);
    switch (job->state) {
        case JobState::running:
            return conflict("job_running", "job " + std::to_string(id.value) + " is running now: wait for its end");
        case JobState::done:
            return conflict("job_done", "job " + std::to_string(id.value) + " is done: there is nothing to run again");
        case JobState::dead:
            if (const auto live = find_live(job->unique_key))
                return conflict("job_superseded",
                                "job " + std::to_string(live->id.value) + " does the same work and is " +
                                    std::string{to_string(live->state)} + ": run that one, or discard this one");
            break;
        case JobState::ready:
        case JobState::retry:
        case JobState::quarantined: break;
    }
    db::Statement statement(session_, R"sql(
        UPDATE jobs SET state = 'ready', run_at_ms = ?, not_before_ms = NULL, attempt = 0, first_failed_at_ms = NULL, crash_count = 0,
            rerun = CASE WHEN cursor = '' THEN 0 ELSE rerun END, finished_at_ms = NULL
        WHERE id = ?
    )sql");
    statement.bind(now, id).exec();
    return ok();
}

Status JobRepo::discard(JobId id, Timestamp now) {
    const auto job = find(id);
    if (!job) return not_found(id);
    if (job->state == JobState::running)
        return conflict("job_running", "job " + std::to_string(id.value) + " is running now: wait for its end");
    if (job->state == JobState::done)
        return conflict("job_done", "job " + std::to_string(id.value) + " is done already");
    db::Statement statement(session_, "UPDATE jobs SET state = 'done', finished_at_ms = ?, rerun = 0 WHERE id = ?");
    statement.bind(now, id).exec();
    return ok();
}

std::int64_t JobRepo::remove_done(Timestamp before, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        DELETE FROM jobs WHERE id IN
            (SELECT id FROM jobs WHERE state = 'done' AND finished_at_ms < ? ORDER BY finished_at_ms LIMIT ?)
    )sql");
    return statement.bind(before, limit).exec();
}

std::int64_t JobRepo::remove_dead(Timestamp before, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        DELETE FROM jobs WHERE id IN
            (SELECT id FROM jobs WHERE state IN ('dead', 'quarantined') AND state = 'dead' AND finished_at_ms < ? LIMIT ?)
    )sql");
    return statement.bind(before, limit).exec();
}

}  // namespace crossdock::store
