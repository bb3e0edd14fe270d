// SPDX-License-Identifier: Apache-2.0
// What everybody is told about a job that ends the process, and what becomes of what it carries.
#include "hub_fixture.h"
#include "store/channel_repo.h"
#include "sync/push_shipment.h"
#include "sync/push_stock.h"

namespace crossdock::app {
namespace {

class ParkedJob : public HubTest<ManualClock> {
protected:
    /// Opens the hub as if this job had just ended the process for the third time.
    Job crash_for_the_third_time(domain::JobSpec (*make)(const store::Channel&, Timestamp)) {
        open(options());
        const Timestamp now = clock.now();
        const Job run = hub->database().write([&](db::Session& session) {
            const auto channel = store::ChannelRepo(session).list_all().front();
            store::JobRepo jobs(session);
            const domain::JobSpec spec = make(channel, now);
            jobs.enqueue(spec, now);
            const Job claimed = jobs.claim({spec.lane, "a boot before", now, 60s, {}, {}}).value();
            db::Statement(session, "UPDATE jobs SET crash_count = 2 WHERE id = ?").bind(claimed.id).exec();
            return claimed;
        });
        HubOptions again = options();
        again.runner.ended_by = store::Culprit{run.id, run.fence, 11};
        open(again);
        return run;
    }
    nlohmann::json listed(JobId id) {
        const auto list = run_command(*hub, "job.list", nlohmann::json::object());
        for (const auto& row : *list)
            if (row["job"] == id.value) return row;
        return nullptr;
    }
};

TEST_F(ParkedJob, WorkThatWaitsTooLongIsTold) {
    open(options());
    with_jobs([&](store::JobRepo& jobs) {
        domain::JobSpec spec;
        spec.account_id = AccountId{1};
        spec.lane = Lane::bulk;
        spec.kind = spec.unique_key = "something";
        spec.args = "{}";
        spec.run_at = clock.now();
        jobs.enqueue(spec, clock.now());
        return 0;
    });
    const auto told = [&] {
        std::string next_step;
        for (const api::HealthFinding& finding : look_at_health(hub->env(), hub->runner()).findings)
            if (finding.code == "lane_late" && finding.message == "work in lane bulk has waited 11 minutes")
                next_step = finding.next_step;
        return next_step;
    };
    clock.advance(9min);
    EXPECT_EQ(find(look_at_health(hub->env(), hub->runner()), "lane_late"), nullptr);
    clock.advance(2min);
    EXPECT_EQ(told(), "look at: crossdock job list");
}

TEST_F(ParkedJob, AStreamIsToldEverywhereWithItsTimeAndComesBackByItself) {
    const Job run = crash_for_the_third_time(sync::push_stock_job);
    ASSERT_TRUE(hub->step());  // another job; this one is parked as the queue recovers
    const std::string until = "2026-11-20T12:15:00Z";
    const std::string by_hand = "crossdock job retry " + std::to_string(run.id.value);

    const auto health = look_at_health(hub->env(), hub->runner());
    const auto* finding = find(health, "job_parked");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->severity, "error");
    EXPECT_EQ(finding->channel, "shop");
    EXPECT_NE(finding->message.find(until), std::string::npos) << finding->message;
    EXPECT_NE(finding->next_step.find(until), std::string::npos) << finding->next_step;
    EXPECT_NE(finding->next_step.find(by_hand), std::string::npos) << finding->next_step;

    const auto row = listed(run.id);
    EXPECT_EQ(row["state"], "quarantined");
    EXPECT_EQ(row["run_at"], until);
    EXPECT_EQ(row["crashes"], 3);
    EXPECT_NE(row["error"].get<std::string>().find(until), std::string::npos) << row;

    EXPECT_EQ(
        count("problems WHERE subject = 'job' AND code = 'job_parked' AND resolved_at_ms IS NULL AND message LIKE '%" +
              until + "%'"),
        1);
    EXPECT_EQ(count("events WHERE type = 'job.parked'"), 1);
    EXPECT_EQ(count("events WHERE type = 'job.dead_lettered'"), 0) << "what it carries is not given up";
    EXPECT_TRUE(was_logged("job_parked"));
    EXPECT_TRUE(was_logged(until));

    clock.advance(14min);
    while (hub->step()) {
    }
    EXPECT_EQ(listed(run.id)["state"], "quarantined");
    clock.advance(1min);
    while (hub->step()) {
    }
    // Nothing waited for the channel, so it ended well without a network.
    EXPECT_TRUE(listed(run.id).is_null());
    EXPECT_EQ(count("problems WHERE subject = 'job' AND resolved_at_ms IS NULL"), 0);
    EXPECT_EQ(find(look_at_health(hub->env(), hub->runner()), "job_parked"), nullptr);
}

domain::JobSpec a_shipment(const store::Channel& channel, Timestamp now) {
    return {channel.account_id, channel.id, Lane::push, std::string{sync::kPushShipment}, "push_shipment:1", "{}", now};
}

TEST_F(ParkedJob, AOneOffWaitsForAPerson) {
    const Job run = crash_for_the_third_time(a_shipment);
    hub->step();
    clock.advance(24h * 7);
    while (hub->step()) {
    }
    const auto row = listed(run.id);
    EXPECT_EQ(row["state"], "quarantined");
    EXPECT_TRUE(row["run_at"].is_null()) << "not by itself";
    EXPECT_EQ(count("events WHERE type = 'job.dead_lettered'"), 1);
    const auto* finding = find(look_at_health(hub->env(), hub->runner()), "job_dead");
    ASSERT_NE(finding, nullptr);
    EXPECT_NE(finding->next_step.find("crossdock job retry " + std::to_string(run.id.value)), std::string::npos);
    EXPECT_EQ(count("problems WHERE subject = 'job' AND code = 'job_dead' AND resolved_at_ms IS NULL"), 1);

    ASSERT_TRUE(run_command(*hub, "job.retry", {{"job", run.id.value}}));
    while (hub->step()) {
    }
    EXPECT_EQ(count("problems WHERE subject = 'job' AND subject_key = 'push_shipment:1' AND resolved_at_ms IS NULL"), 0)
        << "what a person has mended is no problem any more";
}

}  // namespace
}  // namespace crossdock::app
