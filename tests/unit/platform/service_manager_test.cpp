// SPDX-License-Identifier: Apache-2.0
#include "platform/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace crossdock::platform {
namespace {

/// The manager's end: a datagram socket of that name ("@…" is one that is no file).
class Manager {
public:
    explicit Manager(const std::string& name) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') address.sun_path[0] = '\0';
        socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length), 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    ~Manager() { ::close(socket_); }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    /// The next message; sendto() has put it here before it returned. "" when there is none.
    std::string heard() const {
        std::array<char, 512> buffer{};
        const auto size = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
    }
    /// The same, and waits for it.
    std::string next() const {
        std::array<char, 512> buffer{};
        const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
        return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
    }

private:
    int socket_ = -1;
};

std::string abstract_name() { return "@crossdock-test-" + std::to_string(::getpid()); }

TEST(ServiceManager, IsToldInItsOwnWords) {
    const Manager manager(abstract_name());
    const ServiceManager told;
    ASSERT_TRUE(told.listens());
    told.ready("answers on 127.0.0.1:8080\nREADY=0");
    EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=answers on 127.0.0.1:8080 READY=0");
    told.status("opening the database");
    EXPECT_EQ(manager.heard(), "STATUS=opening the database");
    told.alive();
    EXPECT_EQ(manager.heard(), "WATCHDOG=1");
    told.extend(std::chrono::seconds{60});
    EXPECT_EQ(manager.heard(), "EXTEND_TIMEOUT_USEC=60000000");
    told.reloading();
    EXPECT_TRUE(manager.heard().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    told.stopping();
    EXPECT_TRUE(manager.heard().starts_with("STOPPING=1\n"));
    EXPECT_EQ(manager.heard(), "");
}

TEST(ServiceManager, MayListenAtAFile) {
    const auto file = std::filesystem::temp_directory_path() / ("crossdock-notify-" + std::to_string(::getpid()));
    std::filesystem::remove(file);
    const Manager manager(file.string());
    ServiceManager().alive();
    EXPECT_EQ(manager.heard(), "WATCHDOG=1");
    std::filesystem::remove(file);
}

TEST(ServiceManager, IsForgottenByTheEnvironment) {
    const Manager manager(abstract_name());
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    const ServiceManager told;
    EXPECT_EQ(told.watchdog(), std::chrono::seconds{30});
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
    EXPECT_FALSE(ServiceManager().listens());
    EXPECT_FALSE(ServiceManager().watchdog());
}

TEST(ServiceManager, WatchesOnlyWhomItNames) {
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    ::setenv("WATCHDOG_PID", "1", 1);
    EXPECT_FALSE(ServiceManager().watchdog());
}

TEST(ServiceManager, NobodyListensAtAConsole) {
    ::unsetenv("NOTIFY_SOCKET");
    const ServiceManager told;
    EXPECT_FALSE(told.listens());
    told.ready("nobody hears it");
    const MoreTime more(told, "nothing is started");
}

TEST(MoreTime, AsksAtOnceAndSaysWhatFor) {
    const Manager manager(abstract_name());
    const ServiceManager told;
    const MoreTime more(told, "opening the database");
    EXPECT_EQ(manager.next(), "STATUS=opening the database");
    EXPECT_EQ(manager.next(), "EXTEND_TIMEOUT_USEC=60000000");
}

}  // namespace
}  // namespace crossdock::platform
