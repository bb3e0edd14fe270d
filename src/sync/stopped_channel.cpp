// SPDX-License-Identifier: Apache-2.0
#include "sync/stopped_channel.h"

#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "sync/check_channel.h"
#include "sync/fetch_fba_items.h"
#include "sync/find_fba_plans.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"
#include "sync/sync_fba.h"

namespace crossdock::sync {
namespace {

// The check hastens what waits; this is for the case that it never comes.
constexpr auto kLookAgainAt = std::chrono::hours{1};

class UnlessStopped final : public jobs::Handler {
public:
    UnlessStopped(const Env& env, std::unique_ptr<jobs::Handler> handler) : env_(env), handler_(std::move(handler)) {}

    jobs::JobOutcome run(jobs::JobContext& context) override {
        if (context.job.channel_id) {
            const auto channel = env_.db.read(
                [&](db::Session& session) { return store::ChannelRepo(session).get(*context.job.channel_id); });
            if (channel && channel->enabled && channel->state == store::ChannelState::stopped)
                return jobs::JobOutcome::wait(kLookAgainAt,
                                              {ErrorKind::denied, "channel_stopped",
                                               "channel " + channel->code + " is stopped: " +
                                                   channel->state_message.value_or("its credentials are denied")});
        }
        return handler_->run(context);
    }

private:
    const Env& env_;
    std::unique_ptr<jobs::Handler> handler_;
};

void check_now(store::JobRepo& jobs, const store::Channel& channel, Timestamp now) {
    jobs.enqueue(check_channel_job(channel, now), now);
    jobs.hasten(channel.id, {kCheckChannel}, now);
}

}  // namespace

std::unique_ptr<jobs::Handler> unless_stopped(const Env& env, std::unique_ptr<jobs::Handler> handler) {
    return std::make_unique<UnlessStopped>(env, std::move(handler));
}

void check_stopped_channels(db::Session& session, Timestamp now) {
    store::JobRepo jobs(session);
    for (const store::Channel& channel : store::ChannelRepo(session).list_all())
        if (channel.enabled && channel.state == store::ChannelState::stopped) check_now(jobs, channel, now);
}

void forget_what_is_off(db::Session& session, const store::Channel& channel, const Schedule& schedule, Timestamp now) {
    const std::pair<const Interval&, std::vector<std::string_view>> all[] = {
        {schedule.orders, {kOrdersStream, kNightlyStream}},
        {schedule.refunds, {kRefundsStream}},
        {schedule.catalog, {kCatalogStream, kCatalogFullStream}},
        {schedule.carriers, {"carriers"}},
        {schedule.reconcile, {"reconcile"}},
        {schedule.fba, {services::kFbaStream, kFbaStatusStream, kFbaItemStream, kFbaPlanStream}}};
    for (const auto& [interval, streams] : all) {
        if (interval) continue;
        for (const std::string_view stream : streams) {
            store::ProblemRepo(session).resolve(channel.id, "stream", stream, now);
            const bool is_why = channel.state == store::ChannelState::degraded &&
                                channel.state_code == kStreamRefused &&
                                channel.state_message.value_or("").starts_with(std::string{stream} + ": ");
            // The next success of anything says that the channel is well.
            if (is_why)
                store::ChannelRepo(session).set_state(channel.id, store::ChannelState::degraded, "recovering", "", now);
        }
    }
}

void try_again(db::Session& session, const store::Channel& channel, Timestamp now) {
    store::ChannelRepo channels(session);
    const auto held = channels.get(channel.id);
    if (!held || held->state != store::ChannelState::stopped) return;
    channels.set_state(
        channel.id, store::ChannelState::degraded, kTryingAgain,
        "it was stopped, and is tried again because a person asked; before: " + held->state_message.value_or(""), now);
    store::JobRepo jobs(session);
    check_now(jobs, channel, now);
}

}  // namespace crossdock::sync
