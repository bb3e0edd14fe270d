// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/refund_mapping.h"

#include "connectors/ebay/amounts.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::size_t kMaxOrderId = 60;

/// The amount that counts, as a positive figure.
JsonView counted_amount(JsonView transaction, RefundBasis basis) {
    const JsonView before_fees = transaction["totalFeeBasisAmount"];
    if (basis == RefundBasis::fee_basis && before_fees["value"]) return before_fees;
    return transaction["amount"];
}

std::optional<std::string> refund_notes(JsonView transaction, bool failed) {
    std::string out;
    const auto add = [&](const std::string& line) { out += (out.empty() ? "" : "\n") + line; };
    if (failed) add("The refund failed at eBay: no money moved");
    if (const auto memo = transaction["transactionMemo"].filled_text()) add(*memo);
    if (const auto buyer = transaction["buyer"]["username"].filled_text()) add("eBay user " + *buyer);
    if (out.empty()) return std::nullopt;
    return out;
}

domain::Refund read_refund(const RawRefund& raw, JsonView root, RefundBasis basis,
                           std::vector<domain::Problem>& problems) {
    domain::Refund refund;
    refund.external_order_id = raw.external_order_id;
    refund.external_refund_id = raw.external_refund_id;
    const auto at = read_time(root["transactionDate"], {"transactionDate"});
    if (!at) throw FieldError({"transactionDate"}, "is missing");
    refund.occurred_at = *at;
    const JsonView counted = counted_amount(root, basis);
    refund.currency = std::string{stated_currency(counted)};
    if (refund.currency.empty()) throw FieldError({"amount.currency"}, "is missing");
    Amounts amounts(refund.currency);
    refund.total_amount = amounts.read(counted, {"amount"});
    const std::string_view status = root["transactionStatus"].word();
    const bool failed = status == "FAILED";
    refund.settled = status != "FUNDS_PROCESSING" && status != "FUNDS_ON_HOLD";
    refund.notes = refund_notes(root, failed);
    if (!refund.total_amount) {
        problems.push_back({"refund_without_amounts", "eBay states no amount for this refund"});
        return refund;
    }
    std::int64_t& minor = refund.total_amount->minor;
    if (minor < 0) throw FieldError({"amount"}, "is negative; bookingEntry tells the direction");
    if (failed) minor = 0;
    const std::string_view entry = root["bookingEntry"].word();
    if (entry == "CREDIT")
        minor = -minor;
    else if (entry != "DEBIT")
        problems.push_back({"refund_direction_unknown", "eBay's bookingEntry " + shown(entry) +
                                                            " is not known; the amount is taken as paid out to the "
                                                            "buyer"});
    return refund;
}

}  // namespace

std::optional<RawRefund> raw_refund(JsonView transaction) {
    RawRefund raw;
    raw.external_refund_id = transaction["transactionId"].text().value_or("");
    raw.external_order_id = transaction["orderId"].filled_text().value_or("");
    if (raw.external_order_id.empty())
        for (const JsonView one : transaction["references"])
            if (one["referenceType"].word() == "ORDER_ID")
                raw.external_order_id = one["referenceId"].filled_text().value_or("");
    if (raw.external_refund_id.empty() || raw.external_order_id.empty() || raw.external_order_id.size() > kMaxOrderId)
        return std::nullopt;
    raw.payload = transaction.raw();
    raw.context = "{}";
    return raw;
}

Result<domain::Refund> map_refund_payload(const RawRefund& raw, RefundBasis basis,
                                          std::vector<domain::Problem>& problems) {
    const auto index = JsonIndex::parse(raw.payload);
    if (!index) return index.error();
    try {
        return read_refund(raw, index->root(), basis, problems);
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::ebay
