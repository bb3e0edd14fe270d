// SPDX-License-Identifier: Apache-2.0
#include "services/record_fba.h"

#include <algorithm>
#include <chrono>

#include "base/json_writer.h"
#include "store/event_repo.h"
#include "store/problem_repo.h"

namespace crossdock::services {
namespace {

constexpr std::string_view kSubject = "fba_shipment";
constexpr std::chrono::minutes kFirstRetry{15};
constexpr std::chrono::hours kLongestRetry{6};

void tell_fba(db::Session& session, AccountId account, ChannelId channel, FbaShipmentId id, std::string_view type,
              const domain::FbaShipment& facts, Timestamp now) {
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("shipment_id", facts.shipment_id)
        .field("shipment_status", facts.shipment_status)
        .end_object();
    store::EventRepo(session).append({account, channel, type, kSubject, id.value, data}, now);
}

}  // namespace

std::optional<RecordedFbaShipment> record_fba_shipment(db::Session& session, const store::Channel& channel,
                                                       const FetchedFbaShipment& fetched, Timestamp now) {
    store::ProblemRepo problems(session);
    if (!fetched.shipment) {
        problems.record(channel.account_id, channel.id, kSubject, fetched.shipment_id,
                        {"unmappable", fetched.shipment.error().message}, now);
        return std::nullopt;
    }
    store::FbaRepo shipments(session);
    domain::FbaShipment facts = *fetched.shipment;
    const auto held = shipments.find(channel.id, facts.shipment_id);
    // The header names no marketplace: it is the one whose list showed the shipment first. Asked for by id, another one
    // may answer with it, too.
    if (held && !held->facts.marketplace_id.empty()) facts.marketplace_id = held->facts.marketplace_id;
    const store::FbaRepo::Header header{channel.account_id, channel.id, facts, fetched.payload, now};
    problems.resolve(channel.id, kSubject, facts.shipment_id, now,
                     {{"items_failed", ""}, {"items_incomplete", ""}, {"cartons_wait", ""}});
    if (!held) {
        const FbaShipmentId id = shipments.insert(header, fetched.uuid);
        tell_fba(session, channel.account_id, channel.id, id, "fba_shipment.created", facts, now);
        return RecordedFbaShipment{id, true};
    }
    if (held->facts == facts && held->payload == fetched.payload) {
        shipments.mark_seen(held->id, now);
        return RecordedFbaShipment{held->id, false};
    }
    shipments.update(held->id, header);
    tell_fba(session, channel.account_id, channel.id, held->id, "fba_shipment.updated", facts, now);
    return RecordedFbaShipment{held->id, true};
}

void show_fba_items(db::Session& session, const store::FbaInboundShipment& shipment, Timestamp now) {
    store::FbaRepo shipments(session);
    if (shipments.show_staged(shipment.id, now))
        tell_fba(session, shipment.account_id, shipment.channel_id, shipment.id, "fba_shipment.items_updated",
                 shipment.facts, now);
}

void note_items_failed(db::Session& session, const store::FbaInboundShipment& shipment, const Error& error,
                       Timestamp now) {
    std::chrono::milliseconds pause = kFirstRetry;
    for (std::int64_t i = 0; i < shipment.item_failures && pause < kLongestRetry; ++i) pause *= 2;
    store::FbaRepo(session).drop_staged(shipment.id, now + std::min<std::chrono::milliseconds>(pause, kLongestRetry));
    store::ProblemRepo(session).record(
        shipment.account_id, shipment.channel_id, kSubject, shipment.facts.shipment_id,
        {"items_failed", "the items could not be fetched: " + error.message + ". It is tried again by itself"}, now);
}

}  // namespace crossdock::services
