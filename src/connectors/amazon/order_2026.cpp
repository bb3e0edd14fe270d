// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/order_mapping.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::string_view kItemsOf2026 = "orderItems";

Phase phase_of_2026(std::string_view word) {
    if (word == "PENDING" || word == "PENDING_AVAILABILITY") return Phase::pending;
    if (word == "UNSHIPPED") return Phase::unshipped;
    if (word == "PARTIALLY_SHIPPED") return Phase::partially_shipped;
    // INVOICE_UNCONFIRMED is in Amazon's own map from v0, though not in the model.
    if (word == "SHIPPED" || word == "INVOICE_UNCONFIRMED") return Phase::shipped;
    if (word == "CANCELLED") return Phase::cancelled;
    if (word == "UNFULFILLABLE") return Phase::unfulfillable;
    return Phase::unknown;
}

domain::Address read_address_2026(JsonView node) {
    domain::Address out;
    out.name = node["name"].filled_text();
    out.address1 = node["addressLine1"].filled_text();
    out.address2 = joined_lines(node["addressLine2"].filled_text(), node["addressLine3"].filled_text());
    out.city = node["city"].filled_text();
    out.region = node["stateOrRegion"].filled_text();
    out.postal = node["postalCode"].filled_text();
    out.country = node["countryCode"].filled_text();
    out.phone = node["phone"].filled_text();
    return out;
}

std::string_view currency_in_2026(JsonView order) {
    if (const auto code = stated_currency(order["proceeds"]["grandTotal"]); !code.empty()) return code;
    for (const JsonView item : order["orderItems"]) {
        if (const auto code = stated_currency(item["product"]["price"]["unitPrice"]); !code.empty()) return code;
        if (const auto code = stated_currency(item["proceeds"]["proceedsTotal"]); !code.empty()) return code;
    }
    return {};
}

/// The breakdowns of one type, summed. No published example has a DISCOUNT; its sign is taken off, whichever it is.
std::optional<domain::Money> breakdown(JsonView list, std::string_view type, Amounts& amounts, const Place& place) {
    OptionalSum sum;
    for (const JsonView one : list) {
        if (one["type"].word() != type) continue;
        auto amount = amounts.read(one["subtotal"], place);
        if (amount && type == "DISCOUNT") drop_sign(*amount, place);
        sum.add(amount, place);
    }
    return sum.get(amounts.currency());
}

LineFacts read_line_2026(JsonView item, std::size_t index, Amounts& amounts) {
    const auto at = [&](std::string_view field) { return Place{field, kItemsOf2026, index}; };
    LineFacts line;
    line.id = item["orderItemId"].text().value_or("");
    if (line.id.empty()) throw FieldError(at("orderItemId"), "is missing");
    const JsonView product = item["product"], fulfillment = item["fulfillment"];
    line.sku = product["sellerSku"].filled_text();
    line.title = product["title"].filled_text();
    line.asin = product["asin"].filled_text();
    const auto ordered = read_units(item["quantityOrdered"]);
    if (!ordered) throw FieldError(at("quantityOrdered"), "is no quantity: " + shown(item["quantityOrdered"].raw()));
    line.ordered = *ordered;
    line.shipped = read_units(fulfillment["quantityFulfilled"]);
    line.open = read_units(fulfillment["quantityUnfulfilled"]);
    if (!line.shipped && line.open) line.shipped = line.ordered - *line.open;
    line.unit = amounts.read(product["price"]["unitPrice"], at("product.price.unitPrice"));
    const JsonView list = item["proceeds"]["breakdowns"];
    const Place place = at("proceeds.breakdowns");
    line.item = breakdown(list, "ITEM", amounts, place);
    line.shipping = breakdown(list, "SHIPPING", amounts, place);
    line.tax = breakdown(list, "TAX", amounts, place);
    line.discount = breakdown(list, "DISCOUNT", amounts, place);
    const JsonView gift = fulfillment["packing"]["giftOption"];
    line.gift = gift.is_object();
    line.gift_message = gift["giftMessage"].filled_text();
    const JsonView request = item["cancellation"]["cancellationRequest"];
    line.cancel_requested = request.is_object();
    line.cancel_reason = request["cancelReason"].filled_text();
    return line;
}

}  // namespace

OrderFacts read_order_2026(JsonView order, const OrderRules& rules) {
    OrderFacts facts;
    facts.id = order["orderId"].text().value_or("");
    if (facts.id.empty()) throw FieldError({"orderId"}, "is missing");
    if (!order["orderItems"].is_array()) throw FieldError({"orderItems"}, "is missing");
    for (const JsonView alias : order["orderAliases"])
        if (alias["aliasType"].word() == "SELLER_ORDER_ID") facts.seller_order_id = alias["aliasId"].filled_text();
    facts.marketplace_id = order["salesChannel"]["marketplaceId"].text().value_or("");
    const JsonView fulfillment = order["fulfillment"];
    facts.status_word = fulfillment["fulfillmentStatus"].word();
    facts.phase = phase_of_2026(facts.status_word);
    facts.by_amazon = fulfillment["fulfilledBy"].word() == "AMAZON";
    const auto created = read_time(order["createdTime"], {"createdTime"});
    if (!created) throw FieldError({"createdTime"}, "is missing");
    facts.created = *created;
    facts.updated = read_time(order["lastUpdatedTime"], {"lastUpdatedTime"});
    facts.currency = order_currency(currency_in_2026(order), facts, rules);
    const JsonView buyer = order["buyer"];
    facts.buyer_name = buyer["buyerName"].filled_text();
    facts.buyer_email = buyer["buyerEmail"].filled_text();
    facts.purchase_order = buyer["buyerPurchaseOrderNumber"].filled_text();
    facts.shipping = read_address_2026(order["recipient"]["deliveryAddress"]);
    for (const JsonView execution : order["payment"]["paymentExecutions"])
        if (auto method = execution["paymentMethod"].filled_text()) {
            facts.cash_on_delivery = facts.cash_on_delivery || *method == "CashOnDelivery" || *method == "COD";
            facts.payment_methods.push_back(std::move(*method));
        }

    Amounts amounts(facts.currency);
    const JsonView proceeds = order["proceeds"];
    facts.total = amounts.read(proceeds["grandTotal"], {"proceeds.grandTotal"});
    const Place place{"proceeds.breakdowns"};
    facts.item = breakdown(proceeds["breakdowns"], "ITEM", amounts, place);
    facts.shipping_price = breakdown(proceeds["breakdowns"], "SHIPPING", amounts, place);
    facts.tax = breakdown(proceeds["breakdowns"], "TAX", amounts, place);
    facts.discount = breakdown(proceeds["breakdowns"], "DISCOUNT", amounts, place);
    std::size_t index = 0;
    for (const JsonView item : order["orderItems"]) facts.lines.push_back(read_line_2026(item, index++, amounts));
    if (!amounts.foreign_place().empty())
        facts.problems.push_back({"foreign_currency", amounts.foreign_place() + " is not in " + facts.currency +
                                                          " as the order is; the amount is left out"});
    return facts;
}

}  // namespace crossdock::connectors::amazon
