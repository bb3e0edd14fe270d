// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/order_mapping.h"

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/walmart/amounts.h"
#include "connectors/walmart/client.h"
#include "connectors/walmart/line_statuses.h"
#include "connectors/walmart/order_refunds.h"

namespace crossdock::connectors::walmart {
namespace {

using domain::Money;
using domain::OrderLine;
using domain::OrderStatus;

constexpr std::string_view kWalmartShips = "Walmart (WFS)";
constexpr std::string_view kFallbackCurrency = "USD";  // the API is that of Walmart US

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
    return to_lower(text).find(lower) != std::string::npos;
}

std::string order_currency(JsonView order) {
    for (const JsonView line : order_lines(order))
        for (const JsonView charge : elements(line["charges"]["charge"]))
            if (std::string code = stated_currency(charge["chargeAmount"]); !code.empty()) return code;
    return std::string{kFallbackCurrency};
}

void append_note(std::optional<std::string>& notes, const std::string& text) {
    notes = notes ? *notes + "\n" + text : text;
}

struct LineAmounts {
    OptionalSum product, discount, shipping, tax;
};

LineAmounts read_charges(JsonView line, const std::string& currency, std::size_t index,
                         std::optional<std::string>& notes) {
    LineAmounts out;
    for (const JsonView charge : elements(line["charges"]["charge"])) {
        const Place place{"charges.chargeAmount", "orderLines.orderLine", index};
        const auto amount = read_amount(charge["chargeAmount"], currency, place);
        const std::string_view type = charge["chargeType"].word();
        const std::string name = charge["chargeName"].text().value_or("");
        const bool goods = equals_ignoring_case(type, "PRODUCT"), freight = equals_ignoring_case(type, "SHIPPING");
        // The sign of a discount is not documented: the name says what it is.
        if (amount && (goods || freight) && contains_ignoring_case(name, "discount"))
            out.discount.add(without_sign(amount->minor, place), place);
        else if (goods)
            out.product.add(amount, place);
        else if (freight)
            out.shipping.add(amount, place);
        else if (amount && amount->minor != 0)
            append_note(notes, "Charge outside the totals: " + (name.empty() ? std::string{type} : name) + " " +
                                   words(amount->minor, currency));
        out.tax.add(
            read_amount(charge["tax"]["taxAmount"], currency, {"charges.tax.taxAmount", "orderLines.orderLine", index}),
            {"charges.tax.taxAmount", "orderLines.orderLine", index});
    }
    return out;
}

std::string line_state(const LineStatuses& at) {
    if (at.is_cancelled()) return "cancelled";
    if (at.shipped > 0) return at.open() > 0 || !at.unknown.empty() ? "partially_fulfilled" : "fulfilled";
    // Walmart refunds what it has charged, and charges what was shipped.
    if (at.refund && at.open() == 0 && at.unknown.empty()) return "fulfilled";
    return "open";
}

/// Two digits, as the contract has it, and never out of a division by nothing.
void set_prices(OrderLine& line, const LineAmounts& amounts, const std::string& currency, std::size_t index) {
    const Place place{"charges", "orderLines.orderLine", index};
    line.tax_amount = amounts.tax.get(currency);
    line.discount_amount = amounts.discount.get(currency);
    line.shipping_amount = amounts.shipping.get(currency);
    const auto product = amounts.product.get(currency);
    if (!product) return;
    Sum sold;
    sold.add(product, place);
    if (line.discount_amount) sold.subtract(line.discount_amount->minor, place);
    line.total_price = Money{sold.minor(), currency};
    if (line.quantity <= 0) return;
    const int digits = domain::currency_digits(currency).value_or(2);
    line.unit_price = Money{domain::divide(*product, line.quantity, digits).units, currency};
    line.selling_unit_price = domain::divide(*line.total_price, line.quantity, 2);
}

OrderStatus status_of(const std::vector<OrderLine>& lines) {
    bool any = false, all_cancelled = !lines.empty(), all_fulfilled = true;
    for (const OrderLine& line : lines) {
        const std::string& state = *line.fulfillment_status;
        if (state == "cancelled") continue;
        all_cancelled = false;
        any = any || state == "fulfilled" || state == "partially_fulfilled";
        all_fulfilled = all_fulfilled && state == "fulfilled";
    }
    if (lines.empty()) return OrderStatus::open;
    if (all_cancelled) return OrderStatus::cancelled;
    if (all_fulfilled) return OrderStatus::fulfilled;
    return any ? OrderStatus::partially_fulfilled : OrderStatus::open;
}

/// The order's sums are those of its lines. Absent where no line says anything.
void set_sums(domain::Order& order) {
    OptionalSum goods, discount, shipping, tax;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const OrderLine& line = order.lines[i];
        const Place place{"amounts", "lines", i};
        if (line.total_price) {
            Sum full;  // before discounts
            full.add(line.total_price, place);
            full.add(line.discount_amount, place);
            goods.add(full.minor(), place);
        }
        discount.add(line.discount_amount, place);
        shipping.add(line.shipping_amount, place);
        tax.add(line.tax_amount, place);
    }
    order.subtotal_amount = goods.get(order.currency);
    order.discount_amount = discount.get(order.currency);
    order.shipping_amount = shipping.get(order.currency);
    order.tax_amount = tax.get(order.currency);
    order.total_amount.reset();
    if (!order.subtotal_amount) return;
    Sum total;
    const Place place{"total"};
    total.add(order.subtotal_amount, place);
    if (order.discount_amount) total.subtract(order.discount_amount->minor, place);
    total.add(order.shipping_amount, place);
    total.add(order.tax_amount, place);
    order.total_amount = Money{total.minor(), order.currency};
}

/// "5555550100"; a phone of zeros only is how Walmart blanks one.
std::optional<std::string> phone_of(JsonView field) {
    auto phone = field.filled_text();
    if (phone && std::all_of(phone->begin(), phone->end(), [](char c) { return c < '1' || c > '9'; })) phone.reset();
    return phone;
}

std::optional<std::string> country_of(JsonView field) {
    auto country = field.filled_text();
    if (!country) return country;
    constexpr std::pair<std::string_view, std::string_view> kShort[]{{"USA", "US"}, {"CAN", "CA"}, {"MEX", "MX"},
                                                                     {"PRI", "PR"}, {"VIR", "VI"}, {"GUM", "GU"}};
    for (const auto& [three, two] : kShort)
        if (equals_ignoring_case(*country, three)) return std::string{two};
    return country;
}

domain::Address address_of(JsonView info) {
    const JsonView at = info["postalAddress"];
    domain::Address out;
    out.name = at["name"].filled_text();
    out.address1 = at["address1"].filled_text();
    out.address2 = at["address2"].filled_text();
    out.city = at["city"].filled_text();
    out.region = at["state"].filled_text();
    out.postal = at["postalCode"].filled_text();
    out.country = country_of(at["country"]);
    out.phone = phone_of(info["phone"]);
    return out;
}

class OrderReader {
public:
    explicit OrderReader(JsonView root) : root_(root), currency_(order_currency(root)) {}

    MappedOrder read() {
        domain::Order& order = mapped_.order;
        const auto id = root_["purchaseOrderId"].filled_text();
        order.external_order_id = id ? *id : std::string{root_["purchaseOrderId"].word()};
        if (order.external_order_id.empty()) throw FieldError({"purchaseOrderId"}, "is missing");
        order.order_number_hint = text_or_digits(root_["customerOrderId"]);
        const auto ordered = read_epoch(root_["orderDate"]);
        if (!ordered)
            throw FieldError({"orderDate"},
                             "is no time in milliseconds since 1970: " + shown(root_["orderDate"].word()));
        order.ordered_at = *ordered;
        order.last_remote_update_at = last_change(root_);
        order.currency = currency_;
        order.taxes_included = false;
        order.shipping = address_of(root_["shippingInfo"]);
        order.buyer_name = order.shipping.name;
        order.buyer_email = root_["customerEmailId"].filled_text();
        for (const JsonView type : elements_or_word(root_["paymentTypes"]))
            if (!order.payment_method) order.payment_method = type.filled_text();
        by_walmart_ = is_shipped_by_walmart(root_);
        if (by_walmart_) order.shipped_by = std::string{kWalmartShips};
        read_lines();
        order.status = status_of(order.lines);
        set_sums(order);
        order.payment_status = payment_status();
        add_notes();
        return std::move(mapped_);
    }

private:
    static std::optional<std::string> text_or_digits(JsonView field) {
        if (field.is_number()) return std::string{field.word()};
        return field.filled_text();
    }
    static std::vector<JsonView> elements_or_word(JsonView list) {
        if (list.is_string()) return {list};
        return elements(list);
    }

    void read_lines() {
        std::set<std::string, std::less<>> seen;
        const auto lines = order_lines(root_);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            std::string number = text_or_digits(lines[i]["lineNumber"]).value_or("");
            if (number.empty()) throw FieldError({"lineNumber", "orderLines.orderLine", i}, "is missing");
            if (!seen.insert(number).second)
                throw FieldError({"lineNumber", "orderLines.orderLine", i}, "stands on an earlier line, too");
            read_line(lines[i], std::move(number), i);
        }
    }

    void read_line(JsonView from, std::string number, std::size_t index) {
        OrderLine line;
        line.external_line_id = std::move(number);
        line.sku = from["item"]["sku"].filled_text();
        line.variant_sku = line.sku;
        line.variant_id = line.sku;
        line.title = from["item"]["productName"].filled_text();
        const auto ordered = ordered_units(from);
        if (!ordered)
            throw FieldError({"orderLineQuantity.amount", "orderLines.orderLine", index},
                             "is no number of units: " + shown(from["orderLineQuantity"]["amount"].word()));
        line.quantity = *ordered;
        const LineStatuses at = read_line_statuses(from);
        if (at.cancelled > 0) line.current_quantity = std::max<std::int64_t>(0, line.quantity - at.cancelled);
        line.shippable_quantity = by_walmart_ ? 0 : std::min(at.open(), line.quantity);
        line.fulfillment_status = line_state(at);
        if (wants_to_cancel(from)) append_note(line.notes, "The buyer asks to cancel");
        set_prices(line, read_charges(from, currency_, index, line.notes), currency_, index);
        if (!at.unknown.empty())
            mapped_.problems.push_back(
                {"status_unknown", "Walmart's status " + shown(at.unknown) + " of line " + line.external_line_id +
                                       " is not known; its units are taken as open, not to be shipped"});
        shipped_ = shipped_ || at.shipped > 0;
        refund_marked_ = refund_marked_ || at.refund;
        // Goods in Walmart's warehouse are acknowledged by Walmart.
        if (at.created > 0 && !by_walmart_) mapped_.awaits_acknowledgement = true;
        for (OrderRefund& refund : read_order_refunds(from, line, mapped_.order.external_order_id, currency_)) {
            refunded_.add(refund.total, {"refund", "orderLines.orderLine", index});
            if (refund.raw) mapped_.whole_refunds.push_back(std::move(*refund.raw));
        }
        mapped_.order.lines.push_back(std::move(line));
    }

    [[nodiscard]] std::string payment_status() const {
        const domain::Order& order = mapped_.order;
        const auto refunded = refunded_.get(currency_);
        if (refunded || refund_marked_) {
            const bool all = refunded && order.total_amount && order.total_amount->minor > 0 &&
                             refunded->minor >= order.total_amount->minor;
            return all ? "refunded" : "partially_refunded";
        }
        if (order.status == OrderStatus::cancelled) return "cancelled";
        return shipped_ ? "paid" : "pending";
    }

    void add_notes() {
        domain::Order& order = mapped_.order;
        for (const OrderLine& line : order.lines)
            if (line.notes && line.notes->starts_with("The buyer asks to cancel"))
                append_note(order.notes, "The buyer asks to cancel line " + line.external_line_id +
                                             (line.sku ? " (" + *line.sku + ")" : ""));
        const std::string_view type = root_["orderType"].word();
        if (type == "REPLACEMENT") {
            auto first = text_or_digits(root_["originalCustomerOrderID"]);
            append_note(order.notes, "Replacement" + (first ? " for order " + *first : std::string{}));
        } else if (type == "PREORDER") {
            append_note(order.notes, "Pre-order");
        }
    }

    JsonView root_;
    std::string currency_;
    MappedOrder mapped_;
    bool by_walmart_ = false, shipped_ = false, refund_marked_ = false;
    OptionalSum refunded_;
};

template <class T>
void fill_gap(std::optional<T>& newer, const std::optional<T>& older) {
    if (!newer) newer = older;
}

/// Whether the newer line lost amounts because units of it were cancelled.
bool lost_amounts(const OrderLine& newer, const OrderLine& older) {
    if (!newer.current_quantity || !older.total_price) return false;
    return !newer.total_price || newer.total_price->minor < older.total_price->minor;
}

}  // namespace

Result<MappedOrder> map_order_payload(std::string_view payload) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    try {
        return OrderReader(order_in(index->root())).read();
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

void keep_known_facts(domain::Order& newer, const domain::Order& older) {
    // An address is taken over whole or not at all: parts of two addresses make a third that nobody lives at.
    if (!newer.shipping.name && !newer.shipping.address1)
        newer.shipping = older.shipping;
    else
        fill_gap(newer.shipping.phone, older.shipping.phone);
    fill_gap(newer.buyer_name, older.buyer_name);
    fill_gap(newer.buyer_email, older.buyer_email);
    fill_gap(newer.payment_method, older.payment_method);
    fill_gap(newer.order_number_hint, older.order_number_hint);
    bool changed = false;
    for (OrderLine& line : newer.lines)
        for (const OrderLine& known : older.lines) {
            if (line.external_line_id != known.external_line_id) continue;
            fill_gap(line.title, known.title);
            if (newer.currency != older.currency || !lost_amounts(line, known)) continue;
            line.unit_price = known.unit_price;
            line.selling_unit_price = known.selling_unit_price;
            line.total_price = known.total_price;
            line.tax_amount = known.tax_amount;
            line.discount_amount = known.discount_amount;
            line.shipping_amount = known.shipping_amount;
            changed = true;
        }
    if (changed) set_sums(newer);
}

}  // namespace crossdock::connectors::walmart
