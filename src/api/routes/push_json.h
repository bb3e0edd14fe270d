// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "store/inventory_repo.h"
#include "store/problem_repo.h"
#include "store/shipment_repo.h"

/// How the state of a push is shown.
namespace crossdock::api::routes {

/// `channel` and `external_order_id` are those of the shipment's order.
void write_shipment(JsonWriter& json, const store::Shipment& shipment, const std::string& channel,
                    const std::string& external_order_id);
void write_inventory_update(JsonWriter& json, const store::InventoryUpdate& update, const std::string& channel);
/// An instant as text, or null.
void write_instant(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& at);
/// "problems":[{"code","message","first_seen_at","last_seen_at","times"}]
void write_problems(JsonWriter& json, const std::vector<store::ProblemRow>& problems);

}  // namespace crossdock::api::routes
