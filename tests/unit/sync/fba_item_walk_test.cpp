// SPDX-License-Identifier: Apache-2.0
// The defences against page tokens that lead nowhere, one by one.
#include "sync/fba_item_walk.h"

#include <gtest/gtest.h>

namespace crossdock::sync {
namespace {

using Step = FbaItemWalk::Step;

TEST(FbaItemWalk, EndsWhereTheTokenEnds) {
    FbaItemWalk walk;
    EXPECT_EQ(walk.look(2, 2, "a").step, Step::next_page);
    EXPECT_EQ(walk.token(), "a");
    EXPECT_EQ(walk.page(), 2);
    EXPECT_EQ(walk.look(1, 1, "").step, Step::whole);
}

TEST(FbaItemWalk, AnEmptyShipmentIsWholeAndAnEmptyPageWithATokenIsNot) {
    EXPECT_EQ(FbaItemWalk{}.look(0, 0, "").step, Step::whole);
    EXPECT_EQ(FbaItemWalk{}.look(0, 0, "a").step, Step::broken);
}

TEST(FbaItemWalk, ThirdDefenceTheSameTokenTwice) {
    FbaItemWalk walk;
    walk.look(2, 2, "frozen");
    const auto verdict = walk.look(2, 2, "frozen");  // new items all the same
    EXPECT_EQ(verdict.step, Step::spinning);
    EXPECT_EQ(verdict.why, "Amazon gave the same page token twice");
}

TEST(FbaItemWalk, ThirdDefenceTokensThatGoRoundInACircle) {
    FbaItemWalk walk;
    walk.look(2, 2, "a");
    walk.look(2, 2, "b");
    EXPECT_EQ(walk.look(2, 2, "a").step, Step::spinning);
}

TEST(FbaItemWalk, FourthDefenceNothingNewThoughATokenCame) {
    FbaItemWalk walk;
    walk.look(2, 2, "signed-1");
    const auto verdict = walk.look(2, 0, "signed-2");
    EXPECT_EQ(verdict.step, Step::spinning);
    EXPECT_EQ(verdict.why, "Amazon gave a token for more after a page without anything new");
}

TEST(FbaItemWalk, LastResortTenPages) {
    FbaItemWalk walk;
    for (int page = 1; page < FbaItemWalk::kMaxPages; ++page)
        ASSERT_EQ(walk.look(2, 2, "signed-" + std::to_string(page)).step, Step::next_page) << page;
    EXPECT_EQ(walk.look(2, 2, "signed-10").step, Step::broken);
}

TEST(FbaItemWalk, AFullFirstPageGoesOnThroughTheOtherList) {
    FbaItemWalk walk;
    walk.look(200, 200, "first");
    EXPECT_EQ(walk.look(200, 0, "signed-2").step, Step::sibling);
    EXPECT_TRUE(walk.on_sibling());
    EXPECT_EQ(walk.token(), "first");
    EXPECT_EQ(walk.page(), 3) << "pages are numbered over both lists";
    EXPECT_EQ(walk.look(60, 60, "").step, Step::whole);
}

TEST(FbaItemWalk, TheOtherListHasTheSameDefences) {
    FbaItemWalk same, nothing_new, endless;
    for (FbaItemWalk* walk : {&same, &nothing_new, &endless}) {
        walk->look(200, 200, "first");
        walk->look(200, 0, "signed-2");
    }
    EXPECT_EQ(same.look(200, 200, "first").step, Step::incomplete);
    EXPECT_EQ(nothing_new.look(200, 0, "signed-3").step, Step::incomplete);
    for (int page = 1; page < FbaItemWalk::kMaxPages; ++page)
        ASSERT_EQ(endless.look(200, 200, "t" + std::to_string(page)).step, Step::next_page);
    EXPECT_EQ(endless.look(200, 200, "t10").step, Step::broken);
}

TEST(FbaItemWalk, TravelsInTheJobsCursorAndBelongsToOneShipment) {
    FbaItemWalk walk = FbaItemWalk::resume("", FbaShipmentId{7});
    walk.look(200, 200, "a\"b");
    FbaItemWalk back = FbaItemWalk::resume(walk.throttled(2).cursor(), FbaShipmentId{7});
    EXPECT_EQ(back.token(), "a\"b");
    EXPECT_EQ(back.page(), 2);
    EXPECT_EQ(back.tries(), 2);
    EXPECT_EQ(back.look(200, 0, "c").step, Step::sibling);
    EXPECT_EQ(FbaItemWalk::resume(walk.cursor(), FbaShipmentId{8}).page(), 1);
    EXPECT_EQ(FbaItemWalk::resume("next", FbaShipmentId{7}).token(), "");
}

TEST(FbaItem, SecondDefenceTheSameContentIsOneItem) {
    const auto key = [](const char* text) { return to_item(text).key; };
    const char* item =
        R"({"SellerSKU":"A","FulfillmentNetworkSKU":"X","QuantityShipped":4,"QuantityReceived":0,"QuantityInCase":0})";
    EXPECT_EQ(
        key(item),
        key(R"({"QuantityReceived":0,"QuantityShipped":4,"FulfillmentNetworkSKU":"X","SellerSKU":"A","ReleaseDate":"2026-01-01"})"));
    EXPECT_NE(key(item),
              key(R"({"SellerSKU":"A","FulfillmentNetworkSKU":"X","QuantityShipped":4,"QuantityReceived":1})"));
    EXPECT_NE(key(item),
              key(R"({"SellerSKU":"A","FulfillmentNetworkSKU":"Y","QuantityShipped":4,"QuantityReceived":0})"));
    EXPECT_EQ(to_item(item).payload, item) << "as Amazon wrote it";
}

TEST(FbaItem, OfAnotherShipmentIsLeftOutOfTheListOfAll) {
    EXPECT_TRUE(is_item_of(R"({"ShipmentId":"FBA1"})", "FBA1"));
    EXPECT_TRUE(is_item_of(R"({"SellerSKU":"A"})", "FBA1"));
    EXPECT_FALSE(is_item_of(R"({"ShipmentId":"FBA2"})", "FBA1"));
}

}  // namespace
}  // namespace crossdock::sync
