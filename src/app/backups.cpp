// SPDX-License-Identifier: Apache-2.0
#include "app/backups.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/backup_folder.h"
#include "db/migrator.h"
#include "observability/log.h"

namespace crossdock::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kLookForDue = 1min;
constexpr std::chrono::milliseconds kPauseAfterFailedBackup = 1h;
constexpr std::chrono::milliseconds kMayBeWithout = 24h;  // a hub that was just set up
constexpr std::chrono::milliseconds kLateBy = 1h;  // a backup takes its time, and the hub may just have started

std::string age_in_words(std::chrono::milliseconds age) {
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(age).count();
    if (hours < 2) return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(age).count()) + " minutes";
    return hours < 72 ? std::to_string(hours) + " hours" : std::to_string(hours / 24) + " days";
}

std::string name_of(const std::string& file) { return std::filesystem::path{file}.filename().string(); }

std::string folder_of_file(const std::string& file) { return std::filesystem::path{file}.parent_path().string(); }

Error failure_in_words(const std::exception& failure, const std::optional<store::BackupRecord>& made) {
    return {ErrorKind::unavailable, "backup_failed",
            made ? "the backup " + made->file +
                       " was made and found sound, and the database did not take the note of it: " + failure.what()
                 : std::string{failure.what()}};
}

}  // namespace

Backups::Backups(db::Database& database, const Clock& clock, std::string database_path, std::string program,
                 BackupPlan plan)
    : database_(database),
      clock_(clock),
      database_path_(std::move(database_path)),
      program_(std::move(program)),
      plan_(std::move(plan)) {}

void Backups::start() {
    if (!thread_.joinable() && !stopping_) thread_ = std::thread([this] { work(); });
}

void Backups::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Backups::State Backups::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

bool Backups::is_due(db::Session& session) const {
    if (plan_.folder.empty() || !plan_.every) return false;
    const auto made = store::BackupRepo(session).last_made();
    const Timestamp now = clock_.now();
    // One of a time to come was made while the clock was wrong.
    return !made || made->at + *plan_.every <= now || made->at > now;
}

Result<Backups::Task> Backups::task_of(const std::string& file) {
    if (!file.empty()) return Task{file, false};
    if (plan_.folder.empty())
        return Error{
            ErrorKind::invalid, "backup_folder",
            "name a file, as in crossdock backup /media/usb/hub.db, or set folder under [backup] in the config file"};
    const std::filesystem::path folder{plan_.folder};
    return Task{(folder / backup_name(database_path_, clock_.now())).string(), true};
}

Result<Backups::State> Backups::ask(const std::string& file) {
    std::unique_lock lock(mutex_);
    if (state_.running || asked_)
        return Error{ErrorKind::conflict, "backup_running", "a backup is being made already; wait until it is through"};
    auto task = task_of(file);
    if (!task) return task.error();
    state_ = State{state_.ticket + 1, true, 0, 0, clock_.now(), {}, {}, {}};
    if (thread_.joinable() && !stopping_) {
        asked_ = std::move(*task);
        wakes_.notify_all();
        return state_;
    }
    lock.unlock();
    run(*task);
    return state();
}

void Backups::run(const Task& task) {
    {
        const std::lock_guard lock(mutex_);
        state_.running = true;
        state_.done = state_.all = 0;
        state_.begun_at = clock_.now();
    }
    BackupRequest request;
    request.file = task.file;
    request.program = program_;
    request.stop = &stopping_;
    request.progress = [this](std::int64_t done, std::int64_t all) {
        const std::lock_guard lock(mutex_);
        state_.done = done;
        state_.all = all;
    };
    std::optional<Error> error;
    std::optional<store::BackupRecord> made;
    std::vector<std::string> dropped;
    try {
        const auto fit = task.by_plan ? database_.read([&](db::Session& session) {
            return look_at_backup_folder(session, plan_.folder, database_path_);
        })
                                      : ok();
        // What a crash left in that folder holds buyers' names, and room that this one needs.
        if (fit) drop_unfinished(database_path_, folder_of_file(task.file));
        const auto result = fit ? make_backup(database_, clock_, request) : fit.error();
        if (result)
            made = *result;
        else
            error = result.error();
        // A stop is no failure: the next start makes it up.
        if (!error || error->code != "backup_stopped") {
            store::BackupRecord record = made.value_or(store::BackupRecord{});
            if (error) {
                record.at = clock_.now();
                record.file = task.file;
                record.error = error->message;
            }
            database_.write([&](db::Session& session) {
                // A database of an older schema is copied as it is, and knows other events: back_up_older().
                if (db::schema_of(session) == db::newest_schema()) store::BackupRepo(session).record(record);
                if (made) remember_backup_folder(session, plan_.folder, task.file);
            });
        }
        if (made && task.by_plan) dropped = drop_old_backups(database_path_, plan_);
    } catch (const std::exception& failure) {
        // What failed before says more than that it could not be noted.
        if (!error) error = failure_in_words(failure, made);
    }
    if (made)
        log::info("backup_made",
                  {{"file", made->file},
                   {"bytes", made->bytes},
                   {"rows", made->rows},
                   {"ms", made->took_ms},
                   {"dropped", static_cast<std::int64_t>(dropped.size())}},
                  "a backup was made, and every page and row of it checked");
    if (error) log::error("backup_failed", {{"file", task.file}}, error->message);
    const std::lock_guard lock(mutex_);
    state_.running = false;
    state_.error = std::move(error);
    state_.made = std::move(made);
    state_.dropped = std::move(dropped);
}

/// Returns how long to wait before the next look.
std::chrono::milliseconds Backups::run_if_due() {
    try {
        if (!database_.read([&](db::Session& session) { return is_due(session); })) return kLookForDue;
        std::unique_lock lock(mutex_);
        if (asked_) return std::chrono::milliseconds{0};  // somebody was quicker, and it counts for the plan
        const auto task = task_of("");
        if (!task) return kPauseAfterFailedBackup;
        state_ = State{state_.ticket + 1, true, 0, 0, clock_.now(), {}, {}, {}};
        lock.unlock();
        run(*task);
        return state().error ? kPauseAfterFailedBackup : kLookForDue;
    } catch (const std::exception& failure) {
        log::error("backup_failed", {}, failure.what());
        return kPauseAfterFailedBackup;
    }
}

void Backups::work() {
    std::unique_lock lock(mutex_);
    auto look_at = std::chrono::steady_clock::now();
    while (!stopping_) {
        if (auto task = std::exchange(asked_, std::nullopt)) {
            lock.unlock();
            run(*task);
            lock.lock();
            continue;
        }
        if (std::chrono::steady_clock::now() >= look_at) {
            lock.unlock();
            const auto pause = run_if_due();
            lock.lock();
            look_at = std::chrono::steady_clock::now() + pause;
            continue;
        }
        wakes_.wait_until(lock, look_at, [this] { return stopping_.load() || asked_.has_value(); });
    }
}

void Backups::add_findings(db::Session& session, api::HealthReport& report) const {
    add_backup_findings(session, plan_, clock_.now(), report);
}

void add_backup_findings(db::Session& session, const BackupPlan& plan, Timestamp now, api::HealthReport& report) {
    const auto made = store::BackupRepo(session).last_made();
    const auto add = [&](const char* severity, const char* code, std::string message, std::string next_step) {
        report.findings.push_back(
            {severity, std::nullopt, "", code, std::move(message), std::move(next_step), api::HealthPart::backups});
    };
    if (const auto failed = store::BackupRepo(session).last_failed())
        add("error", "backup_failed", "the backup at " + format_rfc3339(failed->at) + " failed: " + failed->error,
            "mend that, then make one now: crossdock backup");
    if (made)
        add("info", "backup_made",
            "the last backup, " + name_of(made->file) + ", was made " + age_in_words(now - made->at) +
                " ago and found sound: " + std::to_string(made->rows) + " rows in " + std::to_string(made->bytes) +
                " bytes",
            "nothing to do; to look at it again: crossdock verify FILE");
    if (!made) {
        const auto since = store::BackupRepo(session).in_use_since();
        if (since && now - *since > kMayBeWithout)
            add("warning", "no_backup", "there is no backup of this database",
                "set folder under [backup] in the config file, on another disk, or make one now: crossdock backup FILE");
        return;
    }
    if (plan.folder.empty() || !plan.every) return;
    if (now - made->at > *plan.every + kLateBy)
        add("warning", "backup_late", "the last backup was made " + age_in_words(now - made->at) + " ago",
            "is the folder under [backup] in the config file there, with room and write access? To make one now: "
            "crossdock backup");
}

}  // namespace crossdock::app
