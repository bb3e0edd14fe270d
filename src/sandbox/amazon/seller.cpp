// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/seller.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

namespace {

std::set<std::string, std::less<>> roles_or_all(const std::vector<std::string>& given) {
    if (!given.empty()) return {given.begin(), given.end()};
    return {"orders", "pii_address", "pii_buyer", "finance", "listings", "inbound"};
}

std::string kind_name(RefundKind kind) {
    switch (kind) {
        case RefundKind::refund: return "refund";
        case RefundKind::goodwill: return "goodwill";
        case RefundKind::restocked: return "restocked";
        case RefundKind::claim: return "claim";
        case RefundKind::chargeback: return "chargeback";
    }
    return "";
}

}  // namespace

std::unique_ptr<Seller> make_seller(SellerOptions options, const Clock& clock) {
    return std::make_unique<SellerImpl>(std::move(options), clock);
}

SellerImpl::SellerImpl(SellerOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      world_(options_, clock),
      tokens_(options_.access_tokens),
      pages_(options_.seed),
      roles_(roles_or_all(options_.roles)) {
    world_.extra_lag = [this]() -> std::chrono::milliseconds {
        const auto late = faults_.take({"late_order"}, "");
        return late ? std::chrono::seconds(late->param) : std::chrono::milliseconds(0);
    };
}

void SellerImpl::tick() {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
}

std::vector<LedgerEntry> SellerImpl::ledger() {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::vector<LedgerEntry> out;
    const Timestamp newest = world_.now() - options_.order_lag;
    for (const Order& order : world_.orders) {
        LedgerEntry& entry = out.emplace_back();
        entry.id = order.id;
        entry.version = order.version;
        entry.created_at = order.created_at;
        entry.updated_at = order.updated_at;
        entry.status = v0_name(order.status);
        entry.channel = order.afn ? "AFN" : "MFN";
        entry.store = order.store->id;
        entry.currency = order.store->currency;
        if (const auto total = total_of(order)) entry.total = decimal(*total, order.store->digits);
        entry.lines = static_cast<int>(order.lines.size());
        entry.refunds = static_cast<int>(order.refunds.size());
        for (const Line& line : order.lines) {
            entry.units += line.ordered;
            entry.shipped += line.shipped;
        }
        const auto known = world_.indexed.find(order.index);
        entry.visible =
            known != world_.indexed.end() && known->second == order.updated_at && order.updated_at <= newest;
    }
    return out;
}

std::vector<RefundView> SellerImpl::refunds() {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::vector<RefundView> out;
    for (const FinancialEvent& event : world_.events) {
        if (event.shipment) continue;
        const Order& order = world_.orders[event.order];
        RefundView& view = out.emplace_back();
        view.id = event.id;
        view.order_id = order.id;
        view.kind = kind_name(event.kind);
        view.currency = order.store->currency;
        view.posted_at = event.posted_at;
        view.shown_since = std::max(event.posted_at, event.released_at.value_or(event.posted_at));
        view.deferred = event.deferred;
        Minor total = 0;
        for (const RefundLine& line : event.lines) {
            total += line.total();
            view.adjustment_ids.push_back(line.adjustment_id);
        }
        std::sort(view.adjustment_ids.begin(), view.adjustment_ids.end());
        view.total = decimal(total, order.store->digits);
    }
    return out;
}

std::vector<PackageView> SellerImpl::packages(const std::string& order_id) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::vector<PackageView> out;
    const Order* order = world_.order(order_id);
    if (order == nullptr) return out;
    for (const Package& package : order->packages) {
        PackageView& view = out.emplace_back();
        view.reference = package.reference;
        view.carrier = package.carrier;
        view.carrier_name = package.carrier_name;
        view.method = package.method;
        view.tracking = package.tracking;
        view.edits = package.edits;
        view.by_staff = package.by_staff;
        for (const auto& [id, units] : package.lines) view.units += units;
    }
    return out;
}

StockView SellerImpl::stock_of(std::uint32_t index) const {
    const Listing item = world_.listing(index);
    StockView view;
    view.sku = item.sku;
    view.fba = item.fba;
    view.updated_at = item.updated_at;
    const auto in_force = world_.availability(item), sent = world_.sent_availability(item);
    for (const auto& [channel, availability] : in_force) view.channels.push_back(channel);
    if (const auto at = in_force.find("DEFAULT"); at != in_force.end()) {
        view.quantity = at->second.quantity;
        view.lead_time_days = at->second.lead_time_days;
    }
    if (const auto at = sent.find("DEFAULT"); at != sent.end()) view.sent = at->second.quantity;
    return view;
}

std::vector<StockView> SellerImpl::stock() {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::vector<StockView> out;
    constexpr std::uint32_t kLarge = 10'000;
    if (world_.listing_count() > kLarge) {
        for (const auto& [index, change] : world_.changes) out.push_back(stock_of(index));
    } else {
        for (std::uint32_t index = 0; index < world_.listing_count(); ++index) out.push_back(stock_of(index));
    }
    return out;
}

std::optional<StockView> SellerImpl::stock(const std::string& sku) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    const auto index = world_.listing_of(sku);
    return index ? std::optional(stock_of(*index)) : std::nullopt;
}

std::vector<InboundView> SellerImpl::inbound() {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    std::vector<InboundView> out;
    for (const InboundShipment& shipment : world_.inbounds) {
        InboundView& view = out.emplace_back();
        view.id = shipment.id;
        view.status = shipment.status;
        view.items = static_cast<int>(shipment.items.size());
        view.cases_required = shipment.cases_required;
        view.contents_source = shipment.contents_source;
        view.plan_id = shipment.plan_id;
        view.shipment_id = shipment.shipment_id;
        view.cartons = static_cast<int>(shipment.cartons.size());
        for (const InboundItem& item : shipment.items) {
            view.shipped += item.shipped;
            view.received += item.received;
        }
        for (const Carton& carton : shipment.cartons) {
            for (const auto& [sku, units] : carton.items) view.carton_units += units;
        }
    }
    return out;
}

Counters SellerImpl::counters() {
    const std::lock_guard lock(mutex_);
    return world_.counters;
}

std::string SellerImpl::place_order(const PlaceOrder& wish) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    return world_.place(wish).id;
}
bool SellerImpl::authorise(const std::string& id) {
    return with_order(id, [&](Order& order) { return world_.authorise(order); });
}
bool SellerImpl::cancel(const std::string& id) {
    return with_order(id, [&](Order& order) { return world_.cancel(order); });
}
bool SellerImpl::request_cancel(const std::string& id, const std::string& reason) {
    return with_order(id, [&](Order& order) { return world_.request_cancel(order, reason); });
}
bool SellerImpl::cancel_units(const std::string& id, int units) {
    return with_order(id, [&](Order& order) { return world_.cancel_units(order, units); });
}
bool SellerImpl::ship(const std::string& id, bool partly) {
    return with_order(id, [&](Order& order) { return world_.ship(order, partly); });
}
std::string SellerImpl::refund(const std::string& id, const RefundWish& wish) {
    std::string made;
    with_order(id, [&](Order& order) {
        const FinancialEvent* event = world_.refund(order, wish);
        if (event != nullptr) made = event->id;
        return event != nullptr;
    });
    return made;
}
bool SellerImpl::release_refund(const std::string& refund_id) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    FinancialEvent* event = world_.event(refund_id);
    return event != nullptr && world_.release(*event);
}
bool SellerImpl::set_stock(const std::string& sku, std::int64_t quantity) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    const auto index = world_.listing_of(sku);
    if (!index || quantity < 0) return false;
    world_.force_quantity(*index, quantity);
    return true;
}
bool SellerImpl::advance_inbound(const std::string& id) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    InboundShipment* shipment = world_.inbound(id);
    return shipment != nullptr && world_.advance(*shipment);
}
bool SellerImpl::receive_inbound(const std::string& id, int units) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    InboundShipment* shipment = world_.inbound(id);
    return shipment != nullptr && world_.receive(*shipment, units);
}
bool SellerImpl::end_inbound(const std::string& id, const std::string& status) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    InboundShipment* shipment = world_.inbound(id);
    return shipment != nullptr && world_.end(*shipment, status);
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
    tokens_.expire_issued();
}
void SellerImpl::expire_page_tokens() {
    const std::lock_guard lock(mutex_);
    pages_.expire_all();
}
void SellerImpl::revoke_refresh_tokens() {
    const std::lock_guard lock(mutex_);
    options_.refresh_tokens.clear();
}
void SellerImpl::set_client_secrets(const std::vector<std::string>& secrets) {
    const std::lock_guard lock(mutex_);
    options_.client_secrets = secrets;
}
void SellerImpl::set_clock_skew(std::chrono::milliseconds skew) {
    const std::lock_guard lock(mutex_);
    world_.set_skew(skew);
}
void SellerImpl::set_roles(const std::vector<std::string>& roles) {
    const std::lock_guard lock(mutex_);
    roles_ = roles_or_all(roles);
}
void SellerImpl::set_item_paging(ItemPaging paging) {
    const std::lock_guard lock(mutex_);
    options_.item_paging = paging;
}
void SellerImpl::set_catalogue_empty(bool empty) {
    const std::lock_guard lock(mutex_);
    world_.catalogue_empty = empty;
}

}  // namespace crossdock::sandbox::amazon
