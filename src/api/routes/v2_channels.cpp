// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/json/v2_body.h"
#include "api/json/v2_words.h"
#include "api/middleware/audit.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "domain/deed.h"
#include "store/hook_subscription_repo.h"
#include "store/item_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/ask_channel.h"
#include "sync/check_channel.h"
#include "sync/ensure_webhooks.h"

namespace crossdock::api::routes {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostProblems = 100;
constexpr std::int64_t kMostChannels = 500;  // told as the limit of a list that is always whole

/// How far each stream has come: everything changed before `complete_until` is held.
void write_streams(JsonWriter& writer, db::Session& session, ChannelId channel, Timestamp now) {
    writer.key("streams").begin_array();
    for (const store::Stream& stream : store::StreamRepo(session).of_channel(channel)) {
        std::optional<std::int64_t> lag;
        if (stream.watermark)
            lag = std::max<std::int64_t>(
                0, std::chrono::duration_cast<std::chrono::seconds>(now - *stream.watermark).count());
        writer.begin_object().field("name", stream.name);
        write_instant(writer, "complete_until", stream.watermark);
        writer.field("lag_seconds", lag);
        write_instant(writer, "last_success_at", stream.last_success_at);
        write_instant(writer, "last_error_at", stream.last_error_at);
        writer.field("last_error_code", stream.last_error_code).field("last_error", stream.last_error).end_object();
    }
    writer.end_array();
}

void write_listings(JsonWriter& writer, db::Session& session, const store::Channel& channel) {
    writer.key("listings").begin_object();
    for (const auto& [status, count] : store::ItemRepo(session).count_by_status(channel.account_id, channel.id))
        writer.field(domain::to_string(status), count);
    writer.end_object();
}

/// What is late, stuck or broken, each with the next step: as in /api/v1/health.
void write_findings_of(JsonWriter& writer, const HealthReport& health, const store::Channel& channel) {
    writer.key("findings").begin_array();
    for (const HealthFinding& finding : health.findings) {
        if (finding.channel != channel.code || finding.account != channel.account_id) continue;
        writer.begin_object()
            .field("severity", finding.severity)
            .field("code", finding.code)
            .field("message", finding.message)
            .field("next_step", finding.next_step)
            .end_object();
    }
    writer.end_array();
}

void write_open_problems(JsonWriter& writer, db::Session& session, const store::Channel& channel) {
    writer.key("problems").begin_array();
    for (const auto& problem : store::ProblemRepo(session).open(channel.account_id, channel.id, kMostProblems)) {
        writer.begin_object()
            .field("subject", problem.subject)
            .field("key", problem.subject_key)
            .field("code", problem.code)
            .field("message", problem.message);
        write_instant(writer, "first_seen_at", problem.first_seen);
        write_instant(writer, "last_seen_at", problem.last_seen);
        writer.field("times", problem.times).end_object();
    }
    writer.end_array();
}

void write_reconciliation(JsonWriter& writer, db::Session& session, ChannelId channel) {
    writer.key("reconciliation");
    const auto figures = store::ReconciliationRepo(session).last(channel);
    if (!figures) {
        writer.null();
        return;
    }
    writer.begin_object();
    write_instant(writer, "from", figures->from);
    write_instant(writer, "upto", figures->upto);
    writer.field("reported", figures->reported)
        .field("held", figures->held)
        .field("missing", figures->missing)
        .field("healed", figures->healed);
    write_instant(writer, "finished_at", figures->finished_at);
    writer.end_object();
}

/// What the provider is to tell the hub of, and how that stands; null where it never was asked to.
void write_webhooks(JsonWriter& writer, db::Session& session, ChannelId channel) {
    const auto subscriptions = store::HookSubscriptionRepo(session).of_channel(channel);
    const store::Stream watch = store::StreamRepo(session).load(channel, sync::kWebhooksStream);
    writer.key("webhooks");
    if (subscriptions.empty() && !watch.last_success_at && !watch.last_error_at) {
        writer.null();
        return;
    }
    writer.begin_object();
    write_instant(writer, "checked_at", watch.last_success_at);
    write_instant(writer, "last_error_at", watch.last_error_at);
    writer.field("last_error_code", watch.last_error_code).field("last_error", watch.last_error);
    writer.key("subscriptions").begin_array();
    for (const store::HookSubscription& one : subscriptions) {
        writer.begin_object()
            .field("topic", one.topic)
            .field("status", one.since ? "active" : "missing")
            .field("id", one.provider_id)
            .field("address", one.address);
        write_instant(writer, "since", one.since);
        write_instant(writer, "checked_at", one.checked_at);
        writer.field("repairs", one.repairs).field("last_fault_code", one.fault_code).field("last_fault", one.fault);
        write_instant(writer, "last_fault_at", one.fault_at);
        writer.end_object();
    }
    writer.end_array().end_object();
}

/// A channel; `whole`: with every open problem, the last reconciliation and the webhooks.
void write_channel(JsonWriter& writer, db::Session& session, const Context& context, const HealthReport& health,
                   const store::Channel& channel, bool whole) {
    writer.begin_object()
        .field("code", channel.code)
        .field("provider", domain::to_string(channel.provider))
        .field("enabled", channel.enabled)
        .field("status", store::to_string(channel.state))
        .field("status_code", channel.state_code)
        .field("status_message", channel.state_message);
    write_instant(writer, "status_since", channel.state_since);
    write_streams(writer, session, channel.id, context.clock.now());
    write_listings(writer, session, channel);
    write_findings_of(writer, health, channel);
    if (whole) {
        write_open_problems(writer, session, channel);
        write_reconciliation(writer, session, channel.id);
        write_webhooks(writer, session, channel.id);
    }
    writer.end_object();
}

/// GET /v2/channels: all of them, by code. A hub has few: there is no second page.
http::Response list_v2_channels(const Context& context, const Caller& caller, const http::Request&) {
    const HealthReport health = context.health();
    return context.db.read([&](db::Session& session) {
        auto channels = store::ChannelRepo(session).list(caller.account);
        std::sort(channels.begin(), channels.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
        std::string body;
        JsonWriter writer(body);
        writer.begin_object().key("data").begin_array();
        for (const store::Channel& channel : channels) write_channel(writer, session, context, health, channel, false);
        end_v2_list(writer, {{static_cast<std::int64_t>(channels.size()), true}, kMostChannels, {}});
        return http::Response::json(200, std::move(body));
    });
}

std::optional<store::Channel> channel_in_path(db::Session& session, const Caller& caller,
                                              const http::Request& request) {
    return store::ChannelRepo(session).find(caller.account, request.path_parameter("code"));
}

/// GET /v2/channels/{code}
http::Response show_v2_channel(const Context& context, const Caller& caller, const http::Request& request) {
    const HealthReport health = context.health();
    return context.db.read([&](db::Session& session) {
        const auto channel = channel_in_path(session, caller, request);
        if (!channel) return v2_not_found(request, "channel");
        std::string body;
        JsonWriter writer(body);
        write_channel(writer, session, context, health, *channel, true);
        return v2_object(std::move(body));
    });
}

/// POST /v2/channels/{code}/test: asks the provider whether we may do what we need. What waited goes on when all is
/// well. The answer is 200 also when it is not: `ok` says so. Errors: 503 when the channel is not in the config file.
Prepared test_v2_channel(const Context& context, const Caller& caller, const http::Request& request) {
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    auto channel = context.db.read([&](db::Session& session) { return channel_in_path(session, caller, request); });
    if (!channel) return v2_not_found(request, "channel");
    if (!context.check_channel) return refuse(request, {503, "channels cannot be tested here"});
    // Asked before the transaction: the other end may take its time.
    const auto found = context.check_channel(*channel);
    const bool ok = found && sync::is_well(*found);
    std::vector<domain::Problem> problems;
    if (found)
        problems = *found;
    else
        problems.push_back({found.error().code, found.error().message});
    return Effect{
        [&context, &caller, &request, ok, channel = std::move(*channel),
         problems = std::move(problems)](db::Session& session) {
            const Timestamp now = context.clock.now();
            if (ok) store::JobRepo(session).hasten(channel.id, store::JobRepo::Hasten::all, now);
            std::string details;
            JsonWriter(details).begin_object().field("ok", ok).end_object();
            audit(session, caller, request, {domain::deed::kChannelTested, "channel", channel.code, details}, now);
            std::string body;
            JsonWriter writer(body);
            writer.begin_object().field("channel", channel.code).field("ok", ok).key("problems").begin_array();
            for (const domain::Problem& problem : problems)
                writer.begin_object().field("code", problem.code).field("message", problem.message).end_object();
            writer.end_array().end_object();
            return v2_object(std::move(body));
        },
        ok};
}

/// The members that a wish which is refused for this reason is about.
std::vector<std::string_view> members_at_fault(std::string_view reason) {
    if (reason == "stream_unknown") return {"stream"};
    if (reason == "since_of_orders_only") return {"stream", "since"};
    if (reason == "since_in_future") return {"since"};
    return {};
}

/// POST /v2/channels/{code}/sync {"stream","since"}: pulls now what would be pulled by and by. 202 with the jobs. Errors: 422
/// for an unknown stream, for `since` with another one than orders, and for one in the future.
Prepared sync_v2_channel(const Context& context, const Caller& caller, const http::Request& request) {
    sync::ChannelWish wish;
    if (!request.body.empty()) {
        auto body = read_v2_object(request);
        if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
        V2Faults faults;
        V2Object object(std::get<json>(body), "", faults);
        wish.stream = object.text("stream").value_or("all");
        wish.since = object.instant("since");
        object.finish();
        if (!faults.empty()) return faults.refuse(request);
    }
    return Effect{[&context, &caller, &request, wish = std::move(wish)](db::Session& session) {
                      const auto channel = channel_in_path(session, caller, request);
                      if (!channel) return v2_not_found(request, "channel");
                      if (!channel->enabled)
                          return refuse(request,
                                        {409, "channel " + channel->code +
                                                  " is switched off in the config file: nothing is pulled from it"});
                      const Timestamp now = context.clock.now();
                      const auto jobs = sync::ask_channel(session, *channel, wish, now);
                      if (!jobs) return v2_error(request, jobs.error(), members_at_fault(jobs.error().code));
                      std::string details;
                      JsonWriter(details).begin_object().field("stream", wish.stream).end_object();
                      audit(session, caller, request, {domain::deed::kChannelSynced, "channel", channel->code, details}, now);
                      std::string body;
                      JsonWriter writer(body);
                      writer.begin_object().field("channel", channel->code).key("jobs").begin_array();
                      for (const auto& job : *jobs)
                          writer.begin_object()
                              .field("id", v2_id(prefix::kJob, job.id.value))
                              .field("kind", job.kind)
                              .end_object();
                      writer.end_array().end_object();
                      return v2_object(std::move(body), 202);
                  },
                  true};
}

}  // namespace

void add_v2_channels(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/channels", scope::kChannelsRead, {}, list_v2_channels);
    routes.get("/v2/channels/{code}", scope::kChannelsRead, {}, show_v2_channel);
    routes.post("/v2/channels/{code}/test", scope::kChannelsWrite, test_v2_channel);
    routes.post("/v2/channels/{code}/sync", scope::kChannelsWrite, sync_v2_channel);
}

}  // namespace crossdock::api::routes
