// SPDX-License-Identifier: Apache-2.0
#include "webhooks/lanes.h"

#include <gtest/gtest.h>

namespace crossdock::webhooks {
namespace {

constexpr WebhookEndpointId kEndpoint{1};

Task task(std::int64_t id) {
    Task one;
    one.delivery.id = DeliveryId{id};
    one.delivery.endpoint_id = kEndpoint;
    return one;
}

Lanes lanes_with_one() {
    Lanes lanes{EngineOptions{}};
    const auto target = std::make_shared<Target>();
    target->endpoint.id = kEndpoint;
    lanes.set_targets({{kEndpoint, target}});
    return lanes;
}

// The bench saw it first: one delivery in a hundred went out twice.
TEST(Lanes, AnAnswerOfTheDatabaseThatIsOlderThanWhatWasSettledSendsNothingTwice) {
    Lanes lanes = lanes_with_one();
    lanes.add(task(1));
    auto departure = lanes.take();
    ASSERT_TRUE(departure);
    lanes.begin_refill(kEndpoint);
    // The database answers with number 1, still pending, and while the answer is on its way number 1 is written down.
    lanes.arrived(departure->task, true);
    lanes.settled(departure->task, std::nullopt);
    lanes.refill(kEndpoint, {task(1), task(2)}, 256, std::nullopt);
    departure = lanes.take();
    ASSERT_TRUE(departure);
    EXPECT_EQ(departure->task.delivery.id, DeliveryId{2});
    EXPECT_FALSE(lanes.take());
    EXPECT_FALSE(lanes.to_refill(Timestamp{}).empty()) << "what was left out is looked at again";
}

TEST(Lanes, WhatIsUnderWayIsNotTakenAgain) {
    Lanes lanes = lanes_with_one();
    lanes.add(task(1));
    ASSERT_TRUE(lanes.take());
    lanes.begin_refill(kEndpoint);
    lanes.refill(kEndpoint, {task(1)}, 256, std::nullopt);
    EXPECT_FALSE(lanes.take());
    EXPECT_TRUE(lanes.to_refill(Timestamp{}).empty());
}

}  // namespace
}  // namespace crossdock::webhooks
