// SPDX-License-Identifier: Apache-2.0
// A day of a hub's queue on a virtual clock, twice: the same seed gives the same day, whatever went wrong in it.
#include <algorithm>
#include <stdexcept>

#include "jobs/runner.h"
#include "jobs/timers.h"
#include "queue_fixture.h"

namespace crossdock::jobs {
namespace {

/// One hub with three channels whose answers are drawn from a seed, from midnight to midnight.
class Day : public QueueTest {
public:
    explicit Day(std::uint64_t seed) : seed_(seed) {}
    void TestBody() override {}

    std::string live() {
        SeededRandom world(seed_), chance(seed_ + 1);
        Timers timers(*database_, clock_);
        int boot = 0;
        std::unique_ptr<Runner> runner;
        const auto note = [&](const std::string& what) {
            trace_ += std::to_string((clock_.now() - kStart).count()) + " " + what + "\n";
        };
        const auto start = [&] {
            RunnerOptions options;
            options.boot_id = "boot " + std::to_string(++boot);
            runner = std::make_unique<Runner>(*database_, clock_, chance, options);
            const auto answer = [&](JobContext& context) {
                clock_.advance(std::chrono::milliseconds{world.below(2'000)});
                const auto dice = world.below(100);
                const int page = context.job.cursor.empty() ? 0 : std::stoi(context.job.cursor);
                note(context.job.unique_key + " page " + std::to_string(page) + " dice " + std::to_string(dice));
                ++runs_;
                if (dice < 10) return JobOutcome::retry(unreachable());
                if (dice < 15) return outcome_of({ErrorKind::rate_limited, "throttled", "slow down", 10s});
                if (dice < 16) return JobOutcome::stop(error_of(ErrorKind::rejected));
                if (dice < 18) throw std::runtime_error("bug");
                if (dice < 50 && page < 20) return JobOutcome::again(std::to_string(page + 1));
                return JobOutcome::done();
            };
            for (const char* kind : {"pull", "walk", "push"})
                runner->add(kind, {Lane::orders, 5min, true, *kind == 'p'}, does(answer));
            runner->on_dead([&](db::Session&, const Job& job, const Error& error) {
                note("dead " + job.unique_key + " " + error.code);
            });
        };
        for (int channel = 1; channel <= 3; ++channel) {
            const auto add = [&](const std::string& kind, Lane lane, std::chrono::milliseconds interval) {
                const std::string name = kind + ":" + std::to_string(channel);
                timers.add(name, interval,
                           [=](Timestamp) { return std::vector{spec(name, lane, ChannelId{channel}, kind)}; });
            };
            add("pull", Lane::orders, 2min);
            add("push", Lane::push, 60s);
            add("walk", Lane::bulk, 1h);
        }
        start();
        const Timestamp end = kStart + 24h;
        while (clock_.now() < end) {
            timers.tick(clock_.now());
            most_rows_ = std::max(most_rows_, rows("state <> 'done'"));
            while (runner->run_one()) {
            }
            const Timestamp next = std::min({timers.next_due().value_or(end), runner->next_due().value_or(end), end});
            clock_.advance(std::max<std::chrono::milliseconds>(next - clock_.now(), 1ms));
            if (world.below(500) == 0) {
                note("restart");
                runner->stop(0ms);
                start();
            }
        }
        return std::move(trace_);
    }
    int runs_ = 0;
    std::int64_t most_rows_ = 0;

private:
    std::uint64_t seed_;
    std::string trace_;
};

TEST(VirtualDay, IsTheSameDayFromTheSameSeed) {
    Day first(42), second(42), other(43);
    const std::string trace = first.live();
    EXPECT_EQ(trace, second.live());
    EXPECT_NE(trace, other.live());
    EXPECT_GT(first.runs_, 5'000);
    EXPECT_NE(trace.find("restart"), std::string::npos);
    EXPECT_GE(first.most_rows_, 3);
    EXPECT_LE(first.most_rows_, 2 * 9) << "per key one live row and one dead letter";
    std::printf("[ figure ] a virtual day: %d runs, at most %lld rows that are not done, twice the same\n", first.runs_,
                static_cast<long long>(first.most_rows_));
}

}  // namespace
}  // namespace crossdock::jobs
