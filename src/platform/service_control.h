// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

/// The program as a service of the system, for `crossdock service`. On Windows the program installs and steers its own
/// service; on Linux the package brings a unit and systemctl steers it: there every call answers rejected
/// `service_systemd` with the command to use instead.
namespace crossdock::platform {

struct ServiceFacts {
    enum class State { not_installed, stopped, starting, running, stopping };
    State state = State::not_installed;
    std::int64_t pid = 0;         // 0: it does not run
    std::uint32_t exit_code = 0;  // of the last end: what the program returned, or Windows' own code
    std::string command;          // what the service manager runs
    std::string account;
};

/// Registers the service with `config_file`, or changes the one that is there (an upgrade): delayed automatic start,
/// its own account `NT SERVICE\crossdock`, restart after a failure, time to stop at shutdown, a source in the event
/// log. Makes the config file's folder and, when it made it or it is the usual one, gives it to administrators and the
/// service alone. Errors: denied `service_denied` (not an administrator), unavailable `service_failed`.
Status install_service(const std::filesystem::path& config_file);
/// Stops and removes it; config and data stay. Errors: also not_found `service_missing`.
Status uninstall_service();
/// Starts it and waits until it answers, as long as it reports progress (a large migration takes minutes).
Status start_service();
/// Stops it and waits for the end.
Status stop_service();
/// Makes it read its config file anew.
Status reload_service();
Result<ServiceFacts> service_facts();

/// Runs `body` as the service that the service manager has started this process for, and reports what it returns as the
/// service's exit code. Errors: invalid `not_a_service` when nobody but a person started it.
Result<int> run_as_service(const std::function<int()>& body);

}  // namespace crossdock::platform
