// SPDX-License-Identifier: Apache-2.0
#include "app/recurring.h"

#include <algorithm>

#include "store/item_repo.h"
#include "store/refund_repo.h"
#include "sync/acknowledge_order.h"
#include "sync/check_channel.h"
#include "sync/ensure_webhooks.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"
#include "sync/push_cartons.h"
#include "sync/push_shipment.h"
#include "sync/push_stock.h"
#include "sync/reconcile.h"
#include "sync/reread_orders.h"

namespace crossdock::app {
namespace {

using std::chrono::hours;
using Specs = std::vector<domain::JobSpec>;

constexpr auto kDay = hours{24};
constexpr int kReconciledDays = 3;
constexpr int kReconciledDaysWeekly = 30;

}  // namespace

void add_recurring_work(jobs::Timers& timers, const sync::Env& env) {
    for (const sync::Channels::Entry* entry : env.channels.all()) {
        if (!entry->enabled) continue;
        store::Channel channel;
        channel.id = entry->id;
        channel.account_id = entry->account_id;
        channel.code = entry->setup.code;
        channel.provider = entry->setup.provider;
        const auto every = [&](const char* name, sync::Interval interval, auto make) {
            if (interval) timers.add(std::string{name} + ':' + std::to_string(channel.id.value), *interval, std::move(make));
        };
        const auto one = [&](const char* name, sync::Interval interval, domain::JobSpec (*make)(const store::Channel&, Timestamp)) {
            every(name, interval, [channel, make](Timestamp now) { return Specs{make(channel, now)}; });
        };
        const sync::Schedule& schedule = entry->schedule;

        one("check_channel", kDay, sync::check_channel_job);
        one("pull_orders", schedule.orders, sync::pull_orders_job);
        one("nightly_orders", schedule.orders ? sync::Interval{kDay} : std::nullopt, sync::nightly_orders_job);
        one("reread_orders", schedule.orders ? sync::Interval{kDay} : std::nullopt, sync::reread_orders_job);
        one("pull_catalog", schedule.catalog, sync::pull_catalog_job);
        one("full_catalog", schedule.catalog ? sync::Interval{kDay} : std::nullopt, sync::daily_catalog_job);
        one("pull_carriers", schedule.carriers, sync::pull_carriers_job);
        one("remap_orders", kDay, sync::remap_orders_job);
        if (!env.public_url.empty()) one("ensure_webhooks", hours{1}, sync::ensure_webhooks_job);
        every("reconcile", schedule.reconcile,
              [channel](Timestamp now) { return Specs{sync::reconcile_job(channel, kReconciledDays, now)}; });
        every("reconcile_weekly", schedule.reconcile ? sync::Interval{7 * kDay} : std::nullopt, [channel](Timestamp now) {
            domain::JobSpec job = sync::reconcile_job(channel, kReconciledDaysWeekly, now);
            job.unique_key += ":weekly";
            return Specs{job};
        });
        const auto connector = env.channels.open(channel);
        if (connector && connector->refund_source() != nullptr) one("pull_refunds", schedule.refunds, sync::pull_refunds_job);
        if (connector && connector->order_acknowledger() != nullptr)
            one("find_unacknowledged", std::chrono::minutes{10}, sync::find_unacknowledged_job);
        if (connector && connector->fba_source() != nullptr) {
            one("sync_fba_shipments", schedule.fba, services::sync_fba_job);
            one("backfill_fba_items", schedule.fba ? sync::Interval{std::chrono::minutes{15}} : std::nullopt, services::backfill_fba_job);
        }
        if (connector && connector->fba_plan_source() != nullptr && connector->fba_plan_source()->wants_fba_plans())
            one("find_fba_plans", schedule.fba ? sync::Interval{kDay} : std::nullopt, services::find_fba_plans_job);
        if (connector && connector->carton_sink() != nullptr)
            every("waiting_cartons", hours{1}, [channel, &env](Timestamp now) { return sync::waiting_carton_jobs(env, channel, now); });
        // Refunds whose money still moves; new ones come with their order.
        every("unsettled_refunds", schedule.refunds ? sync::Interval{std::max<std::chrono::milliseconds>(*schedule.refunds, hours{1})} : std::nullopt,
              [channel, &env](Timestamp now) {
                  Specs specs;
                  const auto orders = env.db.read(
                      [&](db::Session& session) { return store::RefundRepo(session).orders_with_unsettled(channel.id, 200); });
                  for (const std::string& id : orders) specs.push_back(sync::order_refunds_job(channel, id, now));
                  return specs;
              });
        // While the channel was switched off, jobs came to nothing and what they carried was kept. And a push whose job was
        // lost to a hand-made repair of the database still goes out; one that has its job is joined.
        every("waiting_shipments", hours{1}, [channel, &env](Timestamp now) { return sync::waiting_shipment_jobs(env, channel, now); });
        every("waiting_stock", hours{1}, [channel](Timestamp now) { return Specs{sync::push_stock_job(channel, now)}; });
    }
}

}  // namespace crossdock::app
