// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <pugixml.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// What a client would read an answer with. Shares nothing with src/dialect, or both would make the same mistake.
namespace crossdock::testing_support {

/// A cell, or nothing for null: an unquoted cell that is empty.
using Cell = std::optional<std::string>;

/// RFC 4180, character by character; anything else throws.
inline std::vector<std::vector<Cell>> read_csv(const std::string& text) {
    std::vector<std::vector<Cell>> rows;
    std::size_t i = 0;
    while (i < text.size()) {
        std::vector<Cell> row;
        for (;;) {
            std::string cell;
            bool quoted = false;
            if (i < text.size() && text[i] == '"') {
                quoted = true;
                for (++i;; ++i) {
                    if (i >= text.size()) throw std::runtime_error("a quoted cell does not end");
                    if (text[i] != '"') {
                        cell += text[i];
                    } else if (i + 1 < text.size() && text[i + 1] == '"') {
                        cell += '"';
                        ++i;
                    } else {
                        break;
                    }
                }
                ++i;
            } else {
                while (i < text.size() && text[i] != ',' && text[i] != '\r') {
                    if (text[i] == '"' || text[i] == '\n')
                        throw std::runtime_error("a bare cell holds what needs quotes");
                    cell += text[i++];
                }
            }
            row.push_back(quoted || !cell.empty() ? Cell{cell} : Cell{});
            if (i < text.size() && text[i] == ',') {
                ++i;
                continue;
            }
            if (text.compare(i, 2, "\r\n") != 0) throw std::runtime_error("a row does not end in CRLF");
            i += 2;
            break;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Rows by the names of the header.
inline std::vector<std::map<std::string, Cell>> read_csv_rows(const std::string& text) {
    const auto cells = read_csv(text);
    std::vector<std::map<std::string, Cell>> rows;
    for (std::size_t i = 1; i < cells.size(); ++i) {
        if (cells[i].size() != cells[0].size()) throw std::runtime_error("a row has another number of cells");
        std::map<std::string, Cell> row;
        for (std::size_t column = 0; column < cells[i].size(); ++column)
            if (!row.emplace(*cells[0][column], cells[i][column]).second) throw std::runtime_error("a column twice");
        rows.push_back(std::move(row));
    }
    return rows;
}

inline void append_code_point(std::string& out, unsigned long c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

/// Windows-1252 after the index of the WHATWG's Encoding Standard.
inline std::string decode_1252(const std::string& bytes) {
    static const std::map<unsigned, unsigned long> kSpecial{
        {0x80, 0x20AC}, {0x82, 0x201A}, {0x83, 0x0192}, {0x84, 0x201E}, {0x85, 0x2026}, {0x86, 0x2020}, {0x87, 0x2021},
        {0x88, 0x02C6}, {0x89, 0x2030}, {0x8A, 0x0160}, {0x8B, 0x2039}, {0x8C, 0x0152}, {0x8E, 0x017D}, {0x91, 0x2018},
        {0x92, 0x2019}, {0x93, 0x201C}, {0x94, 0x201D}, {0x95, 0x2022}, {0x96, 0x2013}, {0x97, 0x2014}, {0x98, 0x02DC},
        {0x99, 0x2122}, {0x9A, 0x0161}, {0x9B, 0x203A}, {0x9C, 0x0153}, {0x9E, 0x017E}, {0x9F, 0x0178}};
    std::string out;
    for (const char byte : bytes) {
        const unsigned c = static_cast<unsigned char>(byte);
        if (c >= 0x80 && c < 0xA0 && !kSpecial.contains(c))
            throw std::runtime_error("a byte that Windows-1252 leaves open");
        append_code_point(out, kSpecial.contains(c) ? kSpecial.at(c) : c);
    }
    return out;
}

/// The text of an answer in UTF-8, by what it says it is.
inline std::string decode(const std::string& bytes, const std::string& content_type) {
    if (content_type.find("windows-1252") != std::string::npos) return decode_1252(bytes);
    if (content_type.find("us-ascii") != std::string::npos)
        for (const char byte : bytes)
            if (static_cast<unsigned char>(byte) >= 0x80) throw std::runtime_error("not ASCII");
    return bytes;
}

/// XML as JSON: texts, null for xsi:nil, arrays for the elements that `lists` names.
inline nlohmann::json read_element(const pugi::xml_node& node) {
    if (std::string_view{node.attribute("xsi:nil").value()} == "true") return nullptr;
    if (!node.first_child() || node.first_child().type() == pugi::node_pcdata) return node.text().get();
    const bool is_list = std::string_view{node.name()} == "line_items";
    nlohmann::json value = is_list ? nlohmann::json::array() : nlohmann::json::object();
    for (const auto& child : node.children()) {
        if (is_list)
            value.push_back(read_element(child));
        else
            value[child.name()] = read_element(child);
    }
    return value;
}

inline std::vector<nlohmann::json> read_xml_rows(const std::string& utf8) {
    pugi::xml_document document;
    const auto parsed = document.load_buffer(utf8.data(), utf8.size(),
                                             pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
    if (!parsed) throw std::runtime_error(parsed.description());
    std::vector<nlohmann::json> rows;
    for (const auto& child : document.document_element().children())
        if (child.type() == pugi::node_element) rows.push_back(read_element(child));
    return rows;
}

}  // namespace crossdock::testing_support
