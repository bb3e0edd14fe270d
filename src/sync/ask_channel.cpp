// SPDX-License-Identifier: Apache-2.0
#include "sync/ask_channel.h"

#include "base/time.h"
#include "services/fba_jobs.h"
#include "store/job_repo.h"
#include "store/refund_repo.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/reconcile.h"
#include "sync/stopped_channel.h"

namespace crossdock::sync {
namespace {

constexpr std::int64_t kMostRefundJobs = 200;
constexpr int kReconciledDays = 30;

struct Asked {
    std::vector<domain::JobSpec> specs;
    std::vector<std::string_view> kinds;  // of work that waits after a failure and is asked for, too
};

Asked what_is_asked(db::Session& session, const store::Channel& channel, const ChannelWish& wish, Timestamp now) {
    Asked asked;
    const auto wants = [&](const char* name) { return wish.stream == "all" || wish.stream == name; };
    if (wants("orders")) {
        asked.specs.push_back(pull_orders_job(channel, now));
        asked.kinds.insert(asked.kinds.end(), {kPullOrders, kRefreshOrder, kPullOrderRefunds});
    }
    if (wants("refunds")) {
        for (const std::string& id : store::RefundRepo(session).orders_with_unsettled(channel.id, kMostRefundJobs))
            asked.specs.push_back(order_refunds_job(channel, id, now));
        asked.kinds.push_back(kPullOrderRefunds);
    }
    if (wants("catalog")) {
        asked.specs.push_back(full_catalog_job(channel, now));
        asked.kinds.push_back(kPullCatalog);
    }
    if (wants("carriers")) {
        asked.specs.push_back(pull_carriers_job(channel, now));
        asked.kinds.push_back(kPullCarriers);
    }
    if (channel.provider == domain::Provider::amazon && wants("fba")) {
        asked.specs.push_back(services::sync_fba_job(channel, now));
        asked.kinds.push_back(services::kSyncFbaShipments);
    }
    if (wish.stream == "reconcile") {
        asked.specs.push_back(reconcile_job(channel, kReconciledDays, now));
        asked.kinds.push_back(kReconcile);
    }
    return asked;
}

}  // namespace

Result<std::vector<AskedJob>> ask_channel(db::Session& session, const store::Channel& channel, const ChannelWish& wish,
                                          Timestamp now) {
    Asked asked = what_is_asked(session, channel, wish, now);
    if (asked.kinds.empty())
        return Error{
            ErrorKind::invalid, "stream_unknown",
            "\"" + wish.stream +
                "\" is not a stream; use orders, refunds, catalog, carriers, reconcile, for an amazon channel fba, "
                "or all"};
    if (wish.since) {
        if (wish.stream != "orders" && wish.stream != "all")
            return Error{ErrorKind::invalid, "since_of_orders_only",
                         "since is for orders: it goes with the stream orders, or with none, not with the stream " +
                             wish.stream + "; leave out since, or the stream"};
        if (*wish.since > now)
            return Error{
                ErrorKind::invalid, "since_in_future",
                "since " + format_rfc3339(*wish.since) + " is in the future; it is " + format_rfc3339(now) + " now"};
        asked = {{backfill_orders_job(channel, *wish.since, now)}, {kPullOrders}};
    }
    store::JobRepo jobs(session);
    std::vector<AskedJob> enqueued;
    for (const domain::JobSpec& spec : asked.specs) enqueued.push_back({jobs.enqueue(spec, now), spec.kind});
    // "Now" also when an earlier run failed and the same job waits for its next attempt.
    jobs.hasten(channel.id, asked.kinds, now);
    try_again(session, channel, now);
    return enqueued;
}

}  // namespace crossdock::sync
