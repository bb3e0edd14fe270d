// SPDX-License-Identifier: Apache-2.0
// A buyer's order: what is in it, who buys it, what it costs. Everything random comes from the world's generator.
#include <algorithm>
#include <array>
#include <cmath>

#include "sandbox/shopify/figures.h"
#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

using namespace std::chrono_literals;

namespace {

struct Place {
    const char *street, *city, *province, *province_code, *zip, *country, *country_code, *phone;
    double rate;  // tax
    const char* tax_title;
    double county_rate;
};
constexpr std::array kPlaces = {
    Place{"123 Main St", "Springfield", "Illinois", "IL", "62701", "United States", "US", "+12175550100", 0.08,
          "IL State Tax", 0.0},
    Place{"77 Harbor Ave", "Seattle", "Washington", "WA", "98101", "United States", "US", "+12065550123", 0.065,
          "State tax", 0.025},
    Place{"5 Peach Tree Ln", "Portland", "Oregon", "OR", "97201", "United States", "US", "", 0.0, "", 0.0},
    Place{"18 Elm Court", "Austin", "Texas", "TX", "73301", "United States", "US", "+15125550188", 0.0625,
          "TX State Tax", 0.0},
    Place{"240 Rue Cartier", "Montréal", "Quebec", "QC", "H2X 1Y4", "Canada", "CA", "+15145550177", 0.05, "GST",
          0.09975},
    Place{"Musterstraße 1", "Bonn", "", "", "53111", "Germany", "DE", "", 0.19, "DE MwSt", 0.0},
};
constexpr std::array kFirst = {"Jane", "Noah", "Zoë", "Liam", "Aïcha", "Olivia", "Søren", "Mei", "Pat", "Grace"};
constexpr std::array kLast = {"Doe", "Müller", "O'Brien", "Tanaka", "García", "Smith-Jones", "Nguyen", "van Dijk"};
constexpr std::array kNotes = {"Leave at the back door", "Please ring twice", "Gift: no invoice in the box \"please\"",
                               "Gate code 4711", "Línea 2\nfrágil"};

struct Currency {
    const char* code;
    double rate;
};
constexpr std::array kCurrencies = {Currency{"EUR", 0.92}, Currency{"CAD", 1.37}, Currency{"JPY", 151.3},
                                    Currency{"GBP", 0.79}};

}  // namespace

class OrderWriter {
public:
    OrderWriter(World& world, const PlaceOrder& wish) : world_(world), wish_(wish), random_(world.random()) {}

    Order& write() {
        const std::int64_t id = world_.next_id("Order");
        Order& order = world_.orders[id];
        order_ = &order;
        order.id = id;
        order.number = world_.next_order_number_++;
        order.name = "#" + std::to_string(order.number);
        order.created_at = order.processed_at = order.updated_at =
            std::chrono::floor<std::chrono::seconds>(wish_.created_at.value_or(world_.now()));
        for (int i = 0; i < 9; ++i) order.confirmation_number += "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[random_.below(32)];
        order.taxes_included = world_.options().taxes_included;
        order.test = wish_.test || chance(0.01);
        // Somebody who names the goods rehearses something: no sale over the counter unless that is asked for.
        const bool at_counter = chance(0.04) && wish_.items.empty();
        order.source_name = wish_.pos || at_counter ? "pos" : chance(0.03) ? "shopify_draft_order" : "web";
        if (wish_.api_made) order.source_name = "api";
        choose_currency();
        choose_buyer();
        add_lines();
        add_discounts();
        add_shipping();
        add_taxes();
        if (chance(0.03)) order.tip = both(100 + static_cast<std::int64_t>(random_.below(500)));
        take_payment();
        return order;
    }

    /// One more line for an existing order, as an edit adds it.
    void append_line(Order& order) {
        order_ = &order;
        const std::size_t before = order.lines.size();
        add_random_line();
        if (order.lines.size() > before) tax_line(order.lines.back(), place_of(order));
    }

private:
    bool chance(double probability) { return random_.unit() < probability; }
    template <class Array>
    const typename Array::value_type& any(const Array& array) {
        return array[random_.below(array.size())];
    }

    Amount both(std::int64_t minor) const {
        if (order_->currency == order_->presentment) return {minor, minor};
        const double factor = std::pow(10.0, decimals_of(order_->presentment) - decimals_of(order_->currency));
        return {minor, std::llround(static_cast<double>(minor) * order_->rate * factor)};
    }

    void choose_currency() {
        order_->currency = order_->presentment = world_.options().currency;
        if (!wish_.presentment.empty())
            order_->presentment = wish_.presentment;
        else if (world_.options().several_currencies && chance(0.1))
            order_->presentment = any(kCurrencies).code;
        for (const Currency& currency : kCurrencies) {
            if (currency.code == order_->presentment && order_->presentment != order_->currency)
                order_->rate = currency.rate;
        }
    }

    static const Place& place_of(const Order& order) {
        for (const Place& place : kPlaces) {
            if (order.shipping && order.shipping->zip == place.zip) return place;
        }
        return kPlaces[0];
    }

    void choose_buyer() {
        Order& order = *order_;
        if (order.source_name == "pos") {
            order.retail_location_id = world_.locations[0].id;
            return;
        }
        Customer customer;
        customer.first_name = any(kFirst);
        customer.last_name = any(kLast);
        customer.email = "buyer" + std::to_string(order.number) + "@example.com";
        const Place& place = any(kPlaces);
        Address address{customer.first_name,
                        customer.last_name,
                        "",
                        place.street,
                        "",
                        place.city,
                        place.province,
                        place.province_code,
                        place.zip,
                        place.country,
                        place.country_code,
                        place.phone};
        if (chance(0.1)) address.address2 = "Apt " + std::to_string(1 + random_.below(40));
        if (order.source_name == "shopify_draft_order") {
            address.company = "Hilltop Supplies Ltd";
            order.po_number = "PO-" + std::to_string(100 + random_.below(900));
        }
        order.shipping = address;
        if (chance(0.1)) address.address1 = "PO Box " + std::to_string(10 + random_.below(900));
        order.billing = address;
        order.email = wish_.email.empty() ? customer.email : wish_.email;
        if (chance(0.2)) order.phone = "+15550001111";
        if (!chance(0.08)) {  // guests have no customer
            customer.id = world_.next_id("Customer");
            order.customer_id = customer.id;
            world_.customers[customer.id] = customer;
        }
        if (!wish_.note.empty())
            order.note = wish_.note;
        else if (chance(0.12))
            order.note = any(kNotes);
        if (wish_.gift || chance(0.05))
            order.attributes = {{"gift_message", "Happy birthday"},
                                {"_checkout_ref", "c" + std::to_string(order.number)}};
        if (chance(0.06)) order.tags = {"rush"};
        if (chance(0.03)) order.tags.push_back("wholesale");
    }

    const Variant* variant_with_sku(const std::string& sku) const {
        for (const auto& [id, variant] : world_.variants) {
            if (variant.sku == sku) return &variant;
        }
        return nullptr;
    }

    Line& new_line(int quantity) {
        Line& line = order_->lines.emplace_back();
        line.order = order_;
        line.id = world_.next_id("LineItem");
        line.quantity = quantity;
        return line;
    }

    void add_line(const Variant& variant, int quantity) {
        const Product& product = *world_.product(variant.product_id);
        Line& line = new_line(quantity);
        line.variant_id = variant.id;
        line.product_id = product.id;
        line.title = product.title;
        line.variant_title = variant.title == "Default Title" ? "" : variant.title;
        line.name = line.title + (line.variant_title.empty() ? "" : " - " + line.variant_title);
        line.sku = variant.sku;
        line.vendor = product.vendor;
        line.taxable = variant.taxable;
        line.gift_card = product.gift_card;
        line.requires_shipping = world_.item(variant.item_id)->requires_shipping;
        line.unit_price = both(variant.price);
        if (chance(0.02)) line.attributes = {{"Engraving", "For " + std::string(any(kFirst))}, {"_internal", "1"}};
    }

    void add_random_line() {
        if (chance(0.02)) return add_custom_line();
        for (int tries = 0; tries < 50; ++tries) {
            const Variant& variant = nth_variant(random_.below(world_.variants.size()));
            if (world_.product(variant.product_id)->status != "ACTIVE" || variant.requires_components) continue;
            const std::uint64_t roll = random_.below(10);
            return add_line(variant, roll < 6 ? 1 : roll < 8 ? 2 : roll < 9 ? 3 : 5);
        }
    }

    /// Ids rise by the same step, so that the nth need not be counted to: in a large catalogue that took most of the time.
    const Variant& nth_variant(std::uint64_t n) const {
        const auto& all = world_.variants;
        const std::int64_t first = all.begin()->first;
        const std::int64_t last = all.rbegin()->first;
        const std::int64_t step = all.size() > 1 ? (last - first) / (static_cast<std::int64_t>(all.size()) - 1) : 0;
        return all.lower_bound(first + static_cast<std::int64_t>(n) * step)->second;
    }

    void add_custom_line() {
        Line& line = new_line(1);
        line.title = line.name = "Custom engraving";
        line.unit_price = both(1250);
    }

    void add_lines() {
        for (const PlaceOrder::Item& item : wish_.items) {
            if (const Variant* variant = variant_with_sku(item.sku)) add_line(*variant, std::max(1, item.quantity));
        }
        if (order_->lines.empty()) {
            static constexpr std::array<int, 10> kCounts = {1, 1, 1, 2, 2, 2, 3, 3, 4, 6};
            int count = wish_.lines > 0 ? wish_.lines : any(kCounts);
            if (wish_.lines == 0 && chance(0.004)) count = 51 + static_cast<int>(random_.below(12));
            while (static_cast<int>(order_->lines.size()) < count) add_random_line();
        }
        if (wish_.custom_item) add_custom_line();
    }

    DiscountApplication& new_discount(const char* kind, std::string title) {
        DiscountApplication& discount = order_->discounts.emplace_back();
        discount.order = order_;
        discount.index = static_cast<int>(order_->discounts.size()) - 1;
        discount.kind = kind;
        discount.title = std::move(title);
        return discount;
    }

    void allocate(Line& line, int application, Amount amount) {
        if (amount == Amount{}) return;
        Allocation& allocation = line.allocations.emplace_back();
        allocation.order = order_;
        allocation.application = application;
        allocation.amount = amount;
    }

    void add_discounts() {
        if (wish_.line_discount || chance(0.12)) {
            DiscountApplication& discount = new_discount(chance(0.5) ? "automatic" : "manual", "Season sale");
            discount.target_selection = "ENTITLED";
            discount.allocation = "EACH";
            discount.percentage = 10.0;
            Line& line = order_->lines[random_.below(order_->lines.size())];
            if (!line.gift_card) allocate(line, discount.index, share(original_total(line), 10, 100));
        }
        if (wish_.order_discount || chance(0.14)) {
            DiscountApplication& discount = new_discount("code", "WELCOME10");
            order_->discount_codes.emplace_back("WELCOME10");
            discount.percentage = 10.0;
            // The whole discount first, then each line's part; the rounding ends up on the last line that can bear it.
            Amount base;
            for (const Line& line : order_->lines) base += original_total(line) - discount_of(line);
            Amount left = share(base, 10, 100);
            for (std::size_t i = 0; i < order_->lines.size(); ++i) {
                Line& line = order_->lines[i];
                const Amount own = original_total(line) - discount_of(line);
                Amount part = i + 1 == order_->lines.size() ? left : share(own, 10, 100);
                part = {std::min({part.shop, own.shop, left.shop}),
                        std::min({part.presentment, own.presentment, left.presentment})};
                left -= part;
                allocate(line, discount.index, part);
            }
        }
    }

    void add_shipping() {
        const bool ships = std::any_of(order_->lines.begin(), order_->lines.end(),
                                       [](const Line& line) { return line.requires_shipping; });
        if (!ships || order_->source_name == "pos") return;
        ShippingLine& line = order_->shipping_lines.emplace_back();
        line.order = order_;
        line.id = world_.next_id("ShippingLine");
        static constexpr std::array<std::int64_t, 5> kPrices = {0, 500, 500, 990, 1500};
        const std::int64_t price = any(kPrices);
        line.title = line.code = price >= 1500 ? "Express" : "Standard";
        line.original = both(price);
        if (price > 0 && chance(0.03)) {
            DiscountApplication& discount = new_discount("code", "FREESHIP");
            order_->discount_codes.emplace_back("FREESHIP");
            discount.target_type = "SHIPPING_LINE";
            discount.percentage = 100.0;
            line.discount = line.original;
        }
    }

    Amount tax_on(Amount base, double rate) const {
        const auto one = [&](std::int64_t minor) {
            const double net = order_->taxes_included ? static_cast<double>(minor) / (1.0 + rate) * rate
                                                      : static_cast<double>(minor) * rate;
            return static_cast<std::int64_t>(std::llround(net));
        };
        return {one(base.shop), order_->currency == order_->presentment ? one(base.shop) : one(base.presentment)};
    }

    void put_taxes(std::vector<TaxLine>& taxes, Amount base, const Place& place) {
        if (place.rate > 0) taxes.push_back({order_, place.tax_title, place.rate, tax_on(base, place.rate)});
        if (place.county_rate > 0)
            taxes.push_back({order_, "County tax", place.county_rate, tax_on(base, place.county_rate)});
    }

    void tax_line(Line& line, const Place& place) {
        if (line.taxable) put_taxes(line.taxes, original_total(line) - discount_of(line), place);
    }

    void add_taxes() {
        const Place& place = place_of(*order_);
        for (Line& line : order_->lines) tax_line(line, place);
        for (ShippingLine& line : order_->shipping_lines) {
            if (std::string_view{place.country_code} != "US" && line.original != line.discount) {
                put_taxes(line.taxes, line.original - line.discount, place);
            }
        }
    }

    void take_payment() {
        Order& order = *order_;
        const double roll = random_.unit();
        const Amount total = ordered_totals(order).total;
        const bool paid = wish_.paid.value_or(order.source_name == "pos" || roll < 0.86) && !wish_.api_made;
        order.gateways = {roll < 0.6 ? "shopify_payments" : roll < 0.8 ? "paypal" : "manual"};
        if (wish_.api_made) order.gateways.clear();
        const auto put = [&](const char* kind) {
            Transaction& transaction = order.transactions.emplace_back();
            transaction.order = &order;
            transaction.id = world_.next_id("OrderTransaction");
            transaction.kind = kind;
            transaction.status = "SUCCESS";
            transaction.gateway = order.gateways.front();
            transaction.amount = total;
            transaction.created_at = order.created_at;
            transaction.processed_at = order.created_at;
        };
        if (paid)
            put("SALE");
        else if (!wish_.api_made && !wish_.paid && roll < 0.94)
            put("AUTHORIZATION");
    }

    World& world_;
    const PlaceOrder& wish_;
    SeededRandom& random_;
    Order* order_ = nullptr;
};

Order& World::place(const PlaceOrder& wish) {
    Order& order = OrderWriter(*this, wish).write();
    // Routing: most of it from the first location, some lines from the second, now and then a line from both.
    std::map<std::int64_t, FulfillmentOrder*> groups;
    const auto group_at = [&](std::int64_t location_id, const std::string& method) {
        FulfillmentOrder*& group = groups[method == "NONE" ? -location_id : location_id];
        if (group == nullptr) group = &open_group(order, location_id, method);
        return group;
    };
    const auto put = [&](const Line& line, std::int64_t location_id, int units) {
        if (units <= 0) return;
        FulfillmentOrder* group = group_at(location_id, line.requires_shipping ? "SHIPPING" : "NONE");
        group->lines.push_back({&order, next_id("FulfillmentOrderLineItem"), line.id, units, units});
        commit(line, location_id, units);
    };
    bool second = wish.two_locations;
    for (const Line& line : order.lines) {
        const Variant* known = variant(line.variant_id);
        const bool both_stock = known != nullptr && level(known->item_id, locations[1].id) != nullptr;
        const bool may_move = line.requires_shipping && order.source_name != "pos" && both_stock;
        const double roll = random_.unit();
        if (may_move && line.quantity > 1 && roll < 0.06) {
            put(line, locations[0].id, line.quantity / 2);
            put(line, locations[1].id, line.quantity - line.quantity / 2);
        } else {
            const bool away = may_move && (second || roll > 0.85);
            if (away) second = false;
            put(line, locations[away ? 1 : 0].id, line.quantity);
        }
    }
    ++counters.orders_placed;
    touch(order, "ORDERS_CREATE");
    if (financial_status(order) == "PAID") {
        Subject subject;
        subject.order = &order;
        emit("ORDERS_PAID", subject);
    }
    // What needs no parcel is handed over at once, and so is everything bought at a till.
    for (const FulfillmentOrder& group : order.fulfillment_orders) {
        if (group.method != "NONE" && order.source_name != "pos") continue;
        std::int64_t ignored = 0;
        fulfil({{group.id, std::nullopt}}, {}, false, ignored);
    }
    if (options_.life_cycle && !wish.created_at) plan_life(order);
    return order;
}

bool World::edit(Order& order) {
    if (order.cancelled_at) return false;
    std::vector<Line*> candidates;
    for (Line& line : order.lines) {
        if (line.unfulfilled() > 0 && !line.gift_card) candidates.push_back(&line);
    }
    const bool add = candidates.empty() || random_.unit() < 0.3;
    if (add) {
        const PlaceOrder none;
        OrderWriter(*this, none).append_line(order);
        const Line& line = order.lines.back();
        FulfillmentOrder& group = open_group(order, locations[0].id, line.requires_shipping ? "SHIPPING" : "NONE");
        group.lines.push_back({&order, next_id("FulfillmentOrderLineItem"), line.id, line.quantity, line.quantity});
        commit(line, locations[0].id, line.quantity);
        std::int64_t ignored = 0;
        if (!line.requires_shipping) fulfil({{group.id, std::nullopt}}, {}, false, ignored);
    } else {
        Line& line = *candidates[random_.below(candidates.size())];
        const int units = random_.unit() < 0.5 ? 1 : line.unfulfilled();
        shrink_groups(order, line, units, true);
        line.removed += units;
        // A removal leaves a refund object without money behind.
        Refund& trace = order.refunds.emplace_back();
        trace.order = &order;
        trace.id = next_id("Refund");
        refund_owner_[trace.id] = order.id;
        trace.created_at = trace.updated_at = now_;
        RefundLine& row = trace.lines.emplace_back();
        row.order = &order;
        row.id = next_id("RefundLineItem");
        row.line_id = line.id;
        row.quantity = units;
        row.restock_type = "CANCEL";
        row.restocked = true;
        row.location_id = locations[0].id;
    }
    order.edited = true;
    order.closed_at.reset();
    touch(order, "ORDERS_EDITED");
    return true;
}

}  // namespace crossdock::sandbox::shopify
