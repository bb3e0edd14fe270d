// SPDX-License-Identifier: Apache-2.0
#include "sync/push_shipment.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "observability/log.h"
#include "services/accept_shipments.h"
#include "services/order_shipped.h"
#include "store/event_repo.h"
#include "store/inventory_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/shipment_repo.h"
#include "sync/discard_pushes.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

using connectors::PushOutcome;
using store::Shipment;

constexpr auto kLookAgain = std::chrono::minutes{15};
constexpr std::string_view kShipmentStream = "shipments";

/// Whether the channel has answered, be it with a no.
bool is_settled(PushOutcome::State state) {
    switch (state) {
        case PushOutcome::State::succeeded:
        case PushOutcome::State::failed:
        case PushOutcome::State::waiting:
        case PushOutcome::State::accepted: return true;
        case PushOutcome::State::retry:
        case PushOutcome::State::unknown: return false;
    }
    return false;
}

std::optional<ShipmentId> shipment_of(const domain::Job& job) {
    const auto args = parse_json(job.args);
    if (!args || !args->is_object() || !args->contains("shipment_id")) return std::nullopt;
    return ShipmentId{args->value("shipment_id", std::int64_t{0})};
}

connectors::ShipmentToPush to_push(const Shipment& shipment, const std::string& external_order_id, bool is_further) {
    connectors::ShipmentToPush push;
    push.shipment_id = shipment.id.value;
    push.external_order_id = external_order_id;
    push.carrier = shipment.carrier;
    push.service = shipment.service;
    push.tracking_number = shipment.tracking_number;
    push.ship_date = shipment.ship_date;
    push.attempt = static_cast<int>(shipment.attempts) + 1;
    push.is_further = is_further;
    if (const auto lines = parse_json(shipment.lines); lines && lines->is_array())
        for (const auto& line : *lines)
            push.lines.push_back({line.value("external_line_id", ""), line.value("quantity", std::int64_t{0})});
    return push;
}

void tell_shipment(db::Session& session, const Shipment& shipment, std::string_view type, std::string_view message, Timestamp now) {
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("order_id", shipment.order_id.value)
        .field("carrier", shipment.carrier)
        .field("tracking_number", shipment.tracking_number)
        .field("message", message)
        .end_object();
    store::EventRepo(session).append({shipment.account_id, shipment.channel_id, type, "shipment", shipment.id.value, data}, now);
}

void fail_shipment(db::Session& session, const Shipment& shipment, const std::string& code, const std::string& message, Timestamp now) {
    store::ShipmentRepo(session).end_attempt(
        shipment.id, {"failed", "known", code, message.empty() ? "the channel refused it without a word" : message, std::nullopt, std::nullopt},
        now);
    tell_shipment(session, shipment, "shipment.failed", message, now);
    store::ProblemRepo(session).record(shipment.account_id, shipment.channel_id, "shipment", std::to_string(shipment.id.value),
                                       {code, message}, now);
}

}  // namespace

jobs::JobOutcome PushShipment::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    const auto id = shipment_of(context.job);
    if (!open || !id) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;

    struct Departure {
        Shipment shipment;
        std::string external_order_id;
        std::int64_t attempt_id = 0;
        bool is_further = false;
    };
    // The attempt is on disk before its request leaves.
    const auto departure = env_.db.write([&](db::Session& session) -> std::optional<Departure> {
        store::ShipmentRepo shipments(session);
        const auto shipment = shipments.get(*id);
        if (!shipment || shipment->status == "succeeded" || shipment->status == "failed") return std::nullopt;
        const auto order = store::OrderRepo(session).get(shipment->account_id, shipment->order_id);
        if (!order) return std::nullopt;
        shipments.begin_attempt(*id);
        const auto attempt = store::AttemptRepo(session).begin("shipment", id->value, shipment->attempts + 1, env_.clock.now());
        const auto parcels = shipments.of_order(shipment->order_id);
        const bool is_further =
            std::any_of(parcels.begin(), parcels.end(), [&](const Shipment& one) { return one.id != *id && one.status == "succeeded"; });
        return Departure{*shipment, order->external_order_id, attempt, is_further};
    });
    if (!departure) return jobs::JobOutcome::done();
    const Shipment& shipment = departure->shipment;

    connectors::ShipmentSink* sink = open->connector->shipment_sink();
    PushOutcome outcome;
    if (sink == nullptr) outcome = {PushOutcome::State::failed, "no_shipment_push", "this channel takes no shipments", "", std::nullopt};
    else outcome = sink->push_shipment(to_push(shipment, departure->external_order_id, departure->is_further));

    const Timestamp now = env_.clock.now();
    jobs::JobOutcome result = jobs::JobOutcome::done();
    std::string attempt_word;
    const ErrorKind kind = outcome.denied                                                          ? ErrorKind::denied
                           : outcome.retry_after && outcome.state == PushOutcome::State::retry ? ErrorKind::rate_limited
                                                                                               : ErrorKind::unavailable;
    Error error{kind, outcome.code.empty() ? "push_again" : outcome.code, outcome.message, outcome.retry_after};
    env_.db.write([&](db::Session& session) {
        store::ShipmentRepo shipments(session);
        const auto later = [&](const char* state, std::optional<Timestamp> next) {
            shipments.end_attempt(*id, {"pending", state, outcome.code, outcome.message, std::nullopt, next}, now);
        };
        // A refusal is an answer, too: it is the shipment's trouble, and the stream has none.
        if (sink != nullptr && is_settled(outcome.state)) note_success(session, channel, kShipmentStream, now);
        switch (outcome.state) {
            case PushOutcome::State::succeeded:
                attempt_word = "succeeded";
                shipments.end_attempt(*id,
                                      {"succeeded", "known", std::nullopt, std::nullopt,
                                       outcome.provider_id.empty() ? std::nullopt : std::optional{outcome.provider_id}, std::nullopt},
                                      now);
                tell_shipment(session, shipment, "shipment.pushed", outcome.message, now);
                services::tell_shipped_here(session, shipment, now);
                store::ProblemRepo(session).resolve(channel.id, "shipment", std::to_string(id->value), now);
                // The order changed at the channel: hasten what the next pull would bring anyway.
                store::JobRepo(session).enqueue(refresh_order_job(channel, departure->external_order_id, now), now);
                break;
            case PushOutcome::State::failed:
                attempt_word = "failed";
                fail_shipment(session, shipment, outcome.code.empty() ? "refused" : outcome.code, outcome.message, now);
                break;
            case PushOutcome::State::accepted:
            case PushOutcome::State::waiting:
                attempt_word = "waiting";
                result = jobs::JobOutcome::wait(outcome.retry_after.value_or(kLookAgain), error);
                later("waiting", now + outcome.retry_after.value_or(kLookAgain));
                break;
            case PushOutcome::State::retry:
                attempt_word = "retry";
                later("none", std::nullopt);
                break;
            case PushOutcome::State::unknown:
                attempt_word = "unknown";
                shipments.end_attempt(*id, {"processing", "unknown", outcome.code, outcome.message, std::nullopt, std::nullopt}, now);
                break;
        }
        store::AttemptRepo(session).end(departure->attempt_id, attempt_word, outcome.message, now);
    });
    env_.wake_jobs();
    if (outcome.state == PushOutcome::State::failed)
        log::warn("shipment_push_failed", {{"channel", channel.code}, {"shipment", id->value}, {"code", outcome.code}}, outcome.message);
    if (outcome.state == PushOutcome::State::succeeded && !outcome.code.empty())
        log::info("shipment_pushed", {{"channel", channel.code}, {"shipment", id->value}, {"code", outcome.code}}, outcome.message);
    if (outcome.state == PushOutcome::State::retry || outcome.state == PushOutcome::State::unknown)
        return failed(env_, channel, kShipmentStream, error);
    return result;
}

std::vector<domain::JobSpec> waiting_shipment_jobs(const Env& env, const store::Channel& channel, Timestamp now) {
    return env.db.read([&](db::Session& session) {
        std::vector<domain::JobSpec> specs;
        store::JobRepo jobs(session);
        // One that waits for its next attempt keeps its time.
        for (const Shipment& shipment : store::ShipmentRepo(session).unfinished(channel.id))
            if (!jobs.find_live(services::shipment_job_key(shipment.id)))
                specs.push_back(services::shipment_job(channel.account_id, channel.id, shipment.id, now));
        return specs;
    });
}

void give_up_shipment(db::Session& session, const domain::Job& job, const Error& error, Timestamp now) {
    const auto id = shipment_of(job);
    if (!id) return;
    const auto shipment = store::ShipmentRepo(session).get(*id);
    if (!shipment || shipment->status == "succeeded" || shipment->status == "failed") return;
    fail_shipment(session, *shipment, error.code, "given up: " + error.message, now);
    // Its own problem says so from now on; the stream's only stays for those that still try.
    if (store::ShipmentRepo(session).unfinished(shipment->channel_id).empty())
        store::ProblemRepo(session).resolve(shipment->channel_id, "stream", kShipmentStream, now);
}

std::int64_t discard_shipments(db::Session& session, const store::Channel& channel, std::size_t limit, Timestamp now) {
    store::ShipmentRepo shipments(session);
    store::ProblemRepo problems(session);
    auto waiting = shipments.unfinished(channel.id);
    if (waiting.size() > limit)
        waiting.resize(limit);
    else if (!waiting.empty())
        problems.resolve(channel.id, "stream", kShipmentStream, now);
    for (const Shipment& shipment : waiting) {
        const std::string words = discard_words(channel, shipment.outcome != "none");
        shipments.end_attempt(shipment.id,
                              {"failed", "known", std::string{kDiscarded}, words, std::nullopt, std::nullopt}, now);
        tell_shipment(session, shipment, "shipment.failed", words, now);
        problems.resolve(channel.id, "shipment", std::to_string(shipment.id.value), now);  // a person has dealt with it
    }
    return static_cast<std::int64_t>(waiting.size());
}

}  // namespace crossdock::sync
