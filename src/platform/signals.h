// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>

namespace crossdock::platform {

enum class Signal {
    stop,   // SIGTERM, SIGINT; a service's STOP
    reload  // SIGHUP
};

/// Turns the system's signals into values that one thread waits for. While it lives it owns the handlers of those
/// signals and SIGPIPE is ignored; afterwards they are as before. One at a time: a second one throws std::logic_error.
class Signals {
public:
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// The next signal, in the order of arrival; one that came before the call is not lost. Nothing when `timeout`
    /// passes.
    std::optional<Signal> wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt);
    /// As if the system had sent it: for a console's button. Any thread.
    void raise(Signal signal);
};

}  // namespace crossdock::platform
