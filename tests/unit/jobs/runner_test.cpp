// SPDX-License-Identifier: Apache-2.0
#include "jobs/runner.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "queue_fixture.h"

namespace crossdock::jobs {
namespace {

/// The runner on the test's own thread and clock.
class RunnerTest : public QueueTest {
protected:
    RunnerTest() { runner_ = make_runner("boot"); }

    std::unique_ptr<Runner> make_runner(const std::string& boot,
                                        std::optional<store::Culprit> ended_by = std::nullopt) {
        RunnerOptions options;
        options.boot_id = boot;
        options.ended_by = ended_by;
        auto runner = std::make_unique<Runner>(*database_, clock_, random_, options);
        runner->on_trouble([this](std::string_view text) { troubles_.emplace_back(text); });
        return runner;
    }
    void add(const std::string& kind, std::function<JobOutcome(JobContext&)> work, KindOptions options = {}) {
        runner_->add(kind, options, does(std::move(work)));
    }
    LaneFigures figures(Lane lane) { return runner_->figures()[static_cast<std::size_t>(lane)]; }
    /// Runs everything until `end`, moving the clock from one due time to the next. Returns how many runs that were.
    int run_until(Timestamp end) {
        int runs = 0;
        while (true) {
            while (runner_->run_one()) ++runs;
            const auto due = runner_->next_due();
            if (!due || *due > end) break;
            if (*due <= clock_.now()) {
                ADD_FAILURE() << "due now and yet nothing runs";
                break;
            }
            clock_.advance(*due - clock_.now());
        }
        if (clock_.now() < end) clock_.advance(end - clock_.now());
        return runs;
    }

    std::unique_ptr<Runner> runner_;
    std::vector<std::string> troubles_;
};

TEST_F(RunnerTest, RunsWhatIsDueAndNothingElse) {
    int runs = 0;
    add("work", [&](JobContext& context) {
        ++runs;
        EXPECT_EQ(context.job.unique_key, "a");
        EXPECT_FALSE(context.cancelled());
        EXPECT_TRUE(context.renew());
        return JobOutcome::done();
    });
    EXPECT_FALSE(runner_->run_one());
    EXPECT_FALSE(runner_->next_due());
    const JobId id = enqueue_at(spec("a"), kStart + 5s);
    EXPECT_FALSE(runner_->run_one());
    EXPECT_EQ(runner_->next_due(), kStart + 5s);
    clock_.advance(5s);
    EXPECT_TRUE(runner_->run_one());
    EXPECT_FALSE(runner_->run_one());
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(get(id).state, JobState::done);
    EXPECT_EQ(figures(Lane::push).done, 1U);
}

TEST_F(RunnerTest, TenThousandPagesAreOneRow) {
    constexpr int kPages = 10'000;
    int runs = 0;
    add("work", [&](JobContext& context) {
        const int page = context.job.cursor.empty() ? 0 : std::stoi(context.job.cursor);
        EXPECT_EQ(page, runs);
        ++runs;
        return page + 1 == kPages ? JobOutcome::done() : JobOutcome::again(std::to_string(page + 1));
    });
    const JobId id = enqueue(spec("walk", Lane::bulk));
    while (runner_->run_one()) {
    }
    EXPECT_EQ(runs, kPages);
    EXPECT_EQ(rows(), 1);
    EXPECT_EQ(get(id).state, JobState::done);
    EXPECT_EQ(get(id).attempt, 0);
}

TEST_F(RunnerTest, WaitingIsNotCounted) {
    int runs = 0;
    add("work", [&](JobContext&) {
        if (++runs <= 100) return outcome_of({ErrorKind::rate_limited, "throttled", "slow down", 20s});
        return JobOutcome::done();
    });
    const JobId id = enqueue(spec("a"));
    EXPECT_EQ(run_until(kStart + 1h), 101);
    EXPECT_EQ(get(id).finished_at, kStart + 100 * 20s);
    EXPECT_EQ(figures(Lane::push).waited, 100U);
    EXPECT_EQ(figures(Lane::push).retried, 0U);
    EXPECT_EQ(runner_->breaker().state(ChannelId{1}), Breaker::State::closed);
}

TEST_F(RunnerTest, ProgressForgetsFailures) {
    int runs = 0;
    add("work", [&](JobContext& context) {
        switch (++runs) {
            case 1:
            case 2: EXPECT_EQ(context.job.attempt, runs - 1); return JobOutcome::retry(unreachable());
            case 3: EXPECT_EQ(context.job.attempt, 2); return JobOutcome::again("next");
            default: EXPECT_EQ(context.job.attempt, 0); return JobOutcome::done();
        }
    });
    enqueue(spec("a"));
    EXPECT_EQ(run_until(kStart + 1h), 4);
}

TEST_F(RunnerTest, APushIsTriedForThreeDaysThenDiesLoudly) {
    std::vector<Timestamp> runs;
    add("work",
        [&](JobContext&) {
            runs.push_back(clock_.now());
            return JobOutcome::retry(unreachable());
        },
        {Lane::push, 5min, false, true});
    int deaths = 0;
    runner_->on_dead([&](db::Session&, const Job& job, const Error& error) {
        ++deaths;
        EXPECT_EQ(job.state, JobState::dead);
        EXPECT_EQ(error.code, "timeout");
    });
    const JobId id = enqueue(spec("a"));
    run_until(kStart + 24h * 10);
    EXPECT_EQ(deaths, 1);
    const Job job = get(id);
    EXPECT_EQ(job.state, JobState::dead);
    EXPECT_GE(*job.finished_at, kStart + 72h);
    EXPECT_LE(*job.finished_at, kStart + 72h + 30min);
    EXPECT_EQ(job.attempt, static_cast<int>(runs.size()));
    // Nine on the curve, then one every half an hour.
    EXPECT_GE(runs.size(), 9U + 138U);
    EXPECT_LE(runs.size(), 9U + 146U);
    for (std::size_t i = 10; i < runs.size(); ++i) EXPECT_EQ(runs[i] - runs[i - 1], 30min);
    std::printf(
        "[ figure ] push: %zu attempts, dead after %.2f h\n", runs.size(),
        static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(*job.finished_at - kStart).count()) /
            3600);
}

TEST_F(RunnerTest, ADelayThatTheOtherSideNamedIsKept) {
    add("work", [&](JobContext&) { return outcome_of({ErrorKind::unavailable, "maintenance", "back at six", 3h}); });
    enqueue(spec("a"));
    EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(runner_->next_due(), kStart + 3h);
}

TEST_F(RunnerTest, ALapseOfTheWallClockKillsNoPush) {
    add("work", [&](JobContext&) { return JobOutcome::retry(unreachable()); }, {Lane::push, 5min, false, true});
    const JobId id = enqueue(spec("a"));
    EXPECT_TRUE(runner_->run_one());
    clock_.jump_to(kStart + 24h * 365);
    EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(get(id).state, JobState::retry);
}

TEST_F(RunnerTest, AWallClockSetBackDelaysNothing) {
    add("work", [&](JobContext&) { return JobOutcome::done(); });
    clock_.jump_to(kStart + 24h * 365);
    EXPECT_FALSE(runner_->run_one());
    const JobId id = enqueue_at(spec("a"), clock_.now() + 60s);
    clock_.jump_to(kStart);
    EXPECT_FALSE(runner_->run_one());
    EXPECT_EQ(runner_->next_due(), kStart + 60s);
    clock_.advance(60s);
    EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(get(id).state, JobState::done);
}

TEST_F(RunnerTest, TimesWrittenUnderAWrongClockAreCorrectedAtTheNextBoot) {
    add("work", [&](JobContext&) { return JobOutcome::done(); });
    enqueue_at(spec("a"), kStart + 24h * 365);
    enqueue_at(spec("b"), kStart + 20h);
    EXPECT_TRUE(runner_->run_one());
    EXPECT_FALSE(runner_->run_one());
}

TEST_F(RunnerTest, WhatCannotBeHelpedIsDeadAtOnceAndToldInTheSameTransaction) {
    add("work", [&](JobContext&) { return JobOutcome::stop(error_of(ErrorKind::rejected, "sku_gone")); });
    bool refuse = true;
    runner_->on_dead([&](db::Session& session, const Job& job, const Error& error) {
        db::Statement statement(session, R"sql(
            INSERT INTO problems (account_id, channel_id, subject, subject_key, code, message, first_seen_at_ms, last_seen_at_ms)
            VALUES (1, 1, 'job', ?, ?, ?, 0, 0))sql");
        statement.bind(job.unique_key, error.code, error.message).exec();
        if (refuse) throw std::runtime_error("the other half of the transaction failed");
    });
    const JobId id = enqueue(spec("a"));
    const auto problems = [&] {
        return database_->read([](db::Session& session) {
            db::Statement statement(session, "SELECT count(*) FROM problems");
            statement.step();
            return statement.integer(0);
        });
    };
    EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(get(id).state, JobState::running) << "neither half happened";
    EXPECT_EQ(problems(), 0);
    ASSERT_EQ(troubles_.size(), 1U);
    // Its lease lapses, and the job gets another chance.
    refuse = false;
    EXPECT_EQ(runner_->next_due(), kStart + 60s);
    EXPECT_EQ(run_until(kStart + 2min), 1);
    EXPECT_EQ(get(id).state, JobState::dead);
    EXPECT_EQ(problems(), 1);
}

TEST_F(RunnerTest, AHandlerThatThrowsIsRetriedAndHarmsNobody) {
    add("poison", [&](JobContext&) -> JobOutcome { throw std::runtime_error("bad \xFF byte"); });
    add("odd", [&](JobContext&) -> JobOutcome { throw 42; });
    add("work", [&](JobContext&) { return JobOutcome::done(); });
    const JobId poison = enqueue(spec("p", Lane::push, ChannelId{1}, "poison"));
    const JobId odd = enqueue(spec("o", Lane::push, ChannelId{1}, "odd"));
    const JobId good = enqueue(spec("g"));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(get(good).state, JobState::done);
    EXPECT_EQ(get(odd).state, JobState::retry);
    const Job job = get(poison);
    EXPECT_EQ(job.state, JobState::retry);
    EXPECT_EQ(job.attempt, 1);
    EXPECT_EQ(job.last_error_code, "exception");
    EXPECT_EQ(job.last_error, "unexpected failure: bad \xEF\xBF\xBD byte");
    ASSERT_EQ(troubles_.size(), 2U);
    EXPECT_EQ(troubles_[0].find("byte"), std::string::npos) << "the text may quote a payload";
    run_until(kStart + 24h);
    EXPECT_GT(get(poison).attempt, 10);
    EXPECT_EQ(runner_->breaker().state(ChannelId{1}), Breaker::State::closed)
        << "a bug of ours is not the channel's fault";
}

TEST_F(RunnerTest, AJobOfAnotherVersionWaits) {
    const JobId id = enqueue(spec("a", Lane::push, ChannelId{1}, "from_the_future"));
    EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(get(id).last_error_code, "kind_unknown");
    EXPECT_EQ(get(id).run_at, kStart + 15min);
    EXPECT_EQ(get(id).attempt, 0);
}

TEST_F(RunnerTest, ARunThatOutlivesItsHardLimitHasFailed) {
    bool saw_cancel = false;
    add("work",
        [&](JobContext& context) {
            EXPECT_FALSE(context.cancelled());
            clock_.advance(5min);
            saw_cancel = context.cancelled();
            return JobOutcome::done();
        },
        {Lane::push, 5min, true, false});
    const JobId id = enqueue(spec("a"));
    EXPECT_TRUE(runner_->run_one());
    EXPECT_TRUE(saw_cancel);
    EXPECT_EQ(get(id).state, JobState::retry);
    EXPECT_EQ(get(id).last_error_code, "hard_limit");
}

TEST_F(RunnerTest, AFloodOfBulkDelaysNoPush) {
    std::vector<std::string> order;
    add("work", [&](JobContext& context) {
        order.push_back(context.job.unique_key);
        return JobOutcome::done();
    });
    database_->write([&](db::Session& session) {
        JobRepo repo(session);
        for (int i = 0; i < 10'000; ++i) repo.enqueue(spec("bulk " + std::to_string(i), Lane::bulk), kStart);
    });
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(runner_->run_one());
    clock_.advance(1s);
    enqueue(spec("push"));
    enqueue(spec("order", Lane::orders));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(order[10], "push") << "the very next claim";
    EXPECT_EQ(order[11], "order");
    EXPECT_EQ(order[12], "bulk 10");
}

TEST_F(RunnerTest, ADeadChannelIsLeftAloneAndSlowsNobody) {
    std::map<ChannelId, int> runs;
    bool reachable = false;
    add("work", [&](JobContext& context) {
        ++runs[*context.job.channel_id];
        if (*context.job.channel_id == ChannelId{1} && !reachable) return JobOutcome::retry(unreachable());
        return JobOutcome::done();
    });
    add("local", [&](JobContext&) { return JobOutcome::done(); }, {Lane::push, 5min, false, false});
    for (int i = 0; i < 30; ++i) {
        enqueue(spec("dead " + std::to_string(i), Lane::push, ChannelId{1}));
        enqueue(spec("well " + std::to_string(i), Lane::push, ChannelId{2}));
    }
    while (runner_->run_one()) {
    }
    EXPECT_EQ(runs[ChannelId{2}], 30);
    EXPECT_EQ(runs[ChannelId{1}], 5);
    EXPECT_EQ(runner_->breaker().state(ChannelId{1}), Breaker::State::open);
    const JobId local = enqueue(spec("local", Lane::push, ChannelId{1}, "local"));
    EXPECT_TRUE(runner_->run_one());
    EXPECT_EQ(get(local).state, JobState::done);
    EXPECT_EQ(runner_->next_due(), kStart + 60s);

    // One probe each time it may: 60 s, then 120, 240, 480 and 900 after the one before.
    const auto opened = clock_.now();
    run_until(opened + 60s);
    EXPECT_EQ(runs[ChannelId{1}], 6);
    run_until(opened + 179s);
    EXPECT_EQ(runs[ChannelId{1}], 6);
    run_until(opened + 180s);
    EXPECT_EQ(runs[ChannelId{1}], 7);
    run_until(opened + 420s);
    EXPECT_EQ(runs[ChannelId{1}], 8);

    reachable = true;
    run_until(opened + 900s);
    EXPECT_EQ(runner_->breaker().state(ChannelId{1}), Breaker::State::closed);
    EXPECT_EQ(rows("state = 'done' AND channel_id = 1"), 31) << "the probe's success made all that had failed due";
}

TEST_F(RunnerTest, AChannelThatAnswersAgainIsNotAskedBeforeATimeItNamed) {
    std::map<std::string, Timestamp> ran;
    bool reachable = false;
    add("work", [&](JobContext& context) {
        ran[context.job.unique_key] = clock_.now();
        if (reachable) return JobOutcome::done();
        Error error = unreachable();
        if (context.job.unique_key == "named") error.retry_after = 10min;
        return JobOutcome::retry(error);
    });
    for (const char* key : {"named", "b", "c", "d", "e"}) enqueue(spec(key));
    while (runner_->run_one()) {
    }
    ASSERT_EQ(runner_->breaker().state(ChannelId{1}), Breaker::State::open);
    reachable = true;
    run_until(kStart + 20min);
    for (const char* key : {"b", "c", "d", "e"}) EXPECT_EQ(ran[key], kStart + 60s) << key;
    EXPECT_EQ(ran["named"], kStart + 10min);
}

TEST_F(RunnerTest, OldRowsAreRemovedAfterADay) {
    add("work", [&](JobContext&) { return JobOutcome::done(); });
    add("bad", [&](JobContext&) { return JobOutcome::stop(error_of(ErrorKind::invalid)); });
    for (int i = 0; i < 500; ++i) enqueue(spec(std::to_string(i)));
    const JobId dead = enqueue(spec("dead", Lane::push, ChannelId{1}, "bad"));
    while (runner_->run_one()) {
    }
    EXPECT_EQ(rows(), 501);
    clock_.advance(23h);
    EXPECT_FALSE(runner_->run_one());
    EXPECT_EQ(rows(), 501);
    clock_.advance(1h + 1s);
    for (int i = 0; i < 3; ++i) {
        runner_->run_one();
        EXPECT_EQ(rows("state = 'done'"), std::max(0, 500 - 200 * (i + 1)));
        clock_.advance(1s);
    }
    clock_.advance(24h * 88);
    runner_->run_one();
    EXPECT_EQ(get(dead).state, JobState::dead);
    clock_.advance(24h * 2);
    runner_->run_one();
    EXPECT_EQ(rows(), 0);
}

TEST_F(RunnerTest, QuarantineIsToldInTheSameTransaction) {
    const JobId id = enqueue(spec("a"));
    Job run;
    for (int i = 0; i < 3; ++i) {
        run = claim(Lane::push, "earlier " + std::to_string(i)).value();
        if (i < 2)
            with_repo([&](JobRepo& repo) {
                return repo.void_leases_of_other_boots("next", clock_.now(), store::Culprit{run.id, run.fence, 6});
            });
    }
    runner_ = make_runner("boot", store::Culprit{run.id, run.fence, 11});
    int told = 0;
    runner_->on_dead([&](db::Session& session, const Job& job, const Error& error) {
        ++told;
        EXPECT_TRUE(session.writable());
        EXPECT_EQ(job.id, id);
        EXPECT_EQ(job.state, JobState::quarantined);
        EXPECT_EQ(error.code, "job_crashes");
        EXPECT_NE(error.message.find("signal 11"), std::string::npos) << error.message;
    });
    EXPECT_FALSE(runner_->run_one());
    EXPECT_EQ(told, 1);
    EXPECT_EQ(figures(Lane::push).quarantined, 1);
    EXPECT_EQ(figures(Lane::push).coming_back, 0);
}

TEST_F(RunnerTest, AParkedStreamIsToldComesBackByItselfAndIsTakenBackWhenItEndsWell) {
    const JobId id = enqueue(spec("stream"));
    KindOptions options{Lane::push};
    options.is_stream = true;
    std::vector<std::string> told;
    const auto boot = [&](const std::string& name, std::optional<store::Culprit> culprit) {
        runner_ = make_runner(name, culprit);
        add(
            "work", [](JobContext&) { return JobOutcome::again("page 2", 1h); }, options);
        runner_->on_dead([&](db::Session&, const Job&, const Error&) { told.emplace_back("dead"); });
        runner_->on_parked([&](db::Session&, const Job& job, const Error& error) {
            told.push_back("parked until " + format_rfc3339(job.run_at));
            EXPECT_NE(error.message.find(format_rfc3339(job.run_at)), std::string::npos) << error.message;
        });
        runner_->on_well([&](db::Session& session, const Job& job, bool done) {
            EXPECT_TRUE(session.writable());
            EXPECT_EQ(job.id, id);
            told.emplace_back(done ? "done" : "well");
        });
    };
    std::optional<store::Culprit> culprit;
    for (int i = 0; i < 3; ++i) {
        const Job run = claim(Lane::push, "crashed " + std::to_string(i)).value();
        boot("boot " + std::to_string(i), store::Culprit{run.id, run.fence, 6});
        if (i < 2)
            with_repo([&](JobRepo& repo) {
                return repo.void_leases_of_other_boots("boot", clock_.now(), store::Culprit{run.id, run.fence, 6},
                                                       {"work"});
            });
    }
    EXPECT_FALSE(runner_->run_one());
    EXPECT_EQ(told, std::vector<std::string>{"parked until " + format_rfc3339(kStart + 15min)});
    EXPECT_EQ(figures(Lane::push).coming_back, 1);
    EXPECT_EQ(runner_->next_due(), kStart + 15min);
    enqueue(spec("stream"));
    clock_.advance(14min);
    EXPECT_FALSE(runner_->run_one());

    // A restart in between does not forget it.
    boot("another", std::nullopt);
    EXPECT_FALSE(runner_->run_one());
    EXPECT_EQ(runner_->next_due(), kStart + 15min);
    EXPECT_EQ(run_until(kStart + 16min), 1);
    EXPECT_EQ(get(id).state, JobState::ready);
    EXPECT_EQ(get(id).crash_count, 0);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told.back(), "well");
    EXPECT_EQ(run_until(kStart + 2h), 1);
    EXPECT_EQ(told.size(), 2U) << "nothing to take back any more";
}

TEST_F(RunnerTest, FiguresTellDepthAndAge) {
    add("work", [&](JobContext&) { return JobOutcome::wait(1h, unreachable()); });
    enqueue(spec("waits"));
    runner_->run_one();
    clock_.advance(10s);
    enqueue_at(spec("a"), kStart + 4s);
    enqueue(spec("b"));
    claim(Lane::push);
    enqueue(spec("c", Lane::bulk));
    clock_.advance(5s);
    EXPECT_EQ(figures(Lane::push).ready, 1);
    EXPECT_EQ(figures(Lane::push).retry, 1);
    EXPECT_EQ(figures(Lane::push).running, 1);
    EXPECT_EQ(figures(Lane::push).oldest_due_age, 5s);
    EXPECT_EQ(figures(Lane::bulk).oldest_due_age, 5s);
    EXPECT_EQ(figures(Lane::orders).oldest_due_age, 0s);
}

}  // namespace
}  // namespace crossdock::jobs
