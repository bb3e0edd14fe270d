// SPDX-License-Identifier: Apache-2.0
// The report as a whole; what it says of one thing that is wrong is doctor_test.cpp's.
#include <algorithm>
#include <cstdio>

#include "broken_world.h"

namespace crossdock::app::doctor {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(DoctorOfAllThatIsWell, SaysSoOnOneScreen) {
    BrokenWorld world;
    world.make_database();
    with_running_hub(world);
    // Another disk for the backups cannot be made here.
    world.write_config("[server]\nlisten = \"127.0.0.1:8080\"\n[database]\npath = \"data/hub.db\"\n" +
                       BrokenWorld::channel("\"${SHOPIFY_TOKEN}\""));
    const Report report = world.examine();
    EXPECT_EQ(report.count(Severity::error) + report.count(Severity::warning), 0) << all_of(report);
    EXPECT_EQ(exit_code(report), 0);
    const std::string text = to_text(report, false);
    EXPECT_THAT(text, HasSubstr("All is well."));
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 24) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(to_text(report, true).find('\x1b'), std::string::npos);
    // The shop was asked once, without credentials.
    EXPECT_EQ(world.network.asked, std::vector<std::string>{"GET https://demo-shop.myshopify.com:443/"});
    std::printf("%s", text.c_str());
}

TEST(DoctorsReport, PutsTheWorstFirstAndEndsWithItsCode) {
    BrokenWorld world;
    world.make_database();
    world.space.free_bytes = 1;
    Report report = world.examine();
    for (std::size_t i = 1; i < report.findings.size(); ++i)
        EXPECT_GE(static_cast<int>(report.findings[i - 1].severity), static_cast<int>(report.findings[i].severity));
    EXPECT_EQ(exit_code(report), 1);
    EXPECT_EQ(to_json(report).at("status"), "error");
    world.world.address_free = [](const std::string&, int) -> Status {
        return Error{ErrorKind::conflict, "port_taken", "taken"};
    };
    EXPECT_EQ(exit_code(world.examine()), 3);
    world.write_config("[server\n");
    EXPECT_EQ(exit_code(world.examine()), 2);
}

TEST(DoctorsReport, OfABrokenConfigDoesNotSayThatNoHubRuns) {
    BrokenWorld world;
    world.make_database();
    EXPECT_EQ(to_json(world.examine()).at("running"), false);
    with_running_hub(world);
    EXPECT_EQ(to_json(world.examine()).at("running"), true);
    world.write_config("[server\n");
    const Report report = world.examine();
    EXPECT_TRUE(to_json(report).at("running").is_null());
    EXPECT_THAT(all_of(report), HasSubstr("whether it runs is not known, as the config file cannot be used"));
    EXPECT_EQ(all_of(report).find("not running"), std::string::npos);
}

TEST(DoctorOfAReadOnlyDisk, DoesNotSayThatTheDataCanBeWritten) {
    BrokenWorld world;
    world.make_database();
    EXPECT_NE(find(world.examine(), "rights_ok"), nullptr);
    world.space.read_only = true;
    const Report report = world.examine();
    EXPECT_EQ(find(report, "rights_ok"), nullptr) << all_of(report);
    EXPECT_EQ(exit_code(report), 1);
}

/// A channel's words come from outside: a terminal must not obey them.
TEST(DoctorsReport, HasNoControlCharacters) {
    Report report;
    report.findings.push_back({Severity::error, "x", "channel\x1b[2J", "an order\nof \x1b[31mred", "do\tthis"});
    const std::string text = to_text(report, false);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(text, HasSubstr("an order of  [31mred"));
}

/// What is not closed is looked at without a change, also beside the file.
TEST(DoctorOfAKilledHub, ReadsItsLogAndLeavesEveryByte) {
    BrokenWorld world;
    world.make_database();
    TemporaryFolder aside;
    world.with_hub([&](Hub& hub) {
        hub.database().write(
            [&](db::Session& session) { session.run_script("UPDATE api_keys SET name = 'in the log'"); });
        for (const char* ending : {"", "-wal", "-shm", ".running"})
            fs::copy_file(world.database() + ending, aside / (std::string{"hub.db"} + ending));
    });
    fs::remove_all(world.folder / "data");
    fs::copy(aside.path(), world.folder / "data");
    std::map<std::string, std::string> before;
    for (const auto& entry : fs::directory_iterator(world.folder / "data"))
        before[entry.path().filename()] = file_text(entry.path());
    world.clock.advance(std::chrono::hours{24 * 91});
    const Report report = world.examine();
    ASSERT_NE(find(report, "unclean_stop"), nullptr) << all_of(report);
    ASSERT_NE(find(report, "key_old"), nullptr) << all_of(report);
    EXPECT_THAT(find(report, "key_old")->what, HasSubstr("in the log"));
    EXPECT_NE(find(report, "database_sound"), nullptr);
    std::map<std::string, std::string> after;
    for (const auto& entry : fs::directory_iterator(world.folder / "data"))
        after[entry.path().filename()] = file_text(entry.path());
    EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace crossdock::app::doctor
