// SPDX-License-Identifier: Apache-2.0
#include "sync/ensure_webhooks.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "connectors/subscriptions.h"
#include "observability/log.h"
#include "store/hook_subscription_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"

namespace crossdock::sync {
namespace {

using connectors::Settlement;
using connectors::TopicState;

constexpr std::size_t kTopicsNamed = 6;
constexpr const char* kSubject = "channel";  // of problems; their key is the stream
constexpr std::chrono::milliseconds kUntilRoom = std::chrono::minutes{1};
constexpr const char* kMeanwhile =
    "Polling brings everything all the same, only not at once; it is tried again within the hour";

/// "A, B and 3 more"
std::string named(const std::vector<std::string>& topics) {
    std::string names;
    for (std::size_t i = 0; i < std::min(topics.size(), kTopicsNamed); ++i) names += (i == 0 ? "" : ", ") + topics[i];
    if (topics.size() > kTopicsNamed) names += " and " + std::to_string(topics.size() - kTopicsNamed) + " more";
    return names;
}

/// What is wrong with single topics, as one problem; none when nothing is.
std::optional<domain::Problem> problem_of(const std::vector<TopicState>& topics) {
    std::map<std::string, std::vector<std::string>> by_words;
    for (const TopicState& state : topics)
        if (state.fault) by_words[state.fault->message].push_back(state.topic);
    if (by_words.empty()) return std::nullopt;
    std::string message = "the channel does not tell of ";
    for (const auto& [words, of] : by_words) message += named(of) + " (" + words + "); ";
    return domain::Problem{"subscription_refused",
                           message + "see to what it says: a permission, or another program in the way. " + kMeanwhile};
}

store::HookFinding finding_of(const TopicState& state, bool was_known) {
    store::HookFinding finding{state.topic, state.id, state.address, !state.fault, false, {}, {}};
    finding.repaired = state.changed && (was_known || !state.was.empty());
    if (state.fault) {
        finding.fault_code = state.fault->code;
        finding.fault = state.fault->message;
    } else if (finding.repaired) {
        finding.fault_code = state.was.empty() ? "subscription_gone" : "subscription_faulty";
        finding.fault = state.was.empty() ? "it was gone at the provider" : state.was;
    }
    return finding;
}

void write_down(db::Session& session, const store::Channel& channel, const Settlement& settled, Timestamp now) {
    store::HookSubscriptionRepo repo(session);
    std::map<std::string, bool> served;
    for (const store::HookSubscription& held : repo.of_channel(channel.id)) served[held.topic] = held.since.has_value();
    for (const TopicState& state : settled.topics) repo.record(channel.id, finding_of(state, served[state.topic]), now);
    if (settled.stopped_by) return;  // the others were not looked at
    repo.forget_unchecked(channel.id, now);
    std::vector<domain::Problem> problems = settled.problems;
    if (auto refused = problem_of(settled.topics)) problems.push_back(std::move(*refused));
    store::ProblemRepo known(session);
    known.resolve(channel.id, kSubject, kWebhooksStream, now, problems);
    for (const domain::Problem& problem : problems)
        if (known.record(channel.account_id, channel.id, kSubject, kWebhooksStream, problem, now))
            log::warn(problem.code, {{"channel", channel.code}}, problem.message);
    note_success(session, channel, kWebhooksStream, now);
}

/// Nothing came of it, or not all.
jobs::JobOutcome not_settled(const Env& env, const store::Channel& channel, const Error& error) {
    switch (error.kind) {
        case ErrorKind::rate_limited:
            // Reading takes its part of what there is each time: with a call at a time nothing would ever be changed.
            return jobs::JobOutcome::wait(std::max(error.retry_after.value_or(kUntilRoom), kUntilRoom), error);
        case ErrorKind::unavailable: return failed(env, channel, kWebhooksStream, error);
        case ErrorKind::denied:
            return extra_failed(
                env, channel, kWebhooksStream, error,
                std::string{"The hub cannot see to it that the channel calls it: let its credentials manage "
                            "webhooks, or leave public_url out of the config file. "} +
                    kMeanwhile);
        case ErrorKind::invalid:
        case ErrorKind::not_found:
        case ErrorKind::conflict:
        case ErrorKind::rejected: break;
    }
    // Something about the settings or the account. The timer asks again.
    const domain::Problem problem{error.code, error.message + ". " + kMeanwhile};
    const Timestamp now = env.clock.now();
    const bool is_news = env.db.write([&](db::Session& session) {
        store::StreamRepo(session).note_error(channel.id, kWebhooksStream, error.code, error.message, now);
        return store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", kWebhooksStream, problem,
                                                  now);
    });
    if (is_news) log::warn(error.code, {{"channel", channel.code}, {"stream", kWebhooksStream}}, problem.message);
    return jobs::JobOutcome::done();
}

/// Kept before the provider hears of the address: what calls it is ours from then on, whatever happens in between.
connectors::OwnAddresses own_addresses(const Env& env, const store::Channel& channel, const std::string& address) {
    auto all =
        env.db.read([&](db::Session& session) { return store::HookSubscriptionRepo(session).addresses(channel.id); });
    if (std::find(all.begin(), all.end(), address) == all.end())
        env.db.write([&](db::Session& session) {
            store::HookSubscriptionRepo(session).remember_address(channel.id, address, env.clock.now());
        });
    else
        std::erase(all, address);
    return {address, std::move(all)};
}

}  // namespace

domain::JobSpec ensure_webhooks_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id,
            channel.id,
            domain::Lane::bulk,
            std::string{kEnsureWebhooks},
            std::string{kEnsureWebhooks} + ':' + std::to_string(channel.id.value),
            "{}",
            run_at};
}

jobs::JobOutcome EnsureWebhooks::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open || env_.public_url.empty()) return jobs::JobOutcome::done();
    auto* const source = dynamic_cast<connectors::SubscribedWebhooks*>(open->connector->webhook_source());
    if (source == nullptr) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    const auto address = source->address_for(env_.public_url + "/hooks/" + channel.code);
    if (!address) return not_settled(env_, channel, address.error());
    const auto own = own_addresses(env_, channel, *address);
    const auto settled = connectors::settle_subscriptions(*source, own);
    if (!settled) return not_settled(env_, channel, settled.error());
    for (const std::string& what : settled->done) log::info("webhook_subscription", {{"channel", channel.code}}, what);
    env_.db.write([&](db::Session& session) { write_down(session, channel, *settled, env_.clock.now()); });
    if (settled->stopped_by) return not_settled(env_, channel, *settled->stopped_by);
    return jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
