// SPDX-License-Identifier: Apache-2.0
#include "app/leftovers.h"

#include <filesystem>
#include <utility>

#include "observability/log.h"
#include "store/erasure_repo.h"
#include "store/meta.h"

namespace crossdock::app {
namespace {

using namespace std::chrono_literals;

// Names in the table `meta`.
constexpr const char* kOverwritten = "deleted_is_overwritten";  // "1": in all of the file
constexpr const char* kCleared = "erasures_cleared";            // how many of these left nothing

constexpr std::int64_t kRoomOfARewrite = 32 * 1024 * 1024;
constexpr std::chrono::milliseconds kTryAgain = 1h;
constexpr std::chrono::milliseconds kTryLogAgain = 1s;
constexpr int kLogTries = 30;

std::int64_t number(db::Session& session, const char* name) {
    return std::stoll(store::get_meta(session, name).value_or("0"));
}

bool is_overwritten(db::Session& session) { return number(session, kOverwritten) == 1; }

std::string rounded_megabytes(std::int64_t bytes) { return std::to_string(bytes / 1'048'576 + 1); }

}  // namespace

void Leftovers::mark_fresh(db::Session& session) { store::set_meta(session, kOverwritten, "1"); }
void Leftovers::want(db::Session& session) {
    store::set_meta(session, store::kErasures, std::to_string(number(session, store::kErasures) + 1));
}

void Leftovers::start() {
    if (!thread_.joinable() && !stopping_) thread_ = std::thread([this] { work(); });
}

void Leftovers::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Leftovers::State Leftovers::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

Leftovers::State Leftovers::clear() {
    std::unique_lock lock(mutex_);
    if (thread_.joinable() && !stopping_) {
        asked_ = true;
        state_.running = true;
        wakes_.notify_all();
        return state_;
    }
    lock.unlock();
    run();
    return state();
}

void Leftovers::tell(std::string doing) {
    const std::lock_guard lock(mutex_);
    state_.doing = std::move(doing);
}

Status Leftovers::check_room(std::int64_t bytes) const {
    std::error_code error;
    const auto folder = std::filesystem::path{path_}.parent_path();
    const auto space = std::filesystem::space(folder, error);
    // The new file, and the log through which it takes the place of the old one.
    const std::int64_t needed = 2 * bytes + kRoomOfARewrite;
    if (error || space.available >= static_cast<std::uintmax_t>(needed)) return ok();
    return Error{ErrorKind::unavailable, "leftovers_no_room",
                 "rewriting the database needs " + rounded_megabytes(needed) + " MB beside it for a while, and " +
                     std::to_string(space.available / 1'048'576) + " are free"};
}

Status Leftovers::try_once() {
    // Whoever is erased from here on is not of this time.
    const auto [erasures, cleared] = database_.read([](db::Session& session) {
        return std::pair{number(session, store::kErasures), number(session, kCleared)};
    });
    if (erasures == cleared) return ok();
    if (!database_.read(is_overwritten)) {
        const db::Figures figures = database_.figures();
        const std::int64_t bytes = figures.file_bytes + figures.log_bytes;
        if (const auto room = check_room(bytes); !room) return room;
        tell("rewriting the database (" + rounded_megabytes(bytes) + " MB); writes wait meanwhile");
        const auto begun = std::chrono::steady_clock::now();
        rewriting_ = true;
        try {
            database_.rewrite(&stopping_);
        } catch (...) {
            rewriting_ = false;
            throw;
        }
        rewriting_ = false;
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        log::info("database_rewritten", {{"bytes", bytes}, {"ms", took.count()}},
                  "what earlier versions left of deleted rows in unused space is gone");
        database_.write([](db::Session& session) { store::set_meta(session, kOverwritten, "1"); });
    }
    tell("emptying the log");
    for (int tries = 1; !database_.empty_log(); ++tries) {
        std::unique_lock lock(mutex_);
        if (tries == kLogTries || wakes_.wait_for(lock, kTryLogAgain, [this] { return stopping_.load(); }))
            return Error{ErrorKind::unavailable, "leftovers_log",
                         "something, such as a backup, still reads what the log holds"};
    }
    database_.write([&](db::Session& session) { store::set_meta(session, kCleared, std::to_string(erasures)); });
    return ok();
}

void Leftovers::run() {
    std::optional<Error> error;
    try {
        if (const auto done = try_once(); !done) error = done.error();
    } catch (const db::Failure& failure) {
        error = Error{ErrorKind::unavailable, "leftovers_failed", failure.what()};
    }
    // What a stop ended is no failure: the next start makes it up.
    if (error && !stopping_) log::warn("leftovers", {}, error->message);
    const std::lock_guard lock(mutex_);
    state_ = {asked_, "", std::move(error)};
}

void Leftovers::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        asked_ = false;
        lock.unlock();
        run();
        lock.lock();
        if (asked_) continue;
        wakes_.wait_for(lock, kTryAgain, [this] { return stopping_.load() || asked_; });
    }
}

void Leftovers::add_findings(db::Session& session, api::HealthReport& report) const {
    if (number(session, store::kErasures) == number(session, kCleared)) return;
    const State now = state();
    if (!now.error) {
        report.findings.push_back({"info", std::nullopt, "", "erasure_under_way",
                                   "a buyer was erased; what is left of it in unused space is being overwritten" +
                                       (now.doing.empty() ? "" : ": " + now.doing),
                                   "nothing to do"});
        return;
    }
    report.findings.push_back(
        {"warning", std::nullopt, "", "erasure_unfinished",
         "a buyer was erased, but copies in unused space of the database are not overwritten yet: " +
             now.error->message,
         "mend that; the hub tries again every hour, and at each start"});
}

}  // namespace crossdock::app
