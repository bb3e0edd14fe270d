// SPDX-License-Identifier: Apache-2.0
#include "sync/check_channel.h"

#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "observability/log.h"
#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

// A connector's word for a credential that does not renew itself.
constexpr std::string_view kCredentialEnds = "consent_ending";

void tell_credential_ends(db::Session& session, const store::Channel& channel, const domain::Problem& problem, Timestamp now) {
    std::string data;
    JsonWriter(data).begin_object().field("channel", channel.code).field("code", problem.code).field("message", problem.message).end_object();
    store::EventRepo(session).append({channel.account_id, channel.id, "channel.credential_expiring", "channel", channel.id.value, data}, now);
}

}  // namespace

domain::JobSpec check_channel_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id, channel.id, domain::Lane::orders, std::string{kCheckChannel},
            std::string{kCheckChannel} + ':' + std::to_string(channel.id.value), "{}", run_at};
}

bool is_well(const std::vector<domain::Problem>& problems) {
    // Some limits are worth knowing and no reason to call the channel unwell.
    constexpr std::array<std::string_view, 5> kNoMatter{"history_limited", "reasons_unread", "scope_optional",
                                                         "marketplaces_left_out", "api_version_ending"};
    return std::all_of(problems.begin(), problems.end(), [&](const domain::Problem& problem) {
        return std::find(kNoMatter.begin(), kNoMatter.end(), problem.code) != kNoMatter.end();
    });
}

Error not_configured(const store::Channel& channel) {
    return {ErrorKind::invalid, "channel_not_configured",
            "channel " + channel.code + " is switched off or not in the config file; name it there with enabled = true and start the hub again"};
}

Result<std::vector<domain::Problem>> check_channel(const Env& env, const store::Channel& channel) {
    const auto connector = env.channels.open(channel);
    if (!connector) return not_configured(channel);
    std::vector<domain::Problem> problems;
    const auto profile = connector->check_access(problems);
    const Timestamp now = env.clock.now();
    if (!profile) {
        failed(env, channel, kAccessStream, profile.error());
        return profile.error();
    }
    env.db.write([&](db::Session& session) {
        store::ChannelRepo channels(session);
        channels.set_profile(channel.id, *profile);
        // Work that waits because the channel was stopped, or was denied itself, is tried now.
        if (const auto held = channels.get(channel.id);
            held && (held->state == store::ChannelState::stopped || held->state_code == kStreamRefused || held->state_code == kTryingAgain))
            store::JobRepo(session).hasten(channel.id, store::JobRepo::Hasten::all, now);
        store::ProblemRepo repo(session);
        repo.resolve(channel.id, "channel", "access", now, problems);
        for (const domain::Problem& problem : problems)
            if (repo.record(channel.account_id, channel.id, "channel", "access", problem, now) && problem.code == kCredentialEnds)
                tell_credential_ends(session, channel, problem, now);
        if (is_well(problems)) {
            // Lets note_success() say that the channel is well again, whatever was wrong before.
            if (const auto held = channels.get(channel.id);
                held && (held->state_code == "permissions_missing" || held->state_code == kTryingAgain))
                channels.set_state(channel.id, store::ChannelState::degraded, "recovering", "", now);
            note_success(session, channel, kAccessStream, now);
        } else {
            note_success(session, channel, kAccessStream, now);
            std::string text;
            for (const domain::Problem& problem : problems) text += (text.empty() ? "" : "; ") + problem.message;
            channels.set_state(channel.id, store::ChannelState::degraded, "permissions_missing", text, now);
        }
    });
    env.wake_jobs();
    return problems;
}

jobs::JobOutcome CheckChannel::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const auto problems = check_channel(env_, open->channel);
    if (!problems) return jobs::outcome_of(problems.error());
    for (const domain::Problem& problem : *problems)
        log::warn("channel_check", {{"channel", open->channel.code}, {"code", problem.code}}, problem.message);
    // The profile may change how orders read (the shop's tax rule).
    env_.wake_jobs();
    return jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
