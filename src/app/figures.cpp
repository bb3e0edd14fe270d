// SPDX-License-Identifier: Apache-2.0
#include "app/figures.h"

#include "app/database_check.h"
#include "platform/process.h"
#include "store/backup_stamp.h"
#include "store/stream_repo.h"
#include "sync/window.h"

namespace crossdock::app {
namespace {

using Samples = std::vector<metrics::Registry::Sample>;

double seconds(std::chrono::milliseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void add_figures(metrics::Registry& registry, const sync::Env& env, jobs::Runner& runner) {
    registry.gauge_from("crossdock_jobs", "Jobs in the queue, by lane and state.", [&runner] {
        Samples samples;
        for (const jobs::LaneFigures& lane : runner.figures()) {
            const std::string name{domain::to_string(lane.lane)};
            const auto add = [&](const char* state, std::int64_t count) {
                samples.push_back({{{"lane", name}, {"state", state}}, static_cast<double>(count)});
            };
            add("ready", lane.ready);
            add("retry", lane.retry);
            add("running", lane.running);
            add("dead", lane.dead);
            add("quarantined", lane.quarantined);
        }
        return samples;
    });
    registry.gauge_from("crossdock_jobs_oldest_due_seconds", "How long the oldest due job of a lane has waited.", [&runner] {
        Samples samples;
        for (const jobs::LaneFigures& lane : runner.figures())
            samples.push_back({{{"lane", std::string{domain::to_string(lane.lane)}}}, seconds(lane.oldest_due_age)});
        return samples;
    });
    registry.gauge_from("crossdock_dead_letters", "Jobs given up, waiting for a person.", [&runner] {
        double dead = 0;
        for (const jobs::LaneFigures& lane : runner.figures())
            dead += static_cast<double>(lane.dead + lane.quarantined - lane.coming_back);
        return Samples{{{}, dead}};
    });
    registry.gauge_from("crossdock_jobs_parked", "Streams that ended the process and rest until they are tried again by themselves.", [&runner] {
        double parked = 0;
        for (const jobs::LaneFigures& lane : runner.figures()) parked += static_cast<double>(lane.coming_back);
        return Samples{{{}, parked}};
    });
    registry.gauge_from("crossdock_channel_state", "1 for the state a channel is in: new, ok, degraded or stopped.", [&env] {
        return env.db.read([&](db::Session& session) {
            Samples samples;
            for (const store::Channel& channel : store::ChannelRepo(session).list_all())
                if (channel.enabled)
                    samples.push_back({{{"channel", channel.code}, {"state", std::string{store::to_string(channel.state)}}}, 1});
            return samples;
        });
    });
    registry.gauge_from("crossdock_sync_lag_seconds", "Time since a stream of a channel last came through.", [&env] {
        return env.db.read([&](db::Session& session) {
            Samples samples;
            const Timestamp now = env.clock.now();
            for (const store::Channel& channel : store::ChannelRepo(session).list_all())
                for (const store::Stream& stream : store::StreamRepo(session).of_channel(channel.id))
                    if (stream.last_success_at && channel.enabled)
                        samples.push_back({{{"channel", channel.code}, {"stream", stream.name}}, seconds(now - *stream.last_success_at)});
            return samples;
        });
    });
    registry.gauge_from("crossdock_walk_read", "Orders or items that a walk under way has read so far.", [&env] {
        return env.db.read([&](db::Session& session) {
            Samples samples;
            for (const store::Channel& channel : store::ChannelRepo(session).list_all())
                for (const store::Stream& stream : store::StreamRepo(session).of_channel(channel.id))
                    if (const auto walk = sync::progress_of(stream); walk && channel.enabled)
                        samples.push_back({{{"channel", channel.code}, {"stream", stream.name}}, static_cast<double>(walk->seen)});
            return samples;
        });
    });
    registry.gauge_from("crossdock_database_bytes", "Size of the database file and of its log.", [&env] {
        const db::Figures figures = env.db.figures();
        return Samples{{{{"part", "file"}}, static_cast<double>(figures.file_bytes)},
                       {{{"part", "log"}}, static_cast<double>(figures.log_bytes)}};
    });
    registry.counter_from("crossdock_database_commits_total", "Commits, and the units of work in them.", [&env] {
        const db::Figures figures = env.db.figures();
        return Samples{{{{"what", "commits"}}, static_cast<double>(figures.commits)},
                       {{{"what", "units"}}, static_cast<double>(figures.units)}};
    });
    registry.gauge_from("crossdock_database_writes_fail", "1 while nothing can be stored, as on a full disk.",
                        [&env] { return Samples{{{}, env.db.write_trouble() ? 1.0 : 0.0}}; });
    const auto of_check = [&env](auto value) {
        return [&env, value] {
            const auto last = env.db.read([](db::Session& session) { return DatabaseCheck::last(session); });
            return Samples{{{}, last ? value(*last, env.clock.now()) : -1}};
        };
    };
    registry.gauge_from("crossdock_database_check_age_seconds", "Time since the last check of the whole database file; -1 when there was none.",
                        of_check([](const DatabaseCheck::Result& last, Timestamp now) { return seconds(now - last.at); }));
    registry.gauge_from("crossdock_database_check_seconds", "How long that check took; -1 when there was none.",
                        of_check([](const DatabaseCheck::Result& last, Timestamp) { return seconds(last.took); }));
    registry.gauge_from("crossdock_database_check_faults", "Faults that it found, ten at most; -1 when there was none.",
                        of_check([](const DatabaseCheck::Result& last, Timestamp) { return static_cast<double>(last.faults.size()); }));
    registry.gauge_from("crossdock_last_backup_age_seconds", "Time since the last backup that was made and found sound; -1 when there was none.", [&env] {
        return env.db.read([&](db::Session& session) {
            const auto made = store::BackupRepo(session).last_made();
            const double age = made ? seconds(env.clock.now() - made->at) : -1;
            return Samples{{{}, age}};
        });
    });
    registry.gauge_from("crossdock_backup_failed", "1 when the last backup failed.", [&env] {
        const bool failed =
            env.db.read([](db::Session& session) { return store::BackupRepo(session).last_failed().has_value(); });
        return Samples{{{}, failed ? 1.0 : 0.0}};
    });
    registry.gauge_from("process_resident_memory_bytes", "Resident memory.",
                        [] { return Samples{{{}, static_cast<double>(platform::resident_bytes())}}; });
}

}  // namespace crossdock::app
