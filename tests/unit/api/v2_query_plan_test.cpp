// SPDX-License-Identifier: Apache-2.0
// Promise: a list of /v2 costs the same at ten million rows as at ten thousand (docs/decisions/011-totals.md). So every
// range is a search of the index that is named here, in the list's own order.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "store/listings.h"
#include "store/order_listing.h"
#include "store/order_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

class V2QueryPlan : public ::testing::Test {
protected:
    /// Every range of a list, at its beginning and behind a place.
    void expect(const std::string& what, const store::RangeList& list, const std::string& index) {
        ASSERT_FALSE(list.ranges.empty()) << what;
        for (const auto& range : list.ranges)
            for (const bool behind : {false, true}) {
                const std::string plan = plan_of(store::page_sql(list, range, behind));
                EXPECT_TRUE(plan.starts_with("SEARCH ")) << what << ": " << plan;
                EXPECT_NE(plan.find("INDEX " + index + " ("), std::string::npos) << what << ": " << plan;
                EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << what << ": " << plan;
                EXPECT_EQ(plan.find("SCAN"), std::string::npos) << what << ": " << plan;
                ++checked;
            }
    }
    std::string plan_of(const std::string& sql) {
        return hub.db->read([&](db::Session& session) {
            db::Statement explain(session, "EXPLAIN QUERY PLAN " + sql);
            for (int i = 1; i <= std::count(sql.begin(), sql.end(), '?'); ++i) explain.bind_at(i, 1);
            std::string plan;
            while (explain.step()) plan += explain.string(3) + "; ";
            return plan;
        });
    }
    store::RangeList orders(const std::function<void(store::OrderListing&)>& narrow) {
        store::OrderListing wanted;
        wanted.account = hub.acme;
        wanted.channels = {hub.shop_us.id, hub.shop_eu.id};
        narrow(wanted);
        return hub.db->read([&](db::Session& session) { return store::list_orders(session, wanted); });
    }

    V2Hub hub;
    int checked = 0;
};

TEST_F(V2QueryPlan, EveryRangeIsASearchOfItsIndexInTheListsOrder) {
    const Timestamp at = from_ms(1'700'000'000'000);
    expect("orders", orders([](auto&) {}), "orders_by_standing");
    expect("orders by time", orders([&](auto& o) { o.created_from = o.created_upto = at; }), "orders_by_standing");
    expect("orders sifted", orders([&](auto& o) {
               o.payment_statuses = {"paid"};
               o.acknowledged = true;
               o.with_problem = false;
           }),
           "orders_by_standing");
    expect("orders by change", orders([&](auto& o) { o.updated_from = at; }), "orders_by_channel_update");

    const std::vector<ChannelId> channels{hub.shop_us.id};
    store::RefundListing refunds{hub.acme, channels, {}, {}, {}, {}};
    expect("refunds", store::list_refunds(refunds), "refunds_by_time");
    refunds.created_from = at;
    refunds.acknowledged = false;
    expect("refunds waiting", store::list_refunds(refunds), "refunds_waiting");

    store::ItemListing items{hub.acme, channels, {}, {}, {}, {}};
    expect("items", store::list_items(items), "items_by_channel");
    items.updated_from = at;
    expect("items by change", store::list_items(items), "items_by_channel_change");

    store::PushListing pushes{hub.acme, channels, {}, {}, {}, {}, {}};
    expect("inventory updates", store::list_inventory_updates(pushes), "inventory_updates_by_channel");
    expect("shipments", store::list_shipments(pushes), "shipments_by_channel");
    pushes.status = "failed";
    expect("inventory updates failed", store::list_inventory_updates(pushes), "inventory_updates_failed");
    expect("shipments failed", store::list_shipments(pushes), "shipments_failed");
    expect("audit", store::list_audit({hub.acme, {}, {}, {}, {}}), "audit_log_by_account");
    std::printf("%d statements of lists of /v2: each a search of its index in the list's order\n", checked);
}

/// Few rows, sorted: found by the index that holds nothing but them.
TEST_F(V2QueryPlan, TheFewAreFoundByAnIndexOfTheirOwn) {
    const auto waiting = orders([](auto& o) { o.acknowledged = false; });
    ASSERT_EQ(waiting.ranges.size(), 1U);
    EXPECT_NE(plan_of(store::page_sql(waiting, waiting.ranges[0], true)).find("orders_waiting"), std::string::npos)
        << plan_of(store::page_sql(waiting, waiting.ranges[0], true));
    const auto problems = orders([](auto& o) { o.with_problem = true; });
    const auto plan = plan_of(store::page_sql(problems, problems.ranges[0], true));
    EXPECT_NE(plan.find("problems_open"), std::string::npos) << plan;
    const auto dead = store::list_jobs({hub.acme, {}, {domain::JobState::dead}, {}, {}});
    ASSERT_EQ(dead.ranges.size(), 1U);
    EXPECT_NE(plan_of(store::page_sql(dead, dead.ranges[0], false)).find("jobs_dead"), std::string::npos)
        << plan_of(store::page_sql(dead, dead.ranges[0], false));
}

/// The index that this one replaced served reconciliation.
TEST_F(V2QueryPlan, OrdersPlacedBetweenAreFoundByTheSameIndex) {
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    EXPECT_GT(id.value, 0);
    const auto placed = hub.db->read([&](db::Session& session) {
        return store::OrderRepo(session).placed_between(hub.shop_us.id,
                                                        *parse_iso8601("2026-11-20T09:00:00Z", ZoneRule::utc),
                                                        *parse_iso8601("2026-11-20T10:00:00Z", ZoneRule::utc));
    });
    EXPECT_EQ(placed, std::vector<std::string>{"o-1"});
}

}  // namespace
}  // namespace crossdock::api::testing
