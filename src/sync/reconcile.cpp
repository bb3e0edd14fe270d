// SPDX-License-Identifier: Apache-2.0
#include "sync/reconcile.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "observability/log.h"
#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/pager_guard.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

constexpr std::string_view kReconcileStream = "reconcile";
constexpr auto kFirstPull = std::chrono::minutes{2};
// What was placed within the last minutes may still be on its way through the ordinary pull.
constexpr auto kTooFresh = std::chrono::minutes{15};

/// A page of nothing but orders that a setting leaves out is no empty page.
std::vector<std::string> page_ids(const connectors::IdPage& page) {
    std::vector<std::string> ids = page.external_ids;
    ids.insert(ids.end(), page.skipped.begin(), page.skipped.end());
    return ids;
}

void tell_gap(db::Session& session, const store::Channel& channel, std::string_view type, const store::Reconciliation& figures, Timestamp now) {
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("from", format_rfc3339(figures.from))
        .field("upto", format_rfc3339(figures.upto))
        .field("reported", figures.reported)
        .field("held", figures.held)
        .field("missing", figures.missing)
        .end_object();
    store::EventRepo(session).append({channel.account_id, channel.id, type, "channel", channel.id.value, data}, now);
}

}  // namespace

domain::JobSpec reconcile_job(const store::Channel& channel, int days, Timestamp run_at) {
    std::string args;
    JsonWriter(args).begin_object().field("days", static_cast<std::int64_t>(days)).end_object();
    return {channel.account_id,
            channel.id,
            domain::Lane::bulk,
            std::string{kReconcile},
            std::string{kReconcile} + ':' + std::to_string(channel.id.value),
            args,
            run_at};
}

jobs::JobOutcome Reconcile::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::OrderSource* source = open->connector->order_source();
    const auto args = parse_json(context.job.args);
    if (source == nullptr || !args || !args->is_object()) return jobs::JobOutcome::done();
    const auto days = std::clamp<std::int64_t>(args->value("days", std::int64_t{3}), 1, 3650);

    // Before the first pull is through there is nothing to compare with.
    const auto pulled = env_.db.read([&](db::Session& session) { return store::StreamRepo(session).load(channel.id, kOrdersStream).watermark; });
    if (!pulled) return jobs::JobOutcome::wait(kFirstPull, {ErrorKind::rate_limited, "first_pull", "waits for the first pull of orders"});

    // The cursor is the end of the stretch that comes next, going back in time, and how many were missing so far.
    const Timestamp now = env_.clock.now();
    const Timestamp newest = now - kTooFresh;
    const std::string& cursor = context.job.cursor;
    const Timestamp upto = cursor.empty() ? newest : from_ms(std::stoll(cursor));
    std::int64_t missing_before = cursor.empty() ? 0 : std::stoll(cursor.substr(cursor.find('/') + 1));
    const Timestamp from = upto - std::chrono::hours{24};
    const Timestamp oldest = newest - std::chrono::hours{24 * days};

    std::set<std::string> reported, skipped;
    std::string token;
    PagerGuard guard = PagerGuard::resume("", source->most_empty_pages());
    do {
        const auto page = source->list_order_ids({from, upto}, token);
        if (!page) return failed(env_, channel, kReconcileStream, page.error());
        if (const auto stuck = guard.look(token, page->next_cursor, page_ids(*page))) {
            env_.db.write([&](db::Session& session) {
                store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", kReconcileStream, *stuck, now);
            });
            return jobs::JobOutcome::stop({ErrorKind::unavailable, stuck->code, stuck->message});
        }
        reported.insert(page->external_ids.begin(), page->external_ids.end());
        skipped.insert(page->skipped.begin(), page->skipped.end());
        token = page->next_cursor;
        if (context.cancelled()) return jobs::JobOutcome::again(cursor);
    } while (!token.empty());

    store::Reconciliation figures;
    figures.account = channel.account_id;
    figures.channel = channel.id;
    figures.from = from;
    figures.upto = upto;
    figures.reported = static_cast<std::int64_t>(reported.size());
    figures.finished_at = now;
    env_.db.write([&](db::Session& session) {
        store::OrderRepo orders(session);
        store::JobRepo jobs(session);
        const auto held = orders.placed_between(channel.id, from, upto);
        figures.held = static_cast<std::int64_t>(held.size());
        for (const std::string& id : reported) {
            if (orders.holds(channel.id, id)) continue;
            ++figures.missing;
            jobs.enqueue(missed_order_job(channel, id, now), now);
        }
        // What we hold and the channel does not list is asked for by id: only then it may be called missing there.
        for (const std::string& id : held)
            if (reported.count(id) == 0 && skipped.count(id) == 0) {
                const auto order = orders.find_held(channel.id, id);
                if (order && !order->remote_missing) jobs.enqueue(refresh_order_job(channel, id, now), now);
            }
        store::ReconciliationRepo(session).add(figures);
        if (figures.missing > 0) {
            tell_gap(session, channel, "sync.gap_found", figures, now);
            store::ProblemRepo(session).record(
                channel.account_id, channel.id, "stream", kReconcileStream,
                {"gap_found", std::to_string(figures.missing) + " orders placed between " + format_rfc3339(from) + " and " +
                                  format_rfc3339(upto) + " were missing here; they are being fetched"},
                now);
        }
        if (from > oldest) return;
        tell_completed(session, channel, kReconcileStream, figures.reported, now);
        store::StreamRepo(session).note_success(channel.id, kReconcileStream, now);
        // A gap stays listed until a whole run finds none.
        if (missing_before + figures.missing == 0) note_success(session, channel, kReconcileStream, now);
    });
    if (figures.missing > 0) {
        log::warn("gap_found", {{"channel", channel.code}, {"missing", figures.missing}, {"reported", figures.reported}},
                  "the channel has orders that were missing here; they are being fetched");
        env_.wake_jobs();
    }
    if (from <= oldest) return jobs::JobOutcome::done();
    return jobs::JobOutcome::again(std::to_string(to_ms(from)) + '/' + std::to_string(missing_before + figures.missing));
}

}  // namespace crossdock::sync
