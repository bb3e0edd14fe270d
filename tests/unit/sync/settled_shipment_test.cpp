// SPDX-License-Identifier: Apache-2.0
// A shipment that has come to its end is no trouble of the stream any more, however it ended.
#include <deque>

#include "scripted_channel.h"
#include "services/record_order.h"
#include "store/content_hash.h"
#include "store/shipment_repo.h"
#include "sync/push_shipment.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using connectors::PushOutcome;
using State = PushOutcome::State;
using Names = std::vector<std::string>;

struct Dock final : connectors::ShipmentSink {
    std::deque<PushOutcome> answers;
    std::vector<connectors::ShipmentToPush> asked;
    PushOutcome push_shipment(const connectors::ShipmentToPush& shipment) override {
        asked.push_back(shipment);
        PushOutcome answer = answers.front();
        answers.pop_front();
        return answer;
    }
};

class SettledShipment : public SyncTest {
protected:
    SettledShipment() {
        script.shipments = &dock;
        domain::Order order;
        order.external_order_id = "A";
        order.currency = "USD";
        order.ordered_at = database.clock.now();
        const std::string payload = R"({"id":"A"})";
        database->write([&](db::Session& session) {
            services::record_order(session, database.channel,
                                   {"A", order.ordered_at, payload, store::content_hash(payload), order, {}},
                                   database.clock.now());
        });
    }
    ShipmentId wants_to_ship(const std::string& number) {
        return database->write([&](db::Session& session) {
            store::Shipment shipment;
            shipment.account_id = database.channel.account_id;
            shipment.channel_id = database.channel.id;
            shipment.order_id = store::OrderRepo(session).find_held(database.channel.id, "A")->id;
            shipment.carrier = "UPS";
            shipment.tracking_number = shipment.tracking_key = number;
            shipment.status = "pending";
            shipment.outcome = "none";
            return store::ShipmentRepo(session).insert(shipment, database.clock.now());
        });
    }
    JobOutcome push(ShipmentId id, PushOutcome answer) {
        dock.answers.push_back(std::move(answer));
        return run<PushShipment>(job(id));
    }
    [[nodiscard]] domain::JobSpec job(ShipmentId id) const {
        return {database.channel.account_id,
                database.channel.id,
                domain::Lane::push,
                std::string{kPushShipment},
                "",
                R"({"shipment_id":)" + std::to_string(id.value) + "}",
                database.clock.now()};
    }
    /// How many events of that type hold these words.
    std::int64_t told(const std::string& type, const std::string& words) {
        return number("count(*) FROM events WHERE type = '" + type + "' AND data LIKE '%" + words + "%'");
    }
    static PushOutcome answer(State state) { return {state, "walmart_server_error", "Walmart failed", {}, {}}; }

    Dock dock;
};

TEST_F(SettledShipment, ARefusalAfterTroubleEndsTheStreamsTrouble) {
    const ShipmentId id = wants_to_ship("1Z1");
    push(id, answer(State::unknown));
    EXPECT_EQ(problems(), (Names{"stream shipments walmart_server_error"}));
    EXPECT_EQ(stored_channel().state, store::ChannelState::degraded);
    push(id, {State::failed, "nothing_to_ship", "nothing is left", {}, {}});
    EXPECT_EQ(problems(), (Names{"shipment " + std::to_string(id.value) + " nothing_to_ship"}));
    EXPECT_EQ(stored_channel().state, store::ChannelState::ok);
    EXPECT_EQ(told("shipment.failed", "nothing is left"), 1);
}

TEST_F(SettledShipment, AChannelThatSaysLaterHasAnswered) {
    const ShipmentId id = wants_to_ship("1Z1");
    push(id, answer(State::retry));
    push(id, {State::waiting, "payment_pending", "not paid yet", {}, {}});
    EXPECT_EQ(problems(), Names{});
}

TEST_F(SettledShipment, OneThatIsGivenUpIsItsOwnTroubleOnly) {
    const ShipmentId first = wants_to_ship("1Z1"), second = wants_to_ship("1Z2");
    push(first, answer(State::unknown));
    push(second, answer(State::unknown));
    const auto give_up = [&](ShipmentId id) {
        domain::Job dead;
        dead.args = job(id).args;
        database->write([&](db::Session& session) {
            give_up_shipment(session, dead, {ErrorKind::unavailable, "given_up", "no answer"}, database.clock.now());
        });
    };
    give_up(first);
    EXPECT_EQ(problems().size(), 2U) << "the other one still tries";
    give_up(second);
    EXPECT_EQ(problems(), (Names{"shipment " + std::to_string(second.value) + " given_up",
                                 "shipment " + std::to_string(first.value) + " given_up"}));
    EXPECT_EQ(told("shipment.failed", "no answer"), 2);
}

TEST_F(SettledShipment, TheConnectorHearsOfAParcelBefore) {
    const ShipmentId first = wants_to_ship("1Z1"), second = wants_to_ship("1Z2");
    push(second, answer(State::unknown));
    push(first, {});
    push(second, {State::succeeded, "number_dropped", "one number an order", {}, {}});
    ASSERT_EQ(dock.asked.size(), 3U);
    EXPECT_FALSE(dock.asked[0].is_further);
    EXPECT_FALSE(dock.asked[1].is_further) << "an attempt whose end is not known is no parcel";
    EXPECT_TRUE(dock.asked[2].is_further);
    EXPECT_EQ(text("status FROM shipments WHERE tracking_number = '1Z2'"), "succeeded");
    EXPECT_EQ(told("shipment.pushed", "1Z"), 2);
    EXPECT_EQ(text("message FROM push_attempts WHERE kind = 'shipment' ORDER BY id DESC LIMIT 1"),
              "one number an order");
}

}  // namespace
}  // namespace crossdock::sync
