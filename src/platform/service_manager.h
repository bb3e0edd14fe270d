// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace crossdock::platform {

/// Tells the system's service manager how the program is: systemd's protocol of sd_notify(3), spoken without its
/// library; the states of a Windows service. Started by hand there is nobody to tell, and every call does nothing. Any
/// thread.
class ServiceManager {
public:
    /// Takes what the manager left in the environment (NOTIFY_SOCKET, WATCHDOG_USEC) and forgets it there, so that no
    /// child speaks in our name.
    ServiceManager();

    [[nodiscard]] bool listens() const;
    /// The service is up. `status` is one line for `systemctl status`.
    void ready(std::string_view status) const;
    void status(std::string_view text) const;
    /// The configuration is being read anew; ready() ends it.
    void reloading() const;
    void stopping() const;
    /// The process ends now, on purpose and not by returning from main(): nobody needs to start it again.
    void ended() const;
    /// How often alive() is expected at least; none: nobody watches.
    [[nodiscard]] std::optional<std::chrono::milliseconds> watchdog() const { return watchdog_; }
    void alive() const;
    /// Starting or stopping takes this much longer from now on than the unit allows.
    void extend(std::chrono::milliseconds more) const;

private:
    void send(std::string_view message) const;

    std::string socket_;  // of the manager; its first byte is NUL for one that is no file
    std::optional<std::chrono::milliseconds> watchdog_;
};

/// Keeps asking the manager for more time while it lives: for work at the start whose length nobody knows, such as
/// migrating a large database.
class MoreTime {
public:
    MoreTime(const ServiceManager& manager, std::string_view status);
    ~MoreTime();
    MoreTime(const MoreTime&) = delete;
    MoreTime& operator=(const MoreTime&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable wakes_;
    bool done_ = false;
    std::thread thread_;
};

}  // namespace crossdock::platform
