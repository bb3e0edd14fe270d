// SPDX-License-Identifier: Apache-2.0
#include "sync/find_fba_plans.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "observability/log.h"
#include "store/carton_repo.h"
#include "store/content_hash.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/fba_throttle.h"
#include "sync/sync_fba.h"

namespace crossdock::sync {
namespace {

using nlohmann::json;

constexpr std::chrono::hours kPlanReach{24 * 90};
constexpr std::chrono::milliseconds kPlanPause{600};  // twice a second is allowed
constexpr std::int64_t kMostPlanCalls = 5'000;
constexpr std::int64_t kMostWaitingShipments = 200;
constexpr int kPlanRestarts = 3;
constexpr const char* kWalkBegan = "walk_began_ms";

/// Where a walk stands: the job's cursor.
struct PlanWalk {
    std::int64_t began_ms = 0;
    std::string cursor;  // the connector's
    std::int64_t calls = 0;
    int tries = 0, restarts = 0;
    std::vector<std::string> seen;  // short hashes of the plans that were listed

    static PlanWalk read(const std::string& text, Timestamp now) {
        PlanWalk walk;
        walk.began_ms = to_ms(now);
        const auto parsed = parse_json(text);
        if (!parsed || !parsed->is_object()) return walk;
        walk.began_ms = parsed->value("began", walk.began_ms);
        walk.cursor = parsed->value("at", "");
        walk.calls = parsed->value("calls", std::int64_t{0});
        walk.tries = parsed->value("tries", 0);
        walk.restarts = parsed->value("restarts", 0);
        walk.seen = parsed->value("seen", std::vector<std::string>{});
        return walk;
    }
    [[nodiscard]] std::string text() const {
        return json{{"began", began_ms}, {"at", cursor},         {"calls", calls},
                    {"tries", tries},    {"restarts", restarts}, {"seen", seen}}
            .dump(-1, ' ', false, json::error_handler_t::replace);
    }
    /// False when every plan of a page was listed before: its token leads nowhere.
    bool has_news(const std::vector<std::string>& plans) {
        bool news = plans.empty();
        for (const std::string& plan : plans) {
            std::string hash = store::content_hash(plan).substr(0, 12);
            if (std::find(seen.begin(), seen.end(), hash) != seen.end()) continue;
            seen.push_back(std::move(hash));
            news = true;
        }
        return news;
    }
};

void send_waiting_cartons(db::Session& session, const store::Channel& channel, Timestamp now) {
    for (const FbaShipmentId id : store::CartonRepo(session).with_open_pushes(channel.id, kMostWaitingShipments))
        store::JobRepo(session).enqueue(services::push_cartons_job(channel.account_id, channel.id, id, now), now);
}

}  // namespace

bool fba_plans_walked_since(db::Session& session, ChannelId channel, Timestamp since) {
    const auto state = parse_json(store::StreamRepo(session).load(channel, kFbaPlanStream).state);
    return state && state->is_object() && state->value(kWalkBegan, std::int64_t{-1}) >= to_ms(since);
}

jobs::JobOutcome FindFbaPlans::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::FbaPlanSource* source = open->connector->fba_plan_source();
    if (source == nullptr || !source->wants_fba_plans()) return jobs::JobOutcome::done();
    PlanWalk walk = PlanWalk::read(context.job.cursor, env_.clock.now());
    if (!env_.db.read([&](db::Session& session) { return store::FbaRepo(session).lacks_plans(channel.id); }))
        return jobs::JobOutcome::done();

    const auto holds = [&](const std::string& id) {
        return env_.db.read(
            [&](db::Session& session) { return store::FbaRepo(session).holds_plan_shipment(channel.id, id); });
    };
    const auto step = source->walk_fba_plans(from_ms(walk.began_ms) - kPlanReach, walk.cursor, holds);
    if (!step) {
        const Error& error = step.error();
        if (is_throttled(error)) {
            const Throttle next = after_throttle(walk.tries, error);
            walk.tries = next.tries;
            return jobs::JobOutcome::again(walk.text(), next.delay);
        }
        if (error.code != "cursor_refused" || walk.restarts >= kPlanRestarts)
            return extra_failed(env_, channel, kFbaPlanStream, error, kFbaAdvice);
        PlanWalk anew = PlanWalk::read("", env_.clock.now());
        anew.restarts = walk.restarts + 1;
        return jobs::JobOutcome::again(anew.text(), kPlanPause);
    }
    walk.tries = 0;
    ++walk.calls;
    walk.cursor = step->next_cursor;
    const bool stuck = !walk.has_news(step->plans) || walk.calls >= kMostPlanCalls;
    bool last = walk.cursor.empty() || stuck;
    env_.db.write([&](db::Session& session) {
        const Timestamp now = env_.clock.now();
        store::FbaRepo shipments(session);
        bool found = false;
        for (const connectors::FbaPlanStep::Found& one : step->found)
            found = shipments.set_plan(channel.id, one.shipment_id, one.plan) || found;
        if (found && !shipments.lacks_plans(channel.id)) last = true;
        if (last) {
            store::StreamRepo streams(session);
            store::Stream stream = streams.load(channel.id, kFbaPlanStream);
            stream.state = json{{kWalkBegan, walk.began_ms}}.dump();
            streams.save(stream);
        }
        if (stuck) {
            const domain::Problem problem{
                "fba_plans_endless",
                "Amazon's list of inbound plans does not come to an end; the plans of some shipments may "
                "not be known, and their cartons cannot be told"};
            store::StreamRepo(session).note_error(channel.id, kFbaPlanStream, problem.code, problem.message, now);
            store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", kFbaPlanStream, problem, now);
        } else if (last) {
            note_success(session, channel, kFbaPlanStream, now);
        }
        if (found || last) send_waiting_cartons(session, channel, now);
    });
    env_.wake_jobs();
    if (stuck)
        log::warn("pager_stuck", {{"channel", channel.code}, {"stream", kFbaPlanStream}},
                  "the list of inbound plans does not end");
    return last ? jobs::JobOutcome::done() : jobs::JobOutcome::again(walk.text(), kPlanPause);
}

}  // namespace crossdock::sync
