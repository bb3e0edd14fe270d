// SPDX-License-Identifier: Apache-2.0
// Stock figures that end without having reached their channel: whatever their number, each has its end, in words.
#include "scripted_channel.h"
#include "store/inventory_repo.h"
#include "sync/discard_pushes.h"
#include "sync/push_stock.h"

namespace crossdock::sync {
namespace {

using namespace testing;

class EndedStock : public SyncTest {
protected:
    /// Figures for so many skus, S0 and up.
    void want(int skus, std::int64_t quantity) {
        database->write([&](db::Session& session) {
            for (int i = 0; i < skus; ++i) {
                store::InventoryUpdate update;
                update.account_id = database.channel.account_id;
                update.channel_id = database.channel.id;
                update.sku = "S" + std::to_string(i);
                update.target = *update.sku;
                update.quantity = quantity;
                store::InventoryRepo(session).insert(update, database.clock.now());
            }
        });
    }
    std::int64_t figures(const std::string& status) {
        return number("count(*) FROM inventory_updates WHERE status = '" + status + "'");
    }
    std::int64_t told() { return number("count(*) FROM events WHERE type = 'inventory.failed'"); }
    void give_up() {
        database->write([&](db::Session& session) {
            give_up_stock(session, database.channel, {ErrorKind::unavailable, "down", "nobody answers", {}},
                          database.clock.now());
        });
    }
    /// The oldest of those that wait are on their way.
    void take_batch(std::size_t limit) {
        database->write([&](db::Session& session) {
            store::InventoryRepo(session).make_batch(database.channel.id, "k1", limit, database.clock.now());
        });
    }
};

TEST_F(EndedStock, IsGivenUpWholeHoweverMuchOfItWaits) {
    want(1, 4);
    want(2500, 5);  // more than one go of it
    give_up();
    EXPECT_EQ(figures("failed"), 2500);
    EXPECT_EQ(figures("superseded"), 1) << "an older figure for the same goods";
    EXPECT_EQ(told(), 2500);
    EXPECT_EQ(number("count(*) FROM inventory_updates WHERE error_code = 'down'"), 2500);
    want(1, 6);
    give_up();  // in the same millisecond
    EXPECT_EQ(figures("failed"), 2501);
}

TEST_F(EndedStock, IsGivenUpWithWhatIsOnItsWay) {
    want(3, 5);
    take_batch(2);
    EXPECT_EQ(figures("processing"), 2);
    give_up();
    EXPECT_EQ(figures("failed"), 3);
    EXPECT_EQ(number("count(*) FROM stock_batches WHERE state <> 'done'"), 0);
}

TEST_F(EndedStock, IsDiscardedAFewHundredAtATimeUntilNothingWaits) {
    want(1200, 5);
    take_batch(30);
    database->write([&](db::Session& session) {
        EXPECT_TRUE(store::ChannelRepo(session).ensure(database.channel.account_id, database.channel.code,
                                                       database.channel.provider, false, database.clock.now()));
    });
    std::vector<std::int64_t> ended;
    do {
        const auto some = database->write(
            [&](db::Session& session) { return discard_pushes(session, database.channel.id, database.clock.now()); });
        ASSERT_TRUE(some) << some.error().message;
        ended.push_back(some->stock);
    } while (ended.back() > 0);
    EXPECT_EQ(ended, (std::vector<std::int64_t>{530, 500, 170, 0}));
    EXPECT_EQ(figures("failed"), 1200);
    EXPECT_EQ(told(), 1200);
}

}  // namespace
}  // namespace crossdock::sync
