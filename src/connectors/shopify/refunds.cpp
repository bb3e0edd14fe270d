// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/refunds.h"

#include "base/json_writer.h"
#include "connectors/answers.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/paging.h"
#include "connectors/shopify/refund_mapping.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr std::size_t kRefundsFirst = 250;  // `first` of order_refunds

bool more_refunds(JsonView connection) { return connection["pageInfo"]["hasNextPage"].is_true(); }

}  // namespace

Result<std::vector<RawRefund>> Refunds::fetch_refunds(const std::string& external_order_id) {
    const std::string gid = to_gid("Order", external_order_id);
    if (gid.empty())
        return Error{ErrorKind::not_found, "order_unknown",
                     "\"" + in_quotes(external_order_id.substr(0, 60)) + "\" is no Shopify order id"};
    const auto answer = client_.call({"order_refunds", id_variables(gid), 58});
    if (!answer) return answer.error();
    const JsonView order = answer->data["order"];
    if (!order)
        return Error{ErrorKind::not_found, "order_unknown",
                     "Shopify does not show order " + external_order_id +
                         ": deleted, or older than 60 days and the app lacks the scope read_all_orders"};
    if (!order["refunds"].is_array())
        return Error{ErrorKind::unavailable, "shopify_bad_answer", "Shopify answered without the order's refunds"};

    std::string context;
    JsonWriter writer(context);
    writer.begin_object().field("currency", order["currencyCode"].word());
    writer.field("taxes_included", order["taxesIncluded"].is_true());
    if (order["refunds"].size() >= kRefundsFirst) writer.field("refunds_cut", true);
    writer.end_object();

    std::vector<RawRefund> refunds;
    for (const JsonView node : order["refunds"]) {
        RawRefund refund;
        refund.external_refund_id = legacy_id(node);
        if (refund.external_refund_id.empty()) continue;
        refund.external_order_id = gid_digits(gid);
        if (const auto at = parse_iso8601(node["updatedAt"].word(), ZoneRule::required)) refund.updated_at = *at;
        auto payload = complete(node);
        if (!payload) return payload.error();
        refund.payload = std::move(*payload);
        refund.context = context;
        refunds.push_back(std::move(refund));
    }
    client_.shared().nested_pages.clear();
    return refunds;
}

Result<std::string> Refunds::complete(JsonView refund) {
    Edits edits(refund.raw());
    const std::string_view gid = refund["id"].word();
    if (more_refunds(refund["refundLineItems"])) {
        const auto nodes = all_nodes(refund["refundLineItems"], [&](const std::string& cursor) {
            return nested_page(client_, {"refund_line_items_page", id_variables(gid, cursor), 31},
                               {"refund", "refundLineItems", refund["updatedAt"].word()});
        });
        if (!nodes) return nodes.error();
        edits.replace(refund["refundLineItems"].raw(), whole_connection(*nodes));
    }
    constexpr std::string_view kParts[] = {"refundShippingLines", "orderAdjustments", "transactions"};
    bool more = false;
    for (const std::string_view part : kParts) more = more || more_refunds(refund[part]);
    if (more) {
        const auto answer = client_.call({"refund_parts", id_variables(gid), 100});
        if (!answer) return answer.error();
        for (const std::string_view part : kParts) {
            const JsonView whole = answer->data["refund"][part];
            if (!whole.is_object())
                return Error{ErrorKind::unavailable, "shopify_bad_answer",
                             "Shopify answered without the refund's parts"};
            if (refund[part].is_object()) edits.replace(refund[part].raw(), std::string{whole.raw()});
        }
    }
    std::string whole = edits.empty() ? std::string{refund.raw()} : edits.apply();
    const auto back = return_of(refund);
    if (!back) return back.error();
    if (!back->empty()) whole.insert(whole.rfind('}'), ",\"return\":" + *back);
    return whole;
}

Result<std::string> Refunds::return_of(JsonView refund) {
    if (!reads_reasons_) return std::string{};
    // Units that never left the house do not come back.
    bool may_come_back = false;
    for (const JsonView line : refund["refundLineItems"]["nodes"])
        may_come_back = may_come_back || line["restockType"].word() != "CANCEL";
    if (!may_come_back) return std::string{};
    const auto answer = client_.call({"refund_return_reasons", id_variables(refund["id"].word()), 60});
    if (!answer) {
        // A reason that cannot be had does not hold up the refund; a channel that does not answer does.
        const ErrorKind kind = answer.error().kind;
        if (kind == ErrorKind::unavailable || kind == ErrorKind::rate_limited) return answer.error();
        return std::string{};
    }
    const JsonView back = answer->data["refund"]["return"];
    return back.is_object() ? std::string{back.raw()} : std::string{};
}

Result<domain::Refund> Refunds::map_refund(const RawRefund& raw, std::vector<domain::Problem>& problems) const {
    return map_refund_payload(raw, problems);
}

}  // namespace crossdock::connectors::shopify
