// SPDX-License-Identifier: Apache-2.0
#include "app/health.h"

#include <string>
#include <vector>

#include "app/database_check.h"
#include "app/keys.h"
#include "app/order_story.h"
#include "app/storage.h"
#include "app/watch.h"
#include "store/job_repo.h"
#include "store/overview_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/export_walk.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/reconcile_first.h"
#include "sync/window.h"

namespace crossdock::app {
namespace {

constexpr std::int64_t kLongWalk = 1'000;  // orders or items, before a person is told

std::string minutes_text(std::chrono::milliseconds age) {
    return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(age).count()) + " minutes";
}

void look_at_channel(db::Session& session, const sync::Schedule* schedule, const store::Channel& channel, Timestamp now,
                     api::HealthReport& report) {
    if (schedule == nullptr || !channel.enabled) return;
    const auto add = [&](std::string severity, std::string code, std::string message, std::string next_step) {
        report.findings.push_back({std::move(severity), channel.account_id, channel.code, std::move(code), std::move(message), std::move(next_step)});
    };
    if (channel.state == store::ChannelState::stopped)
        add("error", channel.state_code.value_or("stopped"), channel.state_message.value_or("the channel is stopped"),
            "mend the credentials or permissions; the channel is tried again every hour and at every start and then goes on by itself; to "
            "try now: crossdock channel test " + channel.code);
    else if (channel.state == store::ChannelState::degraded)
        add("warning", channel.state_code.value_or("degraded"), channel.state_message.value_or("the channel does not work well"),
            "look at: crossdock channel test " + channel.code);
    for (const store::Stream& stream : store::StreamRepo(session).of_channel(channel.id)) {
        const auto one = sync::read_export(stream);
        const bool exported = sync::is_under_way(one);
        const auto walk = sync::progress_of(stream);
        if (walk && (walk->waits || walk->seen >= kLongWalk) && !exported)
            add("info", "walk_under_way", stream.name + ": " + sync::words_of(*walk),
                "nothing to do; it goes on by itself, after a restart as well");
        if (exported) {
            const bool of_items = stream.name == sync::kCatalogStream || stream.name == sync::kCatalogFullStream;
            const std::string things = of_items ? "items" : "orders";
            add("info", of_items ? "catalog_export" : "orders_export",
                "the channel's " + things + " come by an export since " + minutes_text(now - one->begun_at) + ": " +
                    std::to_string(one->objects) + " objects written there, " + std::to_string(one->lines) + " read, " +
                    std::to_string(one->things) + ' ' + things + " stored",
                of_items ? "nothing to do" : "nothing to do; orders placed meanwhile follow as soon as it is through");
        }
    }
    if (schedule->orders) {
        const auto stream = store::StreamRepo(session).load(channel.id, sync::kOrdersStream);
        const auto limit = orders_late_after(*schedule->orders);
        if (stream.last_success_at && now - *stream.last_success_at > limit)
            add("error", "orders_late", "orders were pulled last " + minutes_text(now - *stream.last_success_at) + " ago",
                stream.last_error ? "the last attempt said: " + *stream.last_error : "look at: crossdock job list");
    }
    for (const store::ProblemRow& problem : store::ProblemRepo(session).open(channel.account_id, channel.id, 50)) {
        if (problem.subject == "stream" && (problem.code == channel.state_code.value_or("") ||
                                            channel.state_message.value_or("").starts_with(problem.subject_key + ": ")))
            continue;  // said already
        if (problem.subject == "job") continue;  // said by look_at_jobs, with its number
        add("warning", problem.code, problem.subject + " " + problem.subject_key + ": " + problem.message,
            problem.subject == "order" ? "look at: crossdock order why " + exact_name(session, channel.account_id, channel, problem.subject_key)
                                       : "look at: crossdock channel list");
    }
}

/// What the ERP sent for a channel to which nothing goes.
void look_at_kept_pushes(db::Session& session, bool named, const store::Channel& channel, api::HealthReport& report) {
    if (channel.enabled) return;
    const store::WaitingPushes waiting = store::OverviewRepo(session).waiting_pushes(channel.id);
    std::vector<std::string> kept;
    const auto add = [&](const store::Counted& counted, const std::string& thing) {
        if (counted.number > 0)
            kept.push_back((counted.more ? "more than " : "") + std::to_string(counted.number) + ' ' + thing + (counted.number == 1 ? "" : "s"));
    };
    add(waiting.shipments, "shipment");
    add(waiting.stock, "stock update");
    add(waiting.cartons, "carton");
    if (kept.empty()) return;
    const bool one = kept.size() == 1 && kept.front().starts_with("1 ");
    std::string all = kept.front();
    for (std::size_t i = 1; i < kept.size(); ++i) all += (i + 1 == kept.size() ? " and " : ", ") + kept[i];
    report.findings.push_back(
        {"warning", channel.account_id, channel.code, "pushes_wait",
         all + (one ? " waits" : " wait") + " for the channel, which is " +
             (named ? "switched off" : "not in the config file (any more)") + ": nothing goes to it",
         std::string{named ? "set enabled = true for it in" : "put it back into"} +
             " the config file and start the hub again: " +
             (one ? "it goes out by itself" : "they go out by themselves") + "; if it never comes back, discard " +
             (one ? "it" : "them") + " with: crossdock channel discard-pushes " + channel.code});
}

void look_at_jobs(db::Session& session, const ScheduleOf& schedule_of, api::HealthReport& report) {
    store::JobFilter filter;
    filter.limit = 50;
    for (const auto state : {domain::JobState::dead, domain::JobState::quarantined}) {
        filter.state = state;
        for (const domain::Job& job : store::JobRepo(session).list(filter)) {
            const auto channel = job.channel_id ? store::ChannelRepo(session).get(*job.channel_id) : std::nullopt;
            const bool named = channel && schedule_of(*channel) != nullptr;
            const std::string number = std::to_string(job.id.value);
            const std::string name = "job " + number + " (" + job.kind + ") ";
            const std::string why = job.last_error.value_or("");
            api::HealthFinding finding{"error", job.account_id, named ? channel->code : "", "job_dead",
                                       name + "was given up: " + why, "run it again with: crossdock job retry " + number};
            if (job.comes_back()) {
                finding.code = "job_parked";
                finding.message = name + "rests until " + format_rfc3339(job.run_at) + ", and what it carries waits: " + why;
                finding.next_step = "it is tried again by itself at " + format_rfc3339(job.run_at) + "; to run it now: crossdock job retry " + number;
            }
            report.findings.push_back(std::move(finding));
        }
    }
}

void look_at_database(db::Session& session, api::HealthReport& report) {
    const auto last = DatabaseCheck::last(session);
    if (!last) return;
    report.database_check = api::DatabaseCheckReport{last->at, last->took, last->faults.empty()};
    if (!last->faults.empty())
        report.findings.push_back({"error", std::nullopt, "", "database_damaged",
                                   "the check of the whole database at " + format_rfc3339(last->at) + " found: " + last->faults.front() +
                                       (last->faults.size() > 1 ? " (and more, see the log)" : ""),
                                   "stop crossdock and restore the last good backup: crossdock restore FILE; it keeps the damaged file beside it"});
}

}  // namespace

void look_at_rows(db::Session& session, const ScheduleOf& schedule_of, const api::Plans& plans, Timestamp now, api::HealthReport& report) {
    for (const store::Channel& channel : store::ChannelRepo(session).list_all()) {
        const sync::Schedule* schedule = schedule_of(channel);
        look_at_channel(session, schedule, channel, now, report);
        look_at_kept_pushes(session, schedule != nullptr, channel, report);
    }
    look_at_jobs(session, schedule_of, report);
    look_at_database(session, report);
    for (api::HealthFinding& finding : look_at_keys(session, plans, now)) report.findings.push_back(std::move(finding));
}

api::HealthReport look_at_health(const sync::Env& env, jobs::Runner& runner, const api::Plans& plans) {
    api::HealthReport report;
    if (!env.db.usable()) {
        report.ready = false;
        report.findings.push_back({"error", std::nullopt, "", "database_unusable",
                                   "the database failed in the middle of a commit; the hub takes no more work",
                                   "it restarts by itself under a service manager; otherwise start it again"});
        return report;
    }
    look_at_storage(env.db, report);
    const Timestamp now = env.clock.now();
    env.db.read([&](db::Session& session) {
        const ScheduleOf schedule_of = [&](const store::Channel& channel) {
            const sync::Channels::Entry* entry = env.channels.find(channel.id);
            return entry == nullptr ? nullptr : &entry->schedule;
        };
        look_at_rows(session, schedule_of, plans, now, report);
        for (const store::Channel& channel : sync::unread_channels(session, env))
            report.findings.push_back({"warning", channel.account_id, channel.code, "reconcile_first",
                                       "the database was restored from a backup: nothing is sent to the channel before its orders are read "
                                       "up to the restore",
                                       "nothing to do while its orders come; if they do not: crossdock channel test " + channel.code});
    });
    for (const jobs::LaneFigures& lane : runner.figures())
        if (lane.oldest_due_age > std::chrono::minutes{10})
            report.findings.push_back({"warning", std::nullopt, "", "lane_late",
                                       "work in lane " + std::string{domain::to_string(lane.lane)} + " has waited " +
                                           minutes_text(lane.oldest_due_age),
                                       "look at: crossdock job list"});
    return report;
}

}  // namespace crossdock::app
