// SPDX-License-Identifier: Apache-2.0
#include "sync/push_stock.h"

#include <algorithm>

#include "base/json_writer.h"
#include "observability/log.h"
#include "store/event_repo.h"
#include "store/inventory_repo.h"
#include "store/item_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"

namespace crossdock::sync {
namespace {

using connectors::PushOutcome;
using connectors::StockLine;
using store::InventoryUpdate;

// Providers keep idempotency keys for a day; a repeat after that needs a fresh one.
constexpr auto kKeyLifetime = std::chrono::hours{23};

/// What is about to leave: the batch, its figures and the attempt that was written down for it.
struct Departure {
    store::StockBatch batch;
    std::vector<InventoryUpdate> updates;
    std::vector<StockLine> lines;
    std::int64_t attempt_id = 0;
};

StockLine line_of(db::Session& session, const Channels::Entry& entry, InventoryUpdate& update) {
    StockLine line;
    line.update_id = update.id.value;
    line.sku = update.sku;
    line.item_attrs_json = "{}";
    line.location_id = update.location_id ? update.location_id : entry.settings.location_id;
    std::optional<store::ItemForPush> item;
    if (update.item_id) item = store::ItemRepo(session).get(update.account_id, *update.item_id);
    if (item) line.item_attrs_json = item->attrs;
    if (!update.sent_quantity) {
        std::int64_t quantity = update.quantity;
        if (entry.settings.deduct_unacknowledged && item)
            quantity = std::max<std::int64_t>(0, quantity - store::OrderRepo(session).unacknowledged_units(update.channel_id, item->variant_id));
        store::InventoryRepo(session).set_sent_quantity(update.id, quantity);
        update.sent_quantity = quantity;
    }
    line.quantity = *update.sent_quantity;
    return line;
}

void tell(db::Session& session, const InventoryUpdate& update, std::string_view type, std::string_view message, Timestamp now) {
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("sku", update.sku)
        .field("quantity", update.quantity)
        .field("message", message)
        .end_object();
    store::EventRepo(session).append({update.account_id, update.channel_id, type, "inventory_update", update.id.value, data}, now);
}

void fail(db::Session& session, const InventoryUpdate& update, std::string_view code, std::string_view message, Timestamp now) {
    store::InventoryRepo(session).finish({update.id, "failed", std::string{code}, std::string{message}}, now);
    tell(session, update, "inventory.failed", message, now);
    store::ProblemRepo(session).record(update.account_id, update.channel_id, "stock", update.target, {std::string{code}, std::string{message}},
                                       now);
}

std::string_view word(PushOutcome::State state) {
    switch (state) {
        case PushOutcome::State::succeeded: return "succeeded";
        case PushOutcome::State::failed: return "failed";
        case PushOutcome::State::waiting: return "waiting";
        case PushOutcome::State::retry: return "retry";
        case PushOutcome::State::unknown: return "unknown";
    }
    return "";
}

}  // namespace

domain::JobSpec push_stock_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id, channel.id, domain::Lane::push, std::string{kPushStock}, services::stock_job_key(channel.id), "{}", run_at};
}

jobs::JobOutcome PushStock::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::StockSink* sink = open->connector->stock_sink();
    if (sink == nullptr)
        return jobs::JobOutcome::stop({ErrorKind::rejected, "no_stock_push", "channel " + channel.code + " takes no stock figures"});

    // The attempt is on disk before its request leaves: a crash in between is an unknown outcome, never a lost one.
    const auto departure = env_.db.write([&](db::Session& session) -> std::optional<Departure> {
        store::InventoryRepo updates(session);
        const Timestamp now = env_.clock.now();
        Departure leaving;
        for (;;) {
            if (const auto unfinished = updates.open_batch(channel.id)) {
                leaving.batch = *unfinished;
                if (now - unfinished->created_at > kKeyLifetime) {
                    leaving.batch.key = env_.random.uuid();
                    updates.rekey_batch(unfinished->id, leaving.batch.key);
                }
            } else if (const auto fresh = updates.make_batch(channel.id, env_.random.uuid(), sink->max_batch(), now)) {
                leaving.batch = *fresh;
            } else {
                return std::nullopt;
            }
            leaving.updates = updates.batch_lines(leaving.batch.id);
            if (!leaving.updates.empty()) break;
            updates.set_batch_state(leaving.batch.id, "done");
        }
        for (InventoryUpdate& update : leaving.updates) leaving.lines.push_back(line_of(session, *open->entry, update));
        updates.count_attempt(leaving.batch.id);
        leaving.attempt_id = store::AttemptRepo(session).begin("stock", leaving.batch.id, leaving.batch.attempts + 1, now);
        return leaving;
    });
    if (!departure) return jobs::JobOutcome::done();

    const auto outcomes = sink->push_stock(departure->lines, departure->batch.key);

    bool any_unknown = false;
    bool any_retry = false;
    bool any_finished = false;
    std::optional<std::chrono::milliseconds> retry_after;
    std::string code;
    std::string message;
    std::int64_t failures = 0;
    for (const PushOutcome& outcome : outcomes) {
        const bool again = outcome.state == PushOutcome::State::retry || outcome.state == PushOutcome::State::waiting;
        any_unknown = any_unknown || outcome.state == PushOutcome::State::unknown;
        any_retry = any_retry || again;
        any_finished = any_finished || outcome.state == PushOutcome::State::succeeded || outcome.state == PushOutcome::State::failed;
        failures += outcome.state == PushOutcome::State::failed ? 1 : 0;
        if (again || outcome.state == PushOutcome::State::unknown) {
            if (outcome.retry_after) retry_after = std::max(retry_after.value_or(*outcome.retry_after), *outcome.retry_after);
            code = outcome.code;
            message = outcome.message;
        }
    }
    const bool more = env_.db.write([&](db::Session& session) {
        store::InventoryRepo updates(session);
        const Timestamp now = env_.clock.now();
        std::string worst = "succeeded";
        for (std::size_t i = 0; i < departure->updates.size(); ++i) {
            const InventoryUpdate& update = departure->updates[i];
            const PushOutcome outcome = i < outcomes.size() ? outcomes[i] : PushOutcome{PushOutcome::State::unknown, {}, {}, {}, {}};
            if (outcome.state != PushOutcome::State::succeeded) worst = std::string{word(outcome.state)};
            switch (outcome.state) {
                case PushOutcome::State::succeeded:
                    updates.finish({update.id, "succeeded", std::nullopt,
                                    outcome.message.empty() ? std::nullopt : std::optional{outcome.message}},
                                   now);
                    tell(session, update, "inventory.pushed", outcome.message, now);
                    store::ProblemRepo(session).resolve(channel.id, "stock", update.target, now);
                    break;
                case PushOutcome::State::failed: fail(session, update, outcome.code, outcome.message, now); break;
                case PushOutcome::State::waiting:
                case PushOutcome::State::retry:
                    // Nothing reached the channel: back to the others, where a newer figure may take its place.
                    updates.finish({update.id, "pending", outcome.code, outcome.message}, now);
                    break;
                case PushOutcome::State::unknown: break;
            }
        }
        store::AttemptRepo(session).end(departure->attempt_id, worst, message, now);
        if (any_unknown) {
            updates.set_batch_state(departure->batch.id, "unknown");
            // The next request is not the one the provider saw, so it must not come under its key.
            if (any_finished || any_retry) updates.rekey_batch(departure->batch.id, env_.random.uuid());
        } else {
            updates.set_batch_state(departure->batch.id, "done");
        }
        if (any_finished && !any_unknown && !any_retry) note_success(session, channel, "stock", now);
        return updates.waiting(channel.id) > 0;
    });
    if (failures > 0)
        log::warn("stock_push_failed", {{"channel", channel.code}, {"figures", failures}}, "the channel refused stock figures; see the updates");
    if (any_unknown || any_retry) {
        const ErrorKind kind = retry_after && !any_unknown ? ErrorKind::rate_limited : ErrorKind::unavailable;
        return failed(env_, channel, "stock", {kind, code.empty() ? "push_again" : code, message, retry_after});
    }
    return more ? jobs::JobOutcome::again("") : jobs::JobOutcome::done();
}

void give_up_stock(db::Session& session, const store::Channel& channel, const Error& error, Timestamp now) {
    store::InventoryRepo updates(session);
    // The unfinished batch first, then whatever waits: none may stay without an end.
    for (;;) {
        auto batch = updates.open_batch(channel.id);
        if (!batch) batch = updates.make_batch(channel.id, "given-up-" + std::to_string(to_ms(now)), 1000, now);
        if (!batch) return;
        for (const InventoryUpdate& update : updates.batch_lines(batch->id)) fail(session, update, error.code, error.message, now);
        updates.set_batch_state(batch->id, "done");
    }
}

}  // namespace crossdock::sync
