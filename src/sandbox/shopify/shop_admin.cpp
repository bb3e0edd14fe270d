// SPDX-License-Identifier: Apache-2.0
// The sandbox's own surface, for people who rehearse: /_sandbox/…, JSON in and out, no key.
#include <nlohmann/json.hpp>

#include "sandbox/admin.h"
#include "sandbox/shopify/shop_impl.h"

namespace crossdock::sandbox::shopify {

using nlohmann::json;

namespace {

constexpr std::string_view kVerbs =
    "pay, edit, note, cancel, refund, hold, release, move, split, ship, archive, reopen, poison";

PlaceOrder wish_of(const json& body) {
    PlaceOrder wish;
    for (const json& item : body.value("items", json::array()))
        wish.items.push_back({item.value("sku", ""), item.value("quantity", 1)});
    wish.lines = body.value("lines", 0);
    if (body.contains("paid")) wish.paid = body["paid"].get<bool>();
    wish.test = body.value("test", false);
    wish.pos = body.value("pos", false);
    wish.custom_item = body.value("custom_item", false);
    wish.gift = body.value("gift", false);
    wish.line_discount = body.value("line_discount", false);
    wish.order_discount = body.value("order_discount", false);
    wish.two_locations = body.value("two_locations", false);
    wish.api_made = body.value("api_made", false);
    wish.presentment = body.value("presentment", "");
    wish.note = body.value("note", "");
    wish.email = body.value("email", "");
    return wish;
}

nlohmann::ordered_json shown(const StockView& level) {
    return {{"inventory_item_id", level.item_id},
            {"variant_id", level.variant_id},
            {"sku", level.sku},
            {"location_id", level.location_id},
            {"available", level.available},
            {"committed", level.committed},
            {"on_hand", level.on_hand},
            {"active", level.active},
            {"tracked", level.tracked},
            {"updated_at", format_rfc3339(level.updated_at)}};
}

}  // namespace

http::Response ShopImpl::admin(const http::Request& request, const std::string& path) {
    const bool get = request.method == "GET";
    const bool post = request.method == "POST";
    return admin_dispatch(
        request, path, [&](const std::vector<std::string>& parts, const json& body) -> std::optional<http::Response> {
            const std::string what = parts.empty() ? "" : parts[0];
            if (parts.empty()) {
                return admin_answer(200, {{"shop", options_.domain},
                                          {"now", format_rfc3339(world_.now())},
                                          {"get", {"ledger", "orders/{id}", "inventory", "counters", "faults"}},
                                          {"post", {"orders", "orders/{id}/{verb}", "inventory", "faults", "dials"}},
                                          {"delete", {"faults"}},
                                          {"verbs", kVerbs}});
            }
            if (what == "orders") return admin_order(request.method, parts, body);
            if (what == "ledger" && get) {
                auto list = nlohmann::ordered_json::array();
                for (const LedgerEntry& entry : ledger()) {
                    list.push_back({{"id", std::to_string(entry.id)},
                                    {"name", entry.name},
                                    {"version", entry.version},
                                    {"created_at", format_rfc3339(entry.created_at)},
                                    {"updated_at", format_rfc3339(entry.updated_at)},
                                    {"cancelled", entry.cancelled},
                                    {"financial_status", entry.financial_status},
                                    {"fulfillment_status", entry.fulfillment_status},
                                    {"total", entry.total},
                                    {"currency", entry.currency},
                                    {"lines", entry.lines},
                                    {"refunds", entry.refunds},
                                    {"visible", entry.visible}});
                }
                return admin_answer(200, {{"orders", list}});
            }
            if (what == "inventory" && get) {
                auto list = nlohmann::ordered_json::array();
                const auto sku = request.parameter("sku");
                for (const StockView& level : stock()) {
                    if (!sku || level.sku == *sku) list.push_back(shown(level));
                }
                return admin_answer(200, {{"levels", list}});
            }
            if (what == "inventory" && post) {
                const bool done =
                    set_stock(body.at("inventory_item_id").get<std::int64_t>(),
                              body.at("location_id").get<std::int64_t>(), body.at("available").get<std::int64_t>());
                return done ? admin_answer(200, {{"ok", true}}) : admin_refuse(404, "no such item at that location");
            }
            if (what == "counters" && get) {
                const Counters c = counters();
                return admin_answer(200, {{"requests", c.requests},
                                          {"graphql", c.graphql},
                                          {"throttled", c.throttled},
                                          {"faults", c.faults},
                                          {"tokens_issued", c.tokens_issued},
                                          {"fulfillments_created", c.fulfillments_created},
                                          {"fulfillments_doubled", c.fulfillments_doubled},
                                          {"stock_sets", c.stock_sets},
                                          {"stock_replays", c.stock_replays},
                                          {"webhooks_sent", c.webhooks_sent},
                                          {"webhooks_failed", c.webhooks_failed},
                                          {"webhooks_lost", c.webhooks_lost},
                                          {"subscriptions_removed", c.subscriptions_removed},
                                          {"orders_placed", c.orders_placed},
                                          {"order_changes", c.order_changes}});
            }
            if (what == "faults") return admin_faults(request.method, body, faults_);
            if (what == "dials" && post) return admin_dials(body);
            return std::nullopt;
        });
}

http::Response ShopImpl::admin_order(const std::string& method, const std::vector<std::string>& parts,
                                     const json& body) {
    if (parts.size() == 1 && method == "POST") {
        const std::int64_t id = place_order(wish_of(body));
        return admin_answer(201, {{"id", std::to_string(id)}, {"name", world_.order(id)->name}});
    }
    if (parts.size() < 2) return admin_refuse(404, "give an order: /_sandbox/orders/{id}");
    const std::int64_t id = std::strtoll(parts[1].c_str(), nullptr, 10);
    if (world_.order(id) == nullptr) return admin_refuse(404, "there is no order " + parts[1]);
    if (parts.size() == 2 && method == "GET") return http::Response::json(200, order_json(id));
    if (parts.size() != 3 || method != "POST") return admin_refuse(404, "verbs of an order: " + std::string(kVerbs));
    const std::string& verb = parts[2];
    bool done = false;
    if (verb == "pay")
        done = pay(id);
    else if (verb == "edit")
        done = edit(id);
    else if (verb == "note")
        done = change_note(id, body.value("note", "a note"));
    else if (verb == "cancel")
        done = cancel(id, body.value("restock", true));
    else if (verb == "refund")
        done = refund(id, body.value("units", 0), body.value("pending", false));
    else if (verb == "hold")
        done = hold(id);
    else if (verb == "release")
        done = release(id);
    else if (verb == "move")
        done = move(id);
    else if (verb == "split")
        done = split(id);
    else if (verb == "ship")
        done = ship(id);
    else if (verb == "archive" || verb == "reopen")
        done = archive(id, verb == "archive");
    else if (verb == "poison") {
        poison(id, body.at("field").get<std::string>(), body.contains("json") ? body["json"].dump() : "");
        done = true;
    } else {
        return admin_refuse(404, "verbs of an order: " + std::string(kVerbs));
    }
    if (!done) return admin_refuse(409, "the order is not in a state for " + verb);
    return http::Response::json(200, order_json(id));
}

http::Response ShopImpl::admin_dials(const json& body) {
    for (const auto& [name, value] : body.items()) {
        if (name == "pii_hidden")
            set_pii_hidden(value.get<bool>());
        else if (name == "clock_skew_ms")
            set_clock_skew(std::chrono::milliseconds(value.get<std::int64_t>()));
        else if (name == "index_lag_ms")
            set_index_lag(std::chrono::milliseconds(value.get<std::int64_t>()));
        else if (name == "expire_tokens" && value.get<bool>())
            expire_tokens();
        else if (name == "delete_location")
            delete_location(value.get<std::int64_t>());
        else if (name == "scopes")
            set_scopes(value.get<std::vector<std::string>>());
        else
            return admin_refuse(
                422,
                "unknown dial \"" + name +
                    "\"; there are pii_hidden, clock_skew_ms, index_lag_ms, expire_tokens, delete_location, scopes");
    }
    return admin_answer(200, {{"ok", true}});
}

}  // namespace crossdock::sandbox::shopify
