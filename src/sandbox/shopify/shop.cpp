// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/shop.h"

#include <nlohmann/json.hpp>

#include "sandbox/shopify/shop_impl.h"

namespace crossdock::sandbox::shopify {

namespace {

std::set<std::string, std::less<>> scopes_or_all(const std::vector<std::string>& given) {
    if (!given.empty()) return {given.begin(), given.end()};
    return {"read_orders",
            "write_orders",
            "read_customers",
            "read_products",
            "read_inventory",
            "write_inventory",
            "read_locations",
            "read_fulfillments",
            "read_assigned_fulfillment_orders",
            "read_merchant_managed_fulfillment_orders",
            "write_merchant_managed_fulfillment_orders",
            "read_third_party_fulfillment_orders",
            "read_returns"};
}

/// Enough of an order to compare with what somebody else holds.
constexpr std::string_view kWholeOrder = R"(query SandboxOrder($id: ID!) { order(id: $id) {
  id legacyResourceId name createdAt updatedAt cancelledAt closedAt edited test note tags email displayFinancialStatus displayFulfillmentStatus
  currencyCode presentmentCurrencyCode taxesIncluded
  subtotalPriceSet { ...Money } totalShippingPriceSet { ...Money } totalTaxSet { ...Money } totalDiscountsSet { ...Money } totalPriceSet { ...Money }
  currentTotalPriceSet { ...Money } totalRefundedSet { ...Money } totalOutstandingSet { ...Money } totalTipReceivedSet { ...Money }
  lineItems(first: 250) { nodes { id sku title variantTitle quantity currentQuantity unfulfilledQuantity variant { legacyResourceId }
    originalUnitPriceSet { ...Money } originalTotalSet { ...Money } discountAllocations { allocatedAmountSet { ...Money } } taxLines { title rate priceSet { ...Money } } } }
  fulfillmentOrders(first: 50) { nodes { id status assignedLocation { name location { legacyResourceId } }
    lineItems(first: 100) { nodes { id totalQuantity remainingQuantity lineItem { id } } } } }
  fulfillments { id status createdAt location { legacyResourceId } trackingInfo { company number url } }
  refunds { id createdAt totalRefundedSet { ...Money } refundLineItems(first: 250) { nodes { id quantity restockType subtotalSet { ...Money } totalTaxSet { ...Money } lineItem { id } } }
    refundShippingLines(first: 10) { nodes { id subtotalAmountSet { ...Money } taxAmountSet { ...Money } } }
    orderAdjustments(first: 10) { nodes { id reason amountSet { ...Money } } } transactions(first: 10) { nodes { id kind status amountSet { ...Money } } } }
} }
fragment Money on MoneyBag { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } })";

}  // namespace

std::unique_ptr<Shop> make_shop(ShopOptions options, const Clock& clock) {
    return std::make_unique<ShopImpl>(std::move(options), clock);
}

ShopImpl::ShopImpl(ShopOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      world_(options_, clock),
      api_(world_),
      outbox_(world_, faults_),
      bucket_(options_.bucket, options_.restore_per_second, clock.steady()),
      tokens_(options_.tokens),
      scopes_(scopes_or_all(options_.scopes)) {
    world_.set_listener([this](std::string_view topic, const Subject& subject) { outbox_.on_event(topic, subject); });
    world_.extra_lag = [this]() -> std::chrono::milliseconds {
        const auto late = faults_.take({"late_order"}, "");
        return late ? std::chrono::seconds(late->param) : std::chrono::milliseconds(0);
    };
}

http::Response ShopImpl::handle(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::string path = request.path;
    if (!options_.path_prefix.empty() && path.starts_with(options_.path_prefix))
        path.erase(0, options_.path_prefix.size());
    http::Response response = path.starts_with("/_sandbox") ? admin(request, path) : route(request, path);
    response.headers.emplace_back("Date", format_http_date(world_.now()));
    return response;
}

void ShopImpl::tick() {
    std::vector<WebhookOutbox::Delivery> due;
    WebhookSender sender;
    {
        const std::lock_guard lock(mutex_);
        world_.catch_up();
        due = outbox_.due();
        sender = sender_;
    }
    for (WebhookOutbox::Delivery& delivery : due) {
        const int status = sender ? sender(delivery.call) : 0;
        const std::lock_guard lock(mutex_);
        outbox_.settle(std::move(delivery), status);
    }
}

void ShopImpl::set_webhook_sender(WebhookSender sender) {
    const std::lock_guard lock(mutex_);
    sender_ = std::move(sender);
}

std::vector<LedgerEntry> ShopImpl::ledger() {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::vector<LedgerEntry> out;
    for (const auto& [id, order] : world_.orders) {
        LedgerEntry& entry = out.emplace_back();
        entry.id = id;
        entry.name = order.name;
        entry.version = order.version;
        entry.created_at = order.created_at;
        entry.updated_at = order.updated_at;
        entry.cancelled = order.cancelled_at.has_value();
        entry.financial_status = financial_status(order);
        entry.fulfillment_status = fulfillment_status(order);
        entry.total = trimmed_decimal(ordered_totals(order).total.shop, order.currency);
        entry.currency = order.currency;
        entry.lines = static_cast<int>(order.lines.size());
        entry.refunds = static_cast<int>(order.refunds.size());
        const auto seen = world_.index.updated_at(id);
        entry.visible = seen && *seen == order.updated_at;
    }
    return out;
}

std::vector<ShipmentView> ShopImpl::shipments(std::int64_t order_id) {
    const std::lock_guard lock(mutex_);
    std::vector<ShipmentView> out;
    const Order* order = world_.order(order_id);
    if (order == nullptr) return out;
    for (const Fulfillment& shipment : order->fulfillments) {
        ShipmentView& view = out.emplace_back();
        view.id = shipment.id;
        view.location_id = shipment.location_id;
        view.status = shipment.status;
        view.notified = shipment.notified;
        for (const Tracking& tracking : shipment.tracking) {
            view.company = tracking.company;
            view.numbers.push_back(tracking.number);
        }
        for (const FulfillmentLine& line : shipment.lines) view.units += line.quantity;
    }
    return out;
}

std::vector<StockView> ShopImpl::stock() {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::vector<StockView> out;
    for (const auto& [key, level] : world_.levels) {
        const InventoryItem& item = *world_.item(level.item_id);
        out.push_back({level.item_id, item.variant_id, level.location_id, item.sku, level.available, level.committed,
                       level.on_hand(), level.active, item.tracked, level.updated_at});
    }
    return out;
}

Counters ShopImpl::counters() {
    const std::lock_guard lock(mutex_);
    return world_.counters;
}

std::vector<std::int64_t> ShopImpl::locations() {
    const std::lock_guard lock(mutex_);
    std::vector<std::int64_t> out;
    for (const Location& place : world_.locations) {
        if (!place.deleted) out.push_back(place.id);
    }
    return out;
}

std::string ShopImpl::order_json(std::int64_t order_id) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    if (world_.order(order_id) == nullptr) return {};
    RequestContext context;
    context.scopes = scopes_or_all({});
    context.scopes.insert("read_all_orders");
    api_.request() = context;
    const auto prepared = api_.prepare(std::string(kWholeOrder));
    const nlohmann::json variables = {{"id", "gid://shopify/Order/" + std::to_string(order_id)}};
    const auto outcome = graphql::execute(api_.schema(), api_.resolvers(), *prepared,
                                          prepared->document.operations.front(), variables, {});
    constexpr std::string_view kHead = R"({"order":)";
    if (!outcome.data.starts_with(kHead)) return {};
    return outcome.data.substr(kHead.size(), outcome.data.size() - kHead.size() - 1);
}

std::int64_t ShopImpl::place_order(const PlaceOrder& wish) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    return world_.place(wish).id;
}

bool ShopImpl::pay(std::int64_t id) {
    return with_order(id, [&](Order& order) { return world_.pay(order); });
}
bool ShopImpl::edit(std::int64_t id) {
    return with_order(id, [&](Order& order) { return world_.edit(order); });
}
bool ShopImpl::change_note(std::int64_t id, const std::string& note) {
    return with_order(id, [&](Order& order) {
        world_.change_note(order, note);
        return true;
    });
}
bool ShopImpl::cancel(std::int64_t id, bool restock) {
    return with_order(id, [&](Order& order) { return world_.cancel(order, "CUSTOMER", restock); });
}
bool ShopImpl::refund(std::int64_t id, int units, bool pending) {
    return with_order(
        id, [&](Order& order) { return world_.refund(order, units, pending, "RETURN", "refunded by the shop"); });
}
bool ShopImpl::hold(std::int64_t id) {
    return with_order(id, [&](Order& order) {
        bool any = false;
        for (FulfillmentOrder& group : order.fulfillment_orders)
            any = world_.hold(order, group, "OTHER", "on hold by the shop") || any;
        return any;
    });
}
bool ShopImpl::release(std::int64_t id) {
    return with_order(id, [&](Order& order) {
        bool any = false;
        for (FulfillmentOrder& group : order.fulfillment_orders) any = world_.release(order, group) || any;
        return any;
    });
}
bool ShopImpl::move(std::int64_t id) {
    return with_order(id, [&](Order& order) {
        for (FulfillmentOrder& group : order.fulfillment_orders) {
            const std::int64_t other = world_.locations[group.location_id == world_.locations[0].id ? 1 : 0].id;
            if (world_.move(order, group, other) != 0) return true;
        }
        return false;
    });
}
bool ShopImpl::split(std::int64_t id) {
    return with_order(id, [&](Order& order) {
        for (FulfillmentOrder& group : order.fulfillment_orders) {
            if (world_.split(order, group) != 0) return true;
        }
        return false;
    });
}
bool ShopImpl::ship(std::int64_t id) {
    return with_order(id, [&](Order& order) {
        bool any = false;
        for (const FulfillmentOrder& group : order.fulfillment_orders) {
            if (!group.fulfillable()) continue;
            std::int64_t made = 0;
            any = !world_.fulfil({{group.id, std::nullopt}}, {{"UPS", "1ZSTAFF" + std::to_string(group.id), ""}}, true,
                                 made) ||
                  any;
        }
        return any;
    });
}
bool ShopImpl::archive(std::int64_t id, bool closed) {
    return with_order(id, [&](Order& order) {
        world_.archive(order, closed);
        return true;
    });
}

bool ShopImpl::set_stock(std::int64_t item_id, std::int64_t location_id, std::int64_t available) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::int64_t group = 0;
    return world_
        .set_stock("available", {{item_id, location_id, available, std::nullopt}}, "quantities", "correction",
                   std::nullopt, group)
        .empty();
}

bool ShopImpl::delete_location(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    return world_.delete_location(id);
}

void ShopImpl::add_fault(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    faults_.add(fault);
}
void ShopImpl::clear_faults() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
}
void ShopImpl::expire_tokens() {
    const std::lock_guard lock(mutex_);
    tokens_.expire_issued();
}
void ShopImpl::set_clock_skew(std::chrono::milliseconds skew) {
    const std::lock_guard lock(mutex_);
    world_.set_skew(skew);
}
void ShopImpl::set_index_lag(std::chrono::milliseconds lag) {
    const std::lock_guard lock(mutex_);
    world_.index_lag = lag;
}
void ShopImpl::set_pii_hidden(bool hidden) {
    const std::lock_guard lock(mutex_);
    api_.set_pii_hidden(hidden);
}
void ShopImpl::poison(std::int64_t order_id, const std::string& field, const std::string& text) {
    const std::lock_guard lock(mutex_);
    api_.poison(order_id, field, text);
}
void ShopImpl::set_scopes(const std::vector<std::string>& scopes) {
    const std::lock_guard lock(mutex_);
    scopes_ = scopes_or_all(scopes);
}

}  // namespace crossdock::sandbox::shopify
