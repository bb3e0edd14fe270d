// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "db/database.h"
#include "jobs/handler.h"
#include "sync/channels.h"
#include "sync/window.h"

/// Use cases with a channel at the other end. Each is a job: it asks the channel outside any transaction, then writes what
/// it learnt, the cursor and the jobs that follow in one.
namespace crossdock::sync {

struct Env {
    db::Database& db;
    const Clock& clock;
    Random& random;
    const Channels& channels;
    std::function<void()> wake_jobs = [] {};
    std::string public_url;  // where channels can reach /hooks; empty: nowhere
    std::int64_t low_stock = 5;  // units at which a channel's stock is called low
};

/// A channel opened for one job.
struct OpenChannel {
    store::Channel channel;
    const Channels::Entry* entry = nullptr;
    std::unique_ptr<connectors::Connector> connector;
};
/// None when the channel is gone, disabled or not configured: the job has nothing to do then.
std::optional<OpenChannel> open_channel(const Env& env, const domain::Job& job);

/// The stream of a channel's own check (see check_channel.h).
inline constexpr std::string_view kAccessStream = "access";
/// Codes of a channel's state besides those of errors.
inline constexpr std::string_view kStreamRefused = "stream_refused";  // degraded: the message begins with which
inline constexpr std::string_view kTryingAgain = "trying_again";      // degraded: it was stopped, and a person asked

/// Writes down that the channel did not do what it was asked: stream, channel state, problem. Returns what the job does.
/// Work that is denied may lack a permission of its own, or the channel's credentials may be gone: the channel's check is
/// asked at once, and when it is denied, too, the channel is stopped (see stopped_channel.h).
jobs::JobOutcome failed(const Env& env, const store::Channel& channel, std::string_view stream, const Error& error);
/// The same for work that a seller may well have no permission for, because what it is about is not used. Denied, it
/// leaves the channel as well as it was: a problem `not_permitted` says so, with `advice` as the next step. The
/// channel's check is asked all the same, for its credentials may be gone.
jobs::JobOutcome extra_failed(const Env& env, const store::Channel& channel, std::string_view stream,
                              const Error& error, std::string_view advice);
/// A walk got no page. A page token that is refused starts it over, at once the first times; a walk that comes to nothing
/// again and again says so, with the next step, and waits longer each time, an hour at most. Any other error: as above.
jobs::JobOutcome page_failed(const Env& env, const store::Channel& channel, Window& window, const Error& error);
/// A walk was given up, because its pages lead nowhere; that is saved. Says so, and waits in the same way.
jobs::JobOutcome walk_stuck(const Env& env, const store::Channel& channel, const Window& window, const domain::Problem& problem);

/// Writes down that it did. Inside the caller's transaction. A stopped channel is well again only when its check says so.
void note_success(db::Session& session, const store::Channel& channel, std::string_view stream, Timestamp now);

/// The same for a walk that came to its end: what its pages had of problems is over when none had them for a day.
void walk_done(db::Session& session, const store::Channel& channel, std::string_view stream, Timestamp now);

/// A long piece of synchronisation came to its end: sync.completed. Inside the caller's transaction.
void tell_completed(db::Session& session, const store::Channel& channel, std::string_view stream, std::int64_t seen, Timestamp now);

/// Why a channel is stopped or degraded, with the next step, for people.
std::string channel_advice(const Error& error);

}  // namespace crossdock::sync
