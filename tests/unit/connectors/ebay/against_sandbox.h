// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/domain_words.h"
#include "support/ebay_world.h"

/// The connector against the simulated seller account, which was written by somebody else from the same published
/// files: walks to their ends, as the hub makes them.
namespace crossdock::connectors::ebay::tests {

using namespace std::chrono_literals;
using sandbox::ebay::PlaceOrder;
using sandbox::ebay::SellerOptions;
using testing::EbayWorld;
using State = PushOutcome::State;

/// Walks to the end as the hub does; waits out budgets.
inline std::map<std::string, domain::Order> pull_orders(EbayWorld& world, Timestamp from, int most_pages = 500) {
    std::map<std::string, domain::Order> held;
    std::string cursor;
    for (int pages = 0; pages < most_pages; ++pages) {
        const auto page = world.connector->order_source()->fetch_orders({from, std::nullopt, {}}, cursor);
        if (!page) {
            if (page.error().kind != ErrorKind::rate_limited) throw std::runtime_error(page.error().message);
            world.clock.advance(page.error().retry_after.value_or(1s));
            continue;
        }
        for (const RawOrder& raw : page->orders) {
            const auto mapped = world.connector->order_source()->map_order(raw.payload);
            if (!mapped) throw std::runtime_error(mapped.error().message);
            EXPECT_EQ(testing_support::codes(mapped->problems), "") << raw.external_order_id;
            domain::Order& known = held[raw.external_order_id];
            if (known.last_remote_update_at.value_or(Timestamp{}) <= raw.updated_at) known = mapped->order;
        }
        cursor = page->next_cursor;
        if (cursor.empty()) return held;
    }
    throw std::runtime_error("the walk does not end");
}

inline void expect_all_held(EbayWorld& world, const std::map<std::string, domain::Order>& held) {
    const auto ledger = world.seller->ledger();
    EXPECT_EQ(held.size(), ledger.size());
    for (const auto& entry : ledger) {
        const auto found = held.find(entry.id);
        ASSERT_NE(found, held.end()) << entry.id << " is lost";
        const domain::Order& order = found->second;
        EXPECT_EQ(order.last_remote_update_at, std::chrono::floor<std::chrono::milliseconds>(entry.updated_at));
        EXPECT_EQ(order.status == domain::OrderStatus::cancelled, entry.cancel_state == "CANCELED") << entry.id;
        ASSERT_TRUE(order.total_amount);
        EXPECT_EQ(std::stod(domain::format(*order.total_amount)), std::stod(entry.total)) << entry.id;
        EXPECT_EQ(order.lines.size(), static_cast<std::size_t>(entry.lines));
    }
}

inline std::map<std::string, domain::Item> pull_items(EbayWorld& world, std::optional<Timestamp> since = {},
                                                      bool restart_each_page = false) {
    std::map<std::string, domain::Item> held;
    std::string cursor;
    for (int pages = 0; pages < 1000; ++pages) {
        const auto page = world.connector->catalog_source()->fetch_items(since, cursor);
        if (!page) {
            if (page.error().kind != ErrorKind::rate_limited) throw std::runtime_error(page.error().message);
            world.clock.advance(page.error().retry_after.value_or(1s));
            continue;
        }
        for (const RawItem& raw : page->items) {
            const auto rows = world.connector->catalog_source()->map_item(raw.payload);
            if (!rows) throw std::runtime_error(rows.error().message);
            EXPECT_EQ(rows->front().variant_id, raw.variant_id);
            EXPECT_TRUE(held.emplace(raw.variant_id, rows->front()).second) << raw.variant_id << " twice";
        }
        cursor = page->next_cursor;
        if (cursor.empty()) return held;
        if (restart_each_page) world.restart();
    }
    throw std::runtime_error("the walk does not end");
}

inline std::vector<domain::Refund> pull_refunds(EbayWorld& world, Timestamp from) {
    std::vector<domain::Refund> held;
    std::string cursor;
    do {
        const auto page = world.connector->refund_source()->fetch_refunds({from, std::nullopt, {}}, cursor);
        if (!page) throw std::runtime_error(page.error().message);
        for (const RawRefund& raw : page->refunds) {
            std::vector<domain::Problem> problems;
            const auto mapped = world.connector->refund_source()->map_refund(raw, problems);
            if (!mapped) throw std::runtime_error(mapped.error().message);
            held.push_back(*mapped);
        }
        cursor = page->next_cursor;
    } while (!cursor.empty());
    return held;
}

inline domain::Order one_order(EbayWorld& world, const std::string& id) {
    const auto raw = world.connector->order_source()->fetch_order(id);
    if (!raw) throw std::runtime_error(raw.error().message);
    return world.connector->order_source()->map_order(raw->payload)->order;
}

inline ShipmentToPush parcel(const std::string& order_id, const std::string& number,
                             std::vector<ShipmentToPush::Line> lines = {}) {
    ShipmentToPush out;
    out.shipment_id = 1;
    out.external_order_id = order_id;
    out.carrier = "ups";
    out.tracking_number = number;
    out.lines = std::move(lines);
    return out;
}

inline void arm(EbayWorld& world, const char* kind, const char* operation, int count = 1, int skip = 0, int param = 0) {
    sandbox::Fault fault;
    fault.kind = kind;
    fault.operation = operation;
    fault.count = count;
    fault.skip = skip;
    fault.param = param;
    world.seller->add_fault(fault);
}

inline SellerOptions busy(int orders, int days) {
    SellerOptions options = EbayWorld::quiet();
    options.orders = orders;
    options.history_days = days;
    return options;
}

}  // namespace crossdock::connectors::ebay::tests
