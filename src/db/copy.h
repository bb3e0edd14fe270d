// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "db/database.h"

/// Copies of a database, and files that hold one and that nobody has open.
namespace crossdock::db {

/// What is done beside a copy. Each may be empty.
struct CopyWork {
    /// Reads at the source, in the very snapshot that is copied, for as long as it takes.
    std::function<void(Session&)> look;
    /// Writes into the copy, after all of it is there, and before it is checked and gets its name.
    std::function<void(Session&)> stamp;
    /// Now and then: pages copied so far, and pages in all.
    std::function<void(std::int64_t done, std::int64_t all)> progress;
    /// Soon after it has become true the copy ends in Failure(busy), and there is none.
    const std::atomic<bool>* stop = nullptr;
};

/// Copies what this read sees to a file that must not exist yet, however many commits go on meanwhile; it may take as
/// long as it needs. `session` is one of Database::read or ClosedFile::read. The copy is one file, its owner's alone,
/// without a log; it is written under another name ("….unfinished"), checked from end to end, made durable, and only
/// then named. Throws Failure; then there is no file of that name.
void copy_to(Session& session, const std::string& path, const CopyWork& work);

/// Pages of the database, in use and free, as this read sees them.
struct PageFigures {
    std::int64_t pages = 0, free_pages = 0, page_bytes = 0;
};
PageFigures page_figures(Session& session);
/// The statements that make its tables and indexes, a line end after each.
std::string schema_text(Session& session);

/// Lets the read that runs take as long as it needs.
void take_time(Session& session);

/// A file with a database of ours that nobody has open, such as a backup. It is only read, also on a disk that cannot
/// be written to, and nothing is made beside it. One thread at a time. With Log::read also the database of a hub that
/// ended without a stop: what is in its log is seen, when the log's index is still there, and stays where it is.
class ClosedFile {
public:
    /// `engine_layer` as in Options. Errors, each with a sentence that says what to do: `file_missing`, `db_not_ours`,
    /// `db_damaged` (cut short, or its first page), `db_in_use` (it has a log: it was not closed), `db_unusable`.
    enum class Log { refuse, read };
    static Result<std::unique_ptr<ClosedFile>> open(const std::string& path, const std::string& engine_layer = {},
                                                    Log log = Log::refuse);
    ~ClosedFile();
    ClosedFile(const ClosedFile&) = delete;
    ClosedFile& operator=(const ClosedFile&) = delete;

    /// May be newer than what this program knows. Throws Failure, as all below.
    [[nodiscard]] int schema() const;
    [[nodiscard]] std::int64_t bytes() const;
    [[nodiscard]] std::int64_t log_bytes() const;
    /// As Database::check, thorough.
    std::vector<std::string> check(const std::atomic<bool>* stop = nullptr, bool thorough = true);
    template <class Work>
    auto read(Work&& work) -> std::invoke_result_t<Work&, Session&> {
        const Reading reading(*this);
        Session session(connection(), false);
        return work(session);
    }

private:
    struct Impl;
    class Reading {
    public:
        explicit Reading(ClosedFile& file);
        ~Reading();
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

    private:
        ClosedFile& file_;
    };
    explicit ClosedFile(std::unique_ptr<Impl> impl);
    DriverConnection& connection();
    std::unique_ptr<Impl> impl_;
};

/// Deletes a database that nobody has open and everything beside it, such as a copy that has served. Throws Failure.
void remove_closed(const std::string& path, const std::string& engine_layer = {});

/// `wanted`, or with a number behind it when a database, or what would belong to a database of that name, lies there.
std::string unused_name(const std::string& wanted);

/// Puts `draft`, a file that copy_to made, in the place of a database that nobody has open, and gives the one that was
/// there the name `kept` (its log "<kept>-wal"), which must be an unused one on the same disk. Returns that name, or
/// that of its log when there was nothing else to keep; nothing when there was neither. After a kill or power cut at
/// any moment there is the old one with its log, or finish_replacement puts the new one in place. The next opening
/// counts as one after an unclean stop and checks the file. Throws Failure.
std::optional<std::string> replace_database(const std::string& database, const std::string& draft,
                                            const std::string& kept);

/// Carries a replace_database that was interrupted to its end, or back when its draft is gone; Database::open begins
/// with it. The caller has the database for itself. Returns the name of the database that was kept in doing so; nothing
/// when there was nothing to do. Throws Failure; then it may be called again.
std::optional<std::string> finish_replacement(const std::string& database);

}  // namespace crossdock::db
