// SPDX-License-Identifier: Apache-2.0
#include "sync/acknowledge_order.h"

#include "scripted_channel.h"
#include "services/record_order.h"
#include "store/content_hash.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using connectors::PushOutcome;
using State = PushOutcome::State;
using Names = std::vector<std::string>;

struct Acknowledger final : connectors::OrderAcknowledger {
    PushOutcome outcome;
    Names told;
    std::vector<connectors::IdPage> pages{{}};
    std::optional<Error> failure;
    bool frozen = false;
    PushOutcome acknowledge_order(const std::string& id) override {
        told.push_back(id);
        return outcome;
    }
    Result<connectors::IdPage> list_unacknowledged(const std::string& cursor) override {
        if (failure) return *failure;
        if (frozen) return connectors::IdPage{{}, "same"};
        const std::size_t number = cursor.empty() ? 0 : std::stoul(cursor);
        auto page = pages[number];
        if (number + 1 < pages.size()) page.next_cursor = std::to_string(number + 1);
        return page;
    }
};

class Acknowledging : public SyncTest {
protected:
    Acknowledging() : SyncTest(domain::Provider::walmart) {
        script.acknowledger = &channel;
        pulled(database.clock.now());
    }
    /// The first pull of orders is through, or not.
    void pulled(std::optional<Timestamp> upto) {
        database->write([&](db::Session& session) {
            store::StreamRepo streams(session);
            store::Stream orders = streams.load(database.channel.id, kOrdersStream);
            orders.watermark = upto;
            streams.save(orders);
        });
    }
    JobOutcome acknowledge(const std::string& id = "A") {
        return run<AcknowledgeOrder>(acknowledge_order_job(database.channel, id, database.clock.now()));
    }
    JobOutcome find() {
        return run<FindUnacknowledged>(find_unacknowledged_job(database.channel, database.clock.now()));
    }
    void hold(const std::string& id) {
        domain::Order order;
        order.external_order_id = id;
        order.currency = "USD";
        const services::FetchedOrder fetched{id, database.clock.now(), "{}", store::content_hash(id), order, {}};
        database->write([&](db::Session& session) {
            services::record_order(session, database.channel, fetched, database.clock.now());
        });
    }
    Acknowledger channel;
};

TEST_F(Acknowledging, TellsTheChannel) {
    EXPECT_EQ(acknowledge("A/1").kind, Kind::done);
    EXPECT_EQ(channel.told, Names{"A/1"});
    EXPECT_TRUE(problems().empty());
    EXPECT_EQ(stored_channel().state, store::ChannelState::ok);
}

TEST_F(Acknowledging, ARefusalIsListedAtTheOrderInTheChannelsWordsAndEndsTheJob) {
    channel.outcome = {State::failed, "walmart_refused", "order is already cancelled", "", std::nullopt};
    EXPECT_EQ(acknowledge().kind, Kind::done) << "once more would be refused, too";
    EXPECT_EQ(problems(), Names{"order A not_acknowledged"});
    EXPECT_NE(text("message FROM problems").find("order is already cancelled"), std::string::npos);
}

TEST_F(Acknowledging, ARefusalThatIsOverIsNotListedAnyMore) {
    channel.outcome = {State::failed, "walmart_refused", "not yet", "", std::nullopt};
    acknowledge();
    channel.outcome = {};
    acknowledge();
    EXPECT_TRUE(problems().empty());
}

struct AgainCase {
    const char* name;
    PushOutcome outcome;
    Kind kind;
    std::chrono::milliseconds delay;
};
class AcknowledgingAgain : public Acknowledging, public ::testing::WithParamInterface<AgainCase> {};
TEST_P(AcknowledgingAgain, IsHarmlessSoWhateverIsOpenIsTriedOnceMore) {
    channel.outcome = GetParam().outcome;
    const auto outcome = acknowledge();
    EXPECT_EQ(outcome.kind, GetParam().kind);
    EXPECT_EQ(outcome.delay, GetParam().delay);
    channel.outcome = {};
    EXPECT_EQ(acknowledge().kind, Kind::done);
    EXPECT_EQ(channel.told, (Names{"A", "A"}));
    EXPECT_TRUE(problems().empty());
}
INSTANTIATE_TEST_SUITE_P(
    Outcomes, AcknowledgingAgain,
    ::testing::Values(AgainCase{"NotSent", {State::retry, "net_not_sent", "no way", "", {}}, Kind::retry, 0ms},
                      AgainCase{"NoAnswer", {State::unknown, "net_no_answer", "no word", "", {}}, Kind::retry, 0ms},
                      AgainCase{"SlowDown", {State::retry, "throttled", "slow", "", 90s}, Kind::wait, 90s},
                      AgainCase{"Denied", {State::retry, "walmart_denied", "no", "", {}, true}, Kind::wait, 1h}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST_F(Acknowledging, WhatTheChannelStillWaitsToHearAboutIsAcknowledgedWhenHeldAndFetchedFirstWhenNot) {
    hold("A");
    channel.pages = {{{"A"}, ""}, {{}, ""}, {{"B"}, ""}};
    EXPECT_EQ(find().kind, Kind::done);
    EXPECT_EQ(live(kAcknowledgeOrder), 1);
    EXPECT_EQ(live(kRefreshOrder), 1);
    EXPECT_EQ(text("args FROM jobs WHERE kind = 'refresh_order'"), R"({"external_order_id":"B"})");
    EXPECT_EQ(channel.told, Names{}) << "not before it is stored";
    EXPECT_EQ(find().kind, Kind::done);
    EXPECT_EQ(number("count(*) FROM jobs"), 2) << "asked for twice is done once";
}

TEST_F(Acknowledging, WhileTheFirstPullIsUnderWayNothingIsListed) {
    pulled(std::nullopt);
    channel.pages = {{{"A"}, ""}};
    EXPECT_EQ(find().kind, Kind::wait);
    EXPECT_EQ(number("count(*) FROM jobs"), 0);
}

TEST_F(Acknowledging, AListThatLeadsNowhereIsNamed) {
    channel.frozen = true;
    EXPECT_EQ(find().kind, Kind::stop);
    EXPECT_EQ(problems(), Names{"stream acknowledgements pager_stuck"});
    channel.frozen = false;
    EXPECT_EQ(find().kind, Kind::done);
    EXPECT_TRUE(problems().empty());
}

TEST_F(Acknowledging, AListThatCannotBeHadIsTriedAgain) {
    channel.failure = Error{ErrorKind::unavailable, "net_no_answer", "no answer"};
    EXPECT_EQ(find().kind, Kind::retry);
    EXPECT_EQ(problems(), Names{"stream acknowledgements net_no_answer"});
}

}  // namespace
}  // namespace crossdock::sync
