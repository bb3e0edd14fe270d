// SPDX-License-Identifier: Apache-2.0
#include "jobs/executor.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/at_work.h"
#include "base/text.h"
#include "jobs/running.h"
#include "observability/log.h"
#include "store/job_repo.h"

namespace crossdock::jobs {

using namespace std::chrono_literals;
using domain::Job;
using domain::Lane;
using store::JobRepo;

namespace {

constexpr auto kLongestError = 500U;  // bytes of an exception's text kept in the row

std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane); }

Error exception_error(std::string_view what) {
    return {ErrorKind::unavailable, "exception", "unexpected failure: " + to_valid_utf8(what.substr(0, kLongestError))};
}

}  // namespace

Executor::Executor(db::Database& database, const Clock& clock, Random& random, RunnerOptions options)
    : database_(database),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      breaker_(clock, options_.breaker) {
    if (options_.boot_id.empty()) options_.boot_id = random_.uuid();
    options_.keep_dead = std::max<std::chrono::milliseconds>(options_.keep_dead, 24h * 90);
}

Executor::~Executor() = default;

void Executor::add(std::string kind, KindOptions options, std::unique_ptr<Handler> handler) {
    if (!options.channel_breaker) exempt_kinds_.push_back(kind);
    kinds_.insert_or_assign(std::move(kind), Kind{options, std::move(handler)});
}

void Executor::recover() {
    if (recovered_) return;
    const Timestamp now = clock_.now();
    std::vector<std::string> streams;
    for (const auto& [name, kind] : kinds_)
        if (kind.options.is_stream) streams.push_back(name);
    std::optional<Timestamp> release;
    const auto voided = database_.write([&](db::Session& session) {
        JobRepo repo(session);
        auto found = repo.void_leases_of_other_boots(options_.boot_id, now, options_.ended_by, streams);
        if (found.parked) {
            const auto& hook = found.parked->comes_back() ? hooks_.on_parked : hooks_.on_dead;
            if (hook)
                hook(session, *found.parked,
                     {ErrorKind::rejected, "job_crashes", found.parked->last_error.value_or("")});
        }
        // Nothing we write waits longer than a day.
        repo.pull_in(now + 25h, now);
        release = repo.next_release();
        return found;
    });
    next_release_ms_ = release ? to_ms(*release) : kNever;
    recovered_ = true;
    for (const Job& job : voided.interrupted)
        log::warn("job_interrupted", {{"job", job.id}, {"kind", job.kind}, {"failures", job.attempt}},
                  "it ran when the program ended and runs again at " + format_rfc3339(job.run_at));
    for (const auto& job : {voided.culprit, voided.parked})
        if (job)
            log::error(job->state == domain::JobState::quarantined ? "job_parked" : "job_crashed",
                       {{"job", job->id}, {"kind", job->kind}, {"crashes", job->crash_count}},
                       job->last_error.value_or(""));
}

std::shared_ptr<Executor::Running> Executor::claim(Lane lane) {
    bool probe = false;
    std::optional<ChannelId> begun;
    const auto forget_probe = [&] {
        if (begun) breaker_.no_news(*begun, probe);
        begun.reset();
        probe = false;
    };
    std::optional<Job> job;
    try {
        job = database_.write([&](db::Session& session) -> std::optional<Job> {
            forget_probe();
            // Asked here, on the one writer, so that no two workers see the same half-open channel free, and so that
            // nothing is claimed after release_all().
            if (cancelled_) return std::nullopt;
            auto claimed =
                JobRepo(session).claim({lane, options_.boot_id, clock_.now(), clock_.steady() + options_.lease,
                                        breaker_.blocked(), exempt_kinds_});
            if (!claimed || !claimed->channel_id) return claimed;
            const auto kind = kinds_.find(claimed->kind);
            if (kind == kinds_.end() || !kind->second.options.channel_breaker) return claimed;
            begun = claimed->channel_id;
            probe = breaker_.begin(*begun);
            return claimed;
        });
    } catch (...) {
        forget_probe();
        expect_orphans();
        throw;
    }
    if (!job) return nullptr;
    const auto kind = kinds_.find(job->kind);
    auto run = std::make_shared<Running>(*this, std::move(*job), kind == kinds_.end() ? nullptr : &kind->second, probe);
    const std::lock_guard lock(mutex_);
    // A lapsed run may still be on another thread; its result counts no more.
    running_.insert_or_assign(run->job.id, run);
    return run;
}

bool Executor::run_next(Lane lane) {
    const auto run = claim(lane);
    if (!run) return false;
    const Working for_job({run->job.id.value, run->job.fence});
    bool threw = false;
    const JobOutcome outcome = call(*run, threw);
    {
        const std::lock_guard lock(mutex_);
        const auto found = running_.find(run->job.id);
        if (found != running_.end() && found->second == run) running_.erase(found);
    }
    settle(*run, outcome, threw);
    return true;
}

JobOutcome Executor::call(Running& run, bool& threw) {
    if (run.kind == nullptr)
        return JobOutcome::wait(15min, {ErrorKind::unavailable, "kind_unknown",
                                        "this version of the program has no handler for jobs of kind '" + run.job.kind +
                                            "': start the version that made it, or discard it"});
    JobContext context{run.job, &run};
    std::string what;
    try {
        JobOutcome outcome = run.kind->handler->run(context);
        if (!run.overdue()) return outcome;
        return JobOutcome::retry(run.hard_limit_error());
    } catch (const std::exception& exception) {
        what = exception.what();
    } catch (...) {
        what = "something that is not an exception was thrown";
    }
    threw = true;
    // The text may quote a payload: it stays in the row, the log gets the number.
    trouble("job " + std::to_string(run.job.id.value) + " (" + run.job.kind + ") threw; its last error tells what");
    if (run.overdue()) return JobOutcome::retry(run.hard_limit_error());
    return JobOutcome::retry(exception_error(what));
}

void Executor::settle(Running& run, const JobOutcome& outcome, bool threw) {
    const Working for_job({run.job.id.value, run.job.fence});  // the watch settles overdue runs, too
    Verdict verdict = Verdict::thrown_away;
    try {
        verdict = write_down(run.job, outcome, run.kind != nullptr && run.kind->options.is_push);
    } catch (const std::exception& exception) {
        // Nobody runs it any more and the row says otherwise: its lease will lapse.
        expect_orphans();
        trouble("job " + std::to_string(run.job.id.value) + " (" + run.job.kind +
                "): its end could not be written down, it will run again: " + exception.what());
    }
    if (verdict != Verdict::thrown_away) run.settled = true;
    ++verdicts_[index_of(run.job.lane)][static_cast<std::size_t>(verdict)];
    tell_breaker(run, outcome, threw, verdict);
}

Verdict Executor::write_down(const Job& job, const JobOutcome& outcome, bool is_push) {
    const Timestamp now = clock_.now();
    const Error error = outcome.error.value_or(Error{ErrorKind::unavailable, "unspecified", "no reason was given"});
    // Before the write: chance is drawn once, however often the unit runs.
    std::optional<std::chrono::milliseconds> delay;
    if (outcome.kind == JobOutcome::Kind::retry) {
        const auto since_first = job.first_failed_at ? now - *job.first_failed_at : 0ms;
        delay = retry_delay(options_.retry, is_push, job.attempt, since_first, random_);
        if (delay && error.retry_after) delay = std::clamp<std::chrono::milliseconds>(*error.retry_after, *delay, 24h);
    }
    return database_.write([&](db::Session& session) {
        JobRepo repo(session);
        const auto if_held = [&](bool held, Verdict verdict) {
            if (!held) return Verdict::thrown_away;
            const bool is_done = verdict == Verdict::done;
            if (hooks_.on_well && (is_done || job.crash_count > 0)) hooks_.on_well(session, job, is_done);
            return verdict;
        };
        const auto bury = [&] {
            if (if_held(repo.bury(job.id, job.fence, error, now), Verdict::died) == Verdict::thrown_away)
                return Verdict::thrown_away;
            if (hooks_.on_dead)
                if (const auto buried = repo.find(job.id)) hooks_.on_dead(session, *buried, error);
            return Verdict::died;
        };
        switch (outcome.kind) {
            case JobOutcome::Kind::done: return if_held(repo.finish(job.id, job.fence, now), Verdict::done);
            case JobOutcome::Kind::again:
                return if_held(repo.again(job.id, job.fence, outcome.cursor, now + outcome.delay), Verdict::again);
            case JobOutcome::Kind::wait:
                return if_held(repo.wait(job.id, job.fence, error, now + outcome.delay, now), Verdict::waited);
            case JobOutcome::Kind::retry:
                // What breaks while we shut everything is our doing.
                if (cancelled_) return if_held(repo.release(job.id, job.fence, now), Verdict::released);
                if (!delay) return bury();
                return if_held(repo.retry(job.id, job.fence, error, now + *delay, now), Verdict::retried);
            case JobOutcome::Kind::stop: return bury();
        }
        return Verdict::thrown_away;
    });
}

void Executor::tell_breaker(const Running& run, const JobOutcome& outcome, bool threw, Verdict verdict) {
    const auto channel = run.breaker_channel();
    if (!channel) return;
    const bool unreachable =
        outcome.kind == JobOutcome::Kind::retry && outcome.error && outcome.error->kind == ErrorKind::unavailable;
    if (threw || verdict == Verdict::thrown_away || verdict == Verdict::released ||
        outcome.kind == JobOutcome::Kind::wait) {
        // A run that the watch ended has spoken already.
        if (!run.settled || verdict != Verdict::thrown_away) breaker_.no_news(*channel, run.is_probe);
        return;
    }
    if (unreachable) {
        breaker_.failed(*channel, run.is_probe);
        return;
    }
    if (!breaker_.succeeded(*channel)) return;
    try {
        database_.write(
            [&](db::Session& session) { JobRepo(session).hasten(*channel, JobRepo::Hasten::failed, clock_.now()); });
        if (hooks_.on_hastened) hooks_.on_hastened();
    } catch (const std::exception& exception) {
        trouble(std::string{"waiting jobs of a channel that answers again could not be hastened: "} + exception.what());
    }
}

std::optional<Timestamp> Executor::next_due(Lane lane) {
    store::JobClaim claim;
    claim.lane = lane;
    claim.closed_channels = breaker_.blocked();
    claim.exempt_kinds = exempt_kinds_;
    auto due = database_.read([&](db::Session& session) { return JobRepo(session).next_due(claim); });
    if (const auto opening = breaker_.next_opening()) {
        const Timestamp at = clock_.now() + (*opening - clock_.steady());
        if (!due || at < *due) due = at;
    }
    return due;
}

std::vector<LaneFigures> Executor::figures() {
    const auto counts = database_.read([](db::Session& session) { return JobRepo(session).counts(); });
    const Timestamp now = clock_.now();
    std::vector<LaneFigures> figures(domain::kLanes.size());
    for (const Lane lane : domain::kLanes) {
        LaneFigures& of_lane = figures[index_of(lane)];
        const auto& verdicts = verdicts_[index_of(lane)];
        const auto ended = [&](Verdict verdict) { return verdicts[static_cast<std::size_t>(verdict)].load(); };
        of_lane.lane = lane;
        of_lane.done = ended(Verdict::done);
        of_lane.again = ended(Verdict::again);
        of_lane.waited = ended(Verdict::waited);
        of_lane.retried = ended(Verdict::retried);
        of_lane.died = ended(Verdict::died);
        of_lane.released = ended(Verdict::released);
        of_lane.thrown_away = ended(Verdict::thrown_away);
    }
    for (const store::JobCount& count : counts) {
        LaneFigures& of_lane = figures[index_of(count.lane)];
        switch (count.state) {
            case domain::JobState::ready: of_lane.ready = count.jobs; break;
            case domain::JobState::retry: of_lane.retry = count.jobs; break;
            case domain::JobState::running: of_lane.running = count.jobs; break;
            case domain::JobState::dead: of_lane.dead = count.jobs; break;
            case domain::JobState::quarantined:
                of_lane.quarantined += count.jobs;
                if (count.comes_back) of_lane.coming_back = count.jobs;
                break;
            case domain::JobState::done: break;
        }
        const bool waits = count.state == domain::JobState::ready || count.state == domain::JobState::retry;
        if (waits && count.earliest < now)
            of_lane.oldest_due_age = std::max(of_lane.oldest_due_age, now - count.earliest);
    }
    for (const auto& run : runs())
        if (run->overdue()) ++figures[index_of(run->job.lane)].overdue;
    return figures;
}

void Executor::trouble(const std::string& text) {
    if (hooks_.on_trouble) hooks_.on_trouble(text);
}

}  // namespace crossdock::jobs
