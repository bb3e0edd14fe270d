// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace crossdock::cli {

/// What a command tells the shell.
enum class Exit : int {
    done = 0,
    failed = 1,
    usage = 2,  // bad usage or a bad config file
    taken = 3   // the port, the address or the data directory is not to be had
};
constexpr int to_int(Exit exit) { return static_cast<int>(exit); }

/// Text that is JSON already, such as a stored payload.
struct RawJson {
    std::string json;
};

/// One value for people and for programs: null is "-" in a table, a flag "yes" or "no".
class Cell {
public:
    Cell() = default;
    Cell(std::string text) : value_(std::move(text)) {}
    Cell(std::string_view text) : value_(std::string{text}) {}
    Cell(const char* text) : value_(std::string{text}) {}
    Cell(std::int64_t number) : value_(number) {}
    Cell(int number) : value_(std::int64_t{number}) {}
    Cell(bool flag) : value_(flag) {}
    Cell(RawJson json) : value_(std::move(json)) {}
    template <class T>
    Cell(const std::optional<T>& value) {
        if (value) *this = Cell(*value);
    }

    [[nodiscard]] bool is_number() const { return std::holds_alternative<std::int64_t>(value_); }
    /// For a terminal: one line, without control characters, which names from a channel may contain.
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] std::string to_json() const;

private:
    std::variant<std::monostate, std::string, std::int64_t, bool, RawJson> value_;
};

/// Rows of equal shape. As JSON: an array of objects with the column names as keys.
class Table {
public:
    explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}
    /// Throws std::logic_error when the row has another number of cells than there are columns.
    void add(std::vector<Cell> row);
    /// Columns aligned, headings in capitals, numbers to the right; "(none)" when there is no row.
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] std::string to_json() const;

private:
    std::vector<std::string> columns_;
    std::vector<std::vector<Cell>> rows_;
};

/// One thing with named values. As JSON: an object.
class Record {
public:
    Record& add(std::string name, Cell value);
    /// One "name: value" a line, the values aligned.
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] std::string to_json() const;

private:
    std::vector<std::pair<std::string, Cell>> fields_;
};

/// Where a command's results go: data to `out`, as text or (with --json) as one JSON document a line; what went wrong
/// to `err`.
class Output {
public:
    Output(std::ostream& out, std::ostream& err, bool json) : out_(out), err_(err), json_(json) {}

    [[nodiscard]] bool json() const { return json_; }
    void print(const Table& table);
    void print(const Record& record);
    /// A sentence for people; nothing with --json.
    void say(std::string_view sentence);
    /// "crossdock: message" on `err`, with --json {"error":{"code":…,"message":…}}. Returns `exit`.
    Exit fail(Exit exit, const Error& error);

private:
    void emit(const std::string& text);

    std::ostream& out_;
    std::ostream& err_;
    bool json_;
};

}  // namespace crossdock::cli
