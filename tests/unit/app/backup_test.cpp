// SPDX-License-Identifier: Apache-2.0
#include "app/backup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "app/backups.h"
#include "app/commands.h"
#include "app/restore.h"
#include "app/vault.h"
#include "crypto/hash.h"
#include "hub_fixture.h"
#include "store/event_repo.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

class HubBackups : public HubTest<ManualClock> {
protected:
    HubBackups() { open(planned()); }

    HubOptions planned() const {
        HubOptions with = options();
        with.version = "1.2.3";
        with.key_file = folder / "crossdock.key";
        with.backup.folder = (folder / "backups").string();
        with.backup.every = 24h;
        HubChannel other = with.channels.front();
        other.account = "client-b";
        other.setup.code = "shop-b";
        with.channels.push_back(other);
        return with;
    }
    std::vector<std::string> made() const {
        std::vector<std::string> names;
        if (fs::exists(folder / "backups"))
            for (const auto& entry : fs::directory_iterator(folder / "backups"))
                names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
    bool is_due() {
        return hub->database().read([&](db::Session& session) { return hub->backups().is_due(session); });
    }
    std::string metrics() {
        http::Request request;
        request.method = "GET";
        request.path = request.target = "/metrics";
        request.remote_address = "127.0.0.1";
        return hub->router().dispatch(request, [](const http::Request&, const std::string&) {}).body;
    }
    api::HealthReport findings() {
        api::HealthReport report;
        hub->database().read([&](db::Session& session) { hub->backups().add_findings(session, report); });
        return report;
    }
    store::BackupRecord must_make(const std::string& file) {
        const auto state = hub->backups().ask(file);
        EXPECT_TRUE(state && state->made) << (state ? state->error->message : state.error().message);
        return state && state->made ? *state->made : store::BackupRecord{};
    }
    static void damage(const std::string& file, std::streamoff at) {
        std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(at);
        out << std::string(64, '\x5A');
    }
};

TEST_F(HubBackups, AreProvenStampedAndPrivate) {
    const std::string file = (folder / "hand made.db").string();
    const auto record = must_make(file);
    EXPECT_EQ(record.schema, db::newest_schema());
    EXPECT_GT(record.rows, 4) << "accounts, channels, jobs …";
    struct stat info {};
    ASSERT_EQ(stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    EXPECT_EQ(record.bytes, info.st_size);

    const auto verified = verify_backup(file);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_TRUE(verified->is_sound());
    ASSERT_TRUE(verified->stamp);
    EXPECT_EQ(verified->stamp->program, "1.2.3");
    EXPECT_EQ(verified->stamp->made_at, clock.now());
    EXPECT_EQ(verified->stamp->installation, hub->installation().id);
    EXPECT_EQ(verified->stamp->rows.at("accounts"), 2);
    EXPECT_EQ(verified->stamp->rows.at("channels"), 2);
    EXPECT_EQ(verified->stamp->all_rows(), record.rows);
    EXPECT_EQ(verified->sha256, record.sha256);
    EXPECT_EQ(crossdock::testing::file_text(file + ".sha256"), record.sha256 + "  hand made.db\n");
}

TEST_F(HubBackups, SayWhichKeyTheirSecretsNeedAndNeverHoldOne) {
    SystemRandom real;
    KeyFile keys(folder / "crossdock.key", real);
    const auto vault = make_vault(hub->database(), keys, ChannelId{1}, clock, real);
    vault->keep("refresh_token", Secret{"canary-of-a-secret"});
    const auto key = keys.find();
    ASSERT_TRUE(key && *key);
    const std::string file = (folder / "copy.db").string();
    must_make(file);
    const auto verified = verify_backup(file);
    ASSERT_TRUE(verified && verified->stamp);
    EXPECT_EQ(verified->stamp->sealing_keys, std::vector<std::string>{(*key)->id});
    const std::string bytes = crossdock::testing::file_text(file);
    EXPECT_EQ(bytes.find("canary-of-a-secret"), std::string::npos);
    EXPECT_EQ(bytes.find((*key)->bytes.reveal()), std::string::npos);
    EXPECT_EQ(bytes.find(crypto::to_text(**key).substr(16, 64)), std::string::npos);

    EXPECT_TRUE(missing_keys(verified->stamp, folder / "crossdock.key").empty());
    fs::remove(folder / "crossdock.key");
    const auto missing = missing_keys(verified->stamp, folder / "crossdock.key");
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_NE(missing.front().find((*key)->id), std::string::npos) << missing.front();
    KeyFile others(folder / "crossdock.key", real);
    ASSERT_TRUE(others.get_or_make());
    EXPECT_EQ(missing_keys(verified->stamp, folder / "crossdock.key").size(), 1U) << "another key is not the key";
}

TEST_F(HubBackups, WhateverChangesInOneIsFound) {
    const std::string file = (folder / "copy.db").string();
    const auto size = must_make(file).bytes;
    const auto faults = [&] {
        const auto verified = verify_backup(file);
        return verified ? verified->faults : std::vector<std::string>{verified.error().code};
    };
    EXPECT_TRUE(faults().empty());
    const std::string good = crossdock::testing::file_text(file);
    // Every page once: what no check of SQLite's sees, the hash does.
    int found = 0;
    int pages = 0;
    for (std::streamoff at = 0; at < size; at += 4'096, ++pages) {
        damage(file, at + 1'000);
        if (!faults().empty()) ++found;
        crossdock::testing::write_text(file, good);
    }
    EXPECT_EQ(found, pages);
    crossdock::testing::write_text(file, good.substr(0, good.size() - 4'096));
    EXPECT_EQ(faults(), std::vector<std::string>{"db_damaged"});
    crossdock::testing::write_text(file, good);
    fs::remove(file + ".sha256");
    EXPECT_TRUE(faults().empty()) << "without the hash pages and rows are still compared";
    EXPECT_FALSE(verify_backup(file)->sha256);
    std::printf("[figures] %d of %d damaged pages were found\n", found, pages);
}

TEST_F(HubBackups, RowsThatAreMissingAreFoundWithoutTheHash) {
    const std::string file = (folder / "copy.db").string();
    must_make(file);
    fs::remove(file + ".sha256");
    {
        db::Options with;
        with.path = file;
        auto opened = db::Database::open(with);
        ASSERT_TRUE(opened);
        (*opened)->write([](db::Session& session) { session.run_script("DELETE FROM audit_log"); });
        (*opened)->close();
    }
    const auto verified = verify_backup(file);
    ASSERT_TRUE(verified) << verified.error().message;
    ASSERT_EQ(verified->faults.size(), 1U);
    EXPECT_NE(verified->faults.front().find("audit_log: 0 rows"), std::string::npos) << verified->faults.front();
}

TEST_F(HubBackups, ComeAsThePlanSaysHoweverOftenTheHubIsRestarted) {
    EXPECT_TRUE(is_due()) << "there is none";
    must_make("");
    EXPECT_EQ(made(), (std::vector<std::string>{"hub-20261120T120000Z.db", "hub-20261120T120000Z.db.sha256"}));
    EXPECT_FALSE(is_due());
    for (int hour = 6; hour < 24; hour += 6) {
        clock.advance(6h);
        open(planned());
        EXPECT_FALSE(is_due()) << hour;
    }
    clock.advance(6h);
    EXPECT_TRUE(is_due());
    clock.jump_to(clock.now() - 24h * 365);
    EXPECT_TRUE(is_due()) << "it was made at a time that has not come yet: the clock was wrong";
    HubOptions never = planned();
    never.backup.every = std::nullopt;
    open(never);
    EXPECT_FALSE(is_due());
}

TEST_F(HubBackups, ARunningHubMakesOneByItselfAndTellsOfIt) {
    hub->start();
    ASSERT_TRUE(eventually(60s, [&] { return hub->backups().state().made && !hub->backups().state().running; }));
    EXPECT_EQ(made().size(), 2U) << "the backup and its sum";
    EXPECT_EQ(count("events WHERE type = 'backup.completed'"), 2) << "one in each account";
    EXPECT_EQ(count("events WHERE type = 'backup.completed' AND data LIKE '%" + folder.path().string() + "%'"), 0)
        << "how the machine is laid out is no account's affair";
    EXPECT_TRUE(was_logged("backup_made"));
    EXPECT_NE(metrics().find("\ncrossdock_last_backup_age_seconds 0\n"), std::string::npos) << metrics();
    // And one when it is asked for.
    clock.advance(5s);
    const auto asked = hub->backups().ask("");
    ASSERT_TRUE(asked) << asked.error().message;
    ASSERT_TRUE(eventually(60s, [&] { return !hub->backups().state().running; }));
    EXPECT_TRUE(hub->backups().state().made);
    EXPECT_EQ(hub->backups().state().ticket, asked->ticket);
    EXPECT_EQ(hub->backups().state().dropped.size(), 1U) << "the earlier one of the day had its time";
    EXPECT_EQ(made().size(), 2U);
}

TEST_F(HubBackups, OneThatFailsIsToldWithAReasonAndANextStep) {
    EXPECT_EQ(findings().findings.size(), 0U) << "the first one is still to come";
    EXPECT_NE(metrics().find("\ncrossdock_last_backup_age_seconds -1\n"), std::string::npos);
    fs::create_directories(folder / "backups");
    const std::string there = (folder / "there.txt").string();
    crossdock::testing::write_text(there, "letters");
    for (const auto& [file, code] : std::vector<std::pair<std::string, std::string>>{
             {there, "backup_exists"}, {(folder / "no/such/folder.db").string(), "backup_folder"}}) {
        const auto state = hub->backups().ask(file);
        ASSERT_TRUE(state);
        ASSERT_TRUE(state->error) << file;
        EXPECT_EQ(state->error->code, code);
    }
    EXPECT_EQ(crossdock::testing::file_text(there), "letters");
    const auto report = findings();
    const auto* failed = find(report, "backup_failed");
    ASSERT_NE(failed, nullptr);
    EXPECT_EQ(failed->severity, "error");
    EXPECT_NE(failed->message.find("no/such"), std::string::npos) << failed->message;
    EXPECT_FALSE(failed->next_step.empty());
    EXPECT_EQ(count("events WHERE type = 'backup.failed'"), 4);
    EXPECT_NE(metrics().find("\ncrossdock_backup_failed 1\n"), std::string::npos);

    clock.advance(1s);
    must_make("");
    const auto after = findings();
    EXPECT_EQ(find(after, "backup_failed"), nullptr);
    ASSERT_NE(find(after, "backup_made"), nullptr);
    clock.advance(26h);
    const auto late = findings();
    ASSERT_NE(find(late, "backup_late"), nullptr);
    EXPECT_NE(find(late, "backup_late")->message.find("26 hours"), std::string::npos);
    EXPECT_NE(metrics().find("\ncrossdock_last_backup_age_seconds 93600\n"), std::string::npos);
    EXPECT_NE(metrics().find("\ncrossdock_backup_failed 0\n"), std::string::npos);
}

/// What is said of a backup that must not be made.
class GoneFolder : public HubBackups {
protected:
    void expect_refused(const std::string& word) {
        const auto failed_before = count("events WHERE type = 'backup.failed'");
        clock.advance(1s);
        const auto state = hub->backups().ask("");
        ASSERT_TRUE(state);
        ASSERT_TRUE(state->error);
        EXPECT_EQ(state->error->code, "backup_folder_missing");
        EXPECT_NE(state->error->message.find(word), std::string::npos) << state->error->message;
        EXPECT_NE(state->error->message.find("is its disk plugged in"), std::string::npos) << state->error->message;
        EXPECT_EQ(count("events WHERE type = 'backup.failed'"), failed_before + 2) << "one in each account";
        const auto report = findings();
        const auto* failed = find(report, "backup_failed");
        ASSERT_NE(failed, nullptr);
        EXPECT_EQ(failed->severity, "error");
        EXPECT_NE(failed->message.find("is its disk plugged in"), std::string::npos) << failed->message;
    }
};

TEST_F(GoneFolder, IsNotMadeAnewOnTheSystemsDisk) {
    must_make("");
    fs::remove_all(folder / "backups");
    expect_refused("is not there any more");
    EXPECT_FALSE(fs::exists(folder / "backups"));
    // An earlier version did not remember the place, only the last backup.
    hub->database().write(
        [](db::Session& session) { session.run_script("DELETE FROM meta WHERE name = 'backup_place'"); });
    expect_refused("is not there any more");
    EXPECT_FALSE(fs::exists(folder / "backups"));
    // The disk is there again.
    fs::create_directory(folder / "backups");
    clock.advance(1s);
    must_make("");
    EXPECT_EQ(made().size(), 2U);
    const auto report = findings();
    EXPECT_EQ(find(report, "backup_failed"), nullptr);
}

TEST_F(GoneFolder, AlsoStopsTheBackupsThatComeByThemselves) {
    must_make("");
    fs::remove_all(folder / "backups");
    open(planned());
    clock.advance(25h);
    hub->start();
    ASSERT_TRUE(eventually(60s, [&] { return hub->backups().state().error && !hub->backups().state().running; }));
    EXPECT_EQ(hub->backups().state().error->code, "backup_folder_missing");
    EXPECT_FALSE(fs::exists(folder / "backups"));
    EXPECT_EQ(count("events WHERE type = 'backup.failed'"), 2);
    EXPECT_TRUE(was_logged("backup_failed"));
}

TEST_F(GoneFolder, IsSeenWhenTheEmptyMountPointIsThere) {
    must_make("");
    for (const std::string& name : made()) fs::remove(folder / "backups" / name);
    // As a mount that was there leaves it; none can be made here.
    hub->database().write([&](db::Session& session) {
        store::BackupRepo backups(session);
        auto place = backups.place();
        ASSERT_TRUE(place);
        EXPECT_GE(place->disks, 1);
        ++place->disks;
        backups.remember_place(*place);
    });
    expect_refused("is not on the disk where the backups before it are");
    EXPECT_EQ(made(), std::vector<std::string>{});
    // It is meant so: one that is asked for by the folder's name begins anew.
    clock.advance(1s);
    must_make((folder / "backups" / backup_name((folder / "hub.db").string(), clock.now())).string());
    clock.advance(1s);
    must_make("");
}

TEST_F(GoneFolder, OnlyTheLastFolderOfANewPlaceIsMade) {
    HubOptions with = planned();
    with.backup.folder = (folder / "media/usb/backups/").string();
    fs::create_directory(folder / "media");
    open(with);
    expect_refused("in which the backup folder is to be");
    EXPECT_FALSE(fs::exists(folder / "media/usb"));
    fs::create_directory(folder / "media/usb");
    clock.advance(1s);
    must_make("");
    EXPECT_TRUE(fs::exists(folder / "media/usb/backups"));
    // One made elsewhere changes nothing.
    must_make((folder / "elsewhere.db").string());
    fs::remove_all(folder / "media/usb/backups");
    expect_refused("is not there any more");
    // Another place in the config file is a new one.
    with.backup.folder = (folder / "other").string();
    open(with);
    clock.advance(1s);
    must_make("");
}

TEST_F(HubBackups, WithoutAFolderAFileMustBeNamed) {
    open(options());
    const auto state = hub->backups().ask("");
    ASSERT_FALSE(state);
    EXPECT_EQ(state.error().code, "backup_folder");
    EXPECT_NE(state.error().message.find("[backup]"), std::string::npos);
}

/// A full disk takes no line of the audit trail, and may be why a backup on another one is wanted.
TEST_F(HubBackups, AreMadeAlsoWhenItCannotBeNotedWhoAskedForThem) {
    hub->database().write([](db::Session& session) {
        session.run_script(
            "CREATE TRIGGER no_trail BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no room for it'); END");
    });
    const std::string file = (folder / "one.db").string();
    const auto answer = run_command(*hub, "backup.start", {{"file", file}});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->at("file"), file);
    EXPECT_TRUE(fs::exists(file));
}

/// On a full disk nothing can be noted either.
TEST_F(HubBackups, WhatBecameOfOneIsToldAlsoWhenTheDatabaseDoesNotTakeTheNote) {
    hub->database().write([](db::Session& session) {
        session.run_script(
            "CREATE TRIGGER no_notes BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no room for it'); END");
    });
    const auto failed = hub->backups().ask((folder / "no/such/folder.db").string());
    ASSERT_TRUE(failed && failed->error);
    EXPECT_EQ(failed->error->code, "backup_folder") << failed->error->message;
    const std::string file = (folder / "one.db").string();
    const auto unnoted = hub->backups().ask(file);
    ASSERT_TRUE(unnoted && unnoted->error);
    EXPECT_NE(unnoted->error->message.find(file + " was made and found sound"), std::string::npos)
        << unnoted->error->message;
    EXPECT_TRUE(fs::exists(file));
}

TEST_F(HubBackups, AHubThatIsInUseAndHasNoneSaysSo) {
    open(options());
    EXPECT_EQ(findings().findings.size(), 0U) << "it was just set up";
    clock.advance(25h);
    const auto report = findings();
    ASSERT_NE(find(report, "no_backup"), nullptr);
    EXPECT_EQ(find(report, "no_backup")->severity, "warning");
    must_make((folder / "one.db").string());
    EXPECT_EQ(find(findings(), "no_backup"), nullptr);
}

TEST_F(HubBackups, AreSoundWhileManyWrite) {
    std::atomic<bool> done{false};
    std::vector<std::thread> writers;
    for (int who = 0; who < 4; ++who)
        writers.emplace_back([&, who] {
            for (int i = 0; !done; ++i)
                hub->database().write([&](db::Session& session) {
                    store::EventRepo(session).append(
                        {AccountId{1}, std::nullopt, "job.parked", "job", who * 1'000'000 + i, "{}"}, clock.now());
                });
        });
    int sound = 0;
    for (int round = 0; round < 5; ++round) {
        const std::string file = (folder / ("load" + std::to_string(round) + ".db")).string();
        must_make(file);
        const auto verified = verify_backup(file);
        if (verified && verified->is_sound() && verified->stamp) ++sound;
    }
    done = true;
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(sound, 5);
}

/// A process that holds a lock on a file, as one does that writes a backup.
class OtherWriter {
public:
    explicit OtherWriter(const std::string& file) {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            const int held = ::open(file.c_str(), O_RDWR);
            struct flock lock {};
            lock.l_type = F_WRLCK;
            lock.l_whence = SEEK_SET;
            const char byte = held >= 0 && ::fcntl(held, F_SETLK, &lock) == 0 ? 'y' : 'n';
            if (::write(ends[1], &byte, 1) != 1) ::_exit(1);
            for (;;) ::pause();
        }
        ::close(ends[1]);
        char byte = 'n';
        has_lock_ = ::read(ends[0], &byte, 1) == 1 && byte == 'y';
        ::close(ends[0]);
    }
    ~OtherWriter() { end(); }
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    [[nodiscard]] bool has_lock() const { return has_lock_; }

private:
    pid_t pid_ = 0;
    bool has_lock_ = false;
};

TEST_F(HubBackups, WhatACrashLeftOfOneGoesWithTheNextThere) {
    const fs::path usb = folder / "usb";
    fs::create_directory(usb);
    const std::string left = (usb / "hub-20261119T030000Z.db.unfinished").string();
    const std::vector<std::string> not_ours{"hub.db.unfinished", "other-20261119T030000Z.db.unfinished",
                                            "hub-20261119T030000Z.db.unfinished.txt", "hub-20261118T030000Z.db"};
    for (const std::string& name : not_ours) crossdock::testing::write_text(usb / name, "x");
    const auto crash = [&] {
        crossdock::testing::write_text(left, "half");
        crossdock::testing::write_text(left + "-journal", "half");
    };
    const auto back_up = [&] {
        clock.advance(1s);
        must_make((usb / backup_name((folder / "hub.db").string(), clock.now())).string());
    };
    crash();
    {
        const OtherWriter writer(left);
        ASSERT_TRUE(writer.has_lock());
        back_up();
        EXPECT_TRUE(fs::exists(left)) << "another hub writes it just now";
        EXPECT_TRUE(fs::exists(left + "-journal"));
    }
    back_up();
    EXPECT_FALSE(fs::exists(left));
    EXPECT_FALSE(fs::exists(left + "-journal"));
    for (const std::string& name : not_ours) EXPECT_TRUE(fs::exists(usb / name)) << name;
    // The journal alone, and into the plan's folder.
    crash();
    fs::remove(left);
    back_up();
    EXPECT_FALSE(fs::exists(left + "-journal"));
    fs::create_directory(folder / "backups");
    const fs::path planned_left = folder / "backups/hub-20261119T030000Z.db.unfinished";
    crossdock::testing::write_text(planned_left, "half");
    clock.advance(1s);
    must_make("");
    EXPECT_FALSE(fs::exists(planned_left));
}

std::vector<std::string> names_of_days(const std::vector<std::string>& times) {
    std::vector<std::string> names;
    for (const std::string& time : times) names.push_back("hub-" + time + ".db");
    return names;
}

TEST(Rotation, KeepsTheNewestOfEachDayAndWeekAndNeverTheLastOne) {
    const BackupPlan plan{"", std::nullopt, 3, 2};
    // 2026-11-30 is a Monday.
    const auto held = names_of_days({"20261110T010000Z", "20261118T010000Z", "20261122T010000Z", "20261128T010000Z",
                                     "20261129T010000Z", "20261129T130000Z", "20261130T010000Z", "20261130T090000Z"});
    auto drop = backups_to_drop(held, "/data/hub.db", plan);
    std::sort(drop.begin(), drop.end());
    // Days: 30th 09:00, 29th 13:00, 28th. Weeks: of the 30th, of the 23rd (29th 13:00).
    EXPECT_EQ(drop, names_of_days({"20261110T010000Z", "20261118T010000Z", "20261122T010000Z", "20261129T010000Z",
                                   "20261130T010000Z"}));
    EXPECT_TRUE(backups_to_drop(names_of_days({"20250101T000000Z"}), "/data/hub.db", plan).empty());
    const BackupPlan weeks{"", std::nullopt, 1, 4};
    EXPECT_EQ(backups_to_drop(held, "/data/hub.db", weeks),
              names_of_days({"20261130T010000Z", "20261129T010000Z", "20261128T010000Z", "20261118T010000Z"}));
}

TEST(Rotation, TouchesNothingThatIsNotItsOwn) {
    const BackupPlan plan{"", std::nullopt, 1, 0};
    EXPECT_TRUE(backups_to_drop(
                    {"hub-20261130T010000Z.db", "other-20261101T010000Z.db", "hub-2026.db", "hub-20261199T010000Z.db",
                     "hub-20261101T010000Z.db.sha256", "hub.db", "xhub-20261101T010000Z.db"},
                    "/data/hub.db", plan)
                    .empty());
    EXPECT_EQ(backup_name("/data/Mein Lager.db", *parse_iso8601("2026-11-30T01:45:00.250Z", ZoneRule::required)),
              "Mein Lager-20261130T014500Z.db");
}

}  // namespace
}  // namespace crossdock::app
