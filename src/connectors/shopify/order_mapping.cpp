// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/order_mapping.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "connectors/fields.h"
#include "connectors/shopify/amounts.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/line_routing.h"

namespace crossdock::connectors::shopify {
namespace {

using domain::Address;
using domain::Money;
using domain::OrderLine;
using domain::OrderStatus;

constexpr std::string_view kLines = "lineItems.nodes";

std::optional<std::string> digits_or_none(std::string_view digits) {
    if (digits.empty()) return std::nullopt;
    return std::string{digits};
}

/// "Default Title" is Shopify's word for a product without options.
std::optional<std::string> variant_words(JsonView title) {
    if (title.word() == "Default Title") return std::nullopt;
    return title.filled_text();
}

/// "key: value" lines; keys with a leading underscore are hidden from people by convention.
std::optional<std::string> attribute_notes(JsonView attributes) {
    std::string out;
    for (const JsonView attribute : attributes) {
        const auto key = attribute["key"].text();
        if (!key || key->starts_with('_')) continue;
        if (!out.empty()) out += '\n';
        out += *key + ": " + attribute["value"].text().value_or("");
    }
    if (out.empty()) return std::nullopt;
    return out;
}

bool marks_gift(JsonView attributes, const std::vector<std::string>& keys) {
    if (keys.empty()) return false;
    for (const JsonView attribute : attributes) {
        const auto key = attribute["key"].text();
        if (!key || std::find(keys.begin(), keys.end(), *key) == keys.end()) continue;
        const std::string value = to_lower(trim(attribute["value"].text().value_or("")));
        if (!value.empty() && value != "false" && value != "no" && value != "0") return true;
    }
    return false;
}

Address read_address(JsonView node) {
    Address address;
    if (!node) return address;
    address.name = node["name"].filled_text();
    address.address1 = node["address1"].filled_text();
    address.address2 = node["address2"].filled_text();
    address.city = node["city"].filled_text();
    address.region = node["provinceCode"].filled_text();
    if (!address.region) address.region = node["province"].filled_text();
    address.postal = node["zip"].filled_text();
    address.country = node["countryCodeV2"].filled_text();
    address.phone = node["phone"].filled_text();
    return address;
}

OrderStatus read_order_status(JsonView node) {
    if (node["cancelledAt"]) return OrderStatus::cancelled;  // first: cancelling closes, too
    const std::string_view fulfillment = node["displayFulfillmentStatus"].word();
    if (fulfillment == "FULFILLED") return OrderStatus::fulfilled;
    if (fulfillment == "PARTIALLY_FULFILLED") return OrderStatus::partially_fulfilled;
    return node["closed"].is_true() ? OrderStatus::closed : OrderStatus::open;
}

/// The mapping of one payload. Its steps run in the order of map().
class OrderMapper {
public:
    OrderMapper(JsonView node, const OrderRules& rules)
        : node_(node), rules_(rules), amounts_(read_currency(node)), order_(mapped_.order) {}

    MappedOrder map() {
        identity();
        people();
        lines();
        money();
        refund_stubs();
        oddities();
        return std::move(mapped_);
    }

private:
    static std::string read_currency(JsonView node) {
        std::string_view code = node["currencyCode"].word();
        if (code.empty()) code = node["totalPriceSet"]["shopMoney"]["currencyCode"].word();
        if (code.size() != 3 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
            throw FieldError({"currencyCode"}, "is no currency: " + shown(code));
        return std::string{code};
    }

    void problem(std::string code, std::string message) {
        mapped_.problems.push_back({std::move(code), std::move(message)});
    }

    void identity() {
        order_.external_order_id = legacy_id(node_);
        if (order_.external_order_id.empty()) throw FieldError({"id"}, "is no order id: " + shown(node_["id"].word()));
        order_.status = read_order_status(node_);
        const auto created = read_time(node_["createdAt"], {"createdAt"});
        if (!created) throw FieldError({"createdAt"}, "is missing");
        order_.ordered_at = *created;
        order_.last_remote_update_at = read_time(node_["updatedAt"], {"updatedAt"});
        order_.order_number_hint = node_["name"].filled_text();
        order_.currency = amounts_.currency();
        const JsonView included = node_["taxesIncluded"];
        if (included.is_true() || included.is_false()) order_tax_included_ = included.is_true();
        tax_included_ = order_tax_included_.value_or(rules_.shop_taxes_included.value_or(false));
        order_.taxes_included = rules_.shop_taxes_included ? rules_.shop_taxes_included : order_tax_included_;

        order_.payment_status = node_["displayFinancialStatus"].filled_text();
        if (order_.payment_status) {
            order_.payment_status = to_lower(*order_.payment_status);
        } else if (const auto due = amounts_.read(node_["totalOutstandingSet"], {"totalOutstandingSet"});
                   due && due->minor > 0) {
            order_.payment_status = "pending";
        }
        std::string gateways;
        for (const JsonView gateway : node_["paymentGatewayNames"]) {
            const auto name = gateway.filled_text();
            if (name) gateways += (gateways.empty() ? "" : ", ") + *name;
        }
        if (!gateways.empty()) order_.payment_method = std::move(gateways);
    }

    void people() {
        order_.billing = read_address(node_["billingAddress"]);
        order_.shipping = read_address(node_["shippingAddress"]);
        auto name = node_["customer"]["displayName"].filled_text();
        if (name && name->find('@') != std::string::npos) name.reset();  // Shopify falls back to the e-mail address
        order_.buyer_name = name ? name : order_.billing.name ? order_.billing.name : order_.shipping.name;
        order_.buyer_email = node_["email"].filled_text();
        order_.notes = node_["note"].filled_text();
        if (!order_.notes) order_.notes = node_["poNumber"].filled_text();
        order_.is_gift = marks_gift(node_["customAttributes"], rules_.gift_attribute_keys);
    }

    void lines() {
        const JsonView nodes = node_["lineItems"]["nodes"];
        if (!nodes.is_array()) throw FieldError({"lineItems.nodes"}, "is missing");
        const Routing routing = read_routing(node_);
        order_.lines.reserve(nodes.size());
        std::unordered_map<std::string_view, std::string_view> seen;  // line id to the line's text
        std::size_t index = 0;
        for (const JsonView line : nodes) {
            const std::string_view id = line["id"].word();
            const auto [first, fresh] = seen.try_emplace(id, line.raw());
            // Pages that overlap bring a line twice; a different line of the same id is kept, or goods would be
            // missing.
            if (!fresh && first->second == line.raw()) {
                ++index;
                continue;
            }
            order_.lines.push_back(read_line(line, index, routing));
            if (!fresh) {
                order_.lines.back().external_line_id += "-" + std::to_string(index);
                problem("duplicate_line", Place{"id", kLines, index}.text() +
                                              " occurs twice with different content; kept as " +
                                              order_.lines.back().external_line_id);
            }
            ++index;
        }
        if (node_["lineItems"]["pageInfo"]["hasNextPage"].is_true())
            problem("lines_incomplete",
                    "the payload holds only the first page of the order's lines; fetch the order again");
    }

    OrderLine read_line(JsonView node, std::size_t index, const Routing& routing) {
        const auto at = [&](std::string_view field) { return Place{field, kLines, index}; };
        OrderLine line;
        const std::string_view id = gid_digits(node["id"].word());
        if (id.empty()) throw FieldError(at("id"), "is no line id: " + shown(node["id"].word()));
        line.external_line_id = id;
        line.sku = node["sku"].filled_text();
        line.title = node["title"].filled_text();
        line.variant_sku = variant_words(node["variantTitle"]);
        line.variant_id = digits_or_none(legacy_id(node["variant"]));

        const auto quantity = node["quantity"].integer();
        if (!quantity || *quantity < 0)
            throw FieldError(at("quantity"), "is no quantity: " + shown(node["quantity"].raw()));
        line.quantity = *quantity;
        line.current_quantity = node["currentQuantity"].integer();

        read_line_money(node, index, line);
        read_line_shipping(node, routing.find(id), routing.end(), line);
        line.is_gift = marks_gift(node["customAttributes"], rules_.gift_attribute_keys);
        line.notes = attribute_notes(node["customAttributes"]);
        return line;
    }

    void read_line_money(JsonView node, std::size_t index, OrderLine& line) {
        const auto at = [&](std::string_view field) { return Place{field, kLines, index}; };
        line.unit_price = amounts_.read(node["originalUnitPriceSet"], at("originalUnitPriceSet"));
        line.total_price = amounts_.read(node["originalTotalSet"], at("originalTotalSet"));
        if (!line.total_price && line.unit_price)
            line.total_price = amounts_.of(times(line.unit_price->minor, line.quantity, at("originalUnitPriceSet")));
        subtotal_.add(line.total_price, at("originalTotalSet"));
        Sum tax, discount;
        for (const JsonView tax_line : node["taxLines"])
            tax.add(amounts_.read(tax_line["priceSet"], at("taxLines")), at("taxLines"));
        for (const JsonView allocation : node["discountAllocations"])
            discount.add(amounts_.read(allocation["allocatedAmountSet"], at("discountAllocations")),
                         at("discountAllocations"));
        if (node["taxLines"].is_array()) line.tax_amount = amounts_.of(tax.minor());
        if (node["discountAllocations"].is_array()) line.discount_amount = amounts_.of(discount.minor());
        line.shipping_amount = amounts_.of(0);

        Sum selling;
        const bool literal = rules_.selling_unit_price == SellingPrice::literal;
        if (literal) {
            const auto discounted = amounts_.read(node["discountedTotalSet"], at("discountedTotalSet"));
            if (!discounted) return;
            selling.add(discounted, at("discountedTotalSet"));
        } else {
            if (!line.total_price) return;
            selling.add(line.total_price, at("originalTotalSet"));
            selling.subtract(discount.minor(), at("discountAllocations"));
        }
        if (tax_included_) selling.subtract(tax.minor(), at("taxLines"));
        if (line.quantity > 0) line.selling_unit_price = domain::divide(amounts_.of(selling.minor()), line.quantity, 2);
    }

    void read_line_shipping(JsonView node, Routing::const_iterator routed, Routing::const_iterator none,
                            OrderLine& line) {
        std::int64_t shipped = 0, to_ship = line.quantity;
        if (routed != none) {
            const LineRouting& routing = routed->second;
            shipped = routing.shipped;
            to_ship = routing.total;
            line.shippable_quantity = std::min(routing.shippable, line.quantity);
            if (!routing.several) {
                const JsonView location = routing.location["location"];
                if (const auto id = to_integer(legacy_id(location))) line.assigned_location_id = id;
                line.assigned_location_name = location["name"].filled_text();
                if (!line.assigned_location_name) line.assigned_location_name = routing.location["name"].filled_text();
            }
        } else {
            // Without fulfilment orders (missing scope, digital goods) the line's own counters have to do.
            const auto unfulfilled = node["unfulfilledQuantity"].integer();
            to_ship = line.quantity -
                      std::clamp<std::int64_t>(node["nonFulfillableQuantity"].integer().value_or(0), 0, line.quantity);
            // A tip is a line like any other, but nothing that is shipped.
            line.shippable_quantity = std::clamp<std::int64_t>(
                unfulfilled ? *unfulfilled : line.current_quantity.value_or(line.quantity), 0, to_ship);
            if (node_["sourceName"].word() == "pos") sold_over_the_counter(line);
            if (unfulfilled) shipped = to_ship - std::min(*unfulfilled, to_ship);
        }
        if (order_.status == OrderStatus::cancelled) line.shippable_quantity = 0;
        if (shipped > 0) line.fulfillment_status = shipped >= to_ship ? "fulfilled" : "partial";
    }

    /// Goods of a shop's till are handed over at once: where they were is told by the fulfilment, when it was one place.
    void sold_over_the_counter(OrderLine& line) const {
        std::string_view place;
        for (const JsonView fulfillment : node_["fulfillments"]) {
            if (fulfillment["status"].word() == "CANCELLED") continue;
            const std::string_view here = legacy_id(fulfillment["location"]);
            if (here.empty() || (!place.empty() && here != place)) return;
            place = here;
        }
        line.assigned_location_id = to_integer(place);
        const JsonView till = node_["retailLocation"];
        if (!place.empty() && legacy_id(till) == place) line.assigned_location_name = till["name"].filled_text();
    }

    static std::optional<std::int64_t> to_integer(std::string_view digits) {
        std::int64_t value = 0;
        if (digits.empty()) return std::nullopt;
        for (const char c : digits)
            if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value))
                return std::nullopt;
        return value;
    }

    std::int64_t minor_or_zero(std::string_view field) {
        const auto amount = amounts_.read(node_[field], {field});
        return amount ? amount->minor : 0;
    }

    void money() {
        order_.subtotal_amount = amounts_.of(subtotal_.minor());
        order_.shipping_amount = amounts_.read(node_["totalShippingPriceSet"], {"totalShippingPriceSet"});
        order_.tax_amount = amounts_.of(minor_or_zero("totalTaxSet"));
        order_.discount_amount = amounts_.of(minor_or_zero("totalDiscountsSet"));
        order_.total_amount = amounts_.read(node_["totalPriceSet"], {"totalPriceSet"});
        check_total();
    }

    /// total = lines - discounts + shipping + tax (when it comes on top) + tip + duties + additional fees.
    void check_total() {
        if (!order_.total_amount) return;
        const Place place{"totalPriceSet"};
        Sum gap;
        gap.add(order_.total_amount, place);
        gap.subtract(subtotal_.minor(), place);
        gap.add(order_.discount_amount, place);
        if (!tax_included_) gap.subtract(order_.tax_amount->minor, place);
        gap.subtract(minor_or_zero("totalTipReceivedSet"), place);
        if (!node_["dutiesIncluded"].is_true()) gap.subtract(minor_or_zero("originalTotalDutiesSet"), place);
        gap.subtract(minor_or_zero("originalTotalAdditionalFeesSet"), place);
        const std::int64_t shipping = order_.shipping_amount ? order_.shipping_amount->minor : 0;
        // Every line may be off by its smallest unit: its share of a discount was rounded.
        const auto tolerance = std::max<std::int64_t>(1, static_cast<std::int64_t>(order_.lines.size()));
        const auto closes = [&](std::int64_t candidate) {
            std::int64_t rest = 0;
            return !__builtin_sub_overflow(gap.minor(), candidate, &rest) && rest >= -tolerance && rest <= tolerance;
        };
        if (closes(shipping)) return;

        Sum charged;  // what the shipping lines say, with discounts on shipping taken off
        bool any = false;
        for (const JsonView line : node_["shippingLines"]["nodes"]) {
            if (line["isRemoved"].is_true()) continue;
            const Place at{"shippingLines.nodes"};
            if (const auto price = amounts_.read(line["discountedPriceSet"], at)) {
                charged.add(price, at);
                any = true;
            }
        }
        if (any && charged.minor() != shipping && closes(charged.minor())) {
            problem("shipping_differs", "totalShippingPriceSet says " + words(shipping, order_.currency) +
                                            ", the shipping lines after discounts " +
                                            words(charged.minor(), order_.currency) +
                                            ", which is what the order's total holds");
            order_.shipping_amount = amounts_.of(charged.minor());
            return;
        }
        std::int64_t expected = 0;
        if (__builtin_sub_overflow(order_.total_amount->minor, gap.minor(), &expected) ||
            __builtin_add_overflow(expected, shipping, &expected))
            throw FieldError(place, "is too large");
        problem("totals_mismatch", "the order's total is " + words(order_.total_amount->minor, order_.currency) +
                                       ", its parts add up to " + words(expected, order_.currency) +
                                       "; the amounts are reported as Shopify states them");
    }

    void refund_stubs() {
        for (const JsonView refund : node_["refunds"]) {
            const std::string_view id = legacy_id(refund);
            if (id.empty()) continue;
            const auto updated = parse_iso8601(refund["updatedAt"].word(), ZoneRule::required);
            mapped_.refunds.push_back({std::string{id}, updated ? std::optional{*updated} : std::nullopt});
        }
    }

    void oddities() {
        if (node_["test"].is_true()) problem("test_order", "a test order: Shopify took no money for it");
        if (order_tax_included_ && rules_.shop_taxes_included && *order_tax_included_ != *rules_.shop_taxes_included)
            problem("taxes_included_differs",
                    std::string{"the order's prices "} + (*order_tax_included_ ? "include" : "do not include") +
                        " tax, unlike the shop's now; its amounts are worked out by its own rule");
        if (!amounts_.foreign_place().empty())
            problem("currency_differs",
                    amounts_.foreign_place() + " is stated in another currency than the order's " + order_.currency);
        if (lacks_person())
            problem("pii_missing",
                    "Shopify gives no name or street: the shop's plan or the app's approval leaves them out");
    }

    /// An address that is there but empty was blanked; an order to be shipped always has one.
    [[nodiscard]] bool lacks_person() const {
        for (const std::string_view field : {"shippingAddress", "billingAddress"}) {
            const Address& address = field == "shippingAddress" ? order_.shipping : order_.billing;
            if (node_[field] && !address.name && !address.address1) return true;
        }
        if (node_["shippingAddress"] || node_["billingAddress"] || order_.buyer_email ||
            node_["sourceName"].word() == "pos")
            return false;
        for (const JsonView line : node_["lineItems"]["nodes"])
            if (line["requiresShipping"].is_true()) return true;
        return false;
    }

    JsonView node_;
    const OrderRules& rules_;
    Amounts amounts_;
    MappedOrder mapped_;
    domain::Order& order_;
    std::optional<bool> order_tax_included_;
    bool tax_included_ = false;
    Sum subtotal_;
};

}  // namespace

Result<MappedOrder> map_order_payload(std::string_view payload, const OrderRules& rules) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return Error{ErrorKind::invalid, "payload_invalid", "the payload is " + index.error().message};
    if (!index->root().is_object())
        return Error{ErrorKind::invalid, "payload_invalid", "the payload is no JSON object"};
    try {
        return OrderMapper(index->root(), rules).map();
    } catch (const FieldError& error) {
        return error.as_error();
    } catch (const std::overflow_error&) {
        return Error{ErrorKind::invalid, "payload_invalid", "an amount of the payload is too large"};
    }
}

}  // namespace crossdock::connectors::shopify
