// SPDX-License-Identifier: Apache-2.0
#include "simulation/five_channels_desk.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace crossdock::testing {
namespace {

using nlohmann::json;

constexpr std::int64_t kStep = 1000;  // between two figures: more than orders draw on an item in a month
constexpr std::int64_t kLast = 400;   // kept for count_everything
constexpr std::int64_t kMost = 999;   // figures; eBay takes no quantity beyond a million

/// Which figure that is, with what orders drew from it or gave back.
std::int64_t figure_of(std::int64_t quantity) { return (quantity + kStep / 2) / kStep; }

}  // namespace

void Desk::ship() {
    const auto open = world_.rows(
        "SELECT o.id, c.code, o.external_order_id, (SELECT code FROM carrier_codes k WHERE k.channel_id = c.id ORDER "
        "BY "
        "code LIMIT 1) FROM orders o JOIN channels c ON c.id = o.channel_id WHERE o.status = 'open' AND "
        "o.payment_status <> 'pending' OR o.status = 'open' AND c.code = 'walmart' ORDER BY o.id DESC LIMIT 40",
        4);
    if (open.empty()) return;
    const auto& order = open[world_.chance.below(open.size())];
    if (order[3].empty()) return;
    const std::string number = "1Z999AA1" + std::to_string(10'000'000 + ++parcel_);
    const json shipment{{"remote_order_id", std::stoll(order[0])}, {"carrier", order[3]}, {"tracking_number", number}};
    const auto answer = world_.post("/api/v1/shipments", {{"shipments", {shipment}}});
    if (answer && answer->status == 201) parcels[number] = order[1] + ' ' + order[2];
}

std::vector<std::pair<std::int64_t, Desk::Counted>> Desk::items_of(Market& market) {
    std::vector<std::pair<std::int64_t, Counted>> all;
    for (const auto& row :
         world_.rows("SELECT i.id, i.sku, coalesce(i.location_id, '') FROM items i JOIN channels c ON c.id = "
                     "i.channel_id WHERE i.status = 'active' AND i.tracked AND i.sku IS NOT NULL AND c.code = '" +
                         market.setup().code + "' ORDER BY i.id",
                     3)) {
        Counted item{&market, row[1], row[2]};
        if (market.stock(item.sku, item.location)) all.emplace_back(std::stoll(row[0]), std::move(item));
    }
    return all;
}

void Desk::count(Market& market, std::size_t most_items) {
    if (!in_hand_.empty() || next_ + static_cast<std::int64_t>(most_items) > kMost - kLast) return;
    const auto all = items_of(market);
    if (all.empty()) return;
    std::map<std::int64_t, Counted> chosen;
    for (std::size_t i = 0; i < most_items; ++i) chosen.insert(all[world_.chance.below(all.size())]);
    channel_in_hand_ = market.setup().code;
    for (auto& [id, item] : chosen) {
        items.try_emplace(id, std::move(item));
        in_hand_.emplace_back(id, kStep * next_++);
    }
    send();
}

bool Desk::send() {
    if (in_hand_.empty()) return true;
    json rows = json::array();
    for (const auto& [id, quantity] : in_hand_) rows.push_back({{"item_master_id", id}, {"quantity", quantity}});
    const auto answer = world_.post("/api/v1/inventory_updates", {{"channel", channel_in_hand_}, {"items", rows}});
    if (!answer) {
        ++unanswered;
        return false;
    }
    EXPECT_EQ(answer->status, 201) << answer->body;
    for (const auto& [id, quantity] : in_hand_) items.at(id).accepted = quantity;
    figures += static_cast<std::int64_t>(in_hand_.size());
    in_hand_.clear();
    return true;
}

void Desk::repeat_unanswered() { send(); }

void Desk::count_everything() {
    ASSERT_TRUE(send());
    for (const auto& market : world_.markets()) {
        channel_in_hand_ = market->setup().code;
        for (auto& [id, item] : items_of(*market)) {
            items.try_emplace(id, std::move(item));
            in_hand_.emplace_back(id, kStep * next_++);
        }
        ASSERT_LE(next_, kMost);
        ASSERT_TRUE(send());
    }
}

void Desk::look_at_stock() {
    for (auto& [id, item] : items) {
        const auto quantity = item.market->stock(item.sku, item.location);
        if (!quantity) continue;
        const std::int64_t figure = figure_of(*quantity);
        EXPECT_GE(figure, item.shown) << item.market->setup().code << ' ' << item.sku << " shows " << *quantity
                                      << ", an older figure than before";
        item.shown = std::max(item.shown, figure);
    }
}

void Desk::expect_last_figures() {
    for (const auto& [id, item] : items) {
        const auto rows =
            world_.rows("SELECT status, quantity, coalesce(error_message, '') FROM inventory_updates WHERE item_id = " +
                            std::to_string(id) + " ORDER BY id DESC LIMIT 1",
                        3);
        const std::string what = item.market->setup().code + " " + item.sku;
        ASSERT_EQ(rows.size(), 1U) << what << ": an accepted figure is not held";
        EXPECT_EQ(rows[0][1], std::to_string(item.accepted))
            << what << ": the last figure held is not the last accepted";
        EXPECT_EQ(rows[0][0], "succeeded") << what << ": " << rows[0][2];
        const auto shown = item.market->stock(item.sku, item.location);
        ASSERT_TRUE(shown) << what;
        EXPECT_EQ(figure_of(*shown), figure_of(item.accepted))
            << what << " shows " << *shown << ", the last figure is " << item.accepted;
    }
}

}  // namespace crossdock::testing
