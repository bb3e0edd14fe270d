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
#include "sync/discard_pushes.h"
#include "sync/verify_stock.h"

namespace crossdock::sync {
namespace {

using connectors::PushOutcome;
using connectors::StockLine;
using store::InventoryUpdate;

// Providers keep idempotency keys for a day; a repeat after that needs a fresh one.
constexpr auto kKeyLifetime = std::chrono::hours{23};
// A channel that has not told within this time what became of a feed will not tell_figure any more.
constexpr auto kTicketLifetime = std::chrono::hours{24};
constexpr auto kAskAgain = std::chrono::minutes{1};
// A feed that is lost each time would be sent again for ever, and hold up every newer figure of its channel.
constexpr std::int64_t kMostLostFeeds = 5;
constexpr std::size_t kGivenUpAtOnce = 1000;

/// What is about to leave: the batch, its figures and the attempt that was written down for it.
struct Departure {
    store::StockBatch batch;
    std::vector<InventoryUpdate> updates;
    std::vector<StockLine> lines;
    std::vector<bool> first_time;  // of each figure: nothing of it can have left before
    std::int64_t attempt_id = 0;
};

void tell_figure(db::Session& session, const InventoryUpdate& update, std::string_view type, std::string_view message, Timestamp now) {
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("sku", update.sku)
        .field("quantity", update.quantity)
        .field("message", message)
        .end_object();
    store::EventRepo(session).append({update.account_id, update.channel_id, type, "inventory_update", update.id.value, data}, now);
}

void fail_figure(db::Session& session, const InventoryUpdate& update, std::string_view code, std::string_view message, Timestamp now) {
    store::InventoryRepo(session).finish({update.id, "failed", std::string{code}, std::string{message}}, now);
    tell_figure(session, update, "inventory.failed", message, now);
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
        case PushOutcome::State::accepted: return "accepted";
    }
    return "";
}

/// What a channel said about the lines of one batch, seen as a whole.
struct Summary {
    bool any_unknown = false, any_again = false, any_accepted = false, any_finished = false, any_denied = false;
    std::int64_t failures = 0;
    std::optional<std::chrono::milliseconds> retry_after;  // of what did not finish
    std::string code, message, ticket;
};

Summary sum_up(const std::vector<PushOutcome>& outcomes) {
    using State = PushOutcome::State;
    Summary sum;
    for (const PushOutcome& outcome : outcomes) {
        const bool again = outcome.state == State::retry || outcome.state == State::waiting;
        const bool finished = outcome.state == State::succeeded || outcome.state == State::failed;
        sum.any_unknown = sum.any_unknown || outcome.state == State::unknown;
        sum.any_again = sum.any_again || again;
        sum.any_finished = sum.any_finished || finished;
        sum.any_denied = sum.any_denied || outcome.denied;
        sum.failures += outcome.state == State::failed ? 1 : 0;
        if (outcome.state == State::accepted) {
            sum.any_accepted = true;
            sum.ticket = outcome.provider_id;
        }
        if (finished) continue;
        if (outcome.retry_after) sum.retry_after = std::max(sum.retry_after.value_or(*outcome.retry_after), *outcome.retry_after);
        if (outcome.state != State::accepted || sum.code.empty()) {
            sum.code = outcome.code;
            sum.message = outcome.message;
        }
    }
    return sum;
}

/// Books what became of each line. `waiting_again`: whether a line that did not reach the channel goes back to those that
/// wait, where a newer figure may take its place.
void book(db::Session& session, const Departure& away, const std::vector<PushOutcome>& outcomes, bool waiting_again, Timestamp now) {
    store::InventoryRepo updates(session);
    const std::vector<InventoryUpdate>& lines = away.updates;
    for (std::size_t i = 0; i < lines.size() && i < outcomes.size(); ++i) {
        const InventoryUpdate& update = lines[i];
        const PushOutcome& outcome = outcomes[i];
        // An earlier attempt that was cut off may have had its effect: its figure stays as one that went out.
        if (outcome.unsent && i < away.first_time.size() && away.first_time[i]) updates.set_sent_quantity(update.id, std::nullopt);
        switch (outcome.state) {
            case PushOutcome::State::succeeded:
                updates.finish(
                    {update.id, "succeeded", std::nullopt, outcome.message.empty() ? std::nullopt : std::optional{outcome.message}}, now);
                tell_figure(session, update, "inventory.pushed", outcome.message, now);
                store::ProblemRepo(session).resolve(update.channel_id, "stock", update.target, now);
                break;
            case PushOutcome::State::failed: fail_figure(session, update, outcome.code, outcome.message, now); break;
            case PushOutcome::State::waiting:
            case PushOutcome::State::retry:
                if (waiting_again) updates.finish({update.id, "pending", outcome.code, outcome.message}, now);
                break;
            case PushOutcome::State::unknown:
            case PushOutcome::State::accepted: break;
        }
    }
}

/// Those that the channel set as asked; not those that there was nothing to do for.
std::vector<InventoryUpdate> shown_now(const std::vector<InventoryUpdate>& lines, const std::vector<PushOutcome>& outcomes) {
    std::vector<InventoryUpdate> set;
    for (std::size_t i = 0; i < lines.size() && i < outcomes.size(); ++i)
        if (outcomes[i].state == PushOutcome::State::succeeded && outcomes[i].code.empty()) set.push_back(lines[i]);
    return set;
}

void warn_of_failures(const store::Channel& channel, std::int64_t failures) {
    if (failures > 0)
        log::warn("stock_push_failed", {{"channel", channel.code}, {"figures", failures}},
                  "the channel refused stock figures; see the updates");
}

/// Ends the lines of a batch that nobody told the end of.
void give_up_lost(db::Session& session, const Departure& away, const std::vector<PushOutcome>& outcomes, Timestamp now) {
    for (std::size_t i = 0; i < away.updates.size(); ++i) {
        const PushOutcome none{PushOutcome::State::unknown, {}, {}, {}, {}};
        const PushOutcome& outcome = i < outcomes.size() ? outcomes[i] : none;
        if (outcome.state == PushOutcome::State::succeeded || outcome.state == PushOutcome::State::failed) continue;
        fail_figure(session, away.updates[i], outcome.code.empty() ? "feed_lost" : outcome.code,
                    (outcome.message.empty() ? "the channel did not tell what became of the figure" : outcome.message) + "; after " +
                        std::to_string(kMostLostFeeds) + " feeds it is given up. Compare it at the channel, and send it again",
                    now);
    }
}

/// Asks what became of a batch that the channel works on. Until it tells, nothing else leaves for the channel, so that an
/// older figure cannot take effect after a newer one.
jobs::JobOutcome ask_about(const Env& env, const store::Channel& channel, connectors::StockSink& sink, const Departure& away) {
    const auto outcomes = sink.check_stock(away.lines, *away.batch.ticket);
    const Summary sum = sum_up(outcomes);
    const bool too_old = away.batch.accepted_at && env.clock.now() - *away.batch.accepted_at > kTicketLifetime;
    const bool lost = sum.any_unknown || outcomes.size() != away.updates.size() || (too_old && (sum.any_accepted || sum.any_again));
    const bool working = !lost && (sum.any_accepted || sum.any_again);
    env.db.write([&](db::Session& session) {
        const Timestamp now = env.clock.now();
        book(session, away, outcomes, false, now);
        store::InventoryRepo updates(session);
        store::ProblemRepo problems(session);
        const std::string_view accepted = word(PushOutcome::State::accepted);
        if (lost && store::AttemptRepo(session).count("stock", away.batch.id, accepted) >= kMostLostFeeds) {
            give_up_lost(session, away, outcomes, now);
            updates.set_batch_state(away.batch.id, "done");
            problems.resolve_one(channel.id, "stream", "stock", "feed_lost", now);
        } else if (lost) {
            problems.record(channel.account_id, channel.id, "stream", "stock",
                            {"feed_lost", (sum.message.empty() ? "the channel did not tell what became of the stock figures it took" : sum.message) +
                                              ". They go out again by themselves; until then no newer figure leaves for this channel"},
                            now);
            // It goes out again; figures are absolute, so that once more is harmless, but not under the old key.
            updates.set_batch_state(away.batch.id, "unknown");
            updates.rekey_batch(away.batch.id, env.random.uuid());
        } else if (!working) {
            updates.set_batch_state(away.batch.id, "done");
            if (sum.any_finished) note_success(session, channel, "stock", now);
        }
    });
    warn_of_failures(channel, sum.failures);
    if (working)
        return jobs::JobOutcome::wait(sum.retry_after.value_or(kAskAgain),
                                      {ErrorKind::rate_limited, "channel_works_on_it", "the channel still works on the stock figures it took",
                                       sum.retry_after});
    return jobs::JobOutcome::again("");
}

}  // namespace

StockLine stock_line(db::Session& session, const Channels::Entry& entry, InventoryUpdate& update) {
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

    const auto away = env_.db.write([&](db::Session& session) -> std::optional<Departure> {
        store::InventoryRepo updates(session);
        Departure taken;
        const auto batch = updates.open_batch(channel.id);
        if (!batch || !batch->ticket) return std::nullopt;
        taken.batch = *batch;
        taken.updates = updates.batch_lines(batch->id);
        for (InventoryUpdate& update : taken.updates) taken.lines.push_back(stock_line(session, *open->entry, update));
        return taken;
    });
    if (away) return ask_about(env_, channel, *sink, *away);

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
            } else if (const auto fresh = updates.make_batch(channel.id, env_.random.uuid(), sink->max_batch(), now, sink->rest())) {
                leaving.batch = *fresh;
            } else {
                return std::nullopt;
            }
            leaving.updates = updates.batch_lines(leaving.batch.id);
            if (!leaving.updates.empty()) break;
            updates.set_batch_state(leaving.batch.id, "done");
        }
        for (InventoryUpdate& update : leaving.updates) {
            leaving.first_time.push_back(!update.sent_quantity);
            leaving.lines.push_back(stock_line(session, *open->entry, update));
        }
        updates.count_attempt(leaving.batch.id);
        leaving.attempt_id = store::AttemptRepo(session).begin("stock", leaving.batch.id, leaving.batch.attempts + 1, now);
        return leaving;
    });
    if (!departure) {
        const auto rested =
            env_.db.read([&](db::Session& session) { return store::InventoryRepo(session).rested_at(channel.id, sink->rest()); });
        if (!rested) return jobs::JobOutcome::done();
        return jobs::JobOutcome::again("", std::max(*rested - env_.clock.now(), std::chrono::milliseconds{0}));
    }

    auto outcomes = sink->push_stock(departure->lines, departure->batch.key);
    // A sink that said nothing about a line leaves it unknown.
    outcomes.resize(departure->updates.size(), {PushOutcome::State::unknown, {}, {}, {}, {}});
    const Summary sum = sum_up(outcomes);
    const bool more = env_.db.write([&](db::Session& session) {
        store::InventoryRepo updates(session);
        const Timestamp now = env_.clock.now();
        book(session, *departure, outcomes, true, now);
        std::string worst = "succeeded";
        for (const PushOutcome& outcome : outcomes)
            if (outcome.state != PushOutcome::State::succeeded) worst = std::string{word(outcome.state)};
        if (sum.any_accepted) worst = std::string{word(PushOutcome::State::accepted)};  // counted when it is lost
        store::AttemptRepo(session).end(departure->attempt_id, worst, sum.message, now);
        if (sum.any_accepted) {
            // Lines without an answer beside accepted ones are asked for with them.
            updates.set_batch_accepted(departure->batch.id, sum.ticket, now);
        } else if (sum.any_unknown) {
            updates.set_batch_state(departure->batch.id, "unknown");
            // The next request is not the one the provider saw, so it must not come under its key.
            if (sum.any_finished || sum.any_again) updates.rekey_batch(departure->batch.id, env_.random.uuid());
        } else {
            updates.set_batch_state(departure->batch.id, "done");
        }
        sample_stock(session, env_, *open, shown_now(departure->updates, outcomes), now);
        if (sum.any_finished && !sum.any_unknown && !sum.any_again) note_success(session, channel, "stock", now);
        return updates.waiting(channel.id) > 0;
    });
    warn_of_failures(channel, sum.failures);
    if (sum.any_accepted)
        return jobs::JobOutcome::wait(sum.retry_after.value_or(kAskAgain),
                                      {ErrorKind::rate_limited, "channel_works_on_it", "the channel works on the stock figures it took",
                                       sum.retry_after});
    if (sum.any_unknown || sum.any_again) {
        const ErrorKind kind = sum.any_unknown   ? ErrorKind::unavailable
                               : sum.any_denied  ? ErrorKind::denied
                               : sum.retry_after ? ErrorKind::rate_limited
                                                 : ErrorKind::unavailable;
        return failed(env_, channel, "stock", {kind, sum.code.empty() ? "push_again" : sum.code, sum.message, sum.retry_after});
    }
    return more ? jobs::JobOutcome::again("") : jobs::JobOutcome::done();
}

void give_up_stock(db::Session& session, const store::Channel& channel, const Error& error, Timestamp now) {
    store::InventoryRepo updates(session);
    // The unfinished batch first, then whatever waits: none may stay without an end.
    while (const auto batch = updates.open_batch(channel.id)) {
        for (const InventoryUpdate& update : updates.batch_lines(batch->id)) fail_figure(session, update, error.code, error.message, now);
        updates.set_batch_state(batch->id, "done");
    }
    for (;;) {
        const auto waiting = updates.newest_waiting(channel.id, kGivenUpAtOnce, now);
        if (waiting.empty()) return;
        for (const InventoryUpdate& update : waiting) fail_figure(session, update, error.code, error.message, now);
    }
}

std::int64_t discard_stock(db::Session& session, const store::Channel& channel, std::size_t limit, Timestamp now) {
    store::InventoryRepo updates(session);
    store::ProblemRepo problems(session);
    const std::int64_t waited = updates.waiting(channel.id);
    std::int64_t away = 0;
    const auto discard = [&](const std::vector<InventoryUpdate>& figures) {
        for (const InventoryUpdate& update : figures) {
            const std::string words = discard_words(channel, update.sent_quantity.has_value());
            updates.finish({update.id, "failed", std::string{kDiscarded}, words}, now);
            tell_figure(session, update, "inventory.failed", words, now);
            problems.resolve(channel.id, "stock", update.target, now);  // a person has dealt with it
        }
    };
    while (const auto batch = updates.open_batch(channel.id)) {
        const auto figures = updates.batch_lines(batch->id);
        discard(figures);
        away += static_cast<std::int64_t>(figures.size());
        updates.set_batch_state(batch->id, "done");
        problems.resolve_one(channel.id, "stream", "stock", "feed_lost", now);
    }
    discard(updates.newest_waiting(channel.id, limit, now));
    return away + waited - updates.waiting(channel.id);
}

}  // namespace crossdock::sync
