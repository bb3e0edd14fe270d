// SPDX-License-Identifier: Apache-2.0
#include <winsock2.h>

#include <windows.h>

#include <iphlpapi.h>
#include <psapi.h>
#include <shellapi.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <thread>
#include <vector>

#include "base/windows_text.h"
#include "platform/process.h"

namespace crossdock::platform {
namespace {

PROCESS_MEMORY_COUNTERS memory() {
    PROCESS_MEMORY_COUNTERS counters{};
    counters.cb = sizeof counters;
    if (!::K32GetProcessMemoryInfo(::GetCurrentProcess(), &counters, sizeof counters)) return {};
    return counters;
}

std::string registry_text(const wchar_t* key, const wchar_t* name) {
    std::array<wchar_t, 256> text{};
    DWORD bytes = sizeof text;
    if (::RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, nullptr, text.data(), &bytes) != ERROR_SUCCESS)
        return {};
    return to_utf8(text.data());
}

/// The rows of a table of listening sockets, MIB_TCPTABLE_OWNER_PID or its IPv6 sister.
template <class Table>
std::int64_t owner_in_table(ULONG family, int port) {
    DWORD bytes = 0;
    ::GetExtendedTcpTable(nullptr, &bytes, FALSE, family, TCP_TABLE_OWNER_PID_LISTENER, 0);
    // It may grow in between.
    std::vector<std::byte> memory(std::size_t{bytes} + 4096);
    bytes = static_cast<DWORD>(memory.size());
    if (::GetExtendedTcpTable(memory.data(), &bytes, FALSE, family, TCP_TABLE_OWNER_PID_LISTENER, 0) != NO_ERROR)
        return 0;
    const auto* table = static_cast<const Table*>(static_cast<const void*>(memory.data()));
    for (DWORD i = 0; i < table->dwNumEntries; ++i)
        if (ntohs(static_cast<u_short>(table->table[i].dwLocalPort)) == port) return table->table[i].dwOwningPid;
    return 0;
}

std::string program_of(std::int64_t pid) {
    const HANDLE process = ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(pid));
    if (process == nullptr) return pid == 4 ? "Windows' own HTTP service" : "";
    std::array<wchar_t, 32'768> name{};
    auto size = static_cast<DWORD>(name.size());
    const bool known = ::QueryFullProcessImageNameW(process, 0, name.data(), &size);
    ::CloseHandle(process);
    return known ? to_utf8(std::filesystem::path({name.data(), size}).filename().wstring()) : "";
}

}  // namespace

std::optional<Listener> listener_of(int port) {
    std::int64_t pid = owner_in_table<MIB_TCPTABLE_OWNER_PID>(AF_INET, port);
    if (pid == 0) pid = owner_in_table<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, port);
    if (pid == 0) return std::nullopt;
    Listener listener{pid, program_of(pid)};
    if (listener.name.empty()) return std::nullopt;
    return listener;
}

const Habits& habits() {
    static const Habits all{"crossdock service start",
                            "crossdock service stop && crossdock service start",
                            "crossdock service reload",
                            "in a console of an administrator: ",
                            "log\\crossdock.log beside the config file",
                            "w32tm /query /status",
                            "w32tm /resync",
                            "nslookup ",
                            "Windows Update brings them"};
    return all;
}

std::string file_command(FileCommand command, const std::filesystem::path& path) {
    const std::string file = to_utf8(path.wstring());
    switch (command) {
        case FileCommand::show_room: return "dir \"" + file + "\"";
        case FileCommand::show_largest:
            return "powershell \"Get-ChildItem '" + file +
                   "' -Recurse -File | Sort-Object Length | Select-Object -Last 20 Length, FullName\"";
        case FileCommand::show_beginning_with: return "dir \"" + file + "*\"";
        case FileCommand::make_folder: return "mkdir \"" + file + "\"";
        case FileCommand::make_writable: return "diskpart";
        case FileCommand::remove: return "del \"" + file + "\"";
        case FileCommand::put_secret_of_service:
        case FileCommand::put_secret_of_root: return "notepad \"" + file + "\"";
    }
    return file;
}

// Its lines are in a file (see docs/ops/windows.md); the event log has only the gravest.
std::optional<std::string> service_journal() { return std::nullopt; }

const char* listeners_command() { return "`netstat -abno` as administrator"; }

std::string user_name() {
    std::array<wchar_t, 257> name{};
    auto size = static_cast<DWORD>(name.size());
    std::string user = ::GetUserNameW(name.data(), &size) ? to_utf8(name.data()) : "";
    if (user.empty()) user = "unknown";
    for (char& c : user)
        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' &&
            c != '@')
            c = '_';
    return user.substr(0, 64);
}

std::int64_t process_id() { return ::GetCurrentProcessId(); }

std::uint64_t resident_bytes() { return memory().WorkingSetSize; }

std::uint64_t peak_resident_bytes() { return memory().PeakWorkingSetSize; }

std::filesystem::path executable_path() {
    std::vector<wchar_t> name(32'768);
    const DWORD size = ::GetModuleFileNameW(nullptr, name.data(), static_cast<DWORD>(name.size()));
    return std::filesystem::path({name.data(), size});
}

std::filesystem::path system_config_file() {
    std::array<wchar_t, MAX_PATH> folder{};
    const DWORD size = ::GetEnvironmentVariableW(L"ProgramData", folder.data(), static_cast<DWORD>(folder.size()));
    const std::filesystem::path data =
        size > 0 && size < folder.size() ? std::filesystem::path({folder.data(), size}) : L"C:\\ProgramData";
    return data / L"crossdock" / L"crossdock.toml";
}

std::vector<std::string> arguments(int, char**) {
    // What main() gets is in the code page of the machine.
    int count = 0;
    wchar_t** const words = ::CommandLineToArgvW(::GetCommandLineW(), &count);
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back(to_utf8(words[i]));
    ::LocalFree(words);
    return all;
}

bool shows_colours() {
    const HANDLE out = ::GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD mode = 0;
    if (out == INVALID_HANDLE_VALUE || ::GetConsoleMode(out, &mode) == 0) return false;
    return ::SetConsoleMode(out, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

void prepare_console() { ::SetConsoleOutputCP(CP_UTF8); }

Machine machine() {
    Machine found;
    const wchar_t* const kVersion = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
    found.system = registry_text(kVersion, L"ProductName");
    if (const auto build = registry_text(kVersion, L"CurrentBuildNumber"); !build.empty())
        found.system += " build " + build;
    found.system += " x86_64";
    found.processor = registry_text(L"HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", L"ProcessorNameString");
    while (found.processor.ends_with(' ')) found.processor.pop_back();
    found.processors = std::max(1U, std::thread::hardware_concurrency());
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    if (::GlobalMemoryStatusEx(&status)) found.memory_bytes = status.ullTotalPhys;
    return found;
}

}  // namespace crossdock::platform
