// SPDX-License-Identifier: Apache-2.0
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <memory>
#include <utility>

#include "db/copy.h"
#include "db/disk.h"
#include "db/sqlite_driver.h"

namespace crossdock::db {
namespace {

constexpr std::size_t kMostFindings = 100;
constexpr int kPagesAtOnce = 1'024;  // 4 MB, then a look at whether to stop

std::vector<std::string> findings_of(SqliteConnection& connection, const char* pragma) {
    std::vector<std::string> findings;
    try {
        SQLite::Statement statement(connection.database(), pragma);
        while (findings.size() < kMostFindings && statement.executeStep()) {
            std::string line;
            for (int column = 0; column < statement.getColumnCount(); ++column) {
                line += (column == 0 ? "" : " ") + statement.getColumn(column).getString();
            }
            if (line != "ok") findings.push_back(std::move(line));
        }
    } catch (const SQLite::Exception& problem) {
        const Failure failure = sqlite_failure(problem.getExtendedErrorCode(), pragma, connection.handle());
        // A file so damaged that the check itself cannot go on is a finding; a disk that does not answer is not.
        if (failure.kind() != Failure::Kind::corrupt) throw failure;
        findings.emplace_back(failure.what());
    }
    return findings;
}

/// Counts something up for the length of a scope; nothing when there is nothing to count in.
class Counting {
public:
    explicit Counting(std::atomic<int>* count) : count_(count) {
        if (count_ != nullptr) ++*count_;
    }
    ~Counting() {
        if (count_ != nullptr) --*count_;
    }
    Counting(const Counting&) = delete;
    Counting& operator=(const Counting&) = delete;

private:
    std::atomic<int>* count_;
};

/// Lets a reader take its time until `stop`, for the length of a scope.
class Unhurried {
public:
    Unhurried(SqliteConnection& reader, const std::atomic<bool>* stop) : reader_(reader) {
        reader_.stop_deadline();
        if (stop != nullptr) reader_.end_when(stop);
    }
    ~Unhurried() { reader_.end_when(nullptr); }
    Unhurried(const Unhurried&) = delete;
    Unhurried& operator=(const Unhurried&) = delete;

private:
    SqliteConnection& reader_;
};

/// Not SQLite::Backup: what it throws has lost the code that says why.
struct EndBackup {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

void copy_pages(SqliteConnection& source, SqliteConnection& copy, const CopyWork& work) {
    const std::unique_ptr<sqlite3_backup, EndBackup> backup(
        sqlite3_backup_init(copy.handle(), "main", source.handle(), "main"));
    if (backup == nullptr) throw sqlite_failure(sqlite3_errcode(copy.handle()), "Beginning the copy", copy.handle());
    for (;;) {
        // The source's transaction holds its snapshot from one step to the next, so none begins anew.
        const int code = sqlite3_backup_step(backup.get(), kPagesAtOnce);
        if (code != SQLITE_OK && code != SQLITE_DONE) throw sqlite_failure(code, "Writing the pages", nullptr);
        const std::int64_t all = sqlite3_backup_pagecount(backup.get());
        if (work.progress) work.progress(all - sqlite3_backup_remaining(backup.get()), all);
        if (code == SQLITE_DONE) return;
        if (work.stop != nullptr && *work.stop) {
            throw Failure(Failure::Kind::busy, "The copy was ended before it came through");
        }
    }
}

void write_stamp(SqliteConnection& copy, const CopyWork& work) {
    copy.begin_write();
    try {
        Session session(copy, true);
        work.stamp(session);
        copy.commit();
    } catch (...) {
        copy.rollback();
        throw;
    }
}

void make_copy(SqliteConnection& source, SqliteConnection& copy, const CopyWork& work) {
    copy.end_when(work.stop);
    copy.run_script("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");  // made durable as a whole, at the end
    copy_pages(source, copy, work);
    // One file, readable from a disk that cannot be written to.
    copy.ask("PRAGMA journal_mode = DELETE");
    copy.run_script("PRAGMA synchronous = FULL");
    if (work.stamp) write_stamp(copy, work);
    if (const auto findings = check_sqlite(copy, true, work.stop); !findings.empty()) {
        throw Failure(Failure::Kind::corrupt, "The copy is not sound: " + findings.front());
    }
}

}  // namespace

std::vector<std::string> check_sqlite(SqliteConnection& connection, bool thorough, const std::atomic<bool>* stop) {
    if (stop != nullptr) connection.end_when(stop);
    auto findings = findings_of(connection, thorough ? "PRAGMA integrity_check(100)" : "PRAGMA quick_check(100)");
    if (thorough && findings.empty()) {
        for (auto& line : findings_of(connection, "PRAGMA foreign_key_check")) {
            findings.push_back("foreign key (table, row, parent, number): " + line);
        }
    }
    // What an interrupted check says is no finding.
    if (stop != nullptr && *stop) throw Failure(Failure::Kind::busy, "The check was ended before it came through");
    return findings;
}

void SqliteConnection::copy_to(const std::string& path, const CopyWork& work) {
    if (!in_transaction()) throw Failure(Failure::Kind::bug, "A copy outside of a read");
    const Counting counting(long_reads_);
    const Unhurried unhurried(*this, work.stop);
    ask("SELECT count(*) FROM sqlite_schema");  // BEGIN alone takes no snapshot yet
    Session here(*this, false);
    if (work.look) work.look(here);

    const SqliteFiles target(layer_name_, path);
    if (target.is_there(target.database()) || target.size_of(target.database())) {
        throw Failure(Failure::Kind::io, "The copy " + target.database() + " is there already and was left as it is");
    }
    // A named layer has no rename; it is for tests, which do not mind a copy that grows under its final name.
    const bool real = layer_name_.empty();
    const SqliteFiles draft(layer_name_, target.database() + (real ? ".unfinished" : ""));
    const auto drop_draft = [&]() noexcept {
        for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
            try {
                draft.remove(draft.database() + ending);
            } catch (const Failure&) {
                // It stays behind under a name that says what it is.
            }
        }
    };
    drop_draft();
    try {
        SqliteConnection::Settings settings;
        settings.path = draft.database();
        settings.layer = layer_name_;
        settings.writer = true;
        settings.create = true;
        SqliteConnection copy(settings);
        if (real) {
            make_private(draft.database());
            give_to_owner_of_folder(draft.database());
        }
        make_copy(*this, copy, work);
    } catch (const SQLite::Exception& problem) {
        drop_draft();
        throw sqlite_failure(problem.getExtendedErrorCode(), "Copying to " + target.database() + ", " + problem.what(),
                             nullptr);
    } catch (const Failure& failure) {
        drop_draft();
        // Whether the stamp's commit came through is no question: there is no copy.
        const auto kind = failure.kind() == Failure::Kind::unknown ? Failure::Kind::io : failure.kind();
        throw Failure(kind, "Copying to " + target.database() + ": " + failure.what());
    } catch (...) {
        drop_draft();
        throw;
    }
    if (!real) return;
    try {
        publish_file(draft.database(), target.database());
    } catch (...) {
        drop_draft();
        throw;
    }
}

void take_time(Session& session) { static_cast<SqliteConnection&>(session.connection()).stop_deadline(); }

void copy_to(Session& session, const std::string& path, const CopyWork& work) {
    session.connection().copy_to(path, work);
}

}  // namespace crossdock::db
