// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "store/channel_repo.h"

/// What waits for a channel that is off and is not wanted any more is thrown away by hand.
namespace crossdock::sync {

/// The code of what was.
inline constexpr std::string_view kDiscarded = "discarded";
/// Why it failed, for people. `may_have_left`: an earlier attempt may have had its effect.
std::string discard_words(const store::Channel& channel, bool may_have_left);

struct DiscardedPushes {
    std::int64_t shipments = 0, stock = 0, cartons = 0;
    [[nodiscard]] bool any() const { return shipments + stock + cartons > 0; }
    DiscardedPushes& operator+=(const DiscardedPushes& more);
};

/// Ends what waits for a channel: failed with code `discarded`, each with its event; older figures for the same goods
/// are superseded, as if the newest had left. A few hundred of each kind, so that other writers do not wait: call it
/// until there are none. Errors: conflict `channel_enabled`, for then all of it is sent; not_found. One transaction,
/// the caller's.
Result<DiscardedPushes> discard_pushes(db::Session& session, ChannelId id, Timestamp now);

}  // namespace crossdock::sync
