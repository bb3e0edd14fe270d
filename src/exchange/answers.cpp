// SPDX-License-Identifier: Apache-2.0
#include "exchange/answers.h"

#include "base/json_writer.h"

namespace crossdock::exchange {
namespace {

std::string csv_cell(const std::string& text) {
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

void add_fault_row(std::string& text, Format format, const store::FileFault& fault) {
    if (format == Format::csv) {
        text += (fault.row > 0 ? std::to_string(fault.row) : std::string{}) + "," + csv_cell(fault.column) + "," +
                csv_cell(fault.reason) + "\r\n";
        return;
    }
    JsonWriter json(text);
    json.begin_object();
    if (fault.row > 0) json.field("row", fault.row);
    if (!fault.column.empty()) json.field("column", fault.column);
    json.field("reason", fault.reason).end_object();
    text += "\n";
}

}  // namespace

bool has_faults(const store::FileIn& file) { return file.refusal.has_value() || file.refused > 0 || file.grew; }

std::string answer_text(const store::FileIn& file, Format format, bool repeated,
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
        text, format,
        {0, "", (repeated ? "this file was sent before, and this is what became of it then: " : "") + summary(file)});
    for (const store::FileFault& fault : faults) add_fault_row(text, format, fault);
    if (const auto more = fault_count - static_cast<std::int64_t>(faults.size()); more > 0)
        add_fault_row(text, format, {0, "", "and " + std::to_string(more) + " more"});
    return text;
}

}  // namespace crossdock::exchange
