// SPDX-License-Identifier: Apache-2.0
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
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

}  // namespace

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
