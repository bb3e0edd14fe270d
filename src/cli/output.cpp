// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::cli {

namespace {

/// A terminal obeys escape sequences: a customer's name must not move the cursor.
std::string printable(std::string_view text) {
    std::string out = to_valid_utf8(text);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto byte = static_cast<unsigned char>(out[i]);
        if (byte < 0x20 || byte == 0x7f) out[i] = ' ';
        // U+0080 to U+009F are control characters as well, two bytes each.
        if (byte == 0xc2 && i + 1 < out.size() && static_cast<unsigned char>(out[i + 1]) < 0xa0) out.replace(i, 2, " ");
    }
    return out;
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;  // every byte but the continuation of a character
    }));
}

std::string padded(const std::string& text, std::size_t width, bool to_the_right) {
    const std::string blanks(width - std::min(width, width_of(text)), ' ');
    return to_the_right ? blanks + text : text + blanks;
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, to_valid_utf8(text));
    return out;
}

}  // namespace

std::string Cell::to_text() const {
    if (const auto* text = std::get_if<std::string>(&value_)) return printable(*text);
    if (const auto* number = std::get_if<std::int64_t>(&value_)) return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&value_)) return *flag ? "yes" : "no";
    if (const auto* raw = std::get_if<RawJson>(&value_)) return printable(raw->json);
    return "-";
}

std::string Cell::to_json() const {
    if (const auto* text = std::get_if<std::string>(&value_)) return json_string(*text);
    if (const auto* number = std::get_if<std::int64_t>(&value_)) return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&value_)) return *flag ? "true" : "false";
    if (const auto* raw = std::get_if<RawJson>(&value_)) return raw->json;
    return "null";
}

void Table::add(std::vector<Cell> row) {
    if (row.size() != columns_.size()) throw std::logic_error("a row has another number of cells than the table");
    rows_.push_back(std::move(row));
}

std::string Table::to_text() const {
    if (rows_.empty()) return "(none)\n";
    std::vector<std::vector<std::string>> lines{{}};
    for (const std::string& column : columns_) {
        std::string heading = column;
        for (char& c : heading)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        lines.front().push_back(std::move(heading));
    }
    for (const auto& row : rows_) {
        auto& line = lines.emplace_back();
        for (const Cell& cell : row) line.push_back(cell.to_text());
    }
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
    std::string out;
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const bool is_number = rows_.front()[i].is_number();
            text += (i == 0 ? "" : "  ") + padded(line[i], widths[i], is_number);
        }
        while (text.ends_with(' ')) text.pop_back();
        out += text + "\n";
    }
    return out;
}

std::string Table::to_json() const {
    std::string out = "[";
    for (const auto& row : rows_) {
        out += out.size() == 1 ? "{" : ",{";
        for (std::size_t i = 0; i < row.size(); ++i)
            out.append(i == 0 ? "" : ",").append(json_string(columns_[i])).append(":").append(row[i].to_json());
        out += "}";
    }
    return out + "]";
}

Record& Record::add(std::string name, Cell value) {
    fields_.emplace_back(std::move(name), std::move(value));
    return *this;
}

std::string Record::to_text() const {
    std::size_t width = 0;
    for (const auto& [name, value] : fields_) width = std::max(width, width_of(name));
    std::string out;
    for (const auto& [name, value] : fields_) out += padded(name + ":", width + 2, false) + value.to_text() + "\n";
    return out;
}

std::string Record::to_json() const {
    std::string out = "{";
    for (const auto& [name, value] : fields_)
        out.append(out.size() == 1 ? "" : ",").append(json_string(name)).append(":").append(value.to_json());
    return out + "}";
}

void Output::print(const Table& table) { emit(json_ ? table.to_json() + "\n" : table.to_text()); }
void Output::print(const Record& record) { emit(json_ ? record.to_json() + "\n" : record.to_text()); }

void Output::say(std::string_view sentence) {
    if (!json_) emit(std::string{sentence} + "\n");
}

Exit Output::fail(Exit exit, const Error& error) {
    if (json_)
        err_ << "{\"error\":{\"code\":" << json_string(error.code) << ",\"message\":" << json_string(error.message)
             << "}}\n";
    else
        err_ << "crossdock: " << printable(error.message) << "\n";
    err_.flush();
    return exit;
}

void Output::emit(const std::string& text) {
    out_ << text;
    out_.flush();  // a program that reads us through a pipe waits for the line
}

}  // namespace crossdock::cli
