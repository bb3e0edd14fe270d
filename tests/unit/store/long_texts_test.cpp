// SPDX-License-Identifier: Apache-2.0
// Texts longer than a string keeps inside itself: a statement must not bind one that is gone before it runs.
#include <gtest/gtest.h>

#include "store/item_repo.h"
#include "store/order_repo.h"
#include "support/temporary_database.h"

namespace crossdock::store {
namespace {

using crossdock::testing::TemporaryDatabase;

std::string text(TemporaryDatabase& database, const std::string& sql) {
    return database->read([&](db::Session& session) {
        db::Statement statement(session, "SELECT " + sql);
        return statement.step() ? statement.string(0) : std::string{"(none)"};
    });
}

TEST(LongTexts, OfAnOrdersPaymentStatusAreKeptAsTheyAre) {
    TemporaryDatabase database;
    domain::Order order;
    order.external_order_id = "1001";
    order.currency = "USD";
    order.payment_status = "partially_refunded";
    const auto write = [&](std::int64_t version) {
        return OrderRepo::Write{database.channel.account_id, database.channel.id, order, "", "meaning", version,
                                database.clock.now()};
    };
    const OrderId id = database->write([&](db::Session& session) { return OrderRepo(session).insert(write(1)); });
    EXPECT_EQ(text(database, "payment_status FROM orders"), "partially_refunded");
    order.payment_status = "partially_authorised_and_more";
    database->write([&](db::Session& session) { OrderRepo(session).update(id, write(2), true); });
    EXPECT_EQ(text(database, "payment_status FROM orders"), "partially_authorised_and_more");
}

TEST(LongTexts, OfAnItemsLocationFindItAgain) {
    TemporaryDatabase database;
    domain::Item item;
    item.variant_id = "ATVPDKIKX0DER:a-very-long-seller-sku-that-is-not-inside";
    item.location_id = "warehouse-of-the-northern-district-2";
    item.sku = "a-very-long-seller-sku-that-is-not-inside";
    const auto upsert = [&](const char* hash) {
        return database->write([&](db::Session& session) {
            return ItemRepo(session).upsert(
                {database.channel.account_id, database.channel.id, item, "", hash, 1, database.clock.now()});
        });
    };
    const auto made = upsert("one");
    EXPECT_EQ(made.second, ItemChange::created);
    EXPECT_EQ(text(database, "location_id FROM items"), *item.location_id);
    EXPECT_EQ(upsert("one"), (std::pair{made.first, ItemChange::none}));
    EXPECT_EQ(upsert("two"), (std::pair{made.first, ItemChange::updated})) << "the same row, not another one beside it";
}

}  // namespace
}  // namespace crossdock::store
