// SPDX-License-Identifier: Apache-2.0
// Commands that root gives while the hub is stopped: the service's user must be able to use what they leave.
#include <sys/stat.h>
#include <unistd.h>

#include "app/backups.h"
#include "app/restore.h"
#include "app/vault.h"
#include "hub_fixture.h"
#include "old_database.h"
#include "platform/instance_lock.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kService = 65534;

class MadeByRoot : public HubTest<ManualClock> {
protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
        ASSERT_EQ(::chown(folder.path().c_str(), kService, kService), 0);
    }
    HubOptions with_backups() const {
        HubOptions with = options();
        with.key_file = folder / "crossdock.key";
        with.backup.folder = (folder / "backups").string();
        return with;
    }
    std::string database() const { return (folder / "hub.db").string(); }
    /// What the service's user does not own.
    std::vector<std::string> of_others() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
            struct stat status {};
            if (::lstat(entry.path().c_str(), &status) != 0 || status.st_uid != kService || status.st_gid != kService)
                found.push_back(entry.path().filename().string());
        }
        return found;
    }
    bool is_there(const std::string& name) const { return fs::exists(folder / name); }
};

TEST_F(MadeByRoot, ADatabaseWithAllThatIsBesideItIsTheServices) {
    const auto lock = platform::InstanceLock::take(database());
    ASSERT_TRUE(lock);
    open(with_backups());
    hub->database().write([](db::Session& session) { session.run_script("UPDATE meta SET value = value"); });
    for (const char* name : {"hub.db", "hub.db.lock", "hub.db.running", "hub.db-wal", "hub.db-shm"})
        EXPECT_TRUE(is_there(name)) << name;
    EXPECT_EQ(of_others(), std::vector<std::string>{});
    SystemRandom real;
    KeyFile keys(folder / "crossdock.key", real);
    ASSERT_TRUE(keys.get_or_make());
    EXPECT_TRUE(is_there("crossdock.key"));
    EXPECT_EQ(of_others(), std::vector<std::string>{});
}

TEST_F(MadeByRoot, ABackupAndTheDatabaseThatIsPutBackAreTheServices) {
    open(with_backups());
    const auto state = hub->backups().ask("");
    ASSERT_TRUE(state && state->made);
    const std::string file = state->made->file;
    EXPECT_EQ(of_others(), std::vector<std::string>{}) << "its folder, the backup and its sum";
    hub.reset();
    const auto report = restore_backup({file, database(), folder / "crossdock.key"}, clock);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(is_there("hub.db.running"));
    EXPECT_EQ(of_others(), std::vector<std::string>{});
}

TEST_F(MadeByRoot, TheCopyFromBeforeAnUpgradeIsTheServices) {
    make_old_database(options().database, 4, clock);
    open(options());
    bool copied = false;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        copied = copied || entry.path().filename().string().starts_with("hub.db.schema-4-");
    EXPECT_TRUE(copied);
    EXPECT_EQ(of_others(), std::vector<std::string>{});
}

}  // namespace
}  // namespace crossdock::app
