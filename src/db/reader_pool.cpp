// SPDX-License-Identifier: Apache-2.0
#include "db/reader_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace crossdock::db {

ReaderPool::Loan ReaderPool::lend(std::chrono::milliseconds longest_wait) {
    std::unique_lock lock(mutex_);
    const bool free = given_back_.wait_for(lock, longest_wait, [&] { return closed_ || lent_ < most_; });
    if (closed_) throw Failure(Failure::Kind::closed, "The database is closed");
    if (!free) throw Failure(Failure::Kind::busy, "All " + std::to_string(most_) + " reading connections are in use");
    ++lent_;
    if (!idle_.empty()) {
        auto connection = std::move(idle_.back().connection);
        idle_.pop_back();
        lock.unlock();
        return {*this, std::move(connection)};
    }
    lock.unlock();
    try {
        return {*this, driver_.open_reader()};
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

void ReaderPool::give_back(std::unique_ptr<DriverConnection> connection) noexcept {
    // A snapshot that cannot be ended would hold the log for ever: such a connection is closed instead.
    if (connection != nullptr) connection->rollback();
    if (connection != nullptr && connection->in_transaction()) connection.reset();
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection != nullptr && !closed_) {
        try {
            idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
        } catch (...) {
            // No memory for the list: the connection closes.
        }
    }
    given_back_.notify_all();
}

void ReaderPool::drop_idle(std::chrono::milliseconds idle) {
    std::vector<Idle> old;  // closed after the lock is released
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    const auto first_young =
        std::find_if(idle_.begin(), idle_.end(), [&](const Idle& reader) { return now - reader.since < idle; });
    old.assign(std::make_move_iterator(idle_.begin()), std::make_move_iterator(first_young));
    idle_.erase(idle_.begin(), first_young);
}

void ReaderPool::close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    given_back_.notify_all();
    given_back_.wait(lock, [&] { return lent_ == 0; });
    idle_.clear();
}

}  // namespace crossdock::db
