// SPDX-License-Identifier: Apache-2.0
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
        return refuse("db_in_use",
                      "The file " + path + " has a log beside it (" + path + ending +
                          "): it is in use, or was not closed. Name a file that crossdock backup made; or, to go "
                          "on with this very one, stop the hub and put both files in the place of the "
                          "database and its log");
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

void remove_closed(const std::string& path, const std::string& engine_layer) {
    const SqliteFiles files(engine_layer, path);
    for (const char* ending : {"", "-wal", "-shm", "-journal", ".running"}) files.remove(files.database() + ending);
}

}  // namespace crossdock::db
