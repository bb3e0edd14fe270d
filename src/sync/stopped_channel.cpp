// SPDX-License-Identifier: Apache-2.0
#include "sync/stopped_channel.h"

#include "store/job_repo.h"
#include "sync/check_channel.h"

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
