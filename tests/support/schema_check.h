// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::testing {

/// A file of JSON lines, written by whoever answers a request, from any thread.
class RecordingFile {
public:
    explicit RecordingFile(std::filesystem::path file) : path_(std::move(file)), out_(path_) {}
    void append(std::string_view line) {
        const std::lock_guard lock(mutex_);
        out_ << line << '\n';
        out_.flush();
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    std::ofstream out_;
    std::mutex mutex_;
};

struct SchemaCheck {
    enum class Outcome { fits, mismatch, cannot_run };
    Outcome outcome = Outcome::cannot_run;
    std::string said;  // the checker's words, or what is missing to run it
};

/// A folder of tests/contract that is a node project.
inline std::filesystem::path checker_folder(const std::string& name) {
    return std::filesystem::path(CROSSDOCK_SOURCE_DIR) / "tests/contract" / name;
}

/// Runs a script of such a folder; `module` is a package that `npm ci` puts there. Exit code 1 is a mismatch, any other
/// than 0 a checker that could not do its work: that is no reason to skip a test, and counts as a mismatch, too.
inline SchemaCheck run_checker(const std::filesystem::path& folder, const std::string& script,
                               const std::string& module, const std::vector<std::string>& arguments) {
    if (!std::filesystem::exists(folder / "node_modules" / module))
        return {SchemaCheck::Outcome::cannot_run, "run `npm ci` in " + folder.string() + " first"};
    std::string command = "node '" + (folder / script).string() + "'";
    for (const auto& argument : arguments) command += " '" + argument + "'";
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return {SchemaCheck::Outcome::cannot_run, "cannot start a shell"};
    SchemaCheck check;
    char buffer[512];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) check.said += buffer;
    const int status = pclose(pipe);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return {SchemaCheck::Outcome::cannot_run, "node is not installed: " + check.said};
    check.outcome = status == 0 ? SchemaCheck::Outcome::fits : SchemaCheck::Outcome::mismatch;
    return check;
}

}  // namespace crossdock::testing
