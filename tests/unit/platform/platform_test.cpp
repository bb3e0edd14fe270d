// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "platform/file.h"
#include "platform/process.h"
#include "platform/signals.h"

namespace crossdock::platform {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Signals, ArriveInOrderEvenBeforeAnyoneWaits) {
    Signals signals;
    ::kill(::getpid(), SIGHUP);
    ::kill(::getpid(), SIGTERM);
    ::kill(::getpid(), SIGINT);
    std::vector<Signal> seen;
    for (int i = 0; i < 3; ++i) seen.push_back(signals.wait(10s).value());
    EXPECT_THAT(seen, ::testing::UnorderedElementsAre(Signal::reload, Signal::stop, Signal::stop));
    EXPECT_EQ(signals.wait(0ms), std::nullopt);
}

TEST(Signals, WakeTheThreadThatWaits) {
    Signals signals;
    std::thread sender([] { ::kill(::getpid(), SIGTERM); });
    EXPECT_EQ(signals.wait(), Signal::stop);
    sender.join();
    std::thread button([&] { signals.raise(Signal::reload); });
    EXPECT_EQ(signals.wait(), Signal::reload);
    button.join();
}

TEST(Signals, GiveUpAfterTheTimeout) {
    Signals signals;
    EXPECT_EQ(signals.wait(20ms), std::nullopt);
}

TEST(Signals, IgnoreBrokenPipesWhileTheyLive) {
    Signals signals;
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    EXPECT_EQ(::write(ends[1], "x", 1), -1);  // without it the process would be gone
    EXPECT_EQ(errno, EPIPE);
    ::close(ends[1]);
}

TEST(Signals, ThereIsOneAtATimeAndThenEverythingIsAsBefore) {
    struct sigaction before {};
    ::sigaction(SIGTERM, nullptr, &before);
    {
        Signals signals;
        EXPECT_THROW(Signals{}, std::logic_error);
        signals.raise(Signal::stop);
        EXPECT_EQ(signals.wait(10s), Signal::stop) << "the refused second one broke the first";
    }
    struct sigaction after {};
    ::sigaction(SIGTERM, nullptr, &after);
    EXPECT_EQ(after.sa_handler, before.sa_handler);
    EXPECT_NO_THROW(Signals{});
}

TEST(Process, KnowsItself) {
    EXPECT_EQ(process_id(), ::getpid());
    EXPECT_EQ(executable_path().filename(), "unit_platform");
    EXPECT_TRUE(std::filesystem::exists(executable_path()));
    const auto before = resident_bytes();
    EXPECT_GT(before, 500'000U);
    std::vector<char> block(64U * 1024 * 1024, 'x');
    EXPECT_GT(resident_bytes(), before + block.size() / 2);
    EXPECT_GE(peak_resident_bytes(), block.size());
}

TEST(Process, DescribesItsMachine) {
    const Machine found = machine();
    EXPECT_THAT(found.system, HasSubstr("Linux"));
    EXPECT_GE(found.processors, 1U);
    EXPECT_GT(found.memory_bytes, 64U * 1024 * 1024);
}

class FileTest : public ::testing::Test {
protected:
    void SetUp() override { std::filesystem::create_directories(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
    }
    static unsigned mode_of(const std::filesystem::path& file) {
        struct stat status {};
        ::stat(file.c_str(), &status);
        return status.st_mode & 0777U;
    }
    std::filesystem::path folder_{::testing::TempDir() + "crossdock-file-" + std::to_string(::getpid())};
    std::filesystem::path file_{folder_ / "secret.toml"};
};

TEST_F(FileTest, ComesBackAsItWasWritten) {
    std::string content = "line\r\n\xFF";
    content += '\0';
    content += std::string(100'000, 'x');
    ASSERT_TRUE(write_file(file_, content));
    EXPECT_EQ(*read_file(file_, 200'000), content);
    ASSERT_TRUE(write_file(file_, ""));
    EXPECT_EQ(*read_file(file_, 0), "");
    EXPECT_EQ(files(), 1U) << "a temporary file was left behind";
}

TEST_F(FileTest, OfRootsBelongsToTheOwnerOfItsFolder) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    const auto owner_of = [](const std::filesystem::path& file) {
        struct stat status {};
        ::stat(file.c_str(), &status);
        return status.st_uid;
    };
    const std::filesystem::path roots = folder_ / "roots";
    std::filesystem::create_directory(roots);
    ASSERT_TRUE(write_file(roots / "own", "x"));
    EXPECT_EQ(owner_of(roots / "own"), 0U);
    const std::filesystem::path theirs = folder_ / "theirs";
    std::filesystem::create_directory(theirs);
    ASSERT_EQ(::chown(theirs.c_str(), 65534, 65534), 0);
    ASSERT_TRUE(write_file(theirs / "one", "x"));
    EXPECT_EQ(owner_of(theirs / "one"), 65534U);
    EXPECT_EQ(mode_of(theirs / "one"), 0600U);
    std::ofstream(theirs / "two") << "x";
    give_to_owner_of_folder(theirs / "two");
    EXPECT_EQ(owner_of(theirs / "two"), 65534U);
    // Whoever owns the folder must not get at root's files by a name in it.
    std::filesystem::create_symlink(roots / "own", theirs / "link");
    std::filesystem::create_hard_link(roots / "own", theirs / "second name");
    give_to_owner_of_folder(theirs / "link");
    give_to_owner_of_folder(theirs / "second name");
    EXPECT_EQ(owner_of(roots / "own"), 0U);
}

TEST_F(FileTest, IsPrivateUnlessAskedOtherwise) {
    ASSERT_TRUE(write_file(file_, "x"));
    EXPECT_EQ(mode_of(file_), 0600U);
    EXPECT_TRUE(*is_private(file_));
    ASSERT_TRUE(write_file(file_, "x", Access::everyone));
    EXPECT_EQ(mode_of(file_), 0644U);
    EXPECT_FALSE(*is_private(file_));
    ASSERT_TRUE(make_private(file_));
    EXPECT_EQ(mode_of(file_), 0600U);
    std::filesystem::permissions(file_, std::filesystem::perms{0640});
    ASSERT_TRUE(write_file(file_, "x"));
    EXPECT_EQ(mode_of(file_), 0600U) << "replaced, it must not keep the old permissions";
}

TEST_F(FileTest, KeepsWhoMayReadItWhereThatIsAsked) {
    ASSERT_TRUE(write_file(file_, "new", Access::as_before));
    EXPECT_EQ(mode_of(file_), 0600U) << "there was none";
    std::filesystem::permissions(file_, std::filesystem::perms{0640});
    ASSERT_TRUE(write_file(file_, "newer", Access::as_before));
    EXPECT_EQ(mode_of(file_), 0640U);
    EXPECT_EQ(*read_file(file_, 100), "newer");
    std::filesystem::permissions(file_, std::filesystem::perms{0644});
    ASSERT_TRUE(write_file(file_, "newest", Access::as_before));
    EXPECT_EQ(mode_of(file_), 0600U) << "everybody could read it, and it may hold a secret now";
    std::filesystem::permissions(file_, std::filesystem::perms{0640});
    std::filesystem::create_symlink(file_, folder_ / "link");
    ASSERT_TRUE(write_file(folder_ / "link", "x", Access::as_before));
    EXPECT_EQ(mode_of(folder_ / "link"), 0600U) << "what a link points to is not replaced";
}

TEST_F(FileTest, OfRootsKeepsTheGroupOfTheOneItReplaces) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    // As a package has it: the service may read its config file, and write neither that nor another beside it.
    ASSERT_EQ(::chown(folder_.c_str(), 0, 65534), 0);
    ASSERT_TRUE(write_file(file_, "old"));
    ASSERT_EQ(::chown(file_.c_str(), 65533, 65532), 0);
    std::filesystem::permissions(file_, std::filesystem::perms{0640});
    ASSERT_TRUE(write_file(file_, "new", Access::as_before));
    struct stat status {};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 65533U);
    EXPECT_EQ(status.st_gid, 65532U);
    EXPECT_EQ(mode_of(file_), 0640U);
}

TEST_F(FileTest, OfRootsIsForTheGroupThatItsFolderIsFor) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    // The package's /etc/crossdock after somebody deleted the config file.
    ASSERT_EQ(::chown(folder_.c_str(), 0, 65534), 0);
    std::filesystem::permissions(folder_, std::filesystem::perms{0750});
    ASSERT_TRUE(write_file(file_, "new", Access::as_before));
    struct stat status {};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_gid, 65534U);
    EXPECT_EQ(mode_of(file_), 0640U);
    ASSERT_TRUE(write_file(folder_ / "secret", "s"));
    EXPECT_EQ(mode_of(folder_ / "secret"), 0600U) << "whatever else is written stays with its owner";
    std::filesystem::permissions(folder_, std::filesystem::perms{0755});
    ASSERT_TRUE(write_file(folder_ / "open", "o", Access::as_before));
    EXPECT_EQ(mode_of(folder_ / "open"), 0600U) << "a folder for everybody is for no group";
}

TEST_F(FileTest, ReplacesALinkAndNotWhatItPointsTo) {
    ASSERT_TRUE(write_file(folder_ / "other", "theirs"));
    std::filesystem::create_symlink(folder_ / "other", file_);
    ASSERT_TRUE(write_file(file_, "ours"));
    EXPECT_EQ(*read_file(folder_ / "other", 100), "theirs");
    EXPECT_EQ(*read_file(file_, 100), "ours");
}

TEST_F(FileTest, ThatCannotBeWrittenLeavesTheOldOneAlone) {
    ASSERT_TRUE(write_file(file_, "old"));
    // A limit on file sizes stands in for a full disk.
    const auto ignored = ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 10'000;
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto refused = write_file(file_, std::string(50'000, 'n'));
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, ignored);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(refused.error().code, "file_write");
    EXPECT_THAT(refused.error().message, HasSubstr(file_.string()));
    EXPECT_EQ(*read_file(file_, 100), "old");
    EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, SaysWhyItCannotBeRead) {
    const auto missing = read_file(folder_ / "no", 10);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, "file_missing");
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr((folder_ / "no").string()));
    const auto folder = read_file(folder_, 10);
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code, "file_kind");
    ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(read_file(folder_ / "pipe", 10).error().code, "file_kind");
    ASSERT_TRUE(write_file(file_, "12345678901"));
    const auto large = read_file(file_, 10);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, "file_too_large");
    EXPECT_TRUE(read_file(file_, 11));
    EXPECT_FALSE(write_file(folder_ / "no" / "file", "x"));
    EXPECT_FALSE(is_private(folder_ / "no"));
    EXPECT_FALSE(make_private(folder_ / "no"));
}

}  // namespace
}  // namespace crossdock::platform
