// SPDX-License-Identifier: Apache-2.0
// What only the hub itself finds out about a channel is told: orders that were missing, and a credential that ends.
#include "observability/log.h"
#include "scripted_channel.h"
#include "sync/check_channel.h"
#include "sync/pull_orders.h"
#include "sync/reconcile.h"

namespace crossdock::sync {
namespace {

using namespace testing;

/// Lists one order of two hours ago, and has it.
struct Shelf final : connectors::OrderSource {
    Timestamp placed{};
    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string&) override {
        return connectors::OrderPage{};
    }
    Result<connectors::RawOrder> fetch_order(const std::string& id) override {
        return connectors::RawOrder{id, placed, R"({"id":"B"})"};
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return connectors::IdPage{{"B"}, "", {}};
    }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view) const override {
        connectors::MappedOrder mapped;
        mapped.order.external_order_id = "B";
        mapped.order.currency = "USD";
        mapped.order.ordered_at = placed;
        return mapped;
    }
};

class ToldByTheHub : public SyncTest {
protected:
    std::int64_t told(const std::string& type) { return number("count(*) FROM events WHERE type = '" + type + "'"); }
};

TEST_F(ToldByTheHub, AGapWhenItIsFoundAndWhenItIsHealed) {
    Shelf shelf;
    shelf.placed = database.clock.now() - 2h;
    script.orders = &shelf;
    const log::Capture quiet{log::Level::error};
    database->write([&](db::Session& session) {
        store::Stream stream = store::StreamRepo(session).load(database.channel.id, kOrdersStream);
        stream.watermark = database.clock.now();
        store::StreamRepo(session).save(stream);
    });
    run<Reconcile>(reconcile_job(database.channel, 1, database.clock.now()));
    EXPECT_EQ(told("sync.gap_found"), 1);
    EXPECT_EQ(text("data ->> 'missing' FROM events WHERE type = 'sync.gap_found'"), "1");
    EXPECT_EQ(told("sync.gap_healed"), 0);
    ASSERT_EQ(live(kRefreshOrder), 1);
    run<RefreshOrder>(missed_order_job(database.channel, "B", database.clock.now()));
    EXPECT_EQ(text("data ->> 'external_order_id' FROM events WHERE type = 'sync.gap_healed'"), "B");
    // It is held now: asked for once more, nothing is healed.
    run<RefreshOrder>(missed_order_job(database.channel, "B", database.clock.now()));
    EXPECT_EQ(told("sync.gap_healed"), 1);
    run<Reconcile>(reconcile_job(database.channel, 1, database.clock.now()));
    EXPECT_EQ(told("sync.gap_found"), 1);
}

TEST_F(ToldByTheHub, ACredentialThatEndsWhenItIsFirstSeen) {
    script.found = {{"consent_ending", "the seller's consent ends on 2027-01-31"}, {"scope_optional", "no matter"}};
    for (int times = 0; times < 3; ++times) {
        ASSERT_TRUE(check_channel(env, stored_channel()));
        database.clock.advance(24h);
    }
    EXPECT_EQ(told("channel.credential_expiring"), 1);
    EXPECT_EQ(text("data ->> 'message' FROM events WHERE type = 'channel.credential_expiring'"),
              "the seller's consent ends on 2027-01-31");
}

}  // namespace
}  // namespace crossdock::sync
