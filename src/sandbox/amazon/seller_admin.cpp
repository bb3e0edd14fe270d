// SPDX-License-Identifier: Apache-2.0
// The sandbox's own surface, for people who rehearse: /_sandbox/…, JSON in and out, no key.
#include <nlohmann/json.hpp>

#include "sandbox/admin.h"
#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using Asked = nlohmann::json;
using AdminJson = nlohmann::ordered_json;

namespace {

constexpr std::string_view kVerbs = "authorise, cancel, request_cancel, cancel_units, ship, refund";

PlaceOrder wish_of(const Asked& body) {
    PlaceOrder wish;
    for (const Asked& item : body.value("items", Asked::array()))
        wish.items.push_back({item.value("sku", ""), item.value("quantity", 1)});
    wish.lines = body.value("lines", 0);
    wish.store = body.value("marketplace_id", "");
    wish.afn = body.value("afn", false);
    wish.paid = body.value("paid", true);
    wish.gift = body.value("gift", false);
    wish.discount = body.value("discount", false);
    wish.business = body.value("business", false);
    wish.non_amazon = body.value("non_amazon", false);
    wish.cash_on_delivery = body.value("cash_on_delivery", false);
    wish.seller_order_id = body.value("seller_order_id", "");
    return wish;
}

RefundWish refund_of(const Asked& body) {
    RefundWish wish;
    wish.units = body.value("units", 0);
    wish.deferred = body.value("deferred", false);
    const std::string kind = body.value("kind", "refund");
    if (kind == "goodwill")
        wish.kind = RefundKind::goodwill;
    else if (kind == "restocked")
        wish.kind = RefundKind::restocked;
    else if (kind == "claim")
        wish.kind = RefundKind::claim;
    else if (kind == "chargeback")
        wish.kind = RefundKind::chargeback;
    else if (kind != "refund")
        throw std::invalid_argument("kinds: refund, goodwill, restocked, claim, chargeback");
    return wish;
}

AdminJson of(const LedgerEntry& entry) {
    return {{"id", entry.id},
            {"version", entry.version},
            {"created_at", format_rfc3339(entry.created_at)},
            {"updated_at", format_rfc3339(entry.updated_at)},
            {"status", entry.status},
            {"channel", entry.channel},
            {"marketplace_id", entry.store},
            {"total", entry.total},
            {"currency", entry.currency},
            {"lines", entry.lines},
            {"units", entry.units},
            {"shipped", entry.shipped},
            {"refunds", entry.refunds},
            {"visible", entry.visible}};
}

AdminJson of(const StockView& view) {
    AdminJson out = {{"sku", view.sku},
                 {"fba", view.fba},
                 {"quantity", view.quantity},
                 {"channels", view.channels},
                 {"updated_at", format_rfc3339(view.updated_at)}};
    if (view.sent) out["sent"] = *view.sent;
    if (view.lead_time_days) out["lead_time_days"] = *view.lead_time_days;
    return out;
}

AdminJson of(const InboundView& view) {
    return {{"id", view.id},
            {"status", view.status},
            {"items", view.items},
            {"shipped", view.shipped},
            {"received", view.received},
            {"cartons", view.cartons},
            {"carton_units", view.carton_units},
            {"are_cases_required", view.cases_required},
            {"box_contents_source", view.contents_source},
            {"inbound_plan_id", view.plan_id},
            {"shipment_id", view.shipment_id}};
}

AdminJson of(const Counters& c) {
    return {{"requests", c.requests},
            {"throttled", c.throttled},
            {"refused", c.refused},
            {"faults", c.faults},
            {"tokens_issued", c.tokens_issued},
            {"restricted_tokens", c.restricted_tokens},
            {"orders_placed", c.orders_placed},
            {"order_changes", c.order_changes},
            {"refunds_posted", c.refunds_posted},
            {"packages_confirmed", c.packages_confirmed},
            {"packages_edited", c.packages_edited},
            {"packages_doubled", c.packages_doubled},
            {"carriers_unknown", c.carriers_unknown},
            {"patches", c.patches},
            {"patches_invalid", c.patches_invalid},
            {"feeds", c.feeds},
            {"reports", c.reports},
            {"second_channels", c.second_channels}};
}

template <class List>
http::Response all(const char* name, const List& list) {
    AdminJson out = AdminJson::array();
    for (const auto& each : list) out.push_back(of(each));
    return admin_answer(200, {{name, out}});
}

http::Response done_or(bool done, const std::string& why) {
    return done ? admin_answer(200, {{"ok", true}}) : admin_refuse(409, why);
}

}  // namespace

http::Response SellerImpl::admin(const http::Request& request, const std::string& path) {
    return admin_dispatch(
        request, path, [&](const std::vector<std::string>& parts, const Asked& body) -> std::optional<http::Response> {
            const std::string what = parts.empty() ? "" : parts[0];
            const bool get = request.method == "GET";
            const bool post = request.method == "POST";
            if (what.empty() && get)
                return admin_answer(200, {{"marketplace", "amazon"},
                                          {"seller_id", options_.seller_id},
                                          {"now", format_rfc3339(world_.now())},
                                          {"get",
                                           {"ledger", "orders/{id}", "packages/{order}", "refunds", "inventory",
                                            "inbound", "counters", "faults"}},
                                          {"post",
                                           {"orders", "orders/{id}/{verb}", "refunds/{id}/release", "inventory",
                                            "inbound/{id}/{advance|receive|end}", "faults", "dials"}},
                                          {"delete", {"faults"}},
                                          {"verbs", kVerbs}});
            if (what == "orders") return admin_order(request.method, parts, body);
            if (what == "ledger" && get) return all("orders", ledger());
            if (what == "packages" && get && parts.size() == 2) {
                AdminJson list = AdminJson::array();
                for (const PackageView& view : packages(parts[1]))
                    list.push_back({{"reference", view.reference},
                                    {"carrier", view.carrier},
                                    {"carrier_name", view.carrier_name},
                                    {"method", view.method},
                                    {"tracking", view.tracking},
                                    {"units", view.units},
                                    {"edits", view.edits},
                                    {"by_staff", view.by_staff}});
                return admin_answer(200, {{"packages", list}});
            }
            if (what == "refunds" && get) {
                AdminJson list = AdminJson::array();
                for (const RefundView& view : refunds())
                    list.push_back({{"id", view.id},
                                    {"order_id", view.order_id},
                                    {"kind", view.kind},
                                    {"total", view.total},
                                    {"currency", view.currency},
                                    {"adjustment_ids", view.adjustment_ids},
                                    {"posted_at", format_rfc3339(view.posted_at)},
                                    {"deferred", view.deferred}});
                return admin_answer(200, {{"refunds", list}});
            }
            if (what == "refunds" && post && parts.size() == 3 && parts[2] == "release")
                return done_or(release_refund(parts[1]), "there is no deferred refund " + parts[1]);
            if (what == "inventory" && get) {
                if (const auto sku = request.parameter("sku")) {
                    const auto view = stock(std::string(*sku));
                    return view ? admin_answer(200, of(*view)) : admin_refuse(404, "there is no such sku");
                }
                return all("items", stock());
            }
            if (what == "inventory" && post)
                return done_or(set_stock(body.at("sku").get<std::string>(), body.at("quantity").get<std::int64_t>()),
                               "there is no such sku");
            if (what == "inbound" && get) return all("shipments", inbound());
            if (what == "inbound" && post && parts.size() == 3) {
                if (parts[2] == "advance") return done_or(advance_inbound(parts[1]), "the shipment's way is over");
                if (parts[2] == "receive")
                    return done_or(receive_inbound(parts[1], body.at("units").get<int>()), "nothing is missing");
                if (parts[2] == "end")
                    return done_or(end_inbound(parts[1], body.at("status").get<std::string>()),
                                   "states: CANCELLED, DELETED, ERROR");
            }
            if (what == "counters" && get) return admin_answer(200, of(counters()));
            if (what == "faults") return admin_faults(request.method, body, faults_);
            if (what == "dials" && post) return admin_dials(body);
            return std::nullopt;
        });
}

http::Response SellerImpl::admin_order(const std::string& method, const std::vector<std::string>& parts,
                                       const Asked& body) {
    if (parts.size() == 1 && method == "POST") return admin_answer(201, {{"id", place_order(wish_of(body))}});
    if (parts.size() < 2) return admin_refuse(404, "give an order: /_sandbox/orders/{id}");
    const std::string& id = parts[1];
    if (world_.order(id) == nullptr) return admin_refuse(404, "there is no order " + id);
    if (parts.size() == 2 && method == "GET") return http::Response::json(200, order_json(id));
    if (parts.size() != 3 || method != "POST") return admin_refuse(404, "verbs of an order: " + std::string(kVerbs));
    const std::string& verb = parts[2];
    bool done = false;
    if (verb == "authorise")
        done = authorise(id);
    else if (verb == "cancel")
        done = cancel(id);
    else if (verb == "request_cancel")
        done = request_cancel(id, body.value("reason", "Ordered by mistake"));
    else if (verb == "cancel_units")
        done = cancel_units(id, body.value("units", 1));
    else if (verb == "ship")
        done = ship(id, body.value("partly", false));
    else if (verb == "refund")
        done = !refund(id, refund_of(body)).empty();
    else
        return admin_refuse(404, "verbs of an order: " + std::string(kVerbs));
    if (!done) return admin_refuse(409, "the order is not in a state for " + verb);
    return http::Response::json(200, order_json(id));
}

http::Response SellerImpl::admin_dials(const Asked& body) {
    for (const auto& [name, value] : body.items()) {
        if (name == "clock_skew_ms")
            set_clock_skew(std::chrono::milliseconds(value.get<std::int64_t>()));
        else if (name == "expire_tokens" && value.get<bool>())
            expire_tokens();
        else if (name == "expire_page_tokens" && value.get<bool>())
            expire_page_tokens();
        else if (name == "revoke_refresh_tokens" && value.get<bool>())
            revoke_refresh_tokens();
        else if (name == "client_secrets")
            set_client_secrets(value.get<std::vector<std::string>>());
        else if (name == "roles")
            set_roles(value.get<std::vector<std::string>>());
        else if (name == "catalogue_empty")
            set_catalogue_empty(value.get<bool>());
        else if (name == "item_paging") {
            const std::string how = value.get<std::string>();
            if (how == "frozen")
                set_item_paging(ItemPaging::frozen);
            else if (how == "same_token")
                set_item_paging(ItemPaging::same_token);
            else if (how == "empty_page")
                set_item_paging(ItemPaging::empty_page);
            else if (how == "good")
                set_item_paging(ItemPaging::good);
            else
                return admin_refuse(422, "item_paging: frozen, same_token, empty_page, good");
        } else {
            return admin_refuse(422, "unknown dial \"" + name +
                                         "\"; there are clock_skew_ms, expire_tokens, expire_page_tokens, "
                                         "revoke_refresh_tokens, client_secrets, roles, catalogue_empty, item_paging");
        }
    }
    return admin_answer(200, {{"ok", true}});
}

}  // namespace crossdock::sandbox::amazon
