// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <algorithm>
#include <system_error>

namespace crossdock::http {
namespace {

constexpr std::chrono::seconds kIdleLife{10};

std::size_t eager(std::size_t max_threads) {
    return std::clamp<std::size_t>(std::size_t{2} * std::thread::hardware_concurrency(), 1,
                                   std::max<std::size_t>(max_threads, 1));
}

}  // namespace

WorkerPool::WorkerPool(std::size_t max_threads, std::size_t max_queued)
    : max_threads_(std::max<std::size_t>(max_threads, 1)),
      max_queued_(max_queued),
      eager_threads_(eager(max_threads)) {}

WorkerPool::~WorkerPool() {
    std::list<Worker> threads;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        while (!resting_.empty()) call_one();
        threads.splice(threads.end(), ended_);
        // Those that still run see closed_ and leave their list alone.
        threads.splice(threads.end(), threads_);
    }
    for (auto& worker : threads) worker.thread.join();
}

void WorkerPool::call_one() {
    Worker* worker = resting_.back();
    resting_.pop_back();
    worker->is_called = true;
    ++called_;
    worker->called.notify_one();
}

void WorkerPool::call_next() {
    if (called_ == 0 && !queue_.empty() && !resting_.empty()) call_one();
}

bool WorkerPool::try_run(Task task) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    const bool free_hand = idle_ > queue_.size();
    if (!free_hand && threads_.size() < eager_threads_) {
        start_thread();
    } else if (!free_hand && queue_.size() >= max_queued_ + idle_) {
        // Before refusing anybody, use every thread that is allowed.
        if (threads_.size() >= max_threads_ || !start_thread()) return false;
    }
    if (threads_.empty()) return false;
    queue_.push_back({std::move(task), std::chrono::steady_clock::now()});
    call_next();
    return true;
}

bool WorkerPool::grow_if_stalled() {
    const std::lock_guard lock(mutex_);
    for (auto& worker : ended_) worker.thread.join();
    ended_.clear();
    if (queue_.empty()) return false;
    if (std::chrono::steady_clock::now() - queue_.front().since >= kPatience) {
        // Doubling: enough for thirty clients that wait for a disk within 10 ms, and little harm when it was a hiccup.
        const std::size_t useful = std::min(queue_.size(), threads_.size());
        for (std::size_t i = 0; i < useful && threads_.size() < max_threads_; ++i) {
            if (!start_thread()) break;
        }
    }
    return true;
}

void WorkerPool::close() {
    std::deque<Waiting> dropped;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(queue_);
    while (!resting_.empty()) call_one();
}

std::size_t WorkerPool::threads() const {
    const std::lock_guard lock(mutex_);
    return threads_.size();
}

bool WorkerPool::start_thread() {
    threads_.emplace_back();
    const auto self = std::prev(threads_.end());
    try {
        self->thread = std::thread([this, self] { work(self); });
    } catch (const std::system_error&) {  // the system has no thread left: those that run must do
        threads_.erase(self);
        return false;
    }
    ++idle_;
    return true;
}

void WorkerPool::work(std::list<Worker>::iterator self) {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (queue_.empty() && !closed_) {
            self->is_called = false;
            resting_.push_back(&*self);
            if (!self->called.wait_for(lock, kIdleLife, [self] { return self->is_called; })) {
                resting_.erase(std::find(resting_.begin(), resting_.end(), &*self));
                --idle_;
                ended_.splice(ended_.end(), threads_, self);
                return;
            }
            --called_;
            continue;  // another thread may have been quicker
        }
        if (queue_.empty()) return;  // closed
        Task task = std::move(queue_.front().task);
        queue_.pop_front();
        --idle_;
        call_next();
        lock.unlock();
        task();
        task = nullptr;
        lock.lock();
        ++idle_;
    }
}

}  // namespace crossdock::http
