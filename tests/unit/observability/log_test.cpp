// SPDX-License-Identifier: Apache-2.0
#include "observability/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

namespace crossdock::log {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

class LogTest : public testing::Test {
protected:
    ManualClock clock_{from_ms(1'795'166'130'250)};  // 2026-11-20T09:15:30.250Z
};

TEST_F(LogTest, WritesOneReadableLineAnEvent) {
    const Capture capture{Level::trace, Format::text, &clock_};
    const std::string channel = "shop-us";
    info("order_imported", {{"channel", channel}, {"order", 17}}, "Order \"1001\" is new");
    warn("slow");
    EXPECT_THAT(capture.lines(), ElementsAre("2026-11-20T09:15:30.250Z info  order_imported channel=shop-us order=17 "
                                             "message=\"Order \\\"1001\\\" is new\"",
                                             "2026-11-20T09:15:30.250Z warn  slow"));
}

TEST_F(LogTest, WritesJsonThatAParserTakes) {
    const Capture capture{Level::trace, Format::json, &clock_};
    error("push_failed", {{"channel", "shop-us"}, {"attempt", 3U}, {"ratio", 0.5}, {"final", false}}, "a\nb\x1b[31m");
    ASSERT_THAT(capture.lines(), SizeIs(1));
    const auto line = nlohmann::json::parse(capture.lines()[0]);
    EXPECT_EQ(line,
              nlohmann::json::parse(R"({"at": "2026-11-20T09:15:30.250Z", "level": "error", "event": "push_failed",
        "channel": "shop-us", "attempt": 3, "ratio": 0.5, "final": false, "message": "a\nb\u001b[31m"})"));
}

TEST_F(LogTest, TakesEveryKindOfValue) {
    const Capture capture{Level::trace, Format::text, &clock_};
    info("values", {{"a", std::string_view{"x"}},
                    {"b", std::numeric_limits<std::int64_t>::min()},
                    {"c", std::numeric_limits<std::uint64_t>::max()},
                    {"d", std::chrono::seconds{2}},
                    {"e", ChannelId{4}},
                    {"f", true},
                    {"g", -1.5},
                    {"h", std::numeric_limits<double>::quiet_NaN()},
                    {"i", ""}});
    EXPECT_THAT(capture.lines()[0],
                EndsWith("values a=x b=-9223372036854775808 c=18446744073709551615 d=2000 e=4 f=true "
                         "g=-1.5 h=null i=\"\""));
}

TEST_F(LogTest, CannotBeMadeToTakeASecret) {
    static_assert(!std::is_constructible_v<Field, const char*, Secret>);
    static_assert(std::is_constructible_v<Field, const char*, std::string>);
}

// Whatever a marketplace or a client sends, a line stays one line and says nothing to a terminal.
TEST_F(LogTest, EscapesWhatCouldForgeALine) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a\r\n2026 info forged", "\"a\\r\\n2026 info forged\""},
        {"\x1b[2J", "\"\\u001b[2J\""},
        {std::string{"nul\0byte", 8}, "\"nul\\u0000byte\""},
        {"tab\there", "\"tab\\there\""},
        {"del\x7f", "\"del\\u007f\""},
        {"csi\xC2\x9B", "\"csi\\u009b\""},
        {"next\xE2\x80\xA8line", "\"next\\u2028line\""},
        {"right\xE2\x80\xAEleft", "\"right\\u202eleft\""},
        {"quote\"=\\", "\"quote\\\"=\\\\\""},
        {"k=v", "\"k=v\""},
        {"\xC3\x9C"
         "ber \xE2\x82\xAC",
         "\"\xC3\x9C"
         "ber \xE2\x82\xAC\""},
        {"latin1 \xFC", "\"latin1 \xEF\xBF\xBD\""}};
    for (const auto& [value, expected] : cases) {
        for (const Format format : {Format::text, Format::json}) {
            const Capture capture{Level::trace, format, &clock_};
            info("x", {{"v", value}}, value);
            ASSERT_THAT(capture.lines(), SizeIs(1));
            EXPECT_THAT(capture.lines()[0], HasSubstr((format == Format::text ? "v=" : "\"v\":") + expected)) << value;
            EXPECT_THAT(capture.lines()[0],
                        HasSubstr((format == Format::text ? "message=" : "\"message\":") + expected));
            if (format == Format::json) {
                EXPECT_TRUE(nlohmann::json::accept(capture.lines()[0]));
            }
        }
    }
}

TEST_F(LogTest, CleansNamesToo) {
    const Capture capture{Level::trace, Format::text, &clock_};
    info("evil\nevent", {{"a b=\x1b", 1}});
    EXPECT_THAT(capture.lines()[0], EndsWith("evil_event a_b__=1"));
}

TEST_F(LogTest, CutsWhatIsTooLong) {
    const Capture capture{Level::trace, Format::json, &clock_};
    std::string euros;
    for (int i = 0; i < 500'000; ++i) euros += "\xE2\x82\xAC";
    info("long", {{"v", euros}, {"w", std::string(1000, 'w')}}, euros);
    ASSERT_LT(capture.lines()[0].size(), 5000U);
    const auto line = nlohmann::json::parse(capture.lines()[0]);
    EXPECT_THAT(line["v"].get<std::string>(), EndsWith("\xE2\x82\xAC...(1500000 bytes)"));
    EXPECT_EQ(line["w"].get<std::string>().size(), 1000U);
}

TEST_F(LogTest, AddsTheFieldsOfItsScopes) {
    const Capture capture{Level::trace, Format::text, &clock_};
    {
        std::string request_id = "r-1";
        const Scope outer({{"request_id", request_id}, {"channel", "a"}});
        request_id = "overwritten";
        {
            const Scope inner({{"channel", "b"}});
            info("one", {{"order", 1}});
            info("two", {{"request_id", "mine"}});
        }
        info("three");
        std::thread([] { info("elsewhere"); }).join();
    }
    info("four");
    EXPECT_THAT(capture.lines(),
                ElementsAre(EndsWith("one request_id=r-1 channel=b order=1"), EndsWith("two channel=b request_id=mine"),
                            EndsWith("three request_id=r-1 channel=a"), EndsWith(" elsewhere"), EndsWith(" four")));
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
    const Capture capture{Level::warn, Format::text, &clock_};
    EXPECT_FALSE(enabled(Level::info));
    EXPECT_TRUE(enabled(Level::error));
    info("no");
    warn("yes");
    set_level(Level::debug);
    debug("now");
    trace("never");
    EXPECT_THAT(capture.lines(), ElementsAre(EndsWith("yes"), EndsWith("now")));
}

TEST_F(LogTest, TakesLinesFromManyThreads) {
    const Capture capture{Level::trace, Format::text, &clock_};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([t] {
            const Scope scope({{"thread", t}});
            for (int i = 0; i < 200; ++i) info("tick", {{"i", i}});
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(capture.lines(), SizeIs(1600));
}

TEST_F(LogTest, ReadsTheNamesOfItsLevels) {
    for (const Level level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error}) {
        EXPECT_EQ(parse_level(to_text(level)), level);
    }
    EXPECT_EQ(parse_level("warning"), std::nullopt);
    EXPECT_EQ(parse_level(""), std::nullopt);
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

class LogFile : public testing::Test {
protected:
    void SetUp() override { std::filesystem::create_directories(folder_); }
    void TearDown() override {
        ASSERT_TRUE(configure({}));
        std::filesystem::remove_all(folder_);
    }
    std::filesystem::path folder_{testing::TempDir() + "crossdock-log-" + std::to_string(::getpid())};
};

TEST_F(LogFile, IsWrittenAtOnceAndRotated) {
    Settings settings;
    settings.file = (folder_ / "hub.log").string();
    settings.max_file_bytes = 2000;
    settings.kept_files = 2;
    ASSERT_TRUE(configure(settings));
    info("first");
    EXPECT_THAT(content_of(settings.file), EndsWith(" info  first\n"));
    for (int i = 0; i < 200; ++i) info("filler", {{"i", i}});
    EXPECT_THAT(content_of(settings.file), EndsWith("filler i=199\n"));
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        ++files;
        EXPECT_LE(entry.file_size(), 2000U) << entry.path();
    }
    EXPECT_EQ(files, 3U);
}

TEST_F(LogFile, ThatCannotBeOpenedLeavesTheLogAsItWas) {
    Settings good;
    good.file = (folder_ / "hub.log").string();
    ASSERT_TRUE(configure(good));
    Settings bad;
    bad.file = (folder_ / "hub.log" / "below-a-file.log").string();
    const auto refused = configure(bad);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "log_file");
    EXPECT_THAT(refused.error().message, HasSubstr(bad.file));
    info("still_here");
    EXPECT_THAT(content_of(good.file), EndsWith("still_here\n"));
}

}  // namespace
}  // namespace crossdock::log
