// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ebay/seller.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/ebay/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

namespace {

/// A path template ("/sell/fulfillment/v1/order/{}") and what stands behind it.
struct Row {
    std::string_view method, path, name, api, scope;
    bool apiz = false;
};
constexpr Row kRows[] = {
    {"POST", "/identity/v1/oauth2/token", "token", "Identity", "-"},
    {"GET", "/commerce/identity/v1/user", "getUser", "Identity", "commerce.identity.readonly", true},
    {"GET", "/sell/account/v1/privilege", "getPrivileges", "Account", "sell.account.readonly"},
    {"POST", "/developer/key_management/v1/signing_key", "createSigningKey", "KeyManagement", "", true},
    {"GET", "/developer/key_management/v1/signing_key", "getSigningKeys", "KeyManagement", "", true},
    {"GET", "/developer/key_management/v1/signing_key/{}", "getSigningKey", "KeyManagement", "", true},
    {"GET", "/developer/analytics/v1_beta/rate_limit", "getRateLimits", "Analytics", ""},
    {"GET", "/developer/analytics/v1_beta/user_rate_limit", "getUserRateLimits", "Analytics", ""},
    {"GET", "/sell/fulfillment/v1/order", "getOrders", "Fulfillment", "sell.fulfillment"},
    {"GET", "/sell/fulfillment/v1/order/{}", "getOrder", "Fulfillment", "sell.fulfillment"},
    {"POST", "/sell/fulfillment/v1/order/{}/shipping_fulfillment", "createShippingFulfillment", "Fulfillment",
     "sell.fulfillment"},
    {"GET", "/sell/fulfillment/v1/order/{}/shipping_fulfillment", "getShippingFulfillments", "Fulfillment",
     "sell.fulfillment"},
    {"GET", "/sell/fulfillment/v1/order/{}/shipping_fulfillment/{}", "getShippingFulfillment", "Fulfillment",
     "sell.fulfillment"},
    {"GET", "/sell/finances/v1/transaction", "getTransactions", "Finances", "sell.finances", true},
    {"GET", "/sell/inventory/v1/inventory_item", "getInventoryItems", "Inventory", "sell.inventory"},
    {"GET", "/sell/inventory/v1/inventory_item/{}", "getInventoryItem", "Inventory", "sell.inventory"},
    {"GET", "/sell/inventory/v1/offer", "getOffers", "Inventory", "sell.inventory"},
    {"GET", "/sell/inventory/v1/location", "getInventoryLocations", "Inventory", "sell.inventory"},
    {"POST", "/sell/inventory/v1/bulk_get_inventory_item", "bulkGetInventoryItem", "Inventory", "sell.inventory"},
    {"POST", "/sell/inventory/v1/bulk_update_price_quantity", "bulkUpdatePriceQuantity", "Inventory", "sell.inventory"},
    {"POST", "/ws/api.dll", "trading", "TradingAPI", "-"},
    {"GET", "/commerce/notification/v1/config", "getConfig", "Notification", ""},
    {"PUT", "/commerce/notification/v1/config", "updateConfig", "Notification", ""},
    {"GET", "/commerce/notification/v1/topic", "getTopics", "Notification", ""},
    {"GET", "/commerce/notification/v1/topic/{}", "getTopic", "Notification", ""},
    {"GET", "/commerce/notification/v1/public_key/{}", "getPublicKey", "Notification", ""},
    {"GET", "/commerce/notification/v1/destination", "getDestinations", "Notification", ""},
    {"POST", "/commerce/notification/v1/destination", "createDestination", "Notification", ""},
    {"GET", "/commerce/notification/v1/destination/{}", "getDestination", "Notification", ""},
    {"PUT", "/commerce/notification/v1/destination/{}", "updateDestination", "Notification", ""},
    {"DELETE", "/commerce/notification/v1/destination/{}", "deleteDestination", "Notification", ""},
    {"GET", "/commerce/notification/v1/subscription", "getSubscriptions", "Notification", ""},
    {"POST", "/commerce/notification/v1/subscription", "createSubscription", "Notification", ""},
    {"GET", "/commerce/notification/v1/subscription/{}", "getSubscription", "Notification", ""},
    {"PUT", "/commerce/notification/v1/subscription/{}", "updateSubscription", "Notification", ""},
    {"DELETE", "/commerce/notification/v1/subscription/{}", "deleteSubscription", "Notification", ""},
    {"POST", "/commerce/notification/v1/subscription/{}/enable", "enableSubscription", "Notification", ""},
    {"POST", "/commerce/notification/v1/subscription/{}/disable", "disableSubscription", "Notification", ""},
    {"POST", "/commerce/notification/v1/subscription/{}/test", "testSubscription", "Notification", ""},
};

std::optional<Operation> operation_of(const std::string& method, const std::string& raw_path) {
    std::vector<std::string> parts = split(raw_path, '/');
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    for (const Row& row : kRows) {
        if (row.method != method) continue;
        const std::vector<std::string> wanted = split(row.path, '/');
        if (wanted.size() != parts.size()) continue;
        Operation operation{std::string(row.name), std::string(row.api), std::string(row.scope), row.apiz, {}};
        std::size_t found = 0;
        bool same = true;
        for (std::size_t i = 0; i < parts.size() && same; ++i) {
            if (wanted[i] == "{}")
                operation.arguments[found++] = percent_decode(parts[i], false);
            else
                same = wanted[i] == parts[i];
        }
        if (same) return operation;
    }
    return std::nullopt;
}

}  // namespace

Json error_json(int error_id, std::string_view domain, std::string_view message,
                const std::vector<std::pair<std::string, std::string>>& parameters) {
    Json error = {{"errorId", error_id}, {"domain", domain}, {"category", "REQUEST"}, {"message", message}};
    for (const auto& [name, value] : parameters) error["parameters"].push_back({{"name", name}, {"value", value}});
    return error;
}

http::Response refuse(int status, int error_id, std::string_view domain, std::string_view message,
                      const std::vector<std::pair<std::string, std::string>>& parameters) {
    Json error = error_json(error_id, domain, message, parameters);
    if (status >= 500) error["category"] = "APPLICATION";
    Json body = Json::object();
    body["errors"] = Json::array({error});
    // What the client sent is quoted, and need not be UTF-8.
    return http::Response::json(status, body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::optional<std::int64_t> number_parameter(const http::Request& request, std::string_view name,
                                             std::int64_t fallback) {
    const auto text = request.parameter(name);
    if (!text) return fallback;
    if (text->empty() || text->size() > 9 || text->find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    return std::stoll(std::string(*text));
}

std::unique_ptr<Seller> make_seller(SellerOptions options, const Clock& clock) {
    return std::make_unique<SellerImpl>(std::move(options), clock);
}

SellerImpl::SellerImpl(SellerOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      world_(options_, clock),
      consented_(options_.scopes.begin(), options_.scopes.end()),
      refresh_expires_at_(clock.now() + options_.refresh_token_life),
      notification_kid_(world_.random().uuid()) {
    if (consented_.empty())
        consented_ = {"",
                      "sell.fulfillment",
                      "sell.inventory",
                      "sell.finances",
                      "sell.account.readonly",
                      "commerce.identity.readonly",
                      "commerce.notification.subscription"};
}

http::Response SellerImpl::handle(const http::Request& request) {
    Lock lock(mutex_);
    world_.catch_up();
    const auto without_prefix = [&](const std::string& path) {
        return path.starts_with(options_.path_prefix) ? path.substr(options_.path_prefix.size()) : path;
    };
    http::Response response;
    if (without_prefix(request.path).starts_with("/_sandbox"))
        response = admin(request, without_prefix(request.path));
    else
        response = route(request, without_prefix(request.target.empty() ? request.path : request.target), lock);
    response.headers.emplace_back("Date", format_http_date(world_.now()));
    return response;
}

http::Response SellerImpl::route(const http::Request& request, const std::string& path, Lock& lock) {
    ++world_.counters.requests;
    const auto operation = operation_of(request.method, path);
    if (!operation) return refuse(404, 2002, "ACCESS", "Resource not found");
    std::string name = operation->name;
    if (name == "trading") name = std::string(request.header("x-ebay-api-call-name").value_or("trading"));
    if (auto fault = fault_before(name)) {
        ++world_.counters.faults;
        return *fault;
    }
    http::Response response;
    const std::string_view host = request.header("host").value_or("");
    const bool wrong_host = options_.check_hosts && ((host.starts_with("api.") && operation->apiz) ||
                                                     (host.starts_with("apiz.") && !operation->apiz));
    if (wrong_host)
        response = refuse(404, 2002, "ACCESS", "Resource not found");
    else if (auto no = not_allowed(request, *operation))
        response = *no;
    else
        response = dispatch(request, *operation, lock);
    if (network_fault_after(faults_, name, response))
        ++world_.counters.faults;
    else if (options_.recorder)
        options_.recorder({request, response});
    return response;
}

std::optional<http::Response> SellerImpl::fault_before(const std::string& name) {
    if (auto network = network_fault_before(faults_, name)) return network;
    if (faults_.take({"unauthorized"}, name)) return refuse(401, 1001, "OAuth", "Invalid access token");
    if (faults_.take({"throttle"}, name)) {
        ++world_.counters.throttled;
        return refuse(429, 2001, "ACCESS", "Too many requests.");
    }
    if (const auto status = faults_.take({"status"}, name))
        return refuse(status->param, 30500, "API_FULFILLMENT", "System error");
    return std::nullopt;
}

SellerImpl::Quota& SellerImpl::quota_of(const std::string& api) {
    static const std::map<std::string, std::int64_t> kDaily = {
        {"Finances", 15'000}, {"Account", 25'000}, {"Notification", 10'000}, {"Analytics", 5'000}};
    Quota& quota = quotas_[api];
    const std::int64_t today = to_ms(world_.now()) / 86'400'000;
    if (quota.limit == 0 || quota.day != today) {
        const auto own = options_.daily_quota.find(api);
        const auto known = kDaily.find(api);
        quota.limit = own != options_.daily_quota.end() ? own->second : known != kDaily.end() ? known->second : 100'000;
        quota.count = 0;
        quota.day = today;
    }
    return quota;
}

std::optional<http::Response> SellerImpl::not_allowed(const http::Request& request, const Operation& operation) {
    if (operation.scope == "-") return std::nullopt;  // these look for themselves
    const std::string_view header = request.header("authorization").value_or("");
    if (!header.starts_with("Bearer ")) return refuse(401, 1002, "OAuth", "Missing access token");
    const auto token = tokens_.find(header.substr(7));
    if (token == tokens_.end() || token->second.expires_at <= clock_.now())
        return refuse(401, 1001, "OAuth", "Invalid access token");
    Quota& quota = quota_of(operation.api);
    if (quota.count >= quota.limit) {
        ++world_.counters.throttled;
        return refuse(429, 2001, "ACCESS", "Too many requests.");
    }
    ++quota.count;
    if (!token->second.scopes.contains(operation.scope)) return refuse(403, 1100, "ACCESS", "Access denied");
    if (operation.name == "getTransactions") {
        if (!options_.finances_access) return refuse(403, 1100, "ACCESS", "Access denied");
        if (options_.signatures_required) {
            const auto key_of = [&](std::string_view jwe) -> std::string {
                for (const SigningKey& key : signing_keys_)
                    if (key.jwe == jwe && key.expires > to_ms(world_.now()) / 1000) return key.public_key;
                return {};
            };
            const int error = check_signature(request, request.target.empty() ? request.path : request.target,
                                              request.header("host").value_or(""), world_.now(), key_of);
            if (error != 0) {
                ++world_.counters.unsigned_refused;
                // 215122 was seen as 403; of the others only the ids are known.
                return refuse(error == 215001 || error == 215114 ? 400 : 403, error, "ACCESS",
                              error == 215001   ? "Missing x-ebay-signature-key header"
                              : error == 215114 ? "The created parameter is not near the current time"
                                                : "Signature validation failed");
            }
        }
    }
    // Application tokens read nothing of a seller; keys, quotas and notifications do not belong to one.
    return std::nullopt;
}

std::string SellerImpl::base_url(const http::Request& request) const {
    if (!options_.public_url.empty()) return options_.public_url + options_.path_prefix;
    const std::string host(request.header("host").value_or("api.ebay.com"));
    const bool real = host.starts_with("api.") || host.starts_with("apiz.");
    return (real ? "https://" : "http://") + host + options_.path_prefix;
}

http::Response SellerImpl::dispatch(const http::Request& request, const Operation& operation, Lock& lock) {
    const std::string& name = operation.name;
    if (name == "token") return token(request);
    if (name == "getUser") return get_user();
    if (name == "getPrivileges") return get_privileges();
    if (operation.api == "KeyManagement") return signing_keys(request, operation);
    if (operation.api == "Analytics") return rate_limits(name == "getUserRateLimits");
    if (name == "getOrders") return get_orders(request);
    if (name == "getOrder") return get_order(request, operation.arguments[0]);
    if (name == "createShippingFulfillment") return create_fulfillment(request, operation.arguments[0]);
    if (name.starts_with("getShippingFulfillment"))
        return get_fulfillments(operation.arguments[0], operation.arguments[1]);
    if (name == "getTransactions") return get_transactions(request);
    if (name == "getInventoryItems") return get_items(request);
    if (name == "getInventoryItem") return get_item(operation.arguments[0]);
    if (name == "getOffers") return get_offers(request);
    if (name == "getInventoryLocations") return get_locations(request);
    if (name == "bulkGetInventoryItem") return bulk_get(request);
    if (name == "bulkUpdatePriceQuantity") return bulk_update(request);
    if (name == "trading") return trading(request);
    return notification(request, operation, lock);
}

std::vector<LedgerEntry> SellerImpl::ledger() {
    const std::lock_guard guard(mutex_);
    world_.catch_up();
    std::vector<LedgerEntry> out;
    for (const auto& [id, order] : world_.orders) {
        LedgerEntry& entry = out.emplace_back();
        entry.id = id;
        entry.version = order.version;
        entry.created_at = order.created_at;
        entry.updated_at = order.updated_at;
        entry.status = order.fulfillment_status();
        entry.payment_status = order.payment_status();
        entry.cancel_state = order.cancel_state();
        entry.total = decimal(order.total(true));
        entry.currency = world_.currency();
        entry.lines = static_cast<int>(order.lines.size());
        for (const Line& line : order.lines) entry.units += line.quantity;
        entry.visible = order.visible_at <= world_.now();
    }
    return out;
}

std::vector<RefundEntry> SellerImpl::refunds() {
    const std::lock_guard guard(mutex_);
    world_.catch_up();
    std::vector<RefundEntry> out;
    for (const Transaction& booked : world_.transactions)
        out.push_back({booked.id, booked.order_id, decimal(booked.amount), world_.currency(),
                       booked.credit ? "CREDIT" : "DEBIT", booked.at});
    return out;
}

std::vector<ShipmentView> SellerImpl::shipments(const std::string& order_id) {
    const std::lock_guard guard(mutex_);
    std::vector<ShipmentView> out;
    const Order* order = world_.order(order_id);
    if (order == nullptr) return out;
    for (const Shipment& shipment : order->shipments) {
        ShipmentView& view = out.emplace_back(ShipmentView{shipment.id, shipment.carrier, shipment.tracking});
        for (const auto& [line, units] : shipment.lines) view.units += units;
    }
    return out;
}

std::vector<StockView> SellerImpl::stock() {
    const std::lock_guard guard(mutex_);
    world_.catch_up();
    std::vector<StockView> out;
    for (int i = 0; i < options_.items; ++i) {
        const Item item = world_.item(i);
        for (const UnitKey unit : world_.units(i))
            out.push_back({world_.sku(unit), item.listing_id, world_.available(unit), !item.trading});
    }
    return out;
}

Counters SellerImpl::counters() {
    const std::lock_guard guard(mutex_);
    return world_.counters;
}

std::string SellerImpl::place_order(const PlaceOrder& wish) {
    const std::lock_guard guard(mutex_);
    world_.catch_up();
    if (const auto late = faults_.take({"late_order"}, "")) world_.next_order_late = std::chrono::seconds(late->param);
    return world_.place(wish);
}
bool SellerImpl::pay(const std::string& id) {
    return with_order(id, [&](Order& order) {
        if (order.paid) return false;
        order.paid = true;
        world_.touch(order);
        return true;
    });
}
bool SellerImpl::request_cancel(const std::string& id) {
    return with_order(id, [&](Order& order) {
        if (order.cancel_requested_at) return false;
        order.cancel_requested_at = world_.now();
        world_.touch(order);
        return true;
    });
}
bool SellerImpl::cancel(const std::string& id) {
    return with_order(id, [&](Order& order) { return world_.cancel(order); });
}
bool SellerImpl::refund(const std::string& id, bool everything) {
    return with_order(id, [&](Order& order) { return world_.refund(order, everything); });
}
bool SellerImpl::reverse_refund(const std::string& refund_id) {
    const std::lock_guard guard(mutex_);
    return world_.reverse(refund_id);
}
bool SellerImpl::ship(const std::string& id, bool everything) {
    return with_order(id, [&](Order& order) { return world_.ship(order, world_.left(order, everything)); });
}
bool SellerImpl::set_stock(int item, std::int64_t available) {
    const std::lock_guard guard(mutex_);
    if (item < 0 || item >= options_.items) return false;
    for (const UnitKey unit : world_.units(item)) world_.set_available(unit, available);
    return true;
}
bool SellerImpl::delete_account(const std::string& username) {
    const std::lock_guard guard(mutex_);
    notify("MARKETPLACE_ACCOUNT_DELETION",
           {{"username", username}, {"userId", "id_" + username}, {"eiasToken", base64_encode(username)}});
    return true;
}
void SellerImpl::revoke_consent() {
    const std::lock_guard guard(mutex_);
    revoked_ = true;
    expire_tokens();
    notify("AUTHORIZATION_REVOCATION", {{"username", "demo_seller"},
                                        {"userId", "demoSellerId"},
                                        {"eiasToken", base64_encode("demo_seller")},
                                        {"revokeReason", "REVOKED_BY_USER"},
                                        {"revocationDate", ebay_time(world_.now())}});
}

void SellerImpl::add_fault(const Fault& fault) {
    const std::lock_guard guard(mutex_);
    faults_.add(fault);
}
void SellerImpl::clear_faults() {
    const std::lock_guard guard(mutex_);
    faults_.clear();
}
void SellerImpl::expire_tokens() {
    const std::lock_guard guard(mutex_);
    tokens_.clear();
}
void SellerImpl::set_clock_skew(std::chrono::milliseconds skew) {
    const std::lock_guard guard(mutex_);
    world_.skew = skew;
}

}  // namespace crossdock::sandbox::ebay
