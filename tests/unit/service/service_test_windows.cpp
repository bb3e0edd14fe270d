// SPDX-License-Identifier: Apache-2.0
// This program registers itself as the service, so that Windows' own service manager starts, reloads and stops it. It
// takes the place of an installed crossdock: for a Windows of the tests' own, as packaging/wine makes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "platform/file.h"
#include "platform/process.h"
#include "platform/service_control.h"
#include "platform/service_manager.h"
#include "platform/signals.h"
#include "support/temporary_folder.h"

namespace crossdock::platform {
namespace {

using namespace std::chrono_literals;
using crossdock::testing::TemporaryFolder;
using ::testing::HasSubstr;
using State = ServiceFacts::State;

std::string text_of(const std::filesystem::path& file) {
    auto text = read_file(file, 4096);
    return text ? *text : "";
}

/// What the service does: takes its time to start, says in `<config>.said` what it hears, ends as its config file says.
int serve(const std::filesystem::path& config) {
    const ServiceManager manager;
    if (!manager.listens()) return 9;
    std::filesystem::path said = config;
    said += ".said";
    Signals signals;
    {
        const MoreTime more(manager, "migrating");
        std::this_thread::sleep_for(700ms);
    }
    if (text_of(config) == "wrong") return 2;
    manager.ready("answers");
    std::string heard = "ready;";
    for (;;) {
        static_cast<void>(write_file(said, heard));
        if (*signals.wait() == Signal::stop) break;
        heard += "reload;";
    }
    manager.stopping();
    std::this_thread::sleep_for(300ms);
    static_cast<void>(write_file(said, heard + "stop;"));
    return 0;
}

class ServiceTest : public ::testing::Test {
protected:
    ServiceTest() {
        std::filesystem::create_directories(config_.parent_path());
        EXPECT_TRUE(write_file(config_, "fine"));
        static_cast<void>(uninstall_service());
    }
    ~ServiceTest() override { static_cast<void>(uninstall_service()); }
    [[nodiscard]] std::string said() const { return text_of(std::filesystem::path(config_) += ".said"); }

    TemporaryFolder folder_;
    std::filesystem::path config_{folder_.path() / L"L\u00e4ger & mehr" / L"crossdock.toml"};
};

TEST_F(ServiceTest, LivesFromInstallToUninstall) {
    EXPECT_EQ(service_facts()->state, State::not_installed);
    ASSERT_TRUE(install_service(config_));
    auto facts = service_facts();
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->state, State::stopped);
    EXPECT_EQ(facts->account, "NT SERVICE\\crossdock");
    EXPECT_EQ(facts->command,
              "\"" + executable_path().string() + "\" serve --service --config \"" + config_.string() + "\"");
    EXPECT_TRUE(install_service(config_)) << "an upgrade installs once more";

    const auto started = start_service();
    ASSERT_TRUE(started) << started.error().message;
    facts = service_facts();
    EXPECT_EQ(facts->state, State::running);
    EXPECT_GT(facts->pid, 0);
    EXPECT_TRUE(start_service()) << "it runs already";

    EXPECT_TRUE(reload_service());
    for (int i = 0; i < 500 && said() != "ready;reload;"; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(said(), "ready;reload;");

    EXPECT_TRUE(stop_service());
    EXPECT_EQ(said(), "ready;reload;stop;") << "stop waits for the end";
    facts = service_facts();
    EXPECT_EQ(facts->state, State::stopped);
    EXPECT_EQ(facts->exit_code, 0U);
    EXPECT_TRUE(stop_service()) << "it is stopped already";

    EXPECT_TRUE(uninstall_service());
    EXPECT_EQ(service_facts()->state, State::not_installed);
}

TEST_F(ServiceTest, IsStoppedWhenItIsRemoved) {
    ASSERT_TRUE(install_service(config_));
    ASSERT_TRUE(start_service());
    EXPECT_TRUE(uninstall_service());
    EXPECT_THAT(said(), HasSubstr("stop;"));
    EXPECT_EQ(service_facts()->state, State::not_installed);
}

TEST_F(ServiceTest, AStartThatFailsSaysHowItEnded) {
    ASSERT_TRUE(write_file(config_, "wrong"));
    ASSERT_TRUE(install_service(config_));
    const auto started = start_service();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, "service_failed");
    EXPECT_THAT(started.error().message, HasSubstr("exit code 2"));
    EXPECT_EQ(service_facts()->exit_code, 2U);
}

TEST_F(ServiceTest, WhatIsNotInstalledCannotBeSteered) {
    for (const auto& answer : {start_service(), stop_service(), reload_service(), uninstall_service()}) {
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, "service_missing");
    }
}

}  // namespace
}  // namespace crossdock::platform

int main(int argc, char** argv) {
    const auto words = crossdock::platform::arguments(argc, argv);
    // As install_service() has told the service manager: serve --service --config FILE.
    if (words.size() == 5 && words[1] == "serve") {
        const auto ran = crossdock::platform::run_as_service([&] { return crossdock::platform::serve(words[4]); });
        return ran ? *ran : 9;
    }
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
