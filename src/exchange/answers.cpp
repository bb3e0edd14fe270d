// SPDX-License-Identifier: Apache-2.0
#include "exchange/answers.h"

#include "base/json_writer.h"
#include "dialect/charset.h"

namespace crossdock::exchange {
namespace {

/// In its charset before it gets its quotes: what the charset lacks may be spelled with one.
std::string csv_cell(const std::string& utf8, Charset charset) {
    std::string text;
    if (charset == Charset::windows_1252)
        dialect::append_plain(text, utf8, dialect::Charset::windows_1252);
    else
        text = utf8;
    if (text.find_first_of(",;\"\r\n\t") == std::string::npos) return text;
    std::string cell = "\"";
    for (const char c : text) cell += c == '"' ? std::string{"\"\""} : std::string(1, c);
    return cell + "\"";
}

std::string count(std::int64_t rows, const char* verb) {
    return std::to_string(rows) + (rows == 1 ? " row was " : " rows were ") + verb;
}

std::string summary(const store::FileIn& file) {
    if (file.refusal) return "nothing was taken: " + *file.refusal;
    return count(file.taken, "taken") + ", " + count(file.refused, "not");
}

void add_fault_row(std::string& text, Format format, Charset charset, const store::FileFault& fault) {
    if (format == Format::csv) {
        text += (fault.row > 0 ? std::to_string(fault.row) : std::string{}) + "," + csv_cell(fault.column, charset) +
                "," + csv_cell(fault.reason, charset) + "\r\n";
        return;
    }
    std::string line;
    JsonWriter json(line);
    json.begin_object();
    if (fault.row > 0) json.field("row", fault.row);
    if (!fault.column.empty()) json.field("column", fault.column);
    json.field("reason", fault.reason).end_object();
    dialect::append_json(text, line,
                         charset == Charset::windows_1252 ? dialect::Charset::windows_1252 : dialect::Charset::utf8);
    text += "\n";
}

}  // namespace

bool has_faults(const store::FileIn& file) { return file.refusal.has_value() || file.refused > 0 || file.grew; }

std::string answer_text(const store::FileIn& file, Format format, Charset charset, bool repeated,
                        const std::vector<store::FileFault>& faults, std::int64_t fault_count) {
    std::string text;
    if (!has_faults(file) && fault_count == 0) {
        if (format == Format::csv)
            return "rows,taken,refused,updated,repeated\r\n" + std::to_string(file.rows) + "," +
                   std::to_string(file.taken) + "," + std::to_string(file.refused) + "," +
                   std::to_string(file.updated) + "," + (repeated ? "yes" : "no") + "\r\n";
        JsonWriter(text)
            .begin_object()
            .field("rows", file.rows)
            .field("taken", file.taken)
            .field("refused", file.refused)
            .field("updated", file.updated)
            .field("repeated", repeated)
            .end_object();
        return text + "\n";
    }
    if (format == Format::csv) text = "row,column,reason\r\n";
    add_fault_row(
        text, format, charset,
        {0, "", (repeated ? "this file was sent before, and this is what became of it then: " : "") + summary(file)});
    for (const store::FileFault& fault : faults) add_fault_row(text, format, charset, fault);
    if (const auto more = fault_count - static_cast<std::int64_t>(faults.size()); more > 0)
        add_fault_row(text, format, charset, {0, "", "and " + std::to_string(more) + " more"});
    return text;
}

}  // namespace crossdock::exchange
