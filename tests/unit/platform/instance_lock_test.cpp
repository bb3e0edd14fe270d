// SPDX-License-Identifier: Apache-2.0
#include "platform/instance_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "platform/file.h"

namespace crossdock::platform {
namespace {

using ::testing::HasSubstr;

class InstanceLockTest : public ::testing::Test {
protected:
    void SetUp() override { std::filesystem::create_directories(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_{::testing::TempDir() + "crossdock-lock-" + std::to_string(::getpid())};
    std::filesystem::path database_{folder_ / "crossdock.db"};
};

// A process that takes the lock, says so, and then does nothing until it is killed.
class OtherProcess {
public:
    explicit OtherProcess(const std::filesystem::path& database) {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            auto lock = InstanceLock::take(database);
            if (lock) lock->set_listen("127.0.0.1:8080");
            const char byte = lock ? 'y' : 'n';
            if (::write(ends[1], &byte, 1) != 1) ::_exit(1);
            for (;;) ::pause();
        }
        ::close(ends[1]);
        char byte = 'n';
        has_lock_ = ::read(ends[0], &byte, 1) == 1 && byte == 'y';
        ::close(ends[0]);
    }
    ~OtherProcess() { kill(); }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] bool has_lock() const { return has_lock_; }

private:
    pid_t pid_ = 0;
    bool has_lock_ = false;
};

TEST_F(InstanceLockTest, KeepsASecondProcessOutAndNamesTheOwner) {
    OtherProcess other{database_};
    ASSERT_TRUE(other.has_lock());
    const auto refused = InstanceLock::take(database_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_EQ(refused.error().code, "locked");
    EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(other.pid())));
    EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1:8080"));
    EXPECT_THAT(refused.error().message, HasSubstr(database_.string()));
    const auto owner = InstanceLock::owner_of(database_);
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->pid, other.pid());
    EXPECT_EQ(owner->listen, "127.0.0.1:8080");
}

TEST_F(InstanceLockTest, IsFreeAtOnceWhenItsOwnerIsKilled) {
    OtherProcess other{database_};
    ASSERT_TRUE(other.has_lock());
    other.kill();
    EXPECT_FALSE(InstanceLock::owner_of(database_));
    const auto lock = InstanceLock::take(database_);
    ASSERT_TRUE(lock) << lock.error().message;
}

TEST_F(InstanceLockTest, KeepsASecondUserOfTheSameProcessOutUntilItEnds) {
    {
        auto lock = InstanceLock::take(database_);
        ASSERT_TRUE(lock);
        const auto refused = InstanceLock::take(database_);
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(::getpid())));
        const InstanceLock moved{*std::move(lock)};
        EXPECT_FALSE(InstanceLock::take(database_));
        EXPECT_TRUE(InstanceLock::owner_of(database_));
    }
    EXPECT_FALSE(InstanceLock::owner_of(database_));
    EXPECT_TRUE(InstanceLock::take(database_));
}

TEST_F(InstanceLockTest, IsOneForAllNamesOfADatabase) {
    std::filesystem::create_directory_symlink(folder_, folder_ / "link");
    std::ofstream(database_) << "x";
    std::filesystem::create_symlink(database_, folder_ / "other.db");
    const auto lock = InstanceLock::take(database_);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(InstanceLock::take(folder_ / "link" / "crossdock.db"));
    EXPECT_FALSE(InstanceLock::take(folder_ / "." / "link" / ".." / folder_.filename() / "crossdock.db"));
    EXPECT_FALSE(InstanceLock::take(folder_ / "other.db"));
    EXPECT_TRUE(InstanceLock::take(folder_ / "unrelated.db"));
}

/// What a start on a disk that is mounted read-only is told; empty when this user may not mount one.
std::string refusal_on_a_read_only_disk(const std::filesystem::path& folder) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        // In a world of mounts of its own, which goes with the process.
        if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("none", folder.c_str(), "tmpfs", MS_RDONLY, nullptr) != 0)
            ::_exit(1);
        const auto lock = InstanceLock::take(folder / "crossdock.db");
        const std::string words = lock ? "taken" : lock.error().message;
        ::_exit(::write(ends[1], words.data(), words.size()) > 0 ? 0 : 1);
    }
    ::close(ends[1]);
    char words[4096];
    const auto size = ::read(ends[0], words, sizeof words);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return size > 0 ? std::string(words, static_cast<std::size_t>(size)) : std::string{};
}

TEST_F(InstanceLockTest, OnAReadOnlyDiskSaysWhatToDo) {
    const std::string words = refusal_on_a_read_only_disk(folder_);
    if (words.empty()) GTEST_SKIP() << "only root may mount a disk";
    EXPECT_THAT(words, HasSubstr("cannot open " + (folder_ / "crossdock.db.lock").string()));
    EXPECT_THAT(words, HasSubstr("mounted read-only. Mount it for writing: sudo mount -o remount,rw"));
}

TEST_F(InstanceLockTest, ShortensWhatItSaysAboutItself) {
    auto lock = InstanceLock::take(database_);
    ASSERT_TRUE(lock);
    lock->set_listen("[2001:db8::1]:65535");
    lock->set_listen("[::1]:80");
    EXPECT_EQ(InstanceLock::owner_of(database_)->listen, "[::1]:80");
    EXPECT_TRUE(*is_private(lock->file()));
}

TEST_F(InstanceLockTest, SurvivesAnUnreadableOldLockFile) {
    std::ofstream(database_.string() + ".lock") << std::string(10'000, 'x') << "pid abc\n";
    const auto lock = InstanceLock::take(database_);
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_EQ(InstanceLock::owner_of(database_)->pid, ::getpid());
}

TEST_F(InstanceLockTest, SaysWhatToDoWhenTheFolderIsMissing) {
    const auto refused = InstanceLock::take(folder_ / "no" / "such" / "crossdock.db");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().code, "lock_file");
    EXPECT_THAT(refused.error().message, HasSubstr("create the folder"));
    EXPECT_FALSE(InstanceLock::owner_of(folder_ / "no" / "such" / "crossdock.db"));
}

}  // namespace
}  // namespace crossdock::platform
