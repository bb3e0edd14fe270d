// SPDX-License-Identifier: Apache-2.0
#include "app/commands.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/backup_commands.h"
#include "app/command_call.h"
#include "app/erase_commands.h"
#include "app/exchange_commands.h"
#include "app/look_commands.h"
#include "app/order_story.h"
#include "app/webhook_commands.h"
#include "base/json_parse.h"
#include "domain/deed.h"
#include "store/hook_subscription_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/ask_channel.h"
#include "sync/check_channel.h"
#include "sync/discard_pushes.h"
#include "sync/export_walk.h"
#include "sync/window.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

json text_or_null(const std::optional<std::string>& value) { return value ? json(*value) : json(nullptr); }

/// By its code, and where several accounts have a channel of that code, by its account.
Result<store::Channel> find_channel(const CommandCall& caller) {
    const std::string code = caller.text("channel");
    const std::string wanted = caller.text("account");
    return caller.db().read([&](db::Session& session) -> Result<store::Channel> {
        std::optional<store::Channel> found;
        std::string known, owners;
        bool several = false;
        for (const store::Channel& channel : store::ChannelRepo(session).list_all()) {
            const std::string account = store::account_code(session, channel.account_id);
            if (!wanted.empty() && account != wanted) continue;
            known += (known.empty() ? "" : ", ") + channel.code;
            if (channel.code != code) continue;
            owners += (owners.empty() ? "" : ", ") + account;
            several = found.has_value();
            found = channel;
        }
        if (several)
            return Error{ErrorKind::invalid, "channel_ambiguous",
                         "several accounts have a channel \"" + code + "\": " + owners + "; say whose with --account"};
        if (found) return *found;
        const std::string of = wanted.empty() ? "" : " in account \"" + wanted + "\"";
        return Error{ErrorKind::not_found, "channel_unknown",
                     "there is no channel \"" + code + "\"" + of +
                         (!known.empty() ? "; there are: " + known : wanted.empty() ? "; the config file names none" : "")};
    });
}

json export_or_null(const store::Stream& stream) {
    const auto one = sync::read_export(stream);
    if (!one) return nullptr;
    return {{"phase", sync::to_string(one->phase)}, {"since", format_rfc3339(one->begun_at)}, {"objects", one->objects},
            {"lines", one->lines},                  {"recorded", one->things}};
}

json walk_or_null(const store::Stream& stream) {
    const auto walk = sync::progress_of(stream);
    if (!walk) return nullptr;
    return {{"seen", walk->seen},
            {"total", walk->total > 0 ? json(walk->total) : json(nullptr)},
            {"waits", walk->waits},
            {"words", sync::words_of(*walk)}};
}

/// What the provider is to tell the hub of; null where it never was asked to.
json webhooks_or_null(db::Session& session, ChannelId channel) {
    const auto all = store::HookSubscriptionRepo(session).of_channel(channel);
    if (all.empty()) return nullptr;
    json rows = json::array();
    for (const store::HookSubscription& one : all)
        rows.push_back({{"topic", one.topic},
                        {"active", one.since.has_value()},
                        {"id", one.provider_id},
                        {"address", one.address},
                        {"since", time_or_null(one.since)},
                        {"checked_at", format_rfc3339(one.checked_at)},
                        {"repairs", one.repairs},
                        {"last_fault", text_or_null(one.fault)},
                        {"last_fault_at", time_or_null(one.fault_at)}});
    return rows;
}

Result<json> channel_list(const CommandCall& caller) {
    return caller.db().read([&](db::Session& session) -> Result<json> {
        json rows = json::array();
        for (const store::Channel& channel : store::ChannelRepo(session).list_all()) {
            json streams = json::array();
            for (const store::Stream& stream : store::StreamRepo(session).of_channel(channel.id))
                streams.push_back({{"stream", stream.name},
                                   {"watermark", time_or_null(stream.watermark)},
                                   {"last_success_at", time_or_null(stream.last_success_at)},
                                   {"last_error", text_or_null(stream.last_error)},
                                   {"export", export_or_null(stream)},
                                   {"walk", walk_or_null(stream)}});
            json problems = json::array();
            for (const store::ProblemRow& problem : store::ProblemRepo(session).open(channel.account_id, channel.id, 20))
                problems.push_back({{"subject", problem.subject}, {"key", problem.subject_key}, {"code", problem.code}, {"message", problem.message}});
            json last = nullptr;
            if (const auto figures = store::ReconciliationRepo(session).last(channel.id))
                last = {{"from", format_rfc3339(figures->from)}, {"upto", format_rfc3339(figures->upto)}, {"reported", figures->reported},
                        {"held", figures->held},                 {"missing", figures->missing},           {"at", format_rfc3339(figures->finished_at)}};
            rows.push_back({{"channel", channel.code},
                            {"account", store::account_code(session, channel.account_id)},
                            {"provider", domain::to_string(channel.provider)},
                            {"enabled", channel.enabled},
                            {"state", store::to_string(channel.state)},
                            {"code", text_or_null(channel.state_code)},
                            {"message", text_or_null(channel.state_message)},
                            {"since", format_rfc3339(channel.state_since)},
                            {"streams", streams},
                            {"problems", problems},
                            {"reconciliation", last},
                            {"webhooks", webhooks_or_null(session, channel.id)}});
        }
        return rows;
    });
}

Result<json> channel_test(const CommandCall& caller) {
    const auto channel = find_channel(caller);
    if (!channel) return channel.error();
    const auto problems = sync::check_channel(caller.hub.env(), *channel);
    if (!problems) return problems.error();
    json found = json::array();
    for (const domain::Problem& problem : *problems) found.push_back({{"code", problem.code}, {"message", problem.message}});
    // Whatever waited for the channel to be well may go on now.
    if (sync::is_well(*problems)) {
        caller.db().write([&](db::Session& session) {
            store::JobRepo(session).hasten(channel->id, store::JobRepo::Hasten::all, caller.now());
            caller.audit(session, channel->account_id, domain::deed::kChannelTested, "channel", channel->code, json{{"hastened", true}});
        });
        caller.hub.runner().wake();
    }
    return json{{"channel", channel->code}, {"ok", sync::is_well(*problems)}, {"problems", found}};
}

Result<json> channel_sync(const CommandCall& caller) {
    const auto channel = find_channel(caller);
    if (!channel) return channel.error();
    // Its jobs would come to nothing.
    if (!caller.hub.env().channels.open(*channel)) return sync::not_configured(*channel);
    sync::ChannelWish wish;
    wish.stream = caller.text("stream", "all");
    const std::string since = caller.text("since");
    if (!since.empty()) {
        const auto from = parse_iso8601(since, ZoneRule::utc);
        if (!from) return from.error();
        wish.since = *from;
    }
    const auto asked = caller.db().write([&](db::Session& session) {
        auto jobs = sync::ask_channel(session, *channel, wish, caller.now());
        if (jobs)
            caller.audit(session, channel->account_id, domain::deed::kChannelSynced, "channel", channel->code,
                         since.empty() ? json{{"stream", wish.stream}} : json{{"stream", wish.stream}, {"since", since}});
        return jobs;
    });
    if (!asked) return asked.error();
    caller.hub.runner().wake();
    json jobs = json::array();
    for (const sync::AskedJob& job : *asked) jobs.push_back({{"job", job.id.value}, {"kind", job.kind}});
    return json{{"channel", channel->code}, {"jobs", jobs}};
}

json tell_discarded(const sync::DiscardedPushes& discarded) {
    return {{"shipments", discarded.shipments}, {"stock_updates", discarded.stock}, {"cartons", discarded.cartons}};
}

Result<json> channel_discard_pushes(const CommandCall& caller) {
    const auto channel = find_channel(caller);
    if (!channel) return channel.error();
    sync::DiscardedPushes all;
    for (;;) {
        const auto some = caller.db().write([&](db::Session& session) {
            auto discarded = sync::discard_pushes(session, channel->id, caller.now());
            if (discarded && discarded->any())
                caller.audit(session, channel->account_id, domain::deed::kChannelPushesDiscarded, "channel",
                             channel->code, tell_discarded(*discarded));
            return discarded;
        });
        if (!some) return some.error();
        if (!some->any()) break;
        all += *some;
    }
    json answer = tell_discarded(all);
    answer["channel"] = channel->code;
    return answer;
}

Result<json> job_list(const CommandCall& caller) {
    return caller.db().read([&](db::Session& session) -> Result<json> {
        store::JobFilter filter;
        if (const std::string state = caller.text("state"); !state.empty()) {
            filter.state = domain::parse_job_state(state);
            if (!filter.state)
                return Error{ErrorKind::invalid, "state_unknown", "\"" + state + "\" is not a job state; use ready, running, retry, done, dead or quarantined"};
        }
        json rows = json::array();
        std::map<ChannelId, std::string> codes;
        for (const store::Channel& channel : store::ChannelRepo(session).list_all()) codes[channel.id] = channel.code;
        for (const domain::Job& job : store::JobRepo(session).list(filter))
            rows.push_back({{"job", job.id.value},
                            {"lane", domain::to_string(job.lane)},
                            {"kind", job.kind},
                            {"channel", job.channel_id ? json(codes[*job.channel_id]) : json(nullptr)},
                            {"state", domain::to_string(job.state)},
                            {"attempt", job.attempt},
                            {"crashes", job.crash_count},
                            {"run_at", job.finished_at ? json(nullptr) : json(format_rfc3339(job.run_at))},  // null: not by itself
                            {"error", text_or_null(job.last_error)}});
        return rows;
    });
}

Result<json> job_retry(const CommandCall& caller) {
    const JobId id{caller.arguments.value("job", std::int64_t{0})};
    const auto retried = caller.db().write([&](db::Session& session) {
        store::JobRepo jobs(session);
        auto done = jobs.retry_dead(id, caller.now());
        const auto job = done ? jobs.find(id) : std::nullopt;
        if (job) caller.audit(session, job->account_id, domain::deed::kJobRetried, "job", std::to_string(id.value), {{"kind", job->kind}});
        return done;
    });
    if (!retried) return retried.error();
    caller.hub.runner().wake();
    return json{{"job", id.value}, {"state", "ready"}};
}

Result<json> order_story(const CommandCall& caller) {
    return caller.db().read([&](db::Session& session) -> Result<json> {
        const auto account = caller.find_account(session);
        if (!account) return account.error();
        const auto order = find_order(session, *account, caller.text("order"));
        if (!order) {
            if (auto unread = tell_unread_order(session, *account, caller.text("order"))) return std::move(*unread);
            return order.error();
        }
        return tell_order(session, *order, caller.now());
    });
}

Result<json> healthz(const CommandCall& caller) {
    return json{{"ready", caller.hub.health().ready && caller.hub.usable() && caller.hub.keeps_up()}};
}

const CommandTable& commands() {
    static const CommandTable table = [] {
        CommandTable all{{"channel.list", channel_list}, {"channel.test", channel_test},
                         {"channel.sync", channel_sync}, {"channel.discard_pushes", channel_discard_pushes},
                         {"job.list", job_list},         {"job.retry", job_retry},
                         {"order.show", order_story},    {"order.why", order_story},
                         {"hub.healthz", healthz}};
        all.insert(access_commands().begin(), access_commands().end());
        all.insert(backup_commands().begin(), backup_commands().end());
        all.insert(erase_commands().begin(), erase_commands().end());
        all.insert(exchange_commands().begin(), exchange_commands().end());
        all.insert(look_commands().begin(), look_commands().end());
        return all;
    }();
    return table;
}

}  // namespace

Result<json> run_command(Hub& hub, std::string_view command, const json& arguments, const store::Actor& by) {
    if (arguments.is_object())
        if (auto answer = run_webhook_command(hub, command, arguments, by)) return std::move(*answer);
    const auto found = commands().find(command);
    if (found == commands().end()) return Error{ErrorKind::not_found, "command_unknown", "there is no command \"" + std::string{command} + "\""};
    if (!arguments.is_object()) return Error{ErrorKind::invalid, "arguments", "the arguments must be a JSON object"};
    return found->second({hub, arguments, by});
}

}  // namespace crossdock::app
