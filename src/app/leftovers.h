// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "api/context.h"
#include "base/result.h"
#include "db/database.h"

namespace crossdock::app {

/// What an erased buyer leaves where nobody reads: in the log, and in unused space of a database that an earlier
/// version wrote, which did not overwrite what it deleted. The log is emptied after every erasure; the file is made
/// anew once, at the first one. With a thread of its own, since a large file takes longer than anybody waits; what a
/// stop ends is taken up at the next start.
class Leftovers {
public:
    /// All outlive it.
    Leftovers(db::Database& database, std::string database_path)
        : database_(database), path_(std::move(database_path)) {}
    ~Leftovers() { stop(); }
    Leftovers(const Leftovers&) = delete;
    Leftovers& operator=(const Leftovers&) = delete;

    /// A database that this version made: everything deleted in it was overwritten from the first day.
    static void mark_fresh(db::Session& session);
    /// To be called in the transaction that erases: whatever happens from here on, the rest is made up for.
    static void want(db::Session& session);

    void start();
    /// Ends the work that runs; the next start begins it anew. Idempotent.
    void stop();

    struct State {
        bool running = false;
        std::string doing;           // "rewriting the database (412 MB)"
        std::optional<Error> error;  // of the last attempt
    };
    /// There is something to do: begins it, and returns at once when the thread runs, else when it is done.
    State clear();
    [[nodiscard]] State state() const;
    /// Writers wait for it just now.
    [[nodiscard]] bool is_rewriting() const { return rewriting_; }
    /// Something is to be cleared still, and why it was not.
    void add_findings(db::Session& session, api::HealthReport& report) const;

private:
    void work();
    void run();
    Status try_once();
    Status check_room(std::int64_t bytes) const;
    void tell(std::string doing);

    db::Database& database_;
    const std::string path_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> rewriting_{false};
    mutable std::mutex mutex_;
    std::condition_variable wakes_;
    State state_;
    bool asked_ = false;
    std::thread thread_;
};

}  // namespace crossdock::app
