// SPDX-License-Identifier: Apache-2.0
// What the hub does about subscriptions at a provider: whose they are, in which order they change, what is written
// down.
#include "sync/ensure_webhooks.h"

#include <gmock/gmock.h>

#include "connectors/subscriptions.h"
#include "store/hook_subscription_repo.h"
#include "unit/sync/scripted_channel.h"

namespace crossdock::sync::testing {
namespace {

using connectors::HeldSubscription;
using connectors::OwnAddresses;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPublic = "https://hub.example";

/// A provider's list of subscriptions, and what was done to it.
struct Provider final : connectors::SubscribedWebhooks {
    Result<connectors::WebhookNotice> verify(const connectors::WebhookCall&) override {
        return Error{ErrorKind::denied, "webhook_not_genuine", ""};
    }
    [[nodiscard]] Result<std::string> address_for(const std::string& url) const override {
        if (refuses_address) return Error{ErrorKind::invalid, "webhook_url", "https only"};
        return url;
    }
    Result<connectors::Subscriptions> read_subscriptions(const OwnAddresses& own) override {
        known = own;
        if (unreadable) return *unreadable;
        connectors::Subscriptions found;
        found.held = held;
        found.wanted = wanted;
        found.problems = problems;
        return found;
    }
    Result<std::string> create_subscription(const std::string& topic, const std::string& address) override {
        did.push_back("create " + topic);
        if (const auto refusal = refusals.find(topic); refusal != refusals.end()) return refusal->second;
        held.push_back({"n" + std::to_string(++made), topic, address, ""});
        return held.back().id;
    }
    [[nodiscard]] bool can_mend_subscriptions() const override { return can_mend; }
    Status mend_subscription(const HeldSubscription& old, const std::string& address) override {
        did.push_back("mend " + old.id);
        if (const auto refusal = refusals.find(old.topic); refusal != refusals.end()) return refusal->second;
        for (HeldSubscription& one : held)
            if (one.id == old.id) one = {one.id, one.topic, address, ""};
        return ok();
    }
    Status remove_subscription(const HeldSubscription& old) override {
        did.push_back("remove " + old.id);
        if (cannot_remove) return Error{ErrorKind::rejected, "no", "it stays"};
        std::erase_if(held, [&](const HeldSubscription& one) { return one.id == old.id; });
        return ok();
    }
    std::vector<std::string> take() { return std::exchange(did, {}); }

    std::vector<HeldSubscription> held;
    std::vector<std::string> wanted{"A", "B"};
    std::vector<domain::Problem> problems;
    std::map<std::string, Error> refusals;
    std::optional<Error> unreadable;
    bool can_mend = true, cannot_remove = false, refuses_address = false;
    OwnAddresses known;
    std::vector<std::string> did;
    int made = 0;
};

class Subscribed : public SyncTest {
protected:
    Subscribed() {
        script.webhooks = &provider;
        env.public_url = kPublic;
    }
    JobOutcome look(std::chrono::milliseconds later = 1h) {
        database.clock.advance(later);
        return run<EnsureWebhooks>(ensure_webhooks_job(database.channel, database.clock.now()));
    }
    [[nodiscard]] std::string here() const { return env.public_url + "/hooks/" + database.channel.code; }
    store::HookSubscription row(const std::string& topic) {
        for (auto& one : rows())
            if (one.topic == topic) return one;
        return {};
    }
    std::vector<store::HookSubscription> rows() {
        return database->read(
            [&](db::Session& session) { return store::HookSubscriptionRepo(session).of_channel(database.channel.id); });
    }
    Provider provider;
};

TEST_F(Subscribed, WithoutAPublicAddressNothingIsAskedFor) {
    env.public_url.clear();
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_THAT(provider.did, IsEmpty());
    EXPECT_TRUE(provider.known.current.empty());
    EXPECT_THAT(rows(), IsEmpty());
}

TEST_F(Subscribed, WhatIsMissingIsMadeAndWrittenDown) {
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_THAT(provider.take(), ElementsAre("create A", "create B"));
    const Timestamp began = database.clock.now();
    EXPECT_EQ(row("A").provider_id, "n1");
    EXPECT_EQ(row("A").address, here());
    EXPECT_EQ(row("A").since, began);
    EXPECT_EQ(row("A").repairs, 0) << "the first time is no repair";
    EXPECT_EQ(row("A").fault, std::nullopt);
    // And again: nothing but a look.
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_THAT(provider.take(), IsEmpty());
    EXPECT_EQ(row("A").since, began);
    EXPECT_EQ(row("A").checked_at, database.clock.now());
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Subscribed, OneThatWasDeletedAtTheProviderIsRestored) {
    look();
    provider.take();
    provider.held.erase(provider.held.begin());
    look();
    EXPECT_THAT(provider.take(), ElementsAre("create A"));
    EXPECT_EQ(row("A").repairs, 1);
    EXPECT_EQ(row("A").since, database.clock.now());
    EXPECT_EQ(row("A").fault_code, "subscription_gone");
    EXPECT_EQ(row("A").fault_at, database.clock.now());
    EXPECT_EQ(row("B").repairs, 0);
}

TEST_F(Subscribed, OneThatDoesNotServeIsMended) {
    look();
    provider.take();
    provider.held[1].fault = "it is switched off";
    look();
    EXPECT_THAT(provider.take(), ElementsAre("mend n2"));
    EXPECT_EQ(row("B").provider_id, "n2");
    EXPECT_EQ(row("B").repairs, 1);
    EXPECT_EQ(row("B").fault, "it is switched off");
}

TEST_F(Subscribed, WhereNothingCanBeMendedTheNewOneComesBeforeTheOldOneGoes) {
    provider.can_mend = false;
    look();
    provider.take();
    provider.held[0].fault = "it has another secret";
    look();
    EXPECT_THAT(provider.take(), ElementsAre("create A", "remove n1"));
    EXPECT_EQ(row("A").provider_id, "n3");
}

TEST_F(Subscribed, AnAddressOfThePastIsMovedFromAndClearedAway) {
    look();
    const std::string before = here();
    provider.held.push_back({"old-topic", "Z", before, ""});
    provider.take();
    env.public_url = "https://new.example";
    look();
    EXPECT_EQ(provider.known.current, here());
    EXPECT_THAT(provider.known.former, ElementsAre(before));
    EXPECT_THAT(provider.take(), ElementsAre("mend n1", "mend n2", "remove old-topic"));
    EXPECT_EQ(row("A").address, here());
    EXPECT_THAT(row("A").fault.value_or(""), HasSubstr(before));
}

TEST_F(Subscribed, SomebodyElsesAreNeverTouched) {
    const std::vector<HeldSubscription> theirs{{"x1", "A", "https://other.example/hooks/shop", ""},
                                               {"x2", "Z", here() + "-2", "it is switched off"},
                                               {"x3", "B", "", ""}};
    provider.held = theirs;
    for (int hours = 0; hours < 3; ++hours) look();
    EXPECT_THAT(provider.take(), ElementsAre("create A", "create B"));
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        EXPECT_EQ(provider.held[i].id, theirs[i].id);
        EXPECT_EQ(provider.held[i].address, theirs[i].address);
    }
}

TEST_F(Subscribed, OfTwoForOneTopicOneIsLeft) {
    provider.held = {{"d1", "A", here(), "it is switched off"}, {"d2", "A", here(), ""}, {"d3", "A", here(), ""}};
    provider.wanted = {"A"};
    look();
    EXPECT_THAT(provider.take(), ElementsAre("remove d1", "remove d3"));
    EXPECT_EQ(row("A").provider_id, "d2");
}

TEST_F(Subscribed, ARefusedTopicIsAProblemAndTheOthersGoOn) {
    provider.refusals.emplace("A", Error{ErrorKind::rejected, "no_permission", "the app lacks a permission"});
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_THAT(provider.take(), ElementsAre("create A", "create B"));
    EXPECT_EQ(row("A").since, std::nullopt);
    EXPECT_EQ(row("A").fault_code, "no_permission");
    EXPECT_TRUE(row("B").since);
    EXPECT_THAT(problems(), ElementsAre("channel webhooks subscription_refused"));
    EXPECT_THAT(text("message FROM problems"), HasSubstr("the app lacks a permission"));
    EXPECT_EQ(stored_channel().state, store::ChannelState::ok) << "polling brings everything";
    provider.refusals.clear();
    look();
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_TRUE(row("A").since);
}

TEST_F(Subscribed, AFaultyOneStaysUntilAnotherTookItsPlace) {
    provider.can_mend = false;
    provider.held = {{"d1", "A", here(), "it has another secret"}};
    provider.refusals.emplace("A", Error{ErrorKind::rejected, "no", "not now"});
    look();
    EXPECT_THAT(provider.take(), ElementsAre("create A", "create B"));
    EXPECT_EQ(provider.held.front().id, "d1");
}

TEST_F(Subscribed, DeniedCredentialsAreAProblemWithItsNextStepAndLeaveTheChannelWell) {
    database->write(
        [&](db::Session& session) { note_success(session, database.channel, "orders", database.clock.now()); });
    provider.unreadable = Error{ErrorKind::denied, "denied", "the token may not read webhooks"};
    EXPECT_EQ(look().kind, Kind::wait);
    EXPECT_THAT(problems(), ElementsAre("stream webhooks not_permitted"));
    EXPECT_THAT(text("message FROM problems"), HasSubstr("let its credentials manage webhooks"));
    EXPECT_EQ(stored_channel().state, store::ChannelState::ok);
    provider.unreadable.reset();
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Subscribed, AnAddressThatTheProviderDoesNotCallIsAProblemAndNoDeadJob) {
    provider.refuses_address = true;
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_THAT(problems(), ElementsAre("stream webhooks webhook_url"));
    provider.refuses_address = false;
    look();
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Subscribed, WhatABudgetEndedInTheMiddleGoesOnLater) {
    provider.refusals.emplace("B", Error{ErrorKind::rate_limited, "budget", "later", 7s});
    const auto outcome = look();
    EXPECT_EQ(outcome.kind, Kind::wait);
    EXPECT_EQ(outcome.delay, 1min) << "enough for more than reading the list once more";
    EXPECT_TRUE(row("A").since) << "what was done is known";
    provider.refusals.clear();
    provider.take();
    look(1min);
    EXPECT_THAT(provider.take(), ElementsAre("create B"));
    EXPECT_EQ(row("B").repairs, 0);
}

TEST_F(Subscribed, NothingIsRemovedWhileTheBudgetIsUsedUp) {
    provider.held = {{"old", "Z", here(), ""}};
    provider.refusals.emplace("A", Error{ErrorKind::unavailable, "down", "no answer"});
    look();
    EXPECT_THAT(provider.take(), ElementsAre("create A"));
}

TEST_F(Subscribed, ATopicThatIsNotOfferedAnyMoreIsForgotten) {
    look();
    provider.wanted = {"B"};
    look();
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].topic, "B");
}

TEST_F(Subscribed, WhatCannotBeRemovedIsLeftAndTriedAgain) {
    provider.held = {{"old", "Z", here(), ""}};
    provider.cannot_remove = true;
    EXPECT_EQ(look().kind, Kind::done);
    provider.take();
    look();
    EXPECT_THAT(provider.take(), ElementsAre("remove old"));
}

}  // namespace
}  // namespace crossdock::sync::testing
