// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "connectors/connector.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::amazon {

inline constexpr std::string_view kRefundEvents = "RefundEventList";

/// An event of RefundEventList (Finances v0), or of another list of the same shape. It has no id of its own: the
/// adjustment ids of its items are the only stable ones, and so they name it. `reason`: the contract's reason_code;
/// empty: Amazon gives none. nullopt for an event without an order.
std::optional<RawRefund> raw_refund_v0(JsonView event, std::string_view list = kRefundEvents,
                                       std::string_view reason = {});
/// A transaction of listTransactions (2024-06-19); nullopt when it is no refund, or has no order. Its aliases hold the
/// adjustment ids, too, so that a refund which v0 has brought already is known.
std::optional<RawRefund> raw_refund_2024(JsonView transaction);

/// What the buyer got back, as a positive amount:
///   v0    -(item charges + promotions + order charges); fees and withheld tax are between Amazon and the seller
///   2024  -(the items' breakdowns without AmazonFees)
/// Restocking fees reduce it, a promotion that is taken back does, too. Lines stay empty, as the contract says.
/// Errors: invalid, with the path of the field.
Result<domain::Refund> map_refund_payload(const RawRefund& raw, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::amazon
