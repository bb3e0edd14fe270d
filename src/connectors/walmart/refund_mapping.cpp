// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/refund_mapping.h"

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/answers.h"
#include "connectors/walmart/amounts.h"
#include "connectors/walmart/order_refunds.h"
#include "connectors/walmart/refusal.h"

namespace crossdock::connectors::walmart {
namespace {

using domain::Money;

constexpr std::string_view kLines = "returnOrderLines";

std::string id_text(JsonView field) {
    if (auto text = field.filled_text()) return *text;
    return field.is_number() ? std::string{field.word()} : std::string{};
}

/// What a line says about money.
struct Progress {
    bool is_refund = false;
    bool completed = false;  // every unit that is being refunded is
    std::int64_t units = 0;  // refunded, or about to be
    std::optional<Timestamp> at;
};

std::optional<Timestamp> time_of(JsonView field) {
    const auto at = parse_iso8601(field.word(), ZoneRule::utc);
    return at ? std::optional{*at} : std::nullopt;
}

void later(std::optional<Timestamp>& latest, const std::optional<Timestamp>& at) {
    if (at && (!latest || *at > *latest)) latest = at;
}

Progress progress_of(JsonView line) {
    Progress out;
    const std::int64_t refunded = read_units(line["refundedQty"]).value_or(0);
    std::int64_t announced = 0;
    bool any_status = false, any_pending = false;
    for (const JsonView status : elements(line["currentTrackingStatuses"])) {
        const auto word = status["currentRefundStatus"].filled_text();
        if (!word) continue;
        any_status = true;
        any_pending = any_pending || *word != "REFUND_COMPLETED";
        announced += read_units(status["quantity"]["measurementValue"]).value_or(0);
        later(out.at, time_of(status["statusTime"]));
    }
    if (!any_status)  // the older field, which the list of statuses has replaced
        if (const auto word = line["currentRefundStatus"].filled_text()) {
            any_status = true;
            any_pending = *word != "REFUND_COMPLETED";
        }
    bool any_event = false;
    std::optional<Timestamp> event_at;
    for (const JsonView event : elements(line["returnTrackingDetail"])) {
        const std::string_view tag = event["eventTag"].word();
        if (tag != "REFUND_INITIATED" && tag != "REFUND_ISSUED") continue;
        any_event = true;
        later(event_at, time_of(event["eventTime"]));
    }
    out.is_refund = refunded > 0 || any_status || any_event;
    out.completed = any_status && !any_pending;
    const std::int64_t returned = read_units(line["quantity"]["measurementValue"]).value_or(0);
    out.units = refunded > 0 ? refunded : announced > 0 ? announced : returned;
    if (returned > 0) out.units = std::min(out.units, returned);
    if (!out.at) out.at = event_at;
    if (!out.at) out.at = time_of(line["statusTime"]);
    return out;
}

/// A replacement sends goods, not money, unless units of it were refunded all the same.
bool counts(JsonView return_order, JsonView line) {
    if (return_order["returnType"].word() == "REPLACEMENT" && read_units(line["refundedQty"]).value_or(0) == 0)
        return false;
    return progress_of(line).is_refund;
}

struct ReturnParts {
    OptionalSum product, shipping, discount, tax;
    [[nodiscard]] std::int64_t total(const std::string& currency) const {
        const Place place{"charges"};
        Sum sum;
        sum.add(product.get(currency), place);
        sum.add(shipping.get(currency), place);
        if (const auto less = discount.get(currency)) sum.subtract(less->minor, place);
        sum.add(tax.get(currency), place);
        return sum.minor();
    }
};

/// Charges are per unit.
ReturnParts parts_of(JsonView line, std::int64_t units, const std::string& currency, std::size_t index) {
    ReturnParts out;
    for (const JsonView charge : elements(line["charges"])) {
        if (charge["isBillable"].is_false()) continue;
        const Place place{"charges.chargePerUnit", kLines, index};
        if (const auto amount = read_amount(charge["chargePerUnit"], currency, place)) {
            const std::string_view category = charge["chargeCategory"].word();
            if (charge["isDiscount"].is_true())
                out.discount.add(times(without_sign(amount->minor, place), units, place), place);
            else if (category == "PRODUCT")
                out.product.add(times(amount->minor, units, place), place);
            else if (category == "SHIPPING")
                out.shipping.add(times(amount->minor, units, place), place);
        }
        for (const JsonView tax : elements(charge["tax"]))
            if (const auto amount = read_amount(tax["taxPerUnit"], currency, {"charges.tax.taxPerUnit", kLines, index}))
                out.tax.add(times(amount->minor, units, place), place);
    }
    return out;
}

std::optional<Money> line_total_of(JsonView line, const std::string& currency, std::size_t index) {
    for (const JsonView one : elements(line["chargeTotals"]))
        if (one["name"].word() == "lineTotal")
            return read_amount(one["value"], currency, {"chargeTotals.lineTotal", kLines, index});
    return std::nullopt;
}

std::string return_currency(JsonView root) {
    if (std::string code = stated_currency(root["totalRefundAmount"]); !code.empty()) return code;
    for (const JsonView line : elements(root[kLines]))
        for (const JsonView charge : elements(line["charges"]))
            if (std::string code = stated_currency(charge["chargePerUnit"]); !code.empty()) return code;
    return "USD";
}

void add_refund_note(std::optional<std::string>& notes, const std::string& text) {
    notes = notes ? *notes + "\n" + text : text;
}

class ReturnReader {
public:
    ReturnReader(const RawRefund& raw, JsonView root, std::string order_id)
        : raw_(raw), root_(root), order_id_(std::move(order_id)), currency_(return_currency(root)) {}

    domain::Refund read() {
        domain::Refund& refund = refund_;
        refund.external_order_id = raw_.external_order_id;
        refund.external_refund_id = raw_.external_refund_id;
        refund.currency = currency_;
        const auto lines = elements(root_[kLines]);
        for (std::size_t i = 0; i < lines.size(); ++i) look_at(lines[i], i);
        if (refund.lines.empty()) throw FieldError({kLines}, "has no line of the purchase order that was refunded");
        if (!latest_) latest_ = time_of(root_["returnOrderDate"]);
        if (!latest_) throw FieldError({"statusTime", kLines, 0}, "is missing, and so is returnOrderDate");
        refund.occurred_at = *latest_;
        refund.subtotal_amount = parts_.product.get(currency_);
        refund.shipping_amount = parts_.shipping.get(currency_);
        refund.discount_amount = parts_.discount.get(currency_);
        refund.tax_amount = parts_.tax.get(currency_);
        refund.total_amount = Money{parts_.total(currency_), currency_};
        refund.payment_status = all_completed_ ? "refunded" : "pending";
        refund.settled = all_completed_;
        compare_total();
        if (root_["returnType"].word() == "REPLACEMENT") add_refund_note(refund.notes, "The goods are replaced");
        if (reasons_.size() == 1) refund.reason_code = *reasons_.begin();
        return std::move(refund_);
    }

private:
    void look_at(JsonView line, std::size_t index) {
        // What the whole return comes to once every unit of it is refunded, whoever's order it is.
        const std::int64_t returned = read_units(line["quantity"]["measurementValue"]).value_or(0);
        whole_.add(parts_of(line, returned, currency_, index).total(currency_), {"charges", kLines, index});
        const bool mine = order_id_.empty() || id_text(line["purchaseOrderId"]) == order_id_;
        if (!counts(root_, line)) return;
        const Progress progress = progress_of(line);
        const ReturnParts parts = parts_of(line, progress.units, currency_, index);
        const Place place{"charges", kLines, index};
        all_orders_.add(parts.total(currency_), place);
        if (!mine) {
            several_ = true;
            return;
        }
        add(parts, place);
        later(latest_, progress.at);
        all_completed_ = all_completed_ && progress.completed;
        refund_.lines.push_back(line_of(line, progress, parts, index));
    }

    void add(const ReturnParts& parts, const Place& place) {
        parts_.product.add(parts.product.get(currency_), place);
        parts_.shipping.add(parts.shipping.get(currency_), place);
        parts_.discount.add(parts.discount.get(currency_), place);
        parts_.tax.add(parts.tax.get(currency_), place);
    }

    domain::RefundLine line_of(JsonView line, const Progress& progress, const ReturnParts& parts, std::size_t index) {
        domain::RefundLine out;
        out.external_line_id = id_text(line["purchaseOrderLineNumber"]);
        if (out.external_line_id->empty()) out.external_line_id.reset();
        out.sku = line["item"]["sku"].filled_text();
        out.variant_sku = out.sku;
        out.title = line["item"]["productName"].filled_text();
        out.quantity = progress.units;
        out.total_refund = Money{parts.total(currency_), currency_};
        if (progress.units > 0) out.unit_refund = domain::divide(*out.total_refund, progress.units, 2);
        out.tax_amount = parts.tax.get(currency_);
        out.discount_amount = parts.discount.get(currency_);
        out.shipping_amount = parts.shipping.get(currency_);
        out.reason_code = line["returnReason"].filled_text();
        if (out.reason_code) reasons_.insert(*out.reason_code);
        if (line["isKeepIt"].is_true()) add_refund_note(out.notes, "The buyer keeps the goods");
        const auto stated = line_total_of(line, currency_, index);
        const std::int64_t returned = read_units(line["quantity"]["measurementValue"]).value_or(0);
        if (stated && progress.units == returned && stated->minor != out.total_refund->minor)
            add_refund_note(out.notes, "Walmart's total of the line is " + words(stated->minor, currency_) +
                                           ", its charges make " + words(out.total_refund->minor, currency_));
        return out;
    }

    /// Walmart's word on the whole counts. Of a return that is refunded in part it may be what the whole will come to,
    /// and of several orders it cannot be told apart: then the charges count.
    void compare_total() {
        const auto stated = read_amount(root_["totalRefundAmount"], currency_, {"totalRefundAmount"});
        if (!stated || stated->minor == all_orders_.minor() || stated->minor == whole_.minor()) return;
        add_refund_note(refund_.notes, "Walmart's total of the refund is " + words(stated->minor, currency_) +
                                           ", its charges make " + words(all_orders_.minor(), currency_));
        if (!several_) refund_.total_amount = stated;
    }

    const RawRefund& raw_;
    JsonView root_;
    std::string order_id_, currency_;
    domain::Refund refund_;
    ReturnParts parts_;
    Sum whole_, all_orders_;
    bool several_ = false, all_completed_ = true;
    std::optional<Timestamp> latest_;
    std::set<std::string> reasons_;
};

}  // namespace

void collect_refunds(JsonView return_order, std::vector<RawRefund>& out, std::vector<domain::Problem>& problems) {
    const std::string id = id_text(return_order["returnOrderId"]);
    std::set<std::string, std::less<>> orders, refunded;
    std::optional<Timestamp> updated;
    bool without_order = false;
    for (const JsonView line : elements(return_order[kLines])) {
        const std::string order_id = id_text(line["purchaseOrderId"]);
        orders.insert(order_id);
        later(updated, time_of(line["statusTime"]));
        for (const JsonView status : elements(line["currentTrackingStatuses"]))
            later(updated, time_of(status["statusTime"]));
        if (!counts(return_order, line)) continue;
        if (order_id.empty())
            without_order = true;
        else
            refunded.insert(order_id);
    }
    if ((without_order || id.empty()) && (without_order || !refunded.empty()))
        problems.push_back({"refund_without_order", "Walmart lists a refund of return \"" + in_quotes(id.substr(0, 40)) +
                                                        "\" without its purchase order or its own id; look for it in "
                                                        "Seller Center"});
    if (id.empty()) return;
    for (const std::string& order_id : refunded) {
        RawRefund raw;
        raw.external_order_id = order_id;
        raw.external_refund_id = orders.size() > 1 ? id + "-" + order_id : id;
        raw.updated_at = updated;
        raw.payload = std::string{return_order.raw()};
        JsonWriter(raw.context).begin_object().field("purchase_order_id", order_id).end_object();
        out.push_back(std::move(raw));
    }
}

Result<domain::Refund> map_refund_payload(const RawRefund& raw, std::vector<domain::Problem>&) {
    const auto payload = JsonIndex::parse(raw.payload);
    if (!payload) return payload.error();
    const auto context = JsonIndex::parse(raw.context);
    const JsonView root = payload->root(), about = context ? context->root() : JsonView{};
    try {
        if (root["returnOrderId"]) {
            std::string order_id = about["purchase_order_id"].text().value_or(raw.external_order_id);
            return ReturnReader(raw, root, std::move(order_id)).read();
        }
        if (root["refundCharges"]) return map_order_refund(raw, root, about);
        throw FieldError({"returnOrderId"}, "is missing, and so is refundCharges");
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::walmart
