// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sandbox/encoding.h"
#include "sandbox/walmart/answers.h"

namespace crossdock::sandbox::walmart {
namespace {

Json amount(std::int64_t cents) { return {{"currency", "USD"}, {"amount", static_cast<double>(cents) / 100}}; }

Json quantity(int units) { return {{"unitOfMeasurement", "EACH"}, {"amount", std::to_string(units)}}; }

Json charge(const char* type, const char* name, std::int64_t cents, std::int64_t tax_cents, bool null_fields) {
    Json out = {{"chargeType", type}, {"chargeName", name}, {"chargeAmount", amount(cents)}};
    if (tax_cents >= 0)
        out["tax"] = {{"taxName", "Tax1"}, {"taxAmount", amount(tax_cents)}};
    else if (null_fields)
        out["tax"] = nullptr;
    return out;
}

// The sign of the discount is not documented; one line in two has the other one. A client must take it by its name.
std::int64_t signed_discount(const Order& order, const Line& line) {
    return (order.id + line.number) % 2 == 0 ? -line.discount_cents : line.discount_cents;
}

Json charges(const Order& order, const Line& line, bool null_fields) {
    Json list = Json::array();
    if (line.all_cancelled()) {  // amounts are gone then, as the published samples show
        list.push_back(charge("PRODUCT", "ItemPrice", 0, 0, null_fields));
    } else {
        list.push_back(charge("PRODUCT", order.id % 5 == 0 ? "Item Price" : "ItemPrice", line.product_cents,
                              line.product_tax_cents, null_fields));
        if (line.discount_cents > 0)
            list.push_back(charge("PRODUCT", "SubscriptionDiscount", signed_discount(order, line), -1, null_fields));
        if (line.shipping_cents > 0)
            list.push_back(charge("SHIPPING", "Shipping", line.shipping_cents, line.shipping_tax_cents, null_fields));
    }
    return {{"charge", std::move(list)}};
}

Json tracking_json(const Tracking& tracking) {
    Json carrier =
        tracking.carrier.empty() ? Json{{"otherCarrier", tracking.other_carrier}} : Json{{"carrier", tracking.carrier}};
    return {{"shipDateTime", tracking.ship_date_ms},
            {"carrierName", std::move(carrier)},
            {"methodCode", tracking.method_code},
            {"trackingNumber", tracking.number},
            {"trackingURL", tracking.url}};
}

Json statuses(const Line& line, bool null_fields) {
    Json list = Json::array();
    for (const Units& part : line.units) {
        Json entry = {{"status", wire(part.status)}, {"statusQuantity", quantity(part.quantity)}};
        if (!part.cancellation_reason.empty())
            entry["cancellationReason"] = part.cancellation_reason;
        else if (null_fields)
            entry["cancellationReason"] = nullptr;
        if (part.tracking)
            entry["trackingInfo"] = tracking_json(*part.tracking);
        else if (null_fields)
            entry["trackingInfo"] = nullptr;
        if (null_fields) entry["returnCenterAddress"] = nullptr;
        list.push_back(std::move(entry));
    }
    return {{"orderLineStatus", std::move(list)}};
}

Json line_json(const Order& order, const Line& line, const Goods& goods, const OrderExtras& extras) {
    const Good good = goods.at(line.good);
    Json item = {{"productName", good.title}, {"sku", good.sku}, {"condition", "New"}};
    if (extras.product_info) {
        item["imageUrl"] = "https://i5.walmartimages.com/seo/" + std::to_string(good.index) + ".jpeg";
        item["weight"] = {
            {"value", std::to_string(good.weight_grams / 454) + "." + std::to_string(good.weight_grams % 10)},
            {"unit", "Pounds"}};
    }
    Json out = {{"lineNumber", std::to_string(line.number)},
                {"item", std::move(item)},
                {"charges", charges(order, line, extras.null_fields)},
                {"orderLineQuantity", quantity(line.quantity)},
                {"statusDate", to_ms(line.status_at)},
                {"orderLineStatuses", statuses(line, extras.null_fields)}};
    if (line.return_id != 0)
        out["returnOrderId"] = std::to_string(line.return_id);
    else if (extras.null_fields)
        out["returnOrderId"] = nullptr;
    if (line.refund) {
        Json refund = Json::object();
        if (!line.refund->id.empty())
            refund["refundId"] = line.refund->id;
        else if (extras.null_fields)
            refund["refundId"] = nullptr;
        refund["refundComments"] = "";
        refund["refundCharges"] = {
            {"refundCharge",
             Json::array({{{"refundReason", line.refund->reason},
                           {"charge", charge("PRODUCT", "ItemPrice", -line.refund->cents, -1, extras.null_fields)}}})}};
        out["refund"] = std::move(refund);
    } else if (extras.null_fields) {
        out["refund"] = nullptr;
    }
    std::string ship_method;
    for (const char c : order.method_code) ship_method += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    Json fulfillment = {{"fulfillmentOption", order.node_type == 1 ? "DELIVERY" : "S2H"},
                        {"shipMethod", ship_method},
                        {"pickUpDateTime", to_ms(order.deliver_by)}};
    if (extras.null_fields) fulfillment["storeId"] = nullptr;
    out["fulfillment"] = std::move(fulfillment);
    if (line.wants_cancel)
        out["intentToCancel"] = "TRUE";
    else if (extras.null_fields)
        out["intentToCancel"] = nullptr;
    if (!line.seller_order_id.empty()) out["sellerOrderId"] = line.seller_order_id;
    return out;
}

}  // namespace

Json order_json(const Order& order, const Goods& goods, const std::vector<ShipNode>& nodes, const OrderExtras& extras) {
    const Person buyer = person(order.buyer);
    std::string alias = sha256_hex(buyer.email).substr(0, 32);
    for (char& c : alias) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    Json address = {{"name", buyer.name}, {"address1", buyer.street}};
    if (!buyer.street2.empty())
        address["address2"] = buyer.street2;
    else if (extras.null_fields)
        address["address2"] = nullptr;
    address["city"] = buyer.city;
    address["state"] = buyer.state;
    address["postalCode"] = buyer.zip;
    address["country"] = "USA";
    address["addressType"] = buyer.residential ? "RESIDENTIAL" : "OFFICE";

    Json out = {{"purchaseOrderId", std::to_string(order.id)},
                {"customerOrderId", std::to_string(order.customer_order)},
                {"customerEmailId", alias + "@relay.walmart.com"}};
    if (extras.replacement_info) {
        out["orderType"] = kOrderTypes[static_cast<std::size_t>(order.type)];
        if (order.original_customer_order != 0)
            out["originalCustomerOrderID"] = std::to_string(order.original_customer_order);
        else if (extras.null_fields)
            out["originalCustomerOrderID"] = nullptr;
    }
    out["orderDate"] = to_ms(order.created);
    out["shippingInfo"] = {{"phone", order.all_cancelled() ? "0000000000" : buyer.phone},  // blanked when it is over
                           {"estimatedDeliveryDate", to_ms(order.deliver_by)},
                           {"estimatedShipDate", to_ms(order.ship_by)},
                           {"methodCode", order.method_code},
                           {"postalAddress", std::move(address)}};
    Json lines = Json::array();
    for (const Line& line : order.lines) lines.push_back(line_json(order, line, goods, extras));
    out["orderLines"] = {{"orderLine", std::move(lines)}};
    if (extras.null_fields) {
        out["paymentTypes"] = nullptr;
        out["orderSummary"] = nullptr;
    }
    const ShipNode& node = nodes[order.node];
    out["shipNode"] = {{"type", kNodeTypes[static_cast<std::size_t>(order.node_type)]},
                       {"name", order.node_type == 1 ? "WFS" : node.name},
                       {"id", order.node_type == 1 ? "WFS-IND1" : node.id}};
    return out;
}

std::int64_t total_cents(const Order& order) {
    std::int64_t total = 0;
    for (const Line& line : order.lines) {
        if (line.all_cancelled()) continue;
        total += line.product_cents + line.product_tax_cents - line.discount_cents + line.shipping_cents +
                 (line.shipping_tax_cents > 0 ? line.shipping_tax_cents : 0);
    }
    return total;
}

}  // namespace crossdock::sandbox::walmart
