// SPDX-License-Identifier: Apache-2.0
#include "jobs/runner.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace crossdock::jobs {

using namespace std::chrono_literals;
using domain::Lane;

namespace {

constexpr std::chrono::milliseconds kPauseAfterTrouble = 1s;
constexpr std::chrono::milliseconds kWatchInterval = 1s;
// Due, but another worker took it.
constexpr std::chrono::milliseconds kPauseAfterMiss = 20ms;

}  // namespace

/// Everything the workers share. The generation rises with every wake(): a worker that looked before it and sleeps
/// after it would miss it otherwise.
struct Runner::Threads {
    std::mutex mutex;
    std::condition_variable woken, ended;
    std::uint64_t generation = 0;
    bool stopping = false, started = false, released = false;
    std::size_t alive = 0;
    std::vector<std::thread> all;
};

Runner::Runner(db::Database& database, const Clock& clock, Random& random, RunnerOptions options)
    : clock_(clock),
      options_(options),
      executor_(database, clock, random, std::move(options)),
      threads_(std::make_unique<Threads>()) {
    executor_.hooks().on_hastened = [this] { wake(); };
}

Runner::~Runner() {
    try {
        stop(0ms);
    } catch (const std::exception& exception) {
        executor_.trouble(std::string{"the queue could not be stopped cleanly: "} + exception.what());
    }
    for (std::thread& thread : threads_->all) thread.join();
}

void Runner::add(std::string kind, KindOptions options, std::unique_ptr<Handler> handler) {
    executor_.add(std::move(kind), options, std::move(handler));
}

void Runner::on_dead(std::function<void(db::Session&, const domain::Job&, const Error&)> hook) {
    executor_.hooks().on_dead = std::move(hook);
}

void Runner::on_parked(std::function<void(db::Session&, const domain::Job&, const Error&)> hook) {
    executor_.hooks().on_parked = std::move(hook);
}

void Runner::on_well(std::function<void(db::Session&, const domain::Job&, bool)> hook) {
    executor_.hooks().on_well = std::move(hook);
}

void Runner::on_overrun(std::function<void(JobId)> hook) { executor_.hooks().on_overrun = std::move(hook); }

void Runner::on_trouble(std::function<void(std::string_view)> hook) { executor_.hooks().on_trouble = std::move(hook); }

void Runner::start() {
    executor_.recover();
    const std::lock_guard lock(threads_->mutex);
    if (threads_->started || threads_->stopping) return;
    threads_->started = true;
    const auto add_thread = [&](auto body) {
        ++threads_->alive;
        threads_->all.emplace_back([this, body] {
            body();
            // Notified while locked: stop() may be followed by the end of this object.
            const std::lock_guard end_lock(threads_->mutex);
            --threads_->alive;
            threads_->ended.notify_all();
        });
    };
    const std::array workers{std::pair{Lane::push, options_.push_workers},
                             std::pair{Lane::orders, options_.orders_workers},
                             std::pair{Lane::bulk, options_.bulk_workers}};
    for (const auto& [lane, count] : workers)
        for (int i = 0; i < std::max(count, 1); ++i) add_thread([this, its_lane = lane] { work(its_lane); });
    add_thread([this] { watch(); });
}

bool Runner::stop(std::chrono::milliseconds grace) {
    std::unique_lock lock(threads_->mutex);
    threads_->stopping = true;
    executor_.cancel();
    threads_->woken.notify_all();
    const auto all_ended = [this] { return threads_->alive == 0; };
    const auto begin = std::chrono::steady_clock::now();
    if (!threads_->ended.wait_until(lock, begin + grace / 2, all_ended)) {
        lock.unlock();
        executor_.interrupt();
        lock.lock();
        threads_->ended.wait_until(lock, begin + grace, all_ended);
    }
    const bool in_time = all_ended();
    const bool release = !std::exchange(threads_->released, true);
    lock.unlock();
    if (release) executor_.release_all();
    return in_time;
}

void Runner::wake() {
    const std::lock_guard lock(threads_->mutex);
    ++threads_->generation;
    threads_->woken.notify_all();
}

void Runner::work(Lane lane) {
    std::unique_lock lock(threads_->mutex);
    while (!threads_->stopping) {
        const std::uint64_t seen = threads_->generation;
        lock.unlock();
        std::chrono::milliseconds sleep = options_.longest_idle;
        try {
            const auto due = executor_.next_due(lane);
            if (due && *due <= clock_.now()) sleep = executor_.run_next(lane) ? 0ms : kPauseAfterMiss;
            // +1: rounded down, it would wake just too early.
            else if (due)
                sleep = std::min<std::chrono::milliseconds>(sleep, *due - clock_.now() + 1ms);
        } catch (const std::exception& exception) {
            executor_.trouble(std::string{"no job can be claimed: "} + exception.what());
            sleep = kPauseAfterTrouble;
        }
        lock.lock();
        if (sleep > 0ms)
            threads_->woken.wait_for(lock, sleep, [&] { return threads_->stopping || threads_->generation != seen; });
    }
}

void Runner::watch() {
    std::unique_lock lock(threads_->mutex);
    while (!threads_->stopping) {
        lock.unlock();
        executor_.watch();
        try {
            executor_.housekeep(true);
        } catch (const std::exception& exception) {
            executor_.trouble(std::string{"the queue could not be tidied: "} + exception.what());
        }
        lock.lock();
        threads_->woken.wait_for(lock, kWatchInterval, [&] { return threads_->stopping; });
    }
}

bool Runner::run_one() {
    if (executor_.cancelled() || clock_.steady() < paused_until_) return false;
    try {
        executor_.recover();
        executor_.housekeep(false);
        for (const Lane lane : domain::kLanes) {
            const auto due = executor_.next_due(lane);
            if (due && *due <= clock_.now() && executor_.run_next(lane)) return true;
        }
    } catch (const std::exception& exception) {
        executor_.trouble(std::string{"no job can be claimed: "} + exception.what());
        paused_until_ = clock_.steady() + kPauseAfterTrouble;
    }
    return false;
}

std::optional<Timestamp> Runner::next_due() {
    std::optional<Timestamp> due = executor_.next_lapse();
    if (const auto release = executor_.next_release(); release && (!due || *release < *due)) due = release;
    for (const Lane lane : domain::kLanes) {
        const auto of_lane = executor_.next_due(lane);
        if (of_lane && (!due || *of_lane < *due)) due = of_lane;
    }
    const auto pause = paused_until_ - clock_.steady();
    if (due && pause > 0ms) due = std::max(*due, clock_.now() + pause);
    return due;
}

std::vector<LaneFigures> Runner::figures() { return executor_.figures(); }

const Breaker& Runner::breaker() const { return executor_.breaker(); }

}  // namespace crossdock::jobs
