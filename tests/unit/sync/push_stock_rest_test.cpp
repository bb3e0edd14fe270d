// SPDX-License-Identifier: Apache-2.0
// A channel that wants its figures one at a time: the next for the same goods waits, the others do not.
#include "scripted_channel.h"
#include "store/inventory_repo.h"
#include "sync/push_stock.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using connectors::PushOutcome;
using connectors::StockLine;
using Rows = std::vector<std::string>;

struct Slow final : connectors::StockSink {
    PushOutcome answer;
    std::chrono::milliseconds between = 1min;
    Rows sent;
    [[nodiscard]] std::size_t max_batch() const override { return 10; }
    [[nodiscard]] std::chrono::milliseconds rest() const override { return between; }
    std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& /*key*/) override {
        for (const StockLine& line : lines) sent.push_back(line.sku.value_or("") + " " + std::to_string(line.quantity));
        return std::vector<PushOutcome>(lines.size(), answer);
    }
};

class StockRest : public SyncTest {
protected:
    StockRest() : SyncTest(domain::Provider::amazon) { script.stock = &sink; }
    void want(const std::string& sku, std::int64_t quantity) {
        database->write([&](db::Session& session) {
            store::InventoryUpdate update;
            update.account_id = database.channel.account_id;
            update.channel_id = database.channel.id;
            update.sku = sku;
            update.target = sku;
            update.quantity = quantity;
            update.status = "pending";
            store::InventoryRepo(session).insert(update, database.clock.now());
        });
    }
    JobOutcome push() { return run<PushStock>(push_stock_job(database.channel, database.clock.now())); }
    /// What left in one run.
    Rows leaving() {
        sink.sent.clear();
        push();
        return sink.sent;
    }
    Slow sink;
};

TEST_F(StockRest, HoldsTheNextFigureForTheSameGoodsAndNoOther) {
    want("MUG", 5);
    EXPECT_EQ(leaving(), Rows{"MUG 5"});
    database.clock.advance(20s);
    want("MUG", 4);
    want("CUP", 7);
    EXPECT_EQ(leaving(), Rows{"CUP 7"});
    want("MUG", 3);
    EXPECT_EQ(leaving(), Rows{});
    const auto outcome = push();
    EXPECT_EQ(outcome.kind, Kind::again);
    EXPECT_EQ(outcome.delay, 40s) << "the minute began with the figure before";
    EXPECT_TRUE(problems().empty()) << "waiting is no problem";
    database.clock.advance(40s);
    EXPECT_EQ(leaving(), Rows{"MUG 3"}) << "the newest, and only it";
    EXPECT_EQ(push().kind, Kind::done);
    EXPECT_EQ(number("count(*) FROM inventory_updates WHERE status = 'superseded'"), 1);
}

TEST_F(StockRest, BeginsWithARefusalAndNotWithAFailureToReachTheChannel) {
    sink.answer = {PushOutcome::State::retry, "unavailable", "503", "", {}};
    want("MUG", 5);
    EXPECT_EQ(leaving(), Rows{"MUG 5"});
    sink.answer = {PushOutcome::State::failed, "amazon_90111", "no such SKU", "", {}};
    EXPECT_EQ(leaving(), Rows{"MUG 5"}) << "it did not arrive, so there is nothing to rest from";
    want("MUG", 6);
    EXPECT_EQ(leaving(), Rows{});
    database.clock.advance(1min);
    EXPECT_EQ(leaving(), Rows{"MUG 6"});
}

TEST_F(StockRest, IsNotAskedForByOtherChannels) {
    sink.between = 0ms;
    want("MUG", 5);
    EXPECT_EQ(leaving(), Rows{"MUG 5"});
    want("MUG", 4);
    EXPECT_EQ(leaving(), Rows{"MUG 4"});
    EXPECT_EQ(push().kind, Kind::done);
}

}  // namespace
}  // namespace crossdock::sync
