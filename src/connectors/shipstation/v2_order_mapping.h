// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/shipstation/settings.h"

namespace crossdock::connectors::shipstation {

/// Version 2 has no orders: a shipment stands for one ("se-1234" for V1's order 1234), and that it was marked as
/// shipped shows in a list of its own. What that list says of the shipment is kept with the payload under this name.
inline constexpr std::string_view kKeptFulfillments = "fulfillments";

/// Whether a payload is a shipment of V2 and no order of V1.
bool is_v2_shipment(JsonView payload);
/// A shipment of GET /v2/shipments, as raw_v2_order keeps it. The order's total is absent, for V2 states none.
/// Errors: invalid, with the path of the field.
Result<MappedOrder> map_v2_shipment(JsonView shipment, const Settings& settings);

/// V1's id of what V2 calls "se-1234", and back.
std::string bare_id(std::string_view se_id);
std::string se_id(std::string_view bare_id);
Timestamp v2_changed_at(JsonView shipment);
/// The shipment verbatim with its rows of GET /v2/fulfillments.
RawOrder raw_v2_order(JsonView shipment, const std::vector<std::string>& fulfillments);
/// Whether the rows hold one that was not voided.
bool is_fulfilled(JsonView fulfillments);

}  // namespace crossdock::connectors::shipstation
