// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/windows_text.h"
#include "platform/crash_note.h"
#include "platform/file.h"
#include "platform/instance_lock.h"
#include "platform/process.h"
#include "platform/security_windows.h"
#include "platform/service_control.h"
#include "platform/signals.h"
#include "support/temporary_folder.h"
#include "windows_child.h"

namespace crossdock::platform {
namespace {

using namespace std::chrono_literals;
using crossdock::testing::TemporaryFolder;
using ::testing::HasSubstr;

// What a warehouse calls its folders.
constexpr const wchar_t* kFolder = L"Lager Süd – 倉庫 2";

class WithFolder : public ::testing::Test {
protected:
    WithFolder() : folder_(temporary_.path() / kFolder) { std::filesystem::create_directories(folder_); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
    }
    TemporaryFolder temporary_;
    std::filesystem::path folder_;
    std::filesystem::path database_{folder_ / L"Aufträge.db"};
};

TEST(WindowsText, GoesToUtf16AndBack) {
    const std::string text = "Süd – 倉庫 \xF0\x9F\x93\xA6";
    EXPECT_EQ(to_wide(text).size(), 11U) << "the parcel is two";
    EXPECT_EQ(to_utf8(to_wide(text)), text);
    EXPECT_EQ(to_utf8(to_wide("a\xFF")), "a\xEF\xBF\xBD");
    EXPECT_EQ(to_wide(""), L"");
    EXPECT_THAT(windows_words(ERROR_ACCESS_DENIED), HasSubstr("(5)"));
}

TEST(WindowsPaths, AreUtf8WhenTheyAreNarrow) {
    // All of the program goes from text to paths and back by these.
    const std::filesystem::path path = std::filesystem::path(L"C:\\") / kFolder / L"\U0001F4E6.db";
    const std::string text = "C:\\Lager Süd – 倉庫 2\\\xF0\x9F\x93\xA6.db";
    EXPECT_EQ(path.string(), text);
    EXPECT_EQ(std::filesystem::path{text}, path);
    EXPECT_EQ(path.filename().string(), "\xF0\x9F\x93\xA6.db");
    EXPECT_EQ(std::filesystem::path{"C:\\Lager Süd – 倉庫 2"} / "\xF0\x9F\x93\xA6.db", path);
    EXPECT_EQ(std::filesystem::path{"C:\\Lager Süd – 倉庫 2\\\xF0\x9F\x93\xA6"} += ".db", path);
}

using FileTest = WithFolder;

TEST_F(FileTest, ComesBackAsItWasWritten) {
    const auto file = folder_ / L"Schlüssel.key";
    std::string content = "line\r\n\xFF";
    content += '\0';
    content += std::string(100'000, 'x');
    ASSERT_TRUE(write_file(file, content));
    EXPECT_EQ(*read_file(file, 200'000), content);
    ASSERT_TRUE(write_file(file, ""));
    EXPECT_EQ(*read_file(file, 0), "");
    EXPECT_EQ(files(), 1U) << "a temporary file was left behind";
}

TEST_F(FileTest, IsReplacedWhileSomebodyReadsIt) {
    const auto file = folder_ / "a";
    ASSERT_TRUE(write_file(file, "old"));
    // As a scanner of viruses does: it lets go after a moment.
    const HANDLE reader =
        ::CreateFileW(file.c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    ASSERT_NE(reader, INVALID_HANDLE_VALUE);
    std::thread lets_go([reader] {
        std::this_thread::sleep_for(200ms);
        ::CloseHandle(reader);
    });
    EXPECT_TRUE(write_file(file, "new"));
    lets_go.join();
    EXPECT_EQ(*read_file(file, 10), "new");
}

TEST_F(FileTest, SaysWhyItCannotBeRead) {
    const auto missing = read_file(folder_ / L"fehlt", 10);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, "file_missing");
    EXPECT_THAT(missing.error().message, HasSubstr("Lager Süd"));
    EXPECT_EQ(read_file(folder_, 10).error().code, "file_kind");
    ASSERT_TRUE(write_file(folder_ / "large", "12345678901"));
    EXPECT_EQ(read_file(folder_ / "large", 10).error().code, "file_too_large");
    EXPECT_TRUE(read_file(folder_ / "large", 11));
    EXPECT_FALSE(write_file(folder_ / "no" / "file", "x"));
}

using InstanceLockTest = WithFolder;

TEST_F(InstanceLockTest, ChildTakesIt) {
    const std::filesystem::path database = child_word();
    if (database.empty()) GTEST_SKIP() << "for the parent test";
    auto lock = InstanceLock::take(database);
    ASSERT_TRUE(lock);
    lock->set_listen("127.0.0.1:8080");
    std::this_thread::sleep_for(60s);
}

TEST_F(InstanceLockTest, KeepsASecondProcessOutAndNamesTheOwnerUntilItDies) {
    TestChild child(L"InstanceLockTest.ChildTakesIt", database_.wstring());
    std::optional<InstanceLock::Owner> owner;
    for (int i = 0; i < 3000 && (!owner || owner->listen.empty()); ++i) {
        std::this_thread::sleep_for(10ms);
        owner = InstanceLock::owner_of(database_);
    }
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->pid, std::int64_t{child.pid()});
    EXPECT_EQ(owner->listen, "127.0.0.1:8080");
    const auto refused = InstanceLock::take(database_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "locked");
    EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(child.pid())));
    EXPECT_THAT(refused.error().message, HasSubstr("Aufträge.db"));
    child.kill();
    EXPECT_TRUE(InstanceLock::take(database_)) << "the system has let go of it";
    EXPECT_FALSE(InstanceLock::owner_of(database_));
}

TEST_F(InstanceLockTest, IsOneForAllSpellings) {
    const auto lock = InstanceLock::take(database_);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(InstanceLock::take(folder_ / "." / L"Aufträge.db"));
    EXPECT_FALSE(InstanceLock::take(folder_ / ".." / kFolder / L"Aufträge.db"));
}

TEST_F(InstanceLockTest, SaysWhatToDoAboutAMissingFolder) {
    const auto refused = InstanceLock::take(folder_ / "no" / "hub.db");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "lock_file");
    EXPECT_THAT(refused.error().message, HasSubstr("create the folder"));
}

using CrashNoteTest = WithFolder;

TEST_F(CrashNoteTest, ChildDies) {
    const std::wstring word = child_word();
    if (word.empty()) GTEST_SKIP() << "for the parent test";
    const CrashNote note(word.substr(2));
    std::thread([&] {
        const Working job({17, 3});
        if (word.front() == L'a') std::abort();
        volatile int* const nowhere = nullptr;
        if (word.front() == L's') *nowhere = 1;
        ::TerminateProcess(::GetCurrentProcess(), 1);
    }).join();
}

TEST_F(CrashNoteTest, NamesTheWorkOfTheThreadThatDied) {
    for (const auto& [how, number] : {std::pair{L"a ", SIGABRT}, std::pair{L"s ", SIGSEGV}}) {
        TestChild(L"CrashNoteTest.ChildDies", how + database_.wstring()).wait();
        CrashNote note(database_);
        ASSERT_TRUE(note.last()) << number;
        EXPECT_EQ(note.last()->signal, number);
        EXPECT_EQ(note.last()->at_work, (AtWork{17, 3}));
        note.forget();
    }
    TestChild(L"CrashNoteTest.ChildDies", L"k " + database_.wstring()).wait();
    EXPECT_FALSE(CrashNote(database_).last()) << "somebody else ended it";
}

TEST(SignalsTest, ComeInOrderAndEarlyOnesAreKept) {
    Signals signals;
    EXPECT_FALSE(signals.wait(1ms));
    signals.raise(Signal::reload);
    signals.raise(Signal::stop);
    EXPECT_EQ(signals.wait(), Signal::reload);
    EXPECT_EQ(signals.wait(), Signal::stop);
    EXPECT_THROW(Signals(), std::logic_error);
}

TEST(SignalsTest, CtrlCIsAStop) {
    Signals signals;
    // A group of its own would be needed to send it to this process alone; without a console there is nobody to send
    // it.
    if (!::GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0)) GTEST_SKIP() << "no console here";
    EXPECT_EQ(signals.wait(10s), Signal::stop);
}

TEST(ProcessTest, KnowsItself) {
    EXPECT_EQ(process_id(), std::int64_t{::GetCurrentProcessId()});
    EXPECT_THAT(executable_path().string(), HasSubstr("unit_platform"));
    EXPECT_GT(resident_bytes(), 100'000U);
    EXPECT_GE(peak_resident_bytes(), resident_bytes());
    EXPECT_FALSE(user_name().empty());
    EXPECT_GT(machine().memory_bytes, 1'000'000U);
    EXPECT_THAT(system_config_file().string(), HasSubstr("\\crossdock\\crossdock.toml"));
}

TEST(SecurityTest, TheServicesNumberFollowsFromItsName) {
    // ntdll knows how; it is asked so that the number in the header is not only our own arithmetic.
    struct Text {
        USHORT length;
        USHORT size;
        const wchar_t* text;
    };
    using CreateSid = LONG(WINAPI*)(const Text*, void*, ULONG*);
    const auto address = ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "RtlCreateServiceSid");
    if (address == nullptr) GTEST_SKIP() << "this Windows does not tell";
    const auto create = reinterpret_cast<CreateSid>(reinterpret_cast<void*>(address));
    const Text name{18, 20, L"crossdock"};
    std::byte sid[64];
    ULONG size = sizeof sid;
    ASSERT_EQ(create(&name, sid, &size), 0);
    const auto list = descriptor_of(std::wstring{L"D:(A;;FA;;;"} + kServiceSid + L")");
    ASSERT_TRUE(list);
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL acl = nullptr;
    ASSERT_TRUE(::GetSecurityDescriptorDacl(list.get(), &present, &acl, &defaulted));
    void* entry = nullptr;
    ASSERT_TRUE(::GetAce(acl, 0, &entry));
    EXPECT_TRUE(::EqualSid(&static_cast<ACCESS_ALLOWED_ACE*>(entry)->SidStart, sid));
}

TEST(SecurityTest, WindowsReadsTheLists) {
    EXPECT_TRUE(descriptor_of(private_list(false)));
    EXPECT_TRUE(descriptor_of(private_list(true)));
    EXPECT_FALSE(descriptor_of(L"D:(A;;nonsense"));
}

TEST(ServiceControlTest, AConsoleIsNoService) {
    const auto ran = run_as_service([] { return 0; });
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().code, "not_a_service");
}

}  // namespace
}  // namespace crossdock::platform
