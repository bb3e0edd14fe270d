// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/context.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "exchange/exchange.h"
#include "observability/metrics.h"

namespace crossdock::app {

/// The exchange of files of a running hub. It has a thread of its own, because a share that is gone holds whoever looks
/// there for minutes.
class FileExchange {
public:
    /// What the exchange is done with. `folder` null: the one that the plan names.
    struct Parts {
        db::Database& db;
        const Clock& clock;
        exchange::Plan plan;
        std::function<services::StockSettings(const store::Channel&)> stock_settings;
        std::function<void()> wake_jobs;
        std::unique_ptr<platform::SharedFolder> folder = nullptr;
    };
    explicit FileExchange(Parts parts);
    ~FileExchange() { stop(); }
    FileExchange(const FileExchange&) = delete;
    FileExchange& operator=(const FileExchange&) = delete;

    /// Once the accounts are there. `installation`: of the database.
    void open(const std::string& installation);
    /// Begins to look by itself.
    void start();
    /// Ends what runs between two steps and leaves the folder to others. Idempotent.
    void stop();

    struct State {
        std::string folder;  // empty: the config file names none
        std::int64_t looks = 0;
        bool holds = false;  // the folder is ours
        std::optional<Timestamp> looked_at;
        std::optional<Error> problem;  // of the last look
        std::optional<Timestamp> problem_since;
        std::int64_t files_out = 0, files_in = 0, unfetched = 0;
        std::vector<exchange::InFiles::Oddity> oddities;
    };
    [[nodiscard]] State state() const;
    /// Whose orders and stock; none: there is no exchange, or no such account.
    [[nodiscard]] const std::optional<AccountId>& account() const { return account_; }
    /// Looks as soon as possible instead of after the usual time. Errors: invalid `exchange_off`.
    Result<State> look_soon();

    /// What is wrong with the exchange, and how it goes.
    void add_findings(db::Session& session, api::HealthReport& report) const;
    void add_figures(metrics::Registry& registry);

private:
    void work();
    void look();

    db::Database& db_;
    const Clock& clock_;
    const exchange::Plan plan_;
    const std::function<services::StockSettings(const store::Channel&)> stock_settings_;
    const std::function<void()> wake_jobs_;
    std::unique_ptr<platform::SharedFolder> folder_;
    std::unique_ptr<exchange::Exchange> exchange_;  // of the thread
    std::optional<AccountId> account_;              // from open() on
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::condition_variable wakes_;
    State state_;
    bool asked_ = false;
    std::thread thread_;
};

/// What stands in the way of the config file's folder now: one sentence each. Tries whether it can be written to.
std::vector<std::string> look_at_exchange_folder(const exchange::Plan& plan);

/// How far the exchange came, as far as the database knows; for `crossdock exchange status`.
struct ExchangeRecord {
    std::optional<store::FileOut> last_out;
    std::optional<store::FileIn> last_in;
    std::int64_t waiting_out = 0;        // reserved and not in the folder yet
    std::vector<store::FileIn> refused;  // of the last day
};
ExchangeRecord read_exchange(db::Session& session, AccountId account, Timestamp now);

}  // namespace crossdock::app
