// SPDX-License-Identifier: Apache-2.0
// The other half of Executor: what goes on beside the runs.
#include <algorithm>
#include <exception>
#include <optional>

#include "jobs/executor.h"
#include "jobs/running.h"
#include "store/job_repo.h"

namespace crossdock::jobs {

using namespace std::chrono_literals;
using store::JobRepo;

namespace {

constexpr std::int64_t kRemovalBatch = 200;
constexpr std::chrono::milliseconds kRemovalInterval = 10min;
constexpr std::chrono::milliseconds kLapseCheckInterval = 1s;
// NTP moves a clock by less at a time; a jump below it delays a job by no more than that.
constexpr std::int64_t kJumpMs = 5'000;
constexpr std::int64_t kLongJumpMs = 3'600'000;

}  // namespace

std::vector<std::shared_ptr<Executor::Running>> Executor::runs() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Running>> runs;
    runs.reserve(running_.size());
    for (const auto& [id, run] : running_) runs.push_back(run);
    return runs;
}

bool Executor::renew(Running& run) {
    if (run.lost || run.settled) return false;
    const auto steady = clock_.steady();
    const bool held = database_.write([&](db::Session& session) {
        return JobRepo(session).renew(run.job.id, run.job.fence, steady + options_.lease);
    });
    if (held)
        run.renewed_at_ms = steady.count();
    else
        run.lost = true;
    return held;
}

void Executor::watch() {
    for (const auto& run : runs()) {
        try {
            if (run->settled) continue;
            if (run->overdue()) {
                // Sockets first: that is what makes it end.
                if (!run->interrupted.exchange(true) && hooks_.on_overrun) hooks_.on_overrun(run->job.id);
                settle(*run, JobOutcome::retry(run->hard_limit_error()), false);
            } else if (!run->lost &&
                       clock_.steady() >= std::chrono::milliseconds{run->renewed_at_ms} + options_.renew) {
                renew(*run);
            }
        } catch (const std::exception& exception) {
            trouble("job " + std::to_string(run->job.id.value) +
                    ": the lease could not be renewed: " + exception.what());
        }
    }
}

void Executor::expect_orphans() {
    // Leases given out until now have lapsed by then, and whatever went wrong meanwhile moves it on.
    orphans_until_ms_ = (clock_.steady() + 2 * options_.lease).count();
}

std::optional<Timestamp> Executor::next_lapse() {
    if (orphans_until_ms_ == 0) return std::nullopt;
    const auto lease =
        database_.read([&](db::Session& session) { return JobRepo(session).earliest_lease(options_.boot_id); });
    if (!lease) return std::nullopt;
    return clock_.now() + (*lease - clock_.steady());
}

void Executor::housekeep(bool confirm) {
    const std::lock_guard lock(housekeeping_);
    look_at_clock(confirm);
    const std::int64_t steady = clock_.steady().count();
    std::int64_t expected = orphans_until_ms_;
    if (expected != 0 && steady >= next_lapse_check_ms_) {
        next_lapse_check_ms_ = steady + kLapseCheckInterval.count();
        const auto voided = database_.write([&](db::Session& session) {
            return JobRepo(session).void_lapsed_leases(options_.boot_id, clock_.steady(), clock_.now());
        });
        if (voided > 0 && hooks_.on_hastened) hooks_.on_hastened();
        if (steady >= expected) orphans_until_ms_.compare_exchange_strong(expected, 0);
    }
    if (to_ms(clock_.now()) >= next_release_ms_) release_quarantined();
    if (steady >= next_removal_ms_) remove_old();
}

std::optional<Timestamp> Executor::next_release() const {
    const std::int64_t at = next_release_ms_;
    if (at == kNever) return std::nullopt;
    return from_ms(at);
}

void Executor::release_quarantined() {
    std::optional<Timestamp> next;
    const auto released = database_.write([&](db::Session& session) {
        JobRepo repo(session);
        const auto ready = repo.release_quarantined(clock_.now());
        next = repo.next_release();
        return ready;
    });
    next_release_ms_ = next ? to_ms(*next) : kNever;
    if (released > 0 && hooks_.on_hastened) hooks_.on_hastened();
}

void Executor::look_at_clock(bool confirm) {
    const std::int64_t offset = to_ms(clock_.now()) - clock_.steady().count();
    if (!clock_offset_ms_) clock_offset_ms_ = offset;
    const std::int64_t jump = offset - *clock_offset_ms_;
    if (jump > -kJumpMs && jump < kJumpMs) {
        clock_offset_ms_ = offset;  // slow corrections are followed
        suspected_offset_ms_.reset();
        return;
    }
    if (confirm && (!suspected_offset_ms_ || offset - *suspected_offset_ms_ > kJumpMs ||
                    *suspected_offset_ms_ - offset > kJumpMs)) {
        suspected_offset_ms_ = offset;
        return;
    }
    // Forward only makes jobs early. Backward would let them wait for times that were written by the wrong clock.
    if (jump < 0) {
        std::optional<Timestamp> release;
        database_.write([&](db::Session& session) {
            JobRepo repo(session);
            repo.move_waiting_back(std::chrono::milliseconds{-jump});
            release = repo.next_release();
        });
        next_release_ms_ = release ? to_ms(*release) : kNever;
        if (hooks_.on_hastened) hooks_.on_hastened();
    }
    jumped_forward_ = jumped_forward_ || jump > kLongJumpMs;
    clock_offset_ms_ = offset;
    suspected_offset_ms_.reset();
}

void Executor::remove_old() {
    const Timestamp now = clock_.now();
    const auto removed = database_.write([&](db::Session& session) {
        JobRepo repo(session);
        // A clock that leapt ahead makes every dead letter look old.
        const auto dead = jumped_forward_ ? 0 : repo.remove_dead(now - options_.keep_dead, kRemovalBatch);
        return std::max(dead, repo.remove_done(now - options_.keep_done, kRemovalBatch));
    });
    // Little by little: a long delete would hold up every other writer.
    next_removal_ms_ = (clock_.steady() + (removed == kRemovalBatch ? kLapseCheckInterval : kRemovalInterval)).count();
}

void Executor::cancel() { cancelled_ = true; }

void Executor::interrupt() {
    for (const auto& run : runs())
        if (!run->interrupted.exchange(true) && hooks_.on_overrun) hooks_.on_overrun(run->job.id);
}

void Executor::release_all() {
    database_.write([&](db::Session& session) { JobRepo(session).release_all(options_.boot_id, clock_.now()); });
}

}  // namespace crossdock::jobs
