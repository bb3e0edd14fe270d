// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "api/routes/v2_list.h"
#include "base/json_writer.h"
#include "domain/job.h"
#include "store/event_repo.h"
#include "store/inventory_repo.h"
#include "store/shipment_repo.h"

/// How `/v2` shows what the hub does for others.
namespace crossdock::api::routes {

void write_v2_shipment(JsonWriter& json, const store::Shipment& shipment, const ChannelBook& channels);
void write_v2_inventory_update(JsonWriter& json, const store::InventoryUpdate& update, const ChannelBook& channels);
void write_v2_job(JsonWriter& json, const domain::Job& job, const ChannelBook& channels);
/// The call that does something once more: "retry":{"method","path"}, or null when there is no path.
void write_retry(JsonWriter& json, const std::string& path);

}  // namespace crossdock::api::routes
