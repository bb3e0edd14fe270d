// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "services/refusal.h"
#include "services/wording.h"
#include "store/channel_repo.h"

namespace crossdock::services {

struct StockFigure {
    std::size_t index = 0;                    // in the request, for messages
    std::optional<std::int64_t> item_master_id;
    std::optional<std::string> sku;
    std::optional<std::string> location_id;   // before the item's and the channel's own
    std::int64_t quantity = 0;                // new quantity, not a change
};

/// What of a channel's settings decides which item and location a figure is for.
struct StockSettings {
    std::optional<std::string> default_location;
    std::set<std::string> mapped_skus;        // skus the settings name an item for, before the catalogue knows them
};

/// Accepts stock figures: each becomes an InventoryUpdate, and the channel's push is called. Returns their ids, in order.
/// All or nothing: one fault refuses the request. A figure that is already on its way with the same quantity is not
/// doubled: its update's id is returned. One transaction, the caller's. `words`: of the surface that asks.
Answer<std::vector<std::int64_t>> accept_stock(db::Session& session, const store::Channel& channel, const StockSettings& settings,
                                               const std::vector<StockFigure>& figures, Timestamp now, const Wording& words = {});

/// The key of the job that pushes a channel's stock.
std::string stock_job_key(ChannelId channel);

}  // namespace crossdock::services
