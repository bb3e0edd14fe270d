// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/refund_mapping.h"

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/amazon/amounts.h"
#include "crypto/hash.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::size_t kMaxOrderId = 60;

std::string related(JsonView list, std::string_view name) {
    for (const JsonView one : list)
        if (one["relatedIdentifierName"].word() == name) return one["relatedIdentifierValue"].text().value_or("");
    return {};
}

/// "a1+a2", sorted, so that the order in which Amazon writes the items does not matter.
std::string joined_ids(const std::set<std::string>& ids) {
    std::string out;
    for (const auto& id : ids) out += (out.empty() ? "" : "+") + id;
    return out;
}

std::set<std::string> adjustment_ids_v0(JsonView event) {
    std::set<std::string> ids;
    for (const JsonView item : event["ShipmentItemAdjustmentList"])
        if (auto id = item["OrderAdjustmentItemId"].filled_text()) ids.insert(std::move(*id));
    return ids;
}

std::set<std::string> adjustment_ids_2024(JsonView transaction) {
    std::set<std::string> ids;
    for (const JsonView item : transaction["items"])
        for (const JsonView one : item["relatedIdentifiers"])
            if (one["itemRelatedIdentifierName"].word() == "ORDER_ADJUSTMENT_ITEM_ID")
                if (auto id = one["itemRelatedIdentifierValue"].filled_text()) ids.insert(std::move(*id));
    return ids;
}

std::string adjustment_alias(const std::string& id) { return "adjustment:" + id; }
std::string transaction_alias(const std::string& id) { return "transaction:" + id; }

/// The first currency that an amount of the payload states, wherever it is.
std::string_view first_currency(JsonView node) {
    if (node.is_object())
        if (const auto code = stated_currency(node); !code.empty()) return code;
    if (node.is_object() || node.is_array())
        for (const JsonView one : node)
            if (const auto code = first_currency(one); !code.empty()) return code;
    return {};
}

class RefundReader {
public:
    RefundReader(const RawRefund& raw, JsonView root, std::vector<domain::Problem>& problems)
        : raw_(raw), root_(root), problems_(problems), amounts_(currency_of_payload(root)) {}

    domain::Refund read() {
        const bool v0 = root_["PostedDate"].exists();
        domain::Refund refund;
        refund.external_order_id = raw_.external_order_id;
        refund.external_refund_id = raw_.external_refund_id;
        refund.currency = amounts_.currency();
        const std::string_view field = v0 ? "PostedDate" : "postedDate";
        const auto posted = read_time(root_[field], {field});
        if (!posted) throw FieldError({field}, "is missing");
        refund.occurred_at = *posted;
        if (v0)
            sum_v0();
        else
            sum_2024();
        refund.settled = root_["transactionStatus"].word() != "DEFERRED";
        if (const auto context = JsonIndex::parse(raw_.context))
            refund.reason_code = context->root()["reason_code"].filled_text();
        if (const auto sum = sum_.get(amounts_.currency())) {
            refund.total_amount = amounts_.of(0);
            if (__builtin_sub_overflow(std::int64_t{0}, sum->minor, &refund.total_amount->minor))
                throw FieldError({"amounts"}, "make a sum that is too large");
            if (refund.total_amount->minor <= 0)
                problems_.push_back({"refund_not_positive", "the amounts of this refund give the buyer " +
                                                                words(refund.total_amount->minor, refund.currency) +
                                                                "; compare it with Seller Central"});
        } else {
            problems_.push_back({"refund_without_amounts", "Amazon states no amounts for this refund"});
        }
        if (!amounts_.foreign_place().empty())
            problems_.push_back({"foreign_currency", amounts_.foreign_place() + " is not in " + refund.currency +
                                                         "; the amount is left out"});
        return refund;
    }

private:
    static std::string currency_of_payload(JsonView root) {
        const std::string_view code = first_currency(root);
        if (code.empty()) throw FieldError({"amounts"}, "state no currency");
        return std::string{code};
    }

    void add_charges(JsonView list, std::string_view amount_field, const Place& place) {
        for (const JsonView one : list) sum_.add(amounts_.read(one[amount_field], place), place);
    }

    void sum_v0() {
        std::size_t index = 0;
        for (const JsonView item : root_["ShipmentItemAdjustmentList"]) {
            const auto at = [&](std::string_view field) { return Place{field, "ShipmentItemAdjustmentList", index}; };
            add_charges(item["ItemChargeAdjustmentList"], "ChargeAmount", at("ItemChargeAdjustmentList"));
            add_charges(item["PromotionAdjustmentList"], "PromotionAmount", at("PromotionAdjustmentList"));
            ++index;
        }
        add_charges(root_["OrderChargeAdjustmentList"], "ChargeAmount", {"OrderChargeAdjustmentList"});
    }

    /// Breakdowns of one level, groups opened, without what Amazon keeps for itself.
    void add_breakdowns(JsonView list, const Place& place) {
        for (const JsonView one : list) {
            const std::string_view type = one["breakdownType"].word();
            if (type == "AmazonFees") continue;
            if ((type == "Sales" || type == "Expenses") && one["breakdowns"].is_array())
                add_breakdowns(one["breakdowns"], place);
            else
                sum_.add(amounts_.read(one["breakdownAmount"], place), place);
        }
    }

    void sum_2024() {
        std::size_t index = 0;
        bool itemised = false;
        for (const JsonView item : root_["items"]) {
            itemised = itemised || item["breakdowns"].size() > 0;
            add_breakdowns(item["breakdowns"], {"breakdowns", "items", index});
            ++index;
        }
        if (itemised) return;
        // Some transactions break down as a whole only; older ones put one more object around the list.
        JsonView whole = root_["breakdowns"];
        if (whole.is_object()) whole = whole["breakdowns"];
        add_breakdowns(whole, {"breakdowns"});
    }

    const RawRefund& raw_;
    JsonView root_;
    std::vector<domain::Problem>& problems_;
    Amounts amounts_;
    OptionalSum sum_;
};

}  // namespace

std::optional<RawRefund> raw_refund_v0(JsonView event, std::string_view list, std::string_view reason) {
    RawRefund raw;
    raw.external_order_id = event["AmazonOrderId"].filled_text().value_or("");
    if (raw.external_order_id.empty() || raw.external_order_id.size() > kMaxOrderId) return std::nullopt;
    raw.payload = event.raw();
    JsonWriter context(raw.context);
    context.begin_object();
    if (!reason.empty()) context.field("reason_code", reason);
    context.end_object();
    const auto ids = adjustment_ids_v0(event);
    raw.external_refund_id =
        raw.external_order_id + ":" +
        (ids.empty()
             ? crypto::sha256_hex(std::string{list} + ' ' + raw.external_order_id + ' ' + raw.payload).substr(0, 32)
             : joined_ids(ids));
    for (const auto& id : ids) raw.aliases.push_back(adjustment_alias(id));
    return raw;
}

std::optional<RawRefund> raw_refund_2024(JsonView transaction) {
    if (!equals_ignoring_case(transaction["transactionType"].word(), "Refund")) return std::nullopt;
    const JsonView list = transaction["relatedIdentifiers"];
    RawRefund raw;
    raw.external_order_id = related(list, "ORDER_ID");
    if (raw.external_order_id.empty() || raw.external_order_id.size() > kMaxOrderId) return std::nullopt;
    raw.payload = transaction.raw();
    raw.context = "{}";
    const std::string id = transaction["transactionId"].filled_text().value_or("");
    raw.external_refund_id = related(list, "REFUND_ID");
    if (raw.external_refund_id.empty()) raw.external_refund_id = id;
    const auto adjustments = adjustment_ids_2024(transaction);
    if (raw.external_refund_id.empty())
        raw.external_refund_id =
            raw.external_order_id + ":" +
            (adjustments.empty() ? crypto::sha256_hex(raw.payload).substr(0, 32) : joined_ids(adjustments));
    for (const auto& one : adjustments) raw.aliases.push_back(adjustment_alias(one));
    // A deferred refund and its release may be one transaction or two that name each other.
    if (!id.empty()) raw.aliases.push_back(transaction_alias(id));
    for (const std::string_view name : {"DEFERRED_TRANSACTION_ID", "RELEASE_TRANSACTION_ID"})
        if (const std::string other = related(list, name); !other.empty() && other != id)
            raw.aliases.push_back(transaction_alias(other));
    return raw;
}

Result<domain::Refund> map_refund_payload(const RawRefund& raw, std::vector<domain::Problem>& problems) {
    const auto index = JsonIndex::parse(raw.payload);
    if (!index) return index.error();
    try {
        return RefundReader(raw, index->root(), problems).read();
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::amazon
