// SPDX-License-Identifier: Apache-2.0
#include "sync/push_cartons.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "observability/log.h"
#include "store/carton_repo.h"
#include "store/event_repo.h"
#include "store/fba_repo.h"
#include "store/inventory_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "sync/discard_pushes.h"
#include "sync/find_fba_plans.h"

namespace crossdock::sync {
namespace {

using connectors::PushOutcome;
using store::CartonBatch;
using store::CartonPush;

constexpr std::string_view kCartonStream = "cartons";
constexpr std::chrono::minutes kAskAboutCartons{2};
constexpr std::chrono::hours kCartonTicketLifetime{24};
/// Cartons wait so long for what is missing, counted from the newest of them.
constexpr std::chrono::hours kLongestCartonWait{72};
constexpr const char* kCartonsWait = "cartons_wait";
constexpr std::int64_t kMostLost = 5;
constexpr std::int64_t kMostShipments = 200;

std::optional<FbaShipmentId> fba_shipment_of(const domain::Job& job) {
    const auto args = parse_json(job.args);
    if (!args || !args->is_object() || !args->contains("fba_shipment")) return std::nullopt;
    return FbaShipmentId{args->value("fba_shipment", std::int64_t{0})};
}

void tell_carton(db::Session& session, const CartonPush& push, std::string_view type, std::string_view message,
                 Timestamp now) {
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("id", push.uuid)
        .field("fba_inbound_shipment_id", push.shipment_uuid)
        .field("message", message)
        .end_object();
    store::EventRepo(session).append({push.account_id, push.channel_id, type, "carton_push", push.id.value, data}, now);
}

void fail_carton(db::Session& session, const CartonPush& push, const std::string& code, const std::string& message,
                 Timestamp now) {
    const std::string words = message.empty() ? "the channel refused it without a word" : message;
    store::CartonRepo(session).finish(push.id, "failed", code.empty() ? "refused" : code, words, now);
    tell_carton(session, push, "carton_push.failed", words, now);
    store::ProblemRepo(session).record(push.account_id, push.channel_id, "carton_push", push.uuid,
                                       {code.empty() ? "refused" : code, words}, now);
}

connectors::CartonToPush carton_to_push(const CartonPush& push) {
    connectors::CartonToPush carton;
    carton.push_id = push.uuid;
    if (const auto items = parse_json(push.items); items && items->is_array())
        for (const auto& item : *items)
            carton.items.push_back({item.value("sku", ""), item.value("quantity_shipped", std::int64_t{0}),
                                    item.value("quantity_in_case", std::int64_t{0})});
    return carton;
}

bool is_named(const std::vector<std::string>& ids, const CartonPush& push) {
    return std::find(ids.begin(), ids.end(), push.uuid) != ids.end();
}

/// What became of the message, for every push it decides. Of those refused together some may go out again: all but the
/// ones at fault where the channel names them, else each by itself.
void book_cartons(db::Session& session, const store::Channel& channel, const CartonBatch& batch,
                  const PushOutcome& outcome, Timestamp now) {
    store::CartonRepo cartons(session);
    const auto pushes = cartons.in_batch(batch.id);
    const bool good = outcome.state == PushOutcome::State::succeeded;
    const bool names_some = !good && std::any_of(pushes.begin(), pushes.end(), [&](const CartonPush& push) {
        return is_named(outcome.at_fault, push);
    });
    const bool one_by_one = !good && !names_some && !outcome.whole && pushes.size() > 1;
    for (const CartonPush& push : pushes) {
        if (good) {
            cartons.finish(push.id, "succeeded", std::nullopt, std::nullopt, now);
            tell_carton(session, push, "carton_push.succeeded", outcome.message, now);
            store::ProblemRepo(session).resolve(channel.id, "carton_push", push.uuid, now);
        } else if (one_by_one) {
            cartons.send_alone(push.id, now);
        } else if (!names_some || is_named(outcome.at_fault, push)) {
            fail_carton(session, push, outcome.code, outcome.message, now);
        }
    }
    cartons.put_back(batch.id, now);  // whoever is left
    if (good) note_success(session, channel, kCartonStream, now);
}

/// Nothing was sent, because something is missing. The cartons stay in line for a later message with others, but not
/// for ever. Whoever brings what is missing brings a job, too: a new carton, or the walk through the plans.
void put_off_cartons(db::Session& session, const store::Channel& channel, const store::FbaInboundShipment& shipment,
                     const CartonBatch& batch, const PushOutcome& outcome, Timestamp now) {
    store::CartonRepo cartons(session);
    const auto pushes = cartons.in_batch(batch.id);
    const bool over = std::all_of(pushes.begin(), pushes.end(),
                                  [&](const CartonPush& push) { return now - push.created_at > kLongestCartonWait; });
    if (over)
        for (const CartonPush& push : pushes)
            fail_carton(session, push, outcome.code, "given up after three days: " + outcome.message, now);
    cartons.put_back(batch.id, now);
    store::ProblemRepo problems(session);
    const std::string& id = shipment.facts.shipment_id;
    if (over)
        problems.resolve_one(channel.id, "fba_shipment", id, kCartonsWait, now);
    else
        problems.record(channel.account_id, channel.id, "fba_shipment", id, {kCartonsWait, outcome.message}, now);
    if (!over && outcome.code == connectors::kPlanUnknown)
        store::JobRepo(session).enqueue(services::find_fba_plans_job(channel, now), now);
}

/// Calls `end` for every push of the shipment that has no end yet: those of the message under way, then those that
/// wait.
template <class End>
void end_open_cartons(db::Session& session, const store::FbaInboundShipment& shipment, Timestamp now, const End& end) {
    store::CartonRepo cartons(session);
    for (;;) {
        auto batch = cartons.open_batch(shipment.id);
        if (!batch) batch = cartons.make_batch(shipment.account_id, shipment.channel_id, shipment.id, now);
        if (!batch) return;
        for (const CartonPush& push : cartons.in_batch(batch->id)) end(push);
        cartons.set_batch_state(batch->id, "done");
    }
}

struct CartonDeparture {
    CartonBatch batch;
    store::FbaInboundShipment row;
    connectors::CartonShipment to;
    std::vector<connectors::CartonToPush> cartons;  // none when it is only asked for
    std::int64_t attempt_id = 0;
};

/// What is to be done next about a shipment: ask about the message under way, send it again, or a new one. The attempt
/// is on disk before its request leaves.
std::optional<CartonDeparture> take_cartons(db::Session& session, const store::FbaInboundShipment& shipment,
                                            Timestamp now) {
    store::CartonRepo cartons(session);
    CartonDeparture leaving;
    leaving.row = shipment;
    leaving.to = {shipment.facts, shipment.plan, false};
    for (;;) {
        auto batch = cartons.open_batch(shipment.id);
        if (!batch) batch = cartons.make_batch(shipment.account_id, shipment.channel_id, shipment.id, now);
        if (!batch) return std::nullopt;
        leaving.batch = *batch;
        if (batch->ticket) return leaving;
        if (!cartons.in_batch(batch->id).empty()) break;
        cartons.set_batch_state(batch->id, "done");
    }
    Timestamp newest{};
    for (const CartonPush& push : cartons.to_tell(shipment.id, leaving.batch.id)) {
        leaving.cartons.push_back(carton_to_push(push));
        newest = std::max(newest, push.created_at);
    }
    leaving.to.plan_sought = !shipment.plan && fba_plans_walked_since(session, shipment.channel_id, newest);
    cartons.count_attempt(leaving.batch.id);
    leaving.attempt_id = store::AttemptRepo(session).begin("carton", leaving.batch.id, leaving.batch.attempts + 1, now);
    return leaving;
}

std::string_view carton_word(PushOutcome::State state) {
    switch (state) {
        case PushOutcome::State::succeeded: return "succeeded";
        case PushOutcome::State::failed: return "failed";
        case PushOutcome::State::waiting: return "waiting";
        case PushOutcome::State::retry: return "retry";
        case PushOutcome::State::unknown: return "unknown";
        case PushOutcome::State::accepted: return "accepted";
    }
    return "unknown";
}

jobs::JobOutcome ask_later(const PushOutcome& outcome) {
    return jobs::JobOutcome::wait(
        outcome.retry_after.value_or(kAskAboutCartons),
        {ErrorKind::rate_limited, "channel_works_on_it",
         outcome.message.empty() ? "the channel works on the cartons it took" : outcome.message});
}

}  // namespace

jobs::JobOutcome PushCartons::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    const auto id = fba_shipment_of(context.job);
    if (!open || !id) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::CartonSink* sink = open->connector->carton_sink();

    const auto departure = env_.db.write([&](db::Session& session) -> std::optional<CartonDeparture> {
        const auto shipment = store::FbaRepo(session).get(*id);
        if (!shipment || shipment->channel_id != channel.id) return std::nullopt;
        return take_cartons(session, *shipment, env_.clock.now());
    });
    if (!departure) return jobs::JobOutcome::done();
    const CartonBatch& batch = departure->batch;
    const bool asking = batch.ticket.has_value();

    PushOutcome outcome;
    if (sink == nullptr)
        outcome = {PushOutcome::State::failed, "no_carton_push", "this channel takes no cartons", "", std::nullopt};
    else if (asking)
        outcome = sink->check_cartons(*batch.ticket);
    else
        outcome = sink->push_cartons(departure->to, departure->cartons);

    const Timestamp now = env_.clock.now();
    const bool too_old = asking && batch.accepted_at && now - *batch.accepted_at > kCartonTicketLifetime;
    if (too_old && outcome.state != PushOutcome::State::succeeded && outcome.state != PushOutcome::State::failed)
        outcome = {PushOutcome::State::unknown, "ticket_expired",
                   "the channel did not say within a day what became of the cartons", "", std::nullopt};
    // Sent again for ever, a message that the channel breaks off each time would hold up the shipment's other cartons.
    if (asking && outcome.state == PushOutcome::State::unknown && batch.lost + 1 >= kMostLost) {
        outcome.state = PushOutcome::State::failed;
        outcome.message += "; after " + std::to_string(kMostLost) +
                           " times it is given up. Compare the cartons in Seller Central before sending them again";
    }

    bool again = false;
    env_.db.write([&](db::Session& session) {
        store::CartonRepo cartons(session);
        switch (outcome.state) {
            case PushOutcome::State::succeeded:
            case PushOutcome::State::failed:
                book_cartons(session, channel, batch, outcome, now);
                store::ProblemRepo(session).resolve_one(channel.id, "fba_shipment", departure->to.shipment.shipment_id,
                                                        kCartonsWait, now);
                again = cartons.waiting(*id) > 0;
                break;
            case PushOutcome::State::accepted:
                if (!asking) cartons.set_batch_accepted(batch.id, outcome.provider_id, now);
                break;
            case PushOutcome::State::waiting:
                put_off_cartons(session, channel, departure->row, batch, outcome, now);
                break;
            case PushOutcome::State::retry: break;
            case PushOutcome::State::unknown:
                if (asking)
                    cartons.count_lost(batch.id);
                else
                    cartons.set_batch_state(batch.id, "unknown");
                break;
        }
        if (!asking)
            store::AttemptRepo(session).end(departure->attempt_id, carton_word(outcome.state), outcome.message, now);
    });
    if (outcome.state == PushOutcome::State::failed)
        log::warn("carton_push_failed",
                  {{"channel", channel.code}, {"shipment", departure->to.shipment.shipment_id}, {"code", outcome.code}},
                  outcome.message);
    if (outcome.state == PushOutcome::State::waiting) {
        log::info("carton_push_waits",
                  {{"channel", channel.code}, {"shipment", departure->to.shipment.shipment_id}, {"code", outcome.code}},
                  outcome.message);
        env_.wake_jobs();
    }
    const ErrorKind kind = outcome.denied                                                      ? ErrorKind::denied
                           : outcome.retry_after && outcome.state == PushOutcome::State::retry ? ErrorKind::rate_limited
                                                                                               : ErrorKind::unavailable;
    const Error error{kind, outcome.code.empty() ? "push_again" : outcome.code, outcome.message, {}};
    switch (outcome.state) {
        case PushOutcome::State::succeeded:
        case PushOutcome::State::failed: return again ? jobs::JobOutcome::again("") : jobs::JobOutcome::done();
        case PushOutcome::State::accepted: return ask_later(outcome);
        case PushOutcome::State::waiting: return jobs::JobOutcome::done();
        case PushOutcome::State::retry:
            if (kind == ErrorKind::rate_limited) return jobs::JobOutcome::wait(*outcome.retry_after, error);
            return failed(env_, channel, kCartonStream, error);
        case PushOutcome::State::unknown: return failed(env_, channel, kCartonStream, error);
    }
    return jobs::JobOutcome::done();
}

void give_up_cartons(db::Session& session, const domain::Job& job, const Error& error, Timestamp now) {
    const auto id = fba_shipment_of(job);
    if (!id) return;
    const auto shipment = store::FbaRepo(session).get(*id);
    if (!shipment) return;
    end_open_cartons(session, *shipment, now, [&](const CartonPush& push) {
        fail_carton(session, push, error.code, "given up: " + error.message, now);
    });
}

std::int64_t discard_cartons(db::Session& session, const store::Channel& channel, std::size_t limit, Timestamp now) {
    store::ProblemRepo problems(session);
    std::int64_t discarded = 0;
    for (const FbaShipmentId id :
         store::CartonRepo(session).with_open_pushes(channel.id, static_cast<std::int64_t>(limit))) {
        const auto shipment = store::FbaRepo(session).get(id);
        if (!shipment) continue;
        end_open_cartons(session, *shipment, now, [&](const CartonPush& push) {
            const std::string words = discard_words(channel, push.attempts > 0);
            store::CartonRepo(session).finish(push.id, "failed", std::string{kDiscarded}, words, now);
            tell_carton(session, push, "carton_push.failed", words, now);
            problems.resolve(channel.id, "carton_push", push.uuid, now);  // a person has dealt with it
            ++discarded;
        });
        problems.resolve_one(channel.id, "fba_shipment", shipment->facts.shipment_id, kCartonsWait, now);
    }
    return discarded;
}

std::vector<domain::JobSpec> waiting_carton_jobs(const Env& env, const store::Channel& channel, Timestamp now) {
    std::vector<domain::JobSpec> specs;
    const auto shipments = env.db.read(
        [&](db::Session& session) { return store::CartonRepo(session).with_open_pushes(channel.id, kMostShipments); });
    for (const FbaShipmentId id : shipments)
        specs.push_back(services::push_cartons_job(channel.account_id, channel.id, id, now));
    return specs;
}

}  // namespace crossdock::sync
