// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace crossdock::config {

/// Whether a file's mode says who may read it. On Windows its access list does, and the config file's reader asks neither.
#ifdef _WIN32
inline constexpr bool kFilesHaveModes = false;
#else
inline constexpr bool kFilesHaveModes = true;
#endif

/// Text with paths as they are on other systems than Windows: there `/srv/x` is `Z:\srv\x`, on whatever drive is
/// current.
inline std::string with_plain_paths(std::string text) {
#ifdef _WIN32
    const std::string drive = std::filesystem::current_path().root_name().string();
    for (std::size_t at = text.find(drive + '\\'); at != std::string::npos; at = text.find(drive + '\\', at)) {
        text.erase(at, drive.size());
        for (; at < text.size() && std::string_view{"\", \n"}.find(text[at]) == std::string_view::npos; ++at)
            if (text[at] == '\\') text[at] = '/';
    }
#endif
    return text;
}

/// A folder of its own, removed at the end.
class TempFolder {
public:
    TempFolder() {
        std::random_device random;
        do
            path_ = (std::filesystem::temp_directory_path() /
                     ("crossdock-config-" + std::to_string(random()) + std::to_string(random())))
                        .string();
        while (!std::filesystem::create_directory(path_));
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    /// Writes a file with permissions such as 0644 and returns its path.
    std::string write(const std::string& name, std::string_view text, unsigned mode = 0600) const {
        const std::string path = at(name);
        std::ofstream(path, std::ios::binary) << text;
        std::filesystem::permissions(path, std::filesystem::perms{mode});
        return path;
    }
    /// With the system's own separators, as the program prints it.
    [[nodiscard]] std::string at(const std::string& name) const { return (std::filesystem::path{path_} / name).string(); }
    /// The same with slashes, as it stands in a config file.
    [[nodiscard]] std::string in_toml(const std::string& name) const {
        return (std::filesystem::path{path_} / name).generic_string();
    }

private:
    std::string path_;
};

inline Environment environment(std::map<std::string, std::string> variables) {
    return [variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
}

inline std::string lines(const std::vector<Finding>& findings) {
    std::string out;
    for (const Finding& finding : findings) out += format(finding) + "\n";
    return out;
}

inline std::string credential(const Channel& channel, std::string_view name) {
    for (const auto& [key, secret] : channel.credentials)
        if (key == name) return secret.reveal();
    return "(none)";
}

}  // namespace crossdock::config
