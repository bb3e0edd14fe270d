// SPDX-License-Identifier: Apache-2.0
// An order as Orders v0 shows it.
#include <nlohmann/json.hpp>

#include "sandbox/amazon/order_json.h"
#include "sandbox/amazon/people.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

json money_v0(Minor amount, const Order& order) {
    std::string text = decimal(amount, order.store->digits);
    // Yen come with and without decimals that they do not have.
    if (order.store->digits == 0 && order.index % 2 == 1) text += ".00";
    return {{"CurrencyCode", order.store->currency}, {"Amount", text}};
}

}  // namespace

bool has_address(const Order& order) { return !order.without_money() && order.status != OrderStatus::canceled; }
bool has_phone(const Order& order, Timestamp now) { return !order.afn && now <= order.latest_delivery(); }

json address_v0(const Order& order, bool personal, Timestamp now) {
    const Person person = buyer_of(order);
    json out = json::object();
    if (personal) {
        out["Name"] = person.name;
        if (!person.company.empty()) out["CompanyName"] = person.company;
        out["AddressLine1"] = person.line1;
        if (!person.line2.empty()) out["AddressLine2"] = person.line2;
    }
    out["City"] = person.city;
    if (!person.state.empty()) out["StateOrRegion"] = person.state;
    out["PostalCode"] = person.postal_code;
    out["CountryCode"] = person.country;
    if (personal) {
        if (has_phone(order, now)) out["Phone"] = person.phone;
        out["AddressType"] = order.business ? "Commercial" : "Residential";
    }
    return out;
}

json buyer_v0(const Order& order, bool personal) {
    const Person person = buyer_of(order);
    json out = json::object();
    if (order.non_amazon) return out;
    out["BuyerEmail"] = person.email;
    if (!personal) return out;
    out["BuyerName"] = person.name;
    if (order.business) {
        out["BuyerTaxInfo"] = {{"CompanyLegalName", person.company}};
        out["PurchaseOrderNumber"] = "PO-" + std::to_string(order.seed % 100'000);
    }
    return out;
}

json order_v0(const Order& order, Shown shown, Timestamp now) {
    json out;
    int shipped = 0, open = 0;
    for (const Line& line : order.lines) {
        shipped += line.shipped;
        open += line.ordered - line.shipped;
    }
    out["AmazonOrderId"] = order.id;
    out["SellerOrderId"] = order.seller_order_id.empty() ? order.id : order.seller_order_id;
    out["PurchaseDate"] = format_rfc3339(order.created_at);
    out["LastUpdateDate"] = format_rfc3339(order.updated_at);
    out["OrderStatus"] = v0_name(order.status);
    out["FulfillmentChannel"] = order.afn ? "AFN" : "MFN";
    out["SalesChannel"] = order.non_amazon ? "Non-Amazon" : order.store->name;
    out["ShipServiceLevel"] = order.afn ? "Expedited" : "Std US D2D Dom";
    if (const auto total = total_of(order)) out["OrderTotal"] = money_v0(*total, order);
    out["NumberOfItemsShipped"] = shipped;
    out["NumberOfItemsUnshipped"] = order.without_money() ? 0 : open;
    out["PaymentMethod"] = order.cash_on_delivery ? "COD" : "Other";
    out["PaymentMethodDetails"] = json::array({order.cash_on_delivery ? "CashOnDelivery" : "Standard"});
    out["IsReplacementOrder"] = false;
    out["MarketplaceId"] = order.store->id;
    out["ShipmentServiceLevelCategory"] = order.prime ? "NextDay" : "Standard";
    out["OrderType"] = "StandardOrder";
    out["EarliestShipDate"] = format_rfc3339(order.created_at);
    out["LatestShipDate"] = format_rfc3339(order.latest_ship());
    if (!order.without_money()) {
        out["EarliestDeliveryDate"] = format_rfc3339(order.created_at + std::chrono::hours(72));
        out["LatestDeliveryDate"] = format_rfc3339(order.latest_delivery());
    }
    out["IsBusinessOrder"] = order.business;
    out["IsPrime"] = order.prime;
    out["IsGlobalExpressEnabled"] = false;
    out["IsPremiumOrder"] = false;
    out["IsSoldByAB"] = false;
    out["IsIBA"] = false;
    out["IsISPU"] = false;
    out["IsAccessPointOrder"] = false;
    out["HasRegulatedItems"] = false;
    if (!order.afn) out["AutomatedShippingSettings"] = {{"HasAutomatedShippingSettings", false}};
    if (has_address(order)) out["ShippingAddress"] = address_v0(order, shown.address, now);
    out["BuyerInfo"] = buyer_v0(order, shown.buyer);
    return out;
}

json item_v0(const World& world, const Order& order, const Line& line, Shown shown) {
    const Listing goods = world.listing(line.listing);
    const Store& store = *order.store;
    json out;
    out["ASIN"] = goods.asin;
    out["SellerSKU"] = goods.sku;
    out["OrderItemId"] = std::to_string(line.id);
    out["Title"] = goods.title;
    out["QuantityOrdered"] = line.ordered;
    out["QuantityShipped"] = line.shipped;
    out["ProductInfo"] = {{"NumberOfItems", "1"}};
    const bool with_money = !order.without_money() && line.ordered > 0;
    if (with_money) {
        out["ItemPrice"] = money_v0(line.price(), order);
        out["ItemTax"] = money_v0(tax_on(line.price(), store), order);
        if (line.shipping > 0) {
            out["ShippingPrice"] = money_v0(line.shipping, order);
            out["ShippingTax"] = money_v0(tax_on(line.shipping, store), order);
        }
        if (line.shipping_discount > 0) {
            out["ShippingDiscount"] = money_v0(line.shipping_discount, order);
            out["ShippingDiscountTax"] = money_v0(tax_on(line.shipping_discount, store), order);
        }
        out["PromotionDiscount"] = money_v0(line.promotion, order);
        out["PromotionDiscountTax"] = money_v0(tax_on(line.promotion, store), order);
        if (line.promotion > 0) out["PromotionIds"] = json::array({"SBX-SUMMER-10"});
        if (!store.tax_inside)
            out["TaxCollection"] = {{"Model", "MarketplaceFacilitator"}, {"ResponsibleParty", "Amazon Services, Inc."}};
        json buyer = json::object();
        if (line.gift) {
            buyer["GiftWrapPrice"] = money_v0(line.gift_wrap, order);
            buyer["GiftWrapTax"] = money_v0(tax_on(line.gift_wrap, store), order);
            buyer["GiftWrapLevel"] = "Classic";
            if (shown.buyer) buyer["GiftMessageText"] = "Happy birthday!\nFrom all of us";
        }
        if (!buyer.empty()) out["BuyerInfo"] = buyer;
        out["IsGift"] = line.gift ? "true" : "false";
    }
    out["ConditionId"] = "New";
    out["ConditionSubtypeId"] = "New";
    out["IsTransparency"] = false;
    out["SerialNumberRequired"] = false;
    json cancel = {{"IsBuyerRequestedCancel", line.cancel_requested ? "true" : "false"},
                   {"BuyerCancelReason", line.cancel_reason}};
    out["BuyerRequestedCancel"] = cancel;
    return out;
}

}  // namespace crossdock::sandbox::amazon
