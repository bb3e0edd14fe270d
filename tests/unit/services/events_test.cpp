// SPDX-License-Identifier: Apache-2.0
// Which facts are told, and that each is told once.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/acknowledge.h"
#include "services/order_shipped.h"
#include "services/record_items.h"
#include "services/record_order.h"
#include "services/record_refund.h"
#include "store/content_hash.h"
#include "store/event_repo.h"
#include "store/refund_repo.h"
#include "store/shipment_repo.h"
#include "support/temporary_database.h"

namespace crossdock::services {
namespace {

using domain::OrderStatus;
using testing::TemporaryDatabase;

class Told : public ::testing::Test {
protected:
    void order(OrderStatus status) {
        ++version_;
        domain::Order order;
        order.external_order_id = "1001";
        order.currency = "USD";
        order.status = status;
        order.ordered_at = from_ms(1'790'000'000'000);
        order.last_remote_update_at = order.ordered_at + std::chrono::seconds{version_};
        const std::string payload = "{\"version\":" + std::to_string(version_) + "}";
        id_ = database->write([&](db::Session& session) {
            return record_order(
                       session, database.channel,
                       {"1001", *order.last_remote_update_at, payload, store::content_hash(payload), order, {}},
                       database.clock.now())
                .id;
        });
    }
    /// The channel takes a shipment from here.
    void ship(const std::string& tracking) {
        database->write([&](db::Session& session) {
            store::ShipmentRepo shipments(session);
            store::Shipment shipment;
            shipment.account_id = database.channel.account_id;
            shipment.channel_id = database.channel.id;
            shipment.order_id = id_;
            shipment.carrier = "UPS";
            shipment.tracking_number = shipment.tracking_key = tracking;
            shipment.id = shipments.insert(shipment, database.clock.now());
            shipments.end_attempt(shipment.id, {"succeeded", "known", {}, {}, {}, {}}, database.clock.now());
            tell_shipped_here(session, shipment, database.clock.now());
        });
    }
    void stock(std::vector<std::pair<std::string, std::optional<std::int64_t>>> places, std::int64_t low_stock = 5) {
        std::vector<domain::Item> rows;
        for (const auto& [place, quantity] : places) {
            domain::Item item;
            item.variant_id = "41002";
            item.location_id = place;
            item.sku = "MUG-01";
            item.channel_product_id = "7001";
            item.channel_quantity = quantity;
            item.raw_json = "{\"n\":" + std::to_string(++version_) + "}";
            rows.push_back(item);
        }
        database->write([&](db::Session& session) {
            record_variant(session, database.channel, rows, 0, database.clock.now(), low_stock);
        });
    }
    std::vector<std::string> told(const std::string& start) {
        return database->read([&](db::Session& session) {
            std::vector<std::string> types;
            for (const auto& event : store::EventRepo(session).after(database.channel.account_id, seen_, 1000)) {
                seen_ = event.seq;
                if (event.type.starts_with(start)) types.push_back(event.type);
            }
            return types;
        });
    }

    TemporaryDatabase database;
    OrderId id_;
    int version_ = 0;
    std::int64_t seen_ = 0;
};

using Types = std::vector<std::string>;

TEST_F(Told, AnOrderShippedFromHereIsToldOnceWhateverTheChannelSaysLater) {
    order(OrderStatus::open);
    EXPECT_EQ(told("order.shipped"), Types{});
    ship("1Z1");
    EXPECT_EQ(told("order.shipped"), Types{"order.shipped"});
    ship("1Z2");
    order(OrderStatus::partially_fulfilled);
    order(OrderStatus::fulfilled);
    EXPECT_EQ(told("order.shipped"), Types{});
}

TEST_F(Told, AnOrderShippedElsewhereIsToldOnceToo) {
    order(OrderStatus::open);
    order(OrderStatus::partially_fulfilled);
    EXPECT_EQ(told("order.shipped"), Types{"order.shipped"});
    ship("1Z1");
    order(OrderStatus::fulfilled);
    EXPECT_EQ(told("order.shipped"), Types{});
}

TEST_F(Told, AnOrderThatComesFulfilledHasShipped) {
    order(OrderStatus::fulfilled);
    EXPECT_EQ(told("order."), (Types{"order.created", "order.fulfilled", "order.shipped"}));
}

TEST_F(Told, AClosedOrCancelledOrderHasNotShippedByThat) {
    order(OrderStatus::open);
    order(OrderStatus::cancelled);
    EXPECT_EQ(told("order."), (Types{"order.created", "order.updated", "order.cancelled"}));
}

TEST_F(Told, EveryStatusThatAnOrderComesToIsTold) {
    order(OrderStatus::open);
    told("");
    order(OrderStatus::partially_fulfilled);
    EXPECT_EQ(told("order.partially_fulfilled").size(), 1U);
    order(OrderStatus::fulfilled);
    EXPECT_EQ(told("order.fulfilled").size(), 1U);
    order(OrderStatus::closed);
    EXPECT_EQ(told("order."), (Types{"order.updated", "order.closed"}));
}

TEST_F(Told, AnOrderThatCannotBeUnderstoodIsToldOnce) {
    for (const std::string payload : {R"({"currency":null})", R"({"currency":""})"})
        database->write([&](db::Session& session) {
            record_order(session, database.channel,
                         {"1002",
                          database.clock.now(),
                          payload,
                          store::content_hash(payload),
                          Error{ErrorKind::invalid, "field_invalid", "currency is missing"},
                          {}},
                         database.clock.now());
        });
    EXPECT_EQ(told(""), Types{"order.problem"});
}

TEST_F(Told, WhatTheErpAcknowledgesIsToldOnce) {
    order(OrderStatus::open);
    domain::Refund refund;
    refund.external_order_id = "1001";
    refund.external_refund_id = "R1";
    refund.currency = "USD";
    refund.occurred_at = database.clock.now();
    database->write([&](db::Session& session) {
        record_refund(session, database.channel, {"R1", "1001", std::nullopt, R"({"id":"R1"})", "{}", refund, {}},
                      database.clock.now());
    });
    EXPECT_EQ(told("refund."), Types{"refund.created"});
    for (int times = 0; times < 2; ++times)
        database->write([&](db::Session& session) {
            const AccountId account = database.channel.account_id;
            const std::int64_t held = store::RefundRepo(session).find_held(database.channel.id, "R1")->id.value;
            acknowledge_orders(session, account, {id_.value}, database.clock.now());
            acknowledge_refunds(session, account, {held}, database.clock.now());
        });
    const std::int64_t before = seen_;
    EXPECT_EQ(told(""), (Types{"order.acknowledged", "refund.acknowledged"}));
    database->read([&](db::Session& session) {
        for (const auto& event : store::EventRepo(session).after(database.channel.account_id, before, 10))
            EXPECT_EQ(event.channel, database.channel.id) << event.type;
    });
}

TEST_F(Told, StockIsToldWhenItFallsAndRises) {
    stock({{"A", 20}, {"B", 10}});
    EXPECT_EQ(told("inventory."), Types{}) << "a new item has fallen from nowhere";
    stock({{"A", 4}, {"B", 10}});
    EXPECT_EQ(told("inventory."), Types{}) << "there is enough elsewhere";
    stock({{"A", 4}, {"B", 1}});
    EXPECT_EQ(told("inventory."), Types{"inventory.low"});
    stock({{"A", 3}, {"B", 1}});
    EXPECT_EQ(told("inventory."), Types{}) << "still low";
    stock({{"A", 0}, {"B", 0}});
    EXPECT_EQ(told("inventory."), Types{"inventory.stockout"});
    stock({{"A", -2}, {"B", 0}});
    EXPECT_EQ(told("inventory."), Types{}) << "oversold is not less than nothing";
    stock({{"A", 3}, {"B", 0}});
    EXPECT_EQ(told("inventory."), Types{}) << "some, and still low";
    stock({{"A", 30}, {"B", 0}});
    EXPECT_EQ(told("inventory."), Types{"inventory.restocked"});
    stock({{"A", 0}, {"B", 0}});
    EXPECT_EQ(told("inventory."), Types{"inventory.stockout"}) << "from plenty to nothing: one event";
}

TEST_F(Told, StockWithoutFiguresIsNotTold) {
    stock({{"A", std::nullopt}});
    stock({{"A", 0}});
    stock({{"A", std::nullopt}});
    EXPECT_EQ(told("inventory."), Types{});
}

TEST_F(Told, ALocationThatTheChannelNoLongerListsCountsNoMore) {
    stock({{"A", 3}, {"B", 40}});
    stock({{"A", 3}});
    EXPECT_EQ(told("inventory."), Types{"inventory.low"});
}

TEST_F(Told, TheThresholdIsTheConfigFiles) {
    stock({{"A", 50}}, 20);
    stock({{"A", 20}}, 20);
    EXPECT_EQ(told("inventory."), Types{"inventory.low"});
    stock({{"A", 1}}, 0);
    EXPECT_EQ(told("inventory."), Types{});
}

TEST_F(Told, TheLogIsReadByTypeTimeAndPage) {
    for (int i = 0; i < 30; ++i) {
        database.clock.advance(std::chrono::minutes{1});
        database->write([&](db::Session& session) {
            store::EventRepo(session).append({database.channel.account_id, std::nullopt,
                                              i % 3 == 0 ? "order.created" : "item.updated", "order", i, "{}"},
                                             database.clock.now());
        });
    }
    const auto page = [&](const store::EventQuery& query) {
        return database->read([&](db::Session& session) { return store::EventRepo(session).list(query); });
    };
    store::EventQuery query;
    query.account = database.channel.account_id;
    query.types = {"order.*"};
    query.limit = 4;
    std::vector<std::int64_t> subjects;
    for (bool more = true; more;) {
        const auto one = page(query);
        for (const auto& row : one.rows) subjects.push_back(row.subject_id);
        query.after_seq = one.next_seq;
        more = one.more;
    }
    EXPECT_EQ(subjects, (std::vector<std::int64_t>{0, 3, 6, 9, 12, 15, 18, 21, 24, 27}));
    query = {};
    query.account = database.channel.account_id;
    query.since = database.clock.now() - std::chrono::minutes{9};
    query.until = database.clock.now();
    EXPECT_EQ(page(query).rows.size(), 9U);
    const auto row = page(query).rows.front();
    EXPECT_EQ(database->read([&](db::Session& session) {
        return store::EventRepo(session).find(query.account, row.event_id)->seq;
    }),
              row.seq);
    EXPECT_FALSE(database->read(
        [&](db::Session& session) { return store::EventRepo(session).find(AccountId{99}, row.event_id); }));
}

}  // namespace
}  // namespace crossdock::services
