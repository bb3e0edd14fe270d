// SPDX-License-Identifier: Apache-2.0
#include "store/job_repo.h"

#include <algorithm>

#include "queue_fixture.h"

namespace crossdock::jobs {
namespace {

class JobQueue : public QueueTest {};

TEST_F(JobQueue, KeepsWhatItWasGiven) {
    auto given = spec("pull:7", Lane::orders, ChannelId{7}, "pull_orders");
    given.args = R"({"since":1})";
    given.run_at = kStart + 5s;
    const Job job = get(enqueue(given));
    EXPECT_EQ(job.account_id, AccountId{1});
    EXPECT_EQ(job.channel_id, ChannelId{7});
    EXPECT_EQ(job.lane, Lane::orders);
    EXPECT_EQ(job.kind, "pull_orders");
    EXPECT_EQ(job.unique_key, "pull:7");
    EXPECT_EQ(job.args, R"({"since":1})");
    EXPECT_EQ(job.state, JobState::ready);
    EXPECT_EQ(job.run_at, kStart + 5s);
    EXPECT_EQ(job.created_at, kStart);
    EXPECT_EQ(job.attempt, 0);
    EXPECT_EQ(job.fence, 0);
    EXPECT_FALSE(job.rerun || job.boot_id || job.lease_until || job.finished_at || job.first_failed_at ||
                 job.last_error);
    EXPECT_FALSE(get(enqueue(spec("no channel", Lane::bulk, std::nullopt))).channel_id);
}

TEST_F(JobQueue, WaitingWorkIsNotDoubledAndKeepsTheEarlierTime) {
    const JobId id = enqueue_at(spec("a"), kStart + 60s);
    EXPECT_EQ(enqueue_at(spec("a"), kStart + 90s), id);
    EXPECT_EQ(get(id).run_at, kStart + 60s);
    EXPECT_EQ(enqueue_at(spec("a"), kStart + 30s), id);
    EXPECT_EQ(get(id).run_at, kStart + 30s);
    EXPECT_FALSE(get(id).rerun);
    EXPECT_EQ(rows(), 1);
}

TEST_F(JobQueue, WorkAskedForWhileItRunsRunsOnceMore) {
    const JobId id = enqueue(spec("a"));
    const Job first = claim().value();
    clock_.advance(5s);
    EXPECT_EQ(enqueue(spec("a")), id);
    EXPECT_EQ(enqueue(spec("a")), id);
    EXPECT_FALSE(claim()) << "it runs already";
    EXPECT_TRUE(with_repo([&](JobRepo& repo) { return repo.finish(id, first.fence, clock_.now()); }));
    const Job second = claim().value();
    EXPECT_EQ(second.id, id);
    EXPECT_FALSE(second.rerun);
    EXPECT_TRUE(with_repo([&](JobRepo& repo) { return repo.finish(id, second.fence, clock_.now()); }));
    EXPECT_EQ(get(id).state, JobState::done);
    EXPECT_FALSE(claim());
    EXPECT_NE(enqueue(spec("a")), id) << "finished: a new row";
}

TEST_F(JobQueue, WorkThatAsksForItselfLaterDoesNotSpin) {
    const JobId id = enqueue(spec("a"));
    const Job run = claim().value();
    enqueue_at(spec("a"), kStart + 10min);
    with_repo([&](JobRepo& repo) { return repo.finish(id, run.fence, clock_.now()); });
    EXPECT_FALSE(claim());
    EXPECT_EQ(get(id).run_at, kStart + 10min);
    clock_.advance(10min);
    EXPECT_TRUE(claim());
}

TEST_F(JobQueue, WorkAskedForBetweenTwoPagesRunsOnceMoreFromTheStart) {
    const JobId id = enqueue(spec("a"));
    Job run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.again(id, run.fence, "page 2", clock_.now() + 5s); });
    EXPECT_EQ(enqueue(spec("a")), id);
    EXPECT_EQ(get(id).run_at, kStart + 5s) << "the pace of the pages stays";
    clock_.advance(5s);
    run = claim().value();
    EXPECT_EQ(run.cursor, "page 2");
    with_repo([&](JobRepo& repo) { return repo.finish(id, run.fence, clock_.now()); });
    run = claim().value();
    EXPECT_EQ(run.id, id);
    EXPECT_EQ(run.cursor, "");
    with_repo([&](JobRepo& repo) { return repo.finish(id, run.fence, clock_.now()); });
    EXPECT_EQ(get(id).state, JobState::done);
}

TEST_F(JobQueue, ABusyCallerDoesNotDefeatTheBackoff) {
    const JobId id = enqueue(spec("a"));
    const Job run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.retry(id, run.fence, unreachable(), kStart + 15min, kStart); });
    EXPECT_EQ(enqueue(spec("a")), id);
    EXPECT_EQ(get(id).run_at, kStart + 15min);
    EXPECT_FALSE(claim());
}

TEST_F(JobQueue, EndsTheWayItsHolderSaysAndListensToNoOther) {
    struct Case {
        const char* name;
        std::function<bool(JobRepo&, const Job&)> end;
        JobState state;
        int attempt;
        const char* cursor;
        std::optional<std::string> code;
    };
    const Timestamp later = kStart + 60s;
    const std::vector<Case> cases{
        {"finish", [](JobRepo& r, const Job& j) { return r.finish(j.id, j.fence, kStart); }, JobState::done, 0, "", {}},
        {"again",
         [&](JobRepo& r, const Job& j) { return r.again(j.id, j.fence, "p3", later); },
         JobState::ready,
         0,
         "p3",
         {}},
        {"wait", [&](JobRepo& r, const Job& j) { return r.wait(j.id, j.fence, unreachable(), later, kStart); }, JobState::retry,
         1, "p2", "timeout"},
        {"retry", [&](JobRepo& r, const Job& j) { return r.retry(j.id, j.fence, unreachable(), later, kStart); },
         JobState::retry, 2, "p2", "timeout"},
        {"bury", [](JobRepo& r, const Job& j) { return r.bury(j.id, j.fence, unreachable(), kStart); }, JobState::dead,
         2, "p2", "timeout"},
        {"release", [](JobRepo& r, const Job& j) { return r.release(j.id, j.fence, kStart); }, JobState::ready, 1, "p2",
         "earlier"}};
    for (const Case& row : cases) {
        SCOPED_TRACE(row.name);
        const JobId id = enqueue(spec(row.name));
        Job run = claim().value();
        with_repo([&](JobRepo& repo) { return repo.again(id, run.fence, "p2", clock_.now()); });
        run = claim().value();
        with_repo([&](JobRepo& repo) {
            return repo.retry(id, run.fence, error_of(ErrorKind::unavailable, "earlier"), clock_.now(), clock_.now());
        });
        run = claim().value();
        EXPECT_FALSE(with_repo([&](JobRepo& repo) {
            Job stale = run;
            --stale.fence;
            return row.end(repo, stale);
        })) << "an older holder is not listened to";
        EXPECT_EQ(get(id).state, JobState::running);
        EXPECT_TRUE(with_repo([&](JobRepo& repo) { return row.end(repo, run); }));
        EXPECT_FALSE(with_repo([&](JobRepo& repo) { return row.end(repo, run); })) << "nor twice";
        const Job job = get(id);
        EXPECT_EQ(job.state, row.state);
        EXPECT_EQ(job.attempt, row.attempt);
        EXPECT_EQ(job.cursor, row.cursor);
        EXPECT_EQ(job.last_error_code, row.code);
        EXPECT_EQ(job.first_failed_at.has_value(), row.attempt > 0);
        EXPECT_FALSE(job.boot_id || job.lease_until);
        with_repo([&](JobRepo& repo) { return repo.discard(id, kStart).has_value(); });
    }
}

TEST_F(JobQueue, AStaleHolderOwnsNothing) {
    const JobId id = enqueue(spec("a"));
    const Job first = claim().value();
    EXPECT_EQ(first.fence, 1);
    EXPECT_TRUE(with_repo([&](JobRepo& repo) { return repo.holds(id, first.fence); }));
    clock_.advance(60s);
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.void_lapsed_leases("boot", clock_.steady(), clock_.now()); }),
              1);
    const Job second = claim().value();
    EXPECT_GT(second.fence, first.fence);
    with_repo([&](JobRepo& repo) {
        EXPECT_FALSE(repo.holds(id, first.fence));
        EXPECT_FALSE(repo.renew(id, first.fence, 999s));
        EXPECT_FALSE(repo.finish(id, first.fence, clock_.now()));
        EXPECT_TRUE(repo.renew(id, second.fence, 999s));
        EXPECT_TRUE(repo.holds(id, second.fence));
    });
    EXPECT_EQ(get(id).lease_until, 999s);
    EXPECT_EQ(get(id).state, JobState::running);
}

TEST_F(JobQueue, TakesTheOldestDueOfItsLane) {
    const JobId late = enqueue_at(spec("late"), kStart + 2s);
    const JobId early = enqueue_at(spec("early"), kStart + 1s);
    const JobId tie = enqueue_at(spec("tie"), kStart + 1s);
    enqueue(spec("other lane", Lane::bulk));
    EXPECT_FALSE(claim());
    clock_.advance(2s);
    EXPECT_EQ(claim()->id, early);
    EXPECT_EQ(claim()->id, tie);
    EXPECT_EQ(claim()->id, late);
    EXPECT_FALSE(claim());
}

TEST_F(JobQueue, RunsOneOrdersJobOfAChannelAtATime) {
    for (const char* key : {"a", "b"}) enqueue(spec(key, Lane::orders, ChannelId{1}));
    const JobId other = enqueue(spec("c", Lane::orders, ChannelId{2}));
    const JobId global = enqueue(spec("d", Lane::orders, std::nullopt));
    const JobId global2 = enqueue(spec("e", Lane::orders, std::nullopt));
    const Job first = claim(Lane::orders).value();
    EXPECT_EQ(claim(Lane::orders)->id, other);
    EXPECT_EQ(claim(Lane::orders)->id, global);
    EXPECT_EQ(claim(Lane::orders)->id, global2);
    EXPECT_FALSE(claim(Lane::orders));
    EXPECT_FALSE(with_repo([&](JobRepo& repo) {
        return repo.next_due({Lane::orders, "boot", {}, {}, {}, {}});
    })) << "what cannot be claimed is not due";
    with_repo([&](JobRepo& repo) { return repo.finish(first.id, first.fence, clock_.now()); });
    EXPECT_EQ(claim(Lane::orders)->unique_key, "b");
    for (const char* key : {"f", "g"}) enqueue(spec(key, Lane::push, ChannelId{1}));
    EXPECT_TRUE(claim());
    EXPECT_TRUE(claim()) << "pushes of one channel are not held apart here";
}

TEST_F(JobQueue, LeavesClosedChannelsAloneButForExemptKinds) {
    enqueue(spec("a", Lane::push, ChannelId{1}));
    const JobId exempt = enqueue(spec("b", Lane::push, ChannelId{2}, "local"));
    const JobId other = enqueue(spec("c", Lane::push, ChannelId{3}));
    const JobId global = enqueue(spec("d", Lane::push, std::nullopt));
    const std::vector<ChannelId> closed{ChannelId{1}, ChannelId{2}};
    EXPECT_EQ(claim(Lane::push, "boot", closed, {"local"})->id, exempt);
    EXPECT_EQ(claim(Lane::push, "boot", closed, {"local"})->id, other);
    EXPECT_EQ(claim(Lane::push, "boot", closed)->id, global);
    EXPECT_FALSE(claim(Lane::push, "boot", closed, {"local"}));
    EXPECT_TRUE(claim());
}

TEST_F(JobQueue, LeasesOfAnotherBootAreVoidAtOnce) {
    const JobId id = enqueue(spec("a"));
    const Job old = claim(Lane::push, "boot 1").value();
    const auto voided =
        with_repo([&](JobRepo& repo) { return repo.void_leases_of_other_boots("boot 2", clock_.now()); });
    EXPECT_EQ(voided.interrupted.size(), 1U);
    EXPECT_FALSE(voided.parked);
    EXPECT_FALSE(with_repo([&](JobRepo& repo) { return repo.finish(id, old.fence, clock_.now()); }));
    const Job resumed = claim(Lane::push, "boot 2").value();
    EXPECT_EQ(resumed.id, id);
    EXPECT_EQ(resumed.crash_count, 0) << "nobody knows whose fault it was";
    EXPECT_EQ(resumed.attempt, 1);
    EXPECT_TRUE(with_repo([&](JobRepo& repo) {
                    return repo.void_leases_of_other_boots("boot 2", clock_.now());
                }).interrupted.empty())
        << "its own boot's leases stand";
}

/// What a boot finds that follows a crash in this run.
store::Culprit crash_of(const Job& run) { return {run.id, run.fence, 6}; }

TEST_F(JobQueue, ThreeCrashesParkAOneOffUntilAPersonLooks) {
    const JobId id = enqueue(spec("a"));
    for (int crash = 1; crash <= 3; ++crash) {
        const Job run = claim(Lane::push, "boot " + std::to_string(crash)).value();
        if (crash == 3) enqueue(spec("a"));
        const auto voided = with_repo([&](JobRepo& repo) {
            return repo.void_leases_of_other_boots("boot " + std::to_string(crash + 1), clock_.now(), crash_of(run),
                                                   {"another kind"});
        });
        ASSERT_EQ(voided.parked.has_value(), crash == 3);
        ASSERT_EQ(voided.culprit.has_value(), crash < 3);
    }
    const Job job = get(id);
    EXPECT_EQ(job.state, JobState::quarantined);
    EXPECT_FALSE(job.comes_back());
    EXPECT_EQ(job.last_error_code, "job_crashes");
    EXPECT_NE(job.last_error->find("crossdock job retry " + std::to_string(id.value)), std::string::npos);
    EXPECT_EQ(enqueue(spec("a")), id) << "a timer that asks again must not start the crashes anew";
    EXPECT_FALSE(with_repo([&](JobRepo& repo) { return repo.next_release(); }));
    clock_.advance(24h * 30);
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.release_quarantined(clock_.now()); }), 0);
    EXPECT_FALSE(claim());
    ASSERT_TRUE(with_repo([&](JobRepo& repo) { return repo.retry_dead(id, clock_.now()); }));
    EXPECT_EQ(claim()->crash_count, 0);
}

TEST_F(JobQueue, AParkedStreamComesBackAfterAPauseThatDoubles) {
    const JobId id = enqueue(spec("stream"));
    const std::chrono::minutes pauses[] = {0min, 0min, 15min, 30min, 60min, 120min, 240min, 360min, 360min};
    int boot = 0;
    for (const auto pause : pauses) {
        const Job run = claim(Lane::push, "boot " + std::to_string(boot++)).value();
        ASSERT_EQ(run.id, id);
        const auto voided = with_repo([&](JobRepo& repo) {
            return repo.void_leases_of_other_boots("boot " + std::to_string(boot), clock_.now(), crash_of(run),
                                                   {"work"});
        });
        ASSERT_EQ(voided.parked.has_value(), pause > 0min) << boot;
        if (pause == 0min) continue;
        const Job parked = get(id);
        EXPECT_TRUE(parked.comes_back());
        EXPECT_EQ(parked.run_at, clock_.now() + pause);
        EXPECT_NE(parked.last_error->find(format_rfc3339(parked.run_at)), std::string::npos) << *parked.last_error;
        enqueue(spec("stream"));  // a new figure, meanwhile
        EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.next_release(); }), parked.run_at);
        clock_.advance(pause - 1ms);
        EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.release_quarantined(clock_.now()); }), 0);
        EXPECT_FALSE(claim());
        clock_.advance(1ms);
        EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.release_quarantined(clock_.now()); }), 1);
    }
    const Job run = claim().value();
    EXPECT_EQ(run.crash_count, 9);
    with_repo([&](JobRepo& repo) { return repo.wait(id, run.fence, unreachable(), clock_.now(), clock_.now()); });
    EXPECT_EQ(get(id).crash_count, 0) << "an orderly end forgets";
}

TEST_F(JobQueue, AWallClockSetBackMovesTheEndOfAQuarantineToo) {
    const JobId id = enqueue(spec("stream"));
    for (int boot = 0; boot < 3; ++boot) {
        const Job run = claim(Lane::push, "boot " + std::to_string(boot)).value();
        with_repo([&](JobRepo& repo) {
            return repo.void_leases_of_other_boots("next", clock_.now(), crash_of(run), {"work"});
        });
    }
    ASSERT_TRUE(get(id).comes_back());
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.move_waiting_back(1h); }), 1);
    EXPECT_EQ(get(id).run_at, kStart + 15min - 1h);
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.pull_in(kStart - 2h, kStart - 3h); }), 1);
    EXPECT_EQ(get(id).run_at, kStart - 3h);
}

TEST_F(JobQueue, AnOrderlyEndForgetsCrashes) {
    const JobId id = enqueue(spec("a"));
    for (int round = 0; round < 5; ++round) {
        const Job run = claim(Lane::push, "old").value();
        with_repo([&](JobRepo& repo) { return repo.void_leases_of_other_boots("new", clock_.now(), crash_of(run)); });
        const Job resumed = claim(Lane::push, "new").value();
        EXPECT_EQ(resumed.crash_count, 1);
        with_repo([&](JobRepo& repo) { return repo.again(id, resumed.fence, "p", clock_.now()); });
    }
}

TEST_F(JobQueue, NeighboursOfTheCulpritGoOnAsIfNothingHadBeen) {
    std::vector<Job> runs;
    for (int i = 0; i < 4; ++i) {
        enqueue(spec("job " + std::to_string(i), Lane::push, ChannelId{i + 1}));
        runs.push_back(claim(Lane::push, "boot 1").value());
    }
    const auto voided = with_repo(
        [&](JobRepo& repo) { return repo.void_leases_of_other_boots("boot 2", clock_.now(), crash_of(runs[2])); });
    EXPECT_EQ(voided.interrupted.size(), 3U);
    EXPECT_EQ(voided.culprit->id, runs[2].id);
    for (const Job& run : runs) {
        const Job job = get(run.id);
        EXPECT_EQ(job.state, JobState::ready);
        EXPECT_EQ(job.run_at, kStart);
        EXPECT_EQ(job.attempt, 0);
        EXPECT_EQ(job.crash_count, job.id == runs[2].id ? 1 : 0);
    }
}

TEST_F(JobQueue, ANoteOfAnEarlierRunAccusesNobody) {
    enqueue(spec("a"));
    const Job first = claim(Lane::push, "boot 1").value();
    with_repo([&](JobRepo& repo) { return repo.void_leases_of_other_boots("boot 2", clock_.now(), crash_of(first)); });
    claim(Lane::push, "boot 2");
    // Boot 2 was killed; the note of the first crash is still there.
    const auto voided = with_repo(
        [&](JobRepo& repo) { return repo.void_leases_of_other_boots("boot 3", clock_.now(), crash_of(first)); });
    EXPECT_FALSE(voided.culprit);
    EXPECT_EQ(voided.interrupted.size(), 1U);
    EXPECT_EQ(get(first.id).crash_count, 1);
}

TEST_F(JobQueue, EndsThatNobodyExplainsParkNothingButComeSlowerAndOneByOne) {
    std::vector<JobId> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(enqueue(spec("job " + std::to_string(i), Lane::push, ChannelId{i + 1})));
    const std::chrono::milliseconds pauses[] = {0s, 5s, 10s, 20s, 40s};
    int boot = 0;
    for (const auto pause : pauses) {
        for (int i = 0; i < 3; ++i) ASSERT_TRUE(claim(Lane::push, "boot " + std::to_string(boot)));
        ++boot;
        const auto voided = with_repo([&](JobRepo& repo) {
            return repo.void_leases_of_other_boots("boot " + std::to_string(boot), clock_.now(), std::nullopt,
                                                   {"work"});
        });
        EXPECT_EQ(voided.interrupted.size(), 3U);
        for (int i = 0; i < 3; ++i) {
            const Job job = get(ids[static_cast<std::size_t>(i)]);
            EXPECT_EQ(job.state, boot == 1 ? JobState::ready : JobState::retry);
            EXPECT_EQ(job.run_at, clock_.now() + pause + (boot == 1 ? 0s : i * 10s)) << boot << ' ' << i;
            EXPECT_EQ(job.attempt, boot);
            EXPECT_EQ(job.crash_count, 0);
            EXPECT_EQ(job.last_error_code, "interrupted");
        }
        clock_.advance(2min);
    }
    for (int i = 5; i < 30; ++i) {
        while (claim(Lane::push, "boot " + std::to_string(boot))) {
        }
        ++boot;
        with_repo([&](JobRepo& repo) {
            return repo.void_leases_of_other_boots("boot " + std::to_string(boot), clock_.now());
        });
        EXPECT_LE(get(ids[2]).run_at, clock_.now() + 15min + 20s);
        clock_.advance(16min);
    }
    EXPECT_EQ(rows("state = 'retry'"), 3);
}

TEST_F(JobQueue, ACleanStopIsNoCrash) {
    const JobId id = enqueue(spec("a"));
    for (int i = 0; i < 5; ++i) {
        const std::string boot = "boot " + std::to_string(i);
        with_repo([&](JobRepo& repo) { return repo.void_leases_of_other_boots(boot, clock_.now()); });
        ASSERT_TRUE(claim(Lane::push, boot));
        EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.release_all(boot, clock_.now()); }), 1);
    }
    EXPECT_EQ(get(id).state, JobState::ready);
    EXPECT_EQ(get(id).crash_count, 0);
}

TEST_F(JobQueue, AWishMadeWhileItDiedIsNotLost) {
    const JobId id = enqueue(spec("a"));
    const Job run = claim().value();
    enqueue(spec("a"));
    EXPECT_TRUE(with_repo([&](JobRepo& repo) { return repo.bury(id, run.fence, unreachable(), clock_.now()); }));
    const Job fresh = claim().value();
    EXPECT_NE(fresh.id, id);
    EXPECT_EQ(fresh.unique_key, "a");
    EXPECT_EQ(fresh.kind, "work");
}

TEST_F(JobQueue, AKeyHasOneDeadLetterAndItsSuccessSettlesIt) {
    std::vector<JobId> ids;
    for (int i = 0; i < 3; ++i) {
        ids.push_back(enqueue(spec("a")));
        const Job run = claim().value();
        with_repo([&](JobRepo& repo) { return repo.bury(run.id, run.fence, unreachable(), clock_.now()); });
    }
    EXPECT_EQ(rows("state = 'dead'"), 1);
    EXPECT_EQ(get(ids[2]).state, JobState::dead);
    EXPECT_EQ(get(ids[0]).state, JobState::done);
    enqueue(spec("a"));
    const Job run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.finish(run.id, run.fence, clock_.now()); });
    EXPECT_EQ(rows("state = 'dead'"), 0);
}

TEST_F(JobQueue, ByHandOnlyWhatMakesSense) {
    const JobId dead = enqueue(spec("dead"));
    Job run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.bury(dead, run.fence, unreachable(), clock_.now()); });
    const JobId done = enqueue(spec("done"));
    run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.finish(done, run.fence, clock_.now()); });
    const JobId waits = enqueue(spec("waits"));
    run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.wait(waits, run.fence, unreachable(), kStart + 1h, kStart); });
    const JobId runs = enqueue(spec("runs"));
    claim();
    const auto code = [&](auto what, JobId id) {
        return with_repo([&](JobRepo& repo) {
            const Status status = (repo.*what)(id, clock_.now());
            return status ? std::string{"ok"} : status.error().code;
        });
    };
    const auto retry = &JobRepo::retry_dead;
    const auto discard = &JobRepo::discard;
    EXPECT_EQ(code(retry, JobId{999}), "job_unknown");
    EXPECT_EQ(code(retry, done), "job_done");
    EXPECT_EQ(code(retry, runs), "job_running");
    EXPECT_EQ(code(retry, waits), "ok");
    EXPECT_EQ(get(waits).run_at, kStart);
    EXPECT_EQ(code(retry, dead), "ok");
    EXPECT_EQ(get(dead).attempt, 0);
    EXPECT_FALSE(get(dead).first_failed_at);
    EXPECT_EQ(code(discard, JobId{999}), "job_unknown");
    EXPECT_EQ(code(discard, done), "job_done");
    EXPECT_EQ(code(discard, runs), "job_running");
    EXPECT_EQ(code(discard, dead), "ok");
    EXPECT_EQ(get(dead).state, JobState::done);

    const JobId superseded = enqueue(spec("twice"));
    while ((run = claim().value()).id != superseded) {
    }
    with_repo([&](JobRepo& repo) { return repo.bury(superseded, run.fence, unreachable(), clock_.now()); });
    const JobId live = enqueue(spec("twice"));
    EXPECT_EQ(code(retry, superseded), "job_superseded");
    const auto found = with_repo([&](JobRepo& repo) { return repo.find_live("twice"); });
    EXPECT_EQ(found->id, live);
}

TEST_F(JobQueue, OldRowsGoInSmallBatchesAndDeadOnesStay) {
    for (int i = 0; i < 7; ++i) {
        enqueue(spec(std::to_string(i)));
        const Job run = claim().value();
        with_repo([&](JobRepo& repo) {
            return i == 6 ? repo.bury(run.id, run.fence, unreachable(), clock_.now())
                          : repo.finish(run.id, run.fence, clock_.now());
        });
        clock_.advance(1s);
    }
    const auto remove_done = [&](std::int64_t limit) {
        return with_repo([&](JobRepo& repo) { return repo.remove_done(kStart + 5s, limit); });
    };
    EXPECT_EQ(remove_done(3), 3);
    EXPECT_EQ(remove_done(3), 2);
    EXPECT_EQ(remove_done(3), 0);
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.remove_dead(kStart + 6s, 10); }), 0);
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.remove_dead(kStart + 7s, 10); }), 1);
    EXPECT_EQ(rows(), 1);
}

TEST_F(JobQueue, AChannelThatAnswersAgainHastensWhatFailed) {
    const auto one = [&](const char* key, ChannelId channel, bool failed) {
        const JobId id = enqueue(spec(key, Lane::push, channel));
        const Job run = claim().value();
        with_repo([&](JobRepo& repo) {
            return failed ? repo.retry(id, run.fence, unreachable(), kStart + 15min, kStart)
                          : repo.wait(id, run.fence, unreachable(), kStart + 15min, kStart);
        });
        return id;
    };
    const JobId failed = one("failed", ChannelId{1}, true);
    const JobId paused = one("paused", ChannelId{1}, false);
    const JobId other = one("other", ChannelId{2}, true);
    const JobId planned = enqueue_at(spec("planned"), kStart + 15min);
    const auto hasten = [&](JobRepo::Hasten which) {
        return with_repo([&](JobRepo& repo) { return repo.hasten(ChannelId{1}, which, kStart); });
    };
    EXPECT_EQ(hasten(JobRepo::Hasten::failed), 1);
    EXPECT_EQ(get(failed).run_at, kStart);
    EXPECT_EQ(get(paused).run_at, kStart + 15min);
    EXPECT_EQ(hasten(JobRepo::Hasten::all), 1);
    EXPECT_EQ(get(paused).run_at, kStart);
    EXPECT_EQ(get(other).run_at, kStart + 15min);
    EXPECT_EQ(get(planned).run_at, kStart + 15min);
}

TEST_F(JobQueue, NothingIsHastenedPastATimeThatTheOtherSideNamed) {
    Error named = unreachable();
    named.retry_after = 5min;
    const auto one = [&](const char* key, const Error& error, bool failed) {
        const JobId id = enqueue(spec(key));
        const Job run = claim().value();
        with_repo([&](JobRepo& repo) {
            return failed ? repo.retry(id, run.fence, error, kStart + 15min, kStart)
                          : repo.wait(id, run.fence, error, kStart + 15min, kStart);
        });
        return id;
    };
    const JobId failed = one("failed", named, true), asked_to_wait = one("waits", named, false), own = one("own", unreachable(), true);
    EXPECT_EQ(get(failed).not_before, kStart + 5min);
    EXPECT_EQ(get(own).not_before, std::nullopt);
    const auto hasten_all = [&](Timestamp now) {
        return with_repo([&](JobRepo& repo) { return repo.hasten(ChannelId{1}, JobRepo::Hasten::all, now); });
    };
    EXPECT_EQ(hasten_all(kStart + 1min), 3);
    EXPECT_EQ(get(failed).run_at, kStart + 5min) << "as early as it may";
    EXPECT_EQ(get(asked_to_wait).run_at, kStart + 5min);
    EXPECT_EQ(get(own).run_at, kStart + 1min);
    EXPECT_EQ(hasten_all(kStart + 2min), 0) << "a second time changes nothing";
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.hasten(ChannelId{1}, {"work"}, kStart + 3min); }), 0)
        << "nor does a person's wish for its kind";
    EXPECT_EQ(get(failed).run_at, kStart + 5min);
    EXPECT_EQ(hasten_all(kStart + 6min), 0);
    // Who names the very job has the last word.
    EXPECT_TRUE(with_repo([&](JobRepo& repo) { return repo.retry_dead(failed, kStart + 3min); }));
    EXPECT_EQ(get(failed).run_at, kStart + 3min);
    EXPECT_EQ(get(failed).not_before, std::nullopt);
}

TEST_F(JobQueue, ANamedTimeIsOverWithTheRunItWasNamedFor) {
    Error named = unreachable();
    named.retry_after = 5min;
    const JobId id = enqueue(spec("a"));
    Job run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.retry(id, run.fence, named, kStart + 5min, kStart); });
    clock_.advance(5min);
    run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.retry(id, run.fence, unreachable(), clock_.now() + 15min, clock_.now()); });
    EXPECT_EQ(with_repo([&](JobRepo& repo) { return repo.hasten(ChannelId{1}, JobRepo::Hasten::failed, clock_.now()); }), 1);
    EXPECT_EQ(get(id).run_at, clock_.now());
}

TEST_F(JobQueue, ANamedTimeMovesWithTheClock) {
    Error named = unreachable();
    named.retry_after = 5min;
    const JobId id = enqueue(spec("a"));
    const Job run = claim().value();
    with_repo([&](JobRepo& repo) { return repo.wait(id, run.fence, named, kStart + 15min, kStart); });
    with_repo([&](JobRepo& repo) { return repo.move_waiting_back(1h); });
    EXPECT_EQ(get(id).not_before, kStart - 55min);
    EXPECT_EQ(get(id).run_at, kStart - 45min);
    with_repo([&](JobRepo& repo) { return repo.pull_in(kStart - 24h, kStart - 48h); });
    EXPECT_EQ(get(id).not_before, std::nullopt) << "it was written by a wrong clock";
    EXPECT_EQ(get(id).run_at, kStart - 48h);
}

TEST_F(JobQueue, APersonsWishHastensTheKindsItNamesAlone) {
    const auto waiting = [&](const char* key, Lane lane, const char* kind, ChannelId channel = ChannelId{1}) {
        const JobId id = enqueue(spec(key, lane, channel, kind));
        const Job run = claim(lane).value();
        with_repo([&](JobRepo& repo) { return repo.retry(id, run.fence, unreachable(), kStart + 15min, kStart); });
        return id;
    };
    const JobId push = waiting("push", Lane::push, "push_stock");
    const JobId orders = waiting("orders", Lane::orders, "pull_orders");
    const JobId catalog = waiting("catalog", Lane::bulk, "pull_catalog");
    const JobId others = waiting("others", Lane::orders, "pull_orders", ChannelId{2});
    EXPECT_EQ(with_repo([&](JobRepo& repo) {
                  return repo.hasten(ChannelId{1}, {"pull_orders", "refresh_order"}, kStart);
              }),
              1);
    EXPECT_EQ(get(orders).run_at, kStart);
    for (const JobId id : {push, catalog, others}) EXPECT_EQ(get(id).run_at, kStart + 15min);
}

TEST_F(JobQueue, ListsAndCounts) {
    enqueue(spec("a", Lane::push, ChannelId{1}));
    enqueue_at(spec("b", Lane::bulk, ChannelId{2}), kStart - 60s);
    enqueue_at(spec("c", Lane::bulk, ChannelId{2}), kStart - 90s);
    const Job run = claim().value();
    with_repo([&](JobRepo& repo) {
        EXPECT_EQ(repo.list({}).size(), 3U);
        EXPECT_EQ(repo.list({AccountId{2}, {}, {}, {}, {}, 100}).size(), 0U);
        EXPECT_EQ(repo.list({AccountId{1}, ChannelId{2}, Lane::bulk, JobState::ready, {}, 100}).size(), 2U);
        EXPECT_EQ(repo.list({{}, {}, {}, {}, run.id, 1}).front().unique_key, "b");
        EXPECT_TRUE(repo.finish(run.id, run.fence, kStart));
        EXPECT_EQ(repo.list({}).size(), 2U);
        EXPECT_EQ(repo.list({{}, {}, {}, JobState::done, {}, 100}).size(), 1U);
        const auto counts = repo.counts();
        EXPECT_EQ(counts.size(), 1U);
        EXPECT_EQ(counts.front().lane, Lane::bulk);
        EXPECT_EQ(counts.front().jobs, 2);
        EXPECT_EQ(counts.front().earliest, kStart - 90s);
    });
}

TEST_F(JobQueue, WordsGoThereAndBack) {
    for (const Lane lane : domain::kLanes) EXPECT_EQ(domain::parse_lane(to_string(lane)), lane);
    for (const JobState state : domain::kJobStates) EXPECT_EQ(domain::parse_job_state(to_string(state)), state);
    EXPECT_FALSE(domain::parse_lane("Push"));
    EXPECT_FALSE(domain::parse_job_state(""));
}

/// Every line of the plan of a statement, in a database with many finished jobs.
class QueryPlan : public QueueTest {
protected:
    QueryPlan() {
        database_->write([](db::Session& session) {
            session.run_script(R"sql(
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                INSERT INTO jobs (account_id, channel_id, lane, kind, unique_key, state, run_at_ms, created_at_ms, finished_at_ms)
                    SELECT 1, 1 + i % 20, CASE i % 3 WHEN 0 THEN 'push' WHEN 1 THEN 'orders' ELSE 'bulk' END, 'work',
                           'key ' || i, 'done', i, i, i FROM n;
            )sql");
        });
        for (int i = 0; i < 50; ++i)
            for (const Lane lane : domain::kLanes)
                enqueue(spec(std::string{to_string(lane)} + std::to_string(i), lane, ChannelId{1 + i % 20}));
    }
    std::string plan(const std::string& sql) {
        return database_->write([&](db::Session& session) {
            db::Statement statement(session, "EXPLAIN QUERY PLAN " + sql);
            const auto parameters = static_cast<int>(std::count(sql.begin(), sql.end(), '?'));
            for (int i = 1; i <= parameters; ++i) statement.bind_at(i, nullptr);
            std::string lines;
            while (statement.step()) lines += statement.string(3) + "\n";
            return lines;
        });
    }
};

TEST_F(QueryPlan, ClaimAndEnqueueReadNoFinishedJob) {
    for (const Lane lane : domain::kLanes) {
        for (const std::size_t closed : {0U, 3U}) {
            const std::string claim_plan = plan(JobRepo::claim_sql(lane, closed, closed == 0 ? 0 : 1));
            EXPECT_NE(claim_plan.find("SEARCH j USING INDEX jobs_due (lane=?"), std::string::npos) << claim_plan;
            EXPECT_EQ(claim_plan.find("SCAN"), std::string::npos) << claim_plan;
            EXPECT_EQ(claim_plan.find("TEMP B-TREE"), std::string::npos) << claim_plan;
            const std::string due_plan = plan(JobRepo::next_due_sql(lane, closed, closed == 0 ? 0 : 1));
            EXPECT_NE(due_plan.find("INDEX jobs_due (lane=?"), std::string::npos) << due_plan;
            EXPECT_EQ(due_plan.find("SCAN"), std::string::npos) << due_plan;
            EXPECT_EQ(due_plan.find("TEMP B-TREE"), std::string::npos) << due_plan;
        }
    }
    EXPECT_EQ(plan(std::string{JobRepo::enqueue_sql()}).find("SCAN"), std::string::npos);
}

TEST_F(QueryPlan, NothingElseOfTheRunnerReadsThemEither) {
    // A SCAN of a partial index walks the rows of that index alone: those that run, or the dead.
    for (const char* sql :
         {"UPDATE jobs SET crash_count = 1 WHERE state = 'running' AND (boot_id IS NULL OR boot_id <> ?)",
          "UPDATE jobs SET crash_count = 1 WHERE state = 'running' AND boot_id = ?",
          "UPDATE jobs SET run_at_ms = run_at_ms - ? WHERE state IN ('ready', 'retry')",
          "UPDATE jobs SET state = 'done' WHERE unique_key = ? AND state = 'dead'",
          "SELECT id FROM jobs WHERE state = 'done' AND finished_at_ms < ? ORDER BY finished_at_ms LIMIT ?",
          "SELECT id FROM jobs WHERE state IN ('dead', 'quarantined') AND state = 'dead' LIMIT ?",
          "UPDATE jobs SET state = 'ready' WHERE state IN ('dead', 'quarantined') AND state = 'quarantined' AND "
          "finished_at_ms IS NULL AND run_at_ms <= ?"}) {
        const std::string lines = plan(sql);
        EXPECT_NE(lines.find(" INDEX jobs_"), std::string::npos) << sql << "\n" << lines;
    }
    for (const auto state : {JobState::dead, JobState::quarantined}) {
        store::JobFilter filter;
        filter.state = state;
        const std::string list = plan(JobRepo::list_sql(filter));
        EXPECT_NE(list.find("INDEX jobs_dead"), std::string::npos) << list;
    }
    const std::string counts = plan(std::string{JobRepo::counts_sql()});
    EXPECT_NE(counts.find("INDEX jobs_due"), std::string::npos) << counts;
    EXPECT_NE(counts.find("INDEX jobs_running"), std::string::npos) << counts;
    EXPECT_NE(counts.find("INDEX jobs_dead"), std::string::npos) << counts;
    EXPECT_EQ(counts.find("INDEX jobs_finished"), std::string::npos) << counts;
    EXPECT_EQ(counts.find("SCAN jobs\n"), std::string::npos) << counts;
}

}  // namespace
}  // namespace crossdock::jobs
