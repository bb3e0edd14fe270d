// SPDX-License-Identifier: Apache-2.0
#include "webhooks/engine.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "observability/log.h"
#include "observability/trouble_log.h"
#include "webhooks/lanes.h"

namespace crossdock::webhooks {
namespace {

constexpr std::chrono::milliseconds kLookAgain{1'000};  // real time: for a clock that was moved, and after trouble
constexpr std::chrono::minutes kPullInEvery{10};
constexpr std::size_t kRecordedAtOnce = 256;
constexpr std::size_t kUnrecordedMost = 2'048;  // a disk that does not keep up holds the sending back

void tell_log(const std::vector<EndpointNews>& news) {
    for (const EndpointNews& one : news) {
        if (one.word == "disabled")
            log::error("webhook_disabled", {{"endpoint", one.public_id}}, one.message);
        else
            log::warn("webhook_failing", {{"endpoint", one.public_id}}, one.message);
    }
}

}  // namespace

struct Engine::Impl {
    Impl(CourierEnv courier_env, EngineOptions engine_options)
        : env(courier_env), options(engine_options), courier(std::move(courier_env)), lanes(engine_options) {}

    CourierEnv env;
    EngineOptions options;
    Courier courier;
    log::TroubleLog trouble_log{env.clock};  // a disk that fails, fails for every delivery

    mutable std::mutex mutex;
    std::condition_variable feeder_wakes, worker_wakes, recorder_wakes, ended;
    Lanes lanes;
    std::vector<Finished> finished;
    bool new_events = true;
    bool changed = true;  // endpoints
    bool stopping = false;
    bool cut = false;  // requests under way were
    int idle_workers = 0;
    int running = 0;  // threads, but the recorder
    std::vector<std::thread> threads;
    std::thread recorder;
    std::atomic<bool> anybody{true};  // somebody to tell: commits need not wake the feeder otherwise
    std::chrono::milliseconds next_pull_in{0};
    std::atomic<std::uint64_t> succeeded{0}, failed{0};

    // ---- steps, with the lock not held

    void look_at_endpoints() {
        {
            const std::lock_guard lock(mutex);
            if (!changed) return;
            changed = false;
        }
        auto targets = courier.targets();
        const std::lock_guard lock(mutex);
        lanes.set_targets(std::move(targets));
        anybody = !lanes.empty();
        new_events = true;
    }

    /// True when there may be more at once.
    bool hand_out() {
        std::map<AccountId, std::vector<std::shared_ptr<const Target>>> accounts;
        {
            const std::lock_guard lock(mutex);
            new_events = false;
            accounts = lanes.by_account();
        }
        bool more = false;
        for (const auto& [account, targets] : accounts) {
            auto fed = courier.feed(account, targets);
            more = more || fed.more;
            if (fed.stale_targets) {
                const std::lock_guard lock(mutex);
                changed = true;
            }
            if (fed.tasks.empty()) continue;
            const std::lock_guard lock(mutex);
            for (Task& task : fed.tasks) lanes.add(std::move(task));
            put_to_work();
        }
        return more;
    }

    void refill() {
        if (const auto steady = env.clock.steady(); anybody && steady >= next_pull_in) {
            next_pull_in = steady + kPullInEvery;
            if (courier.pull_in()) {
                const std::lock_guard lock(mutex);
                lanes.look_again();
            }
        }
        std::vector<Lanes::Refill> wanted;
        {
            const std::lock_guard lock(mutex);
            wanted = lanes.to_refill(env.clock.now());
        }
        for (const Lanes::Refill& one : wanted) {
            {
                const std::lock_guard lock(mutex);
                lanes.begin_refill(one.endpoint);
            }
            auto tasks = courier.due(one.endpoint, one.limit);
            const auto next = courier.next_due(one.endpoint);
            const std::lock_guard lock(mutex);
            lanes.refill(one.endpoint, std::move(tasks), one.limit, next);
            put_to_work();
        }
    }

    void keep(std::vector<Finished>& batch) {
        const auto recorded = courier.record(batch);
        tell_log(recorded.news);
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < batch.size(); ++i) lanes.settled(batch[i].task, recorded.due_again[i]);
        if (!recorded.news.empty()) changed = true;  // one of them may be disabled now
        feeder_wakes.notify_one();
    }

    void count(const Sent& sent) {
        (sent.attempt.succeeded ? succeeded : failed).fetch_add(1, std::memory_order_relaxed);
    }

    // ---- threads

    /// With the lock held: work may have come. One thread is enough to begin with; it fetches the next when there is
    /// more.
    void put_to_work() {
        if (threads.empty() || stopping || !lanes.ready()) return;  // no threads: a simulation
        if (idle_workers > 0) {
            worker_wakes.notify_one();
        } else if (threads.size() <= static_cast<std::size_t>(options.total_in_flight)) {
            ++running;
            threads.emplace_back([this] { work(); });
        }
    }

    void work() {
        std::unique_lock lock(mutex);
        while (!stopping) {
            auto departure = finished.size() < kUnrecordedMost ? lanes.take() : std::nullopt;
            if (!departure) {
                ++idle_workers;
                worker_wakes.wait(lock);
                --idle_workers;
                continue;
            }
            put_to_work();
            lock.unlock();
            Finished one;
            bool tried = true;
            try {
                one = courier.attempt(departure->task, *departure->target);
                count(one.sent);
            } catch (const std::exception& trouble) {
                // The database could not be read. The delivery stays as it is.
                trouble_log.tell("webhook_trouble", trouble.what());
                tried = false;
            }
            lock.lock();
            // Cut by our own stop: says nothing about the receiver.
            if (cut && !one.sent.attempt.status) tried = false;
            lanes.arrived(departure->task, tried && one.sent.attempt.succeeded);
            if (tried) {
                finished.push_back(std::move(one));
                recorder_wakes.notify_one();
            } else {
                lanes.settled(departure->task, std::nullopt, true);
            }
        }
        --running;
        ended.notify_all();
    }

    void record() {
        std::unique_lock lock(mutex);
        for (;;) {
            recorder_wakes.wait(lock, [this] { return !finished.empty() || (stopping && running == 0); });
            if (finished.empty()) break;
            std::vector<Finished> batch;
            if (finished.size() <= kRecordedAtOnce) {
                batch.swap(finished);
            } else {
                const auto upto = finished.begin() + static_cast<std::ptrdiff_t>(kRecordedAtOnce);
                batch.assign(std::make_move_iterator(finished.begin()), std::make_move_iterator(upto));
                finished.erase(finished.begin(), upto);
            }
            lock.unlock();
            try {
                keep(batch);
                lock.lock();
            } catch (const std::exception& trouble) {
                trouble_log.tell("webhook_trouble", trouble.what());
                lock.lock();
                // Sent and not written down: they will be sent again, which receivers know by the id.
                for (const Finished& one : batch) lanes.settled(one.task, std::nullopt, true);
                recorder_wakes.wait_for(lock, kLookAgain, [this] { return stopping; });
            }
            put_to_work();
        }
    }

    void feed() {
        for (;;) {
            bool more = false;
            bool trouble = false;
            try {
                look_at_endpoints();
                more = hand_out();
                refill();
            } catch (const std::exception& failure) {
                trouble_log.tell("webhook_trouble", failure.what());
                trouble = true;
            }
            std::unique_lock lock(mutex);
            if (!more) {
                auto nap = kLookAgain;
                if (const auto next = lanes.next_look())
                    nap = std::clamp(*next - env.clock.now(), std::chrono::milliseconds{1}, kLookAgain);
                feeder_wakes.wait_for(lock, trouble ? kLookAgain : nap, [&] {
                    return stopping ||
                           (!trouble && (new_events || changed || !lanes.to_refill(env.clock.now()).empty()));
                });
            }
            if (stopping) break;
        }
        const std::lock_guard lock(mutex);
        --running;
        ended.notify_all();
    }
};

Engine::Engine(CourierEnv env, EngineOptions options) : impl_(std::make_unique<Impl>(std::move(env), options)) {}

Engine::~Engine() { stop(std::chrono::seconds{30}); }

void Engine::start() {
    Impl& engine = *impl_;
    const std::lock_guard lock(engine.mutex);
    ++engine.running;
    engine.threads.reserve(static_cast<std::size_t>(engine.options.total_in_flight) + 1);
    engine.recorder = std::thread([&engine] { engine.record(); });
    engine.threads.emplace_back([&engine] { engine.feed(); });
}

bool Engine::stop(std::chrono::milliseconds grace) {
    Impl& engine = *impl_;
    std::unique_lock lock(engine.mutex);
    if (!engine.recorder.joinable()) return true;
    engine.stopping = true;
    const auto wake_all = [&] {
        engine.feeder_wakes.notify_all();
        engine.worker_wakes.notify_all();
        engine.recorder_wakes.notify_all();
    };
    wake_all();
    const bool in_time = engine.ended.wait_for(lock, grace, [&] { return engine.running == 0; });
    // What is cut is not written down, so the next start sends it again.
    engine.cut = !in_time;
    lock.unlock();
    if (!in_time) engine.env.http.shut_down();
    lock.lock();
    engine.ended.wait(lock, [&] { return engine.running == 0; });
    wake_all();
    lock.unlock();
    engine.recorder.join();
    for (std::thread& thread : engine.threads) thread.join();
    engine.threads.clear();
    return in_time;
}

void Engine::wake() {
    if (!impl_->anybody.load(std::memory_order_relaxed)) return;
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->new_events = true;
    }
    impl_->feeder_wakes.notify_one();
}

void Engine::endpoints_changed() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->changed = true;
        impl_->anybody = true;
    }
    impl_->feeder_wakes.notify_one();
}

Sent Engine::attempt_now(const store::Delivery& delivery, const store::WebhookEndpoint& endpoint) {
    Impl& engine = *impl_;
    const Target target = engine.env.db.read([&](db::Session& session) {
        return open_target(session, engine.env.keeper, endpoint, engine.env.clock.now());
    });
    std::vector<Finished> one;
    one.push_back(engine.courier.attempt({delivery, nullptr}, target));
    engine.count(one.front().sent);
    const auto recorded = engine.courier.record(one);
    tell_log(recorded.news);
    if (!recorded.news.empty()) endpoints_changed();
    return one.front().sent;
}

bool Engine::step() {
    Impl& engine = *impl_;
    engine.look_at_endpoints();
    while (engine.hand_out()) {
    }
    engine.refill();
    auto departure = engine.lanes.take();
    if (!departure) return false;
    std::vector<Finished> one;
    one.push_back(engine.courier.attempt(departure->task, *departure->target));
    engine.count(one.front().sent);
    engine.lanes.arrived(one.front().task, one.front().sent.attempt.succeeded);
    engine.keep(one);
    return true;
}

std::optional<Timestamp> Engine::next_due() {
    Impl& engine = *impl_;
    engine.look_at_endpoints();
    while (engine.hand_out()) {
    }
    engine.refill();
    if (engine.lanes.queued() > 0) return engine.env.clock.now();
    return engine.lanes.next_look();
}

EngineFigures Engine::figures() const {
    const std::lock_guard lock(impl_->mutex);
    return {impl_->succeeded.load(), impl_->failed.load(), impl_->lanes.in_flight(), impl_->lanes.queued()};
}

}  // namespace crossdock::webhooks
