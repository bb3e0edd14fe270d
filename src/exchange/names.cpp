// SPDX-License-Identifier: Apache-2.0
#include "exchange/names.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace crossdock::exchange {
namespace {

using namespace std::string_view_literals;

constexpr std::array kUnfinished{".tmp"sv,        ".part"sv, ".partial"sv, ".filepart"sv,
                                 ".crdownload"sv, ".new"sv,  ".lock"sv};
constexpr std::array kOurs{".ok"sv, ".err"sv, ".done"sv, ".manifest.json"sv};
constexpr std::array kLitter{"thumbs.db"sv, "desktop.ini"sv};

constexpr const char* kKnownBeginnings = "acks, refund-acks, stock or shipments";

template <class Endings>
bool ends_in_one(std::string_view name, const Endings& endings) {
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::optional<InKind> kind_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, InKind>, 5> kBeginnings{{{"refund-acks"sv, InKind::refund_acks},
                                                                              {"refund_acks"sv, InKind::refund_acks},
                                                                              {"acks"sv, InKind::acks},
                                                                              {"stock"sv, InKind::stock},
                                                                              {"shipments"sv, InKind::shipments}}};
    for (const auto& [beginning, kind] : kBeginnings)
        if (name.starts_with(beginning) && (name.size() == beginning.size() || !is_letter(name[beginning.size()])))
            return kind;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Format format) {
    switch (format) {
        case Format::csv: return "csv";
        case Format::jsonl: return "jsonl";
        case Format::xml: return "xml";
    }
    return "";
}

std::string_view to_string(Charset charset) {
    switch (charset) {
        case Charset::utf8: return "utf-8";
        case Charset::windows_1252: return "windows-1252";
    }
    return "";
}

std::string_view to_string(InKind kind) {
    switch (kind) {
        case InKind::acks: return "acks";
        case InKind::refund_acks: return "refund-acks";
        case InKind::stock: return "stock";
        case InKind::shipments: return "shipments";
    }
    return "";
}

std::variant<InName, NoFile, std::string> read_in_name(std::string_view given) {
    const std::string name = to_lower(given);
    if (name.starts_with('.') || name.starts_with('~') || std::count(kLitter.begin(), kLitter.end(), name) != 0)
        return NoFile::litter;
    if (ends_in_one(name, kUnfinished)) return NoFile::unfinished;
    if (ends_in_one(name, kOurs)) return NoFile::ours;
    const auto dot = name.rfind('.');
    const std::string ending = dot == std::string::npos ? std::string{} : name.substr(dot + 1);
    const bool csv = ending == "csv" || ending == "txt";
    const bool lines = ending == "jsonl" || ending == "ndjson";
    if (!csv && !lines && ending != "json" && ending != "xml") return NoFile::unknown;
    const auto kind = kind_of(std::string_view{name}.substr(0, dot));
    if (!kind)
        return std::string{"the name begins with none of "} + kKnownBeginnings + ", such as stock-20261130-0315.csv";
    if (!csv && !lines)
        return "files of the kind ." + ending + " are not read; send a table (.csv) or JSON lines (.jsonl)";
    const auto digit = std::find_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (*kind == InKind::stock && digit == name.end())
        return std::string{
            "the name needs a number or a time, such as stock-20261130-0315.csv: the same name with the same "
            "content counts as a repetition and is not taken again"};
    return InName{*kind, csv ? Format::csv : Format::jsonl};
}

std::string compact_time(Timestamp at) {
    std::string text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(at));
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

std::string out_name(std::string_view kind, std::int64_t number, Timestamp at, Format format) {
    std::string digits = std::to_string(number);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return std::string{kind} + "-" + digits + "-" + compact_time(at) + "." + std::string{to_string(format)};
}

std::optional<std::int64_t> number_in(std::string_view name, std::string_view kind) {
    if (!name.starts_with(kind) || name.size() <= kind.size() + 1 || name[kind.size()] != '-') return std::nullopt;
    name.remove_prefix(kind.size() + 1);
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (fault != std::errc{} || number < 1) return std::nullopt;
    name.remove_prefix(static_cast<std::size_t>(end - name.data()));
    // "-20261130T032000Z."
    if (name.size() < 18 || name[0] != '-' || name[9] != 'T' || name[16] != 'Z' || name[17] != '.') return std::nullopt;
    return number;
}

std::string manifest_name(std::string_view name) {
    return std::string{name.substr(0, name.rfind('.'))} + ".manifest.json";
}

std::optional<Timestamp> archived_at(std::string_view name) {
    if (name.size() < 17 || name[8] != 'T' || name[15] != 'Z' || name[16] != '-') return std::nullopt;
    std::string text{name.substr(0, 4)};
    text.append("-")
        .append(name.substr(4, 2))
        .append("-")
        .append(name.substr(6, 5))
        .append(":")
        .append(name.substr(11, 2));
    text.append(":").append(name.substr(13, 3));
    const auto at = parse_iso8601(text, ZoneRule::required);
    return at ? std::optional{*at} : std::nullopt;
}

}  // namespace crossdock::exchange
