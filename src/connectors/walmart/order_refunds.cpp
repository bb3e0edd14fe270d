// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/order_refunds.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/walmart/amounts.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {
namespace {

struct OrderRefundParts {
    OptionalSum product, shipping, tax, total;
    std::optional<std::string> reason;
};

/// Amounts of a refund are negative here, of the hub's refunds positive.
OrderRefundParts read_order_refund_parts(JsonView refund, const std::string& currency) {
    OrderRefundParts out;
    for (const JsonView one : elements(refund["refundCharges"]["refundCharge"])) {
        const JsonView charge = one["charge"];
        const Place place{"refund.refundCharges.refundCharge.charge"};
        const auto positive = [&](const std::optional<domain::Money>& amount) -> std::optional<domain::Money> {
            if (!amount) return std::nullopt;
            return domain::Money{without_sign(amount->minor, place), currency};
        };
        const auto amount = positive(read_amount(charge["chargeAmount"], currency, place));
        const auto tax = positive(read_amount(charge["tax"]["taxAmount"], currency, place));
        (equals_ignoring_case(charge["chargeType"].word(), "SHIPPING") ? out.shipping : out.product).add(amount, place);
        out.tax.add(tax, place);
        out.total.add(amount, place);
        out.total.add(tax, place);
        if (!out.reason) out.reason = one["refundReason"].filled_text();
    }
    return out;
}

std::string refund_number(JsonView refund, std::size_t index) {
    if (auto id = refund["refundId"].filled_text()) return *id;
    if (refund["refundId"].is_number()) return std::string{refund["refundId"].word()};
    return std::to_string(index);
}

}  // namespace

std::vector<OrderRefund> read_order_refunds(JsonView from, const domain::OrderLine& line, const std::string& order_id,
                                            const std::string& currency) {
    std::vector<OrderRefund> out;
    const bool by_return = from["returnOrderId"].filled_text().has_value() || from["returnOrderId"].is_number();
    const auto refunds = elements(from["refund"]);
    for (std::size_t i = 0; i < refunds.size(); ++i) {
        OrderRefund one;
        one.total = read_order_refund_parts(refunds[i], currency).total.get(currency);
        if (!one.total) continue;
        if (!by_return) {
            RawRefund raw;
            raw.external_order_id = order_id;
            raw.external_refund_id = order_id + "-" + line.external_line_id + "-" + refund_number(refunds[i], i);
            raw.updated_at = read_epoch(from["statusDate"]);
            raw.payload = std::string{refunds[i].raw()};
            JsonWriter writer(raw.context);
            writer.begin_object().field("line_number", line.external_line_id).field("sku", line.sku);
            writer.field("title", line.title).field("quantity", line.quantity).field("currency", currency);
            // Walmart does not say when the money went: the line's last change is the nearest it tells.
            if (raw.updated_at) writer.field("at_ms", to_ms(*raw.updated_at));
            writer.end_object();
            one.raw = std::move(raw);
        }
        out.push_back(std::move(one));
    }
    return out;
}

domain::Refund map_order_refund(const RawRefund& raw, JsonView refund, JsonView context) {
    const std::string currency = context["currency"].text().value_or("USD");
    const OrderRefundParts parts = read_order_refund_parts(refund, currency);
    domain::Refund out;
    out.external_order_id = raw.external_order_id;
    out.external_refund_id = raw.external_refund_id;
    const auto at = read_epoch(context["at_ms"]);
    if (!at) throw FieldError({"statusDate"}, "of the refunded line is missing");
    out.occurred_at = *at;
    out.currency = currency;
    out.total_amount = parts.total.get(currency);
    out.subtotal_amount = parts.product.get(currency);
    out.shipping_amount = parts.shipping.get(currency);
    out.tax_amount = parts.tax.get(currency);
    out.payment_status = "refunded";
    out.reason_code = parts.reason;
    out.notes = refund["refundComments"].filled_text();
    domain::RefundLine line;
    line.external_line_id = context["line_number"].filled_text();
    line.sku = context["sku"].filled_text();
    line.variant_sku = line.sku;
    line.title = context["title"].filled_text();
    // Money without goods: how many units it is for is not said, so it is not divided by any.
    line.total_refund = out.total_amount;
    line.tax_amount = out.tax_amount;
    line.shipping_amount = out.shipping_amount;
    line.reason_code = out.reason_code;
    out.lines.push_back(std::move(line));
    return out;
}

}  // namespace crossdock::connectors::walmart
