// SPDX-License-Identifier: Apache-2.0
#include "sync/reconcile_first.h"

#include "observability/log.h"
#include "store/restored.h"
#include "store/stream_repo.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

constexpr auto kLookWhetherRead = std::chrono::seconds{30};

/// A channel whose orders are not pulled cannot be read; what goes out there is what a person wants.
bool is_unread(db::Session& session, const Env& env, ChannelId channel, Timestamp since) {
    const Channels::Entry* entry = env.channels.find(channel);
    if (entry == nullptr || !entry->schedule.orders) return false;
    const auto watermark = store::StreamRepo(session).load(channel, kOrdersStream).watermark;
    return !watermark || *watermark < since;
}

class UnlessUnread final : public jobs::Handler {
public:
    UnlessUnread(const Env& env, std::unique_ptr<jobs::Handler> handler) : env_(env), handler_(std::move(handler)) {}

    jobs::JobOutcome run(jobs::JobContext& context) override {
        const bool waits = context.job.channel_id && env_.db.read([&](db::Session& session) {
            const auto since = store::reconcile_first_since(session);
            return since && is_unread(session, env_, *context.job.channel_id, *since);
        });
        if (waits)
            return jobs::JobOutcome::wait(kLookWhetherRead, {ErrorKind::unavailable, "reconcile_first",
                                                             "the database was restored from a backup: nothing leaves "
                                                             "before the channel's orders are read up to now"});
        return handler_->run(context);
    }

private:
    const Env& env_;
    std::unique_ptr<jobs::Handler> handler_;
};

}  // namespace

std::unique_ptr<jobs::Handler> unless_unread(const Env& env, std::unique_ptr<jobs::Handler> handler) {
    return std::make_unique<UnlessUnread>(env, std::move(handler));
}

std::vector<store::Channel> unread_channels(db::Session& session, const Env& env) {
    std::vector<store::Channel> unread;
    const auto since = store::reconcile_first_since(session);
    if (!since) return unread;
    for (store::Channel& channel : store::ChannelRepo(session).list_all())
        if (channel.enabled && is_unread(session, env, channel.id, *since)) unread.push_back(std::move(channel));
    return unread;
}

void end_reconcile_first_when_read(const Env& env) {
    const bool over = env.db.read([&](db::Session& session) {
        return store::reconcile_first_since(session).has_value() && unread_channels(session, env).empty();
    });
    if (!over) return;
    env.db.write([](db::Session& session) { store::end_reconcile_first(session); });
    log::info("reconcile_first_over", {}, "every channel was read since the restore; pushes go out again");
    env.wake_jobs();
}

}  // namespace crossdock::sync
