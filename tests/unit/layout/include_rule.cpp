// SPDX-License-Identifier: Apache-2.0
#include "include_rule.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>

namespace crossdock::layout {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBegin = "<!-- include rule: the test reads from here -->";
constexpr std::string_view kEnd = "<!-- include rule: the test stops here -->";

/// What stands in backticks: "`a/` and `b/`" gives a/ and b/.
std::vector<std::string> words_in_backticks(const std::string& cell) {
    std::vector<std::string> out;
    static const std::regex kWord("`([^`]+)`");
    for (std::sregex_iterator it(cell.begin(), cell.end(), kWord), end; it != end; ++it) out.push_back((*it)[1]);
    return out;
}

std::vector<std::string> cells_of(const std::string& row) {
    std::vector<std::string> cells;
    std::size_t start = 1;
    for (std::size_t bar = row.find('|', start); bar != std::string::npos; bar = row.find('|', start)) {
        cells.push_back(row.substr(start, bar - start));
        start = bar + 1;
    }
    return cells;
}

/// "sandbox/<provider>/" as an expression for the beginning of a path; "*" and "<…>" are any name without a slash.
std::string expression_of(const std::string& pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '<') {
            out += "[^/]+";
            i = pattern.find('>', i);
        } else if (c == '*') {
            out += "[^/]*";
        } else {
            if (std::string_view{".+()[]{}^$|?\\"}.find(c) != std::string_view::npos) out += '\\';
            out += c;
        }
    }
    return out;
}

/// Made once each: thousands of paths are compared with a few dozen patterns.
const std::regex& compiled(const std::string& expression) {
    static std::map<std::string, std::regex> made;
    const auto found = made.find(expression);
    return found != made.end() ? found->second : made.emplace(expression, std::regex(expression)).first->second;
}

/// The folder a path belongs to: a row spelled out beats one with <…>, a longer one a shorter one.
const Folder* folder_of(const Rules& rules, const std::string& path) {
    const Folder* best = nullptr;
    std::pair<std::ptrdiff_t, bool> best_rank;
    for (const Folder& folder : rules.folders) {
        if (!std::regex_search(path, compiled(expression_of(folder.name)), std::regex_constants::match_continuous))
            continue;
        const std::pair rank{std::count(folder.name.begin(), folder.name.end(), '/'),
                             folder.name.find('<') == std::string::npos};
        if (best == nullptr || rank > best_rank) {
            best = &folder;
            best_rank = rank;
        }
    }
    return best;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool may_include(const Folder& from, const Folder& to) {
    if (from.name == to.name || to.name == "base/") return true;
    if (from.everything) return !contains(from.except, to.name);
    return contains(from.allowed, to.name);
}

/// "*.cpp" alone means any folder.
bool is_allowed_file(const Library& library, const std::string& path) {
    return std::any_of(library.files.begin(), library.files.end(), [&](const std::string& pattern) {
        const bool any_folder = pattern.find('/') == std::string::npos && pattern.starts_with("*");
        return std::regex_match(path, compiled((any_folder ? "(.*/)?" : "") + expression_of(pattern)));
    });
}

std::string list_of(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out.empty() ? "nothing" : out;
}

/// Why this file may not include that header; none when it may.
std::optional<std::string> objection(const Rules& rules, const std::string& path, const std::string& header,
                                     bool is_quoted) {
    for (const Library& library : rules.libraries)
        if (header.starts_with(library.prefix)) {
            if (is_allowed_file(library, path)) return std::nullopt;
            return "only " + list_of(library.files) + " may";
        }
    if (!is_quoted) return std::nullopt;
    const Folder* from = folder_of(rules, path);
    const Folder* to = folder_of(rules, header);
    if (to == nullptr) return "no folder of the table: quotes are for headers below src/, spelled from there";
    if (from == nullptr || may_include(*from, *to)) return std::nullopt;
    return from->name + " may include base/ and " +
           (from->everything ? "everything but " + list_of(from->except) : list_of(from->allowed));
}

bool is_source(const fs::path& path) { return path.extension() == ".h" || path.extension() == ".cpp"; }

std::vector<std::string> sources_below(const fs::path& root) {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file() && is_source(entry.path()))
            paths.push_back(fs::relative(entry.path(), root).generic_string());
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

Rules read_rules(const fs::path& page) {
    std::ifstream file(page);
    if (!file) throw std::runtime_error(page.string() + " cannot be read");
    Rules rules;
    bool is_inside = false;
    bool has_ended = false;
    bool is_folder_table = true;
    for (std::string line; std::getline(file, line);) {
        if (line == kBegin) is_inside = true;
        if (line == kEnd) has_ended = true;
        if (!is_inside || has_ended || !line.starts_with("|") || line.starts_with("|---")) continue;
        const auto cells = cells_of(line);
        if (cells.size() != 3) throw std::runtime_error(page.string() + ": a row without three cells: " + line);
        const auto names = words_in_backticks(cells[0]);
        if (names.empty()) {  // a heading
            is_folder_table = cells[0] == " folder ";
        } else if (is_folder_table) {
            const bool everything = cells[2].find("everything but") != std::string::npos;
            Folder folder{names.front(), {}, everything, {}};
            (everything ? folder.except : folder.allowed) = words_in_backticks(cells[2]);
            rules.folders.push_back(std::move(folder));
        } else {
            rules.libraries.push_back(Library{names.front(), words_in_backticks(cells[1])});
        }
    }
    if (!has_ended || rules.folders.empty() || rules.libraries.empty())
        throw std::runtime_error(page.string() + ": the tables of the include rule are not there");
    return rules;
}

std::vector<std::string> breaches(const fs::path& source_root, const Rules& rules) {
    static const std::regex kInclude(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
    std::vector<std::string> out;
    for (const std::string& path : sources_below(source_root)) {
        if (folder_of(rules, path) == nullptr) out.push_back(path + ": its folder has no row in the table");
        std::ifstream file(source_root / path);
        bool has_license = false;
        int number = 0;
        for (std::string line; std::getline(file, line);) {
            ++number;
            if (line == "// SPDX-License-Identifier: Apache-2.0") has_license = true;
            std::smatch match;
            if (line.find('#') == std::string::npos || !std::regex_search(line, match, kInclude)) continue;
            const bool is_quoted = match[1] == "\"";
            if (const auto why = objection(rules, path, match[2], is_quoted))
                out.push_back(path + ":" + std::to_string(number) + ": may not include " + match[2].str() + ": " +
                              *why);
        }
        if (!has_license) out.push_back(path + ": has no line \"// SPDX-License-Identifier: Apache-2.0\"");
    }
    return out;
}

std::size_t count_sources(const fs::path& source_root) { return sources_below(source_root).size(); }

}  // namespace crossdock::layout
