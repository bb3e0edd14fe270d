// SPDX-License-Identifier: Apache-2.0
// The runner with its threads. Nothing here waits for a time: handlers and test meet at latches.
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "jobs/runner.h"
#include "queue_fixture.h"

namespace crossdock::jobs {
namespace {

/// A door that handlers wait at until the test opens it.
class Door {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void pass() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        --waiting_;
    }
    void until_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int waiting_ = 0;
};

class RunnerThreads : public QueueTest {
protected:
    std::unique_ptr<Runner> make_runner(const std::string& boot = "boot") {
        RunnerOptions options;
        options.boot_id = boot;
        return std::make_unique<Runner>(*database_, clock_, random_, options);
    }
    void until_live_rows_are(std::int64_t count) {
        while (rows("state IN ('ready', 'running', 'retry')") != count) std::this_thread::yield();
    }
};

TEST_F(RunnerThreads, EveryFactIsSeenByALaterRunAndNoKeyRunsTwiceAtOnce) {
    constexpr std::size_t kKeys = 4;
    constexpr int kThreads = 8, kFacts = 500;
    std::array<std::atomic<int>, kKeys> facts{}, seen{}, inside{};
    std::atomic<int> runs{0}, doubles{0};
    auto runner = make_runner();
    runner->add("work", {Lane::orders, 5min, false, false}, does([&](JobContext& context) {
                    const auto key = static_cast<std::size_t>(std::stoi(context.job.unique_key));
                    if (++inside[key] != 1) ++doubles;
                    const int now = facts[key];
                    // Anything enqueued from here on must lead to another run.
                    std::this_thread::yield();
                    if (now > seen[key]) seen[key] = now;
                    --inside[key];
                    return ++runs % 7 == 0 ? JobOutcome::again(context.job.cursor + "x") : JobOutcome::done();
                }));
    runner->start();
    std::vector<std::thread> writers;
    for (int t = 0; t < kThreads; ++t)
        writers.emplace_back([&, t] {
            SeededRandom chance(static_cast<std::uint64_t>(t));
            for (int i = 0; i < kFacts; ++i) {
                const auto key = static_cast<std::size_t>(chance.below(kKeys));
                database_->write([&](db::Session& session) {
                    ++facts[key];
                    const auto channel = ChannelId{static_cast<std::int64_t>(key) + 1};
                    JobRepo(session).enqueue(spec(std::to_string(key), Lane::orders, channel), clock_.now());
                });
                runner->wake();
            }
        });
    for (std::thread& writer : writers) writer.join();
    until_live_rows_are(0);
    EXPECT_TRUE(runner->stop(10s));
    for (std::size_t key = 0; key < kKeys; ++key)
        EXPECT_EQ(seen[key], facts[key]) << "a wake-up of key " << key << " was lost";
    EXPECT_EQ(doubles, 0);
    EXPECT_LE(runs, 2 * kThreads * kFacts);
    std::printf("[ figure ] %d facts by %d threads: %d runs, 0 lost, %d doubled\n", kThreads * kFacts, kThreads,
                runs.load(), doubles.load());
}

TEST_F(RunnerThreads, LanesHaveTheirOwnWorkers) {
    Door door;
    std::atomic<int> pushes{0};
    auto runner = make_runner();
    runner->add("slow", {Lane::bulk}, does([&](JobContext&) {
                    door.pass();
                    return JobOutcome::done();
                }));
    runner->add("work", {Lane::push}, does([&](JobContext&) {
                    ++pushes;
                    return JobOutcome::done();
                }));
    for (int i = 0; i < 20; ++i) {
        enqueue(spec("bulk " + std::to_string(i), Lane::bulk, ChannelId{i + 1}, "slow"));
        enqueue(spec("order " + std::to_string(i), Lane::orders, ChannelId{i + 1}, "slow"));
    }
    runner->start();
    door.until_waiting(4);  // one of bulk and three of orders: both lanes are full
    for (int i = 0; i < 20; ++i) enqueue(spec("push " + std::to_string(i)));
    runner->wake();
    while (pushes < 20) std::this_thread::yield();
    EXPECT_EQ(rows("state = 'running' AND lane = 'orders'"), 3);
    EXPECT_EQ(rows("state = 'running' AND lane = 'bulk'"), 1);
    door.open();
    until_live_rows_are(0);
    EXPECT_TRUE(runner->stop(10s));
}

TEST_F(RunnerThreads, StopsUnderLoadWithinTheGrace) {
    std::atomic<int> started{0};
    auto runner = make_runner();
    runner->add("work", {Lane::push}, does([&](JobContext& context) {
                    ++started;
                    while (!context.cancelled()) std::this_thread::yield();
                    return JobOutcome::retry(unreachable());  // as a shut socket would make it
                }));
    for (int i = 0; i < 100; ++i)
        for (const Lane lane : domain::kLanes)
            enqueue(spec(std::string{to_string(lane)} + std::to_string(i), lane, ChannelId{1 + i % 20}));
    runner->start();
    while (started < 6) std::this_thread::yield();
    EXPECT_TRUE(runner->stop(60s));
    EXPECT_EQ(started, 6) << "nothing new was begun";
    EXPECT_EQ(rows("state = 'ready' AND attempt = 0 AND crash_count = 0"), 300) << "the stop is nobody's failure";
    EXPECT_TRUE(runner->stop(60s)) << "twice is as good as once";
}

TEST_F(RunnerThreads, AStubbornHandlerIsResumedByTheNextBootAndItsLateEndIsThrownAway) {
    Door door;
    std::atomic<int> interrupted{0};
    auto runner = make_runner("first");
    runner->add("work", {Lane::push}, does([&](JobContext&) {
                    door.pass();
                    return JobOutcome::done();
                }));
    runner->on_overrun([&](JobId) { ++interrupted; });
    const JobId id = enqueue(spec("a"));
    runner->start();
    door.until_waiting(1);
    EXPECT_FALSE(runner->stop(20ms));
    EXPECT_EQ(interrupted, 1) << "its sockets were to be shut half way";
    EXPECT_EQ(get(id).state, JobState::ready);
    EXPECT_EQ(get(id).crash_count, 0);
    door.open();
    runner.reset();
    EXPECT_EQ(get(id).state, JobState::ready) << "it ended too late to say so";

    auto next = make_runner("second");
    next->add("work", {Lane::push}, does([&](JobContext& context) {
                  EXPECT_EQ(context.job.crash_count, 0);
                  return JobOutcome::done();
              }));
    EXPECT_TRUE(next->run_one());
    EXPECT_EQ(get(id).state, JobState::done);
}

TEST_F(RunnerThreads, AnOverrunIsCutOffAndItsLateEndIsThrownAway) {
    Door door;
    std::atomic<bool> cut{false};
    std::atomic<int> runs{0};
    auto runner = make_runner();
    runner->add("work", {Lane::push, 5min, true, false}, does([&](JobContext& context) {
                    if (++runs > 1) return JobOutcome::done();
                    door.pass();
                    EXPECT_TRUE(context.cancelled());
                    EXPECT_FALSE(context.renew());
                    return JobOutcome::done();
                }));
    JobId told{};
    runner->on_overrun([&](JobId id) {
        told = id;
        cut = true;
    });
    const JobId id = enqueue(spec("a"));
    runner->start();
    door.until_waiting(1);
    clock_.advance(5min);
    while (!cut) std::this_thread::yield();
    while (get(id).state == JobState::running) std::this_thread::yield();
    const Job job = get(id);
    EXPECT_EQ(told, id);
    EXPECT_EQ(job.state, JobState::retry);
    EXPECT_EQ(job.attempt, 1);
    EXPECT_EQ(job.last_error_code, "hard_limit");
    EXPECT_EQ(runner->figures()[0].overdue, 1);
    door.open();
    while (runner->figures()[0].thrown_away == 0) std::this_thread::yield();
    EXPECT_EQ(get(id).attempt, 1);
    clock_.advance(15min);
    runner->wake();
    while (get(id).state != JobState::done) std::this_thread::yield();
    EXPECT_TRUE(runner->stop(10s));
}

TEST_F(RunnerThreads, LeasesAreRenewedWhileAHandlerRuns) {
    Door door;
    auto runner = make_runner();
    runner->add("work", {Lane::push, 1h, true, false}, does([&](JobContext& context) {
                    door.pass();
                    EXPECT_FALSE(context.cancelled());
                    return JobOutcome::done();
                }));
    const JobId id = enqueue(spec("a"));
    runner->start();
    door.until_waiting(1);
    for (int i = 1; i <= 2; ++i) {
        clock_.advance(15s);
        while (get(id).lease_until != i * 15s + 60s) std::this_thread::yield();
    }
    door.open();
    while (get(id).state != JobState::done) std::this_thread::yield();
    EXPECT_TRUE(runner->stop(10s));
}

TEST_F(RunnerThreads, OneChannelsOrdersNeverOverlap) {
    Door door;
    std::array<std::atomic<int>, 4> inside{};
    std::atomic<int> overlaps{0};
    auto runner = make_runner();
    runner->add("work", {Lane::orders}, does([&](JobContext& context) {
                    auto& here = inside[static_cast<std::size_t>(context.job.channel_id->value)];
                    if (++here != 1) ++overlaps;
                    door.pass();
                    --here;
                    return JobOutcome::done();
                }));
    // The three oldest are of one channel: without the rule they would take all three workers.
    for (int i = 0; i < 60; ++i) enqueue(spec(std::to_string(i), Lane::orders, ChannelId{1 + i / 20}));
    runner->start();
    door.until_waiting(3);
    for (int channel = 1; channel <= 3; ++channel)
        EXPECT_EQ(rows("state = 'running' AND channel_id = " + std::to_string(channel)), 1);
    door.open();
    until_live_rows_are(0);
    EXPECT_TRUE(runner->stop(10s));
    EXPECT_EQ(overlaps, 0);
    EXPECT_EQ(rows("state = 'done'"), 60);
}

}  // namespace
}  // namespace crossdock::jobs
