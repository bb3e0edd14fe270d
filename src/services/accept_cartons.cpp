// SPDX-License-Identifier: Apache-2.0
#include "services/accept_cartons.h"

#include <algorithm>

#include "base/json_writer.h"
#include "services/fba_jobs.h"
#include "store/content_hash.h"
#include "store/event_repo.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"

namespace crossdock::services {
namespace {

std::string items_json(const std::vector<CartonRequest::Item>& items) {
    std::string text;
    JsonWriter json(text);
    json.begin_array();
    for (const auto& item : items)
        json.begin_object()
            .field("sku", item.sku)
            .field("quantity_shipped", item.quantity_shipped)
            .field("quantity_in_case", item.quantity_in_case)
            .end_object();
    json.end_array();
    return text;
}

/// Of what is in the carton: the order in which its items are written does not matter.
std::string hash_of(std::vector<CartonRequest::Item> items) {
    std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.sku < b.sku; });
    return store::content_hash(items_json(items));
}

std::string warning_for(const domain::FbaShipment& facts) {
    if (!facts.box_contents_source || *facts.box_contents_source == "FEED") return {};
    return "the box contents of " + facts.shipment_id + " come by " + *facts.box_contents_source +
           ", not by feed: unless the channel's settings say otherwise, the carton goes out with their carton_size and "
           "carton_weight, once the cartons of the whole shipment are there, and fails where they are missing";
}

std::string warning_of_repeat(const store::CartonPush& held) {
    return "the same carton was pushed before for this shipment, and this is that push (" + held.status +
           "); for one more carton with the same contents send an Idempotency-Key of its own";
}

}  // namespace

Answer<AcceptedCarton> accept_carton(db::Session& session, const store::Channel& channel, const CartonRequest& request,
                                     const std::string& uuid, Timestamp now) {
    const auto shipment = store::FbaRepo(session).find(channel.account_id, request.fba_inbound_shipment_id);
    if (!shipment) return Refusal{ErrorKind::not_found, {"fba inbound shipment not found"}};
    const domain::FbaShipment& facts = shipment->facts;
    const auto refuse = [](std::string why) { return Refusal{ErrorKind::invalid, {std::move(why)}}; };
    if (shipment->channel_id != channel.id)
        return refuse("fba_inbound_shipment_id: " + facts.shipment_id + " is not a shipment of channel " +
                      channel.code);
    const std::string items = items_json(request.items);
    store::CartonRepo cartons(session);
    if (request.idempotency_key) {
        if (auto held = cartons.find_repeat(channel.account_id, *request.idempotency_key)) {
            if (held->shipment_id != shipment->id || held->items != items)
                return refuse("this Idempotency-Key was used for carton push " + held->uuid +
                              " with another shipment or other items; use a new key for a new carton");
            return AcceptedCarton{std::move(*held), {}};
        }
    }
    const std::string hash = hash_of(request.items);
    if (!request.idempotency_key) {
        if (auto held = cartons.find_equal(shipment->id, hash)) {
            std::string warning = warning_of_repeat(*held);
            return AcceptedCarton{std::move(*held), std::move(warning)};
        }
    }
    if (domain::is_final_fba_state(facts.shipment_status))
        return refuse("shipment " + facts.shipment_id + " is " + facts.shipment_status +
                      " at Amazon; its cartons cannot be told any more");
    // Amazon answers that with a warning and stores nothing.
    Refusal refusal;
    for (std::size_t i = 0; i < request.items.size(); ++i)
        if (!facts.are_cases_required && request.items[i].quantity_in_case > 1)
            refusal.messages.push_back("items[" + std::to_string(i) + "].quantity_in_case is " +
                                       std::to_string(request.items[i].quantity_in_case) + ", but shipment " +
                                       facts.shipment_id +
                                       " is individually packed (are_cases_required is false): send 1");
    if (!refusal.messages.empty()) return refusal;

    const CartonPushId id =
        cartons.insert({channel.account_id, channel.id, shipment->id, uuid, request.idempotency_key, hash, items}, now);
    std::string data;
    JsonWriter(data).begin_object().field("id", uuid).field("fba_inbound_shipment_id", shipment->uuid).end_object();
    store::EventRepo(session).append(
        {channel.account_id, channel.id, "carton_push.created", "carton_push", id.value, data}, now);
    store::JobRepo(session).enqueue(push_cartons_job(channel.account_id, channel.id, shipment->id, now), now);
    return AcceptedCarton{*cartons.get(id), warning_for(facts)};
}

}  // namespace crossdock::services
