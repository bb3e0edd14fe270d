// SPDX-License-Identifier: Apache-2.0
// Promise: a list costs the same at ten million rows as at ten thousand. So every list query must be a range scan of an
// index in the list's own order: no scan of a table, no sort.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "db/driver.h"
#include "store/carton_repo.h"
#include "store/delivery_repo.h"
#include "store/fba_repo.h"
#include "store/item_repo.h"
#include "store/order_repo.h"
#include "store/refund_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

/// Passes everything on and remembers the statements that were asked for.
class RecordingConnection final : public db::DriverConnection {
public:
    explicit RecordingConnection(db::DriverConnection& inner) : inner_(inner) {}
    db::DriverStatement& borrow(std::string_view sql) override {
        statements.emplace_back(sql);
        return inner_.borrow(sql);
    }
    void give_back(db::DriverStatement& statement) noexcept override { inner_.give_back(statement); }
    void run_script(std::string_view sql) override { inner_.run_script(sql); }
    void begin_write() override { inner_.begin_write(); }
    void begin_read(std::chrono::steady_clock::time_point deadline) override { inner_.begin_read(deadline); }
    void commit() override { inner_.commit(); }
    void rollback() noexcept override { inner_.rollback(); }
    [[nodiscard]] bool in_transaction() const override { return inner_.in_transaction(); }
    void begin_part() override { inner_.begin_part(); }
    void keep_part() override { inner_.keep_part(); }
    void undo_part() override { inner_.undo_part(); }
    bool has_open_constraints() override { return inner_.has_open_constraints(); }
    [[nodiscard]] std::optional<db::Failure> severe_failure() const override { return inner_.severe_failure(); }
    int schema_version() override { return inner_.schema_version(); }
    void set_schema_version(int version) override { inner_.set_schema_version(version); }
    bool has_table(std::string_view name) override { return inner_.has_table(name); }
    void copy_to(const std::string& path, const db::CopyWork& work) override { inner_.copy_to(path, work); }

    std::vector<std::string> statements;

private:
    db::DriverConnection& inner_;
};

class QueryPlan : public ::testing::Test {
protected:
    QueryPlan() {
        for (int i = 0; i < 40; ++i) {
            hub.add_order(i % 3 == 0 ? hub.shop_eu : hub.shop_us, sample_order("o" + std::to_string(i), i));
            hub.add_refund(hub.shop_us, sample_refund("r" + std::to_string(i), i));
            hub.add_item(hub.shop_us, sample_item(std::to_string(i), "S" + std::to_string(i)));
        }
    }

    /// Runs `work` and returns the plan of the one statement it ran.
    std::vector<std::string> plan_of(const std::function<void(db::Session&)>& work) {
        return hub.db->read([&](db::Session& session) {
            RecordingConnection recorder(session.connection());
            {
                db::Session recorded(recorder, false);
                work(recorded);
            }
            EXPECT_EQ(recorder.statements.size(), 1U);
            db::Statement explain(session, "EXPLAIN QUERY PLAN " + recorder.statements.at(0));
            const auto marks = std::count(recorder.statements[0].begin(), recorder.statements[0].end(), '?');
            for (int i = 1; i <= marks; ++i) explain.bind_at(i, 1);
            std::vector<std::string> steps;
            while (explain.step()) steps.push_back(explain.string(3));
            return steps;
        });
    }

    void expect_range_scan(const std::string& what, const std::string& index,
                           const std::function<void(db::Session&)>& work) {
        const auto steps = plan_of(work);
        ASSERT_FALSE(steps.empty());
        std::string plan;
        for (const auto& step : steps) plan += step + "; ";
        EXPECT_TRUE(steps[0].starts_with("SEARCH ")) << what << ": " << plan;
        EXPECT_NE(steps[0].find("INDEX " + index + " ("), std::string::npos) << what << ": " << plan;
        EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << what << ": " << plan;
        EXPECT_EQ(plan.find("SCAN"), std::string::npos) << what << ": " << plan;
        EXPECT_EQ(plan.find("MULTI-INDEX"), std::string::npos) << what << ": " << plan;
        // Beside the list itself only its payload, looked up by row id.
        for (std::size_t i = 1; i < steps.size(); ++i)
            EXPECT_NE(steps[i].find("USING INTEGER PRIMARY KEY"), std::string::npos) << what << ": " << plan;
        ++checked;
    }

    Hub hub;
    int checked = 0;
};

struct Narrowing {
    std::string name;
    std::optional<ChannelId> channel;
    store::ListPosition position;
    std::vector<std::string> statuses;
    std::optional<bool> imported;
    bool payload = true;
};

std::vector<Narrowing> all_narrowings(std::optional<ChannelId> channel, bool with_statuses) {
    std::vector<Narrowing> all;
    store::ListPosition since;
    since.since = from_ms(1'700'000'000'000);
    store::ListPosition behind = since;
    behind.after_id = 5;
    store::ListPosition feed;
    feed.order = store::ListPosition::Order::feed;
    feed.after_seq = 5;
    for (const auto& [place, position] : {std::pair{"since", since}, {"continued", behind}, {"feed", feed}})
        for (const bool statuses : with_statuses ? std::vector{false, true} : std::vector{false})
            for (const auto imported : {std::optional<bool>{}, std::optional{false}, std::optional{true}})
                for (const bool payload : {true, false}) {
                    Narrowing one;
                    one.name = std::string{place} + (channel ? " channel" : " account") +
                               (statuses ? " statuses" : "") +
                               (imported ? (*imported ? " imported" : " waiting") : "") + (payload ? "" : " raw=0");
                    one.channel = channel;
                    one.position = position;
                    if (statuses) one.statuses = {"paid", "cancelled"};
                    one.imported = imported;
                    one.payload = payload;
                    all.push_back(one);
                }
    return all;
}

store::ListQuery query_of(const Narrowing& narrowing, AccountId account) {
    store::ListQuery query;
    query.account = account;
    query.channel = narrowing.channel;
    query.position = narrowing.position;
    query.statuses = narrowing.statuses;
    query.imported = narrowing.imported;
    query.with_payload = narrowing.payload;
    return query;
}

TEST_F(QueryPlan, TheNightlyReReadGoesThroughOpenOrdersOnly) {
    expect_range_scan("open orders", "orders_still_open", [&](db::Session& session) {
        store::OrderRepo(session).still_open(hub.shop_us.id, from_ms(0), OrderId{0}, from_ms(1), 10);
    });
}

TEST_F(QueryPlan, EveryListIsARangeScanInItsOwnOrder) {
    for (const std::optional<ChannelId> channel : {std::optional<ChannelId>{}, std::optional{hub.shop_us.id}})
        for (const Narrowing& narrowing : all_narrowings(channel, true)) {
            const bool feed = narrowing.position.order == store::ListPosition::Order::feed;
            const bool waiting = narrowing.imported == false;
            const std::string index = feed      ? (waiting ? "orders_waiting_feed" : "orders_feed")
                                      : waiting ? "orders_waiting"
                                      : channel ? "orders_by_channel_update"
                                                : "orders_by_account_update";
            expect_range_scan("orders " + narrowing.name, index, [&](db::Session& session) {
                store::OrderRepo(session).list(query_of(narrowing, hub.acme), [](const auto&) { return true; });
            });
        }
    for (const Narrowing& narrowing : all_narrowings(hub.shop_us.id, false)) {
        const bool feed = narrowing.position.order == store::ListPosition::Order::feed;
        const bool waiting = narrowing.imported == false;
        const std::string index = feed      ? (waiting ? "refunds_waiting_feed" : "refunds_feed")
                                  : waiting ? "refunds_waiting"
                                            : "refunds_by_time";
        expect_range_scan("refunds " + narrowing.name, index, [&](db::Session& session) {
            store::RefundRepo(session).list(query_of(narrowing, hub.acme), [](const auto&) { return true; });
        });
    }
    for (const std::optional<ChannelId> channel : {std::optional<ChannelId>{}, std::optional{hub.shop_us.id}})
        for (const auto status : {std::optional<domain::ItemStatus>{}, std::optional{domain::ItemStatus::active}})
            for (const char* place : {"id", "continued id", "since", "continued since", "feed"}) {
                store::ItemListQuery query;
                query.account = hub.acme;
                query.channel = channel;
                query.status = status;
                const std::string where = place;
                if (where.find("since") != std::string::npos) query.since = from_ms(1'700'000'000'000);
                if (where.find("continued") != std::string::npos) query.after_id = 5;
                if (where == "feed") query.after_seq = 5;
                const std::string index = where == "feed" ? "items_feed"
                                          : where.find("since") != std::string::npos
                                              ? (channel ? "items_by_channel_change" : "items_by_account_change")
                                          : channel ? "items_by_channel"
                                                    : "items_by_account";
                expect_range_scan("skus " + where + (channel ? " channel" : " account") + (status ? " status" : ""),
                                  index, [&](db::Session& session) {
                                      store::ItemRepo(session).list(query, [](const auto&) { return true; });
                                  });
            }
    for (const std::optional<ChannelId> channel : {std::optional<ChannelId>{}, std::optional{hub.amz_na.id}})
        for (const bool status : {false, true})
            for (const bool feed : {false, true}) {
                const std::string place = feed ? "feed" : channel ? "by_channel" : "by_account";
                store::FbaListQuery shipments;
                shipments.account = hub.acme;
                shipments.channel = channel;
                if (status) shipments.status = "SHIPPED";
                if (feed) shipments.after_seq = 5;
                for (const bool pending : {false, true}) {
                    shipments.with_pending = pending;
                    expect_range_scan("fba shipments " + place, "fba_shipments_" + place, [&](db::Session& session) {
                        store::FbaRepo(session).list(shipments, [](const auto&) { return true; });
                    });
                }
                store::CartonListQuery cartons;
                cartons.account = hub.acme;
                cartons.channel = channel;
                if (status) cartons.status = "failed";
                if (feed) cartons.after_seq = 5;
                expect_range_scan("carton pushes " + place, "carton_pushes_" + place, [&](db::Session& session) {
                    store::CartonRepo(session).list(cartons, [](const auto&) { return true; });
                });
            }
    for (const bool state : {false, true})
        for (const bool before : {false, true}) {
            store::DeliveryQuery deliveries;
            deliveries.account = hub.acme;
            if (state) deliveries.state = store::DeliveryState::failed;
            if (before) deliveries.before = DeliveryId{5};
            expect_range_scan("webhook deliveries", "webhook_deliveries_by_endpoint",
                              [&](db::Session& session) { (void)store::DeliveryRepo(session).list(deliveries); });
        }
    expect_range_scan("due webhook deliveries", "webhook_deliveries_due", [](db::Session& session) {
        (void)store::DeliveryRepo(session).due(WebhookEndpointId{1}, from_ms(5), 10);
    });
    std::cout << "[ figure   ] " << checked << " list queries, each an index range scan without a sort\n";
}

}  // namespace
}  // namespace crossdock::api::testing
