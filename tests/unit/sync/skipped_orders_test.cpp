// SPDX-License-Identifier: Apache-2.0
// An order that a setting leaves out is there all the same: one that was held before the setting came is not missing.
#include <algorithm>

#include "scripted_channel.h"
#include "services/record_order.h"
#include "store/content_hash.h"
#include "sync/pull_orders.h"
#include "sync/reconcile.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using Names = std::vector<std::string>;

struct Shelf final : connectors::OrderSource {
    connectors::IdPage listed;
    std::string code = "order_skipped";
    Names asked;
    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string&) override {
        return connectors::OrderPage{};
    }
    Result<connectors::RawOrder> fetch_order(const std::string& id) override {
        asked.push_back(id);
        return Error{ErrorKind::not_found, code, "order " + id + " is not to be had"};
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return listed;
    }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view) const override {
        return connectors::MappedOrder{};
    }
};

class SkippedOrders : public SyncTest {
protected:
    SkippedOrders() {
        script.orders = &shelf;
        for (const char* id : {"A", "B"}) hold(id);
    }
    void hold(const std::string& id) {
        domain::Order order;
        order.external_order_id = id;
        order.currency = "USD";
        order.ordered_at = database.clock.now() - 2h;
        const std::string payload = R"({"id":")" + id + "\"}";
        database->write([&](db::Session& session) {
            services::record_order(session, database.channel,
                                   {id, order.ordered_at, payload, store::content_hash(payload), order, {}},
                                   database.clock.now());
        });
    }
    void refresh(const std::string& id) {
        run<RefreshOrder>(refresh_order_job(database.channel, id, database.clock.now()));
    }
    std::int64_t missing() { return number("count(*) FROM orders WHERE remote_missing_at_ms IS NOT NULL"); }

    Shelf shelf;
};

TEST_F(SkippedOrders, AHeldOneIsNotMissing) {
    refresh("A");
    EXPECT_EQ(missing(), 0);
    EXPECT_EQ(problems(), Names{});
}

TEST_F(SkippedOrders, OneThatWasTakenForMissingIsBack) {
    shelf.code = "order_unknown";
    refresh("A");
    EXPECT_EQ(missing(), 1);
    EXPECT_EQ(problems(), (Names{"order A remote_missing"}));
    shelf.code = "order_skipped";
    refresh("A");
    EXPECT_EQ(missing(), 0);
    EXPECT_EQ(problems(), Names{});
}

TEST_F(SkippedOrders, ReconciliationAsksOnlyForWhatTheListDoesNotName) {
    database->write([&](db::Session& session) {
        store::Stream stream = store::StreamRepo(session).load(database.channel.id, kOrdersStream);
        stream.watermark = database.clock.now();
        store::StreamRepo(session).save(stream);
    });
    shelf.listed.skipped = {"A"};
    run<Reconcile>(reconcile_job(database.channel, 1, database.clock.now()));
    EXPECT_EQ(live(kRefreshOrder), 1) << "B alone, which stands in no list";
    EXPECT_EQ(number("count(*) FROM jobs WHERE kind = 'refresh_order' AND unique_key LIKE '%:B'"), 1);
}

}  // namespace
}  // namespace crossdock::sync
