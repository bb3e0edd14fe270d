// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "domain/item.h"
#include "store/channel_repo.h"

namespace crossdock::services {

struct RecordedItems {
    std::int64_t created = 0, updated = 0, unchanged = 0;
};

/// Keeps all rows of one variant: one per location. Locations the channel no longer lists become inactive, never deleted.
/// `walk` is the number of the full walk under way, 0 outside one. When what the channel shows of the variant falls to
/// `low_stock` units or to none, or rises above, that is told.
RecordedItems record_variant(db::Session& session, const store::Channel& channel, const std::vector<domain::Item>& rows,
                             std::int64_t walk, Timestamp now, std::int64_t low_stock = 5);
/// After a complete full walk: what it did not see is retired (at eBay archived), up to `limit` rows. Returns how many;
/// call again until 0.
std::int64_t retire_unseen_items(db::Session& session, const store::Channel& channel, std::int64_t walk, Timestamp now,
                                 std::int64_t limit);

}  // namespace crossdock::services
