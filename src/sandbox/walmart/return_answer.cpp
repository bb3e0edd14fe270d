// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sandbox/walmart/answers.h"

namespace crossdock::sandbox::walmart {
namespace {

Json money(std::int64_t cents) {
    return {{"currencyAmount", static_cast<double>(cents) / 100}, {"currencyUnit", "USD"}};
}

Json units(int count) { return {{"unitOfMeasure", "EACH"}, {"measurementValue", count}}; }

Json return_charge(const char* category, const char* name, std::int64_t cents, std::int64_t tax_cents, bool discount) {
    Json tax = Json::array();
    if (tax_cents > 0) tax.push_back({{"taxName", "Tax1"}, {"excessTax", money(0)}, {"taxPerUnit", money(tax_cents)}});
    return {{"chargeCategory", category}, {"chargeName", name},         {"chargePerUnit", money(cents)},
            {"isDiscount", discount},     {"isBillable", true},         {"tax", std::move(tax)},
            {"excessCharge", money(0)},   {"references", Json::array()}};
}

Json charge_totals(const ReturnLine& line) {
    const int n = line.quantity;
    const std::int64_t product_tax = n * line.product_tax_cents;
    const std::int64_t taxes = product_tax + n * line.shipping_tax_cents;
    Json list = Json::array();
    const auto add = [&](const char* name, std::int64_t cents) {
        list.push_back({{"name", name}, {"value", money(cents)}});
    };
    add("lineUnitPrice", line.product_cents);
    add("lineProductTaxes", product_tax);
    add("lineTotalTaxes", taxes);
    if (line.shipping_cents > 0) add("lineShippingFee", n * line.shipping_cents);
    if (line.restocking_cents > 0) add("lineRestockingFee", n * line.restocking_cents);
    add("lineSubTotal", line.cents_of(n) - taxes);
    add("lineTotal", line.cents_of(n));
    return list;
}

Json return_line_json(const Return& it, const ReturnLine& line, const Goods& goods) {
    const Good good = goods.at(line.good);
    Json charges = Json::array();
    charges.push_back(return_charge("PRODUCT", "ItemPrice", line.product_cents, line.product_tax_cents, false));
    if (line.discount_cents > 0)
        charges.push_back(return_charge("PRODUCT", "SubscriptionDiscount", line.discount_cents, 0, true));
    if (line.shipping_cents > 0)
        charges.push_back(return_charge("SHIPPING", "Shipping", line.shipping_cents, line.shipping_tax_cents, false));
    if (line.restocking_cents > 0) charges.push_back(return_charge("FEE", "RestockingFee", line.restocking_cents, 0, true));

    // One entry per refund, and one for what is still open.
    Json tracking = Json::array();
    for (const auto& [at, count] : line.refunds)
        tracking.push_back({{"status", it.status},
                            {"statusTime", iso_ms(at)},
                            {"currentRefundStatus", it.status == "COMPLETED" ? "REFUND_COMPLETED" : "REFUND_INITIATED"},
                            {"quantity", units(count)}});
    if (line.refunded < line.quantity)
        tracking.push_back({{"status", it.status},
                            {"statusTime", iso_ms(it.modified)},
                            {"quantity", units(line.quantity - line.refunded)}});
    Json details = Json::array();
    for (std::size_t i = 0; i < line.steps.size(); ++i)
        details.push_back({{"sequenceNo", i},
                           {"eventTag", line.steps[i].tag},
                           {"eventDescription", line.steps[i].text},
                           {"eventTime", iso_ms(line.steps[i].at)}});
    Json out = {{"returnOrderLineNumber", line.number},
                {"salesOrderLineNumber", line.order_line},
                {"returnReason", it.reason},
                {"purchaseOrderId", std::to_string(it.order)},
                {"purchaseOrderLineNumber", line.order_line},
                {"item", {{"sku", good.sku}, {"condition", "New"}, {"productName", good.title}}},
                {"charges", std::move(charges)},
                {"unitPrice", money(line.product_cents)},
                {"chargeTotals", charge_totals(line)},
                {"currentTrackingStatuses", std::move(tracking)},
                {"cancellableQty", it.status == "INITIATED" ? line.quantity : 0},
                {"quantity", units(line.quantity)},
                {"returnExpectedFlag", !line.keep_it},
                {"isFastReplacement", false},
                {"isKeepIt", line.keep_it},
                {"lastItem", false},
                {"refundedQty", line.refunded},
                {"rechargeableQty", 0},
                {"refundChannel", "SELLER_AUTO_REFUND"},
                {"returnTrackingDetail", std::move(details)},
                {"status", it.status},
                {"statusTime", iso_ms(it.modified)}};
    if (it.cancelled) out["returnCancellationReason"] = "Return cancelled by the buyer";
    if (line.refunded > 0)
        out["refundChannels"] =
            Json::array({{{"refundChannelName", "SELLER_AUTO_REFUND"}, {"quantity", units(line.refunded)}}});
    return out;
}

}  // namespace

Json return_json(const Return& it, const Goods& goods, bool replacement_info) {
    const Person buyer = person(it.buyer);
    const std::size_t blank = buyer.name.find(' ');
    std::int64_t whole = 0;
    for (const ReturnLine& line : it.lines) whole += line.cents_of(line.quantity);
    Json out = {
        {"returnOrderId", std::to_string(it.id)},
        {"customerEmailId", "buyer@relay.walmart.com"},
        {"customerName", {{"firstName", buyer.name.substr(0, blank)}, {"lastName", buyer.name.substr(blank + 1)}}},
        {"customerOrderId", std::to_string(it.customer_order)},
        {"refundMode", "POST_DELIVERY"},
        {"returnOrderDate", iso_ms(it.created)}};
    if (replacement_info) {
        out["returnType"] = it.replacement ? "REPLACEMENT" : "REFUND";
        if (it.replacement_order != 0) out["replacementCustomerOrderId"] = std::to_string(it.replacement_order);
    }
    out["returnByDate"] = iso_ms(it.created + std::chrono::days(30));
    out["totalRefundAmount"] = money(it.refunded() > 0 ? it.refund_cents() : whole);
    Json groups = Json::array();
    Json numbers = Json::array();
    for (const ReturnLine& line : it.lines) numbers.push_back({{"returnOrderLineNumber", line.number}});
    const bool expected = !it.lines.front().keep_it;
    Json group = {{"groupNo", 1}, {"returnLines", std::move(numbers)}, {"returnExpectedFlag", expected}};
    if (expected)
        group["labels"] = Json::array(
            {{{"labelImageURL", "https://i5.walmartimages.com/asr/" + std::to_string(it.id) + ".png"},
              {"carrierInfoList", Json::array({{{"carrierId", "11"},
                                                {"carrierName", "FEDEX"},
                                                {"serviceType", "FedEx Ground"},
                                                {"trackingNo", "7856" + std::to_string(it.id % 100'000'000)}}})}}});
    groups.push_back(std::move(group));
    out["returnLineGroups"] = std::move(groups);
    Json lines = Json::array();
    for (const ReturnLine& line : it.lines) lines.push_back(return_line_json(it, line, goods));
    out["returnOrderLines"] = std::move(lines);
    out["returnChannel"] = {{"channelName", it.order % 3 == 0 ? "IN_STORE" : "MAIL"}};
    return out;
}

}  // namespace crossdock::sandbox::walmart
