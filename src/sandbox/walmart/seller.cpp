// SPDX-License-Identifier: Apache-2.0
#include "sandbox/walmart/seller.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;

namespace {

SellerOptions sane(SellerOptions options) {
    options.items = std::max<std::int64_t>(1, options.items);  // an order needs something to be of
    return options;
}

std::string derived_status(const Order& order) {
    bool any_gone = false;
    bool all_gone = true;
    for (const Line& line : order.lines) {
        const int gone = line.in(LineStatus::shipped) + line.in(LineStatus::delivered);
        const int wanted = line.quantity - line.in(LineStatus::cancelled);
        any_gone = any_gone || gone > 0;
        all_gone = all_gone && gone == wanted;
    }
    if (order.all_cancelled()) return "cancelled";
    if (all_gone) return "fulfilled";
    return any_gone ? "partially_fulfilled" : "open";
}

}  // namespace

std::unique_ptr<Seller> make_seller(SellerOptions options, const Clock& clock) {
    return std::make_unique<SellerImpl>(std::move(options), clock);
}

SellerImpl::SellerImpl(SellerOptions options, const Clock& clock)
    : options_(sane(std::move(options))),
      clock_(clock),
      world_(options_, clock),
      faults_({"xml", "token_400", "single_object", "order_array", "errors_inside", "node_error", "row_error",
               "feed_error", "report_error", "report_short", "late_order", "webhook_lost", "webhook_twice",
               "webhook_late"}),
      deliveries_({60s, 600s}) {  // three attempts in all
    world_.listener = [this](const Happening& happening) { on_event(happening); };
    world_.extra_lag = [this]() -> std::chrono::milliseconds {
        const auto late = faults_.take({"late_order"}, "");
        return late ? std::chrono::seconds(late->param) : std::chrono::milliseconds(0);
    };
}

void SellerImpl::tick() {
    std::vector<Deliveries::Delivery> due;
    WebhookSender sender;
    {
        const std::lock_guard lock(mutex_);
        world_.agenda.catch_up();
        due = deliveries_.due(world_.now());
        sender = sender_;
    }
    for (Deliveries::Delivery& delivery : due) {
        const int status = sender ? sender(delivery.call) : 0;
        const std::lock_guard lock(mutex_);
        if (sender)
            ++world_.counters.webhooks_sent;
        else
            ++world_.counters.webhooks_lost;
        if (!deliveries_.settle(std::move(delivery), status, world_.now())) ++world_.counters.webhooks_failed;
    }
}

void SellerImpl::set_webhook_sender(WebhookSender sender) {
    const std::lock_guard lock(mutex_);
    sender_ = std::move(sender);
}

std::vector<LedgerEntry> SellerImpl::ledger() {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::vector<LedgerEntry> out;
    out.reserve(world_.orders.size());
    for (const auto& [id, order] : world_.orders) {
        LedgerEntry& entry = out.emplace_back();
        entry.id = id;
        entry.customer_order_id = order.customer_order;
        entry.version = order.version;
        entry.created_at = order.created;
        entry.updated_at = order.modified;
        entry.status = derived_status(order);
        entry.node_type = kNodeTypes[static_cast<std::size_t>(order.node_type)];
        entry.order_type = kOrderTypes[static_cast<std::size_t>(order.type)];
        entry.total_cents = total_cents(order);
        entry.visible = order.visible_at <= world_.now();
        for (const Line& line : order.lines) {
            LineView& view = entry.lines.emplace_back();
            view.line_number = line.number;
            view.sku = world_.goods.sku(line.good);
            view.quantity = line.quantity;
            for (const Units& part : line.units) view.by_status[std::string(wire(part.status))] += part.quantity;
            if (line.refund) view.goodwill_cents = line.refund->cents;
        }
    }
    return out;
}

std::vector<ReturnEntry> SellerImpl::returns() {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::vector<ReturnEntry> out;
    for (const auto& [id, it] : world_.returns)
        out.push_back({id, it.order, it.created, it.modified, std::string(it.status), it.quantity(), it.refunded(),
                       it.refund_cents(), it.replacement, it.cancelled, it.wfs});
    return out;
}

std::vector<ShipmentView> SellerImpl::shipments(std::int64_t order_id) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::vector<ShipmentView> out;
    const Order* order = world_.order(order_id);
    if (order == nullptr) return out;
    for (const Line& line : order->lines) {
        for (const Units& part : line.units) {
            if (!part.tracking) continue;
            const Tracking& tracking = *part.tracking;
            out.push_back({order_id, line.number, part.quantity,
                           tracking.carrier.empty() ? tracking.other_carrier : tracking.carrier, tracking.number,
                           part.by_staff, part.since});
        }
    }
    return out;
}

std::vector<StockView> SellerImpl::stock(const std::string& sku) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::vector<std::pair<std::int64_t, std::size_t>> wanted;
    if (sku.empty()) {
        wanted = world_.stock.changed();
    } else if (const auto good = world_.goods.find(sku)) {
        for (std::size_t node = 0; node < world_.stock.nodes().size(); ++node) wanted.emplace_back(*good, node);
    }
    std::vector<StockView> out;
    for (const auto& [good, node] : wanted) {
        if (const auto level = world_.stock.at(good, node))
            out.push_back({world_.goods.sku(good), world_.stock.nodes()[node].id, level->input, level->reserved,
                           level->available(), level->updated, good % kEveryNthInWfs == 0});
    }
    return out;
}

Counters SellerImpl::counters() {
    const std::lock_guard lock(mutex_);
    return world_.counters;
}

std::vector<std::string> SellerImpl::ship_nodes() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const ShipNode& node : world_.stock.nodes()) out.push_back(node.id);
    return out;
}

std::string SellerImpl::order_json(std::int64_t order_id) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    const Order* order = world_.order(order_id);
    if (order == nullptr) return {};
    return walmart::order_json(*order, world_.goods, world_.stock.nodes(), {true, true, options_.null_fields}).dump();
}

std::int64_t SellerImpl::place_order(const PlaceOrder& wish) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    for (const PlaceOrder::Item& item : wish.items)
        if (!world_.goods.find(item.sku) || item.quantity < 1) return 0;
    return world_.place(wish).id;
}

bool SellerImpl::acknowledge(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return !world_.acknowledge(it); });
}
bool SellerImpl::ship(std::int64_t order_id, int line_number, int units) {
    return with_order(order_id, [&](Order& it) { return world_.ship_by_staff(it, line_number, units); });
}
bool SellerImpl::deliver(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.deliver(it); });
}
bool SellerImpl::cancel(std::int64_t order_id, int line_number, int units) {
    return with_order(order_id,
                      [&](Order& it) { return world_.cancel_units(it, line_number, units, kCancelReasons[0]); });
}
bool SellerImpl::want_cancel(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.want_cancel(it); });
}
bool SellerImpl::refund_line(std::int64_t order_id, int line_number, std::int64_t cents) {
    return with_order(order_id, [&](Order& it) { return world_.refund_line(it, line_number, cents); });
}

bool SellerImpl::refund_return(std::int64_t return_id, int units) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    Return* it = world_.returned(return_id);
    if (it == nullptr) return false;
    world_.arrive(*it);
    return world_.refund(*it, units);
}

bool SellerImpl::cancel_return(std::int64_t return_id) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    Return* it = world_.returned(return_id);
    return it != nullptr && world_.cancel(*it);
}

std::int64_t SellerImpl::start_return(std::int64_t order_id, const StartReturn& wish) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    Order* order = world_.order(order_id);
    const Return* begun = order == nullptr ? nullptr : world_.start_return(*order, wish);
    return begun == nullptr ? 0 : begun->id;
}

bool SellerImpl::set_stock(const std::string& sku, const std::string& ship_node, std::int64_t quantity) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    const auto good = world_.goods.find(sku);
    const auto node = world_.stock.node(ship_node);
    if (!good || !node || quantity < 0) return false;
    world_.stock.set(*good, *node, quantity, world_.now());
    return true;
}

void SellerImpl::add_fault(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    faults_.add(fault);
}

void SellerImpl::clear_faults() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
}

void SellerImpl::expire_tokens() {
    const std::lock_guard lock(mutex_);
    tokens_.clear();
}

void SellerImpl::set_clock_skew(std::chrono::milliseconds skew) {
    const std::lock_guard lock(mutex_);
    world_.agenda.set_skew(skew);
}

void SellerImpl::set_index_lag(std::chrono::milliseconds lag) {
    const std::lock_guard lock(mutex_);
    world_.index_lag = lag;
}

void SellerImpl::set_scope(const std::string& scope, const std::string& access) {
    const std::lock_guard lock(mutex_);
    options_.scopes[scope] = access;
}

}  // namespace crossdock::sandbox::walmart
