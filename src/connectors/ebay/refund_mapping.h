// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "connectors/connector.h"
#include "connectors/ebay/settings.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::ebay {

/// A REFUND of getTransactions; nullopt for one that names no order.
std::optional<RawRefund> raw_refund(JsonView transaction);

/// The refund's total and nothing else, as the contract says of eBay. `amount` is the money that left the seller, net
/// of fees that eBay gave back in the same entry; `fee_basis` is the figure before fees, what the buyer got. Which one
/// an ERP expects is a matter of its books: the setting refund_amount_basis. A reversal (CREDIT) is negative, a refund
/// that failed is zero. Errors: invalid, with the path of the field.
Result<domain::Refund> map_refund_payload(const RawRefund& raw, RefundBasis basis,
                                          std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::ebay
