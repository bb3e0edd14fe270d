// SPDX-License-Identifier: Apache-2.0
#include "platform/signals_windows.h"

#include <windows.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>

#include "platform/service_windows.h"

namespace crossdock::platform {
namespace {

// Windows calls a console's handler in a thread of its own, so it may lock.
struct Arrived {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Signal> signals;  // guarded by mutex
    bool exists = false;         // guarded by mutex: somebody will fetch them
};

// Never destroyed: a handler may run while the process ends.
Arrived& arrived() {
    static auto* const all = new Arrived;
    return *all;
}

// Ctrl+C and Ctrl+Break, closing the window, logging off and shutting down. The latter three end the process as soon as
// the handler returns, so it waits until everything has ended; Windows waits some seconds for that.
BOOL WINAPI on_console_event(DWORD event) {
    // A service hears of every person that logs off, and its own end comes by its control handler.
    if (service_status::exists() && (event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)) return TRUE;
    deliver_signal(Signal::stop);
    if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT) return TRUE;
    std::unique_lock lock(arrived().mutex);
    arrived().changed.wait(lock, [] { return !arrived().exists; });
    return TRUE;
}

}  // namespace

void deliver_signal(Signal signal) {
    {
        const std::lock_guard lock(arrived().mutex);
        arrived().signals.push_back(signal);
    }
    arrived().changed.notify_all();
}

Signals::Signals() {
    {
        const std::lock_guard lock(arrived().mutex);
        if (arrived().exists) throw std::logic_error("platform::Signals exists already");
        arrived().exists = true;
    }
    ::SetConsoleCtrlHandler(on_console_event, TRUE);
}

Signals::~Signals() {
    ::SetConsoleCtrlHandler(on_console_event, FALSE);
    {
        const std::lock_guard lock(arrived().mutex);
        arrived().exists = false;
        arrived().signals.clear();
    }
    arrived().changed.notify_all();
}

std::optional<Signal> Signals::wait(std::optional<std::chrono::milliseconds> timeout) {
    std::unique_lock lock(arrived().mutex);
    const auto one_is_there = [] { return !arrived().signals.empty(); };
    if (!timeout)
        arrived().changed.wait(lock, one_is_there);
    else if (!arrived().changed.wait_for(lock, *timeout, one_is_there))
        return std::nullopt;
    const Signal next = arrived().signals.front();
    arrived().signals.pop_front();
    return next;
}

void Signals::raise(Signal signal) { deliver_signal(signal); }

}  // namespace crossdock::platform
