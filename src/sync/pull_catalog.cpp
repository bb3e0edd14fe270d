// SPDX-License-Identifier: Apache-2.0
#include "sync/pull_catalog.h"

#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "observability/log.h"
#include "store/item_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/bulk_catalog.h"
#include "sync/pull_orders.h"
#include "sync/window.h"

namespace crossdock::sync {
namespace {

constexpr auto kLag = std::chrono::seconds{60};
constexpr std::int64_t kRetireBatch = 500;
constexpr auto kWholeLately = std::chrono::hours{12};
constexpr std::int64_t kTellEvery = 5'000;  // items

domain::JobSpec catalog_job(const store::Channel& channel, std::string_view stream, Timestamp run_at) {
    std::string args;
    JsonWriter(args).begin_object().field("stream", stream).end_object();
    return {channel.account_id,
            channel.id,
            domain::Lane::bulk,
            std::string{kPullCatalog},
            std::string{kPullCatalog} + ':' + std::to_string(channel.id.value) + ':' + std::string{stream},
            args,
            run_at};
}

constexpr const char* kPartialWalk = "partial_walk";  // the walk that did not see everything: what it did not meet is not gone
constexpr const char* kWhole = "whole_ms";  // of a stream's state: when it last had seen everything

std::string with_number(const std::string& state, const char* name, std::int64_t number) {
    nlohmann::json all = nlohmann::json::object();
    if (const auto held = parse_json(state); held && held->is_object()) all = *held;
    all[name] = number;
    return all.dump();
}

std::int64_t number_in(const std::string& state, const char* name) {
    const auto held = parse_json(state);
    return held && held->is_object() ? held->value(name, std::int64_t{0}) : 0;
}

/// The first pull of the catalogue reads everything, too, and after a start every timer is due.
bool is_read_anyway(db::Session& session, const store::Channel& channel, Timestamp now) {
    store::StreamRepo streams(session);
    if (!streams.load(channel.id, kCatalogStream).watermark) return true;
    for (const std::string_view name : {kCatalogStream, kCatalogFullStream})
        if (now - from_ms(number_in(streams.load(channel.id, name).state, kWhole)) < kWholeLately) return true;
    return false;
}

void tell(const store::Channel& channel, const Window& window, std::string_view stream, std::string_view what) {
    log::info("catalog_walk",
              {{"channel", channel.code},
               {"stream", stream},
               {"items", window.stream().seen},
               {"expected", window.expected()},
               {"changed", window.changes()}},
              std::string{what});
}

}  // namespace

UnderstoodItem understand(const connectors::CatalogSource& source, const connectors::RawItem& raw) {
    return {raw.variant_id, source.map_item(raw.payload)};
}

services::RecordedItems record(const Env& env, db::Session& session, const store::Channel& channel, const UnderstoodItem& one,
                               std::int64_t walk, Timestamp now) {
    store::ProblemRepo problems(session);
    if (!one.rows) {
        problems.record(channel.account_id, channel.id, "item", one.variant_id, {"unmappable", one.rows.error().message}, now);
        return {};
    }
    problems.resolve(channel.id, "item", one.variant_id, now);
    return services::record_variant(session, channel, *one.rows, walk, now, env.low_stock);
}

void record_alone(const Env& env, const store::Channel& channel, const UnderstoodItem& one, std::int64_t walk) {
    try {
        env.db.write([&](db::Session& session) { record(env, session, channel, one, walk, env.clock.now()); });
    } catch (const db::Failure& failure) {
        if (failure.kind() != db::Failure::Kind::constraint && failure.kind() != db::Failure::Kind::bug) throw;
        env.db.write([&](db::Session& session) {
            store::ProblemRepo(session).record(channel.account_id, channel.id, "item", one.variant_id,
                                               {"unmappable", "the item holds something the database refuses; it is read again with "
                                                              "the next walk through the catalogue"},
                                               env.clock.now());
        });
    }
}

std::string with_whole(const std::string& state, Timestamp now) { return with_number(state, kWhole, to_ms(now)); }

void retire_unseen(const Env& env, const store::Channel& channel, std::int64_t walk) {
    while (env.db.write([&](db::Session& session) {
        return services::retire_unseen_items(session, channel, walk, env.clock.now(), kRetireBatch);
    }) == kRetireBatch) {
    }
}

domain::JobSpec pull_catalog_job(const store::Channel& channel, Timestamp run_at) {
    return catalog_job(channel, kCatalogStream, run_at);
}

domain::JobSpec full_catalog_job(const store::Channel& channel, Timestamp run_at) {
    return catalog_job(channel, kCatalogFullStream, run_at);
}

domain::JobSpec daily_catalog_job(const store::Channel& channel, Timestamp run_at) {
    domain::JobSpec job = catalog_job(channel, kCatalogFullStream, run_at);
    job.args.insert(job.args.size() - 1, ",\"daily\":true");
    return job;
}

domain::JobSpec pull_carriers_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id,
            channel.id,
            domain::Lane::bulk,
            std::string{kPullCarriers},
            std::string{kPullCarriers} + ':' + std::to_string(channel.id.value),
            "{}",
            run_at};
}

jobs::JobOutcome PullCatalog::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::CatalogSource* source = open->connector->catalog_source();
    if (source == nullptr) return jobs::JobOutcome::done();
    const auto args = parse_json(context.job.args);
    const std::string name = args && args->is_object() ? args->value("stream", std::string{kCatalogStream}) : std::string{kCatalogStream};

    Window window(env_.db.read([&](db::Session& session) { return store::StreamRepo(session).load(channel.id, name); }),
                  source->most_empty_pages());
    const Timestamp now = env_.clock.now();
    const auto watermark = window.stream().watermark;
    const bool full = name == kCatalogFullStream || !watermark;
    const bool daily = args && args->is_object() && args->value("daily", false);
    if (daily && !window.is_open() && env_.db.read([&](db::Session& session) { return is_read_anyway(session, channel, now); }))
        return jobs::JobOutcome::done();
    if (!window.is_open()) window.set_state(with_export(window.stream().state, std::nullopt));
    connectors::BulkCatalogSource* const bulk = open->connector->bulk_catalog_source();
    if (is_under_way(read_export(window.stream())) && bulk != nullptr)
        return go_on_with_export(env_, *open, *bulk, window.stream(), context);
    window.open(full ? from_ms(0) : *watermark - Window::kOverlap);

    if (window.first_page()) {
        const auto locations = source->fetch_locations();
        if (!locations) return failed(env_, channel, name, locations.error());
        env_.db.write([&](db::Session& session) {
            store::LocationRepo repo(session);
            for (const domain::Location& location : *locations) repo.upsert(channel.account_id, channel.id, location);
        });
    }
    const auto page = source->fetch_items(full ? std::nullopt : std::optional{window.from()}, window.token());
    if (!page) return page_failed(env_, channel, window, page.error());
    if (context.cancelled()) return jobs::JobOutcome::again("");
    window.expect(page->total);
    if (page->ask_again_after && page->items.empty()) {
        const bool first_time = window.token().empty();
        window.wait_at(page->next_cursor);
        if (first_time) tell(channel, window, name, "the channel is making the list of its items");
        env_.db.write([&](db::Session& session) { store::StreamRepo(session).save(window.to_save()); });
        return jobs::JobOutcome::again(page->next_cursor, *page->ask_again_after);
    }
    std::vector<UnderstoodItem> variants;
    std::vector<std::string> ids;
    for (const connectors::RawItem& raw : page->items) {
        variants.push_back(understand(*source, raw));
        ids.push_back(raw.variant_id);
    }
    // A walk has one number from its first page to its last; it rises by one with every walk, of either stream.
    const std::int64_t walk = full ? window.stream().generation + 1 : 0;
    const bool last = page->next_cursor.empty();
    bool moved_elsewhere = false;
    std::optional<domain::Problem> stuck;
    services::RecordedItems figures;
    env_.db.write([&](db::Session& session) {
        store::StreamRepo streams(session);
        if (!window.continues(streams.load(channel.id, name))) {
            moved_elsewhere = true;
            return;
        }
        for (const UnderstoodItem& variant : variants) {
            const auto one = record(env_, session, channel, variant, walk, now);
            figures.created += one.created;
            figures.updated += one.updated;
        }
        if (page->partial) window.set_state(with_number(window.stream().state, kPartialWalk, walk));
        stuck = window.advance(page->next_cursor, ids, page->provider_now, now, kLag, figures.created + figures.updated);
        const bool whole = number_in(window.stream().state, kPartialWalk) != walk;
        if (full && last && !stuck && whole) window.set_state(with_whole(window.stream().state, now));
        if (full && !stuck && !last && may_export(session, *open, bulk, window))
            window.set_state(begin_export(window.stream().state, now));
        if (!window.is_open()) window.set_state(with_export(window.stream().state, std::nullopt));
        streams.save(window.to_save());
        if (stuck || !last) return;
        note_success(session, channel, name, now);
        if (name == kCatalogFullStream) tell_completed(session, channel, name, window.stream().seen, now);
        if (window.changes() > 0) store::JobRepo(session).enqueue(remap_orders_job(channel, now), now);
    });
    env_.wake_jobs();
    if (moved_elsewhere) return jobs::JobOutcome::done();
    if (stuck) return walk_stuck(env_, channel, window, *stuck);
    const std::int64_t seen = window.stream().seen, before = seen - static_cast<std::int64_t>(ids.size());
    if (last && full) tell(channel, window, name, "all of the channel's items are read");
    else if (seen / kTellEvery != before / kTellEvery) tell(channel, window, name, "reading the channel's items");
    if (!last) return jobs::JobOutcome::again(page->next_cursor);
    // Only a walk that saw everything may say that something is gone.
    const bool whole = number_in(window.stream().state, kPartialWalk) != walk;
    if (name == kCatalogFullStream && window.stream().seen > 0 && whole) retire_unseen(env_, channel, walk);
    return jobs::JobOutcome::done();
}

jobs::JobOutcome PullCarriers::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::CarrierSource* source = open->connector->carrier_source();
    if (source == nullptr) return jobs::JobOutcome::done();
    const auto codes = source->carrier_codes();
    if (!codes) return failed(env_, channel, "carriers", codes.error());
    env_.db.write([&](db::Session& session) {
        store::CarrierRepo(session).replace(channel.account_id, channel.id, *codes);
        note_success(session, channel, "carriers", env_.clock.now());
    });
    return jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
