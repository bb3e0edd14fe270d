// SPDX-License-Identifier: Apache-2.0
// A log that was cut short: by a disk, a copy by hand, a person. What stood whole before the cut is there, in order,
// and nothing behind it; the database is sound.
#include "db/copy.h"
#include "db_fixture.h"

namespace crossdock::db {
namespace {

namespace fs = std::filesystem;

TEST(CutLog, ShowsAWholeStretchOfCommitsAndIsSound) {
    TemporaryFolder folder;
    constexpr int kCommits = 40;
    std::string image;
    std::string log;
    {
        auto database = open_or_throw(folder.file("hub.db"));
        create_tables(*database);
        database->maintain();
        for (int number = 0; number < kCommits; ++number)
            database->write([&](Session& session) { add_note(session, 1, number, std::string(500, 'x')); });
        image = bytes_of(folder.file("hub.db"));
        log = bytes_of(folder.file("hub.db-wal"));
    }
    ASSERT_GT(log.size(), 100'000U);
    std::int64_t before = -1;
    int stretches = 0;
    // In the middle of frames, too.
    for (std::size_t size = 0; size <= log.size(); size += 2'777) {
        const std::string name = folder.file("cut" + std::to_string(size) + ".db");
        write_bytes(name, image);
        write_bytes(name + "-wal", log.substr(0, size));
        write_bytes(name + ".running", "r");
        auto opened = open_or_throw(name);
        const auto [notes, highest, sequence] = opened->read([](Session& session) {
            return std::tuple{ask_integer(session, "SELECT count(*) FROM notes"),
                              ask_integer(session, "SELECT coalesce(max(number), -1) FROM notes"),
                              ask_integer(session, "SELECT value FROM change_sequence")};
        });
        EXPECT_EQ(notes, highest + 1) << "a gap at " << size;
        EXPECT_EQ(sequence, notes) << "a half commit at " << size;
        EXPECT_GE(notes, before) << size;
        EXPECT_TRUE(opened->check(true).empty()) << size;
        stretches += notes > before ? 1 : 0;
        before = notes;
        opened.reset();
        for (const char* ending : {"", "-wal", "-shm", ".running"}) fs::remove(name + ending);
    }
    EXPECT_GT(stretches, 20);
    std::printf("[figures] a log cut at %zu places: sound each time, up to %lld of %d commits\n",
                log.size() / 2'777 + 1, static_cast<long long>(before), kCommits);
}

}  // namespace
}  // namespace crossdock::db
