// SPDX-License-Identifier: Apache-2.0
// The sandbox's own surface, for people who rehearse: /_sandbox/…, JSON in and out, no key.
#include <nlohmann/json.hpp>

#include "sandbox/admin.h"
#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using nlohmann::json;

namespace {

constexpr std::string_view kVerbs = "acknowledge, ship, deliver, cancel, want_cancel, refund, return";

PlaceOrder wish_of(const json& body) {
    PlaceOrder wish;
    for (const json& item : body.value("items", json::array()))
        wish.items.push_back({item.value("sku", ""), item.value("quantity", 1)});
    wish.lines = body.value("lines", 0);
    wish.node_type = body.value("node_type", "SellerFulfilled");
    wish.ship_node = body.value("ship_node", "");
    wish.subscription_discount = body.value("subscription_discount", false);
    wish.method_code = body.value("method_code", "Standard");
    return wish;
}

StartReturn return_of(const json& body) {
    StartReturn wish;
    for (const json& line : body.value("lines", json::array()))
        wish.lines.push_back({line.value("line_number", 0), line.value("quantity", 1)});
    wish.replacement = body.value("replacement", false);
    wish.keep_it = body.value("keep_it", false);
    wish.restocking_fee_cents = body.value("restocking_fee_cents", 0);
    return wish;
}

Json shown(const LedgerEntry& entry) {
    Json lines = Json::array();
    for (const LineView& line : entry.lines)
        lines.push_back({{"line_number", line.line_number},
                         {"sku", line.sku},
                         {"quantity", line.quantity},
                         {"by_status", line.by_status}});
    return {{"purchase_order_id", std::to_string(entry.id)},
            {"customer_order_id", std::to_string(entry.customer_order_id)},
            {"version", entry.version},
            {"created_at", format_rfc3339(entry.created_at)},
            {"updated_at", format_rfc3339(entry.updated_at)},
            {"status", entry.status},
            {"node_type", entry.node_type},
            {"order_type", entry.order_type},
            {"total_cents", entry.total_cents},
            {"visible", entry.visible},
            {"lines", std::move(lines)}};
}

Json shown(const ReturnEntry& entry) {
    return {{"return_order_id", std::to_string(entry.id)},
            {"purchase_order_id", std::to_string(entry.order_id)},
            {"created_at", format_rfc3339(entry.created_at)},
            {"updated_at", format_rfc3339(entry.updated_at)},
            {"status", entry.status},
            {"quantity", entry.quantity},
            {"refunded", entry.refunded},
            {"refund_cents", entry.refund_cents},
            {"replacement", entry.replacement},
            {"cancelled", entry.cancelled},
            {"wfs", entry.wfs}};
}

Json shown(const Counters& c) {
    return {{"requests", c.requests},
            {"throttled", c.throttled},
            {"faults", c.faults},
            {"refused", c.refused},
            {"tokens_issued", c.tokens_issued},
            {"unauthorized", c.unauthorized},
            {"repeated_correlation_ids", c.repeated_correlation_ids},
            {"xml_answers", c.xml_answers},
            {"orders_placed", c.orders_placed},
            {"order_changes", c.order_changes},
            {"acknowledged", c.acknowledged},
            {"acknowledged_late", c.acknowledged_late},
            {"auto_cancelled", c.auto_cancelled},
            {"shipments", c.shipments},
            {"shipments_refused", c.shipments_refused},
            {"shipments_doubled", c.shipments_doubled},
            {"stock_sets", c.stock_sets},
            {"feeds", c.feeds},
            {"reports", c.reports},
            {"feed_rows_failed", c.feed_rows_failed},
            {"webhooks_sent", c.webhooks_sent},
            {"webhooks_failed", c.webhooks_failed},
            {"webhooks_lost", c.webhooks_lost}};
}

template <class List>
Json all(const List& list) {
    Json out = Json::array();
    for (const auto& each : list) out.push_back(shown(each));
    return out;
}

}  // namespace

http::Response SellerImpl::admin(const http::Request& request, const std::string& path) {
    const bool get = request.method == "GET";
    const bool post = request.method == "POST";
    return admin_dispatch(
        request, path, [&](const std::vector<std::string>& parts, const json& body) -> std::optional<http::Response> {
            const std::string what = parts.empty() ? "" : parts[0];
            if (parts.empty())
                return admin_answer(
                    200,
                    {{"seller", options_.seller_id},
                     {"now", format_rfc3339(world_.now())},
                     {"get", {"ledger", "returns", "orders/{id}", "inventory?sku=", "counters", "faults"}},
                     {"post",
                      {"orders", "orders/{id}/{verb}", "returns/{id}/{refund|cancel}", "inventory", "faults", "dials"}},
                     {"delete", {"faults"}},
                     {"verbs", kVerbs}});
            if (what == "orders") return admin_order(request.method, parts, body);
            if (what == "returns" && get) return admin_answer(200, {{"returns", all(returns())}});
            if (what == "returns" && post) return admin_return(parts, body);
            if (what == "ledger" && get) return admin_answer(200, {{"orders", all(ledger())}});
            if (what == "counters" && get) return admin_answer(200, shown(counters()));
            if (what == "inventory" && get) {
                Json list = Json::array();
                for (const StockView& level : stock(std::string(request.parameter("sku").value_or(""))))
                    list.push_back({{"sku", level.sku},
                                    {"ship_node", level.ship_node},
                                    {"input", level.input},
                                    {"reserved", level.reserved},
                                    {"available", level.available},
                                    {"updated_at", format_rfc3339(level.updated_at)}});
                return admin_answer(200, {{"levels", list}});
            }
            if (what == "inventory" && post) {
                const bool done = set_stock(body.at("sku").get<std::string>(), body.value("ship_node", ""),
                                            body.at("quantity").get<std::int64_t>());
                return done ? admin_answer(200, {{"ok", true}}) : admin_refuse(404, "no such sku or ship node");
            }
            if (what == "faults") return admin_faults(request.method, body, faults_);
            if (what == "dials" && post) return admin_dials(body);
            return std::nullopt;
        });
}

std::optional<http::Response> SellerImpl::admin_order(const std::string& method, const std::vector<std::string>& parts,
                                                      const json& body) {
    if (parts.size() == 1 && method == "POST") {
        const std::int64_t id = place_order(wish_of(body));
        if (id == 0) return admin_refuse(422, "a sku is unknown or a quantity is below 1");
        return admin_answer(201, {{"purchase_order_id", std::to_string(id)}});
    }
    if (parts.size() < 2) return admin_refuse(404, "give an order: /_sandbox/orders/{purchaseOrderId}");
    const std::int64_t id = std::strtoll(parts[1].c_str(), nullptr, 10);
    if (world_.order(id) == nullptr) return admin_refuse(404, "there is no order " + parts[1]);
    if (parts.size() == 2 && method == "GET") return http::Response::json(200, order_json(id));
    if (parts.size() != 3 || method != "POST") return std::nullopt;
    const std::string& verb = parts[2];
    const int line = body.value("line_number", 0);
    const int units = body.value("units", 0);
    bool done = false;
    if (verb == "acknowledge")
        done = acknowledge(id);
    else if (verb == "ship")
        done = ship(id, line, units);
    else if (verb == "deliver")
        done = deliver(id);
    else if (verb == "cancel")
        done = cancel(id, line, units);
    else if (verb == "want_cancel")
        done = want_cancel(id);
    else if (verb == "refund")
        done = refund_line(id, line, body.at("cents").get<std::int64_t>());
    else if (verb == "return") {
        const std::int64_t begun = start_return(id, return_of(body));
        if (begun != 0) return admin_answer(201, {{"return_order_id", std::to_string(begun)}});
    } else {
        return admin_refuse(404, "verbs of an order: " + std::string(kVerbs));
    }
    if (!done) return admin_refuse(409, "the order is not in a state for " + verb);
    return http::Response::json(200, order_json(id));
}

std::optional<http::Response> SellerImpl::admin_return(const std::vector<std::string>& parts, const json& body) {
    if (parts.size() != 3) return std::nullopt;
    const std::int64_t id = std::strtoll(parts[1].c_str(), nullptr, 10);
    if (world_.returned(id) == nullptr) return admin_refuse(404, "there is no return " + parts[1]);
    bool done = false;
    if (parts[2] == "refund")
        done = refund_return(id, body.value("units", 0));
    else if (parts[2] == "cancel")
        done = cancel_return(id);
    else
        return admin_refuse(404, "verbs of a return: refund, cancel");
    return done ? admin_answer(200, {{"ok", true}}) : admin_refuse(409, "the return is not in a state for " + parts[2]);
}

http::Response SellerImpl::admin_dials(const json& body) {
    for (const auto& [name, value] : body.items()) {
        if (name == "clock_skew_ms")
            set_clock_skew(std::chrono::milliseconds(value.get<std::int64_t>()));
        else if (name == "index_lag_ms")
            set_index_lag(std::chrono::milliseconds(value.get<std::int64_t>()));
        else if (name == "expire_tokens" && value.get<bool>())
            expire_tokens();
        else if (name == "scopes")
            for (const auto& [scope, access] : value.items()) set_scope(scope, access.get<std::string>());
        else
            return admin_refuse(
                422, "unknown dial \"" + name + "\"; there are clock_skew_ms, index_lag_ms, expire_tokens, scopes");
    }
    return admin_answer(200, {{"ok", true}});
}

}  // namespace crossdock::sandbox::walmart
