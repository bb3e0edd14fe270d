// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shipstation/account.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/shipstation/account_impl.h"

namespace crossdock::sandbox::shipstation {

using namespace std::chrono_literals;

namespace {

AccountOptions sane(AccountOptions options) {
    options.products = std::max<std::int64_t>(1, options.products);  // an order needs something to be of
    return options;
}

}  // namespace

std::unique_ptr<Account> make_account(AccountOptions options, const Clock& clock) {
    return std::make_unique<AccountImpl>(std::move(options), clock);
}

AccountImpl::AccountImpl(AccountOptions options, const Clock& clock)
    : options_(sane(std::move(options))),
      clock_(clock),
      world_(options_, clock),
      faults_({"exception", "pages_zero", "notify_fails", "late_order", "row_error", "webhook_lost", "webhook_twice",
               "webhook_late"}),
      deliveries_({60s, 600s, 3600s}),
      v1_{clock.steady(), 0},
      v2_{clock.steady(), 0} {
    world_.listener = [this](std::string_view event, std::int64_t store) { return on_event(event, store); };
    world_.extra_lag = [this]() -> std::chrono::milliseconds {
        const auto late = faults_.take({"late_order"}, "");
        return late ? std::chrono::seconds(late->param) : std::chrono::milliseconds(0);
    };
    world_.notify_fails = [this] { return faults_.take({"notify_fails"}, "").has_value(); };
}

void AccountImpl::tick() {
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

void AccountImpl::set_webhook_sender(WebhookSender sender) {
    const std::lock_guard lock(mutex_);
    sender_ = std::move(sender);
}

std::vector<LedgerEntry> AccountImpl::ledger() {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::vector<LedgerEntry> out;
    out.reserve(world_.orders.size());
    for (const auto& [id, it] : world_.orders) {
        LedgerEntry& entry = out.emplace_back();
        entry.id = id;
        entry.number = it.number;
        entry.key = it.key;
        entry.status = wire(it.status);
        const Json shown = shipstation::order_json(it, world_.goods)["advancedOptions"];
        if (shown["source"].is_string()) entry.source = shown["source"].get<std::string>();
        entry.store = it.store;
        entry.parent = it.parent;
        entry.merged = it.merged;
        entry.version = it.version;
        entry.created_at = it.created;
        entry.updated_at = it.modified;
        entry.total_cents = it.total_cents();
        for (const Item& item : it.items) entry.lines += item.adjustment() ? 0 : 1;
        entry.deleted = it.deleted;
        entry.visible = it.visible_at <= world_.now();
    }
    return out;
}

std::vector<ShipmentView> AccountImpl::shipments(std::int64_t order_id) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::vector<ShipmentView> out;
    for (const auto& [id, it] : world_.shipments) {
        if (it.order != order_id) continue;
        out.push_back({id, it.order, it.carrier, it.number, it.label, it.voided.has_value(), it.is_return,
                       it.customer_notified, it.notified, it.notify_error, it.created});
    }
    return out;
}

std::vector<StockView> AccountImpl::stock() {
    const std::lock_guard lock(mutex_);
    std::vector<StockView> out;
    for (const auto& [sku, on_hand] : world_.stock) out.push_back({sku, on_hand});
    return out;
}

Counters AccountImpl::counters() {
    const std::lock_guard lock(mutex_);
    return world_.counters;
}

std::vector<std::int64_t> AccountImpl::stores() {
    std::vector<std::int64_t> out;
    for (const Store& store : world_.stores) out.push_back(store.id);
    return out;
}

std::string AccountImpl::order_json(std::int64_t order_id) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    const Order* it = world_.order(order_id);
    return it == nullptr ? "" : shipstation::order_json(*it, world_.goods).dump();
}

std::int64_t AccountImpl::place_order(const PlaceOrder& wish) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    for (const PlaceOrder::Item& item : wish.items)
        if (!world_.goods.find(item.sku) || item.quantity < 1) return 0;
    return world_.place(wish).id;
}

bool AccountImpl::pay(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.pay(it); });
}
bool AccountImpl::edit(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.edit(it); });
}
bool AccountImpl::hold(std::int64_t order_id, bool on) {
    return with_order(order_id, [&](Order& it) { return world_.hold(it, on); });
}
bool AccountImpl::cancel(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.cancel(it); });
}
bool AccountImpl::remove(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.remove(it); });
}
bool AccountImpl::ship(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.ship(it); });
}
bool AccountImpl::return_label(std::int64_t order_id) {
    return with_order(order_id, [this](Order& it) { return world_.return_label(it); });
}

bool AccountImpl::void_label(std::int64_t shipment_id) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    return world_.void_label(shipment_id);
}

std::int64_t AccountImpl::split(std::int64_t order_id) {
    std::int64_t id = 0;
    with_order(order_id, [&](Order& it) {
        const Order* part = world_.split(it);
        id = part == nullptr ? 0 : part->id;
        return part != nullptr;
    });
    return id;
}

bool AccountImpl::merge(std::int64_t order_id, std::int64_t swallowed_id) {
    return with_order(order_id, [&](Order& it) {
        Order* other = world_.order(swallowed_id);
        return other != nullptr && world_.merge(it, *other);
    });
}

bool AccountImpl::touch_product(const std::string& sku) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    const auto good = world_.goods.find(sku);
    if (good) world_.touch_product(*good);
    return good.has_value();
}

void AccountImpl::add_fault(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    faults_.add(fault);
}

void AccountImpl::clear_faults() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
}

void AccountImpl::set_clock_skew(std::chrono::milliseconds skew) {
    const std::lock_guard lock(mutex_);
    world_.agenda.set_skew(skew);
}

void AccountImpl::set_index_lag(std::chrono::milliseconds lag) {
    const std::lock_guard lock(mutex_);
    world_.index_lag = lag;
}

void AccountImpl::use_up(int calls) {
    const std::lock_guard lock(mutex_);
    v1_.used = std::min(options_.v1_per_minute, v1_.used + calls);
}

void AccountImpl::set_key(const std::string& key, const std::string& secret) {
    const std::lock_guard lock(mutex_);
    options_.api_key = key;
    options_.api_secret = secret;
}

}  // namespace crossdock::sandbox::shipstation
