// SPDX-License-Identifier: Apache-2.0
#include "sync/discard_pushes.h"

#include "sync/push_cartons.h"
#include "sync/push_shipment.h"
#include "sync/push_stock.h"

namespace crossdock::sync {
namespace {

constexpr std::size_t kDiscardedAtOnce = 500;
constexpr std::size_t kCartonShipmentsAtOnce = 20;  // each has a few dozen cartons

}  // namespace

std::string discard_words(const store::Channel& channel, bool may_have_left) {
    return "discarded by hand while channel " + channel.code + " was switched off or gone from the config file; " +
           (may_have_left ? "an earlier attempt may have reached the channel" : "it was never sent");
}

DiscardedPushes& DiscardedPushes::operator+=(const DiscardedPushes& more) {
    shipments += more.shipments;
    stock += more.stock;
    cartons += more.cartons;
    return *this;
}

Result<DiscardedPushes> discard_pushes(db::Session& session, ChannelId id, Timestamp now) {
    const auto channel = store::ChannelRepo(session).get(id);
    if (!channel) return Error{ErrorKind::not_found, "channel_unknown", "there is no such channel (any more)"};
    if (channel->enabled)
        return Error{ErrorKind::conflict, "channel_enabled",
                     "channel " + channel->code +
                         " is switched on: what waits for it is sent and not discarded. If nothing is to go to it any "
                         "more, set enabled = false for it in the config file (or take its block out), start the hub "
                         "again, and give the command again"};
    DiscardedPushes discarded;
    discarded.shipments = discard_shipments(session, *channel, kDiscardedAtOnce, now);
    discarded.stock = discard_stock(session, *channel, kDiscardedAtOnce, now);
    discarded.cartons = discard_cartons(session, *channel, kCartonShipmentsAtOnce, now);
    return discarded;
}

}  // namespace crossdock::sync
