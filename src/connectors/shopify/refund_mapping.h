// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "connectors/connector.h"

namespace crossdock::connectors::shopify {

/// A Refund node of order_refunds in the hub's words. `raw.context` holds the order's "currency" and "taxes_included".
/// Pure; never throws for a payload. Errors: invalid, with the path of the field.
/// Problems: refund_totals_mismatch, currency_differs, refund_list_cut.
Result<domain::Refund> map_refund_payload(const RawRefund& raw, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::shopify
