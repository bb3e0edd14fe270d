// SPDX-License-Identifier: Apache-2.0
#include "sync/window.h"

#include <gtest/gtest.h>

namespace crossdock::sync {
namespace {

constexpr Timestamp kNow = from_ms(1'800'000'000'000);
constexpr auto kLag = std::chrono::seconds{30};

store::Stream empty() {
    store::Stream stream;
    stream.channel_id = ChannelId{1};
    stream.name = "orders";
    return stream;
}

TEST(Window, MovesTheWatermarkOnlyBehindTheLastPage) {
    Window window(empty());
    window.open(kNow - std::chrono::hours{1});
    EXPECT_FALSE(window.advance("t1", {"a"}, kNow, kNow, kLag, 1));
    EXPECT_FALSE(window.stream().watermark);
    Window next(window.to_save());
    EXPECT_TRUE(next.is_open());
    EXPECT_EQ(next.token(), "t1");
    EXPECT_FALSE(next.advance("", {"b"}, kNow + std::chrono::minutes{5}, kNow, kLag, 1));
    // The end is what the provider's clock said on the first page, not on the last.
    EXPECT_EQ(next.stream().watermark, kNow - kLag);
    EXPECT_FALSE(next.is_open());
    EXPECT_EQ(next.changes(), 2);
}

TEST(Window, MovesTheWatermarkOverAnEmptyStretchToo) {
    Window window(empty());
    window.open(kNow - std::chrono::hours{1});
    EXPECT_FALSE(window.advance("", {}, kNow, kNow, kLag, 0));
    EXPECT_EQ(window.stream().watermark, kNow - kLag);
}

TEST(Window, WaitsForAReportWithoutCountingItAsAPage) {
    Window window(empty());
    window.open(kNow - std::chrono::hours{1});
    for (int looks = 0; looks < 50; ++looks) {
        window.wait_at("report:17");
        Window next(window.to_save());
        EXPECT_TRUE(next.is_open());
        EXPECT_TRUE(next.first_page());
        EXPECT_EQ(next.token(), "report:17");
        window = next;
    }
    EXPECT_FALSE(window.advance("", {"a"}, kNow, kNow, kLag, 1)) << "a pager guard that had counted fifty empty pages would stop here";
    EXPECT_EQ(window.stream().watermark, kNow - kLag);
}

TEST(Window, NeverMovesTheWatermarkBack) {
    store::Stream stream = empty();
    stream.watermark = kNow;
    Window window(stream);
    window.open(kNow - Window::kOverlap);
    EXPECT_FALSE(window.advance("", {}, kNow - std::chrono::hours{3}, kNow, kLag, 0));
    EXPECT_EQ(window.stream().watermark, kNow);
}

TEST(Window, UsesTheProvidersClockNotOurs) {
    Window window(empty());
    window.open(kNow - std::chrono::hours{1});
    EXPECT_FALSE(window.advance("", {}, kNow - std::chrono::minutes{10}, kNow, kLag, 0));
    EXPECT_EQ(window.stream().watermark, kNow - std::chrono::minutes{10} - kLag);
}

TEST(Window, GivesUpAStuckWalkWithoutMovingTheWatermark) {
    store::Stream stream = empty();
    stream.watermark = kNow - std::chrono::hours{2};
    Window window(stream);
    window.open(*stream.watermark);
    EXPECT_FALSE(window.advance("t", {"a"}, kNow, kNow, kLag, 0));
    Window again(window.to_save());
    const auto problem = again.advance("t", {"a"}, kNow, kNow, kLag, 0);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->code, "pager_stuck");
    EXPECT_EQ(again.stream().watermark, kNow - std::chrono::hours{2});
    EXPECT_FALSE(again.is_open());
}

TEST(Window, NoticesThatSomebodyElseMovedTheStream) {
    Window window(empty());
    window.open(kNow - std::chrono::hours{1});
    EXPECT_TRUE(window.continues(empty()));
    store::Stream moved = empty();
    moved.page_number = 1;
    moved.page_token = "t1";
    EXPECT_FALSE(window.continues(moved));
}

}  // namespace
}  // namespace crossdock::sync
