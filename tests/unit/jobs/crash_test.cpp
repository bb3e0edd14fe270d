// SPDX-License-Identifier: Apache-2.0
// A handler that really ends the process.
#ifndef _WIN32
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "jobs/runner.h"
#include "queue_fixture.h"

namespace crossdock::jobs {
namespace {

/// One boot of a hub in a process of its own. Returns its wait status; 0 when it came up and stopped cleanly.
int boot(const std::filesystem::path& folder, int number) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        try {
            SystemClock clock;
            SystemRandom random;
            auto database = open_queue(folder, clock);
            RunnerOptions options;
            options.boot_id = "boot " + std::to_string(number);
            {
                Runner runner(*database, clock, random, options);
                runner.add("bomb", {Lane::push}, does([](JobContext&) -> JobOutcome { std::abort(); }));
                runner.add("work", {Lane::push}, does([](JobContext&) { return JobOutcome::done(); }));
                while (runner.run_one()) {
                }
            }
            database->close();
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
    ~CrashingJob() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    const std::filesystem::path folder = make_temporary_folder();
};

TEST_F(CrashingJob, IsParkedByTheThirdRestartAndTheHubIsUp) {
    SystemClock clock;
    JobId bomb, good;
    {
        auto database = open_queue(folder, clock);
        database->write([&](db::Session& session) {
            session.run_script("INSERT INTO accounts (id, uuid, code, created_at_ms) VALUES (1, 'one', 'default', 0)");
            JobRepo repo(session);
            bomb = repo.enqueue({AccountId{1}, {}, Lane::push, "bomb", "bomb", "{}", kStart}, clock.now());
            good = repo.enqueue({AccountId{1}, {}, Lane::push, "work", "good", "{}", kStart + 1s}, clock.now());
        });
        database->close();
    }
    int restarts = 0;
    for (; restarts < 10; ++restarts) {
        const int status = boot(folder, restarts);
        if (status == 0) break;
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
    }
    EXPECT_EQ(restarts, 3);
    auto database = open_queue(folder, clock);
    database->read([&](db::Session& session) {
        JobRepo repo(session);
        EXPECT_EQ(repo.find(bomb)->state, JobState::quarantined);
        EXPECT_EQ(repo.find(good)->state, JobState::done);
    });
    std::printf("[ figure ] G14: up after %d restarts\n", restarts);
}

}  // namespace
}  // namespace crossdock::jobs
#endif
