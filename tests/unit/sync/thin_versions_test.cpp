// SPDX-License-Identifier: Apache-2.0
// What [retention] version_days lets go of an order's history, and what it never does.
#include "sync/thin_versions.h"

#include <nlohmann/json.hpp>

#include "scripted_channel.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using nlohmann::json;

constexpr Timestamp kNoon = from_ms(1'794'000'000'000);

/// {"status", "paid", "total"}; anything else cannot be read.
struct Shop final : connectors::OrderSource {
    bool forgetful = false;
    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string&) override {
        return connectors::OrderPage{};
    }
    Result<connectors::RawOrder> fetch_order(const std::string&) override {
        return Error{ErrorKind::not_found, "none", "there is no such order"};
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return connectors::IdPage{};
    }
    [[nodiscard]] bool forgets() const override { return forgetful; }
    void keep_known(domain::Order& newer, const domain::Order& older) const override {
        if (!newer.notes || newer.notes->empty()) newer.notes = older.notes;
    }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view payload) const override {
        const json text = json::parse(payload, nullptr, false);
        if (!text.is_object() || !text.contains("status"))
            return Error{ErrorKind::invalid, "unreadable", "this is no order"};
        connectors::MappedOrder mapped;
        mapped.order.currency = "USD";
        mapped.order.status = *domain::parse_order_status(text["status"].get<std::string>());
        mapped.order.payment_status = text["paid"].get<std::string>();
        mapped.order.notes = text["note"].get<std::string>();
        mapped.order.total_amount = *domain::parse_money(text["total"].get<std::string>(), "USD");
        return mapped;
    }
};

class ThinVersions : public SyncTest {
protected:
    ThinVersions() { script.orders = &shop; }

    /// A version that the channel dates `hours` after noon, fetched a second later.
    void add(const std::string& order, int hours, const std::string& status, const std::string& paid,
             const std::string& total, const std::string& note = "") {
        add_raw(order, hours, json{{"status", status}, {"paid", paid}, {"total", total}, {"note", note}}.dump());
    }
    void add_raw(const std::string& order, int hours, const std::string& payload) {
        const Timestamp at = kNoon + std::chrono::hours{hours};
        shown = database->write([&](db::Session& session) {
            return store::OrderRepo(session).add_version(database.channel.account_id, database.channel.id, order, at,
                                                         order + std::to_string(++hash), payload, at + 1s);
        });
    }
    /// The order whose shown version was added last.
    store::OrderToErase show(const std::string& order, int hours) {
        database->write([&](db::Session& session) {
            domain::Order row;
            row.external_order_id = order;
            row.currency = "USD";
            row.ordered_at = kNoon;
            row.last_remote_update_at = kNoon + std::chrono::hours{hours};
            row.status = domain::OrderStatus::closed;
            store::OrderRepo(session).insert({database.channel.account_id, database.channel.id, row, "", "m", shown,
                                              database.clock.now(), row.last_remote_update_at});
        });
        return {OrderId{1}, database.channel.account_id, database.channel.id, order, kNoon};
    }
    /// The hours of the versions that are left.
    std::string left(const std::string& order) {
        return text("group_concat((remote_updated_at_ms - " + std::to_string(to_ms(kNoon)) +
                    ") / 3600000, ' ') FROM (SELECT * FROM order_versions WHERE external_order_id = '" + order +
                    "' ORDER BY remote_updated_at_ms, id)");
    }

    Shop shop;
    std::int64_t shown = 0;
    int hash = 0;
};

TEST_F(ThinVersions, TheFirstTheLastAndWhatAnOwnerLooksForStay) {
    add("a", 0, "open", "pending", "10.00");
    add("a", 1, "open", "pending", "10.00", "a tag");
    add("a", 2, "open", "paid", "10.00");
    add("a", 3, "open", "paid", "10.00", "another tag");
    add("a", 4, "open", "paid", "12.50");
    add("a", 5, "open", "paid", "10.00");
    add("a", 6, "fulfilled", "paid", "10.00");
    add("a", 7, "fulfilled", "paid", "10.00", "tracked");
    add("a", 8, "fulfilled", "paid", "10.00", "delivered");
    const auto order = show("a", 8);
    EXPECT_EQ(thin_versions(env, stored_channel(), {order}, kNoon + 1000h), 3);
    EXPECT_EQ(left("a"), "0 2 4 5 6 8");
    EXPECT_EQ(thin_versions(env, stored_channel(), {order}, kNoon + 1000h), 0) << "once is enough";
}

TEST_F(ThinVersions, WhatIsYoungStays) {
    for (int hours = 0; hours < 6; ++hours) add("a", hours, "closed", "paid", "10.00", std::to_string(hours));
    const auto order = show("a", 5);
    EXPECT_EQ(thin_versions(env, stored_channel(), {order}, kNoon + 3h), 2);
    EXPECT_EQ(left("a"), "0 3 4 5");
}

TEST_F(ThinVersions, WhatIsNotOlderThanTheOneShownStays) {
    for (const int hours : {0, 1, 2, 2}) add("a", hours, "closed", "paid", "10.00", std::to_string(hash));
    // Shown is the third: the fourth has the same time, and would count as newer if it came again and were not known.
    shown = 3;
    const auto order = show("a", 2);
    EXPECT_EQ(thin_versions(env, stored_channel(), {order}, kNoon + 1000h), 1);
    EXPECT_EQ(left("a"), "0 2 2");
}

TEST_F(ThinVersions, WhatCannotBeReadStays) {
    add("a", 0, "closed", "paid", "10.00");
    add_raw("a", 1, R"({"erased":true})");
    add("a", 2, "closed", "paid", "10.00", "x");
    add("a", 3, "closed", "paid", "10.00", "y");
    const auto order = show("a", 3);
    EXPECT_EQ(thin_versions(env, stored_channel(), {order}, kNoon + 1000h), 1);
    EXPECT_EQ(left("a"), "0 1 3");
}

TEST_F(ThinVersions, OfAChannelThatForgetsWhatOnlyAnEarlierVersionSaysStays) {
    add("a", 0, "closed", "paid", "10.00");
    add("a", 1, "closed", "paid", "10.00", "ring twice");
    add("a", 2, "closed", "paid", "10.00", "ring twice");
    add("a", 3, "closed", "paid", "10.00");
    add("a", 4, "closed", "paid", "10.00");
    const auto order = show("a", 4);
    shop.forgetful = true;
    EXPECT_EQ(thin_versions(env, stored_channel(), {order}, kNoon + 1000h), 2);
    EXPECT_EQ(left("a"), "0 1 4") << "the note stands in one that is left";

    // Where the last one says everything itself, nothing in between is needed.
    for (int hours = 0; hours < 4; ++hours) add("b", hours, "closed", "paid", "10.00", "note " + std::to_string(hours));
    EXPECT_EQ(thin_versions(env, stored_channel(), {show("b", 3)}, kNoon + 1000h), 2);
    EXPECT_EQ(left("b"), "0 3");
}

TEST_F(ThinVersions, TheOneShownIsNeverDropped) {
    add("a", 0, "closed", "paid", "10.00");
    show("a", 0);
    EXPECT_FALSE(database->write([&](db::Session& session) { return store::OrderRepo(session).drop_version(shown); }));
    EXPECT_EQ(left("a"), "0");
}

TEST_F(ThinVersions, ManyGoInShortWrites) {
    constexpr int kVersions = 450;
    for (int hours = 0; hours < kVersions; ++hours) add("a", hours, "closed", "paid", "10.00", std::to_string(hours));
    const auto order = show("a", kVersions - 1);
    const auto before = database->figures().units;
    EXPECT_EQ(thin_versions(env, stored_channel(), {order}, kNoon + 10'000h), kVersions - 2);
    EXPECT_GE(database->figures().units - before, 3U) << "no other writer waits for all of them";
    EXPECT_EQ(left("a"), "0 " + std::to_string(kVersions - 1));
}

}  // namespace
}  // namespace crossdock::sync
