// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "platform/crash_note.h"
#include "support/real_process.h"

namespace crossdock::platform {
namespace {

using crossdock::testing::TemporaryFolder;
using namespace std::chrono_literals;

/// Runs `end` in a process of its own that watches; returns the signal it died of, 0 when it ended by itself.
int end_of(const std::filesystem::path& database, const std::function<void()>& end) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        CrashNote note(database);
        end();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

std::optional<CrashNote::Crash> note_of(const std::filesystem::path& database) { return CrashNote(database).last(); }

TEST(CrashNoteTest, NamesTheWorkOfTheThreadThatDied) {
    const TemporaryFolder folder;
    const auto database = folder / "hub.db";
    EXPECT_EQ(end_of(database,
                     [] {
                         const Working main({1, 1});
                         std::thread([] {
                             const Working outer({17, 3});
                             { const Working inner({18, 4}); }
                             std::abort();
                         }).join();
                     }),
              SIGABRT);
    const auto crash = note_of(database);
    ASSERT_TRUE(crash);
    EXPECT_EQ(crash->signal, SIGABRT);
    EXPECT_EQ(crash->at_work, (AtWork{17, 3}));
    {
        CrashNote note(database);
        EXPECT_TRUE(note.last());
        note.forget();
    }
    EXPECT_FALSE(note_of(database));
}

TEST(CrashNoteTest, IsLeftByAFaultAndByTerminate) {
    const TemporaryFolder folder;
    const auto database = folder / "hub.db";
    EXPECT_EQ(end_of(database,
                     [] {
                         const Working job({5, 2});
                         volatile int* const nowhere = nullptr;
                         *nowhere = 1;
                     }),
              SIGSEGV);
    EXPECT_EQ(note_of(database)->signal, SIGSEGV);
    EXPECT_EQ(note_of(database)->at_work.job, 5);
    EXPECT_EQ(
        end_of(database,
               [] {
                   std::thread([] {
                       const Working job({6, 1});
                       std::terminate();  // as an exception does that leaves a function that promised not to throw
                   }).join();
               }),
        SIGABRT);
    EXPECT_EQ(note_of(database)->at_work.job, 6) << "the newer one";
}

TEST(CrashNoteTest, ACrashOutsideOfAnyJobAccusesNobody) {
    const TemporaryFolder folder;
    EXPECT_EQ(end_of(folder / "hub.db", [] { std::abort(); }), SIGABRT);
    EXPECT_EQ(note_of(folder / "hub.db")->at_work, AtWork{});
}

TEST(CrashNoteTest, IsNotLeftWhenSomebodyElseEndsTheProcess) {
    const TemporaryFolder folder;
    for (const int number : {SIGKILL, SIGABRT, SIGSEGV, SIGTERM}) {
        EXPECT_EQ(end_of(folder / "hub.db",
                         [number] {
                             const Working job({7, 1});
                             const pid_t victim = ::getpid();
                             if (::fork() == 0) {
                                 ::kill(victim, number);
                                 ::_exit(0);
                             }
                             std::this_thread::sleep_for(30s);
                         }),
                  number);
        EXPECT_FALSE(note_of(folder / "hub.db")) << number;
    }
}

TEST(CrashNoteTest, OneThatIsCutOffCountsAsNone) {
    const TemporaryFolder folder;
    for (const char* text : {"", "signal", "signal 6 job 1", "signal 6 job x fence 1", "\n\n"}) {
        crossdock::testing::write_text(folder / "hub.db.crash", text);
        EXPECT_FALSE(note_of(folder / "hub.db")) << text;
    }
}

TEST(CrashNoteTest, OnlyOneWatchesAtATime) {
    const TemporaryFolder folder;
    const CrashNote first(folder / "hub.db");
    EXPECT_THROW(CrashNote(folder / "hub.db"), std::logic_error);
}

}  // namespace
}  // namespace crossdock::platform
