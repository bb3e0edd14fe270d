// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "connectors/connector.h"

namespace crossdock::connectors::walmart {

/// One purchase order as Walmart sends it. Charges are of a whole line, not of a unit; tax is per charge. There is no
/// order status: it follows from how many units of each line stand where. Walmart charges the buyer when goods are
/// shipped, so that payment_status follows from the same; Walmart sends none.
/// Errors: invalid, with the path of the field.
Result<MappedOrder> map_order_payload(std::string_view payload);

/// What an older version of the order said and the newer one does not say any more: prices of cancelled lines, which
/// come back as 0, and contact data, which Walmart blanks after delivery or cancellation.
void keep_known_facts(domain::Order& newer, const domain::Order& older);

}  // namespace crossdock::connectors::walmart
