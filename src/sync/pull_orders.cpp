// SPDX-License-Identifier: Apache-2.0
#include "sync/pull_orders.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "observability/log.h"
#include "store/content_hash.h"
#include "store/erasure_repo.h"
#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/refund_repo.h"
#include "store/stream_repo.h"
#include "sync/acknowledge_order.h"
#include "sync/bulk_orders.h"
#include "sync/check_channel.h"
#include "sync/pull_refunds.h"
#include "sync/window.h"

namespace crossdock::sync {
namespace {

using connectors::ChildStub;
using services::FetchedOrder;
using services::RecordedOrder;

constexpr auto kNightlyReach = std::chrono::hours{48};
constexpr std::string_view kRefreshStream = "order_refresh";
// Behind its own time a version is fetched, so that none of the same second can come after it.
constexpr auto kSettled = std::chrono::minutes{1};

std::string key(std::string_view kind, const store::Channel& channel, std::string_view what = "") {
    std::string text{kind};
    text += ':';
    text += std::to_string(channel.id.value);
    if (!what.empty()) {
        text += ':';
        text += what;
    }
    return text;
}

domain::JobSpec stream_job(const store::Channel& channel, std::string_view stream, std::optional<Timestamp> from, Timestamp run_at) {
    std::string args;
    JsonWriter json(args);
    json.begin_object().field("stream", stream);
    if (from) json.field("from_ms", to_ms(*from));
    json.end_object();
    // A back-fill is a long walk: it belongs to the lane that never starves the running pulls.
    const auto lane = stream == kBackfillStream ? domain::Lane::bulk : domain::Lane::orders;
    return {channel.account_id, channel.id, lane, std::string{kPullOrders}, key(kPullOrders, channel, stream), args, run_at};
}

domain::JobSpec order_job(std::string_view kind, const store::Channel& channel, std::string_view external_order_id, Timestamp run_at) {
    std::string args;
    JsonWriter(args).begin_object().field("external_order_id", external_order_id).end_object();
    return {channel.account_id, channel.id, domain::Lane::orders, std::string{kind}, key(kind, channel, external_order_id), args,
            run_at};
}

std::string text_argument(const domain::Job& job, const char* name) {
    const auto args = parse_json(job.args);
    return args && args->is_object() ? args->value(name, "") : "";
}

bool changed(RecordedOrder::Outcome outcome) {
    return outcome == RecordedOrder::Outcome::created || outcome == RecordedOrder::Outcome::updated;
}

}  // namespace

domain::JobSpec pull_orders_job(const store::Channel& channel, Timestamp run_at) {
    return stream_job(channel, kOrdersStream, std::nullopt, run_at);
}

domain::JobSpec nightly_orders_job(const store::Channel& channel, Timestamp run_at) {
    return stream_job(channel, kNightlyStream, run_at - kNightlyReach, run_at);
}

domain::JobSpec backfill_orders_job(const store::Channel& channel, Timestamp from, Timestamp run_at) {
    return stream_job(channel, kBackfillStream, from, run_at);
}

domain::JobSpec refresh_order_job(const store::Channel& channel, std::string_view external_order_id, Timestamp run_at) {
    return order_job(kRefreshOrder, channel, external_order_id, run_at);
}

domain::JobSpec missed_order_job(const store::Channel& channel, std::string_view external_order_id, Timestamp run_at) {
    domain::JobSpec job = order_job(kRefreshOrder, channel, external_order_id, run_at);
    job.args.insert(job.args.size() - 1, ",\"gap\":true");
    return job;
}

domain::JobSpec order_refunds_job(const store::Channel& channel, std::string_view external_order_id, Timestamp run_at) {
    return order_job(kPullOrderRefunds, channel, external_order_id, run_at);
}

domain::JobSpec remap_orders_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id, channel.id, domain::Lane::bulk, std::string{kRemapOrders}, key(kRemapOrders, channel), "{}", run_at};
}

services::OrderReader reader_of(const connectors::OrderSource& source) {
    services::OrderReader reader;
    reader.map = [&source](std::string_view payload) -> Result<domain::Order> {
        auto mapped = source.map_order(payload);
        if (!mapped) return mapped.error();
        return std::move(mapped->order);
    };
    if (source.forgets())
        reader.keep_known = [&source](domain::Order& newer, const domain::Order& older) { source.keep_known(newer, older); };
    return reader;
}

UnderstoodOrder understand(connectors::Connector& connector, const connectors::RawOrder& raw) {
    const connectors::OrderSource& source = *connector.order_source();
    auto mapped = source.map_order(raw.payload);
    UnderstoodOrder one;
    one.fetched = {raw.external_order_id,
                   raw.updated_at,
                   raw.payload,
                   store::content_hash(raw.payload),
                   mapped ? Result<domain::Order>{std::move(mapped->order)} : Result<domain::Order>{mapped.error()},
                   {},
                   reader_of(source)};
    if (!mapped) return one;
    one.fetched.problems = std::move(mapped->problems);
    one.refunds = std::move(mapped->refunds);
    one.awaits_acknowledgement = mapped->awaits_acknowledgement;
    const connectors::RefundMapper* mapper = connector.order_refund_source();
    if (mapper == nullptr) mapper = connector.refund_source();
    if (mapper == nullptr || mapped->whole_refunds.empty()) return one;
    one.raw_refunds = std::move(mapped->whole_refunds);
    for (const connectors::RawRefund& refund : one.raw_refunds) one.whole_refunds.push_back(understand(*mapper, refund));
    return one;
}

RecordedOrder record(db::Session& session, const store::Channel& channel, const UnderstoodOrder& one, Timestamp now) {
    // Refunds first: they may decide the payment status that the order is shown with.
    bool refunds_changed = false;
    for (const services::FetchedRefund& refund : one.whole_refunds) {
        const auto recorded = services::record_refund(session, channel, refund, now);
        refunds_changed = refunds_changed || recorded == services::RecordedRefund::created || recorded == services::RecordedRefund::updated;
    }
    const FetchedOrder& fetched = one.fetched;
    RecordedOrder recorded = services::record_order(session, channel, fetched, now);
    // Of a version that is shown already nothing is written anew but this.
    const bool shown_before = recorded.outcome == RecordedOrder::Outcome::unchanged || recorded.outcome == RecordedOrder::Outcome::older;
    if (refunds_changed && shown_before && services::follow_refunds(session, channel, fetched.external_order_id, fetched.reader, now))
        recorded.outcome = RecordedOrder::Outcome::updated;
    if (one.awaits_acknowledgement && recorded.outcome == RecordedOrder::Outcome::created)
        store::JobRepo(session).enqueue(acknowledge_order_job(channel, fetched.external_order_id, now), now);
    store::RefundRepo held(session);
    for (const ChildStub& stub : one.refunds) {
        const auto known = held.find_held(channel.id, stub.external_id);
        if (known && (!stub.updated_at || known->remote_updated_at == stub.updated_at)) continue;
        store::JobRepo(session).enqueue(order_refunds_job(channel, fetched.external_order_id, now), now);
        break;
    }
    return recorded;
}

bool record_alone(const Env& env, const store::Channel& channel, const UnderstoodOrder& one) {
    try {
        const auto recorded = env.db.write(
            [&](db::Session& session) { return record(session, channel, one, env.clock.now()); });
        return changed(recorded.outcome);
    } catch (const db::Failure& failure) {
        if (failure.kind() != db::Failure::Kind::constraint && failure.kind() != db::Failure::Kind::bug) throw;
        env.db.write([&](db::Session& session) {
            store::OrderRepo orders(session);
            const bool erased = store::ErasureRepo(session).was_erased(channel.id, one.fetched.external_order_id);
            if (!orders.find_version(channel.id, one.fetched.external_order_id, one.fetched.content_hash))
                orders.add_version(channel.account_id, channel.id, one.fetched.external_order_id,
                                   one.fetched.remote_updated_at, one.fetched.content_hash,
                                   erased ? store::kErasedPayload : std::string_view{one.fetched.payload},
                                   env.clock.now());
            store::ProblemRepo(session).record(
                channel.account_id, channel.id, "order", one.fetched.external_order_id,
                {"unmappable", "the order holds something the database refuses; it is kept as sent and read again after an update"},
                env.clock.now());
        });
    }
    return false;
}

void note_missing(const Env& env, const store::Channel& channel, std::string_view external_order_id, const Error& why) {
    env.db.write([&](db::Session& session) {
        const Timestamp now = env.clock.now();
        store::OrderRepo orders(session);
        const auto held = orders.find_held(channel.id, external_order_id);
        if (why.code == "order_skipped") {  // a setting of ours leaves it out: the channel has it all the same
            if (held && held->remote_missing) orders.set_remote_missing(held->id, std::nullopt);
            store::ProblemRepo(session).resolve_one(channel.id, "order", external_order_id, "remote_missing", now);
            return;
        }
        if (!held || held->remote_missing) return;
        orders.set_remote_missing(held->id, now);
        store::ProblemRepo(session).record(channel.account_id, channel.id, "order", external_order_id,
                                           {"remote_missing", "the channel does not show this order any more; it is kept here"}, now);
    });
}

jobs::JobOutcome PullOrders::run(jobs::JobContext& context) {
    auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    if (open->channel.profile == "{}") {
        // What the channel says of itself (the shop's tax rule) is part of what its orders say: ask it first.
        const auto checked = check_channel(env_, open->channel);
        if (!checked) return jobs::outcome_of(checked.error());
        open = open_channel(env_, context.job);
        if (!open) return jobs::JobOutcome::done();
    }
    const store::Channel& channel = open->channel;
    connectors::OrderSource* source = open->connector->order_source();
    if (source == nullptr) return jobs::JobOutcome::done();

    const auto args = parse_json(context.job.args);
    const std::string name = args && args->is_object() ? args->value("stream", std::string{kOrdersStream}) : std::string{kOrdersStream};
    Window window(env_.db.read([&](db::Session& session) { return store::StreamRepo(session).load(channel.id, name); }),
                  source->most_empty_pages());
    const Timestamp now = env_.clock.now();
    const auto watermark = window.stream().watermark;
    if (!window.is_open()) window.set_state(with_export(window.stream().state, std::nullopt));
    connectors::BulkOrderSource* const bulk = open->connector->bulk_order_source();
    if (is_under_way(read_export(window.stream())) && bulk != nullptr)
        return go_on_with_export(env_, *open, *bulk, window.stream(), context);
    if (args && args->is_object() && args->contains("from_ms"))
        window.open(from_ms(args->value("from_ms", std::int64_t{0})));
    else
        window.open(watermark ? *watermark - Window::kOverlap : now - open->entry->settings.first_sync);

    const bool first_pull = name == kOrdersStream && !watermark;
    const bool may_be_long = first_pull || name == kBackfillStream;
    connectors::PullWindow asked{window.from(), std::nullopt};
    // A back-fill is asked for because what is held may be wrong: it reads everything.
    if (name != kBackfillStream)
        asked.holds = [&](const std::string& external_id, Timestamp updated_at) {
            return env_.db.read([&](db::Session& session) {
                return store::OrderRepo(session).shows_version(channel.id, external_id, updated_at, kSettled);
            });
        };
    const auto page = source->fetch_orders(asked, window.token());
    if (!page) return page_failed(env_, channel, window, page.error());
    if (context.cancelled()) return jobs::JobOutcome::again("");

    std::vector<UnderstoodOrder> orders;
    orders.reserve(page->orders.size());
    std::vector<std::string> ids;
    for (const connectors::RawOrder& raw : page->orders) {
        orders.push_back(understand(*open->connector, raw));
        ids.push_back(raw.external_order_id + '@' + std::to_string(to_ms(raw.updated_at)));
    }
    // A page of nothing but orders that are held is no empty page.
    ids.insert(ids.end(), page->left_out.begin(), page->left_out.end());

    bool moved_elsewhere = false;
    std::optional<domain::Problem> stuck;
    const Window before = window;
    // The stream's row and everything the page held go in together; a crash before reads the same page again.
    const auto store_page = [&](bool with_orders, std::int64_t changes) {
        env_.db.write([&](db::Session& session) {
            window = before;
            store::StreamRepo streams(session);
            const auto stored = streams.load(channel.id, name);
            if (!window.continues(stored)) {
                moved_elsewhere = true;
                return;
            }
            if (with_orders)
                for (const UnderstoodOrder& one : orders)
                    if (changed(record(session, channel, one, now).outcome)) ++changes;
            stuck = window.advance(page->next_cursor, ids, page->provider_now, now, source->list_lag(), changes);
            if (may_be_long && !stuck && !page->next_cursor.empty() && may_export(session, *open, bulk, window))
                window.set_state(begin_export(window.stream().state, now));
            if (!window.is_open()) window.set_state(with_export(window.stream().state, std::nullopt));
            streams.save(window.to_save());
            for (const domain::Problem& problem : page->problems)
                store::ProblemRepo(session).record(channel.account_id, channel.id, "channel", name, problem, now);
            if (!stuck && page->next_cursor.empty()) {
                walk_done(session, channel, name, now);
                if (window.changes() > 0) {
                    std::string data;
                    JsonWriter(data)
                        .begin_object()
                        .field("stream", name)
                        .field("seen", window.stream().seen)
                        .field("changed", window.changes())
                        .end_object();
                    store::EventRepo(session).append(
                        {channel.account_id, channel.id, "sync.completed", "channel", channel.id.value, data}, now);
                }
            }
        });
    };
    try {
        store_page(true, 0);
    } catch (const db::Failure& failure) {
        if (failure.kind() != db::Failure::Kind::constraint && failure.kind() != db::Failure::Kind::bug) throw;
        std::int64_t changes = 0;
        for (const UnderstoodOrder& one : orders)
            if (record_alone(env_, channel, one)) ++changes;
        store_page(false, changes);
    }
    env_.wake_jobs();
    if (moved_elsewhere) return jobs::JobOutcome::done();
    if (stuck) return walk_stuck(env_, channel, window, *stuck);
    const bool more = !page->next_cursor.empty();
    if (may_be_long && (window.changes() > 0 || window.stream().seen > 0))
        log::info("orders_backfill", {{"channel", channel.code}, {"stream", name}, {"orders", window.stream().seen}, {"done", !more}},
                  more ? "reading the channel's orders" : "all orders of this stretch are read");
    return more ? jobs::JobOutcome::again(page->next_cursor) : jobs::JobOutcome::done();
}

jobs::JobOutcome RefreshOrder::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::OrderSource* source = open->connector->order_source();
    const std::string external_id = text_argument(context.job, "external_order_id");
    if (source == nullptr || external_id.empty()) return jobs::JobOutcome::done();
    const Timestamp asked_at = env_.clock.now();
    const auto raw = source->fetch_order(external_id);
    if (!raw) {
        if (raw.error().kind != ErrorKind::not_found) return failed(env_, channel, kRefreshStream, raw.error());
        note_missing(env_, channel, external_id, raw.error());
        return jobs::JobOutcome::done();
    }
    const Timestamp now = env_.clock.now();
    UnderstoodOrder one = understand(*open->connector, *raw);
    one.fetched.asked_at = asked_at;
    const auto args = parse_json(context.job.args);
    const bool missed = args && args->is_object() && args->value("gap", false);
    env_.db.write([&](db::Session& session) {
        const RecordedOrder recorded = record(session, channel, one, now);
        // One by one many orders come this way: the channel's state is looked at only when it is not well.
        if (channel.state == store::ChannelState::ok) store::ProblemRepo(session).resolve(channel.id, "stream", kRefreshStream, now);
        else note_success(session, channel, kRefreshStream, now);
        if (!missed || recorded.outcome != RecordedOrder::Outcome::created) return;
        std::string data;
        JsonWriter(data).begin_object().field("external_order_id", external_id).end_object();
        store::EventRepo(session).append({channel.account_id, channel.id, "sync.gap_healed", "order", recorded.id.value, data}, now);
    });
    env_.wake_jobs();
    return jobs::JobOutcome::done();
}

namespace {

/// Refunds that could not be understood, once more: an update may have learnt to read them.
void remap_refunds(const Env& env, const OpenChannel& open) {
    constexpr std::int64_t kAtOnce = 1000;
    const connectors::RefundMapper* mapper = open.connector->order_refund_source();
    if (mapper == nullptr) mapper = open.connector->refund_source();
    if (mapper == nullptr) return;
    const auto held = env.db.read(
        [&](db::Session& session) { return store::RefundRepo(session).unmapped(open.channel.id, kAtOnce); });
    for (const store::UnmappedRefund& one : held) {
        if (one.payload == store::kErasedPayload) continue;  // there is nothing left to be read
        const connectors::RawRefund raw{one.external_refund_id, one.external_order_id, std::nullopt, one.payload, one.context, one.aliases};
        const services::FetchedRefund refund = understand(*mapper, raw);
        if (!refund.refund) continue;
        env.db.write([&](db::Session& session) { record_refunds(session, open, {refund}, env.clock.now()); });
    }
}

}  // namespace

jobs::JobOutcome RemapOrders::run(jobs::JobContext& context) {
    constexpr std::int64_t kBatch = 50;
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::OrderSource* source = open->connector->order_source();
    if (source == nullptr) return jobs::JobOutcome::done();

    // First those that were never understood, then those with lines no item was found for.
    if (context.job.cursor.empty()) {
        const auto stuck = env_.db.read(
            [&](db::Session& session) { return store::ProblemRepo(session).keys_with(channel.id, "order", "unmappable", 1000); });
        for (const std::string& external_id : stuck) {
            const auto newest = env_.db.read([&](db::Session& session) -> std::optional<std::pair<store::OrderVersion, std::string>> {
                store::OrderRepo orders(session);
                const auto versions = orders.versions(channel.id, external_id);
                const auto best = std::max_element(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
                    return std::pair{a.remote_updated_at, a.id} < std::pair{b.remote_updated_at, b.id};
                });
                if (best == versions.end()) return std::nullopt;
                return std::pair{*best, orders.payload_of(best->id).value_or("")};
            });
            if (!newest) continue;
            const connectors::RawOrder raw{external_id, newest->first.remote_updated_at, newest->second};
            const UnderstoodOrder one = understand(*open->connector, raw);
            if (!one.fetched.order) continue;
            env_.db.write([&](db::Session& session) { record(session, channel, one, env_.clock.now()); });
        }
        remap_refunds(env_, *open);
    }
    const OrderId after{context.job.cursor.empty() ? 0 : std::stoll(context.job.cursor)};
    const services::OrderReader reader = reader_of(*source);
    std::vector<OrderId> batch;
    std::vector<services::ShownOrder> shown;
    env_.db.read([&](db::Session& session) {
        shown.clear();
        batch = store::OrderRepo(session).with_unresolved_lines(channel.id, after, kBatch);
        for (const OrderId id : batch)
            if (auto order = services::read_shown_order(session, channel, id, reader)) shown.push_back(std::move(*order));
    });
    if (!shown.empty())
        env_.db.write([&](db::Session& session) {
            for (const services::ShownOrder& one : shown) services::rerender_order(session, channel, one, false, env_.clock.now());
        });
    if (batch.size() < static_cast<std::size_t>(kBatch)) return jobs::JobOutcome::done();
    return jobs::JobOutcome::again(std::to_string(batch.back().value));
}

}  // namespace crossdock::sync
