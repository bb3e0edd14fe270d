// SPDX-License-Identifier: Apache-2.0
#include "sync/acknowledge_order.h"

#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "observability/log.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/pager_guard.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

constexpr auto kUntilFirstPull = std::chrono::minutes{2};

constexpr std::string_view kAcknowledgementStream = "acknowledgements";
constexpr const char* kNotAcknowledged = "not_acknowledged";

}  // namespace

domain::JobSpec acknowledge_order_job(const store::Channel& channel, std::string_view external_order_id,
                                      Timestamp run_at) {
    std::string args;
    JsonWriter(args).begin_object().field("external_order_id", external_order_id).end_object();
    return {
        channel.account_id,
        channel.id,
        domain::Lane::push,
        std::string{kAcknowledgeOrder},
        std::string{kAcknowledgeOrder} + ':' + std::to_string(channel.id.value) + ':' + std::string{external_order_id},
        args,
        run_at};
}

domain::JobSpec find_unacknowledged_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id,
            channel.id,
            domain::Lane::orders,
            std::string{kFindUnacknowledged},
            std::string{kFindUnacknowledged} + ':' + std::to_string(channel.id.value),
            "{}",
            run_at};
}

jobs::JobOutcome AcknowledgeOrder::run(jobs::JobContext& context) {
    using State = connectors::PushOutcome::State;
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::OrderAcknowledger* acknowledger = open->connector->order_acknowledger();
    const auto args = parse_json(context.job.args);
    if (acknowledger == nullptr || !args || !args->is_object()) return jobs::JobOutcome::done();
    const std::string external_id = args->value("external_order_id", "");
    const auto outcome = acknowledger->acknowledge_order(external_id);
    const Timestamp now = env_.clock.now();
    if (outcome.state == State::succeeded || outcome.state == State::failed) {
        env_.db.write([&](db::Session& session) {
            store::ProblemRepo problems(session);
            if (outcome.state == State::failed) {
                problems.record(channel.account_id, channel.id, "order", external_id,
                                {kNotAcknowledged, "the channel did not take the acknowledgement: " + outcome.message}, now);
                return;
            }
            problems.resolve_one(channel.id, "order", external_id, kNotAcknowledged, now);
            note_success(session, channel, kAcknowledgementStream, now);
        });
        if (outcome.state == State::failed)
            log::warn("acknowledgement_failed",
                      {{"channel", channel.code}, {"order", external_id}, {"code", outcome.code}}, outcome.message);
        return jobs::JobOutcome::done();
    }
    // Acknowledging twice is harmless, so an unknown outcome is simply tried again.
    const ErrorKind kind = outcome.denied ? ErrorKind::denied : outcome.retry_after ? ErrorKind::rate_limited : ErrorKind::unavailable;
    return failed(env_, channel, kAcknowledgementStream,
                  {kind, outcome.code.empty() ? "push_again" : outcome.code, outcome.message, outcome.retry_after});
}

jobs::JobOutcome FindUnacknowledged::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::OrderAcknowledger* acknowledger = open->connector->order_acknowledger();
    if (acknowledger == nullptr) return jobs::JobOutcome::done();
    // The first pull brings every order, a page at a time, and each is acknowledged as it comes. Listed and fetched one by
    // one as well they would only be in its way; unless it does not get on.
    const auto orders_stream = env_.db.read([&](db::Session& session) { return store::StreamRepo(session).load(channel.id, kOrdersStream); });
    if (!orders_stream.watermark && !orders_stream.last_error)
        return jobs::JobOutcome::wait(kUntilFirstPull, {ErrorKind::rate_limited, "first_pull", "waits for the first pull of orders"});
    std::string token;
    PagerGuard guard = PagerGuard::resume("");
    do {
        const auto page = acknowledger->list_unacknowledged(token);
        if (!page) return failed(env_, channel, kAcknowledgementStream, page.error());
        const Timestamp now = env_.clock.now();
        if (const auto stuck = guard.look(token, page->next_cursor, page->external_ids)) {
            env_.db.write([&](db::Session& session) {
                store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", kAcknowledgementStream, *stuck, now);
            });
            return jobs::JobOutcome::stop({ErrorKind::unavailable, stuck->code, stuck->message});
        }
        env_.db.write([&](db::Session& session) {
            store::OrderRepo orders(session);
            store::JobRepo jobs(session);
            for (const std::string& id : page->external_ids)
                jobs.enqueue(orders.holds(channel.id, id) ? acknowledge_order_job(channel, id, now)
                                                          : refresh_order_job(channel, id, now),
                             now);
        });
        env_.wake_jobs();
        token = page->next_cursor;
        if (context.cancelled()) return jobs::JobOutcome::again("");
    } while (!token.empty());
    env_.db.write([&](db::Session& session) { note_success(session, channel, kAcknowledgementStream, env_.clock.now()); });
    return jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
