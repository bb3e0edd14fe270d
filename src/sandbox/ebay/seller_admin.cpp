// SPDX-License-Identifier: Apache-2.0
// The sandbox's own surface, for people who rehearse: /_sandbox/…, JSON in and out, no key.
#include "sandbox/admin.h"

#include <nlohmann/json.hpp>

#include "sandbox/ebay/seller_impl.h"

namespace crossdock::sandbox::ebay {

http::Response SellerImpl::admin(const http::Request& request, const std::string& path) {
    using nlohmann::json;
    const bool get = request.method == "GET", post = request.method == "POST";
    return admin_dispatch(
        request, path, [&](const std::vector<std::string>& parts, const json& body) -> std::optional<http::Response> {
            if (parts.empty())
                return admin_answer(200,
                                    {{"seller", "demo_seller"},
                                     {"now", format_rfc3339(world_.now())},
                                     {"get", {"ledger", "orders/{id}", "inventory", "counters", "faults"}},
                                     {"post", {"orders", "orders/{id}/{verb}", "inventory", "faults", "dials"}},
                                     {"delete", {"faults"}},
                                     {"verbs", "pay, request_cancel, cancel, refund, refund_all, ship, ship_one"}});
            const std::string& what = parts[0];
            if (what == "faults") return admin_faults(request.method, body, faults_);
            if (what == "ledger" && get) {
                Json list = Json::array();
                for (const LedgerEntry& entry : ledger())
                    list.push_back({{"id", entry.id},
                                    {"version", entry.version},
                                    {"created_at", format_rfc3339(entry.created_at)},
                                    {"updated_at", format_rfc3339(entry.updated_at)},
                                    {"status", entry.status},
                                    {"payment_status", entry.payment_status},
                                    {"cancel_state", entry.cancel_state},
                                    {"total", entry.total},
                                    {"currency", entry.currency},
                                    {"visible", entry.visible}});
                return admin_answer(200, {{"orders", list}});
            }
            if (what == "inventory" && get) {
                Json list = Json::array();
                for (const StockView& unit : stock())
                    list.push_back({{"sku", unit.sku},
                                    {"item_id", unit.item_id},
                                    {"available", unit.available},
                                    {"api", unit.by_inventory_api ? "inventory" : "trading"}});
                return admin_answer(200, {{"units", list}});
            }
            if (what == "inventory" && post) {
                if (!set_stock(body.at("item").get<int>(), body.at("available").get<std::int64_t>()))
                    return admin_refuse(404, "there is no such item");
                return admin_answer(200, {{"ok", true}});
            }
            if (what == "counters" && get) {
                const Counters& c = world_.counters;
                return admin_answer(200, {{"requests", c.requests},
                                          {"throttled", c.throttled},
                                          {"faults", c.faults},
                                          {"tokens_issued", c.tokens_issued},
                                          {"unsigned_refused", c.unsigned_refused},
                                          {"shipments_created", c.shipments_created},
                                          {"shipments_doubled", c.shipments_doubled},
                                          {"stock_pushes", c.stock_pushes},
                                          {"stock_refused", c.stock_refused},
                                          {"notifications_sent", c.notifications_sent},
                                          {"notifications_failed", c.notifications_failed},
                                          {"notifications_lost", c.notifications_lost},
                                          {"orders_placed", c.orders_placed},
                                          {"order_changes", c.order_changes}});
            }
            if (what == "dials" && post) {
                if (body.value("expire_tokens", false)) expire_tokens();
                if (body.value("revoke_consent", false)) revoke_consent();
                if (body.contains("clock_skew_ms"))
                    set_clock_skew(std::chrono::milliseconds(body["clock_skew_ms"].get<std::int64_t>()));
                if (body.contains("check_hosts")) options_.check_hosts = body["check_hosts"].get<bool>();
                if (body.contains("finances_access")) options_.finances_access = body["finances_access"].get<bool>();
                return admin_answer(200, {{"ok", true}});
            }
            if (what != "orders") return std::nullopt;
            if (parts.size() == 1 && post) {
                PlaceOrder wish;
                for (const json& item : body.value("items", json::array())) {
                    const int number = item.at("item").get<int>();
                    if (number < 0 || number >= options_.items) return admin_refuse(404, "there is no such item");
                    wish.items.push_back({number, std::max(1, item.value("quantity", 1))});
                }
                wish.paid = body.value("paid", true);
                wish.discount = body.value("discount", false);
                wish.delivery_discount = body.value("delivery_discount", false);
                wish.hub_address = body.value("hub_address", false);
                wish.pickup = body.value("pickup", false);
                wish.by_ebay = body.value("by_ebay", false);
                wish.gift = body.value("gift", false);
                wish.note = body.value("note", "");
                return admin_answer(201, {{"id", place_order(wish)}});
            }
            const Order* order = parts.size() > 1 ? world_.order(parts[1]) : nullptr;
            if (order == nullptr) return admin_refuse(404, "there is no such order");
            if (parts.size() == 2 && get)
                return admin_answer(200, order_json(world_, options_, *order, true, true, base_url(request)));
            if (parts.size() != 3 || !post) return std::nullopt;
            const std::string &id = parts[1], &verb = parts[2];
            const bool done = verb == "pay"              ? pay(id)
                              : verb == "request_cancel" ? request_cancel(id)
                              : verb == "cancel"         ? cancel(id)
                              : verb == "refund"         ? refund(id, false)
                              : verb == "refund_all"     ? refund(id, true)
                              : verb == "ship"           ? ship(id, true)
                              : verb == "ship_one"       ? ship(id, false)
                                                         : false;
            return done ? admin_answer(200, {{"ok", true}})
                        : admin_refuse(409, "it cannot be done, or there is no such verb");
        });
}

}  // namespace crossdock::sandbox::ebay
