// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>

#include "test_server.h"

namespace crossdock::http {
namespace {

TEST(WorkerPool, RunsEveryTaskOnce) {
    std::atomic<int> ran{0};
    {
        WorkerPool pool(4, 100'000);
        for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(pool.try_run([&] { ++ran; }));
    }
    EXPECT_EQ(ran, 10'000);
}

TEST(WorkerPool, GrowsWhenTasksWaitAndNotBeyondItsLimit) {
    Gate gate;
    WorkerPool pool(8, 100);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(pool.try_run([&] { gate.wait(); }));
    while (pool.threads() < 8) EXPECT_TRUE(pool.grow_if_stalled());
    gate.await_waiting(8);
    pool.grow_if_stalled();
    EXPECT_EQ(pool.threads(), 8U);
    gate.open();
}

TEST(WorkerPool, UsesEveryThreadBeforeItRefuses) {
    Gate gate;
    WorkerPool pool(50, 0);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(pool.try_run([&] { gate.wait(); })) << i;
    EXPECT_FALSE(pool.try_run([] {}));
    gate.open();
}

TEST(WorkerPool, TakesNothingAfterClose) {
    Gate gate;
    std::atomic<int> ran{0};
    WorkerPool pool(1, 10);
    ASSERT_TRUE(pool.try_run([&] { gate.wait(); }));
    gate.await_waiting(1);
    ASSERT_TRUE(pool.try_run([&] { ++ran; }));
    pool.close();
    EXPECT_FALSE(pool.try_run([&] { ++ran; }));
    gate.open();
    EXPECT_FALSE(pool.grow_if_stalled());
    EXPECT_EQ(ran, 0);
}

}  // namespace
}  // namespace crossdock::http
