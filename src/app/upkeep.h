// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "api/context.h"
#include "api/middleware/key_ring.h"
#include "api/middleware/rate_limits.h"
#include "app/backups.h"
#include "app/file_exchange.h"
#include "app/hub.h"
#include "app/leftovers.h"
#include "app/pace.h"
#include "app/retention.h"
#include "app/storage.h"
#include "app/webhooks_out.h"
#include "jobs/runner.h"
#include "jobs/timers.h"
#include "observability/trouble_log.h"
#include "sync/channels.h"
#include "sync/env.h"

namespace crossdock::app {

/// What a hub does every second beside its jobs: timers, what is to be forgotten, what only time brings about, and how
/// the hub is. With a thread of its own.
class Upkeep {
public:
    /// What is looked after. All outlive it.
    struct Parts {
        const HubOptions& options;
        const sync::Env& env;
        const sync::Channels& channels;
        jobs::Runner& runner;
        jobs::Timers& timers;
        api::KeyRing& keys;
        api::RateLimits& limits;
        WebhooksOut& webhooks;
        Retention& retention;
        Leftovers& leftovers;
        Backups& backups;
        FileExchange& file_exchange;
    };
    explicit Upkeep(Parts parts) : at_(parts) {}
    ~Upkeep() { stop(); }
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;

    /// For as long as the thread has not looked.
    void look_at_health_first();
    void start();
    /// The thread begins nothing new; stop() waits for it. Both idempotent.
    void end_soon();
    void stop();

    /// As of the last look. Any thread, as the rest.
    [[nodiscard]] api::HealthReport health() const;
    /// It came round not long ago.
    [[nodiscard]] bool keeps_up() const;
    /// What is under way that takes minutes or hours, and how long it will still take.
    [[nodiscard]] std::vector<LongWork> long_work() const;

private:
    void work();
    void look_after();
    void try_to_write();
    void forget_old_rows();
    void tell_of_old_keys();
    void watch();
    void note_pace();
    [[nodiscard]] std::vector<LongWork> work_under_way() const;

    const Parts at_;
    log::TroubleLog trouble_{at_.env.clock};  // of the thread
    StorageWatch storage_{at_.env.clock};     // the same
    mutable std::mutex health_mutex_;
    api::HealthReport health_;
    std::mutex mutex_;
    std::condition_variable wakes_;
    bool stopping_ = false;
    std::thread thread_;
    std::atomic<std::chrono::steady_clock::time_point> came_round_{std::chrono::steady_clock::now()};
    std::chrono::milliseconds next_forgetting_{0};        // of the thread; steady
    std::optional<std::chrono::milliseconds> keys_told_;  // the same
    std::chrono::milliseconds next_watch_{0};             // the same
    std::chrono::milliseconds next_pace_{0};              // the same
    mutable std::mutex pace_mutex_;
    Pace pace_;
};

}  // namespace crossdock::app
