// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "platform/file_handle_windows.h"
#include "platform/shared_folder.h"
#include "support/temporary_folder.h"

namespace crossdock::platform {
namespace {

using ::testing::HasSubstr;

class SharedFolderTest : public ::testing::Test {
protected:
    SharedFolderTest() {
        std::filesystem::create_directories(path_);
        if (!folder_->make_folder("in")) throw std::runtime_error("no folder");
    }
    [[nodiscard]] std::filesystem::path at(const wchar_t* name) const { return path_ / L"in" / name; }
    /// Another program that has a file open.
    [[nodiscard]] FileHandle held(const wchar_t* name, DWORD access, DWORD others_may) const {
        return FileHandle{::CreateFileW(at(name).c_str(), access, others_may, nullptr, OPEN_EXISTING,
                                        FILE_ATTRIBUTE_NORMAL, nullptr)};
    }
    [[nodiscard]] std::string content(const std::string& file) const {
        auto reader = folder_->open(file);
        if (!reader) return reader.error().message;
        std::string all;
        for (;;) {
            const auto bytes = (*reader)->read(4);
            if (!bytes) return bytes.error().message;
            if (bytes->empty()) return all;
            all += *bytes;
        }
    }

    crossdock::testing::TemporaryFolder temporary_;
    std::filesystem::path path_{temporary_.path() / L"Austausch für Läger 倉庫"};
    std::unique_ptr<SharedFolder> folder_ = make_shared_folder(path_);
};

TEST_F(SharedFolderTest, ListsAndReadsWhatWasWritten) {
    ASSERT_TRUE(folder_->write("in/Bestände.csv", "sku;quantity\r\nA1;12\r\n"));
    ASSERT_TRUE(folder_->write("in/Bestände.csv", "sku;quantity\r\nA1;7\r\n"));
    ASSERT_TRUE(folder_->make_folder("in/alt"));
    ASSERT_TRUE(folder_->make_folder("in/alt")) << "it is there already";
    const auto listed = folder_->list("in");
    ASSERT_TRUE(listed) << listed.error().message;
    ASSERT_EQ(listed->size(), 2U);
    EXPECT_EQ(listed->at(0).name, "Bestände.csv");
    EXPECT_EQ(listed->at(0).kind, SharedFolder::Entry::Kind::file);
    EXPECT_EQ(listed->at(0).bytes, 20U);
    EXPECT_EQ(listed->at(1).name, "alt");
    EXPECT_EQ(listed->at(1).kind, SharedFolder::Entry::Kind::folder);
    const auto looked = folder_->look("in/Bestände.csv");
    ASSERT_TRUE(looked) << looked.error().message;
    EXPECT_EQ(looked->bytes, 20U);
    EXPECT_EQ(looked->changed, listed->at(0).changed);
    EXPECT_EQ(content("in/Bestände.csv"), "sku;quantity\r\nA1;7\r\n");
    EXPECT_FALSE(folder_->make_folder("in/Bestände.csv")) << "that is a file";
}

TEST_F(SharedFolderTest, AFileThatIsStillWrittenIsBusy) {
    ASSERT_TRUE(folder_->write("in/stock.csv", "half"));
    {
        const FileHandle writer = held(L"stock.csv", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE);
        ASSERT_TRUE(writer);
        const auto opened = folder_->open("in/stock.csv");
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind, ErrorKind::conflict);
        EXPECT_EQ(opened.error().code, "file_busy");
        EXPECT_THAT(opened.error().message, HasSubstr("stock.csv"));
    }
    EXPECT_EQ(content("in/stock.csv"), "half");
}

TEST_F(SharedFolderTest, WhatIsReadIsNotWrittenMeanwhileAndMayBeMoved) {
    ASSERT_TRUE(folder_->write("in/stock.csv", "whole"));
    const auto reader = folder_->open("in/stock.csv");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_FALSE(held(L"stock.csv", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE));
    EXPECT_TRUE(folder_->move("in/stock.csv", "in/taken.csv"));
    const auto bytes = (*reader)->read(100);
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_EQ(*bytes, "whole");
}

TEST_F(SharedFolderTest, MovesOverAFileAndNotOverOneThatIsHeld) {
    ASSERT_TRUE(folder_->write("in/new", "new"));
    ASSERT_TRUE(folder_->write("in/old", "old"));
    {
        const FileHandle holder = held(L"old", GENERIC_READ, FILE_SHARE_READ);
        ASSERT_TRUE(holder);
        EXPECT_FALSE(folder_->move("in/new", "in/old")) << "after a second of patience";
        EXPECT_EQ(content("in/new"), "new");
        EXPECT_EQ(content("in/old"), "old");
    }
    ASSERT_TRUE(folder_->move("in/new", "in/old"));
    EXPECT_EQ(content("in/old"), "new");
    EXPECT_EQ(folder_->look("in/new").error().code, "file_missing");
}

TEST_F(SharedFolderTest, DeletesReadOnlyFilesAndNotHeldOnes) {
    ASSERT_TRUE(folder_->write("in/stock.csv", "1"));
    ASSERT_TRUE(::SetFileAttributesW(at(L"stock.csv").c_str(), FILE_ATTRIBUTE_READONLY));
    EXPECT_EQ(content("in/stock.csv"), "1");
    EXPECT_TRUE(folder_->remove("in/stock.csv"));
    EXPECT_TRUE(folder_->remove("in/stock.csv")) << "a file that is not there";
    ASSERT_TRUE(folder_->write("in/stock.csv", "2"));
    {
        const FileHandle holder = held(L"stock.csv", GENERIC_READ, FILE_SHARE_READ);
        ASSERT_TRUE(holder);
        const auto removed = folder_->remove("in/stock.csv");
        ASSERT_FALSE(removed);
        EXPECT_EQ(removed.error().code, "file_busy");
    }
    EXPECT_TRUE(folder_->remove("in/stock.csv"));
}

TEST_F(SharedFolderTest, SaysThatAFolderIsGone) {
    const auto gone = make_shared_folder(path_ / L"gone");
    EXPECT_EQ(gone->list("").error().code, "file_missing");
    EXPECT_EQ(gone->write("a", "b").error().code, "file_missing");
    EXPECT_EQ(gone->make_folder("in").error().code, "file_missing");
    EXPECT_FALSE(host_name().empty());
}

}  // namespace
}  // namespace crossdock::platform
