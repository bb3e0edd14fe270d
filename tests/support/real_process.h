// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/temporary_folder.h"

namespace crossdock::testing {

inline std::string file_text(const std::filesystem::path& file) {
    const std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

/// Looks again and again until `met` says yes; false when `patience` ends first.
template <class Condition>
bool eventually(std::chrono::milliseconds patience, Condition&& met) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        if (met()) return true;
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

/// A child process with its standard output and error in files. It is killed when this object goes, and by the system
/// when the test's process dies. Start it from a thread that outlives it.
class RealProcess {
public:
    struct Options {
        std::filesystem::path working_folder;                          // empty: the test's own
        std::vector<std::pair<std::string, std::string>> environment;  // beside PATH, HOME and TMPDIR
    };

    explicit RealProcess(std::vector<std::string> command) : RealProcess(std::move(command), Options()) {}
    RealProcess(std::vector<std::string> command, const Options& options) {
        std::vector<std::string> environment;
        for (const char* name : {"PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"})
            if (const char* value = std::getenv(name)) environment.push_back(std::string{name} + "=" + value);
        for (const auto& [name, value] : options.environment) environment.push_back(name + "=" + value);
        std::vector<char*> arguments;
        for (std::string& word : command) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        std::vector<char*> variables;
        for (std::string& entry : environment) variables.push_back(entry.data());
        variables.push_back(nullptr);
        const std::string out = out_file().string();
        const std::string err = err_file().string();

        // The stopwatch runs from here: forking counts as the program's start.
        started_ = std::chrono::steady_clock::now();
        const pid_t parent = getpid();
        pid_ = fork();
        if (pid_ < 0) throw std::runtime_error("cannot fork");
        if (pid_ == 0) {
            // Only calls that are safe between fork and exec.
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != parent) _exit(126);
            const int to_out = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
            const int to_err = open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
            const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
            if (dup2(nothing, 0) < 0 || dup2(to_out, 1) < 0 || dup2(to_err, 2) < 0) _exit(126);
            if (!options.working_folder.empty() && chdir(options.working_folder.c_str()) != 0) _exit(126);
            execvpe(arguments[0], arguments.data(), variables.data());
            _exit(127);
        }
    }
    ~RealProcess() {
        if (!ended()) {
            ::kill(pid_, SIGKILL);
            wait(std::chrono::seconds{30});
        }
    }
    RealProcess(const RealProcess&) = delete;
    RealProcess& operator=(const RealProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::string out() const { return file_text(out_file()); }
    [[nodiscard]] std::string err() const { return file_text(err_file()); }

    /// The next whole line of standard output; nothing when `patience` or the process ends first.
    std::optional<std::string> line(std::chrono::milliseconds patience = std::chrono::seconds{60}) {
        std::optional<std::string> found;
        eventually(patience, [&] {
            const bool over = ended();
            const std::string text = out();
            const auto end = text.find('\n', read_);
            if (end != std::string::npos) {
                found = text.substr(read_, end - read_);
                read_ = end + 1;
            }
            return found.has_value() || over;
        });
        return found;
    }

    void signal(int number) const {
        if (!code_) ::kill(pid_, number);
    }
    void terminate() const { signal(SIGTERM); }
    /// Ends it as a power switch would, and waits for it to be gone.
    void kill_hard() {
        signal(SIGKILL);
        wait(std::chrono::seconds{30});
    }

    /// Its exit code (128 + signal when one ended it); nothing when it still runs after `patience`.
    std::optional<int> wait(std::chrono::milliseconds patience = std::chrono::seconds{60}) {
        eventually(patience, [this] { return ended(); });
        return code_;
    }
    bool ended() {
        if (code_) return true;
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        ended_ = std::chrono::steady_clock::now();
        return true;
    }
    /// From its start to when its end was noticed (or now).
    [[nodiscard]] std::chrono::milliseconds age() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            (code_ ? ended_ : std::chrono::steady_clock::now()) - started_);
    }
    /// Memory that it occupies now, from /proc; 0 when it is gone.
    [[nodiscard]] std::size_t resident_bytes() const {
        std::ifstream in("/proc/" + std::to_string(pid_) + "/statm");
        std::size_t total = 0;
        std::size_t resident = 0;
        in >> total >> resident;
        return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    }

    /// The most that it ever occupied, from /proc; 0 when it is gone.
    [[nodiscard]] std::size_t peak_bytes() const {
        std::ifstream in("/proc/" + std::to_string(pid_) + "/status");
        for (std::string word; in >> word;)
            if (std::size_t kilobytes = 0; word == "VmHWM:" && in >> kilobytes) return kilobytes * 1024;
        return 0;
    }

private:
    [[nodiscard]] std::filesystem::path out_file() const { return files_ / "out"; }
    [[nodiscard]] std::filesystem::path err_file() const { return files_ / "err"; }

    TemporaryFolder files_;
    pid_t pid_ = -1;
    std::size_t read_ = 0;
    std::optional<int> code_;
    std::chrono::steady_clock::time_point started_, ended_;
};

}  // namespace crossdock::testing
