// SPDX-License-Identifier: Apache-2.0
#include "sync/env.h"

#include <algorithm>

#include "base/json_writer.h"
#include "observability/log.h"
#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/check_channel.h"

namespace crossdock::sync {
namespace {

void tell_channel(db::Session& session, const store::Channel& channel, std::string_view type, std::string_view code,
                  std::string_view message, Timestamp now) {
    std::string data;
    JsonWriter(data).begin_object().field("channel", channel.code).field("code", code).field("message", message).end_object();
    store::EventRepo(session).append({channel.account_id, channel.id, type, "channel", channel.id.value, data}, now);
}

}  // namespace

std::optional<OpenChannel> open_channel(const Env& env, const domain::Job& job) {
    if (!job.channel_id) return std::nullopt;
    OpenChannel open;
    auto channel = env.db.read([&](db::Session& session) { return store::ChannelRepo(session).get(*job.channel_id); });
    if (!channel || !channel->enabled) return std::nullopt;
    open.channel = std::move(*channel);
    open.entry = env.channels.find(open.channel.id);
    open.connector = env.channels.open(open.channel);
    if (!open.connector) return std::nullopt;
    return open;
}

std::string channel_advice(const Error& error) {
    switch (error.kind) {
        case ErrorKind::denied:
            return error.message + ". Check the channel's credentials and permissions in the config file; it is tried again every hour, "
                                   "after a restart, and at once with crossdock channel test or channel sync";
        case ErrorKind::unavailable: return error.message + ". It is tried again by itself";
        case ErrorKind::rate_limited:
        case ErrorKind::invalid:
        case ErrorKind::not_found:
        case ErrorKind::conflict:
        case ErrorKind::rejected: return error.message;
    }
    return error.message;
}

namespace {

constexpr auto kBetweenChecks = std::chrono::hours{1};

/// Sets the channel's state, and tells it where that is news. Returns whether it was.
bool set_state(db::Session& session, const store::Channel& channel, store::ChannelState state, std::string_view code,
               const std::string& message, Timestamp now) {
    store::ChannelRepo channels(session);
    if (state != store::ChannelState::stopped) {
        // What began before the channel was stopped, or a check that does not get through, starts nothing.
        const auto held = channels.get(channel.id);
        if (held && held->state == store::ChannelState::stopped) return false;
    }
    const bool news = channels.set_state(channel.id, state, code, message, now);
    if (news) tell_channel(session, channel, "channel.error", code, message, now);
    return news;
}

/// Its check was denied. That stops the channel when work was denied, too, or it never worked; a check that lacks a
/// permission of its own stops nothing.
bool access_denied(db::Session& session, const store::Channel& channel, const Error& error, Timestamp now) {
    using State = store::ChannelState;
    const auto held = store::ChannelRepo(session).get(channel.id).value_or(channel);
    const std::string code = held.state_code.value_or("");
    const bool stop = held.state == State::new_ || held.state == State::stopped || code == kStreamRefused || code == kTryingAgain;
    const bool news = set_state(session, channel, stop ? State::stopped : State::degraded, error.code, channel_advice(error), now);
    // Whoever asked, somebody must go on asking.
    const auto check = check_channel_job(channel, now + kBetweenChecks);
    store::JobRepo jobs(session);
    if (stop && !jobs.find_live(check.unique_key)) jobs.enqueue(check, now);
    return news && stop;
}

void check_at_once(db::Session& session, const store::Channel& channel, Timestamp now) {
    store::JobRepo jobs(session);
    jobs.enqueue(check_channel_job(channel, now), now);
    jobs.hasten(channel.id, {kCheckChannel}, now);
}

/// Work was denied while the channel's check was well, as far as is known.
void work_denied(db::Session& session, const store::Channel& channel, std::string_view stream, const Error& error, bool is_news,
                 Timestamp now) {
    set_state(session, channel, store::ChannelState::degraded, kStreamRefused, std::string{stream} + ": " + channel_advice(error), now);
    if (is_news) check_at_once(session, channel, now);
}

}  // namespace

jobs::JobOutcome failed(const Env& env, const store::Channel& channel, std::string_view stream, const Error& error) {
    const Timestamp now = env.clock.now();
    // Waiting for the provider's budget is the ordinary course of things, not news.
    if (error.kind == ErrorKind::rate_limited) return jobs::outcome_of(error);
    const std::string advice = channel_advice(error);
    bool is_first = false;  // since it was well; others of their own code may follow by the minute
    const bool stopped = env.db.write([&](db::Session& session) {
        const auto held = store::ChannelRepo(session).get(channel.id);
        is_first = held && (held->state == store::ChannelState::ok || held->state == store::ChannelState::new_) &&
                   !held->state_code;
        store::StreamRepo(session).note_error(channel.id, stream, error.code, error.message, now);
        const bool is_news =
            store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", stream, {error.code, advice}, now);
        if (error.kind != ErrorKind::denied)
            set_state(session, channel, store::ChannelState::degraded, error.code, advice, now);
        else if (stream == kAccessStream)
            return access_denied(session, channel, error, now);
        else
            work_denied(session, channel, stream, error, is_news, now);
        return false;
    });
    if (stopped) log::error("channel_stopped", {{"channel", channel.code}, {"code", error.code}}, advice);
    else if (is_first)
        log::warn("channel_degraded", {{"channel", channel.code}, {"stream", stream}, {"code", error.code}}, advice);
    env.wake_jobs();
    return jobs::outcome_of(error);
}

jobs::JobOutcome extra_failed(const Env& env, const store::Channel& channel, std::string_view stream,
                              const Error& error, std::string_view advice) {
    if (error.kind != ErrorKind::denied) return failed(env, channel, stream, error);
    const Timestamp now = env.clock.now();
    const std::string words = error.message + ". " + std::string{advice};
    const bool is_news = env.db.write([&](db::Session& session) {
        store::StreamRepo(session).note_error(channel.id, stream, error.code, error.message, now);
        const bool news = store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", stream,
                                                             {"not_permitted", words}, now);
        if (news) check_at_once(session, channel, now);
        return news;
    });
    if (is_news) log::warn("not_permitted", {{"channel", channel.code}, {"stream", stream}}, words);
    env.wake_jobs();
    return jobs::outcome_of(error);
}

namespace {

constexpr int kRestartsAtOnce = 3;
constexpr auto kFirstPause = std::chrono::minutes{5};
constexpr auto kLongestPause = std::chrono::minutes{60};

/// `earlier`: walks before this one that came to nothing, and were followed by a pause.
std::chrono::milliseconds pause_after(int earlier) {
    std::chrono::milliseconds pause = kFirstPause;
    for (int i = 0; i < earlier && pause < kLongestPause; ++i) pause *= 2;
    return std::min<std::chrono::milliseconds>(pause, kLongestPause);
}

jobs::JobOutcome rest(const Env& env, const store::Channel& channel, const std::string& stream, const domain::Problem& problem,
                      std::chrono::milliseconds pause) {
    const Timestamp now = env.clock.now();
    env.db.write([&](db::Session& session) {
        store::StreamRepo(session).note_error(channel.id, stream, problem.code, problem.message, now);
        store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", stream, problem, now);
    });
    log::warn(problem.code, {{"channel", channel.code}, {"stream", stream}}, problem.message);
    return jobs::JobOutcome::wait(pause, {ErrorKind::unavailable, problem.code, problem.message});
}

}  // namespace

jobs::JobOutcome page_failed(const Env& env, const store::Channel& channel, Window& window, const Error& error) {
    const std::string stream = window.stream().name;
    if (error.code != "cursor_refused" || window.token().empty()) return failed(env, channel, stream, error);
    window.restart();
    env.db.write([&](db::Session& session) { store::StreamRepo(session).save(window.to_save()); });
    if (window.failures() <= kRestartsAtOnce) return jobs::JobOutcome::again("");
    const auto pause = pause_after(window.failures() - kRestartsAtOnce - 1);
    return rest(env, channel, stream,
                {"cursor_refused", "the channel refused its own page token " + std::to_string(window.failures()) +
                                       " times, and each time the walk started over: " + error.message +
                                       ". Nothing is lost, and it is tried again by itself, at the latest within the hour. If it "
                                       "stays so, the walk may take longer than the channel keeps its tokens: run crossdock channel "
                                       "test " +
                                       channel.code + ", and report it with what the log says"},
                pause);
}

jobs::JobOutcome walk_stuck(const Env& env, const store::Channel& channel, const Window& window, const domain::Problem& problem) {
    return rest(env, channel, window.stream().name, problem, pause_after(std::max(0, window.failures() - 1)));
}

void note_success(db::Session& session, const store::Channel& channel, std::string_view stream, Timestamp now) {
    using State = store::ChannelState;
    store::StreamRepo(session).note_success(channel.id, stream, now);
    store::ProblemRepo(session).resolve(channel.id, "stream", stream, now);
    store::ChannelRepo channels(session);
    const auto held = channels.get(channel.id);
    if (!held || held->state == State::ok) return;
    // What began before the channel was stopped says nothing about it.
    if (held->state == State::stopped && stream != kAccessStream) return;
    // A degraded channel whose permissions fall short stays so until its check says otherwise, one whose refunds are
    // refused until they are not.
    const std::string code = held->state_code.value_or("");
    if (held->state == State::degraded && code == "permissions_missing") return;
    if (code == kStreamRefused && !held->state_message.value_or("").starts_with(std::string{stream} + ": ")) return;
    if (!channels.set_state(channel.id, State::ok, "", "", now)) return;
    const bool is_new = held->state == State::new_;
    tell_channel(session, channel, is_new ? "channel.connected" : "channel.recovered", "", "", now);
    log::info(is_new ? "channel_connected" : "channel_recovered", {{"channel", channel.code}},
              is_new ? "the channel answers" : "the channel works again");
}

void tell_completed(db::Session& session, const store::Channel& channel, std::string_view stream, std::int64_t seen, Timestamp now) {
    std::string data;
    JsonWriter(data).begin_object().field("stream", stream).field("seen", seen).end_object();
    store::EventRepo(session).append({channel.account_id, channel.id, "sync.completed", "channel", channel.id.value, data}, now);
}

void walk_done(db::Session& session, const store::Channel& channel, std::string_view stream, Timestamp now) {
    note_success(session, channel, stream, now);
    store::ProblemRepo(session).resolve_unseen(channel.id, "channel", stream, now - std::chrono::hours{24}, now);
}

}  // namespace crossdock::sync
