// SPDX-License-Identifier: Apache-2.0
#include "app/upkeep.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "api/middleware/effect.h"
#include "app/health.h"
#include "app/keys.h"
#include "app/overview.h"
#include "app/own_certificate.h"
#include "app/watch.h"
#include "observability/log.h"
#include "store/audit_repo.h"
#include "store/idempotency_repo.h"
#include "store/meta.h"
#include "store/stream_repo.h"
#include "sync/reconcile_first.h"

namespace crossdock::app {
namespace {

constexpr auto kUpkeep = std::chrono::milliseconds{1000};
constexpr auto kLate = std::chrono::minutes{2};  // of the upkeep: it hangs
constexpr auto kKeepWebhooks = std::chrono::hours{24 * 30};
constexpr auto kKeepAudit = std::chrono::hours{24 * 365};
constexpr std::int64_t kForgottenAtOnce = 1000;  // a longer delete would hold up every other writer
constexpr auto kForgetInterval = std::chrono::milliseconds{std::chrono::hours{1}};

constexpr auto kPaceInterval = std::chrono::milliseconds{std::chrono::seconds{5}};
constexpr auto kWatchInterval = std::chrono::milliseconds{std::chrono::minutes{1}};

}  // namespace

void Upkeep::look_at_health_first() {
    api::HealthReport first = look_at_health(at_.env, at_.runner, at_.options.plans);
    if (at_.options.certificate) at_.options.certificate->add_findings(first, at_.env.clock.now());
    const std::lock_guard lock(health_mutex_);
    health_ = std::move(first);
}

void Upkeep::start() {
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
}

void Upkeep::end_soon() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wakes_.notify_all();
}

void Upkeep::stop() {
    end_soon();
    if (thread_.joinable()) thread_.join();
}

api::HealthReport Upkeep::health() const {
    const std::lock_guard lock(health_mutex_);
    return health_;
}

bool Upkeep::keeps_up() const {
    // It writes, and waits for that as everybody does.
    return at_.leftovers.is_rewriting() || std::chrono::steady_clock::now() - came_round_.load() < kLate;
}

std::vector<LongWork> Upkeep::long_work() const {
    auto works = work_under_way();
    const std::lock_guard lock(pace_mutex_);
    for (LongWork& work : works) pace_.estimate(work);
    return works;
}

/// Each step for itself: one that fails is logged and does not hold up the others. All are short; what takes long
/// (the check of the whole file) has a thread of its own.
void Upkeep::look_after() {
    const auto step = [this](auto&& work) {
        try {
            work();
            return true;
        } catch (const std::exception& failure) {
            trouble_.tell("upkeep_failed", failure.what());
            return false;
        }
    };
    // Also when one timer failed: the others have enqueued their work.
    if (!step([&] {
            if (at_.timers.tick(at_.env.clock.now()) > 0) at_.runner.wake();
        }))
        at_.runner.wake();
    step([&] { at_.keys.flush_uses(); });
    step([&] { at_.limits.flush(); });
    step([&] { tell_of_old_keys(); });
    step([&] { at_.env.db.maintain(); });
    step([&] { forget_old_rows(); });
    step([&] { at_.webhooks.look_after(); });
    step([&] { at_.retention.look_after(); });
    step([&] { watch(); });
    step([&] { note_pace(); });
    step([&] { try_to_write(); });
    step([&] { storage_.look(at_.env.db); });
    api::HealthReport fresh;
    if (!step([&] {
            fresh = look_at_health(at_.env, at_.runner, at_.options.plans);
            if (fresh.ready) at_.webhooks.add_findings(fresh);
            if (fresh.ready)
                at_.env.db.read([&](db::Session& session) {
                    at_.backups.add_findings(session, fresh);
                    at_.file_exchange.add_findings(session, fresh);
                    at_.leftovers.add_findings(session, fresh);
                });
        })) {
        fresh.findings.push_back({"error", std::nullopt, "", "health_unknown",
                                  "the database could not be read to see how the hub is",
                                  "look into the log for upkeep_failed; is the disk full or gone?"});
        if (fresh.findings.size() == 1) look_at_storage(at_.env.db, fresh);
    }
    if (at_.options.certificate) step([&] { at_.options.certificate->add_findings(fresh, at_.env.clock.now()); });
    const std::lock_guard lock(health_mutex_);
    health_ = std::move(fresh);
}

/// A hub with nothing to do would not notice that its disk takes writes again.
void Upkeep::try_to_write() {
    if (!at_.env.db.write_trouble()) return;
    const std::string another = std::to_string(at_.env.db.figures().commits);  // what stays the same is not written
    try {
        at_.env.db.write([&](db::Session& session) { store::set_meta(session, "write_tried", another); });
    } catch (const db::Failure&) {
        // Not yet.
    }
}

void Upkeep::forget_old_rows() {
    const auto steady = at_.env.clock.steady();
    if (steady < next_forgetting_) return;
    const Timestamp now = at_.env.clock.now();
    const bool more = at_.env.db.write([&](db::Session& session) {
        const auto hints = store::WebhookRepo(session).forget_before(now - kKeepWebhooks, kForgottenAtOnce);
        const auto answers =
            store::IdempotencyRepo(session).forget_before(now - api::kKeepIdempotencyKeys, kForgottenAtOnce);
        const auto traces = store::AuditRepo(session).forget_before(now - kKeepAudit, kForgottenAtOnce);
        return std::max({hints, answers, traces}) == kForgottenAtOnce;
    });
    // Little by little until none is left, then in an hour again.
    next_forgetting_ = steady + (more ? kUpkeep : kForgetInterval);
}

/// Once a day, in the log, for those who look nowhere else.
void Upkeep::tell_of_old_keys() {
    const auto steady = at_.env.clock.steady();
    if (keys_told_ && steady - *keys_told_ < std::chrono::hours{24}) return;
    const auto findings = at_.env.db.read(
        [&](db::Session& session) { return look_at_keys(session, at_.options.plans, at_.env.clock.now()); });
    for (const api::HealthFinding& finding : findings)
        log::warn(finding.code, {{"account", *finding.account}}, finding.message + "; " + finding.next_step);
    keys_told_ = steady;
}

/// What only time brings about.
void Upkeep::watch() {
    const auto steady = at_.env.clock.steady();
    if (steady < next_watch_) return;
    next_watch_ = steady + kWatchInterval;
    if (at_.options.certificate) {
        at_.options.certificate->look();
        at_.options.certificate->tell_expiry(at_.env.clock.now());
    }
    tell_expiring_keys(at_.env.db, at_.env.clock.now());
    tell_silent_channels(at_.env);
    sync::end_reconcile_first_when_read(at_.env);
}

std::vector<LongWork> Upkeep::work_under_way() const {
    auto works = at_.env.db.read([&](db::Session& session) {
        return walks_under_way(session, [this](const store::Channel& channel) {
            const sync::Channels::Entry* entry = at_.channels.find(channel.id);
            return entry == nullptr ? nullptr : &entry->schedule;
        });
    });
    if (const Backups::State backup = at_.backups.state(); backup.running)
        works.push_back({"making a backup", "", backup.done, backup.all, false, {}});
    return works;
}

/// How far long work is, so that somebody who asks hears when it will be through.
void Upkeep::note_pace() {
    const auto steady = at_.env.clock.steady();
    if (steady < next_pace_) return;
    next_pace_ = steady + kPaceInterval;
    const auto works = work_under_way();
    const std::lock_guard lock(pace_mutex_);
    pace_.look(works, steady);
}

void Upkeep::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        look_after();
        came_round_ = std::chrono::steady_clock::now();
        lock.lock();
        wakes_.wait_for(lock, kUpkeep, [this] { return stopping_; });
    }
}

}  // namespace crossdock::app
