// SPDX-License-Identifier: Apache-2.0
#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>

#include "platform/process.h"

namespace crossdock::platform {
namespace {

// The number behind "<name>:" in /proc's "name: value kB" files, in bytes.
std::uint64_t kilobytes_of(const char* file, const std::string& name) {
    std::ifstream lines(file);
    std::string line;
    while (std::getline(lines, line)) {
        if (!line.starts_with(name + ":")) continue;
        std::uint64_t kilobytes = 0;
        std::istringstream(line.substr(name.size() + 1)) >> kilobytes;
        return kilobytes * 1024;
    }
    return 0;
}

/// The inode of the socket that listens on the port; /proc/net/tcp: "sl local_address rem_address st … inode", numbers
/// hexadecimal. Source: Linux, Documentation/networking/proc_net_tcp.rst.
std::string listening_inode(const char* table, int port) {
    std::ifstream lines(table);
    std::string line;
    std::getline(lines, line);  // the heading
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
        words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
        const auto colon = local.rfind(':');
        if (state != "0A" || colon == std::string::npos) continue;
        int found = 0;
        std::istringstream(local.substr(colon + 1)) >> std::hex >> found;
        if (found == port) return inode;
    }
    return {};
}

bool holds_socket(const std::filesystem::path& process, const std::string& inode) {
    std::error_code hidden;
    for (std::filesystem::directory_iterator at(process / "fd", hidden), end; !hidden && at != end;
         at.increment(hidden)) {
        std::error_code gone;
        if (std::filesystem::read_symlink(at->path(), gone) == "socket:[" + inode + "]") return true;
    }
    return false;
}

}  // namespace

std::optional<Listener> listener_of(int port) {
    std::string inode = listening_inode("/proc/net/tcp", port);
    if (inode.empty()) inode = listening_inode("/proc/net/tcp6", port);
    if (inode.empty()) return std::nullopt;
    std::error_code error;
    for (std::filesystem::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos || !holds_socket(at->path(), inode)) continue;
        Listener listener;
        std::istringstream(name) >> listener.pid;
        std::ifstream(at->path() / "comm") >> listener.name;
        return listener;
    }
    return std::nullopt;
}

std::optional<std::string> service_journal() {
    FILE* out = ::popen("journalctl -u crossdock -n 5000 --no-pager -q -o short-iso 2>/dev/null", "re");
    if (out == nullptr) return std::nullopt;
    std::string text;
    std::array<char, 16 * 1024> part{};
    for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), out)) > 0;) text.append(part.data(), got);
    if (::pclose(out) != 0) return std::nullopt;
    return text;
}

const Habits& habits() {
    static const Habits all{"sudo systemctl start crossdock",
                            "sudo systemctl restart crossdock",
                            "sudo systemctl reload crossdock",
                            "as root or as the service's user: sudo ",
                            "journalctl -u crossdock -n 100",
                            "timedatectl",
                            "sudo timedatectl set-ntp true",
                            "resolvectl query ",
                            "sudo apt install --only-upgrade ca-certificates"};
    return all;
}

std::string file_command(FileCommand command, const std::filesystem::path& path) {
    const std::string file = path.string();
    switch (command) {
        case FileCommand::show_room: return "df -h " + file;
        case FileCommand::show_largest: return "du -xh " + file + " | sort -h | tail";
        case FileCommand::show_beginning_with: return "ls -l " + file + "*";
        case FileCommand::make_folder: return "sudo mkdir -p " + file;
        case FileCommand::make_writable:
            return "sudo mount -o remount,rw \"$(findmnt -n -o TARGET -T " + file + ")\"";
        case FileCommand::remove: return "sudo rm " + file;
        case FileCommand::put_secret_of_service:
            return "sudo install -m 600 -o crossdock /dev/stdin " + file + " (paste, Enter, Ctrl+D)";
        case FileCommand::put_secret_of_root:
            return "sudo install -m 600 /dev/stdin " + file + " (paste, Enter, Ctrl+D)";
    }
    return file;
}

const char* listeners_command() { return "`ss -ltnp` as root"; }

std::filesystem::path system_config_file() { return "/etc/crossdock/crossdock.toml"; }

std::vector<std::string> arguments(int argc, char** argv) { return {argv, argv + argc}; }

void prepare_console() {}

bool shows_colours() {
    const char* terminal = std::getenv("TERM");
    // Source: no-color.org
    const char* refused = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view{terminal} != "dumb" &&
           (refused == nullptr || *refused == '\0');
}

std::string user_name() {
    std::string name;
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> space{};
    if (::getpwuid_r(::geteuid(), &entry, space.data(), space.size(), &found) == 0 && found != nullptr)
        name = found->pw_name;
    // Only root may have been somebody else before.
    if (const char* before = std::getenv("SUDO_USER"); before != nullptr && ::geteuid() == 0) name = before;
    if (name.empty()) name = std::to_string(::geteuid());
    for (char& c : name)
        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' &&
            c != '@')
            c = '_';
    return name.substr(0, 64);
}

std::int64_t process_id() { return ::getpid(); }

std::uint64_t resident_bytes() { return kilobytes_of("/proc/self/status", "VmRSS"); }

std::uint64_t peak_resident_bytes() { return kilobytes_of("/proc/self/status", "VmHWM"); }

std::filesystem::path executable_path() {
    std::error_code error;
    auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::path{} : path;
}

Machine machine() {
    Machine found;
    utsname name{};
    if (::uname(&name) == 0) found.system = std::string{name.sysname} + " " + name.release + " " + name.machine;
    std::ifstream cpus("/proc/cpuinfo");
    std::string line;
    while (std::getline(cpus, line)) {
        if (!line.starts_with("model name")) continue;
        const auto at = line.find(": ");
        if (at != std::string::npos) found.processor = line.substr(at + 2);
        break;
    }
    found.processors = std::max(1U, std::thread::hardware_concurrency());
    found.memory_bytes = kilobytes_of("/proc/meminfo", "MemTotal");
    return found;
}

}  // namespace crossdock::platform
