// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "db/driver.h"

namespace crossdock::db {

/// Reading connections, made on demand and kept warm. The last one given back is the next one lent, so that in quiet
/// times a few serve and the rest grow old.
class ReaderPool {
public:
    ReaderPool(Driver& driver, std::size_t most) : driver_(driver), most_(most) {}

    class Loan {
    public:
        Loan(ReaderPool& pool, std::unique_ptr<DriverConnection> connection)
            : pool_(pool), connection_(std::move(connection)) {}
        ~Loan() { pool_.give_back(std::move(connection_)); }
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        DriverConnection& operator*() const { return *connection_; }
        DriverConnection* operator->() const { return connection_.get(); }

    private:
        ReaderPool& pool_;
        std::unique_ptr<DriverConnection> connection_;
    };

    /// Waits for one when all are lent. Throws Failure: busy after `longest_wait`, closed after close().
    Loan lend(std::chrono::milliseconds longest_wait);
    /// Closes those that nobody has used for that long.
    void drop_idle(std::chrono::milliseconds idle);
    /// Lends no more and waits until all are back and closed. Idempotent.
    void close();

private:
    struct Idle {
        std::unique_ptr<DriverConnection> connection;
        std::chrono::steady_clock::time_point since;
    };

    void give_back(std::unique_ptr<DriverConnection> connection) noexcept;

    Driver& driver_;
    const std::size_t most_;
    std::mutex mutex_;
    std::condition_variable given_back_;
    std::vector<Idle> idle_;
    std::size_t lent_ = 0;
    bool closed_ = false;
};

}  // namespace crossdock::db
