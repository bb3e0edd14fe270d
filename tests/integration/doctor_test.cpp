// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

using ::testing::HasSubstr;

struct DoctorsVisit : ::testing::Test {
    [[nodiscard]] Ran here(const std::vector<std::string>& arguments) const {
        return run(arguments, RunningHub::options(folder.path()));
    }
    static std::string codes(const json& report) {
        std::string text;
        for (const json& finding : report.at("findings"))
            text += finding.at("severity").get<std::string>() + ":" + finding.at("code").get<std::string>() + " ";
        return text;
    }
    static const json* find(const json& report, const std::string& code) {
        for (const json& finding : report.at("findings"))
            if (finding.at("code") == code) return &finding;
        return nullptr;
    }
    [[nodiscard]] std::set<std::string> files() const {
        std::set<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
            names.insert(entry.path().filename());
        return names;
    }

    TemporaryFolder folder;
};

TEST_F(DoctorsVisit, OfAHubThatRunsAndOfOneThatWasStopped) {
    RunningSandbox sandbox(10);
    write_text(folder / "crossdock.toml", config_text(sandbox.url()));
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    ASSERT_TRUE(is_filled(client, 5));

    const Ran seen = here({"doctor", "--json"});
    const json report = json::parse(seen.out, nullptr, false);
    ASSERT_TRUE(report.is_object()) << seen.out << seen.err;
    for (const char* member :
         {"status", "checked_at", "version", "config", "running", "errors", "warnings", "findings"})
        EXPECT_TRUE(report.contains(member)) << member;
    for (const json& finding : report.at("findings"))
        for (const char* member : {"severity", "code", "where", "what", "next_step"})
            EXPECT_TRUE(finding.contains(member)) << finding;
    EXPECT_EQ(report.at("running"), true);
    for (const char* code : {"config_ok", "secrets_ok", "hub_running", "database_ok", "database_sound", "rights_ok",
                             "channel_reachable", "clock_ok", "disk_ok"})
        EXPECT_NE(find(report, code), nullptr) << code << " in " << codes(report);
    EXPECT_EQ(report.at("errors"), 0) << seen.out;
    EXPECT_EQ(seen.code, 0) << seen.out;
    EXPECT_EQ(seen.out.find("shpat_demo"), std::string::npos);

    const Ran shown = here({"status"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("crossdock "));
    EXPECT_THAT(shown.out, HasSubstr("shop-test"));
    std::printf("%s\n", shown.out.c_str());
    // When a key was last used is written a moment after the answer.
    json status;
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        status = json::parse(here({"status", "--json"}).out);
        return status.at("last_poll").is_object();
    })) << status;
    EXPECT_EQ(status.at("state"), "running");
    EXPECT_EQ(status.at("channels").at(0).at("channel"), "shop-test");
    EXPECT_GE(status.at("orders_waiting").at("count").get<int>(), 5);
    std::printf("%s\n", here({"doctor"}).out.c_str());

    hub.process().terminate();
    ASSERT_EQ(hub.process().wait(), 0);
    const auto before = files();
    const Ran stopped = here({"doctor", "--json"});
    const json without = json::parse(stopped.out, nullptr, false);
    ASSERT_TRUE(without.is_object()) << stopped.err;
    EXPECT_EQ(without.at("running"), false);
    for (const char* code : {"hub_stopped", "database_ok", "database_sound", "port_free", "channel_reachable"})
        EXPECT_NE(find(without, code), nullptr) << code << " in " << codes(without);
    EXPECT_EQ(here({"status"}).code, 1);
    EXPECT_EQ(files(), before);  // looking leaves nothing behind
}

TEST_F(DoctorsVisit, OfSomebodyWhoMayNotSeeSaysSoAndNotThatNoHubRuns) {
    std::vector<std::string> nobody;
    if (geteuid() == 0) {
        if (std::system("setpriv --reuid=65534 --regid=65534 --clear-groups test -x " CROSSDOCK_BINARY) != 0)
            GTEST_SKIP() << "nobody else may run the program here";
        nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    }
    using Perms = std::filesystem::perms;
    const auto config = folder / "crossdock.toml";
    write_text(config, config_text(""));
    RunningHub hub(folder.path());
    const auto look = [&](const std::string& name) {
        std::vector<std::string> command = nobody;
        for (const std::string& word : crossdock({name, "--json"})) command.push_back(word);
        RealProcess process(command, RunningHub::options(folder.path()));
        process.wait();
        return json::parse(process.out(), nullptr, false);
    };
    std::filesystem::permissions(folder.path(), Perms(0755));
    std::filesystem::permissions(config, geteuid() == 0 ? Perms(0600) : Perms::none);
    json report = look("doctor");
    ASSERT_TRUE(report.is_object());
    EXPECT_TRUE(report.at("running").is_null());
    const json* unread = find(report, "config_not_seen");
    ASSERT_NE(unread, nullptr) << codes(report);
    EXPECT_NE(unread->at("next_step").get<std::string>().find("sudo crossdock doctor"), std::string::npos);
    EXPECT_EQ(find(report, "config_invalid"), nullptr);

    std::filesystem::permissions(config, Perms(0644));
    std::filesystem::permissions(folder / "crossdock.db.lock", geteuid() == 0 ? Perms(0600) : Perms::none);
    report = look("doctor");
    ASSERT_TRUE(report.is_object());
    EXPECT_TRUE(report.at("running").is_null()) << codes(report);
    EXPECT_NE(find(report, "hub_not_seen"), nullptr) << codes(report);
    EXPECT_EQ(find(report, "hub_stopped"), nullptr) << codes(report);
    // Nor that somebody else has the port, or that the data should be given to whoever looks.
    EXPECT_EQ(find(report, "port_taken"), nullptr) << codes(report);
    EXPECT_NE(find(report, "rights_not_checked"), nullptr) << codes(report);
    EXPECT_EQ(find(report, "data_not_writable"), nullptr) << codes(report);
    const json status = look("status");
    ASSERT_TRUE(status.is_object());
    EXPECT_TRUE(status.at("running").is_null()) << status;
    EXPECT_EQ(status.at("state"), "not_seen") << status;

    std::filesystem::permissions(folder / "crossdock.db", geteuid() == 0 ? Perms(0600) : Perms::none);
    report = look("doctor");
    ASSERT_TRUE(report.is_object());
    EXPECT_NE(find(report, "database_not_seen"), nullptr) << codes(report);
    EXPECT_EQ(find(report, "database_unreadable"), nullptr) << codes(report);
}

TEST_F(DoctorsVisit, OfAKilledHubReadsTheLogAndChangesNothing) {
    write_text(folder / "crossdock.toml", config_text(""));
    RunningHub hub(folder.path());
    static_cast<void>(hub.make_key());
    hub.process().kill_hard();
    const auto before = files();
    const std::string log = file_text(folder / "crossdock.db-wal");
    ASSERT_FALSE(log.empty());
    const json report = json::parse(here({"doctor", "--json"}).out);
    EXPECT_NE(find(report, "unclean_stop"), nullptr) << codes(report);
    EXPECT_NE(find(report, "database_ok"), nullptr) << codes(report);
    EXPECT_EQ(find(report, "no_key"), nullptr) << codes(report);  // the key is in the log
    const json status = json::parse(here({"status", "--json"}).out);
    EXPECT_EQ(status.at("state"), "stopped");
    EXPECT_TRUE(status.at("orders_waiting").is_object()) << status;
    EXPECT_EQ(files(), before);
    EXPECT_EQ(file_text(folder / "crossdock.db-wal"), log);
    hub.start();
    EXPECT_EQ(Client(hub.url(), "").get("/healthz").status, 200);
}

TEST_F(DoctorsVisit, NamesWhoHasThePort) {
    const TemporaryFolder other;
    write_text(other / "crossdock.toml", config_text(""));
    RunningHub neighbour(other.path());
    write_text(folder / "crossdock.toml", config_text("", neighbour.port()));
    const Ran seen = here({"doctor"});
    EXPECT_EQ(seen.code, 3) << seen.out;
    EXPECT_THAT(seen.out, HasSubstr("crossdock, process " + std::to_string(neighbour.process().pid())));
    write_text(folder / "crossdock.toml", "[sever]\n");
    EXPECT_EQ(here({"doctor"}).code, 2);
    EXPECT_EQ(here({"status"}).code, 2);
}

/// Root in a shell has not what systemd hands to the service.
TEST_F(DoctorsVisit, CommandsThatAskNoChannelDoWithoutItsSecrets) {
    write_text(folder / "crossdock.toml",
               "[server]\nlisten = \"127.0.0.1:0\"\n[[channel]]\ncode = \"shop-test\"\nprovider = "
               "\"shopify\"\nbase_url = \"http://127.0.0.1:9\"\n[channel.credentials]\n"
               "shop = \"demo-shop.myshopify.com\"\naccess_token = "
               "\"file:${CREDENTIALS_DIRECTORY}/channels_shop\"\nclient_secret = \"${SHOPIFY_SECRET_OF_NOBODY}\"\n");
    EXPECT_EQ(here({"init"}).code, 0);
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"key", "create"},
                                                      {"key", "list"},
                                                      {"channel", "list"},
                                                      {"job", "list"},
                                                      {"audit", "list"},
                                                      {"backup", folder.file("copy.db")},
                                                      {"verify", folder.file("copy.db")}}) {
        const Ran ran = here(arguments);
        EXPECT_EQ(ran.code, 0) << ::testing::PrintToString(arguments) << ran.err;
    }
    const Ran asked = here({"channel", "test", "shop-test"});
    EXPECT_EQ(asked.code, 1);
    EXPECT_THAT(
        asked.err,
        HasSubstr("credentials.access_token needs the environment variable CREDENTIALS_DIRECTORY, which is not set"));
    EXPECT_EQ(here({"check"}).code, 2);
    EXPECT_EQ(here({"serve"}).code, 2);
    // The channel was not switched off by any of it.
    EXPECT_EQ(ask_database(folder / "crossdock.db", "SELECT enabled FROM channels"), "1");
    const json report = json::parse(here({"doctor", "--json"}).out);
    EXPECT_NE(find(report, "secret_unset"), nullptr) << codes(report);
}

TEST_F(DoctorsVisit, ABundleIsOneFileOfItsOwnersAndSaysWhatIsInIt) {
    RunningSandbox sandbox(10);
    write_text(folder / "crossdock.toml",
               "# shpat_in_a_comment\n" + config_text(sandbox.url()) + "[log]\nfile = \"hub.log\"\n");
    RealProcess process(crossdock({"serve"}), RunningHub::options(folder.path()));
    ASSERT_TRUE(eventually(std::chrono::seconds{60},
                           [&] { return file_text(folder / "hub.log").find(" ready ") != std::string::npos; }));
    const Ran made = here({"support-bundle", "--json", "--output", folder.file("bundle.zip")});
    ASSERT_EQ(made.code, 0) << made.err;
    const std::string archive = file_text(folder / "bundle.zip");
    EXPECT_EQ(archive.substr(0, 4), "PK\x03\x04");
    EXPECT_EQ(std::filesystem::status(folder / "bundle.zip").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    for (const char* secret : {"shpat_demo", "demo-secret", "shpat_in_a_comment"})
        EXPECT_EQ(archive.find(secret), std::string::npos) << secret;
    const json told = json::parse(made.out);
    std::set<std::string> names;
    for (const json& member : told.at("members")) names.insert(member.at("name"));
    for (const char* name : {"README.txt", "doctor.json", "status.json", "config.toml", "metrics.txt", "figures.json",
                             "schema.sql", "dead_letters.json", "versions.json", "log/hub.log"})
        EXPECT_TRUE(names.count(name)) << name << " in " << made.out;
    const Ran again = here({"support-bundle", "--output", folder.file("bundle.zip")});
    EXPECT_EQ(again.code, 1);
    EXPECT_THAT(again.err, HasSubstr("is there already"));
    std::printf("%s\n", here({"support-bundle", "--output", folder.file("other.zip")}).out.c_str());
}

}  // namespace
}  // namespace crossdock::testing
