// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include "db/sqlite_connection.h"

// Written against SQLite's own functions: SQLiteCpp's Statement copies a shared pointer for every column read and has
// no way to bind a view of text without copying it, and pages of the feeds read some 15,000 columns.
namespace crossdock::db {
namespace {

std::string in_statement(const std::string& sql) { return " in: " + sql; }

}  // namespace

SqliteStatement::SqliteStatement(SqliteConnection& connection, std::string sql, bool cached)
    : connection_(connection), sql_(std::move(sql)), cached_(cached) {
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(connection_.handle(), sql_.data(), static_cast<int>(sql_.size()),
                                        cached ? SQLITE_PREPARE_PERSISTENT : 0, &statement_, &rest);
    if (code != SQLITE_OK) throw connection_.failed(code, "Preparing" + in_statement(sql_));
    const std::string_view tail{rest, sql_.size() - static_cast<std::size_t>(rest - sql_.data())};
    if (statement_ == nullptr || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        sqlite3_finalize(statement_);
        throw Failure(Failure::Kind::bug, "Not one statement, but none or several" + in_statement(sql_));
    }
    bound_.resize(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_)), false);
    unbound_ = bound_.size();
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

bool SqliteStatement::read_only() const { return sqlite3_stmt_readonly(statement_) != 0; }

void SqliteStatement::before_bind(int index) {
    if (state_ == State::row) {
        throw Failure(Failure::Kind::bug,
                      "New values while rows are still being read; reset() first" + in_statement(sql_));
    }
    if (state_ == State::done) reset();
    used_ = true;
    const auto place = static_cast<std::size_t>(index) - 1;
    if (index < 1 || place >= bound_.size()) {
        throw Failure(Failure::Kind::bug, "There is no parameter " + std::to_string(index) + in_statement(sql_));
    }
    if (!bound_[place]) {
        bound_[place] = true;
        --unbound_;
    }
}

void SqliteStatement::bind_null(int index) {
    before_bind(index);
    if (const int code = sqlite3_bind_null(statement_, index); code != SQLITE_OK) fail(code);
}

void SqliteStatement::bind_integer(int index, std::int64_t value) {
    before_bind(index);
    if (const int code = sqlite3_bind_int64(statement_, index, value); code != SQLITE_OK) fail(code);
}

void SqliteStatement::bind_text(int index, std::string_view value) {
    before_bind(index);
    // A null pointer would bind NULL, but an empty view is empty text.
    const char* data = value.data() == nullptr ? "" : value.data();
    const int code = sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) fail(code);
}

bool SqliteStatement::step() {
    if (state_ == State::done) return false;
    if (state_ == State::ready && unbound_ > 0) {
        std::size_t place = 0;
        while (bound_[place]) ++place;
        throw Failure(Failure::Kind::bug, "Parameter " + std::to_string(place + 1) + " of " +
                                              std::to_string(bound_.size()) + " has no value" + in_statement(sql_));
    }
    connection_.before_step();
    used_ = true;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        state_ = State::row;
        columns_ = sqlite3_data_count(statement_);
        return true;
    }
    if (code != SQLITE_DONE) fail(code);
    state_ = State::done;
    columns_ = 0;
    return false;
}

std::int64_t SqliteStatement::exec() {
    const auto before = sqlite3_total_changes64(connection_.handle());
    while (step()) {
    }
    const auto after = sqlite3_total_changes64(connection_.handle());
    // sqlite3_changes keeps the figure of an earlier statement when this one changed nothing.
    const std::int64_t changed = after == before ? 0 : sqlite3_changes64(connection_.handle());
    reset();
    return changed;
}

std::int64_t SqliteStatement::insert() {
    if (exec() != 1) throw Failure(Failure::Kind::bug, "Not one row was inserted" + in_statement(sql_));
    return sqlite3_last_insert_rowid(connection_.handle());
}

void SqliteStatement::reset() noexcept {
    if (!used_) return;  // exec() has done it already
    used_ = false;
    sqlite3_reset(statement_);  // repeats the code of a failed step, which was already reported
    sqlite3_clear_bindings(statement_);
    bound_.assign(bound_.size(), false);
    unbound_ = bound_.size();
    state_ = State::ready;
    columns_ = 0;
}

std::int64_t SqliteStatement::integer(int column) const {
    check_column(column);
    return sqlite3_column_int64(statement_, column);
}

std::string_view SqliteStatement::text(int column) const {
    check_column(column);
    // Not sqlite3_column_text: it adds a NUL, for which it must copy text that lies in the middle of a page.
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return data == nullptr ? std::string_view{} : std::string_view{data, static_cast<std::size_t>(size)};
}

bool SqliteStatement::is_null(int column) const {
    check_column(column);
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void SqliteStatement::check_column(int column) const {
    if (column < 0 || column >= columns_) {
        throw Failure(Failure::Kind::bug, columns_ == 0 ? "No row to read from" + in_statement(sql_)
                                                        : "No column " + std::to_string(column) + in_statement(sql_));
    }
}

void SqliteStatement::fail(int code) {
    Failure failure = connection_.failed(code, "Running" + in_statement(sql_));
    reset();
    throw failure;
}

}  // namespace crossdock::db
