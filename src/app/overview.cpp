// SPDX-License-Identifier: Apache-2.0
#include "app/overview.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/middleware/scopes.h"
#include "app/backups.h"
#include "app/command_call.h"
#include "app/watch.h"
#include "app/webhooks_out.h"
#include "store/api_key_repo.h"
#include "store/backup_stamp.h"
#include "store/hook_subscription_repo.h"
#include "store/job_repo.h"
#include "store/overview_repo.h"
#include "store/stream_repo.h"
#include "sync/export_walk.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"
#include "sync/window.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

constexpr std::chrono::days kUnusedAfter{30};
constexpr auto kSubscriptionsSettle = std::chrono::hours{2};  // they are looked at every hour

json counted(const store::Counted& figure) { return {{"count", figure.number}, {"more", figure.more}}; }

json seconds_since(const std::optional<Timestamp>& at, Timestamp now) {
    if (!at) return nullptr;
    return std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(now - *at).count());
}

json overview_of_channel(db::Session& session, const RowView& view, const store::Channel& channel, Timestamp now) {
    const auto figures = store::OverviewRepo(session).of_channel(channel.account_id, channel.id, now);
    const auto orders = store::StreamRepo(session).load(channel.id, sync::kOrdersStream);
    const sync::Schedule* schedule = view.schedule_of(channel);
    return {{"channel", channel.code},
            {"account", store::account_code(session, channel.account_id)},
            {"provider", domain::to_string(channel.provider)},
            {"enabled", channel.enabled && schedule != nullptr},
            {"state", store::to_string(channel.state)},
            {"message", channel.state_message ? json(*channel.state_message) : json(nullptr)},
            {"orders_pulled_at", time_or_null(orders.last_success_at)},
            {"orders_lag_seconds", seconds_since(orders.last_success_at, now)},
            {"last_order_at", time_or_null(figures.last_order_at)},
            {"problems", figures.problems.number},
            {"stock_waiting", counted(figures.stock_waiting)},
            {"stock_failed", counted(figures.stock_failed)},
            {"shipments_waiting", counted(figures.shipments_waiting)},
            {"shipments_failed", counted(figures.shipments_failed)}};
}

json overview_of_queue(db::Session& session, Timestamp now) {
    std::int64_t ready = 0, running = 0, retry = 0, dead = 0, parked = 0;
    std::optional<Timestamp> oldest;
    for (const store::JobCount& count : store::JobRepo(session).counts()) {
        switch (count.state) {
            case domain::JobState::ready:
                ready += count.jobs;
                if (count.earliest <= now && (!oldest || count.earliest < *oldest)) oldest = count.earliest;
                break;
            case domain::JobState::running: running += count.jobs; break;
            case domain::JobState::retry: retry += count.jobs; break;
            case domain::JobState::dead: dead += count.jobs; break;
            case domain::JobState::quarantined: (count.comes_back ? parked : dead) += count.jobs; break;
            case domain::JobState::done: break;
        }
    }
    return {{"ready", ready}, {"running", running}, {"retry", retry},
            {"dead", dead},   {"parked", parked},   {"oldest_due_seconds", seconds_since(oldest, now)}};
}

json overview_of_backup(db::Session& session) {
    store::BackupRepo backups(session);
    const auto made = backups.last_made();
    const auto failed = backups.last_failed();
    return {{"made_at", made ? json(format_rfc3339(made->at)) : json(nullptr)},
            {"file", made ? json(made->file) : json(nullptr)},
            {"bytes", made ? json(made->bytes) : json(nullptr)},
            {"failed_at", failed ? json(format_rfc3339(failed->at)) : json(nullptr)},
            {"error", failed ? json(failed->error) : json(nullptr)}};
}

std::string hours_text(std::chrono::milliseconds age) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(age).count();
    if (minutes < 120) return std::to_string(minutes) + " minutes";
    return minutes < 60 * 72 ? std::to_string(minutes / 60) + " hours" : std::to_string(minutes / (60 * 24)) + " days";
}

/// Streams but the orders, which health says itself.
void look_at_streams(db::Session& session, const store::Channel& channel, const sync::Schedule& schedule, Timestamp now,
                     std::vector<api::HealthFinding>& findings) {
    const std::pair<std::string_view, sync::Interval> expected[] = {{sync::kRefundsStream, schedule.refunds},
                                                                    {sync::kCatalogStream, schedule.catalog}};
    for (const auto& [name, interval] : expected) {
        if (!interval) continue;
        const store::Stream stream = store::StreamRepo(session).load(channel.id, name);
        if (!stream.last_success_at || now - *stream.last_success_at <= orders_late_after(*interval)) continue;
        if (sync::progress_of(stream) || sync::is_under_way(sync::read_export(stream))) continue;  // it works on it
        findings.push_back({"warning", channel.account_id, channel.code, "stream_late",
                            std::string{name} + " came through last " + hours_text(now - *stream.last_success_at) +
                                " ago" + (stream.last_error ? "; the last attempt said: " + *stream.last_error : ""),
                            "ask the channel what is wrong: crossdock channel test " + channel.code});
    }
}

void look_at_subscriptions(db::Session& session, const store::Channel& channel, Timestamp now,
                           std::vector<api::HealthFinding>& findings) {
    for (const store::HookSubscription& one : store::HookSubscriptionRepo(session).of_channel(channel.id)) {
        if (one.since || now - one.checked_at > kSubscriptionsSettle) continue;
        findings.push_back(
            {"warning", channel.account_id, channel.code, "subscription_missing",
             "the provider does not tell the hub of " + one.topic + (one.fault ? ": " + *one.fault : "") +
                 "; what it is about comes by polling, a little later",
             "is [server] public_url reachable from outside? The hub tries again every hour; to see all: "
             "crossdock channel list"});
    }
}

void look_at_unused_keys(db::Session& session, Timestamp now, std::vector<api::HealthFinding>& findings) {
    const auto keys = store::ApiKeyRepo(session).list_holding(now);
    const bool any = std::any_of(keys.begin(), keys.end(), [](const store::ApiKey& key) {
        return api::allows(key.scopes, api::scope::kOrdersRead);
    });
    if (!any)
        findings.push_back({"warning", std::nullopt, "", "no_key",
                            "there is no API key with which an ERP could read orders",
                            "make one: crossdock key create"});
    for (const store::ApiKey& key : keys)
        if (!key.last_used_at && now - key.created_at > kUnusedAfter)
            findings.push_back({"warning", key.account_id, "", "key_never_used",
                                "API key " + key.key_id + " (" + key.name + ") was made " +
                                    hours_text(now - key.created_at) + " ago and never used",
                                "if nobody needs it, end it: crossdock key revoke " + key.key_id});
}

/// Where several accounts have a channel of that code, also whose it is.
std::string channel_name(db::Session& session, AccountId account, const std::string& code) {
    if (store::ChannelRepo(session).with_code(code).size() < 2) return code;
    return code + " (account " + store::account_code(session, account) + ")";
}

/// It has three parts; each is work of its own, since they go at different speeds.
LongWork export_work(const store::Stream& stream, const std::string& channel, const sync::ExportState& one) {
    using Phase = sync::ExportState::Phase;
    const bool waits = one.phase == Phase::starting || one.phase == Phase::running;
    if (waits) return {"waiting for the channel's export of " + stream.name, channel, one.objects, 0, true, {}};
    if (one.phase == Phase::reading)
        return {"reading the export of " + stream.name, channel, one.lines,
                std::max(one.lines, one.objects),       false,        {}};
    return {"storing the export of " + stream.name, channel, one.things, 0, false, {}};
}

}  // namespace

std::vector<LongWork> walks_under_way(db::Session& session, const ScheduleOf& schedule_of) {
    std::vector<LongWork> works;
    for (const store::Channel& channel : store::ChannelRepo(session).list_all()) {
        if (!channel.enabled || schedule_of(channel) == nullptr) continue;
        const std::string name = channel_name(session, channel.account_id, channel.code);
        for (const store::Stream& stream : store::StreamRepo(session).of_channel(channel.id)) {
            const auto exported = sync::read_export(stream);
            if (sync::is_under_way(exported)) {
                works.push_back(export_work(stream, name, *exported));
            } else if (const auto walk = sync::progress_of(stream)) {
                works.push_back({"reading " + stream.name, name, walk->seen, walk->total, walk->waits, {}});
            }
        }
    }
    return works;
}

json overview_of(db::Session& session, const RowView& view, Timestamp now) {
    store::OverviewRepo repo(session);
    json channels = json::array();
    for (const store::Channel& channel : store::ChannelRepo(session).list_all())
        if (channel.enabled || view.schedule_of(channel) != nullptr)
            channels.push_back(overview_of_channel(session, view, channel, now));
    json poll = nullptr;
    std::optional<Timestamp> last;
    for (const store::ApiKey& key : store::ApiKeyRepo(session).list_holding(now)) {
        if (!key.last_used_at || !api::allows(key.scopes, api::scope::kOrdersRead) ||
            (last && *key.last_used_at <= *last))
            continue;
        last = key.last_used_at;
        poll = {{"at", format_rfc3339(*last)}, {"key", key.key_id}, {"name", key.name}};
    }
    return {{"orders_waiting", counted(repo.orders_waiting())},
            {"refunds_waiting", counted(repo.refunds_waiting())},
            {"last_poll", poll},
            {"channels", channels},
            {"queue", overview_of_queue(session, now)},
            {"backup", overview_of_backup(session)}};
}

std::vector<api::HealthFinding> look_closer(db::Session& session, const RowView& view, bool running, Timestamp now) {
    std::vector<api::HealthFinding> findings;
    for (const store::Channel& channel : store::ChannelRepo(session).list_all()) {
        const sync::Schedule* schedule = view.schedule_of(channel);
        if (schedule == nullptr || !channel.enabled) continue;
        // Without a hub every stream is late, and that is said once.
        if (running && channel.state != store::ChannelState::stopped)
            look_at_streams(session, channel, *schedule, now, findings);
        if (view.wants_webhooks) look_at_subscriptions(session, channel, now, findings);
    }
    look_at_unused_keys(session, now, findings);
    return findings;
}

std::vector<api::HealthFinding> look_without_hub(db::Session& session, const RowView& view, Timestamp now) {
    api::HealthReport report;
    look_at_rows(session, view.schedule_of, view.plans, now, report);
    add_webhook_findings(session, report);
    add_backup_findings(session, view.backup, now, report);
    std::erase_if(report.findings, [](const api::HealthFinding& finding) { return finding.code == "orders_late"; });
    for (api::HealthFinding& finding : look_closer(session, view, false, now))
        report.findings.push_back(std::move(finding));
    return std::move(report.findings);
}

api::HealthFinding with_account(db::Session& session, api::HealthFinding finding) {
    if (!finding.account || finding.channel.empty()) return finding;
    const std::string name = channel_name(session, *finding.account, finding.channel);
    if (name == finding.channel) return finding;
    if (finding.next_step.ends_with("crossdock channel test " + finding.channel))
        finding.next_step += " --account " + store::account_code(session, *finding.account);
    finding.channel = name;
    return finding;
}

json to_json(const LongWork& work) {
    return {{"what", work.what},
            {"channel", work.channel.empty() ? json(nullptr) : json(work.channel)},
            {"done", work.done},
            {"all", work.all > 0 ? json(work.all) : json(nullptr)},
            {"percent", work.all > 0 ? json(std::min<std::int64_t>(100, 100 * work.done / work.all)) : json(nullptr)},
            {"seconds_left", work.left ? json(work.left->count()) : json(nullptr)},
            {"words", words_of(work)}};
}

json to_json(const api::HealthFinding& finding) {
    return {{"severity", finding.severity},
            {"channel", finding.channel.empty() ? json(nullptr) : json(finding.channel)},
            {"code", finding.code},
            {"message", finding.message},
            {"next_step", finding.next_step}};
}

}  // namespace crossdock::app
