// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/order_mapping.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "connectors/ebay/amounts.h"

namespace crossdock::connectors::ebay {
namespace {

using domain::Money;
using domain::OrderLine;
using domain::OrderStatus;

constexpr std::string_view kLines = "lineItems";
constexpr std::int64_t kMaxUnits = 1'000'000'000;

std::optional<OrderStatus> status_of(std::string_view word) {
    if (word == "NOT_STARTED") return OrderStatus::open;
    if (word == "IN_PROGRESS") return OrderStatus::partially_fulfilled;
    if (word == "FULFILLED") return OrderStatus::fulfilled;
    return std::nullopt;
}

std::optional<std::string> payment_status_of(JsonView word) {
    const std::string_view text = word.word();
    if (text.empty()) return std::nullopt;
    if (text == "FULLY_REFUNDED") return "refunded";
    return to_lower(text);  // paid, pending, failed, partially_refunded
}

void append_note(std::optional<std::string>& notes, const std::string& line) {
    if (notes)
        *notes += '\n' + line;
    else
        notes = line;
}

/// Names come with blanks around them; what is inside is the buyer's affair.
std::optional<std::string> label_text(JsonView field) {
    auto text = field.filled_text();
    if (text) *text = std::string{trim(*text)};
    return text;
}

domain::Address read_contact(JsonView contact) {
    domain::Address out;
    const JsonView address = contact["contactAddress"];
    out.name = label_text(contact["fullName"]);
    if (auto company = label_text(contact["companyName"])) {
        if (!out.name)
            out.name = company;
        else if (*out.name != *company)
            *out.name += ", " + *company;
    }
    out.address1 = label_text(address["addressLine1"]);
    out.address2 = label_text(address["addressLine2"]);
    out.city = label_text(address["city"]);
    out.region = label_text(address["stateOrProvince"]);
    if (!out.region) out.region = label_text(address["county"]);
    out.postal = label_text(address["postalCode"]);
    out.country = label_text(address["countryCode"]);
    out.phone = label_text(contact["primaryPhone"]["phoneNumber"]);
    return out;
}

/// The first instruction that has an address to ship to, else the first.
JsonView instruction_of(JsonView order) {
    JsonView first;
    for (const JsonView one : order["fulfillmentStartInstructions"]) {
        if (one["shippingStep"]["shipTo"].is_object()) return one;
        if (!first) first = one;
    }
    return first;
}

class OrderReader {
public:
    OrderReader(JsonView root, const OrderRules& rules)
        : root_(root), rules_(rules), pricing_(root["pricingSummary"]), amounts_(currency()) {}

    MappedOrder read() {
        domain::Order& order = mapped_.order;
        order.external_order_id = root_["orderId"].text().value_or("");
        if (order.external_order_id.empty()) throw FieldError({"orderId"}, "is missing");
        if (!root_[kLines].is_array()) throw FieldError({kLines}, "is missing");
        order.order_number_hint = order.external_order_id;
        order.currency = amounts_.currency();
        read_times(order);
        read_state(order);
        read_people(order);
        read_amounts(order);
        std::size_t index = 0;
        std::set<std::string_view> seen;
        for (const JsonView line : root_[kLines]) {
            if (!seen.insert(line["lineItemId"].word()).second) continue;
            order.lines.push_back(read_line(line, index++));
            order.is_gift = order.is_gift || order.lines.back().is_gift;
        }
        if (!order.tax_amount) order.tax_amount = tax_of_lines_.get(amounts_.currency());
        read_notes(order);
        check(order);
        return std::move(mapped_);
    }

private:
    std::string currency() {
        if (const auto code = stated_currency(pricing_["total"]); !code.empty()) return std::string{code};
        for (const JsonView line : root_[kLines])
            if (const auto code = stated_currency(line["lineItemCost"]); !code.empty()) return std::string{code};
        mapped_.problems.push_back(
            {"currency_assumed",
             "the order states no currency; " + std::string{rules_.marketplace->currency} + " is the channel's own"});
        return std::string{rules_.marketplace->currency};
    }

    void read_times(domain::Order& order) const {
        const auto created = read_time(root_["creationDate"], {"creationDate"});
        if (!created) throw FieldError({"creationDate"}, "is missing");
        order.ordered_at = *created;
        order.last_remote_update_at = read_time(root_["lastModifiedDate"], {"lastModifiedDate"});
    }

    void read_state(domain::Order& order) {
        const std::string_view word = root_["orderFulfillmentStatus"].word();
        const auto status = status_of(word);
        order.status = status.value_or(OrderStatus::open);
        known_state_ = status.has_value();
        cancelled_ = root_["cancelStatus"]["cancelState"].word() == "CANCELED";
        if (cancelled_) order.status = OrderStatus::cancelled;
        if (!status && !cancelled_)
            mapped_.problems.push_back({"status_unknown", "eBay's orderFulfillmentStatus " + shown(word) +
                                                              " is not known; the order is taken as open, not to be "
                                                              "shipped"});
        order.payment_status = payment_status_of(root_["orderPaymentStatus"]);
        unpaid_ = order.payment_status == "pending" || order.payment_status == "failed";
        for (const JsonView payment : root_["paymentSummary"]["payments"])
            if (!order.payment_method) order.payment_method = payment["paymentMethod"].filled_text();
        by_ebay_ = root_["program"]["fulfillmentProgram"]["fulfilledBy"].word() == "EBAY";
        if (by_ebay_) order.shipped_by = "eBay";
        order.taxes_included = taxes_included();
    }

    [[nodiscard]] std::optional<bool> taxes_included() const {
        switch (rules_.taxes_included) {
            case TaxesIncluded::yes: return true;
            case TaxesIncluded::no: return false;
            case TaxesIncluded::unknown: return std::nullopt;
            case TaxesIncluded::by_marketplace: break;
        }
        const Marketplace* site = nullptr;
        for (const JsonView line : root_[kLines])
            if (site == nullptr) site = find_marketplace(line["listingMarketplaceId"].word());
        return !(site != nullptr ? site : rules_.marketplace)->tax_on_top;
    }

    void read_people(domain::Order& order) {
        const JsonView registered = root_["buyer"]["buyerRegistrationAddress"];
        order.billing = read_contact(registered);
        const JsonView step = instruction_of(root_)["shippingStep"];
        const JsonView ship_to = step["shipTo"];
        order.shipping = read_contact(ship_to);
        // Of a global programme: without its reference on the label the parcel is lost at the hub.
        const auto reference = step["shipToReferenceId"].filled_text();
        if (reference && order.shipping.address2.value_or("").find(*reference) == std::string::npos &&
            order.shipping.address1.value_or("").find(*reference) == std::string::npos)
            order.shipping.address2 =
                order.shipping.address2 ? *order.shipping.address2 + ", " + *reference : *reference;
        order.buyer_name = label_text(registered["fullName"]);
        if (!order.buyer_name) order.buyer_name = label_text(ship_to["fullName"]);
        order.buyer_email = ship_to["email"].filled_text();
        if (!order.buyer_email) order.buyer_email = registered["email"].filled_text();
    }

    std::optional<Money> price(std::string_view field) { return amounts_.read(pricing_[field], {field}); }

    void read_amounts(domain::Order& order) {
        const auto subtotal = price("priceSubtotal"), adjustment = price("adjustment"), fee = price("fee");
        const auto off_price = price("priceDiscount"), off_delivery = price("deliveryDiscount");
        OptionalSum items, discount;
        items.add(subtotal, {"priceSubtotal"});
        if (subtotal) items.add(adjustment, {"adjustment"});
        order.subtotal_amount = items.get(amounts_.currency());
        discount.subtract(off_price, {"priceDiscount"});
        discount.subtract(off_delivery, {"deliveryDiscount"});
        order.discount_amount = discount.get(amounts_.currency());
        order.shipping_amount = price("deliveryCost");
        order.tax_amount = price("tax");
        order.total_amount = price("total");
        parts_.add(order.subtotal_amount, {"priceSubtotal"});
        parts_.subtract(order.discount_amount, {"priceDiscount"});
        parts_.add(order.shipping_amount, {"deliveryCost"});
        parts_.add(order.tax_amount, {"tax"});
        parts_.add(fee, {"fee"});
    }

    OrderLine read_line(JsonView node, std::size_t index) {
        const auto at = [&](std::string_view field) { return Place{field, kLines, index}; };
        OrderLine line;
        line.external_line_id = node["lineItemId"].text().value_or("");
        if (line.external_line_id.empty()) throw FieldError(at("lineItemId"), "is missing");
        line.sku = node["sku"].filled_text();
        line.variant_sku = line.sku;
        line.title = title_of(node);
        const std::string item_id = node["legacyItemId"].text().value_or("");
        const bool variation = node["legacyVariationId"].filled_text().value_or("0") != "0";
        if (!item_id.empty()) line.variant_id = listing_key(item_id, variation ? variation_of(node, line.sku) : "");
        const auto quantity = node["quantity"].integer();
        if (!quantity || *quantity < 0 || *quantity > kMaxUnits)
            throw FieldError(at("quantity"), "is no quantity: " + shown(node["quantity"].raw()));
        line.quantity = *quantity;
        const std::string_view word = node["lineItemFulfillmentStatus"].word();
        const auto status = status_of(word);
        if (status)
            line.fulfillment_status = std::string{to_string(*status)};
        else if (!word.empty())
            line.fulfillment_status = to_lower(word);
        line.shippable_quantity = shippable(line.quantity, status);
        read_line_amounts(node, line, index);
        const JsonView gift = node["giftDetails"];
        line.is_gift = gift.is_object();
        line.notes = gift["message"].filled_text();
        return line;
    }

    static std::string variation_of(JsonView node, const std::optional<std::string>& sku) {
        Specifics specifics;
        for (const JsonView one : node["variationAspects"])
            specifics.emplace_back(one["name"].text().value_or(""), one["value"].text().value_or(""));
        return variation_key(sku, specifics);
    }

    static std::optional<std::string> title_of(JsonView node) {
        auto title = node["title"].filled_text();
        if (!title) return title;
        std::string aspects;
        for (const JsonView one : node["variationAspects"]) {
            const auto name = one["name"].filled_text(), value = one["value"].filled_text();
            if (!value) continue;
            aspects += (aspects.empty() ? "" : ", ") + (name ? *name + ": " : std::string{}) + *value;
        }
        if (!aspects.empty()) *title += " (" + aspects + ")";
        return title;
    }

    void read_line_amounts(JsonView node, OrderLine& line, std::size_t index) {
        const auto at = [&](std::string_view field) { return Place{field, kLines, index}; };
        line.total_price = amounts_.read(node["lineItemCost"], at("lineItemCost"));
        if (line.total_price && line.quantity > 0) {
            const int digits = domain::currency_digits(amounts_.currency()).value_or(2);
            line.unit_price = amounts_.of(domain::divide(*line.total_price, line.quantity, digits).units);
            line.selling_unit_price = domain::divide(*line.total_price, line.quantity, 2);
        }
        OptionalSum discount, tax, shipping;
        for (const JsonView promotion : node["appliedPromotions"]) {
            auto off = amounts_.read(promotion["discountAmount"], at("appliedPromotions.discountAmount"));
            if (off && off->minor < 0)
                discount.subtract(off, at("appliedPromotions"));  // positive in every answer seen
            else
                discount.add(off, at("appliedPromotions"));
        }
        line.discount_amount = discount.get(amounts_.currency());
        for (const JsonView one : node["taxes"]) {
            const auto amount = amounts_.read(one["amount"], at("taxes.amount"));
            tax.add(amount, at("taxes"));
            tax_of_lines_.add(amount, at("taxes"));
        }
        line.tax_amount = tax.get(amounts_.currency());
        const JsonView delivery = node["deliveryCost"];
        shipping.add(amounts_.read(delivery["shippingCost"], at("deliveryCost.shippingCost")), at("deliveryCost"));
        shipping.add(amounts_.read(delivery["handlingCost"], at("deliveryCost.handlingCost")), at("deliveryCost"));
        line.shipping_amount = shipping.get(amounts_.currency());
    }

    /// Units the ERP may ship now. How many of a line that is under way have left eBay says elsewhere; one has at
    /// least.
    [[nodiscard]] std::int64_t shippable(std::int64_t quantity, std::optional<OrderStatus> status) const {
        if (cancelled_ || by_ebay_ || unpaid_ || !known_state_ || !status) return 0;
        if (*status == OrderStatus::open) return quantity;
        if (*status == OrderStatus::partially_fulfilled)
            return std::min(quantity, std::max<std::int64_t>(1, quantity - 1));
        return 0;
    }

    void read_notes(domain::Order& order) const {
        if (const auto notes = root_["buyerCheckoutNotes"].filled_text()) append_note(order.notes, *notes);
        for (const OrderLine& line : order.lines)
            if (line.is_gift && line.notes)
                append_note(order.notes, "Gift message for " + line.sku.value_or("line " + line.external_line_id) +
                                             ": " + *line.notes);
        if (root_["cancelStatus"]["cancelState"].word() == "IN_PROGRESS") {
            // No status of its own: an ERP that ships all the same would send goods nobody wants any more.
            std::string request = "Cancellation requested";
            for (const JsonView one : root_["cancelStatus"]["cancelRequests"])
                if (const auto reason = one["cancelReason"].filled_text()) request += ": " + *reason;
            append_note(order.notes, request);
        }
        const JsonView pickup = instruction_of(root_)["pickupStep"];
        if (pickup.is_object())
            append_note(order.notes, "The buyer collects the goods at " +
                                         pickup["merchantLocationKey"].filled_text().value_or("a shop"));
    }

    void check(const domain::Order& order) {
        const auto sum = parts_.get(amounts_.currency());
        // Tax that eBay collects is inside the total only with the breakdown; without, it is no contradiction.
        const bool without_tax = sum && order.total_amount && order.tax_amount &&
                                 sum->minor - order.tax_amount->minor == order.total_amount->minor;
        if (sum && order.total_amount && sum->minor != order.total_amount->minor && !without_tax)
            mapped_.problems.push_back({"totals_mismatch", "the order's total is " +
                                                               words(order.total_amount->minor, order.currency) +
                                                               ", its parts make " + words(sum->minor, order.currency) +
                                                               "; compare it with Seller Hub"});
        if (!amounts_.foreign_place().empty())
            mapped_.problems.push_back({"foreign_currency", amounts_.foreign_place() + " is not in " + order.currency +
                                                                " as the order is; the amount is left out"});
    }

    JsonView root_;
    const OrderRules& rules_;
    JsonView pricing_;
    MappedOrder mapped_;  // before amounts_, whose currency may be a problem
    Amounts amounts_;
    OptionalSum parts_, tax_of_lines_;
    bool cancelled_ = false, by_ebay_ = false, unpaid_ = false, known_state_ = false;
};

template <class T>
void keep_field(std::optional<T>& newer, const std::optional<T>& older) {
    if (!newer) newer = older;
}

bool is_empty(const domain::Address& address) { return address == domain::Address{}; }

/// While a listing is on hold, its number stands where the title was.
bool is_number_for_title(const OrderLine& line) {
    if (!line.title || !line.variant_id) return false;
    const std::string_view item_id = std::string_view{*line.variant_id}.substr(0, line.variant_id->find(':'));
    const std::string_view title = *line.title;
    return !item_id.empty() && title.substr(0, title.find(" (")) == item_id;
}

}  // namespace

std::string listing_key(std::string_view item_id, std::string_view variation) {
    std::string out{item_id};
    if (!variation.empty()) out.append(":").append(variation);
    return out;
}

std::string variation_key(const std::optional<std::string>& sku, const Specifics& specifics) {
    if (sku) return *sku;
    std::string out;
    for (const auto& [name, value] : specifics) out += (out.empty() ? "" : ";") + name + "=" + value;
    return out;
}

Result<MappedOrder> map_order_payload(std::string_view payload, const OrderRules& rules) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    try {
        return OrderReader(index->root(), rules).read();
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

void keep_known_facts(domain::Order& newer, const domain::Order& older) {
    // Whole or not at all: parts of two addresses make a third that nobody lives at.
    if (is_empty(newer.billing)) newer.billing = older.billing;
    if (is_empty(newer.shipping)) newer.shipping = older.shipping;
    // With the registered address the name behind buyer_name goes, too; what is left is the recipient's.
    if (!older.billing.name || newer.billing != older.billing)
        keep_field(newer.buyer_name, older.buyer_name);
    else
        newer.buyer_name = older.buyer_name ? older.buyer_name : newer.buyer_name;
    keep_field(newer.buyer_email, older.buyer_email);
    keep_field(newer.payment_method, older.payment_method);
    for (domain::OrderLine& line : newer.lines)
        for (const domain::OrderLine& known : older.lines) {
            if (line.external_line_id != known.external_line_id) continue;
            keep_field(line.sku, known.sku);
            keep_field(line.variant_sku, known.variant_sku);
            keep_field(line.title, known.title);
            if (is_number_for_title(line) && known.title) line.title = known.title;
        }
}

}  // namespace crossdock::connectors::ebay
