// SPDX-License-Identifier: Apache-2.0
// Windows knows a service by a few states; what is said beside them goes to the log.
#include "platform/service_manager.h"

#include <windows.h>

#include <mutex>

#include "platform/service_windows.h"
#include "platform/signals_windows.h"

namespace crossdock::platform {
namespace {

// One service a process, and the handler of its controls has to find it.
struct Place {
    std::mutex mutex;
    SERVICE_STATUS_HANDLE handle = nullptr;
    SERVICE_STATUS status{SERVICE_WIN32_OWN_PROCESS, SERVICE_START_PENDING, 0, NO_ERROR, 0, 0, 0};
};

// Never destroyed: a handler may run while the process ends.
Place& place() {
    static auto* const one = new Place;
    return *one;
}

/// `hint_ms`: until when the next word comes, for states in which something is under way; each word of those has a
/// number one higher than the last.
void report(DWORD state, DWORD hint_ms, DWORD exit_code = 0) {
    const std::lock_guard lock(place().mutex);
    SERVICE_STATUS& status = place().status;
    if (place().handle == nullptr || status.dwCurrentState == SERVICE_STOPPED) return;
    // A word of the start that comes late must not take a stop back.
    if (status.dwCurrentState == SERVICE_STOP_PENDING && state != SERVICE_STOP_PENDING && state != SERVICE_STOPPED)
        return;
    status.dwCurrentState = state;
    status.dwControlsAccepted =
        state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE : 0;
    status.dwWaitHint = hint_ms;
    status.dwCheckPoint = hint_ms == 0 ? 0 : status.dwCheckPoint + 1;
    status.dwWin32ExitCode = exit_code == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = exit_code;
    ::SetServiceStatus(place().handle, &status);
}

DWORD state_now() {
    const std::lock_guard lock(place().mutex);
    return place().handle == nullptr ? 0 : place().status.dwCurrentState;
}

DWORD WINAPI on_control(DWORD control, DWORD, void*, void*) {
    switch (control) {
        case SERVICE_CONTROL_STOP:
        case SERVICE_CONTROL_PRESHUTDOWN:
        case SERVICE_CONTROL_SHUTDOWN:
            report(SERVICE_STOP_PENDING, kStopHintMs);
            deliver_signal(Signal::stop);
            return NO_ERROR;
        case SERVICE_CONTROL_PARAMCHANGE: deliver_signal(Signal::reload); return NO_ERROR;
        case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;
        default: return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

}  // namespace

namespace service_status {

bool begins() {
    {
        const std::lock_guard lock(place().mutex);
        place().handle = ::RegisterServiceCtrlHandlerExW(kServiceName, on_control, nullptr);
        if (place().handle == nullptr) return false;
    }
    report(SERVICE_START_PENDING, kStopHintMs);
    return true;
}

bool exists() { return state_now() != 0; }

void ended(unsigned long exit_code) { report(SERVICE_STOPPED, 0, exit_code); }

}  // namespace service_status

ServiceManager::ServiceManager() = default;

bool ServiceManager::listens() const { return service_status::exists(); }

void ServiceManager::ready(std::string_view) const { report(SERVICE_RUNNING, 0); }

void ServiceManager::status(std::string_view) const {}

// Windows has no state for it: it runs.
void ServiceManager::reloading() const {}

void ServiceManager::stopping() const { report(SERVICE_STOP_PENDING, kStopHintMs); }

void ServiceManager::alive() const {}

void ServiceManager::extend(std::chrono::milliseconds more) const {
    const DWORD state = state_now();
    // While it runs, as during a reload, there is nothing to ask for.
    if (state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING)
        report(state, static_cast<DWORD>(more.count()));
}

void ServiceManager::ended() const { service_status::ended(0); }

}  // namespace crossdock::platform
