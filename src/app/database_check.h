// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "db/database.h"

namespace crossdock::app {

/// Reads the whole database file through, looking for damage: after a stop that was not clean, and once a week. On a
/// large file that takes minutes, so it has a thread of its own, and a stop ends it at once. When it was due and what
/// it found stand in the database: a check that a stop cut short is taken up by the next start, and a hub that is
/// restarted every day still gets its weekly one.
class DatabaseCheck {
public:
    struct Result {
        Timestamp at{};  // when it ended
        std::chrono::milliseconds took{0};
        std::vector<std::string> faults;  // empty: sound
    };

    /// Both outlive it.
    DatabaseCheck(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
    ~DatabaseCheck() { stop(); }
    DatabaseCheck(const DatabaseCheck&) = delete;
    DatabaseCheck& operator=(const DatabaseCheck&) = delete;

    /// The last stop was not a clean one: from now on a check is due until one came through. Inside a write.
    static void ask_for(db::Session& session);
    /// Whether one is due: asked for, never done, or a week ago.
    static bool is_due(db::Session& session, Timestamp now);
    /// What the last one found, by whichever process; nothing when there was none.
    static std::optional<Result> last(db::Session& session);

    void start();
    /// Ends a check that runs, within moments. Idempotent.
    void stop();
    [[nodiscard]] bool is_running() const { return running_; }
    /// One check, on the caller's thread, and writes down what it found. False when stop() ended it. Throws
    /// db::Failure.
    bool run();

private:
    void work();
    std::chrono::milliseconds run_if_due();

    db::Database& database_;
    const Clock& clock_;
    std::atomic<bool> stopping_{false}, running_{false};
    std::mutex mutex_;
    std::condition_variable wakes_;
    std::thread thread_;
};

}  // namespace crossdock::app
