// SPDX-License-Identifier: Apache-2.0
#include "simulation/erp.h"

#include <stdexcept>

namespace crossdock::testing {
namespace {

using nlohmann::json;

std::string header(const http::Response& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers)
        if (key == name) return value;
    return {};
}

}  // namespace

bool Erp::follow(const std::string& path, std::string& cursor, int limit,
                 const std::function<void(const json&)>& take) {
    for (;;) {
        ++reads;
        const auto answer =
            world_.get(path, {{"channel", "shop"}, {"cursor", cursor}, {"limit", std::to_string(limit)}, {"raw", "0"}});
        if (!answer) {
            ++unanswered;
            return false;
        }
        if (answer->status != 200)
            throw std::runtime_error(path + " answered " + std::to_string(answer->status) + " " + answer->body);
        const json page = json::parse(answer->body);
        for (const json& row : page) take(row);
        cursor = header(*answer, "X-Next-Cursor");
        if (cursor.empty()) throw std::runtime_error(path + " gave no cursor");
        if (page.size() < static_cast<std::size_t>(limit)) return true;
    }
}

void Erp::follow() {
    const int limit = static_cast<int>(3 + world_.chance.below(60));
    follow("/api/v1/orders", orders_cursor_, limit,
           [this](const json& order) { orders[order.at("external_order_id")] = order; });
    follow("/api/v1/refunds", refunds_cursor_, limit,
           [this](const json& refund) { refunds[refund.at("external_refund_id")] = refund.at("external_order_id"); });
}

void Erp::poll_and_acknowledge() {
    ++reads;
    const auto since = format_rfc3339(world_.clock.now() - std::chrono::hours{3});
    const auto answer = world_.get("/api/v1/orders", {{"channel", "shop"}, {"since", since}, {"raw", "0"}});
    if (!answer) {
        ++unanswered;
        return;
    }
    json ids = json::array();
    for (const json& order : json::parse(answer->body)) ids.push_back(order.at("id"));
    if (ids.empty()) return;
    const auto counted = world_.post("/api/v1/orders/ack", {{"ids", ids}});
    if (!counted)
        ++unanswered;
    else
        acknowledged += json::parse(counted->body).at("updated").get<std::int64_t>();
}

void Erp::ship() {
    std::vector<const json*> open;
    for (const auto& [id, order] : orders)
        if (order.at("status") == "open" || order.at("status") == "partially_fulfilled") open.push_back(&order);
    if (open.empty()) return;
    const json& order = *open[world_.chance.below(open.size())];
    Shipped shipped;
    shipped.external_order_id = order.at("external_order_id");
    shipped.tracking_number = "1ZERP" + std::to_string(next_parcel_++);
    shipped.request = {
        {"remote_order_id", order.at("id")}, {"carrier", "UPS"}, {"tracking_number", shipped.tracking_number}};
    const json& lines = order.at("line_items");
    if (world_.chance.below(3) == 0 && !lines.empty()) {
        const json& line = lines[world_.chance.below(lines.size())];
        shipped.request["line_items"] =
            json::array({{{"external_line_id", line.at("external_line_id")}, {"quantity", 1}}});
    }
    shipments.push_back(std::move(shipped));
    send(shipments.back());
}

bool Erp::send(Shipped& shipment) {
    const auto answer = world_.post("/api/v1/shipments", {{"shipments", json::array({shipment.request})}});
    if (!answer) {
        ++unanswered;
        return false;
    }
    if (answer->status == 201)
        shipment.id = json::parse(answer->body).at("created_ids").at(0).get<std::int64_t>();
    else if (answer->status == 422)
        shipment.refused = true;  // cancelled or shipped by others meanwhile
    else
        throw std::runtime_error("a shipment was answered " + std::to_string(answer->status) + " " + answer->body);
    return true;
}

void Erp::push_stock(int most_items) {
    if (!stock_in_hand_.empty()) return;
    ++reads;
    const auto answer =
        world_.get("/api/v1/skus", {{"channel", "shop"}, {"cursor", ""}, {"limit", "500"}, {"raw", "0"}});
    if (!answer) {
        ++unanswered;
        return;
    }
    const json items = json::parse(answer->body).at("items");
    if (items.empty()) return;
    std::set<std::size_t> chosen;
    for (int i = 0; i < most_items; ++i) chosen.insert(world_.chance.below(items.size()));
    for (const std::size_t at : chosen)
        stock_in_hand_.emplace_back(items[at].at("id").get<std::int64_t>(), next_quantity_++);
    send_stock();
}

bool Erp::send_stock() {
    if (stock_in_hand_.empty()) return true;
    json items = json::array();
    for (const auto& [id, quantity] : stock_in_hand_) items.push_back({{"item_master_id", id}, {"quantity", quantity}});
    const auto answer = world_.post("/api/v1/inventory_updates", {{"channel", "shop"}, {"items", items}});
    if (!answer) {
        ++unanswered;
        return false;
    }
    if (answer->status != 201)
        throw std::runtime_error("stock was answered " + std::to_string(answer->status) + " " + answer->body);
    for (const auto& [id, quantity] : stock_in_hand_) last_stock[id] = quantity;
    figures_accepted += static_cast<std::int64_t>(stock_in_hand_.size());
    stock_in_hand_.clear();
    return true;
}

void Erp::repeat_unanswered() {
    send_stock();
    for (Shipped& shipment : shipments)
        if (!shipment.id && !shipment.refused) send(shipment);
}

}  // namespace crossdock::testing
