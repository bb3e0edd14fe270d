// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ebay/world.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace crossdock::sandbox::ebay {

using namespace std::chrono_literals;

namespace {

struct Goods {
    std::string_view stem, title;
};
// The stems bring the odd characters that SKUs have in the wild.
constexpr std::array<Goods, 8> kGoods = {{{"MUG-", "Stoneware mug, 12 oz"},
                                          {"TEE/BLU-", "Cotton tee, blue"},
                                          {"CAP+", "Baseball cap & pin"},
                                          {"KÄSE-", "Käsereibe \"Alpin\""},
                                          {"LAMP ", "Desk lamp <LED>"},
                                          {"USB#", "USB cable, 2 m"},
                                          {"BAG%", "Tote bag"},
                                          {"TOY-", "Wooden train"}}};
constexpr std::array<std::string_view, 6> kNames = {"Pat Sample",  "Sam  Muster", "alex example",
                                                    "Zoë O'Neill", "Jürgen Groß", "Kim Lee"};

std::uint64_t mixed(std::uint64_t seed, std::uint64_t number) {
    std::uint64_t x = seed * 0x9e3779b97f4a7c15ULL + number + 1;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

std::string padded(std::int64_t number, int width) {
    std::array<char, 24> text{};
    const int length = std::snprintf(text.data(), text.size(), "%0*lld", width, static_cast<long long>(number));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<int> number_in(std::string_view digits, std::int64_t base, int count) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    value -= base;
    if (value < 0 || value >= count) return std::nullopt;
    return static_cast<int>(value);
}

constexpr std::int64_t kListingBase = 110000000000, kOfferBase = 8000000000;

}  // namespace

std::string decimal(Cents cents) {
    const Cents rest = std::abs(cents) % 100;
    return (cents < 0 ? "-" : "") + std::to_string(std::abs(cents) / 100) + "." +
           (rest % 10 == 0 ? std::to_string(rest / 10) : padded(rest, 2));
}

std::string ebay_time(Timestamp at) {
    return format_rfc3339(std::chrono::floor<std::chrono::seconds>(at)).substr(0, 19) + "." +
           padded(((to_ms(at) % 1000) + 1000) % 1000, 3) + "Z";
}

std::string line_status(const Line& line) {
    if (line.shipped == 0) return "NOT_STARTED";
    return line.shipped < line.quantity ? "IN_PROGRESS" : "FULFILLED";
}

Cents Order::total(bool with_tax) const {
    Cents sum = 0;
    for (const Line& line : lines) sum += line.total(with_tax);
    return sum;
}

Cents Order::refunded() const {
    Cents sum = 0;
    for (const Line::Refund& refund : refunds) sum += refund.amount;
    for (const Line& line : lines)
        for (const Line::Refund& refund : line.refunds) sum += refund.amount;
    return sum;
}

std::string Order::fulfillment_status() const {
    bool any = false, all = true;
    for (const Line& line : lines) {
        any = any || line.shipped > 0;
        all = all && line.shipped >= line.quantity;
    }
    return all ? "FULFILLED" : any ? "IN_PROGRESS" : "NOT_STARTED";
}

std::string Order::payment_status() const {
    const Cents back = refunded();
    if (back > 0) return back >= total(false) ? "FULLY_REFUNDED" : "PARTIALLY_REFUNDED";
    return paid ? "PAID" : "PENDING";
}

std::string Order::cancel_state() const {
    if (cancelled_at) return "CANCELED";
    return cancel_requested_at ? "IN_PROGRESS" : "NONE_REQUESTED";
}

std::string Transaction::status(Timestamp now) const {
    if (now < at + 24h) return "FUNDS_PROCESSING";
    return now < at + 72h ? "FUNDS_AVAILABLE_FOR_PAYOUT" : "PAYOUT";
}

World::World(const SellerOptions& options, const Clock& clock)
    : options_(options), clock_(clock), random_(options.seed), next_order_(clock.now()) {
    const Timestamp start = clock.now();
    const auto span = std::chrono::milliseconds(std::chrono::hours(24)) * options.history_days;
    for (int i = 0; i < options.orders; ++i) {
        PlaceOrder wish;
        wish.created_at = start - span + (span / std::max(1, options.orders)) * i;
        wish.discount = i % 4 == 1;
        wish.delivery_discount = i % 6 == 2;
        wish.hub_address = i % 11 == 3;
        wish.pickup = i % 23 == 5;
        wish.by_ebay = i % 29 == 7;
        wish.gift = i % 13 == 4;
        wish.paid = i % 17 != 9;
        place(wish);
    }
    if (options.orders_per_hour > 0)
        next_order_ += std::chrono::milliseconds(static_cast<std::int64_t>(3'600'000 / options.orders_per_hour));
    catch_up();
}

void World::catch_up() {
    const Timestamp now = clock_.now();
    while (options_.orders_per_hour > 0 && next_order_ <= now) {
        PlaceOrder wish;
        wish.created_at = next_order_;
        wish.discount = random_.below(4) == 0;
        wish.delivery_discount = random_.below(6) == 0;
        wish.hub_address = random_.below(11) == 0;
        wish.paid = random_.below(12) != 0;
        place(wish);
        next_order_ += std::chrono::milliseconds(static_cast<std::int64_t>(3'600'000 / options_.orders_per_hour));
    }
    if (!options_.life_cycle) return;
    std::vector<std::string> due;
    for (const auto& [id, when] : alive_)
        if (when <= now) due.push_back(id);
    for (const std::string& id : due) {
        alive_.erase(id);
        live(orders.find(id)->second);
    }
}

/// What becomes of an order by itself, once: chance decides.
void World::live(Order& order) {
    const std::uint64_t dice = mixed(options_.seed + 77, static_cast<std::uint64_t>(order.number)) % 20;
    if (!order.paid) {
        order.paid = true;
        touch(order);
    } else if (dice == 0) {
        cancel(order);
    } else if (dice <= 2) {
        refund(order, false);
    } else if (dice == 3) {
        order.cancel_requested_at = now();
        touch(order);
    } else if (dice <= 5) {
        ship(order, left(order, dice == 4));
    }
}

Item World::item(int number) const {
    const Goods& goods = kGoods[static_cast<std::size_t>(number) % kGoods.size()];
    const std::uint64_t luck = mixed(options_.seed, static_cast<std::uint64_t>(number));
    Item item;
    item.number = number;
    item.trading = number % 5 == 4;
    if (!(item.trading && number % 15 == 14)) item.sku = std::string(goods.stem) + padded(number, 6);
    item.title = std::string(goods.title) + " no. " + std::to_string(number);
    item.listing_id = std::to_string(kListingBase + number);
    item.offer_id = std::to_string(kOfferBase + number);
    item.gtin = number % 7 == 3 ? "Does not apply" : "4006381" + padded(number % 1000000, 6);
    item.condition = number % 9 == 2 ? "USED_EXCELLENT" : "NEW";
    item.price = static_cast<Cents>(499 + luck % 9500);
    item.has_offer = !item.trading && number % 12 != 11;
    item.published = item.has_offer && number % 12 != 6;
    return item;
}

std::vector<int> World::listed() const {
    std::vector<int> out;
    for (int i = 0; i < options_.items; ++i)
        if (item(i).is_listed()) out.push_back(i);
    return out;
}

std::optional<int> World::item_of_sku(std::string_view sku) const {
    if (sku.size() < 6) return std::nullopt;
    const auto number = number_in(sku.substr(sku.size() - 6), 0, options_.items);
    return number && !item(*number).trading && item(*number).sku == sku ? number : std::nullopt;
}
std::optional<int> World::item_of_listing(std::string_view id) const {
    return number_in(id, kListingBase, options_.items);
}
std::optional<int> World::item_of_offer(std::string_view id) const {
    const auto number = number_in(id, kOfferBase, options_.items);
    return number && item(*number).has_offer ? number : std::nullopt;
}

std::vector<UnitKey> World::units(int number) const {
    if (number % 10 == 9) return {{number, 1}, {number, 2}};
    return {{number, 0}};
}

std::string World::sku(UnitKey unit) const {
    if (unit.variation == 2) return {};
    const std::string own = item(unit.item).sku;
    return own.empty() || unit.variation == 0 ? own : own + "-L";
}

std::int64_t World::available(UnitKey unit) const {
    const auto at = stock_.find(unit);
    if (at != stock_.end()) return at->second;
    return static_cast<std::int64_t>(
        mixed(options_.seed + 5, static_cast<std::uint64_t>(unit.item * 3 + unit.variation)) % 40);
}

bool World::revise(int number) {
    auto& [day, count] = revisions_[number];
    const std::int64_t today = to_ms(now()) / 86'400'000;
    if (day != today) {
        day = today;
        count = 0;
    }
    return ++count <= options_.revisions_per_day;
}

std::string World::currency() const {
    if (options_.marketplace == "EBAY_GB") return "GBP";
    return options_.marketplace == "EBAY_US" ? "USD" : "EUR";
}

Order* World::order(const std::string& id) {
    const auto at = orders.find(id);
    return at == orders.end() ? nullptr : &at->second;
}

std::string World::place(const PlaceOrder& wish) {
    Order order;
    order.number = ++order_number_;
    const std::uint64_t luck = mixed(options_.seed + 11, static_cast<std::uint64_t>(order.number));
    order.id = padded(static_cast<std::int64_t>(luck % 30), 2) + "-" + padded(10000 + order.number / 100000, 5) + "-" +
               padded(order.number % 100000, 5);
    order.created_at = std::chrono::floor<std::chrono::seconds>(wish.created_at.value_or(now()));
    order.updated_at = order.created_at;
    order.visible_at = order.created_at + next_order_late;
    next_order_late = 0ms;
    order.buyer = "buyer_" + std::to_string(luck % 5000);
    order.buyer_name = kNames[luck % kNames.size()];
    order.note = wish.note;
    order.paid = wish.paid;
    order.hub_address = wish.hub_address;
    order.pickup = wish.pickup;
    order.by_ebay = wish.by_ebay;
    order.gift = wish.gift;
    std::vector<PlaceOrder::Item> wanted = wish.items;
    if (wanted.empty()) {
        for (std::uint64_t i = 0; i <= luck % 3; ++i)
            wanted.push_back(
                {static_cast<int>(mixed(luck, i) % static_cast<std::uint64_t>(std::max(1, options_.items))),
                 1 + static_cast<int>(mixed(luck, i + 9) % 3)});
    }
    const bool taxed = options_.marketplace == "EBAY_US";  // elsewhere prices contain the tax
    for (const PlaceOrder::Item& want : wanted) {
        Line& line = order.lines.emplace_back();
        line.id = "100" + padded(order.number, 9) + padded(static_cast<std::int64_t>(order.lines.size()), 2);
        const auto choices = units(want.item);
        line.unit = choices[luck % choices.size()];
        line.quantity = want.quantity;
        line.cost = item(want.item).price * want.quantity;
        line.shipping = wish.pickup ? 0 : 450;
        if (wish.discount) line.discount = line.cost / 10;
        if (wish.delivery_discount) line.shipping_discount = line.shipping / 3;
        if (taxed) line.tax = line.total(false) * 8 / 100;
        set_available(line.unit, std::max<std::int64_t>(0, available(line.unit) - want.quantity));
    }
    ++counters.orders_placed;
    const std::string id = order.id;
    if (options_.life_cycle) alive_.emplace(id, order.created_at + 20min + std::chrono::minutes(luck % 2000));
    orders.emplace(id, std::move(order));
    return id;
}

void World::touch(Order& order) {
    ++order.version;
    ++counters.order_changes;
    order.updated_at = std::max(order.updated_at, now());
}

bool World::cancel(Order& order) {
    if (order.cancelled_at || order.fulfillment_status() != "NOT_STARTED") return false;
    order.cancelled_at = now();
    if (!order.cancel_requested_at) order.cancel_requested_at = now();
    if (order.paid && order.refunded() == 0) refund(order, true);
    for (const Line& line : order.lines) set_available(line.unit, available(line.unit) + line.quantity);
    touch(order);
    return true;
}

bool World::refund(Order& order, bool everything) {
    const Cents open = order.total(false) - order.refunded();
    if (!order.paid || open <= 0) return false;
    Line::Refund refund{std::to_string(5200000000 + ++refund_number_), open, now()};
    Transaction booked;
    Line* line = everything ? nullptr : &order.lines.front();
    Cents tax_share = 0;
    if (line != nullptr) {
        if (line->refunded_units >= line->quantity) return false;
        refund.amount = std::min(open, (line->cost - line->discount) / line->quantity);
        ++line->refunded_units;
        tax_share = line->tax / line->quantity;
        booked.line_id = line->id;
        line->refunds.push_back(refund);
    } else {
        for (const Line& each : order.lines) tax_share += each.tax;
        order.refunds.push_back(refund);
    }
    booked.id = refund.id;
    booked.type = "REFUND";
    booked.order_id = order.id;
    booked.buyer = order.buyer;
    booked.at = refund.at;
    booked.visible_at = refund.at + 10min;  // refunds surface with delay
    booked.tax = tax_share;
    booked.fee_basis = refund.amount + tax_share;
    booked.fee = booked.fee_basis * 12 / 100;
    booked.amount = booked.fee_basis - booked.tax - booked.fee;
    transactions.push_back(booked);
    touch(order);
    return true;
}

bool World::reverse(const std::string& refund_id) {
    for (const Transaction& booked : transactions) {
        if (booked.id != refund_id || booked.credit) continue;
        Transaction back = booked;
        back.id = std::to_string(5200000000 + ++refund_number_);
        back.credit = true;
        back.at = now();
        back.visible_at = back.at + 10min;
        transactions.push_back(back);
        return true;
    }
    return false;
}

Shipment World::left(const Order& order, bool everything) const {
    Shipment shipment;
    shipment.shipped_at = now();
    shipment.carrier = "USPS";
    shipment.tracking = "9400" + padded(order.number, 9) + padded(static_cast<std::int64_t>(order.shipments.size()), 3);
    shipment.id = shipment.tracking;
    for (const Line& line : order.lines) {
        if (line.shipped >= line.quantity) continue;
        shipment.lines.emplace_back(line.id, everything ? line.quantity - line.shipped : 1);
        if (!everything) break;
    }
    return shipment;
}

bool World::ship(Order& order, Shipment shipment) {
    if (shipment.lines.empty() || order.cancelled_at) return false;
    for (const auto& [id, units] : shipment.lines) {
        for (Line& line : order.lines)
            if (line.id == id) line.shipped = std::min(line.quantity, line.shipped + units);
    }
    order.shipments.push_back(std::move(shipment));
    touch(order);
    return true;
}

}  // namespace crossdock::sandbox::ebay
