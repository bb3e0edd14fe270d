// SPDX-License-Identifier: Apache-2.0
#include "platform/service_control.h"

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/windows_text.h"
#include "platform/process.h"
#include "platform/security_windows.h"
#include "platform/service_windows.h"

namespace crossdock::platform {
namespace {

constexpr const wchar_t* kAccount = L"NT SERVICE\\crossdock";
constexpr const wchar_t* kDisplayName = L"crossdock channel hub";
constexpr const wchar_t* kDescription =
    L"Pulls orders from the sales channels, serves them to the ERP and pushes its stock and shipments back.";
constexpr const wchar_t* kEventSource = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\crossdock";
constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::milliseconds kLongestSilence{90'000};
/// How long Windows waits for us before it goes down.
constexpr DWORD kShutdownMs = kStopHintMs;

struct CloseService {
    void operator()(SC_HANDLE handle) const { ::CloseServiceHandle(handle); }
};
using ServiceHandle = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseService>;

Error failed(const std::string& what, DWORD code) {
    if (code == ERROR_ACCESS_DENIED)
        return {ErrorKind::denied, "service_denied", what + ": " + windows_words(code) + "; run this as administrator"};
    if (code == ERROR_SERVICE_DOES_NOT_EXIST)
        return {ErrorKind::not_found, "service_missing",
                "the service is not installed: `crossdock service install` does that"};
    if (code == ERROR_SERVICE_MARKED_FOR_DELETE)
        return {
            ErrorKind::conflict, "service_failed",
            what +
                ": the service is being removed; close every window that shows services (services.msc) and try again"};
    return {ErrorKind::unavailable, "service_failed", what + ": " + windows_words(code)};
}

Result<ServiceHandle> open_manager(DWORD access) {
    ServiceHandle manager{::OpenSCManagerW(nullptr, nullptr, access)};
    if (!manager) return failed("the service manager does not let us in", ::GetLastError());
    return manager;
}

Result<ServiceHandle> open_service(DWORD access) {
    const auto manager = open_manager(SC_MANAGER_CONNECT);
    if (!manager) return manager.error();
    ServiceHandle service{::OpenServiceW((*manager).get(), kServiceName, access)};
    if (!service) return failed("the service cannot be opened", ::GetLastError());
    return service;
}

Result<SERVICE_STATUS_PROCESS> status_of(SC_HANDLE service) {
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    void* const into = &status;
    if (!::QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, static_cast<BYTE*>(into), sizeof status, &needed))
        return failed("the service's state cannot be read", ::GetLastError());
    return status;
}

/// Waits while the service reports that it gets on, until it is no longer in a state of passage.
Result<SERVICE_STATUS_PROCESS> settled(SC_HANDLE service) {
    auto silent_since = std::chrono::steady_clock::now();
    DWORD checkpoint = 0;
    for (;;) {
        auto status = status_of(service);
        if (!status) return status;
        const bool passing =
            status->dwCurrentState == SERVICE_START_PENDING || status->dwCurrentState == SERVICE_STOP_PENDING;
        if (!passing) return status;
        const auto now = std::chrono::steady_clock::now();
        if (status->dwCheckPoint != checkpoint) silent_since = now;
        checkpoint = status->dwCheckPoint;
        if (now - silent_since > kLongestSilence) return status;
        std::this_thread::sleep_for(kLook);
    }
}

/// A service has stopped a moment before its process ends, and so long nobody can replace the program.
class RunningProcess {
public:
    explicit RunningProcess(DWORD pid) : handle_(pid == 0 ? nullptr : ::OpenProcess(SYNCHRONIZE, FALSE, pid)) {}
    RunningProcess(const RunningProcess&) = delete;
    RunningProcess& operator=(const RunningProcess&) = delete;
    ~RunningProcess() {
        if (handle_ != nullptr) ::CloseHandle(handle_);
    }
    void wait_for_end() const {
        if (handle_ != nullptr) ::WaitForSingleObject(handle_, 10'000);
    }

private:
    HANDLE handle_;
};

std::uint32_t exit_code_of(const SERVICE_STATUS_PROCESS& status) {
    return status.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR ? status.dwServiceSpecificExitCode
                                                                  : status.dwWin32ExitCode;
}

/// Quoted, because a path with blanks that is not would let C:\Program.exe run as the service.
std::wstring command_line(const std::filesystem::path& config_file) {
    return L"\"" + executable_path().wstring() + L"\" serve --service --config \"" + config_file.wstring() + L"\"";
}

Status protect_folder(const std::filesystem::path& folder) {
    std::error_code error;
    const bool was_there = std::filesystem::exists(folder, error);
    std::filesystem::create_directories(folder, error);
    if (error)
        return Error{ErrorKind::denied, "service_failed",
                     "cannot make the folder " + to_utf8(folder.wstring()) + ": " + error.message()};
    if (was_there && folder != system_config_file().parent_path()) return ok();
    // Administrators own it, so that a user who made the folder before us has no say in it. The service may change what
    // is inside, and not the list.
    const std::wstring list =
        std::wstring{L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;"} + kServiceSid + L")";
    if (const DWORD code = set_list(folder, list); code != ERROR_SUCCESS)
        return failed("the permissions of " + to_utf8(folder.wstring()) + " cannot be set", code);
    return ok();
}

Status register_event_source() {
    HKEY key = nullptr;
    LSTATUS code =
        ::RegCreateKeyExW(HKEY_LOCAL_MACHINE, kEventSource, 0, nullptr, 0, KEY_SET_VALUE, nullptr, &key, nullptr);
    if (code == ERROR_SUCCESS) {
        const std::wstring program = executable_path().wstring();
        const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
        code = ::RegSetKeyValueW(key, nullptr, L"EventMessageFile", REG_EXPAND_SZ, program.c_str(),
                                 static_cast<DWORD>((program.size() + 1) * sizeof(wchar_t)));
        if (code == ERROR_SUCCESS)
            code = ::RegSetKeyValueW(key, nullptr, L"TypesSupported", REG_DWORD, &types, sizeof types);
        ::RegCloseKey(key);
    }
    if (code != ERROR_SUCCESS)
        return failed("the source in the event log cannot be registered", static_cast<DWORD>(code));
    return ok();
}

/// What CreateService has no parameter for. An old or simulated Windows that lacks one of these still runs the service.
void configure(SC_HANDLE service) {
    SERVICE_DESCRIPTIONW description{const_cast<wchar_t*>(kDescription)};
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description);
    SERVICE_DELAYED_AUTO_START_INFO delayed{TRUE};
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed);
    // The last one repeats: a config file that was repaired brings the hub back without anybody.
    std::array<SC_ACTION, 3> actions{SC_ACTION{SC_ACTION_RESTART, 5'000}, SC_ACTION{SC_ACTION_RESTART, 30'000},
                                     SC_ACTION{SC_ACTION_RESTART, 120'000}};
    SERVICE_FAILURE_ACTIONSW recovery{86'400, nullptr, nullptr, static_cast<DWORD>(actions.size()), actions.data()};
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &recovery);
    SERVICE_FAILURE_ACTIONS_FLAG also_by_exit_code{TRUE};
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_by_exit_code);
    SERVICE_PRESHUTDOWN_INFO shutdown{kShutdownMs};
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_PRESHUTDOWN_INFO, &shutdown);
    // It needs no privilege but the one that everybody has; a list ends with an empty word.
    std::wstring privileges = std::wstring{SE_CHANGE_NOTIFY_NAME} + L'\0';
    SERVICE_REQUIRED_PRIVILEGES_INFOW few{privileges.data()};
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &few);
}

}  // namespace

Status install_service(const std::filesystem::path& config_file) {
    std::error_code error;
    const std::filesystem::path config = std::filesystem::absolute(config_file, error).lexically_normal();
    const auto manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (!manager) return manager.error();
    if (const auto made = protect_folder(config.parent_path()); !made) return made;
    const std::wstring command = command_line(config);
    ServiceHandle service{::CreateServiceW((*manager).get(), kServiceName, kDisplayName, SERVICE_ALL_ACCESS,
                                           SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL,
                                           command.c_str(), nullptr, nullptr, nullptr, kAccount, nullptr)};
    if (!service) {
        if (const DWORD code = ::GetLastError(); code != ERROR_SERVICE_EXISTS)
            return failed("the service cannot be installed", code);
        service.reset(::OpenServiceW((*manager).get(), kServiceName, SERVICE_ALL_ACCESS));
        if (!service) return failed("the service cannot be opened", ::GetLastError());
        // The account stays: an administrator may have had reasons for another one.
        if (!::ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL,
                                    command.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr, kDisplayName))
            return failed("the service cannot be changed", ::GetLastError());
    }
    configure(service.get());
    return register_event_source();
}

Status uninstall_service() {
    const auto service = open_service(SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
    if (!service) return service.error();
    if (const auto stopped = stop_service(); !stopped) return stopped;
    if (!::DeleteService((*service).get())) return failed("the service cannot be removed", ::GetLastError());
    ::RegDeleteTreeW(HKEY_LOCAL_MACHINE, kEventSource);
    return ok();
}

Status start_service() {
    const auto service = open_service(SERVICE_START | SERVICE_QUERY_STATUS);
    if (!service) return service.error();
    if (!::StartServiceW((*service).get(), 0, nullptr)) {
        const DWORD code = ::GetLastError();
        if (code == ERROR_SERVICE_ALREADY_RUNNING) return ok();
        return failed("the service cannot be started", code);
    }
    const auto status = settled((*service).get());
    if (!status) return status.error();
    if (status->dwCurrentState == SERVICE_RUNNING) return ok();
    if (status->dwCurrentState == SERVICE_START_PENDING)
        return Error{ErrorKind::unavailable, "service_failed",
                     "the service is still starting and has not said a word for 90 seconds; its log says what it does"};
    return Error{
        ErrorKind::unavailable, "service_failed",
        "the service ended as it started (exit code " + std::to_string(exit_code_of(*status)) +
            "); the event log (Event Viewer, Windows Logs, Application, source crossdock) and its log file say why"};
}

Status stop_service() {
    const auto service = open_service(SERVICE_STOP | SERVICE_QUERY_STATUS);
    if (!service) return service.error();
    SERVICE_STATUS ignored{};
    // One that starts takes no controls; it is asked again when it is up.
    auto status = settled((*service).get());
    if (!status) return status.error();
    if (status->dwCurrentState == SERVICE_STOPPED) return ok();
    const RunningProcess process(status->dwProcessId);
    if (!::ControlService((*service).get(), SERVICE_CONTROL_STOP, &ignored)) {
        const DWORD code = ::GetLastError();
        if (code == ERROR_SERVICE_NOT_ACTIVE) return ok();
        return failed("the service cannot be stopped", code);
    }
    status = settled((*service).get());
    if (!status) return status.error();
    if (status->dwCurrentState == SERVICE_STOPPED) {
        process.wait_for_end();
        return ok();
    }
    return Error{ErrorKind::unavailable, "service_failed", "the service does not stop; its log says what it waits for"};
}

Status reload_service() {
    const auto service = open_service(SERVICE_PAUSE_CONTINUE | SERVICE_QUERY_STATUS);
    if (!service) return service.error();
    SERVICE_STATUS ignored{};
    if (!::ControlService((*service).get(), SERVICE_CONTROL_PARAMCHANGE, &ignored))
        return failed("the service cannot be told to read its config file anew", ::GetLastError());
    return ok();
}

Result<ServiceFacts> service_facts() {
    ServiceFacts facts;
    const auto service = open_service(SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    if (!service) {
        if (service.error().code == "service_missing") return facts;
        return service.error();
    }
    const auto status = status_of((*service).get());
    if (!status) return status.error();
    switch (status->dwCurrentState) {
        case SERVICE_START_PENDING: facts.state = ServiceFacts::State::starting; break;
        case SERVICE_STOP_PENDING: facts.state = ServiceFacts::State::stopping; break;
        case SERVICE_STOPPED: facts.state = ServiceFacts::State::stopped; break;
        default: facts.state = ServiceFacts::State::running;
    }
    facts.pid = status->dwProcessId;
    facts.exit_code = exit_code_of(*status);
    std::vector<std::max_align_t> memory(8192 / sizeof(std::max_align_t));
    auto* config = static_cast<QUERY_SERVICE_CONFIGW*>(static_cast<void*>(memory.data()));
    DWORD needed = 0;
    if (::QueryServiceConfigW((*service).get(), config, 8192, &needed)) {
        facts.command = to_utf8(config->lpBinaryPathName);
        facts.account = config->lpServiceStartName == nullptr ? "" : to_utf8(config->lpServiceStartName);
    }
    return facts;
}

namespace {

// The service manager calls a bare function.
const std::function<int()>* service_body = nullptr;
int service_result = 0;

void WINAPI service_main(DWORD, LPWSTR*) {
    if (!service_status::begins()) return;
    service_result = (*service_body)();
    // The process may be ended as soon as this is said.
    service_status::ended(static_cast<unsigned long>(service_result));
}

}  // namespace

Result<int> run_as_service(const std::function<int()>& body) {
    service_body = &body;
    std::wstring name = kServiceName;
    const std::array<SERVICE_TABLE_ENTRYW, 2> table{SERVICE_TABLE_ENTRYW{name.data(), service_main},
                                                    SERVICE_TABLE_ENTRYW{nullptr, nullptr}};
    if (!::StartServiceCtrlDispatcherW(table.data())) {
        const DWORD code = ::GetLastError();
        if (code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT)
            return Error{ErrorKind::invalid, "not_a_service",
                         "--service is for Windows' service manager; in a console use `crossdock serve`, and "
                         "`crossdock service start` "
                         "for the service"};
        return failed("the service manager does not take this process", code);
    }
    return service_result;
}

}  // namespace crossdock::platform
