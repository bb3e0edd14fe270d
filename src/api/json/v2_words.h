// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "domain/order.h"
#include "services/wording.h"

/// How `/v2` spells what the hub knows by numbers and words of its own (docs/api/v2.md, "Words of /v2 and of /api/v1").
namespace crossdock::api {

/// "ord_17": the hub's number behind what kind of thing it is of.
namespace prefix {
inline constexpr std::string_view kOrder = "ord_";
inline constexpr std::string_view kRefund = "ref_";
inline constexpr std::string_view kItem = "itm_";
inline constexpr std::string_view kInventoryUpdate = "inv_";
inline constexpr std::string_view kShipment = "shp_";
inline constexpr std::string_view kJob = "job_";
inline constexpr std::string_view kAudit = "aud_";
inline constexpr std::string_view kDelivery = "dlv_";
}  // namespace prefix

/// For use cases, so that they say what is wrong in the words of this surface's requests.
inline constexpr services::Wording kV2Wording{"order_id",  "item_id",      "line_id",         "qty",        "items",
                                              "/v2/items", prefix::kOrder, prefix::kShipment, prefix::kItem};

std::string v2_id(std::string_view prefix, std::int64_t id);
/// The number in "ord_17"; nothing for any other text, as if there were no such thing.
std::optional<std::int64_t> parse_v2_id(std::string_view prefix, std::string_view text);

/// An order that waits to be shipped is "pending"; the other words are the same everywhere.
std::string_view v2_order_status(domain::OrderStatus status);
/// Also from the hub's own word ("open"), and "canceled".
std::optional<domain::OrderStatus> parse_v2_order_status(std::string_view word);

}  // namespace crossdock::api
