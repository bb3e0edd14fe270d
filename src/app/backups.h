// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/context.h"
#include "app/backup.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace crossdock::app {

/// What is wrong with the backups of a database, and how the last one went.
void add_backup_findings(db::Session& session, const BackupPlan& plan, Timestamp now, api::HealthReport& report);

/// The backups of a running hub: one when the plan says so, one when somebody asks, never two at a time. It has a
/// thread of its own, because a large database takes longer than a job may, and a stop ends it within moments. When one
/// was made last stands in the database: a hub that is restarted every day still gets its weekly one.
class Backups {
public:
    /// All outlive it. `database_path` and `program` are for names and stamps.
    Backups(db::Database& database, const Clock& clock, std::string database_path, std::string program,
            BackupPlan plan);
    ~Backups() { stop(); }
    Backups(const Backups&) = delete;
    Backups& operator=(const Backups&) = delete;

    void start();
    /// Ends a backup that runs; there is no half one. Idempotent.
    void stop();

    struct State {
        std::int64_t ticket = 0;  // 0: none was asked for since the start
        bool running = false;
        std::int64_t done = 0, all = 0;  // pages
        Timestamp begun_at{};            // of the one that runs
        std::optional<Error> error;
        std::optional<store::BackupRecord> made;
        std::vector<std::string> dropped;  // older ones that had their time
    };
    /// Asks for one now. An empty `file`: into the plan's folder, and what is too old there goes. Returns at once when
    /// the thread runs, else when it is made. Errors: conflict `backup_running`, invalid `backup_folder` (the plan
    /// names none).
    Result<State> ask(const std::string& file);
    [[nodiscard]] State state() const;

    /// Whether the plan wants one now.
    bool is_due(db::Session& session) const;
    void add_findings(db::Session& session, api::HealthReport& report) const;

private:
    struct Task {
        std::string file;
        bool by_plan = false;  // its folder, and its rotation
    };
    void work();
    void run(const Task& task);
    Result<Task> task_of(const std::string& file);
    std::chrono::milliseconds run_if_due();

    db::Database& database_;
    const Clock& clock_;
    const std::string database_path_, program_;
    const BackupPlan plan_;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::condition_variable wakes_;
    State state_;
    std::optional<Task> asked_;
    std::thread thread_;
};

}  // namespace crossdock::app
