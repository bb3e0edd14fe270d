// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "domain/job.h"
#include "store/channel_repo.h"

namespace crossdock::sync {

/// What a person wants pulled now.
struct ChannelWish {
    std::string stream = "all";      // orders, refunds, catalog, carriers, fba, reconcile, all
    std::optional<Timestamp> since;  // orders changed since then, read once more: with the stream orders or all
};
struct AskedJob {
    JobId id;
    std::string kind;
};

/// Enqueues the work, and hastens what waits after a failure. Never a push: it waits for a reason of its own, perhaps
/// until its outcome can be seen at the channel. Errors: invalid `stream_unknown`, `since_of_orders_only` (with another
/// stream), `since_in_future`; the message names the members at fault. One transaction, the caller's, who wakes the
/// workers after it.
Result<std::vector<AskedJob>> ask_channel(db::Session& session, const store::Channel& channel, const ChannelWish& wish,
                                          Timestamp now);

}  // namespace crossdock::sync
