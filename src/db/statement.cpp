// SPDX-License-Identifier: Apache-2.0
#include "db/driver.h"

namespace crossdock::db {

void Session::run_script(std::string_view sql) { connection_.run_script(sql); }

std::int64_t Session::next_sequence() {
    if (!writable_) throw Failure(Failure::Kind::bug, "A number of the commit order was asked for outside a write");
    SequenceCounter& counter = connection_.sequence;
    if (!counter.loaded) {
        Statement statement(*this, "SELECT value FROM change_sequence WHERE id = 1");
        if (!statement.step()) throw Failure(Failure::Kind::corrupt, "The table change_sequence has lost its row");
        counter = {true, statement.integer(0), statement.integer(0)};
    }
    return ++counter.value;
}

Statement::Statement(Session& session, std::string_view sql)
    : statement_(&session.connection().borrow(sql)), connection_(&session.connection()) {
    if (!session.writable() && !statement_->read_only()) {
        connection_->give_back(*statement_);
        throw Failure(Failure::Kind::bug, "A statement that writes inside a read: " + std::string{sql});
    }
}

Statement::~Statement() { connection_->give_back(*statement_); }

bool Statement::step() { return statement_->step(); }
std::int64_t Statement::exec() { return statement_->exec(); }
std::int64_t Statement::insert() { return statement_->insert(); }
void Statement::reset() { statement_->reset(); }

std::int64_t Statement::integer(int column) const { return statement_->integer(column); }
std::string_view Statement::text(int column) const { return statement_->text(column); }
bool Statement::is_null(int column) const { return statement_->is_null(column); }

std::optional<std::int64_t> Statement::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Statement::optional_string(int column) const {
    if (is_null(column)) return std::nullopt;
    return string(column);
}

std::optional<Timestamp> Statement::optional_time(int column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
}

void Statement::bind_null(int index) { statement_->bind_null(index); }
void Statement::bind_integer(int index, std::int64_t value) { statement_->bind_integer(index, value); }
void Statement::bind_text(int index, std::string_view value) { statement_->bind_text(index, value); }
void Statement::bind_one(int index, const std::optional<Timestamp>& value) {
    if (value)
        bind_one(index, *value);
    else
        bind_null(index);
}

}  // namespace crossdock::db
