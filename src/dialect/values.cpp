// SPDX-License-Identifier: Apache-2.0
#include "dialect/values.h"

#include <algorithm>
#include <utility>

#include "base/json_members.h"
#include "base/json_writer.h"

namespace crossdock::dialect {
namespace {

bool is_time(std::string_view name) {
    return name.ends_with("_at") || name == "updated_at_remote" || name == "ship_date";
}

/// Objects with names that the contract does not know: kept as JSON, since their names need not be fit for anything
/// else, and a member of theirs that is called like a time of ours is none.
bool is_opaque(std::string_view name) { return name == "attrs" || name == "external_ids" || is_raw(name); }

bool is_nested(std::string_view token) { return token.starts_with('{') || token.starts_with('['); }
bool is_string(std::string_view token) { return token.starts_with('"'); }

std::string text_of(const Dialect& dialect, std::string_view name, std::string_view token) {
    std::string text = json_text(token);
    return is_time(name) && dialect.respells_times() ? respell_time(dialect, text) : text;
}

bool is_element_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

/// What one of several is called.
std::string_view singular(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"line_items", "line_item"},
        {"items", "item"},
        {"versions", "version"},
        {"pushes", "push"},
        {"problems", "problem"},
        {"created_ids", "id"},
        {"PrepDetailsList", "PrepDetails"},
    };
    for (const auto& [many, one] : kNames)
        if (many == name) return one;
    return "entry";
}

}  // namespace

bool is_raw(std::string_view name) { return name == "raw_payload" || name == "raw_data"; }

void append_respelled(std::string& out, const Dialect& dialect, std::string_view json) {
    if (!dialect.respells_times()) return append_json(out, json, dialect.charset);
    std::size_t from = 0;  // copied up to here
    std::string_view name;
    for (std::size_t at = 0; at < json.size();) {
        if (json[at] != '"' && json[at] != '{' && json[at] != '[') {
            ++at;
            continue;
        }
        if (json[at] != '"') {
            at += is_opaque(name) ? json_value(json, at).size() : 1;
            name = {};
            continue;
        }
        const auto token = json_value(json, at);
        const std::size_t behind = at + token.size();
        if (behind < json.size() && json[behind] == ':') {
            name = token.substr(1, token.size() - 2);
        } else if (is_time(name)) {
            append_json(out, json.substr(from, at - from), dialect.charset);
            out += '"';
            append_json(out, respell_time(dialect, token.substr(1, token.size() - 2)), dialect.charset);
            out += '"';
            from = behind;
        }
        at = std::max(behind, at + 1);
    }
    append_json(out, json.substr(from), dialect.charset);
}

void append_flat_value(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token) {
    if (!is_nested(token) && !(is_string(token) && is_time(name))) return append_json(out, token, dialect.charset);
    std::string text;
    append_json_string(text, is_nested(token) ? std::string{token} : text_of(dialect, name, token));
    append_json(out, text, dialect.charset);
}

void append_cell(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token) {
    if (token == "null") return;
    if (!is_string(token) && !is_nested(token)) {
        out.append(token);
        return;
    }
    std::string cell;
    if (is_nested(token))
        append_json(cell, token, dialect.charset);
    else
        append_plain(cell, text_of(dialect, name, token), dialect.charset);
    const bool bare = !cell.empty() && cell.find_first_of(",\"\r\n") == std::string::npos && cell.front() != ' ' &&
                      cell.back() != ' ' && cell.front() != '\t' && cell.back() != '\t';
    if (bare) {
        out += cell;
        return;
    }
    out += '"';
    for (const char c : cell) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_element(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token) {
    const bool fit = is_element_name(name);
    const std::string_view element = fit ? name : "member";
    out += '<';
    out += element;
    if (!fit) {
        out += " name=\"";
        append_xml(out, json_text("\"" + std::string{name} + "\""), dialect.charset);
        out += '"';
    }
    if (token == "null") {
        out += " xsi:nil=\"true\"/>";
        return;
    }
    out += '>';
    if (is_string(token)) {
        append_xml(out, text_of(dialect, name, token), dialect.charset);
    } else if (!is_nested(token) || is_opaque(name)) {
        append_xml(out, token, dialect.charset);
    } else if (token.front() == '[') {
        for (const auto one : json_elements(token)) append_element(out, dialect, singular(name), one);
    } else {
        for (const auto& [member, value] : JsonMembers(token)) append_element(out, dialect, member, value);
    }
    out += "</";
    out += element;
    out += '>';
}

void append_text_element(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token) {
    if (!is_nested(token)) return append_element(out, dialect, name, token);
    out += '<';
    out += name;
    out += '>';
    append_xml(out, token, dialect.charset);
    out += "</";
    out += name;
    out += '>';
}

void append_declaration(std::string& out, const Dialect& dialect) {
    out += "<?xml version=\"1.0\" encoding=\"";
    out += to_string(dialect.charset);
    out += "\"?>\n";
}

}  // namespace crossdock::dialect
