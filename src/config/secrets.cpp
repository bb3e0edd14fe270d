// SPDX-License-Identifier: Apache-2.0
#include "config/secrets.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "config/values.h"

namespace crossdock::config {

namespace {

constexpr std::string_view kFilePrefix = "file:";
constexpr std::size_t kMaxSecretBytes = 64 * 1024;

bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

Environment system_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>{value};
    };
}

Result<Expanded> expand(std::string_view text, const Environment& environment) {
    Expanded out;
    while (!text.empty()) {
        const auto start = text.find("${");
        if (start == std::string_view::npos) break;
        if (start > 0 && text[start - 1] == '$') {
            out.text.append(text.substr(0, start - 1)).append("${");
            text.remove_prefix(start + 2);
            continue;
        }
        const auto end = text.find('}', start);
        if (end == std::string_view::npos) return bad_value("has a ${ without its } (write $${ for a literal ${)");
        const std::string name{text.substr(start + 2, end - start - 2)};
        if (!is_variable_name(name)) return bad_value("has ${" + to_valid_utf8(name) + "}, which is not a variable's name");
        const auto value = environment(name);
        if (!value) return bad_value("needs the environment variable " + name + ", which is not set");
        out.text.append(text.substr(0, start)).append(*value);
        out.from_environment = true;
        text.remove_prefix(end + 1);
    }
    out.text.append(text);
    return out;
}

bool names_file(std::string_view text) { return text.starts_with(kFilePrefix); }

Result<FileSecret> read_secret_file(std::string_view text, const std::string& folder) {
    std::string_view name = text.substr(kFilePrefix.size());
    if (name.starts_with("///")) name.remove_prefix(2);  // file:///run/secret, as a URL would be
#ifdef _WIN32
    if (name.size() > 2 && name[0] == '/' && name[2] == ':') name.remove_prefix(1);  // file:///C:/secret
#endif
    if (name.empty() || name.find('\0') != std::string_view::npos) return bad_value("has no path after file:");
    FileSecret out;
    out.path = (std::filesystem::path{folder} / std::filesystem::path{name}).lexically_normal().string();

    std::error_code ignored;
    if (std::filesystem::is_directory(out.path, ignored))
        return bad_value("needs the file " + out.path + ", which is a folder");
    errno = 0;
    std::ifstream file(std::filesystem::path(out.path), std::ios::binary);
    if (!file) return bad_value("needs the file " + out.path + ", which cannot be read: " + std::strerror(errno));
    if (!read_at_most(file, kMaxSecretBytes + 1, out.text))
        return bad_value("needs the file " + out.path + ", which cannot be read to its end");
    if (out.text.size() > kMaxSecretBytes)
        return bad_value("needs the file " + out.path + ", which is too large for a secret (64 KB)");
    while (out.text.ends_with('\n') || out.text.ends_with('\r')) out.text.pop_back();
    if (out.text.empty()) return bad_value("needs the file " + out.path + ", which is empty");
    out.readable_by_others = is_readable_by_others(out.path);
    return out;
}

bool is_readable_by_others(const std::string& path) {
#ifdef _WIN32
    static_cast<void>(path);  // the file's access list decides there, and it is not looked at
    return false;
#else
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    return !error && (status.permissions() & std::filesystem::perms::others_read) != std::filesystem::perms::none;
#endif
}

bool is_secret_name(std::string_view credential) {
    static constexpr std::array<std::string_view, 10> kNames{
        "shop", "store", "region", "domain", "environment", "email", "username", "user", "marketplace", "locale"};
    const auto dot = credential.rfind('.');
    const std::string name = to_lower(dot == std::string_view::npos ? credential : credential.substr(dot + 1));
    return !name.ends_with("_id") && !name.ends_with("_ids") &&
           std::find(kNames.begin(), kNames.end(), name) == kNames.end();
}

}  // namespace crossdock::config
