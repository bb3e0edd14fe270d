// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ebay/seller_impl.h"

#include <nlohmann/json.hpp>

#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

using namespace std::chrono_literals;

namespace {

Json contact(const Order& order, bool hub, bool us) {
    Json address = {{"addressLine1", std::to_string(order.number % 900 + 1) + (us ? " Example St" : " Beispielweg")},
                    {"city", us ? "Austin" : "Sampleton"},
                    {"stateOrProvince", us ? "TX" : ""},
                    {"postalCode", us ? "78703-1200" : "10115"},
                    {"countryCode", us ? "US" : "DE"}};
    if (!us) address.erase("stateOrProvince");
    if (hub) {
        address["addressLine1"] = "1850 Airport Exchange Blvd #200";
        address["addressLine2"] = "Reference #20011" + std::to_string(10'000'000 + order.number);
        address["city"] = "Erlanger";
        address["stateOrProvince"] = "KY";
        address["postalCode"] = "41025";
        address["countryCode"] = "US";
    }
    return {{"fullName", order.buyer_name},
            {"contactAddress", address},
            {"primaryPhone", {{"phoneNumber", "5125550100"}}},
            {"email", sha256_hex(order.buyer).substr(0, 20) + "@members.ebay.com"}};
}

Json refund_json(const Line::Refund& refund, const std::string& currency) {
    return {{"amount", amount(refund.amount, currency)},
            {"refundDate", ebay_time(refund.at)},
            {"refundId", refund.id},
            {"refundReferenceId", refund.id}};
}

Json line_json(World& world, const SellerOptions& options, const Order& order, const Line& line, bool breakdown) {
    const std::string currency = world.currency();
    const Item item = world.item(line.unit.item);
    Json out = {{"lineItemId", line.id}, {"legacyItemId", item.listing_id}};
    if (line.unit.variation != 0) {
        out["legacyVariationId"] = std::to_string(510000000000 + line.unit.item * 2 + line.unit.variation);
        out["variationAspects"] = Json::array({{{"name", "Size"}, {"value", line.unit.variation == 1 ? "L" : "M"}}});
    }
    if (const std::string sku = world.sku(line.unit); !sku.empty()) out["sku"] = sku;
    out["title"] = item.title;
    out["lineItemCost"] = amount(line.cost, currency);
    if (line.discount > 0) out["discountedLineItemCost"] = amount(line.cost - line.discount, currency);
    out["quantity"] = line.quantity;
    out["soldFormat"] = "FIXED_PRICE";
    out["listingMarketplaceId"] = options.marketplace;
    out["purchaseMarketplaceId"] = options.marketplace;
    out["lineItemFulfillmentStatus"] = line_status(line);
    out["total"] = amount(line.total(breakdown), currency);
    // Net on the line, gross at the order.
    out["deliveryCost"] = {{"shippingCost", amount(line.shipping - line.shipping_discount, currency)}};
    if (line.shipping_discount > 0) out["deliveryCost"]["discountAmount"] = amount(line.shipping_discount, currency);
    out["appliedPromotions"] = Json::array();
    if (line.discount > 0)
        out["appliedPromotions"].push_back({{"discountAmount", amount(line.discount, currency)},
                                            {"promotionId", "15000000001"},
                                            {"description", "10 % off"}});
    out["taxes"] = Json::array();
    if (breakdown && line.tax > 0) {
        const Json tax = {{"taxType", "STATE_SALES_TAX"}, {"amount", amount(line.tax, currency)}};
        out["taxes"].push_back(tax);
        Json kept = tax;
        kept["collectionMethod"] = "NET";
        out["ebayCollectAndRemitTaxes"] = Json::array({kept});
    }
    if (order.gift)
        out["giftDetails"] = {
            {"message", "Happy birthday"}, {"senderName", "Pat"}, {"recipientEmail", "f@example.com"}};
    out["refunds"] = Json::array();
    for (const Line::Refund& refund : line.refunds) out["refunds"].push_back(refund_json(refund, currency));
    out["properties"] = {{"buyerProtection", true}};
    out["lineItemFulfillmentInstructions"] = {{"minEstimatedDeliveryDate", ebay_time(order.created_at + 96h)},
                                              {"maxEstimatedDeliveryDate", ebay_time(order.created_at + 192h)},
                                              {"shipByDate", ebay_time(order.created_at + 48h)},
                                              {"guaranteedDelivery", false}};
    return out;
}

Json instructions(const SellerOptions& options, const Order& order) {
    Json out = {{"fulfillmentInstructionsType", order.pickup ? "PREPARE_FOR_PICKUP" : "SHIP_TO"},
                {"minEstimatedDeliveryDate", ebay_time(order.created_at + 96h)},
                {"maxEstimatedDeliveryDate", ebay_time(order.created_at + 192h)},
                {"ebaySupportedFulfillment", order.hub_address}};
    const bool us = options.marketplace == "EBAY_US";
    if (order.pickup) {
        out["pickupStep"] = {{"merchantLocationKey", "main-1"}};
        return Json::array({out});
    }
    Json step = {{"shipTo", contact(order, order.hub_address, us)},
                 {"shippingCarrierCode", us ? "USPS" : "DHL"},
                 {"shippingServiceCode", us ? "USPSGroundAdvantage" : "DE_DHLPaket"}};
    if (order.hub_address) {
        step["shipToReferenceId"] = step["shipTo"]["contactAddress"]["addressLine2"];
        out["finalDestinationAddress"] = {
            {"addressLine1", "1 Sample Mews"}, {"city", "London"}, {"postalCode", "SW1A 1AA"}, {"countryCode", "GB"}};
    }
    out["shippingStep"] = step;
    return Json::array({out});
}

}  // namespace

Json amount(Cents cents, const std::string& currency) { return {{"value", decimal(cents)}, {"currency", currency}}; }

Json order_json(World& world, const SellerOptions& options, const Order& order, bool breakdown, bool whole,
                const std::string& base_url) {
    const std::string currency = world.currency();
    const bool us = options.marketplace == "EBAY_US";
    Cents cost = 0, discount = 0, shipping = 0, shipping_discount = 0, tax = 0;
    Json lines = Json::array();
    for (const Line& line : order.lines) {
        cost += line.cost;
        discount += line.discount;
        shipping += line.shipping;
        shipping_discount += line.shipping_discount;
        tax += line.tax;
        lines.push_back(line_json(world, options, order, line, breakdown));
    }
    const Cents fee = order.total(true) * 12 / 100;
    Json out = {{"orderId", order.id},
                {"legacyOrderId", order.id},
                {"creationDate", ebay_time(order.created_at)},
                {"lastModifiedDate", ebay_time(order.updated_at)},
                {"orderFulfillmentStatus", order.fulfillment_status()},
                {"orderPaymentStatus", order.payment_status()},
                {"sellerId", "demo_seller"}};
    out["buyer"] = {{"username", order.buyer},
                    {"taxAddress", {{"postalCode", us ? "78703" : "10115"}, {"countryCode", us ? "US" : "DE"}}}};
    // The alias goes after 14 days, the whole address after 90.
    const auto age = world.now() - order.created_at;
    if (age < 24h * 90) {
        out["buyer"]["buyerRegistrationAddress"] = contact(order, false, us);
        if (age >= 24h * 14) out["buyer"]["buyerRegistrationAddress"].erase("email");
    }
    if (!order.note.empty()) out["buyerCheckoutNotes"] = order.note;
    Json& sums = out["pricingSummary"] = {{"priceSubtotal", amount(cost, currency)}};
    if (discount > 0) sums["priceDiscount"] = amount(-discount, currency);
    sums["deliveryCost"] = amount(shipping, currency);
    if (shipping_discount > 0) sums["deliveryDiscount"] = amount(-shipping_discount, currency);
    if (breakdown && tax > 0) sums["tax"] = amount(tax, currency);
    sums["total"] = amount(order.total(breakdown), currency);
    out["cancelStatus"] = {{"cancelState", order.cancel_state()}, {"cancelRequests", Json::array()}};
    if (order.cancelled_at) out["cancelStatus"]["cancelledDate"] = ebay_time(*order.cancelled_at);
    if (whole && order.cancel_requested_at) {
        Json request = {{"cancelRequestId", "9" + std::to_string(100'000 + order.number)},
                        {"cancelInitiator", "BUYER"},
                        {"cancelReason", "BUYER_CANCEL_OR_ADDRESS_ISSUE"},
                        {"cancelRequestedDate", ebay_time(*order.cancel_requested_at)},
                        {"cancelRequestState", order.cancelled_at ? "COMPLETED" : "REQUESTED"}};
        if (order.cancelled_at) request["cancelCompletedDate"] = ebay_time(*order.cancelled_at);
        out["cancelStatus"]["cancelRequests"].push_back(request);
    }
    // What the seller gets: never the order's total.
    const Cents due = order.total(false) - fee;
    Json payment = {{"paymentMethod", "EBAY"},
                    {"paymentReferenceId", std::to_string(420000 + order.number) + "_S"},
                    {"amount", amount(due, currency)},
                    {"paymentStatus", order.paid ? "PAID" : "PENDING"}};
    if (order.paid) payment["paymentDate"] = ebay_time(order.created_at + 1s);
    out["paymentSummary"] = {{"totalDueSeller", amount(std::max<Cents>(0, due - order.refunded()), currency)},
                             {"refunds", Json::array()},
                             {"payments", Json::array({payment})}};
    for (const Line::Refund& refund : order.refunds) {
        Json shown = refund_json(refund, currency);
        shown["refundStatus"] = "REFUNDED";
        out["paymentSummary"]["refunds"].push_back(shown);
    }
    out["fulfillmentStartInstructions"] = instructions(options, order);
    out["fulfillmentHrefs"] = Json::array();
    for (const Shipment& shipment : order.shipments)
        out["fulfillmentHrefs"].push_back(base_url + "/sell/fulfillment/v1/order/" + order.id +
                                          "/shipping_fulfillment/" + shipment.id);
    out["lineItems"] = lines;
    if (us) out["ebayCollectAndRemitTax"] = true;
    if (order.by_ebay) out["program"] = {{"fulfillmentProgram", {{"fulfilledBy", "EBAY"}}}};
    out["salesRecordReference"] = std::to_string(10'000 + order.number);
    out["totalFeeBasisAmount"] = amount(order.total(true), currency);
    out["totalMarketplaceFee"] = amount(fee, currency);
    return out;
}

}  // namespace crossdock::sandbox::ebay
