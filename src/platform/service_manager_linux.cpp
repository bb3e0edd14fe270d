// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "platform/service_manager.h"

namespace crossdock::platform {
namespace {

std::string taken_from_environment(const char* name) {
    const char* value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// A status is one line, and other lines would be other messages.
std::string one_line(std::string_view text) {
    std::string line{text};
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

std::string monotonic_usec() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000);
}

}  // namespace

ServiceManager::ServiceManager() : socket_(taken_from_environment("NOTIFY_SOCKET")) {
    const std::int64_t usec = number(taken_from_environment("WATCHDOG_USEC"));
    const std::string watched = taken_from_environment("WATCHDOG_PID");
    if (usec > 0 && (watched.empty() || number(watched) == ::getpid()))
        watchdog_ = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds{usec});
    if (!socket_.empty() && socket_.front() == '@') socket_.front() = '\0';
}

void ServiceManager::send(std::string_view message) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const int door = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (door < 0) return;
    // Nothing depends on it: a manager that does not listen ends the service by its own rules, and says so.
    (void)::sendto(door, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&address), length);
    ::close(door);
}

bool ServiceManager::listens() const { return !socket_.empty(); }

void ServiceManager::ready(std::string_view status) const { send("READY=1\nSTATUS=" + one_line(status)); }
void ServiceManager::status(std::string_view text) const { send("STATUS=" + one_line(text)); }
void ServiceManager::reloading() const { send("RELOADING=1\nMONOTONIC_USEC=" + monotonic_usec()); }
void ServiceManager::stopping() const { send("STOPPING=1\nSTATUS=ending what is under way"); }
// The exit code tells it.
void ServiceManager::ended() const {}
void ServiceManager::alive() const { send("WATCHDOG=1"); }

void ServiceManager::extend(std::chrono::milliseconds more) const {
    send("EXTEND_TIMEOUT_USEC=" + std::to_string(std::chrono::microseconds{more}.count()));
}

}  // namespace crossdock::platform
