// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/order_mapping.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::string_view kItemsOfV0 = "items";

Phase phase_of_v0(std::string_view word) {
    if (word == "Pending" || word == "PendingAvailability") return Phase::pending;
    if (word == "Unshipped") return Phase::unshipped;
    if (word == "PartiallyShipped") return Phase::partially_shipped;
    if (word == "Shipped" || word == "InvoiceUnconfirmed") return Phase::shipped;
    if (word == "Canceled") return Phase::cancelled;
    if (word == "Unfulfillable") return Phase::unfulfillable;
    return Phase::unknown;
}

/// v0 writes flags as texts in some places and as booleans in others.
bool says_yes(JsonView flag) { return flag.is_true() || flag.word() == "true"; }

domain::Address read_address_v0(JsonView node) {
    domain::Address out;
    out.name = node["Name"].filled_text();
    out.address1 = node["AddressLine1"].filled_text();
    out.address2 = joined_lines(node["AddressLine2"].filled_text(), node["AddressLine3"].filled_text());
    out.city = node["City"].filled_text();
    out.region = node["StateOrRegion"].filled_text();
    out.postal = node["PostalCode"].filled_text();
    out.country = node["CountryCode"].filled_text();
    out.phone = node["Phone"].filled_text();
    return out;
}

std::string_view currency_in_v0(JsonView order, JsonView items) {
    if (const auto code = stated_currency(order["OrderTotal"]); !code.empty()) return code;
    for (const JsonView item : items)
        if (const auto code = stated_currency(item["ItemPrice"]); !code.empty()) return code;
    return {};
}

void read_payment(JsonView order, OrderFacts& facts) {
    for (const JsonView method : order["PaymentMethodDetails"])
        if (auto name = method.filled_text()) facts.payment_methods.push_back(std::move(*name));
    const auto method = order["PaymentMethod"].filled_text();
    if (facts.payment_methods.empty() && method) facts.payment_methods.push_back(*method);
    facts.cash_on_delivery = method == "COD";
}

LineFacts read_line_v0(JsonView item, std::size_t index, Amounts& amounts) {
    const auto at = [&](std::string_view field) { return Place{field, kItemsOfV0, index}; };
    const auto money = [&](std::string_view field) { return amounts.read(item[field], at(field)); };
    LineFacts line;
    line.id = item["OrderItemId"].text().value_or("");
    if (line.id.empty()) throw FieldError(at("OrderItemId"), "is missing");
    line.sku = item["SellerSKU"].filled_text();
    line.title = item["Title"].filled_text();
    line.asin = item["ASIN"].filled_text();
    const auto ordered = read_units(item["QuantityOrdered"]);
    if (!ordered) throw FieldError(at("QuantityOrdered"), "is no quantity: " + shown(item["QuantityOrdered"].raw()));
    line.ordered = *ordered;
    line.shipped = read_units(item["QuantityShipped"]);
    line.item = money("ItemPrice");
    line.shipping = money("ShippingPrice");
    const JsonView buyer = item["BuyerInfo"];
    OptionalSum tax, discount;
    tax.add(money("ItemTax"), at("ItemTax"));
    tax.add(money("ShippingTax"), at("ShippingTax"));
    tax.add(amounts.read(buyer["GiftWrapTax"], at("BuyerInfo.GiftWrapTax")), at("BuyerInfo.GiftWrapTax"));
    tax.subtract(money("PromotionDiscountTax"), at("PromotionDiscountTax"));
    tax.subtract(money("ShippingDiscountTax"), at("ShippingDiscountTax"));
    line.tax = tax.get(amounts.currency());
    for (const std::string_view field : {"PromotionDiscount", "ShippingDiscount"})
        if (auto amount = money(field)) {
            drop_sign(*amount, at(field));  // v0 writes them without one
            discount.add(amount, at(field));
        }
    line.discount = discount.get(amounts.currency());
    line.gift = says_yes(item["IsGift"]);
    line.gift_message = buyer["GiftMessageText"].filled_text();
    const JsonView cancel = item["BuyerRequestedCancel"];
    line.cancel_requested = says_yes(cancel["IsBuyerRequestedCancel"]);
    if (line.cancel_requested) line.cancel_reason = cancel["BuyerCancelReason"].filled_text();
    return line;
}

}  // namespace

OrderFacts read_order_v0(JsonView payload, const OrderRules& rules) {
    const JsonView order = payload["order"], items = payload["items"];
    OrderFacts facts;
    facts.id = order["AmazonOrderId"].text().value_or("");
    if (facts.id.empty()) throw FieldError({"order.AmazonOrderId"}, "is missing");
    if (!items.is_array()) throw FieldError({"items"}, "is missing");
    facts.seller_order_id = order["SellerOrderId"].filled_text();
    facts.marketplace_id = order["MarketplaceId"].text().value_or("");
    facts.status_word = order["OrderStatus"].word();
    facts.phase = phase_of_v0(facts.status_word);
    facts.by_amazon = order["FulfillmentChannel"].word() == "AFN";
    const auto created = read_time(order["PurchaseDate"], {"order.PurchaseDate"});
    if (!created) throw FieldError({"order.PurchaseDate"}, "is missing");
    facts.created = *created;
    facts.updated = read_time(order["LastUpdateDate"], {"order.LastUpdateDate"});
    facts.currency = order_currency(currency_in_v0(order, items), facts, rules);
    const JsonView buyer = order["BuyerInfo"];
    facts.buyer_name = buyer["BuyerName"].filled_text();
    facts.buyer_email = buyer["BuyerEmail"].filled_text();
    facts.purchase_order = buyer["PurchaseOrderNumber"].filled_text();
    facts.shipping = read_address_v0(order["ShippingAddress"]);
    read_payment(order, facts);

    Amounts amounts(facts.currency);
    facts.total = amounts.read(order["OrderTotal"], {"order.OrderTotal"});
    std::size_t index = 0;
    for (const JsonView item : items) facts.lines.push_back(read_line_v0(item, index++, amounts));
    if (!amounts.foreign_place().empty())
        facts.problems.push_back({"foreign_currency", amounts.foreign_place() + " is not in " + facts.currency +
                                                          " as the order is; the amount is left out"});
    return facts;
}

}  // namespace crossdock::connectors::amazon
