// SPDX-License-Identifier: Apache-2.0
#include "exchange/manifest.h"

#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::exchange {
namespace {

using nlohmann::json;

std::int64_t number_at(const json& object, const char* name) {
    const auto at = object.find(name);
    return at != object.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

std::string text_at(const json& object, const char* name) {
    const auto at = object.find(name);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

}  // namespace

std::string manifest_text(const store::FileOut& file, Format format, std::int64_t bytes, std::string_view sha256) {
    std::string text;
    JsonWriter(text)
        .begin_object()
        .field("format_version", kFormatVersion)
        .field("kind", file.kind)
        .field("number", file.number)
        .field("file", file.name)
        .field("format", to_string(format))
        .field("charset", file.charset)
        .field("count", file.rows)
        .field("bytes", bytes)
        .field("sha256", sha256)
        .field("first_cursor", file.first_cursor)
        .field("last_cursor", file.last_cursor)
        .field("made_at", format_rfc3339(file.reserved_at))
        .end_object();
    return text + "\n";
}

std::optional<std::string> manifest_objection(std::string_view manifest, std::int64_t bytes, std::int64_t rows,
                                              std::string_view sha256) {
    const auto read = parse_json(manifest);
    if (!read || !read->is_object()) return "its manifest is not a JSON object";
    const auto differs = [&](const char* name, std::int64_t ours) -> std::optional<std::string> {
        const auto at = read->find(name);
        if (at == read->end() || at->is_null()) return std::nullopt;
        if (at->is_number_integer() && at->get<std::int64_t>() == ours) return std::nullopt;
        return "its manifest says " + std::string{name} + " " + at->dump() + ", the file has " + std::to_string(ours);
    };
    if (auto objection = differs("bytes", bytes)) return objection;
    if (const auto at = read->find("sha256"); at != read->end() && !at->is_null())
        if (!at->is_string() || to_lower(at->get<std::string>()) != sha256)
            return "its manifest names another sha256 than the file's, " + std::string{sha256};
    return differs("rows", rows);
}

std::string numbers_text(const Numbers& numbers) {
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    for (const auto& [kind, number] : numbers) json.key(kind).value(number);
    json.end_object();
    return text + "\n";
}

Numbers read_numbers(std::string_view text) {
    Numbers numbers;
    const auto read = parse_json(text);
    if (!read || !read->is_object()) return numbers;
    for (const auto& [kind, number] : read->items())
        if (number.is_number_integer()) numbers[kind] = number.get<std::int64_t>();
    return numbers;
}

std::string owner_text(const Owner& owner) {
    std::string text;
    JsonWriter(text)
        .begin_object()
        .field("installation", owner.installation)
        .field("host", owner.host)
        .field("pid", owner.pid)
        .field("beat", owner.beat)
        .end_object();
    return text + "\n";
}

std::optional<Owner> read_owner(std::string_view text) {
    const auto read = parse_json(text);
    if (!read || !read->is_object()) return std::nullopt;
    Owner owner{text_at(*read, "installation"), text_at(*read, "host"), number_at(*read, "pid"),
                number_at(*read, "beat")};
    return owner.installation.empty() ? std::nullopt : std::optional{std::move(owner)};
}

}  // namespace crossdock::exchange
