// SPDX-License-Identifier: Apache-2.0
// The sandbox's own surface, for people who rehearse: /_sandbox/…, JSON in and out, no key.
#include <nlohmann/json.hpp>

#include "sandbox/admin.h"
#include "sandbox/shipstation/account_impl.h"

namespace crossdock::sandbox::shipstation {

using nlohmann::json;

namespace {

constexpr std::string_view kVerbs = "pay, edit, hold, restore, cancel, delete, ship, return_label, split, merge";

PlaceOrder wish_of(const json& body) {
    PlaceOrder wish;
    for (const json& item : body.value("items", json::array()))
        wish.items.push_back({item.value("sku", ""), item.value("quantity", 1)});
    wish.store = body.value("store", 0);
    wish.order_number = body.value("order_number", "");
    wish.paid = body.value("paid", true);
    wish.discount_cents = body.value("discount_cents", 0);
    wish.surcharge_cents = body.value("surcharge_cents", 0);
    wish.gift = body.value("gift", false);
    return wish;
}

Json shown(const LedgerEntry& entry) {
    return {{"order_id", entry.id},
            {"order_number", entry.number},
            {"status", entry.status},
            {"source", entry.source},
            {"store", entry.store},
            {"parent", entry.parent},
            {"merged", entry.merged},
            {"version", entry.version},
            {"created_at", format_rfc3339(entry.created_at)},
            {"updated_at", format_rfc3339(entry.updated_at)},
            {"total_cents", entry.total_cents},
            {"lines", entry.lines},
            {"deleted", entry.deleted},
            {"visible", entry.visible}};
}

Json shown(const ShipmentView& it) {
    return {{"id", it.id},
            {"order_id", it.order_id},
            {"carrier", it.carrier},
            {"tracking_number", it.tracking_number},
            {"label", it.label},
            {"voided", it.voided},
            {"is_return", it.is_return},
            {"customer_notified", it.customer_notified},
            {"marketplace_notified", it.marketplace_notified},
            {"notify_error", it.notify_error},
            {"at", format_rfc3339(it.at)}};
}

Json shown(const Counters& c) {
    return {{"requests", c.requests},
            {"throttled", c.throttled},
            {"faults", c.faults},
            {"refused", c.refused},
            {"unauthorized", c.unauthorized},
            {"orders_placed", c.orders_placed},
            {"order_changes", c.order_changes},
            {"marked_shipped", c.marked_shipped},
            {"marks_refused", c.marks_refused},
            {"shipments_doubled", c.shipments_doubled},
            {"stock_sets", c.stock_sets},
            {"webhooks_sent", c.webhooks_sent},
            {"webhooks_failed", c.webhooks_failed},
            {"webhooks_lost", c.webhooks_lost}};
}

}  // namespace

http::Response AccountImpl::admin(const http::Request& request, const std::string& path) {
    const bool get = request.method == "GET";
    const bool post = request.method == "POST";
    return admin_dispatch(
        request, path, [&](const std::vector<std::string>& parts, const json& body) -> std::optional<http::Response> {
            const std::string what = parts.empty() ? "" : parts[0];
            if (parts.empty())
                return admin_answer(
                    200,
                    {{"account", "ShipStation"},
                     {"now", format_rfc3339(world_.now())},
                     {"get", {"ledger", "orders/{id}", "orders/{id}/shipments", "inventory", "counters", "faults"}},
                     {"post",
                      {"orders", "orders/{id}/{verb}", "shipments/{id}/void", "products/touch", "faults", "dials"}},
                     {"delete", {"faults"}},
                     {"verbs", kVerbs}});
            if (what == "orders") return admin_order(request.method, parts, body);
            if (what == "ledger" && get) {
                Json list = Json::array();
                for (const LedgerEntry& entry : ledger()) list.push_back(shown(entry));
                return admin_answer(200, {{"orders", list}});
            }
            if (what == "inventory" && get) {
                Json list = Json::array();
                for (const StockView& level : stock()) list.push_back({{"sku", level.sku}, {"on_hand", level.on_hand}});
                return admin_answer(200, {{"levels", list}});
            }
            if (what == "counters" && get) return admin_answer(200, shown(counters()));
            if (what == "shipments" && post && parts.size() == 3 && parts[2] == "void")
                return void_label(std::strtoll(parts[1].c_str(), nullptr, 10))
                           ? admin_answer(200, {{"ok", true}})
                           : admin_refuse(409, "there is no such label, or it is voided");
            if (what == "products" && post)
                return touch_product(body.at("sku").get<std::string>()) ? admin_answer(200, {{"ok", true}})
                                                                        : admin_refuse(404, "no such sku");
            if (what == "faults") return admin_faults(request.method, body, faults_);
            if (what == "dials" && post) return admin_dials(body);
            return std::nullopt;
        });
}

std::optional<http::Response> AccountImpl::admin_order(const std::string& method, const std::vector<std::string>& parts,
                                                       const json& body) {
    if (parts.size() == 1 && method == "POST") {
        const std::int64_t id = place_order(wish_of(body));
        if (id == 0) return admin_refuse(422, "a sku is unknown or a quantity is below 1");
        return admin_answer(201, {{"order_id", id}});
    }
    if (parts.size() < 2) return admin_refuse(404, "give an order: /_sandbox/orders/{orderId}");
    const std::int64_t id = std::strtoll(parts[1].c_str(), nullptr, 10);
    if (world_.order(id) == nullptr) return admin_refuse(404, "there is no order " + parts[1]);
    if (parts.size() == 2 && method == "GET") return http::Response::json(200, order_json(id));
    if (parts.size() == 3 && parts[2] == "shipments" && method == "GET") {
        Json list = Json::array();
        for (const ShipmentView& it : shipments(id)) list.push_back(shown(it));
        return admin_answer(200, {{"shipments", list}});
    }
    if (parts.size() != 3 || method != "POST") return std::nullopt;
    const std::string& verb = parts[2];
    bool done = false;
    if (verb == "pay")
        done = pay(id);
    else if (verb == "edit")
        done = edit(id);
    else if (verb == "hold" || verb == "restore")
        done = hold(id, verb == "hold");
    else if (verb == "cancel")
        done = cancel(id);
    else if (verb == "delete")
        done = remove(id);
    else if (verb == "ship")
        done = ship(id);
    else if (verb == "return_label")
        done = return_label(id);
    else if (verb == "split")
        done = split(id) != 0;
    else if (verb == "merge")
        done = merge(id, body.at("swallowed_id").get<std::int64_t>());
    else
        return admin_refuse(404, "verbs of an order: " + std::string(kVerbs));
    if (!done) return admin_refuse(409, "the order is not in a state for " + verb);
    return http::Response::json(200, order_json(id));
}

http::Response AccountImpl::admin_dials(const json& body) {
    for (const auto& [name, value] : body.items()) {
        if (name == "clock_skew_ms")
            set_clock_skew(std::chrono::milliseconds(value.get<std::int64_t>()));
        else if (name == "index_lag_ms")
            set_index_lag(std::chrono::milliseconds(value.get<std::int64_t>()));
        else if (name == "use_up")
            use_up(value.get<int>());
        else if (name == "key")
            set_key(value.at("key").get<std::string>(), value.at("secret").get<std::string>());
        else
            return admin_refuse(422,
                                "unknown dial \"" + name + "\"; there are clock_skew_ms, index_lag_ms, use_up, key");
    }
    return admin_answer(200, {{"ok", true}});
}

}  // namespace crossdock::sandbox::shipstation
