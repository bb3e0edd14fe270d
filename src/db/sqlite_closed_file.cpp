// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <utility>

#include "db/copy.h"
#include "db/disk.h"
#include "db/sqlite_driver.h"

namespace crossdock::db {
namespace {

Error refuse(const char* code, std::string text) { return Error{ErrorKind::rejected, code, std::move(text)}; }

/// Reads only, and not through SQLite.
Result<std::int64_t> look_at_file(const SqliteFiles& files, bool read_log) {
    const std::string& path = files.database();
    const auto header = files.header();
    if (!header) {
        return Error{ErrorKind::not_found, "file_missing",
                     "There is no file " + path + ", or this user may not read it"};
    }
    if (!header->is_sqlite || header->page_bytes < 512 || header->application_id != kApplicationId) {
        return refuse("db_not_ours", "The file " + path + " holds no crossdock database");
    }
    for (const char* ending : {"-wal", "-journal"}) {
        if (files.size_of(path + ending).value_or(0) == 0) continue;
        // Without its index SQLite would make one, as the user that happens to run this.
        if (read_log && ending == std::string_view{"-wal"} && files.is_there(path + "-shm")) return header->file_bytes;
        return refuse("db_in_use", "The file " + path + " has a log beside it (" + path + ending +
                                       "): it is in use, or was not closed. Name a file that crossdock backup made");
    }
    const std::int64_t bytes = std::int64_t{header->pages} * header->page_bytes;
    if (bytes > header->file_bytes) {
        return refuse("db_damaged", "The file " + path + " is cut short: it should have " + std::to_string(bytes) +
                                        " bytes and has " + std::to_string(header->file_bytes) +
                                        ". Use another backup");
    }
    return header->file_bytes;
}

}  // namespace

struct ClosedFile::Impl {
    std::int64_t bytes = 0, log_bytes = 0;
    std::unique_ptr<SqliteConnection> connection;
    int schema = 0;
};

ClosedFile::ClosedFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClosedFile::~ClosedFile() = default;

Result<std::unique_ptr<ClosedFile>> ClosedFile::open(const std::string& path, const std::string& engine_layer,
                                                     Log log) {
    try {
        if (engine_layer.empty() && is_not_a_file(path)) return refuse("db_not_ours", path + " is not a file");
        const SqliteFiles files(engine_layer, path);
        const auto bytes = look_at_file(files, log == Log::read);
        if (!bytes) return bytes.error();
        auto impl = std::make_unique<Impl>();
        impl->bytes = *bytes;
        impl->log_bytes = files.size_of(files.log()).value_or(0);
        SqliteConnection::Settings settings;
        settings.path = files.database();
        settings.layer = engine_layer;
        settings.immutable = engine_layer.empty() && impl->log_bytes == 0;
        settings.untouched_log = engine_layer.empty() && impl->log_bytes > 0;
        impl->connection = std::make_unique<SqliteConnection>(settings);
        impl->connection->run_script("PRAGMA query_only = 1");
        impl->connection->run_script("PRAGMA temp_store = MEMORY");
        impl->schema = impl->connection->schema_version();
        return std::unique_ptr<ClosedFile>(new ClosedFile(std::move(impl)));
    } catch (const Failure& failure) {
        if (failure.kind() == Failure::Kind::corrupt)
            return refuse("db_damaged",
                          "The file " + path + " is damaged (" + failure.what() + "). Use another backup");
        return Error{ErrorKind::unavailable, "db_unusable",
                     "The file " + path + " cannot be read (" + failure.what() + ")"};
    }
}

int ClosedFile::schema() const { return impl_->schema; }
std::int64_t ClosedFile::bytes() const { return impl_->bytes; }
std::int64_t ClosedFile::log_bytes() const { return impl_->log_bytes; }

std::vector<std::string> ClosedFile::check(const std::atomic<bool>* stop, bool thorough) {
    auto findings = check_sqlite(*impl_->connection, thorough, stop);
    impl_->connection->end_when(nullptr);
    return findings;
}

DriverConnection& ClosedFile::connection() { return *impl_->connection; }

ClosedFile::Reading::Reading(ClosedFile& file) : file_(file) {
    file_.impl_->connection->begin_read(std::chrono::steady_clock::time_point::max());
}

ClosedFile::Reading::~Reading() { file_.impl_->connection->rollback(); }

PageFigures page_figures(Session& session) {
    Statement statement(
        session,
        "SELECT (SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count), "
        "(SELECT page_size FROM pragma_page_size)");
    statement.step();
    return {statement.integer(0), statement.integer(1), statement.integer(2)};
}

std::string schema_text(Session& session) {
    Statement statement(session, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name");
    std::string text;
    while (statement.step()) text.append(statement.text(0)).append(";\n");
    return text;
}

namespace {

std::vector<std::string> files_beginning_with(const std::string& path) {
    std::vector<std::string> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path{path}.parent_path(), error))
        if (std::string text = entry.path().string(); text.starts_with(path)) found.push_back(std::move(text));
    return found;
}

/// The copy that an interrupted replacement made of this database, without the log that belongs to it.
std::string kept_without_log(const SqliteFiles& files, const std::string& kept) {
    // The names end in the time: the last one is the newest.
    std::string found = kept;
    const std::string stem = kept.substr(0, kept.rfind('-') + 1);
    std::string newest;
    for (const std::string& name : files_beginning_with(stem))
        if (!name.ends_with("-wal") && !name.ends_with("-journal") && name > newest) newest = name;
    if (!newest.empty() && !files.is_there(newest + "-wal")) found = newest;
    return found;
}

}  // namespace

void remove_closed(const std::string& path, const std::string& engine_layer) {
    const SqliteFiles files(engine_layer, path);
    for (const char* ending : {"", "-wal", "-shm", "-journal", ".running"}) files.remove(files.database() + ending);
}

std::optional<std::string> replace_database(const std::string& database, const std::string& draft,
                                            const std::string& kept) {
    const SqliteFiles files({}, database);
    const std::string& path = files.database();
    if (!files.is_there(draft)) throw Failure(Failure::Kind::io, "There is no file " + draft);
    // From here on an absent database is one that is missing, not one to be made.
    files.write_mark(SqliteFiles::Mark::running);
    std::optional<std::string> moved;
    std::string log_of = kept;
    if (files.is_there(path)) {
        move_file(path, kept);
        moved = kept;
    } else {
        log_of = kept_without_log(files, kept);
        if (log_of != kept) moved = log_of;
    }
    // After the database: a log without its database is refused, a database without its log would not be noticed.
    for (const char* ending : {"-wal", "-journal"})
        if (files.is_there(path + ending)) {
            move_file(path + ending, log_of + ending);
            if (!moved) moved = log_of + ending;  // there was no database beside it
        }
    files.remove(path + "-shm");
    publish_file(draft, path);
    return moved;
}

}  // namespace crossdock::db
