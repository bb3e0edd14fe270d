// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "app/backup.h"
#include "app/storage.h"
#include "db/copy.h"
#include "observability/log.h"
#include "store/backup_stamp.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

using Rows = std::map<std::string, std::int64_t>;

/// What may lie beside a database and belongs to it.
constexpr std::array kBesideOne{"-wal", "-shm", "-journal", ".running"};

std::string time_in_names(Timestamp now) {
    std::string time = format_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    return time;
}

/// One upgrade, step by step.
class Upgrade {
public:
    Upgrade(std::unique_ptr<db::Database>& database, const UpgradeOptions& options, const Clock& clock)
        : database_(database),
          options_(options),
          clock_(clock),
          path_(options.database.path),
          layer_(options.database.engine_layer),
          from_(database->read([](db::Session& session) { return db::schema_of(session); })),
          to_(options.migrations.empty() ? db::newest_schema() : static_cast<int>(options.migrations.size())) {}

    Result<db::MigrationReport> run() {
        if (from_ == 0 || from_ >= to_) return migrate(*database_);
        log::info("upgrade_begins", {{"from", from_}, {"to", to_}},
                  "the database gets a newer schema; a copy of it is kept");
        if (const auto fit = look_before(); !fit) return fit.error();
        if (const auto made = make_copy(); !made) return made.error();
        if (const auto tried = rehearse(); !tried) {
            forget_copy();
            return tried.error();
        }
        auto report = migrate_for_good();
        if (!report) {
            if (!disk_failed_) forget_copy();
            return report.error();
        }
        tell(92, "looking at the migrated database");
        if (const std::string fault = look_at_migrated(); !fault.empty()) return put_back(fault);
        drop_old(".schema-", options_.kept_copies);
        tell(100, "done");
        return report;
    }

private:
    void tell(int percent, const char* doing) const {
        if (options_.progress) options_.progress({percent, doing});
    }

    Result<db::MigrationReport> migrate(db::Database& database) const {
        return options_.migrations.empty() ? db::migrate(database, clock_)
                                           : db::migrate(database, clock_, options_.migrations);
    }

    [[nodiscard]] std::string in_words() const {
        return "The upgrade of " + path_ + " from schema " + std::to_string(from_) + " to " + std::to_string(to_);
    }

    [[nodiscard]] Error untouched(const char* code, const std::string& why, const std::string& what_to_do) const {
        return {ErrorKind::unavailable, code,
                in_words() + " was not done: " + why + ". The database is as it was. " + what_to_do +
                    ", or start the earlier version of crossdock"};
    }

    Status look_before() const {
        tell(1, "looking whether there is room");
        const db::Figures figures = database_->figures();
        // The copy, the copy that the migrations are tried on, and what the migration itself writes.
        const std::int64_t needed = 3 * (figures.file_bytes + figures.log_bytes) + kRoomToMigrate;
        if (layer_.empty()) {
            std::error_code error;
            const auto space = fs::space(fs::path{path_}.parent_path(), error);
            if (!error && space.available < static_cast<std::uintmax_t>(needed))
                return untouched("upgrade_no_space",
                                 "it needs " + std::to_string(needed / 1'048'576 + 1) +
                                     " MB beside the database, and " + std::to_string(space.available / 1'048'576) +
                                     " are free",
                                 "Make room and start again");
        }
        tell(3, "checking the database");
        try {
            if (const auto faults = database_->check(false); !faults.empty())
                return untouched("upgrade_unsound", "the database is damaged (" + faults.front() + ")",
                                 "Restore the last good backup: crossdock restore FILE");
        } catch (const db::Failure& failure) {
            return untouched("upgrade_failed", failure.what(), "Mend that and start again");
        }
        return ok();
    }

    void copy(db::Session& source, const std::string& to, bool stamped, int percent, int upto, const char* doing) {
        tell(percent, doing);
        store::BackupStamp stamp;
        db::CopyWork work;
        work.look = [&](db::Session& session) {
            stamp = store::make_stamp(session, db::schema_of(session), options_.program, clock_.now());
        };
        work.stamp = [&](db::Session& session) {
            if (const auto differences = store::compare_rows(session, stamp); !differences.empty())
                throw db::Failure(db::Failure::Kind::corrupt, "the copy differs: " + differences.front());
            if (stamped)
                store::write_stamp(session, stamp);
            else
                store::drop_stamp(session);
        };
        work.progress = [&](std::int64_t done, std::int64_t all) {
            tell(percent + static_cast<int>((upto - percent) * done / std::max<std::int64_t>(all, 1)), doing);
        };
        db::copy_to(source, to, work);
    }

    Status make_copy() {
        // Whoever was killed and is started again within the same second finds the copy of his first try.
        copy_ = db::unused_name(path_ + ".schema-" + std::to_string(from_) + "-" + time_in_names(clock_.now()));
        try {
            database_->read(
                [&](db::Session& source) { copy(source, copy_, true, 10, 40, "making a copy of the database"); });
        } catch (const db::Failure& failure) {
            return untouched("upgrade_failed", failure.what(), "Mend that and start again");
        }
        log::info("upgrade_copy", {{"file", copy_}}, "a copy of the database as it was is beside it");
        return ok();
    }

    /// On a copy of the copy: what fails here has touched nothing.
    Status rehearse() {
        db::Options options = options_.database;
        options.path = path_ + ".rehearsal";
        options.create = false;
        std::optional<Error> error;
        try {
            db::remove_closed(options.path, layer_);
            {
                auto source = db::ClosedFile::open(copy_, layer_);
                if (!source) return source.error();
                (*source)->read(
                    [&](db::Session& session) { copy(session, options.path, false, 40, 60, "copying the copy"); });
            }
            tell(62, "trying the migrations on the copy");
            auto opened = db::Database::open(options);
            if (!opened) return untouched("upgrade_failed", opened.error().message, "Mend that and start again");
            const auto tried = migrate(**opened);
            if (!tried)
                error = tried.error();
            else if (const std::string fault = look_after(**opened); !fault.empty())
                error = untouched("upgrade_failed", "on a copy it went wrong (" + fault + ")", "Tell the makers");
            else
                expected_ = count(**opened);
            (*opened)->close();
        } catch (const db::Failure& failure) {
            error = untouched("upgrade_failed", std::string{"on a copy it went wrong ("} + failure.what() + ")",
                              "Is there room? Else tell the makers");
        }
        try {
            db::remove_closed(options.path, layer_);
        } catch (const db::Failure& failure) {
            log::warn("rehearsal_left", {{"file", options.path}}, failure.what());
        }
        if (error) return *error;
        return ok();
    }

    Result<db::MigrationReport> migrate_for_good() {
        tell(75, "migrating the database");
        try {
            return migrate(*database_);
        } catch (const db::Failure& failure) {
            disk_failed_ = failure.kind() == db::Failure::Kind::unknown;
            if (disk_failed_)
                return Error{ErrorKind::unavailable, "upgrade_failed",
                             in_words() + " was broken off by the disk at its last step (" + failure.what() +
                                 "). Start again: the database has the old schema or the new one, and nothing between"};
            return untouched("upgrade_failed", failure.what(), "Mend that and start again");
        }
    }

    static Rows count(db::Database& database) {
        return database.read([](db::Session& session) {
            db::take_time(session);
            return store::count_rows(session);
        });
    }

    /// Empty when all is well.
    std::string look_after(db::Database& database) const {
        const int schema = database.read([](db::Session& session) { return db::schema_of(session); });
        if (schema != to_) return "it has schema " + std::to_string(schema);
        if (const auto faults = database.check(true); !faults.empty()) return faults.front();
        if (!expected_.empty()) {
            const Rows held = count(database);
            for (const auto& [table, rows] : expected_)
                if (const auto found = held.find(table); found == held.end() || found->second != rows)
                    return "table " + table + " does not hold what it held on the copy";
        }
        return options_.self_test ? options_.self_test(database) : std::string{};
    }

    /// A database that cannot be looked at has not passed, and whoever starts it again would find the newest schema in
    /// it.
    std::string look_at_migrated() {
        try {
            return look_after(*database_);
        } catch (const std::exception& failure) {
            return std::string{"it could not be looked at: "} + failure.what();
        }
    }

    Error put_back(const std::string& fault) {
        log::error("upgrade_undone", {{"from", from_}, {"to", to_}}, fault);
        const Error stuck{ErrorKind::unavailable, "upgrade_stuck",
                          in_words() + " failed (" + fault +
                              "), and the old database could not be put back. It is whole in " + copy_ +
                              ": put it back with crossdock restore, and start the earlier version of crossdock"};
        if (!layer_.empty()) return stuck;
        const std::string draft = path_ + ".restoring";
        const std::string failed = db::unused_name(path_ + ".failed-upgrade-" + time_in_names(clock_.now()));
        try {
            database_->close();
            database_.reset();
            db::remove_closed(draft);
            {
                auto source = db::ClosedFile::open(copy_);
                if (!source) return stuck;
                (*source)->read([&](db::Session& session) {
                    copy(session, draft, false, 93, 97, "putting the old database back");
                });
            }
            db::replace_database(path_, draft, failed);
            auto reopened = db::Database::open(options_.database);
            if (!reopened) return stuck;
            database_ = std::move(*reopened);
            forget_copy();
            drop_old(".failed-upgrade-", 1);
        } catch (const db::Failure& failure) {
            log::error("upgrade_stuck", {}, failure.what());
            return stuck;
        }
        return {ErrorKind::unavailable, "upgrade_failed",
                in_words() + " failed (" + fault + "). The old database was put back, and the failed one is kept as " +
                    failed + ". Start the earlier version of crossdock, and tell the makers"};
    }

    /// The database is as it was, and a copy of it helps nobody. A service manager may start us again and again, and
    /// each time there would be one more.
    void forget_copy() const {
        try {
            db::remove_closed(copy_, layer_);
        } catch (const db::Failure& failure) {
            log::warn("upgrade_copy_left", {{"file", copy_}}, failure.what());
        }
    }

    /// Deletes all but the newest databases beside ours whose name goes on like that, each with its log.
    void drop_old(const char* word, std::size_t kept) const {
        if (!layer_.empty()) return;
        const fs::path file{path_};
        const std::string begin = file.filename().string() + word;
        std::vector<std::pair<fs::file_time_type, fs::path>> copies;
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
            const std::string name = entry.path().filename().string();
            const auto is_beside = [&](const char* ending) { return name.ends_with(ending); };
            if (name.starts_with(begin) && !std::any_of(kBesideOne.begin(), kBesideOne.end(), is_beside) &&
                entry.is_regular_file(error))
                copies.emplace_back(entry.last_write_time(error), entry.path());
        }
        std::sort(copies.rbegin(), copies.rend());
        for (std::size_t i = kept; i < copies.size(); ++i) {
            fs::remove(copies[i].second, error);
            for (const char* ending : kBesideOne) fs::remove(fs::path{copies[i].second} += ending, error);
        }
    }

    std::unique_ptr<db::Database>& database_;
    const UpgradeOptions& options_;
    const Clock& clock_;
    const std::string path_, layer_;
    const int from_, to_;
    std::string copy_;
    bool disk_failed_ = false;  // at the commit: the copy may be needed
    Rows expected_;  // after the migrations, as the rehearsal showed
};

}  // namespace

Result<db::MigrationReport> upgrade(std::unique_ptr<db::Database>& database, const UpgradeOptions& options,
                                    const Clock& clock) {
    return Upgrade(database, options, clock).run();
}

}  // namespace crossdock::app
