// SPDX-License-Identifier: Apache-2.0
#include "exchange/file_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "api/json/body.h"
#include "api/json/requests.h"
#include "base/json_parse.h"
#include "base/text.h"
#include "dialect/charset.h"
#include "exchange/csv_reader.h"

namespace crossdock::exchange {
namespace {

using nlohmann::json;
using store::FileFault;

constexpr std::size_t kLongestLine = 1024 * 1024;
constexpr std::size_t kShownOfValue = 40;

struct Column {
    const char* name;
    bool number = false;
};
const std::vector<Column>& columns_of(InKind kind) {
    static const std::vector<Column> kAcks{{"id", true}};
    static const std::vector<Column> kStock{
        {"channel"}, {"sku"}, {"item_master_id", true}, {"location_id"}, {"quantity", true}};
    static const std::vector<Column> kShipments{
        {"remote_order_id", true}, {"channel"},   {"external_order_id"}, {"carrier"},       {"service"},
        {"tracking_number"},       {"ship_date"}, {"external_line_id"},  {"quantity", true}};
    switch (kind) {
        case InKind::acks:
        case InKind::refund_acks: return kAcks;
        case InKind::stock: return kStock;
        case InKind::shipments: return kShipments;
    }
    return kAcks;
}

std::string list_of(const std::vector<Column>& columns) {
    std::string list;
    for (const Column& column : columns) list += (list.empty() ? "" : ", ") + std::string{column.name};
    return list;
}

Error file_error(std::string message) { return {ErrorKind::invalid, "exchange_file", std::move(message)}; }

std::string shown_value(std::string_view value) {
    std::string shown = to_valid_utf8(value.substr(0, kShownOfValue));
    return "\"" + shown + (value.size() > kShownOfValue ? "…" : "") + "\"";
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A whole number in digits alone: whatever else spreadsheets write may mean two things.
std::variant<std::int64_t, std::string> read_number(std::string_view cell) {
    const std::string_view digits = cell.starts_with('-') ? cell.substr(1) : cell;
    if (!all_digits(digits)) {
        if (cell.find(',') != std::string_view::npos)
            return shown_value(cell) + " has a comma; send a whole number in digits alone, such as 10";
        if (cell.find('.') != std::string_view::npos)
            return shown_value(cell) + " has a point; send a whole number in digits alone, such as 10";
        return shown_value(cell) + " is not a whole number";
    }
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (fault != std::errc{} || end != cell.data() + cell.size()) return shown_value(cell) + " is too large";
    return number;
}

}  // namespace

FileFault fault_of(std::string_view message, std::int64_t first_row) {
    constexpr std::array kPaths{std::string_view{"items[0]"}, std::string_view{"shipments[0]"},
                                std::string_view{"ids[0]"}};
    for (const std::string_view path : kPaths)
        if (message.starts_with(path)) {
            message.remove_prefix(path.size());
            const auto begin = message.find_first_not_of(".: ");
            message.remove_prefix(begin == std::string_view::npos ? 0 : begin);
        }
    FileFault fault{first_row, "", ""};
    // Of a line of a shipment: one of its later rows.
    constexpr std::string_view kLine = "line_items[";
    if (message.starts_with(kLine)) {
        std::int64_t index = 0;
        const auto [end, error] =
            std::from_chars(message.data() + kLine.size(), message.data() + message.size(), index);
        const auto rest = static_cast<std::size_t>(end - message.data());
        if (error == std::errc{} && message.substr(rest).starts_with("].")) {
            fault.row = first_row + index;
            message.remove_prefix(rest + 2);
        }
    }
    fault.reason = message;
    const auto word_end =
        std::find_if_not(message.begin(), message.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    const std::string_view word = message.substr(0, static_cast<std::size_t>(word_end - message.begin()));
    for (const InKind kind : {InKind::stock, InKind::shipments})
        for (const Column& column : columns_of(kind))
            if (word == column.name) fault.column = word;
    // The contract's own sentences.
    if (message.starts_with("Carrier")) fault.column = "carrier";
    if (message.starts_with("Tracking number") || message.starts_with("tracking number"))
        fault.column = "tracking_number";
    return fault;
}

struct FileParser::Impl {
    Impl(InName file, Charset from, Sink to) : name(file), charset(from), sink(std::move(to)) {}

    // ---- tables

    Status read_header(const CsvReader::Row& cells) {
        const auto& known = columns_of(name.kind);
        std::vector<std::string> names;
        for (const Column& column : known) names.emplace_back(column.name);
        for (const std::string& cell : cells) {
            const std::string column = to_lower(trim(cell));
            const auto at = std::find(names.begin(), names.end(), column);
            if (at == names.end()) {
                header.push_back(nullptr);
                if (column.empty()) continue;  // a separator at the line's end
                const std::string near = nearest(column, names);
                return file_error("row 1: column " + shown_value(column) + " is not known" +
                                  (near.empty() ? "" : ", did you mean " + near + "?") +
                                  "; there are: " + list_of(known));
            }
            const Column* found = &known[static_cast<std::size_t>(at - names.begin())];
            if (has(found->name)) return file_error("row 1: there are two columns " + *at);
            header.push_back(found);
        }
        while (!header.empty() && header.back() == nullptr) header.pop_back();
        std::string missing;
        const auto need = [&](bool there, const char* what) {
            if (!there) missing += (missing.empty() ? "" : ", ") + std::string{what};
        };
        switch (name.kind) {
            case InKind::acks:
            case InKind::refund_acks: need(has("id"), "id"); break;
            case InKind::stock:
                need(has("channel"), "channel");
                need(has("sku") || has("item_master_id"), "sku or item_master_id");
                need(has("quantity"), "quantity");
                break;
            case InKind::shipments:
                need(has("remote_order_id") || (has("channel") && has("external_order_id")),
                     "remote_order_id, or channel and external_order_id");
                need(has("carrier"), "carrier");
                need(has("tracking_number"), "tracking_number");
                break;
        }
        if (missing.empty()) return ok();
        return file_error("row 1: the first row names the columns; missing: " + missing +
                          "; there are: " + list_of(known));
    }

    [[nodiscard]] bool has(std::string_view column) const {
        return std::any_of(header.begin(), header.end(),
                           [&](const Column* one) { return one != nullptr && column == one->name; });
    }

    Status take_cells(std::int64_t number, const CsvReader::Row& cells) {
        if (number == 1 || header.empty()) return read_header(cells);
        ParsedRow parsed{number, number, {}, {}};
        auto used = cells.size();
        while (used > header.size() && trim(cells[used - 1]).empty()) --used;
        if (used != header.size()) {
            const std::string message = "the row has " + std::to_string(used) + " cells, the first row has " +
                                        std::to_string(header.size()) +
                                        "; put text that holds the separator into quotes";
            // Whose row it is cannot be told: a shipment might go without one of its lines.
            if (name.kind == InKind::shipments) return file_error("row " + std::to_string(number) + ": " + message);
            parsed.faults.push_back({number, "", message});
            return emit_row(std::move(parsed), json::object());
        }
        json object = json::object();
        for (std::size_t i = 0; i < used; ++i) {
            if (header[i] == nullptr) continue;
            std::string converted;
            std::string_view cell = cells[i];
            if (!is_valid_utf8(cell) && (charset == Charset::utf8 || csv.is_marked_utf8()))
                return file_error(
                    "row " + std::to_string(number) + ", column " + header[i]->name +
                    ": the text is not UTF-8; save the file as CSV UTF-8, or set charset = \"windows-1252\" under "
                    "[exchange]");
            if (charset == Charset::windows_1252 && !csv.is_marked_utf8()) {
                converted = dialect::from_windows_1252(cell);
                cell = converted;
            }
            cell = trim(cell);
            if (cell.empty()) continue;
            if (!header[i]->number) {
                object[header[i]->name] = cell;
                continue;
            }
            auto read = read_number(cell);
            if (const auto* value = std::get_if<std::int64_t>(&read))
                object[header[i]->name] = *value;
            else
                parsed.faults.push_back(
                    {number, header[i]->name, header[i]->name + std::string{" "} + std::get<std::string>(read)});
        }
        return emit_row(std::move(parsed), std::move(object));
    }

    Status emit_row(ParsedRow&& parsed, json&& object) {
        if (name.kind == InKind::shipments) return gather(std::move(parsed), std::move(object));
        if (parsed.faults.empty()) interpret(object, parsed);
        return sink(std::move(parsed));
    }

    /// Rows of one order with one tracking number are one shipment.
    Status gather(ParsedRow&& parsed, json&& object) {
        json line = json::object();
        for (const char* member : {"external_line_id", "quantity"})
            if (const auto at = object.find(member); at != object.end()) {
                line[member] = *at;
                object.erase(at);
            }
        const bool same = object == group_object ||
                          ((!parsed.faults.empty() || (group && !group->faults.empty())) && is_same_parcel(object));
        const bool goes_on =
            group && same && !line.empty() && !group_lines.empty() && parsed.first_row == group->last_row + 1;
        if (!goes_on) {
            if (auto done = end_group(); !done) return done;
            group = std::move(parsed);
            group_object = std::move(object);
            group_lines = json::array();
        } else {
            group->last_row = parsed.last_row;
            std::move(parsed.faults.begin(), parsed.faults.end(), std::back_inserter(group->faults));
        }
        if (!line.empty()) group_lines.push_back(std::move(line));
        return ok();
    }

    /// Of rows with faults this is all there is to tell whose they are; a shipment without its faulty line must not go.
    [[nodiscard]] bool is_same_parcel(const json& object) const {
        const auto text = [](const json& of, const char* member) { return of.value(member, std::string{}); };
        return text(object, "carrier") == text(group_object, "carrier") &&
               text(object, "tracking_number") == text(group_object, "tracking_number");
    }

    Status end_group() {
        if (!group) return ok();
        ParsedRow parsed = std::move(*group);
        group.reset();
        if (!group_lines.empty()) group_object["line_items"] = std::move(group_lines);
        if (parsed.faults.empty()) interpret(group_object, parsed);
        return sink(std::move(parsed));
    }

    // ---- lines

    Status take_line(std::string_view line) {
        ++lines;
        line = trim(line);
        if (lines == 1 && line.starts_with("\xef\xbb\xbf")) {
            line.remove_prefix(3);
            marked_utf8 = true;
        }
        if (lines == 1 && (line.starts_with("\xff\xfe") || line.starts_with("\xfe\xff")))
            return file_error("the file is UTF-16; save it as UTF-8");
        if (line.empty()) return ok();
        ParsedRow parsed{lines, lines, {}, {}};
        std::string converted;
        if (charset == Charset::windows_1252 && !marked_utf8) {
            converted = dialect::from_windows_1252(line);
            line = converted;
        } else if (!is_valid_utf8(line)) {
            return file_error("line " + std::to_string(lines) +
                              " is not UTF-8; save the file as UTF-8, or set charset = "
                              "\"windows-1252\" under [exchange]");
        }
        auto read = parse_json(line);
        if (!read) {
            // "this is not JSON at line 1, column 7": of this one line.
            std::string why = read.error().message;
            constexpr std::string_view kThis = "this is";
            if (why.starts_with(kThis)) why.replace(0, kThis.size(), "the line is");
            if (const auto at = why.find("line 1, "); at != std::string::npos)
                why.erase(at, std::string_view{"line 1, "}.size());
            parsed.faults.push_back({lines, "", why});
        } else if (name.kind == InKind::acks || name.kind == InKind::refund_acks) {
            json object = read->is_object() ? std::move(*read) : json{{"id", std::move(*read)}};
            interpret(object, parsed);
        } else if (!read->is_object()) {
            parsed.faults.push_back({lines, "", "the line is not a JSON object"});
        } else {
            interpret(*read, parsed);
        }
        return sink(std::move(parsed));
    }

    Status take_text(std::string_view bytes) {
        for (;;) {
            const auto end = bytes.find('\n');
            if (pending.size() + std::min(end, bytes.size()) > kLongestLine)
                return file_error("line " + std::to_string(lines + 1) +
                                  " is longer than a megabyte; send one entry a line");
            if (end == std::string_view::npos) {
                pending += bytes;
                return ok();
            }
            pending += bytes.substr(0, end);
            if (auto done = take_line(std::exchange(pending, {})); !done) return done;
            bytes.remove_prefix(end + 1);
        }
    }

    // ---- values, by the contract's rules

    void interpret(const json& object, ParsedRow& parsed) const {
        api::Faults faults;
        switch (name.kind) {
            case InKind::acks:
            case InKind::refund_acks: {
                const json* id = api::member(object, "id");
                if (id == nullptr)
                    faults.add("id must be present");
                else if (const auto value = api::read_id(*id, "id", faults))
                    parsed.what = AckRow{*value};
                break;
            }
            case InKind::stock: {
                StockRow row;
                const json* channel = api::member(object, "channel");
                if (channel == nullptr)
                    faults.add("channel must be present");
                else if (const auto code = api::read_text(channel, "channel", faults))
                    row.channel = *code;
                row.figure = api::read_stock_item(object, 0, false, faults);
                parsed.what = std::move(row);
                break;
            }
            case InKind::shipments: parsed.what = api::read_shipment(object, 0, false, faults); break;
        }
        for (const std::string& message : faults.messages()) {
            parsed.faults.push_back(fault_of(message, parsed.first_row));
            if (parsed.faults.back().column.empty() && message.starts_with("id ")) parsed.faults.back().column = "id";
        }
    }

    const InName name;
    const Charset charset;
    bool marked_utf8 = false;  // of lines: a mark at the beginning says what they are
    const Sink sink;

    CsvReader csv;
    std::vector<const Column*> header;  // null: an empty name
    std::optional<ParsedRow> group;     // of a shipment
    json group_object, group_lines;

    std::string pending;  // of a line
    std::int64_t lines = 0;
    std::size_t size = 0;
};

FileParser::FileParser(InName name, Charset charset, Sink sink)
    : impl_(std::make_unique<Impl>(name, charset, std::move(sink))) {}
FileParser::~FileParser() = default;

Status FileParser::take(std::string_view bytes) {
    impl_->size += bytes.size();
    if (impl_->name.format != Format::csv) return impl_->take_text(bytes);
    return impl_->csv.take(
        bytes, [this](std::int64_t number, const CsvReader::Row& cells) { return impl_->take_cells(number, cells); });
}

Status FileParser::finish() {
    if (impl_->size == 0) return file_error("the file is empty");
    if (impl_->name.format != Format::csv) {
        if (impl_->pending.empty()) return ok();
        return impl_->take_line(std::exchange(impl_->pending, {}));
    }
    if (auto done = impl_->csv.finish(
            [this](std::int64_t number, const CsvReader::Row& cells) { return impl_->take_cells(number, cells); });
        !done)
        return done;
    if (impl_->header.empty()) return file_error("the file has no row");
    return impl_->end_group();
}

}  // namespace crossdock::exchange
