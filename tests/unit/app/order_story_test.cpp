// SPDX-License-Identifier: Apache-2.0
// What `crossdock order show` tells of an order, as far as it is not the order's own.
#include "app/order_story.h"

#include "hub_fixture.h"
#include "services/record_order.h"
#include "services/record_refund.h"
#include "store/channel_repo.h"
#include "store/content_hash.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"

namespace crossdock::app {
namespace {

class OrderStory : public HubTest<ManualClock> {
protected:
    /// With a second channel, "mart".
    HubOptions two_channels() const {
        HubOptions with = options();
        with.channels.push_back(with.channels.front());
        with.channels.back().setup.code = "mart";
        return with;
    }
    OrderId hold(const std::string& channel, const std::string& external_id, const std::string& number) {
        return hub->database().write([&](db::Session& session) {
            const auto account = store::find_account(session, "default").value();
            const auto shop = store::ChannelRepo(session).find(account, channel).value();
            domain::Order order;
            order.external_order_id = external_id;
            order.order_number_hint = number;
            order.buyer_name = "Canary of " + external_id;
            order.currency = "USD";
            order.ordered_at = clock.now();
            const std::string payload = R"({"id":")" + external_id + R"("})";
            services::record_order(session, shop,
                                   {external_id, clock.now(), payload, store::content_hash(payload), order, {}},
                                   clock.now());
            return store::OrderRepo(session).find(account, shop.id, external_id).value().id;
        });
    }
    void cannot_read(const std::string& channel, const std::string& external_id) {
        hub->database().write([&](db::Session& session) {
            const auto account = store::find_account(session, "default").value();
            const auto shop = store::ChannelRepo(session).find(account, channel).value();
            const std::string payload = R"({"id":")" + external_id + R"("})";
            services::record_order(session, shop,
                                   {external_id,
                                    clock.now(),
                                    payload,
                                    store::content_hash(payload),
                                    Error{ErrorKind::invalid, "payload_invalid", "the currency XYZ is not known"},
                                    {}},
                                   clock.now());
        });
    }
    /// The hub's id of the order that `name` means, or the code of the error.
    std::string meant_by(const std::string& name) {
        const auto story = run_command(*hub, "order.why", {{"order", name}});
        if (!story) return story.error().code;
        return story->at("id").is_null() ? "unread" : std::to_string(story->at("id").get<std::int64_t>());
    }
    std::int64_t buyers_held() { return count("orders WHERE body LIKE '%Canary%'"); }
};

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

// ---- which order is meant

TEST_F(OrderStory, ANumberThatIsAnotherOrdersHubIdIsAskedAbout) {
    open(two_channels());
    const OrderId meant = hold("shop", "gid-1", "2");
    const OrderId other = hold("mart", "gid-2", "1186");
    ASSERT_EQ(meant.value, 1);
    ASSERT_EQ(other.value, 2) << "or nothing is shown";
    for (const char* command : {"order.why", "order.show", "person.erase"}) {
        const auto answer = run_command(*hub, command, {{"order", "2"}});
        ASSERT_FALSE(answer) << command << *answer;
        EXPECT_EQ(answer.error().code, "order_ambiguous");
        for (const char* words : {"id:1 (channel shop, order number 2, of 2026-11-20)",
                                  "id:2 (channel mart, order number 1186, of 2026-11-20)", "say which, as in id:"})
            EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
        EXPECT_EQ(answer.error().message.find("Canary"), std::string::npos);
    }
    EXPECT_EQ(buyers_held(), 2);
    EXPECT_EQ(meant_by("id:2"), "2");
    EXPECT_EQ(meant_by("ord_2"), "2") << "as the API and its events have it";
    EXPECT_EQ(meant_by("id:1"), "1");
    EXPECT_EQ(meant_by("1186"), "2");
    EXPECT_EQ(meant_by("1"), "1") << "a hub id that is nothing else";
    EXPECT_EQ(meant_by("shop:gid-1"), "1");
    EXPECT_EQ(meant_by("mart:gid-1"), "order_unknown");
    for (const char* none : {"id:3", "id:", "id:x", "id:gid-1", "id:1186", "#", "gid"})
        EXPECT_EQ(meant_by(none), "order_unknown") << none;

    const auto erased = run_command(*hub, "person.erase", {{"order", "id:1"}});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->at("order"),
              (nlohmann::json{{"id", 1}, {"channel", "shop"}, {"number", "2"}, {"external_id", "gid-1"}}));
    EXPECT_EQ(count("orders WHERE body LIKE '%Canary of gid-1%'"), 0);
    EXPECT_EQ(count("orders WHERE body LIKE '%Canary of gid-2%'"), 1);
}

TEST_F(OrderStory, AnOrderIsFoundOnceHoweverOftenTheTextFitsIt) {
    open(two_channels());
    hold("shop", "112-5960464-4783353", "112-5960464-4783353");
    hold("shop", "gid-2", "#1001");
    hold("mart", "3", "3");
    EXPECT_EQ(meant_by("112-5960464-4783353"), "1") << "external id and number are the same, as Amazon has it";
    EXPECT_EQ(meant_by("#1001"), "2");
    EXPECT_EQ(meant_by("1001"), "2") << "the number without its sign";
    EXPECT_EQ(meant_by("3"), "3") << "hub id, external id and number at once";
    EXPECT_EQ(meant_by("#3"), "3") << "the number with a sign that it has not";
    EXPECT_EQ(meant_by("#2"), "order_unknown") << "a hub id has no sign";
    hold("mart", "gid-4", "1001");
    EXPECT_EQ(meant_by("#1001"), "order_ambiguous");
    EXPECT_EQ(meant_by("1001"), "order_ambiguous");
}

TEST_F(OrderStory, AnUnreadOrderOfThatIdIsAMeaningToo) {
    open(two_channels());
    hold("shop", "gid-1", "#1001");
    cannot_read("mart", "1");
    const auto kept = run_command(*hub, "person.erase", {{"order", "1"}});
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, "order_ambiguous");
    EXPECT_NE(kept.error().message.find("mart:1 (came from the channel and could not be understood)"),
              std::string::npos)
        << kept.error().message;
    EXPECT_EQ(buyers_held(), 1);
    EXPECT_EQ(meant_by("mart:1"), "unread");
    EXPECT_EQ(meant_by("id:1"), "1");
}

TEST_F(OrderStory, HealthNamesOrdersWithoutASecondMeaning) {
    open(options());
    hold("shop", "2", "1001");
    hold("shop", "gid-2", "1002");
    cannot_read("shop", "1");
    hub->database().write([&](db::Session& session) {
        const auto shop = store::ChannelRepo(session).list_all().front();
        store::ProblemRepo(session).record(shop.account_id, shop.id, "order", "2", {"odd", "it is odd"}, clock.now());
    });
    const auto health = look_at_health(hub->env(), hub->runner());
    const auto* of_held = find(health, "odd");
    ASSERT_NE(of_held, nullptr);
    EXPECT_EQ(of_held->next_step, "look at: crossdock order why id:1");
    const auto* of_unread = find(health, "unmappable");
    ASSERT_NE(of_unread, nullptr);
    EXPECT_EQ(of_unread->next_step, "look at: crossdock order why shop:1");
    EXPECT_EQ(meant_by("shop:1"), "unread");
}

}  // namespace
}  // namespace crossdock::app
