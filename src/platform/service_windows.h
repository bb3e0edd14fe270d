// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace crossdock::platform {

inline constexpr const wchar_t* kServiceName = L"crossdock";
/// A stop may take this long before Windows is told that it hangs, or goes down without us.
inline constexpr unsigned long kStopHintMs = 30'000;

/// The process's place with Windows' service manager. Before begins() there is none, and all of these do nothing.
/// Any thread.
namespace service_status {
/// Registers the control handler and reports that the start is under way. False when the service manager has not
/// started this process.
bool begins();
/// Whether this process is the service.
bool exists();
void ended(unsigned long exit_code);
}  // namespace service_status

}  // namespace crossdock::platform
