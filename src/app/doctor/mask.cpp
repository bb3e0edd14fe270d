// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/mask.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "config/options.h"

namespace crossdock::app::doctor {
namespace {

constexpr std::size_t kShortest = 4;
constexpr std::size_t kPhoneDigits = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_token(char c) {
    return is_word(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+' || c == '=' || c == '|';
}
bool is_local_part(char c) { return is_word(c) || std::string_view{".+_-%"}.find(c) != std::string_view::npos; }

std::uint32_t prefix_of(const char* text) {
    std::uint32_t value = 0;
    std::memcpy(&value, text, sizeof value);
    return value;
}

/// How long the token is that begins there, if its beginning says that it is one.
std::size_t token_at(std::string_view text, std::size_t at) {
    // API keys of ours; Shopify, eBay, Walmart and Amazon; signed headers; secrets of webhooks.
    static constexpr std::array<std::string_view, 12> kBegin{"cdk_live_", "cdk_test_", "pk_",    "shpat_",
                                                             "shpss_",    "shpca_",    "whsec_", "Bearer ",
                                                             "Basic ",    "Atza|",     "Atzr|",  "v^1.1#"};
    if (at > 0 && is_word(text[at - 1])) return 0;
    for (const std::string_view begin : kBegin) {
        if (!text.substr(at).starts_with(begin)) continue;
        std::size_t end = at + begin.size();
        while (end < text.size() && (is_token(text[end]) || text[end] == '#' || text[end] == '^')) ++end;
        return end - at > begin.size() + 3 ? end - at : 0;
    }
    return 0;
}

/// A run of digits as in phone and card numbers, blanks, dots, dashes and brackets between them. Times and versions of
/// our own log lines have letters, colons or fewer digits.
std::size_t phone_at(std::string_view text, std::size_t at) {
    if (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.' || text[at - 1] == '-' || text[at - 1] == '_' ||
                   text[at - 1] == ':' || text[at - 1] == '='))
        return 0;
    if (text[at] != '+' && text[at] != '(') return 0;
    std::size_t digits = 0;
    std::size_t end = at;
    std::size_t last = at;
    for (; end < text.size() && end - at < 32; ++end) {
        const char c = text[end];
        if (is_digit(c)) {
            ++digits;
            last = end + 1;
        } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' && c != '+' && c != '/') {
            break;
        }
    }
    return digits >= kPhoneDigits ? last - at : 0;
}

/// The query of a URL may hold a signature or a person's name.
std::size_t query_at(std::string_view text, std::size_t at, bool in_url) {
    if (!in_url || text[at] != '?') return 0;
    std::size_t end = at + 1;
    while (end < text.size() && std::string_view{" \t\r\n\"'<>)\\"}.find(text[end]) == std::string_view::npos) ++end;
    return end - at > 1 ? end - at : 0;
}

}  // namespace

Mask::Mask(const std::vector<std::string>& secrets, const std::vector<std::string>& persons) {
    for (const std::string& secret : secrets) add(secret, true);
    for (const std::string& person : persons) add(person, false);
    for (auto& [prefix, all] : known_)
        std::sort(all.begin(), all.end(), [](const Known& a, const Known& b) { return a.text.size() > b.text.size(); });
}

void Mask::add(std::string text, bool secret) {
    if (text.size() < kShortest) return;
    const auto prefix = prefix_of(text.data());
    known_[prefix].push_back({std::move(text), secret});
}

const Mask::Known* Mask::known_at(std::string_view text, std::size_t at) const {
    if (text.size() - at < kShortest) return nullptr;
    const auto found = known_.find(prefix_of(text.data() + at));
    if (found == known_.end()) return nullptr;
    for (const Known& one : found->second) {
        if (!text.substr(at).starts_with(one.text)) continue;
        if (one.secret) return &one;
        // A name is one only as a whole word: "Rose" is not in "Rosenheim".
        const std::size_t end = at + one.text.size();
        if ((at == 0 || !is_word(text[at - 1]) || !is_word(text[at])) &&
            (end == text.size() || !is_word(text[end]) || !is_word(text[end - 1])))
            return &one;
    }
    return nullptr;
}

std::string Mask::apply(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    bool in_url = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at).starts_with("://"))
            in_url = true;
        else if (text[at] == ' ' || text[at] == '\n' || text[at] == '"')
            in_url = false;
        if (const Known* known = known_at(text, at)) {
            out += known->secret ? "(secret)" : "(person)";
            at += known->text.size();
        } else if (const std::size_t token = token_at(text, at); token > 0) {
            out += "(secret)";
            at += token;
        } else if (const std::size_t query = query_at(text, at, in_url); query > 0) {
            out += "?(query)";
            at += query;
        } else if (const std::size_t phone = phone_at(text, at); phone > 0) {
            out += "(number)";
            at += phone;
        } else if (text[at] == '@' && at + 1 < text.size() && is_word(text[at + 1]) && !out.empty() &&
                   is_local_part(out.back())) {
            while (!out.empty() && is_local_part(out.back())) out.pop_back();
            out += "(e-mail)";
            ++at;
            while (at < text.size() && (is_word(text[at]) || text[at] == '.' || text[at] == '-')) ++at;
        } else {
            out += text[at++];
        }
    }
    return out;
}

namespace {

bool is_known_key(std::string_view section, std::string_view key) {
    return section != "channel.credentials" && config::find_option(section, key) != nullptr;
}

/// A value of which nothing is secret by its form alone.
bool is_plain(std::string_view value) {
    if (value == "true" || value == "false") return true;
    if (!value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
            return is_digit(c) || c == '.' || c == '-' || c == '+' || c == '_';
        }))
        return value.size() <= 12;
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return false;
    const std::string_view text = value.substr(1, value.size() - 2);
    if (text.find('"') != std::string_view::npos) return false;
    return text.starts_with("file:") || (text.starts_with("${") && text.find('}') == text.size() - 1);
}

/// Whether a text, a list or a table that begins in this value ends in it, so that the next line is one of its own.
bool is_whole(std::string_view value) {
    if (value.find("\"\"\"") != std::string_view::npos || value.find("'''") != std::string_view::npos) return false;
    char quote = 0;
    int open = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (quote != 0) {
            if (c == '\\' && quote == '"')
                ++i;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '[' || c == '{') {
            ++open;
        } else if (c == ']' || c == '}') {
            --open;
        }
    }
    return quote == 0 && open == 0;
}

/// Without the comment behind it.
std::string_view without_comment(std::string_view line) {
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quote != 0) {
            if (line[i] == '\\' && quote == '"')
                ++i;
            else if (line[i] == quote)
                quote = 0;
        } else if (line[i] == '"' || line[i] == '\'') {
            quote = line[i];
        } else if (line[i] == '#') {
            return line.substr(0, i);
        }
    }
    return line;
}

/// What ends a value that its line does not: empty when it is only wrong, and ends there.
std::string_view end_of_lines(std::string_view value) {
    for (const std::string_view quotes : {"\"\"\"", "'''"})
        if (const auto at = value.find(quotes); at != std::string_view::npos)
            return value.find(quotes, at + 3) == std::string_view::npos ? quotes : std::string_view{};
    if (value.find('[') != std::string_view::npos) return "]";
    return value.find('{') != std::string_view::npos ? std::string_view{"}"} : std::string_view{};
}

std::string section_of(std::string_view header) {
    std::string name;
    for (const char c : header)
        if (c != '[' && c != ']' && c != ' ' && c != '\t' && c != '"') name += c;
    return name.starts_with("plans.") ? "plans.name" : name;
}

}  // namespace

MaskedConfig mask_config(std::string_view toml) {
    MaskedConfig masked;
    std::string section;
    const auto take_out = [&](std::string_view value) {
        // Texts inside, for finding them elsewhere.
        for (std::size_t at = value.find_first_of("\"'"); at != std::string_view::npos;
             at = value.find_first_of("\"'", at)) {
            const std::size_t end = value.find(value[at], at + 1);
            if (end == std::string_view::npos) break;
            if (end - at > 6) masked.taken_out.emplace_back(value.substr(at + 1, end - at - 1));
            at = end + 1;
        }
    };
    std::string_view until;  // inside a value of many lines: what ends it
    for (const std::string& raw : split(toml, '\n')) {
        if (!until.empty()) {
            if (raw.find(until) != std::string::npos)
                until = {};
            else if (trim(raw).size() >= kShortest)
                masked.taken_out.emplace_back(trim(raw));
            masked.text += "(masked)\n";
            continue;
        }
        const std::string_view line = trim(without_comment(raw));
        const auto equals = line.find('=');
        if (line.empty()) {
            masked.text += trim(raw).starts_with('#') ? "#\n" : "\n";
        } else if (line.front() == '[' && line.back() == ']' && equals == std::string_view::npos &&
                   line.find(',') == std::string_view::npos && line.find('\'') == std::string_view::npos) {
            section = section_of(line);
            masked.text.append(line).append("\n");
        } else if (equals != std::string_view::npos && line.front() != '"' && line.front() != '\'') {
            const std::string_view key = trim(line.substr(0, equals));
            const std::string_view value = trim(line.substr(equals + 1));
            const bool simple =
                std::all_of(key.begin(), key.end(), [](char c) { return is_word(c) || c == '_' || c == '-'; });
            const bool keep = simple && is_whole(value) && (is_known_key(section, key) || is_plain(value));
            if (!keep) take_out(value);
            if (!is_whole(value)) until = end_of_lines(value);
            masked.text.append(simple ? key : std::string_view{"(key)"})
                .append(" = ")
                .append(keep ? value : std::string_view{"(masked)"})
                .append("\n");
        } else {
            take_out(line);
            masked.text += "(masked)\n";
        }
    }
    return masked;
}

}  // namespace crossdock::app::doctor
