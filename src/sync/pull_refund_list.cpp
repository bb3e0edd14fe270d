// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "domain/payment_status.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"
#include "sync/window.h"

namespace crossdock::sync {

domain::JobSpec pull_refunds_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id,
            channel.id,
            domain::Lane::orders,
            std::string{kPullRefunds},
            std::string{kPullRefunds} + ':' + std::to_string(channel.id.value),
            "{}",
            run_at};
}

services::FetchedRefund understand(const connectors::RefundMapper& mapper, const connectors::RawRefund& raw) {
    std::vector<domain::Problem> problems;
    auto mapped = mapper.map_refund(raw, problems);
    return {raw.external_refund_id, raw.external_order_id, raw.updated_at, raw.payload, raw.context,
            std::move(mapped),      std::move(problems),   raw.aliases};
}

std::int64_t record_refunds(db::Session& session, const OpenChannel& open, const std::vector<services::FetchedRefund>& refunds,
                            Timestamp now) {
    const store::Channel& channel = open.channel;
    std::int64_t changes = 0;
    std::set<std::string_view> orders;
    for (const services::FetchedRefund& refund : refunds) {
        const auto recorded = services::record_refund(session, channel, refund, now);
        if (recorded != services::RecordedRefund::created && recorded != services::RecordedRefund::updated) continue;
        ++changes;
        orders.insert(refund.external_order_id);
    }
    connectors::OrderSource* source = open.connector->order_source();
    if (orders.empty() || source == nullptr) return changes;
    const bool listed_by_themselves = open.connector->refund_source() != nullptr;
    for (const std::string_view id : orders) {
        if (domain::refunds_decide_payment_status(channel.provider)) {
            services::follow_refunds(session, channel, id, reader_of(*source), now);
        } else if (listed_by_themselves) {
            const auto held = store::OrderRepo(session).find_held(channel.id, id);
            if (held && held->payment_status != "refunded") store::JobRepo(session).enqueue(refresh_order_job(channel, id, now), now);
        }
    }
    return changes;
}

jobs::JobOutcome PullRefunds::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::RefundSource* source = open->connector->refund_source();
    if (source == nullptr) return jobs::JobOutcome::done();

    Window window(
        env_.db.read([&](db::Session& session) { return store::StreamRepo(session).load(channel.id, kRefundsStream); }),
        source->most_empty_pages());
    const Timestamp now = env_.clock.now();
    const auto watermark = window.stream().watermark;
    window.open(watermark ? *watermark - source->reach_back() : now - open->entry->settings.first_sync);
    const auto page = source->fetch_refunds({window.from(), std::nullopt, {}}, window.token());
    if (!page) return page_failed(env_, channel, window, page.error());
    if (context.cancelled()) return jobs::JobOutcome::again("");

    std::vector<services::FetchedRefund> refunds;
    std::vector<std::string> ids;
    for (const connectors::RawRefund& raw : page->refunds) {
        refunds.push_back(understand(*source, raw));
        ids.push_back(raw.external_refund_id);
    }
    bool moved_elsewhere = false;
    std::optional<domain::Problem> stuck;
    env_.db.write([&](db::Session& session) {
        store::StreamRepo streams(session);
        if (!window.continues(streams.load(channel.id, kRefundsStream))) {
            moved_elsewhere = true;
            return;
        }
        const std::int64_t changes = record_refunds(session, *open, refunds, now);
        stuck = window.advance(page->next_cursor, ids, page->provider_now, now, source->list_lag(), changes);
        streams.save(window.to_save());
        for (const domain::Problem& problem : page->problems)
            store::ProblemRepo(session).record(channel.account_id, channel.id, "channel", kRefundsStream, problem, now);
        if (!stuck && page->next_cursor.empty()) walk_done(session, channel, kRefundsStream, now);
    });
    if (moved_elsewhere) return jobs::JobOutcome::done();
    if (stuck) return walk_stuck(env_, channel, window, *stuck);
    return page->next_cursor.empty() ? jobs::JobOutcome::done() : jobs::JobOutcome::again(page->next_cursor);
}

}  // namespace crossdock::sync
