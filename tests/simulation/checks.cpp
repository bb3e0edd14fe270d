// SPDX-License-Identifier: Apache-2.0
#include "simulation/checks.h"

#include <gtest/gtest.h>

#include <cmath>

namespace crossdock::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// Everything the hub lists, from the beginning of its feed.
std::map<std::string, json> listed(SimulatedWorld& world, const std::string& path, const std::string& key,
                                   std::size_t& rows) {
    world.hub();
    std::map<std::string, json> all;
    std::string cursor;
    for (;;) {
        const auto answer = world.get(path, {{"channel", "shop"}, {"cursor", cursor}, {"limit", "500"}, {"raw", "0"}});
        if (!answer || answer->status != 200) throw std::runtime_error("the hub does not list " + path);
        const json page = json::parse(answer->body);
        rows += page.size();
        for (const json& row : page) all[row.at(key)] = row;
        for (const auto& [name, value] : answer->headers)
            if (name == "X-Next-Cursor") cursor = value;
        if (page.size() < 500) return all;
    }
}

bool fits(const std::string& status, const sandbox::shopify::LedgerEntry& entry) {
    if (entry.cancelled) return status == "cancelled";
    if (entry.fulfillment_status == "FULFILLED") return status == "fulfilled";
    if (entry.fulfillment_status == "PARTIALLY_FULFILLED") return status == "partially_fulfilled";
    return status == "open" || status == "closed";
}

/// What an ERP goes by. The time of change alone is no news, and who acknowledged when is the ERP's own.
json meaning(json order) {
    order.erase("last_remote_update_at");
    order.erase("imported_to_erp");
    order.erase("imported_at");
    return order;
}

}  // namespace

OrdersChecked expect_orders_as_in_the_shop(SimulatedWorld& world, std::chrono::milliseconds too_fresh) {
    OrdersChecked checked;
    std::size_t rows = 0;
    const auto orders = listed(world, "/api/v1/orders", "external_order_id", rows);
    EXPECT_EQ(rows, orders.size()) << "an order is listed twice";
    std::size_t refund_rows = 0;
    const auto refunds = listed(world, "/api/v1/refunds", "external_refund_id", refund_rows);
    EXPECT_EQ(refund_rows, refunds.size()) << "a refund is listed twice";
    std::map<std::string, int> refunds_of;
    for (const auto& [id, refund] : refunds) ++refunds_of[refund.at("external_order_id")];

    const Timestamp settled = world.clock.now() - too_fresh;
    std::set<std::string> known;
    for (const auto& entry : world.shop().ledger()) {
        const std::string id = std::to_string(entry.id);
        known.insert(id);
        if (!entry.visible || entry.updated_at > settled) {
            ++checked.too_fresh;
            continue;
        }
        ++checked.orders;
        const auto held = orders.find(id);
        if (held == orders.end()) {
            ADD_FAILURE() << "order " << entry.name << " (" << id << ", changed " << format_rfc3339(entry.updated_at)
                          << ") is missing";
            continue;
        }
        const json& order = held->second;
        const std::string what = entry.name + " (" + id + ", changed " + format_rfc3339(entry.updated_at) + ")";
        EXPECT_TRUE(fits(order.at("status"), entry))
            << what << " is " << order.at("status") << ", at the shop " << entry.fulfillment_status
            << (entry.cancelled ? " cancelled" : "");
        EXPECT_EQ(order.at("payment_status"), lower(entry.financial_status)) << what;
        EXPECT_EQ(order.at("currency"), entry.currency) << what;
        EXPECT_NEAR(order.at("total_amount").get<double>(), std::stod(entry.total), 0.001) << what;
        EXPECT_EQ(order.at("last_remote_update_at"),
                  format_rfc3339(std::chrono::floor<std::chrono::seconds>(entry.updated_at)))
            << what;
        EXPECT_EQ(order.at("line_items").size(), static_cast<std::size_t>(entry.lines)) << what;
        EXPECT_EQ(refunds_of[id], entry.refunds) << what << ": refunds";
        checked.refunds += entry.refunds;
    }
    for (const auto& [id, order] : orders) EXPECT_TRUE(known.contains(id)) << "the shop knows no order " << id;
    return checked;
}

std::int64_t expect_feed_complete(SimulatedWorld& world, const Erp& erp) {
    std::size_t rows = 0;
    const auto orders = listed(world, "/api/v1/orders", "external_order_id", rows);
    for (const auto& [id, order] : orders) {
        const auto seen = erp.orders.find(id);
        if (seen == erp.orders.end())
            ADD_FAILURE() << "the feed never showed order " << id;
        else if (const json difference = json::diff(meaning(seen->second), meaning(order)); !difference.empty())
            ADD_FAILURE() << "the feed never showed order " << id << " in its final form: " << difference.dump();
    }
    EXPECT_EQ(erp.orders.size(), orders.size()) << "the feed showed an order that is not there";
    std::size_t refund_rows = 0;
    const auto refunds = listed(world, "/api/v1/refunds", "external_refund_id", refund_rows);
    for (const auto& [id, refund] : refunds)
        EXPECT_TRUE(erp.refunds.contains(id)) << "the feed never showed refund " << id;
    return static_cast<std::int64_t>(rows + refund_rows);
}

ShipmentsChecked expect_shipments_ended(SimulatedWorld& world, const Erp& erp) {
    ShipmentsChecked checked;
    world.hub();
    for (const Erp::Shipped& shipment : erp.shipments) {
        if (shipment.refused) {
            ++checked.refused;
            continue;
        }
        if (!shipment.id) {
            ADD_FAILURE() << shipment.tracking_number << " never got an answer";
            continue;
        }
        const auto answer = world.get("/api/v1/shipments/" + std::to_string(*shipment.id));
        if (!answer || answer->status != 200) {
            ADD_FAILURE() << "shipment " << *shipment.id << " was accepted and is not there";
            continue;
        }
        const json shown = json::parse(answer->body);
        const std::string status = shown.at("status");
        bool at_the_shop = false;
        for (const auto& parcel : world.shop().shipments(std::stoll(shipment.external_order_id)))
            for (const std::string& number : parcel.numbers)
                at_the_shop = at_the_shop || number == shipment.tracking_number;
        if (status == "succeeded") {
            ++checked.succeeded;
            EXPECT_TRUE(at_the_shop) << shipment.tracking_number << " of order " << shipment.external_order_id
                                     << " succeeded and is not at the shop";
        } else if (status == "failed") {
            ++checked.failed;
            EXPECT_FALSE(shown.at("last_error").is_null()) << shipment.tracking_number << " failed without a word";
        } else {
            ADD_FAILURE() << shipment.tracking_number << " of order " << shipment.external_order_id << " is still "
                          << status << ": " << shown.dump();
        }
    }
    EXPECT_EQ(world.shop().counters().fulfillments_doubled, 0);
    return checked;
}

StockChecked expect_stock_settled(SimulatedWorld& world, const Erp& erp, bool compare) {
    StockChecked checked;
    if (const auto waiting =
            world.number("SELECT count(*) FROM inventory_updates WHERE status IN ('pending', 'processing')");
        waiting > 0) {
        ADD_FAILURE() << waiting << " figures still wait";
        return checked;
    }
    EXPECT_EQ(world.number("SELECT count(*) FROM stock_batches WHERE state <> 'done'"), 0);
    EXPECT_EQ(
        world.number(
            "SELECT count(*) FROM inventory_updates WHERE status = 'failed' AND coalesce(error_message, '') = ''"),
        0);
    std::map<std::pair<std::string, std::string>, std::int64_t> at_shop;
    for (const auto& level : world.shop().stock())
        at_shop[{std::to_string(level.variant_id), std::to_string(level.location_id)}] = level.on_hand;
    const auto last = world.rows(
        "SELECT i.id, i.variant_id, i.location_id, u.status, u.quantity, i.tracked FROM items i JOIN inventory_updates "
        "u ON u.item_id = i.id "
        "WHERE u.id = (SELECT max(id) FROM inventory_updates WHERE item_id = i.id)",
        6);
    for (const auto& row : last) {
        ++checked.targets;
        const auto accepted = erp.last_stock.find(std::stoll(row[0]));
        if (accepted == erp.last_stock.end() || std::to_string(accepted->second) != row[4]) {
            ADD_FAILURE() << "item " << row[0] << ": the last figure held is " << row[4]
                          << ", the last one accepted another";
            continue;
        }
        if (row[3] == "failed") {
            ++checked.failed;
            continue;
        }
        EXPECT_EQ(row[3], "succeeded") << "item " << row[0];
        if (compare && row[5] == "1") {
            EXPECT_EQ(std::to_string(at_shop[{row[1], row[2]}]), row[4]) << "item " << row[0] << " variant " << row[1];
        }
    }
    EXPECT_EQ(last.size(), erp.last_stock.size()) << "an accepted figure is not held";
    return checked;
}

void expect_queue_healthy(SimulatedWorld& world) {
    EXPECT_EQ(world.number("SELECT count(*) FROM jobs WHERE state = 'quarantined'"), 0) << ::testing::PrintToString(
        world.rows("SELECT unique_key, coalesce(last_error, '') FROM jobs WHERE state = 'quarantined'", 2));
    EXPECT_EQ(world.number("SELECT count(*) FROM jobs WHERE state = 'running'"), 0);
    EXPECT_EQ(world.number("SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state IN ('ready', 'running', 'retry') "
                           "GROUP BY unique_key HAVING "
                           "count(*) > 1)"),
              0);
}

}  // namespace crossdock::testing
