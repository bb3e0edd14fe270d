// SPDX-License-Identifier: Apache-2.0
// What `crossdock order show` tells of an order, as far as it is not the order's own.
#include "app/order_story.h"

#include "hub_fixture.h"
#include "services/record_order.h"
#include "services/record_refund.h"
#include "store/channel_repo.h"
#include "store/content_hash.h"
#include "store/problem_repo.h"

namespace crossdock::app {
namespace {

using OrderStory = HubTest<ManualClock>;

TEST_F(OrderStory, ARefundThatCannotBeReadIsTold) {
    open(options());
    const auto channel = hub->database().write([&](db::Session& session) {
        const auto shop = store::ChannelRepo(session).list_all().front();
        domain::Order order;
        order.external_order_id = "A";
        order.currency = "USD";
        order.ordered_at = clock.now();
        const std::string payload = R"({"id":"A"})";
        services::record_order(session, shop, {"A", clock.now(), payload, store::content_hash(payload), order, {}},
                               clock.now());
        services::record_refund(session, shop,
                                {"R1",
                                 "A",
                                 std::nullopt,
                                 R"({"id":"R1"})",
                                 "{}",
                                 Error{ErrorKind::invalid, "payload_invalid", "amount is no amount: \"x\""},
                                 {}},
                                clock.now());
        return shop;
    });
    const auto story = run_command(*hub, "order.why", {{"order", "A"}});
    ASSERT_TRUE(story) << story.error().message;
    ASSERT_EQ(story->at("problems").size(), 1U) << *story;
    EXPECT_EQ(story->at("problems")[0].at("code"), "unmappable");
    for (const char* words : {"refund R1", "kept as it came", "amount is no amount"})
        EXPECT_NE(story->at("problems")[0].at("message").get<std::string>().find(words), std::string::npos) << *story;
    EXPECT_NE(story->at("why").get<std::string>().find("refund R1"), std::string::npos);
    const auto health = hub->database().read(
        [&](db::Session& session) { return store::ProblemRepo(session).count_open(channel.account_id); });
    EXPECT_EQ(health, 1);
}

TEST_F(OrderStory, AnOrderThatCannotBeReadIsToldToo) {
    open(options());
    hub->database().write([&](db::Session& session) {
        const auto shop = store::ChannelRepo(session).list_all().front();
        const std::string payload = R"({"id":"77"})";
        services::record_order(session, shop,
                               {"77",
                                clock.now(),
                                payload,
                                store::content_hash(payload),
                                Error{ErrorKind::invalid, "payload_invalid", "the currency XYZ is not known"},
                                {}},
                               clock.now());
    });
    for (const char* command : {"order.why", "order.show"}) {
        const auto story = run_command(*hub, command, {{"order", "77"}});
        ASSERT_TRUE(story) << story.error().message;
        const std::string why = story->at("why");
        EXPECT_NE(why.find("Order 77 of channel"), std::string::npos) << why;
        EXPECT_NE(why.find("could not be understood"), std::string::npos) << why;
        EXPECT_NE(why.find("the currency XYZ is not known"), std::string::npos) << why;
        EXPECT_EQ(story->at("held_by"), "operator");
        EXPECT_EQ(story->at("problems")[0].at("code"), "unmappable");
    }
    const auto kept = run_command(*hub, "person.erase", {{"order", "77"}});
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, "order_unread") << "not that there is none: " << kept.error().message;
    const auto unknown = run_command(*hub, "order.why", {{"order", "78"}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, "order_unknown");
}

}  // namespace
}  // namespace crossdock::app
