// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "connectors/connector.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::walmart {

/// Adds the refunds of a return: one for each purchase order it covers, and none where no money moved. COMPLETED alone
/// says nothing: cancelled returns end that way, too. The refund's id is the return's; with several purchase orders
/// "<return>-<purchase order>".
void collect_refunds(JsonView return_order, std::vector<RawRefund>& out, std::vector<domain::Problem>& problems);

/// A return (its charges are per unit, and count as often as units were refunded) or a refund of an order line.
/// Errors: invalid, with the path of the field.
Result<domain::Refund> map_refund_payload(const RawRefund& raw, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::walmart
