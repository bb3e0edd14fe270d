// SPDX-License-Identifier: Apache-2.0
// A handler that really ends the process, and what the next boot makes of it.
#ifndef _WIN32
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>

#include "jobs/runner.h"
#include "platform/crash_note.h"
#include "queue_fixture.h"

namespace crossdock::jobs {
namespace {

enum class Boom {
    abort,           // in the handler
    fault,           // the same, by a pointer to nowhere
    abort_in_write,  // in a unit of work, which another thread may be running
    kill             // from outside: the system or a person
};

void explode(Boom boom, db::Database& database) {
    switch (boom) {
        case Boom::abort: std::abort();
        case Boom::fault: {
            volatile int* const nowhere = nullptr;
            *nowhere = 1;
            break;
        }
        case Boom::abort_in_write: database.write([](db::Session&) { std::abort(); }); break;
        case Boom::kill: ::raise(SIGKILL);
    }
}

/// One boot of a hub in a process of its own, with as much work at once as `threads` says. Returns its wait status; 0
/// when nothing was due any more and it stopped cleanly.
int boot(const std::filesystem::path& folder, int number, Boom boom, bool threads) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        try {
            SystemClock clock;
            SystemRandom random;
            platform::CrashNote note(folder / "queue.db");
            auto database = open_queue(folder, clock);
            RunnerOptions options;
            options.boot_id = "boot " + std::to_string(number);
            if (const auto& crash = note.last())
                options.ended_by = store::Culprit{JobId{crash->at_work.job}, crash->at_work.fence, crash->signal};
            {
                Runner runner(*database, clock, random, options);
                runner.add("bomb", {Lane::orders}, does([&](JobContext&) {
                               // Others are at work, and write.
                               std::this_thread::sleep_for(threads ? 20ms : 0ms);
                               explode(boom, *database);
                               return JobOutcome::done();
                           }));
                runner.add("work", {Lane::push}, does([&](JobContext& context) {
                               const bool writes = threads && context.job.unique_key.starts_with("busy");
                               for (int i = 0; writes && i < 3000 && !context.cancelled(); ++i)
                                   database->write([](db::Session& session) {
                                       db::Statement statement(session, "UPDATE change_sequence SET value = value + 1");
                                       statement.exec();
                                   });
                               return JobOutcome::done();
                           }));
                if (threads) {
                    runner.start();
                    const auto busy = [&] {
                        std::int64_t jobs = 0;
                        for (const LaneFigures& lane : runner.figures()) jobs += lane.ready + lane.running;
                        return jobs > 0;
                    };
                    // Some thousand commits, on whatever disk.
                    for (int i = 0; i < 25'000 && busy(); ++i) std::this_thread::sleep_for(10ms);
                    runner.stop(10s);
                } else {
                    while (runner.run_one()) {
                    }
                }
            }
            database->close();
            note.forget();
        } catch (const std::exception& exception) {
            std::fprintf(stderr, "boot %d: %s\n", number, exception.what());
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

class CrashingJob : public testing::Test {
protected:
    CrashingJob() {
        auto database = open_queue(folder, clock);
        database->write([&](db::Session& session) {
            session.run_script("INSERT INTO accounts (id, uuid, code, created_at_ms) VALUES (1, 'one', 'default', 0)");
            JobRepo repo(session);
            bomb = repo.enqueue({AccountId{1}, {}, Lane::orders, "bomb", "bomb", "{}", kStart}, clock.now());
            for (const char* key : {"busy 1", "busy 2", "good"})
                good.push_back(
                    repo.enqueue({AccountId{1}, {}, Lane::push, "work", key, "{}", kStart + 1s}, clock.now()));
        });
        database->close();
    }
    ~CrashingJob() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    Job get(JobId id) {
        auto database = open_queue(folder, clock);
        return database->read([&](db::Session& session) { return JobRepo(session).find(id).value(); });
    }

    const std::filesystem::path folder = make_temporary_folder();
    SystemClock clock;
    JobId bomb;
    std::vector<JobId> good;
};

struct CrashCase {
    const char* name;
    Boom boom;
    bool threads;
    int signal;
};
class GuiltyJob : public CrashingJob, public testing::WithParamInterface<CrashCase> {};

TEST_P(GuiltyJob, IsParkedByTheThirdRestartAndTheHubIsUp) {
    int restarts = 0;
    for (; restarts < 10; ++restarts) {
        const int status = boot(folder, restarts, GetParam().boom, GetParam().threads);
        if (status == 0) break;
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == GetParam().signal) << status;
    }
    EXPECT_EQ(restarts, 3);
    EXPECT_EQ(get(bomb).state, JobState::quarantined);
    EXPECT_NE(get(bomb).last_error->find("signal " + std::to_string(GetParam().signal)), std::string::npos);
    for (const JobId id : good) EXPECT_EQ(get(id).state, JobState::done);
    EXPECT_FALSE(std::filesystem::exists(folder / "queue.db.crash")) << "a clean end";
    std::printf("[ figure ] G14: up after %d restarts\n", restarts);
}
INSTANTIATE_TEST_SUITE_P(
    Ends, GuiltyJob,
    testing::Values(CrashCase{"Abort", Boom::abort, false, SIGABRT}, CrashCase{"Fault", Boom::fault, false, SIGSEGV},
                    CrashCase{"AbortAmongOthers", Boom::abort, true, SIGABRT},
                    CrashCase{"AbortInAUnitOfWorkAmongOthers", Boom::abort_in_write, true, SIGABRT}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(CrashingJob, KilledFromOutsideIsNeverParked) {
    int kills = 0;
    for (int i = 0; i < 30 && kills < 6; ++i) {
        const int status = boot(folder, i, Boom::kill, false);
        if (status != 0) {
            ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
            ++kills;
        }
        auto database = open_queue(folder, clock);
        // By hand, or the test would wait for the pauses.
        database->write([&](db::Session& session) {
            db::Statement statement(session, "UPDATE jobs SET run_at_ms = 0 WHERE state = 'retry'");
            statement.exec();
        });
    }
    EXPECT_EQ(kills, 6);
    const Job job = get(bomb);
    EXPECT_EQ(job.crash_count, 0);
    EXPECT_NE(job.state, JobState::quarantined);
    EXPECT_FALSE(std::filesystem::exists(folder / "queue.db.crash"));
}

}  // namespace
}  // namespace crossdock::jobs
#endif
