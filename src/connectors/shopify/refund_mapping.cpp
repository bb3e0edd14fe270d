// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/refund_mapping.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "connectors/fields.h"
#include "connectors/shopify/amounts.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

using domain::Refund;
using domain::RefundLine;

constexpr std::string_view kRefundLines = "refundLineItems.nodes";

class RefundMapper {
public:
    RefundMapper(JsonView node, JsonView context, const RawRefund& raw, std::vector<domain::Problem>& problems)
        : node_(node),
          raw_(raw),
          problems_(problems),
          amounts_(read_currency(node, context)),
          tax_included_(context["taxes_included"].is_true()) {
        if (context["refunds_cut"].is_true())
            problem("refund_list_cut",
                    "the order has more refunds than Shopify lists at once (250); the rest is missing");
    }

    Refund map() {
        refund_.external_order_id = raw_.external_order_id;
        refund_.external_refund_id = legacy_id(node_);
        if (refund_.external_refund_id.empty())
            throw FieldError({"id"}, "is no refund id: " + shown(node_["id"].word()));
        refund_.currency = amounts_.currency();
        refund_.notes = node_["note"].filled_text();
        for (const std::string_view field : {"processedAt", "createdAt", "updatedAt"}) {
            if (const auto at = read_time(node_[field], {field})) {
                refund_.occurred_at = *at;
                break;
            }
            if (field == "updatedAt")
                throw FieldError({"processedAt"}, "is missing, and so are createdAt and updatedAt");
        }
        shipping();
        lines();
        adjustments();
        returns();
        transactions();
        totals();
        if (!amounts_.foreign_place().empty())
            problem("currency_differs",
                    amounts_.foreign_place() + " is stated in another currency than the order's " + refund_.currency);
        return std::move(refund_);
    }

private:
    static std::string read_currency(JsonView node, JsonView context) {
        std::string_view code = context["currency"].word();
        if (code.empty()) code = node["totalRefundedSet"]["shopMoney"]["currencyCode"].word();
        if (code.size() != 3) throw FieldError({"currency"}, "is no currency: " + shown(code));
        return std::string{code};
    }
    void problem(std::string code, std::string message) { problems_.push_back({std::move(code), std::move(message)}); }

    void shipping() {
        std::size_t index = 0;
        for (const JsonView line : node_["refundShippingLines"]["nodes"]) {
            const Place subtotal{"subtotalAmountSet", "refundShippingLines.nodes", index};
            const Place tax{"taxAmountSet", "refundShippingLines.nodes", index++};
            shipping_.add(amounts_.read(line["subtotalAmountSet"], subtotal), subtotal);
            shipping_tax_.add(amounts_.read(line["taxAmountSet"], tax), tax);
        }
    }

    void lines() {
        const JsonView nodes = node_["refundLineItems"]["nodes"];
        std::size_t index = 0;
        for (const JsonView line : nodes) {
            refund_.lines.push_back(read_line(line, index++));
            // What was taken out before it was shipped did not come back.
            sold_ids_.push_back(line["restockType"].word() == "CANCEL" ? std::string_view{} : line["lineItem"]["id"].word());
        }
        // The refund's own figure is the authority; with a single line there is no doubt whose shipping it was.
        for (RefundLine& line : refund_.lines)
            line.shipping_amount = amounts_.of(refund_.lines.size() == 1 ? shipping_.minor() : 0);
        if (node_["refundLineItems"]["pageInfo"]["hasNextPage"].is_true())
            problem("lines_incomplete", "the payload holds only the first page of the refund's lines; fetch it again");
    }

    RefundLine read_line(JsonView node, std::size_t index) {
        const auto at = [&](std::string_view field) { return Place{field, kRefundLines, index}; };
        RefundLine line;
        const JsonView sold = node["lineItem"];
        line.external_line_id = gid_digits(node["id"].word());
        if (line.external_line_id->empty()) {  // nullable for old refunds
            const std::string_view sold_id = gid_digits(sold["id"].word());
            if (sold_id.empty())
                line.external_line_id.reset();
            else
                line.external_line_id = refund_.external_refund_id + "-" + std::string{sold_id};
        }
        line.sku = sold["sku"].filled_text();
        line.title = sold["title"].filled_text();
        if (sold["variantTitle"].word() != "Default Title") line.variant_sku = sold["variantTitle"].filled_text();
        const auto quantity = node["quantity"].integer();
        if (!quantity || *quantity < 0)
            throw FieldError(at("quantity"), "is no quantity: " + shown(node["quantity"].raw()));
        line.quantity = *quantity;

        line.total_refund = amounts_.read(node["subtotalSet"], at("subtotalSet"));
        line.tax_amount = amounts_.read(node["totalTaxSet"], at("totalTaxSet"));
        subtotal_.add(line.total_refund, at("subtotalSet"));
        line_tax_.add(line.tax_amount, at("totalTaxSet"));
        if (line.total_refund && line.quantity > 0)
            line.unit_refund = domain::divide(*line.total_refund, line.quantity, 2);
        const auto unit = amounts_.read(sold["originalUnitPriceSet"], at("lineItem.originalUnitPriceSet"));
        if (unit && line.total_refund) {
            Sum discount;
            discount.add(times(unit->minor, line.quantity, at("quantity")), at("quantity"));
            discount.subtract(line.total_refund->minor, at("subtotalSet"));
            line.discount_amount = amounts_.of(std::max<std::int64_t>(0, discount.minor()));
            discount_.add(line.discount_amount, at("subtotalSet"));
        }
        return line;
    }

    void adjustments() {
        std::size_t index = 0;
        for (const JsonView adjustment : node_["orderAdjustments"]["nodes"]) {
            const Place amount{"amountSet", "orderAdjustments.nodes", index};
            const Place tax{"taxAmountSet", "orderAdjustments.nodes", index++};
            adjusted_.add(amounts_.read(adjustment["amountSet"], amount), amount);
            adjusted_.add(amounts_.read(adjustment["taxAmountSet"], tax), tax);
            if (!refund_.reason_code)
                if (const auto reason = adjustment["reason"].filled_text()) refund_.reason_code = to_lower(*reason);
        }
        index = 0;
        for (const JsonView duty : node_["duties"]) {
            const Place place{"amountSet", "duties", index++};
            duties_.add(amounts_.read(duty["amountSet"], place), place);
        }
    }

    /// Reasons of the return behind the refund. The shop's own word for a discrepancy of the whole comes first.
    void returns() {
        std::set<std::string> reasons;
        for (const JsonView back : node_["return"]["returnLineItems"]["nodes"]) {
            const auto reason = back["returnReasonDefinition"]["handle"].filled_text();
            if (reason) reasons.insert(*reason);
            auto note = back["returnReasonNote"].filled_text();
            if (!note) note = back["customerNote"].filled_text();
            const std::string_view sold = back["fulfillmentLineItem"]["lineItem"]["id"].word();
            for (std::size_t i = 0; i < refund_.lines.size() && !sold.empty(); ++i) {
                if (sold_ids_[i] != sold) continue;
                if (!refund_.lines[i].reason_code) refund_.lines[i].reason_code = reason;
                if (!refund_.lines[i].notes) refund_.lines[i].notes = note;
            }
        }
        // Several reasons stand at their lines; the refund as a whole has none then.
        if (!refund_.reason_code && reasons.size() == 1) refund_.reason_code = *reasons.begin();
    }

    void transactions() {
        bool succeeded = false, pending = false, failed = false;
        std::size_t index = 0;
        for (const JsonView transaction : node_["transactions"]["nodes"]) {
            const Place place{"amountSet", "transactions.nodes", index++};
            if (transaction["kind"].word() != "REFUND") continue;
            if (!refund_.payment_method) refund_.payment_method = transaction["gateway"].filled_text();
            const std::string_view status = transaction["status"].word();
            if (status == "SUCCESS") {
                succeeded = true;
            } else if (status == "FAILURE" || status == "ERROR") {
                failed = true;
            } else {  // PENDING, AWAITING_RESPONSE, UNKNOWN, and what may come: not over yet
                pending = true;
                pending_.add(amounts_.read(transaction["amountSet"], place), place);
            }
        }
        refund_.settled = !pending;
        if (succeeded)
            refund_.payment_status = "refunded";
        else if (pending)
            refund_.payment_status = "pending";
        else if (failed)
            refund_.payment_status = "failed";
    }

    /// lines + shipping + duties - adjustments. Whether a line's subtotal already holds its tax where prices include
    /// tax is not documented, so both readings are tried there.
    [[nodiscard]] std::int64_t computed(bool add_tax) const {
        const Place place{"totalRefundedSet"};
        Sum sum;
        sum.add(subtotal_.minor(), place);
        sum.add(shipping_.minor(), place);
        sum.add(duties_.minor(), place);
        sum.subtract(adjusted_.minor(), place);
        if (add_tax) {
            sum.add(line_tax_.minor(), place);
            sum.add(shipping_tax_.minor(), place);
        }
        return sum.minor();
    }

    [[nodiscard]] bool near(std::int64_t a, std::int64_t b) const {
        const auto tolerance = std::max<std::int64_t>(1, static_cast<std::int64_t>(refund_.lines.size()));
        std::int64_t rest = 0;
        return !__builtin_sub_overflow(a, b, &rest) && rest >= -tolerance && rest <= tolerance;
    }

    void totals() {
        refund_.subtotal_amount = amounts_.of(subtotal_.minor());
        refund_.shipping_amount = amounts_.of(shipping_.minor());
        Sum tax;
        tax.add(line_tax_.minor(), {"totalTaxSet"});
        tax.add(shipping_tax_.minor(), {"taxAmountSet"});
        refund_.tax_amount = amounts_.of(tax.minor());
        refund_.discount_amount = amounts_.of(discount_.minor());

        const auto stated = amounts_.read(node_["totalRefundedSet"], {"totalRefundedSet"});
        const std::int64_t with_tax = computed(true), without_tax = computed(false);
        if (refund_.payment_status == "pending" && (!stated || stated->minor == 0)) {
            // Shopify counts only money that has moved; the hub says what is on its way.
            const bool as_included = tax_included_ && !near(with_tax, pending_.minor());
            refund_.total_amount = amounts_.of(as_included ? without_tax : with_tax);
            return;
        }
        refund_.total_amount = stated;
        // Nothing to compare for a refund that moved no money: a restock, an edit of the order, a failed attempt.
        if (!stated || stated->minor == 0) return;
        if (near(stated->minor, with_tax) || (tax_included_ && near(stated->minor, without_tax))) return;
        // A buyer who paid in another currency: what moved has the rate of its own day, the parts that of the order's.
        const std::string_view paid_in = node_["totalRefundedSet"]["presentmentMoney"]["currencyCode"].word();
        if (!paid_in.empty() && paid_in != refund_.currency) return;
        problem("refund_totals_mismatch", "refunded were " + words(stated->minor, refund_.currency) +
                                              ", the refund's parts add up to " +
                                              words(tax_included_ ? without_tax : with_tax, refund_.currency));
    }

    JsonView node_;
    const RawRefund& raw_;
    std::vector<domain::Problem>& problems_;
    Amounts amounts_;
    bool tax_included_;
    Refund refund_;
    std::vector<std::string_view> sold_ids_;  // of the order lines that refund_.lines are about
    Sum subtotal_, line_tax_, discount_, shipping_, shipping_tax_, duties_, adjusted_, pending_;
};

}  // namespace

Result<Refund> map_refund_payload(const RawRefund& raw, std::vector<domain::Problem>& problems) {
    const auto index = JsonIndex::parse(raw.payload);
    if (!index) return Error{ErrorKind::invalid, "payload_invalid", "the payload is " + index.error().message};
    if (!index->root().is_object())
        return Error{ErrorKind::invalid, "payload_invalid", "the payload is no JSON object"};
    const auto context = JsonIndex::parse(raw.context);
    try {
        return RefundMapper(index->root(), context ? context->root() : JsonView{}, raw, problems).map();
    } catch (const FieldError& error) {
        return error.as_error();
    } catch (const std::overflow_error&) {
        return Error{ErrorKind::invalid, "payload_invalid", "an amount of the payload is too large"};
    }
}

}  // namespace crossdock::connectors::shopify
