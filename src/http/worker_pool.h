// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace crossdock::http {

/// Threads that run requests. A few start at once; more only when tasks have to wait, because more threads than cores
/// help handlers that wait (for the database's writer) and hurt those that compute. Idle ones end.
class WorkerPool {
public:
    using Task = std::function<void()>;

    WorkerPool(std::size_t max_threads, std::size_t max_queued);
    /// Runs what is queued, then joins.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False when the queue is full or the pool has been closed: the task was not taken. Tasks must not throw.
    bool try_run(Task task);
    /// Starts threads when the oldest task has waited long enough. To be called every kPatience while it returns true,
    /// which is: tasks are waiting.
    bool grow_if_stalled();
    /// Takes no more tasks and drops the queued ones.
    void close();
    [[nodiscard]] std::size_t threads() const;

    static constexpr std::chrono::milliseconds kPatience{2};

private:
    struct Waiting {
        Task task;
        std::chrono::steady_clock::time_point since;
    };
    struct Worker {
        std::thread thread;
        std::condition_variable called;
        bool is_called = false;
    };

    bool start_thread();
    void work(std::list<Worker>::iterator self);
    /// One at a time: a worker that takes a task calls the next while tasks are left. Calling all at once would put
    /// them into a queue for the cores, behind which the first has long done the work of the others.
    void call_next();
    void call_one();

    const std::size_t max_threads_;
    const std::size_t max_queued_;
    const std::size_t eager_threads_;
    mutable std::mutex mutex_;
    std::deque<Waiting> queue_;
    std::list<Worker> threads_;
    std::list<Worker> ended_;  // to be joined
    // The one that has rested least is called first: its caches are warm, and the others have time to end.
    std::vector<Worker*> resting_;
    std::size_t called_ = 0;  // and not yet awake
    std::size_t idle_ = 0;    // threads without a task, those that are about to start among them
    bool closed_ = false;
};

}  // namespace crossdock::http
