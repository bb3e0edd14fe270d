// SPDX-License-Identifier: Apache-2.0
#include "sync/fetch_fba_items.h"

#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "observability/log.h"
#include "services/record_fba.h"
#include "store/fba_repo.h"
#include "store/problem_repo.h"
#include "sync/fba_item_walk.h"
#include "sync/fba_throttle.h"
#include "sync/sync_fba.h"

namespace crossdock::sync {
namespace {

using Step = FbaItemWalk::Step;

constexpr std::int64_t kMostPerBackfill =
    15 * static_cast<std::int64_t>(services::kFbaBatch);  // done when the next is due

std::int64_t batch_of(const domain::Job& job) {
    const auto args = nlohmann::json::parse(job.args, nullptr, false);
    return args.is_object() ? args.value("batch", std::int64_t{0}) : 0;
}

/// The shipment is through, one way or the other: on to the next of its batch. Inside the caller's transaction. False
/// when there is none.
bool move_on(db::Session& session, std::int64_t batch, const store::FbaInboundShipment& shipment) {
    store::FbaRepo shipments(session);
    shipments.leave_batch(shipment.id);
    if (shipments.next_in_batch(batch)) return true;
    shipments.drop_batch(batch);
    return false;
}

jobs::JobOutcome next_one(bool more) {
    return more ? jobs::JobOutcome::again("next", services::kFbaShipmentPause) : jobs::JobOutcome::done();
}

/// The words for the log and, where it matters to a person, for the list of problems.
void tell_verdict(db::Session& session, const store::Channel& channel, const store::FbaInboundShipment& shipment,
                  const FbaItemWalk::Verdict& verdict, Timestamp now) {
    const std::string& id = shipment.facts.shipment_id;
    store::ProblemRepo problems(session);
    if (verdict.step == Step::incomplete)
        problems.record(channel.account_id, channel.id, "fba_shipment", id,
                        {"items_incomplete", "the list of items may not be complete: " + verdict.why +
                                                 ". Compare it with the shipment in Seller Central"},
                        now);
    else
        problems.resolve(channel.id, "fba_shipment", id, now, {{"unmappable", ""}, {"cartons_wait", ""}});
}

}  // namespace

jobs::JobOutcome FetchFbaItems::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    const std::int64_t batch = batch_of(context.job);
    if (!open) {
        env_.db.write([&](db::Session& session) { store::FbaRepo(session).drop_batch(batch); });
        return jobs::JobOutcome::done();
    }
    const store::Channel& channel = open->channel;
    connectors::FbaSource* source = open->connector->fba_source();
    const auto shipment =
        env_.db.read([&](db::Session& session) { return store::FbaRepo(session).next_in_batch(batch); });
    if (source == nullptr || !shipment) {
        env_.db.write([&](db::Session& session) { store::FbaRepo(session).drop_batch(batch); });
        return jobs::JobOutcome::done();
    }
    const std::string& shipment_id = shipment->facts.shipment_id;
    const FbaItemWalk walk = FbaItemWalk::resume(context.job.cursor, shipment->id);
    const bool was_on_sibling = walk.on_sibling();
    const auto page =
        source->fetch_fba_items(shipment_id, shipment->facts.marketplace_id, walk.token(), walk.on_sibling());

    const auto shown_as_is = [&](const FbaItemWalk::Verdict& verdict) {
        return env_.db.write([&](db::Session& session) {
            const Timestamp now = env_.clock.now();
            services::show_fba_items(session, *shipment, now);
            tell_verdict(session, channel, *shipment, verdict, now);
            return move_on(session, batch, *shipment);
        });
    };
    const auto given_up = [&](const Error& error) {
        log::error("fba_items_failed", {{"channel", channel.code}, {"shipment", shipment_id}, {"code", error.code}},
                   error.message);
        return env_.db.write([&](db::Session& session) {
            services::note_items_failed(session, *shipment, error, env_.clock.now());
            return move_on(session, batch, *shipment);
        });
    };

    if (!page) {
        const Error& error = page.error();
        if (is_throttled(error)) {
            const Throttle next = after_throttle(walk.tries(), error);
            log::warn("fba_throttled",
                      {{"channel", channel.code}, {"stream", kFbaItemStream}, {"again_in_ms", next.delay}},
                      error.message);
            return jobs::JobOutcome::again(walk.throttled(next.tries).cursor(), next.delay);
        }
        // Our own budget, or credentials: no fault of this shipment.
        if (error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::denied)
            return extra_failed(env_, channel, kFbaItemStream, error, kFbaAdvice);
        if (was_on_sibling) {
            log::warn("fba_items_incomplete", {{"channel", channel.code}, {"shipment", shipment_id}}, error.message);
            return next_one(
                shown_as_is({Step::incomplete, "Amazon's list of all shipments' items failed: " + error.message}));
        }
        return next_one(given_up(error));
    }
    if (context.cancelled()) return jobs::JobOutcome::again(walk.cursor());

    std::vector<store::FbaRepo::Item> items;
    for (const std::string& payload : page->items)
        if (!was_on_sibling || is_item_of(payload, shipment_id)) items.push_back(to_item(payload));
    const std::int64_t number = walk.page();
    FbaItemWalk after;
    FbaItemWalk::Verdict verdict;
    bool more = false;
    bool gone = false;
    env_.db.write([&](db::Session& session) {
        store::FbaRepo shipments(session);
        const auto still = shipments.next_in_batch(batch);
        gone = !still || still->id != shipment->id;
        if (gone) return;
        const Timestamp now = env_.clock.now();
        after = walk;
        verdict = after.look(items.size(), shipments.stage_items(shipment->id, number, items), page->next_token);
        switch (verdict.step) {
            case Step::next_page:
            case Step::sibling: break;
            case Step::whole:
            case Step::spinning:
            case Step::incomplete:
                services::show_fba_items(session, *shipment, now);
                tell_verdict(session, channel, *shipment, verdict, now);
                more = move_on(session, batch, *shipment);
                break;
            case Step::broken:
                services::note_items_failed(session, *shipment,
                                            {ErrorKind::unavailable, "fba_items_endless", verdict.why}, now);
                more = move_on(session, batch, *shipment);
                break;
        }
        note_success(session, channel, kFbaItemStream, now);
    });
    if (gone) return jobs::JobOutcome::again("next", services::kFbaShipmentPause);
    const log::Field where[] = {{"channel", channel.code}, {"shipment", shipment_id}, {"page", number}};
    switch (verdict.step) {
        case Step::next_page: return jobs::JobOutcome::again(after.cursor(), services::kFbaPagePause);
        case Step::sibling:
            log::warn("fba_items_spinning", {where[0], where[1], where[2]},
                      verdict.why + "; going on through Amazon's other list");
            return jobs::JobOutcome::again(after.cursor(), services::kFbaPagePause);
        case Step::whole: break;
        case Step::spinning: log::warn("fba_items_spinning", {where[0], where[1], where[2]}, verdict.why); break;
        case Step::incomplete: log::warn("fba_items_incomplete", {where[0], where[1], where[2]}, verdict.why); break;
        case Step::broken: log::error("fba_items_endless", {where[0], where[1], where[2]}, verdict.why); break;
    }
    return next_one(more);
}

jobs::JobOutcome BackfillFbaItems::run(jobs::JobContext& context) {
    if (!context.job.channel_id) return jobs::JobOutcome::done();
    env_.db.write([&](db::Session& session) {
        const auto channel = store::ChannelRepo(session).get(*context.job.channel_id);
        if (!channel || !channel->enabled || services::settle_item_batches(session, *channel) > 0) return;
        const Timestamp now = env_.clock.now();
        services::queue_item_fetches(session, *channel,
                                     store::FbaRepo(session).without_items(channel->id, now, kMostPerBackfill),
                                     services::kFbaBatchStagger, 0, now);
    });
    env_.wake_jobs();
    return jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
