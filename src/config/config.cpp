// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "config/read_toml.h"
#include "config/secrets.h"
#include "config/values.h"

namespace crossdock::config {

namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

Loaded failed(const std::string& path, Position at, std::string message) {
    return Loaded{std::nullopt, {Finding{path, at.line, at.column, Severity::error, std::move(message)}}};
}

/// Where the first byte stands that is not UTF-8.
Position first_invalid(std::string_view text) {
    Position at;
    for (const std::string& line : split(text, '\n')) {
        if (!is_valid_utf8(line)) {
            // A cut in the middle of a character is invalid as well, so the valid prefix grows by whole characters.
            std::size_t good = 0;
            for (std::size_t size = 1; size <= line.size(); ++size)
                if (is_valid_utf8(std::string_view{line}.substr(good, size - good))) {
                    good = size;
                    ++at.column;
                }
            return at;
        }
        ++at.line;
    }
    return at;
}

}  // namespace

Loaded parse(std::string_view text, const std::string& path, const Environment& environment, LoadOptions options,
             bool readable_by_others) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return failed(path, {}, "is UTF-16: save it as UTF-8 (in Notepad: Save as, Encoding UTF-8)");
    if (text.find('\0') != std::string_view::npos) return failed(path, {}, "is not a text file: it contains NUL bytes");
    if (!is_valid_utf8(text))
        return failed(path, first_invalid(text),
                      "is not UTF-8 here: save the file as UTF-8 (in Notepad: Save as, Encoding UTF-8)");
    const std::string_view content = trim(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text);
    if (content.empty()) return failed(path, {}, "is empty: `crossdock init` writes a commented one");
    return read_toml(text, path, environment, options, readable_by_others);
}

Loaded load(const std::string& path, const Environment& environment, LoadOptions options) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return failed(path, {}, "is a folder, not a config file");
    if (!std::filesystem::exists(path, ignored) && !ignored)
        return failed(path, {}, "does not exist: `crossdock init` writes one, --config names another");
    errno = 0;
    std::ifstream file(std::filesystem::path(path), std::ios::binary);
    if (!file) return failed(path, {}, std::string{"cannot be read: "} + std::strerror(errno));
    std::string text;
    if (!read_at_most(file, kMaxFileBytes + 1, text)) return failed(path, {}, "cannot be read to its end");
    if (text.size() > kMaxFileBytes) return failed(path, {}, "is larger than 1 MB: that is not a config file");
    return parse(text, path, environment, options, is_readable_by_others(path));
}

std::string format(const Finding& finding) {
    return finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column) + ": " +
           (finding.severity == Severity::warning ? "warning: " : "") + finding.message;
}

bool operator==(const Channel& a, const Channel& b) {
    // All of them by name, so that a new one cannot be forgotten.
    const auto& [code, provider, account, base_url, enabled, another_shop_than, credentials, settings_json, sync,
                 unread, secret_files, at, key_at] = a;
    return code == b.code && provider == b.provider && account == b.account && base_url == b.base_url &&
           enabled == b.enabled && another_shop_than == b.another_shop_than &&
           std::equal(credentials.begin(), credentials.end(), b.credentials.begin(), b.credentials.end(),
                      [](const auto& one, const auto& other) {
                          return one.first == other.first && one.second.reveal() == other.second.reveal();
                      }) &&
           settings_json == b.settings_json && sync == b.sync && unread == b.unread && secret_files == b.secret_files &&
           at == b.at && key_at == b.key_at;
}

Position position_of(const Channel& channel, std::string_view path) {
    while (!path.empty()) {
        if (const auto found = channel.key_at.find(path); found != channel.key_at.end()) return found->second;
        const auto dot = path.rfind('.');
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
    }
    return channel.at;
}

Finding finding_about(const Config& config, const Channel& channel, Severity severity, std::string message) {
    const auto is_path = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    };
    const auto end = std::find_if_not(message.begin(), message.end(), is_path);
    const std::string path(message.begin(), end);
    const Position at = position_of(channel, path);
    return Finding{config.file, at.line, at.column, severity, std::move(message)};
}

}  // namespace crossdock::config
