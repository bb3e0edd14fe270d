// SPDX-License-Identifier: Apache-2.0
// What the compiler promises of `thread_local`; on Windows src/base/thread_exit_windows.cpp keeps the promise.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace crossdock {
namespace {

std::atomic<int> ended_whole{0};
std::atomic<int> ended_broken{0};

struct Witness {
    // Memory that has been freed is overwritten at its beginning.
    std::uint64_t first = 0x0123456789ABCDEF;
    std::uint64_t second = ~first;
    std::string text = "long enough to lie in memory of its own";
    ~Witness() {
        const bool whole = first == 0x0123456789ABCDEF && second == ~first && text.ends_with(" of its own");
        ++(whole ? ended_whole : ended_broken);
    }
};
// Each is made at its own first use.
Witness& early() {
    thread_local Witness witness;
    return witness;
}
Witness& late() {
    thread_local Witness witness;
    return witness;
}

struct UsesAnotherAtItsEnd {
    ~UsesAnotherAtItsEnd() { late().text += " of its own"; }
};
void use_another_at_the_end() { thread_local const UsesAnotherAtItsEnd last_user; }

TEST(ThreadExit, DestroysAThreadsObjectsWhileTheyAreThere) {
    for (int i = 0; i < 20; ++i)
        std::thread([] {
            early().text += " of its own";
            late().text += " of its own";
        }).join();
    EXPECT_EQ(ended_whole, 40);
    EXPECT_EQ(ended_broken, 0);
}

TEST(ThreadExit, DestroysWhatADestructorWasTheFirstToUse) {
    ended_whole = ended_broken = 0;
    std::thread(use_another_at_the_end).join();
    EXPECT_EQ(ended_whole, 1);
    EXPECT_EQ(ended_broken, 0);
}

}  // namespace
}  // namespace crossdock
