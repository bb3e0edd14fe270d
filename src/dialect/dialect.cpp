// SPDX-License-Identifier: Apache-2.0
#include "dialect/dialect.h"

#include <charconv>
#include <utility>
#include <vector>

#include "base/text.h"

namespace crossdock::dialect {
namespace {

constexpr const char* kChoices =
    "format=json|csv|xml, rows=nested|flat, charset=utf-8|ascii|windows-1252, no-fraction, zone=Europe/Berlin (or any "
    "other name of a time zone), no-offset, no-raw, max-page-bytes=65536; or the ready names foxpro, delphi first";

constexpr std::pair<std::string_view, std::string_view> kReadyNames[] = {
    // ASCII, because MSXML takes what comes for UTF-8 and Delphi's letters depend on its version, while escapes are
    // read everywhere; pages that strings hold without trouble.
    {"foxpro", "charset=ascii,no-fraction,no-raw,max-page-bytes=65536"},
    {"delphi", "charset=ascii,no-fraction,no-raw,max-page-bytes=131072"},
};

Error wrong_setting(std::string_view word, const std::string& why) {
    return {ErrorKind::invalid, "dialect_invalid",
            "dialect setting \"" + to_valid_utf8(word.substr(0, 60)) + "\" " + why + "; there are " + kChoices};
}

std::string unknown_setting(std::string_view word) {
    const std::string near = nearest(word, {"format=json", "format=csv", "format=xml", "rows=flat", "rows=nested",
                                            "charset=ascii", "charset=utf-8", "charset=windows-1252", "no-fraction",
                                            "no-offset", "no-raw", "zone=", "max-page-bytes=", "foxpro", "delphi"});
    return near.empty() ? "is not known" : "is not known; did you mean " + near + "?";
}

/// One "name=value". An empty text: done; else what is wrong.
Status take_value(Dialect& dialect, std::string_view word, std::string_view name, std::string_view value) {
    const std::string lower = to_lower(value);
    if (name == "format") {
        const auto format = read_format(lower);
        if (!format) return wrong_setting(word, "is not a format");
        dialect.format = *format;
    } else if (name == "rows") {
        if (lower != "flat" && lower != "nested") return wrong_setting(word, "is neither flat nor nested");
        dialect.flat = lower == "flat";
    } else if (name == "charset") {
        if (lower == "utf-8" || lower == "utf8")
            dialect.charset = Charset::utf8;
        else if (lower == "ascii" || lower == "us-ascii")
            dialect.charset = Charset::ascii;
        else if (lower == "windows-1252" || lower == "cp1252")
            dialect.charset = Charset::windows_1252;
        else
            return wrong_setting(word, "is not a charset");
    } else if (name == "zone") {
        auto zone = Zone::find(value);
        if (!zone) return zone.error();
        dialect.zone = std::move(*zone);
    } else if (name == "max-page-bytes") {
        std::size_t bytes = 0;
        const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), bytes);
        if (fault != std::errc{} || end != value.data() + value.size() || bytes < kSmallestPage || bytes > kLargestPage)
            return wrong_setting(word, "is not a number of bytes from " + std::to_string(kSmallestPage) + " to " +
                                           std::to_string(kLargestPage));
        dialect.max_page_bytes = bytes;
    } else {
        return wrong_setting(word, unknown_setting(word));
    }
    return ok();
}

Status take_word(Dialect& dialect, std::string_view word) {
    const auto equals = word.find('=');
    const std::string name = to_lower(trim(word.substr(0, equals)));
    if (equals != std::string_view::npos) return take_value(dialect, word, name, trim(word.substr(equals + 1)));
    if (name == "no-fraction")
        dialect.fractions = false;
    else if (name == "no-offset")
        dialect.offset = false;
    else if (name == "no-raw")
        dialect.raw_payload = false;
    else
        return wrong_setting(word, unknown_setting(name));
    return ok();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "2026-11-20T09:15:30Z", with a fraction or without: a time as the contract writes it.
bool is_contract_time(std::string_view text) {
    constexpr std::string_view kForm = "0000-00-00T00:00:00";
    if (text.size() < kForm.size() + 1 || text.back() != 'Z') return false;
    for (std::size_t i = 0; i < kForm.size(); ++i)
        if (kForm[i] == '0' ? !is_digit(text[i]) : text[i] != kForm[i]) return false;
    const auto fraction = text.substr(kForm.size(), text.size() - kForm.size() - 1);
    if (fraction.empty()) return true;
    return fraction.front() == '.' && fraction.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

std::string offset_text(std::chrono::minutes offset) {
    const auto total = offset.count();
    const auto minutes = total < 0 ? -total : total;
    const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return (total < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

}  // namespace

Result<Format> read_format(std::string_view word) {
    if (word == "json") return Format::json;
    if (word == "csv") return Format::csv;
    if (word == "xml") return Format::xml;
    return Error{ErrorKind::invalid, "format_unknown",
                 "format \"" + to_valid_utf8(word.substr(0, 60)) + "\" is not known; valid are json, csv, xml"};
}

Result<Dialect> read_dialect(std::string_view settings) {
    if (trim(settings).empty()) return wrong_setting(settings, "is empty");
    Dialect dialect;
    bool first = true;
    bool nested = false;
    for (const std::string& part : split(settings, ',')) {
        const std::string word{trim(part)};
        bool ready = false;
        for (const auto& [name, meaning] : kReadyNames) {
            if (to_lower(word) != name) continue;
            if (!first) return wrong_setting(word, "is a ready name, which must come first");
            for (const std::string& one : split(meaning, ','))
                if (const auto taken = take_word(dialect, one); !taken) return taken.error();
            ready = true;
        }
        first = false;
        nested = nested || to_lower(word) == "rows=nested";
        if (ready) continue;
        if (const auto taken = take_word(dialect, word); !taken) return taken.error();
    }
    if (nested && !dialect.flat && dialect.format == Format::csv)
        return wrong_setting("rows=nested", "does not go with format=csv, whose rows are always flat");
    return dialect;
}

Result<std::string> dialect_to_keep(std::string_view settings) {
    if (equals_ignoring_case(trim(settings), "none")) return std::string{};
    const auto read = read_dialect(settings);
    if (!read) return read.error();
    return to_text(*read);
}

std::string to_text(const Dialect& dialect) {
    std::string text = dialect.format == Format::csv   ? "format=csv"
                       : dialect.format == Format::xml ? "format=xml"
                                                       : "format=json";
    if (dialect.flat) text += ",rows=flat";
    if (dialect.charset == Charset::ascii) text += ",charset=ascii";
    if (dialect.charset == Charset::windows_1252) text += ",charset=windows-1252";
    if (!dialect.fractions) text += ",no-fraction";
    if (dialect.zone) text += ",zone=" + dialect.zone->name();
    if (!dialect.offset) text += ",no-offset";
    if (!dialect.raw_payload) text += ",no-raw";
    if (dialect.max_page_bytes > 0) text += ",max-page-bytes=" + std::to_string(dialect.max_page_bytes);
    return text;
}

std::string content_type(const Dialect& dialect) {
    const std::string charset = "; charset=" + std::string{to_string(dialect.charset)};
    switch (dialect.format) {
        case Format::csv: return "text/csv" + charset + "; header=present";
        case Format::xml: return "application/xml" + charset;
        case Format::json: break;
    }
    // JSON is UTF-8 where nothing else is said (RFC 8259), and the contract says nothing.
    return dialect.charset == Charset::utf8 ? "application/json" : "application/json" + charset;
}

std::string respell_time(const Dialect& dialect, std::string_view time) {
    if (!is_contract_time(time)) return std::string{time};
    std::string text{time.substr(0, 19)};
    const std::string_view fraction = time.substr(19, time.size() - 20);
    std::string end = "Z";
    if (dialect.zone) {
        const auto at = parse_iso8601(time, crossdock::ZoneRule::required);
        if (!at) return std::string{time};
        const auto offset = dialect.zone->offset_at(*at);
        text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(*at) + offset).substr(0, 19);
        end = offset_text(offset);
    }
    if (dialect.fractions) text += fraction;
    if (dialect.offset) text += end;
    return text;
}

std::string read_local_time(const Dialect& dialect, std::string_view time) {
    std::string text{trim(time)};
    if (!dialect.has_local_times()) return text;
    // With a zone of its own it is what it says; so is what is no time at all, to be refused by whoever reads it.
    if (parse_iso8601(text, crossdock::ZoneRule::required)) return text;
    const auto local = parse_iso8601(text, crossdock::ZoneRule::utc);
    if (!local) return text;
    return format_rfc3339(dialect.zone ? dialect.zone->instant_of(*local) : *local);
}

}  // namespace crossdock::dialect
