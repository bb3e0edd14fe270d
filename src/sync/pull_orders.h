// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/record_order.h"
#include "services/record_refund.h"
#include "sync/env.h"

namespace crossdock::sync {

/// Kinds of jobs and their keys. A stream is pulled by one job at a time.
inline constexpr std::string_view kPullOrders = "pull_orders";
inline constexpr std::string_view kRefreshOrder = "refresh_order";
inline constexpr std::string_view kPullOrderRefunds = "pull_order_refunds";
inline constexpr std::string_view kRemapOrders = "remap_orders";

/// The streams that pull_orders reads: the running one, a nightly wide overlap, and a back-fill on demand.
inline constexpr std::string_view kOrdersStream = "orders";
inline constexpr std::string_view kNightlyStream = "orders_nightly";
inline constexpr std::string_view kBackfillStream = "orders_backfill";

domain::JobSpec pull_orders_job(const store::Channel& channel, Timestamp run_at);
domain::JobSpec nightly_orders_job(const store::Channel& channel, Timestamp run_at);
/// Reads everything changed since `from` once more.
domain::JobSpec backfill_orders_job(const store::Channel& channel, Timestamp from, Timestamp run_at);
domain::JobSpec refresh_order_job(const store::Channel& channel, std::string_view external_order_id, Timestamp run_at);
/// The same for one that reconciliation found missing: that it arrived is told as sync.gap_healed.
domain::JobSpec missed_order_job(const store::Channel& channel, std::string_view external_order_id, Timestamp run_at);
domain::JobSpec order_refunds_job(const store::Channel& channel, std::string_view external_order_id, Timestamp run_at);
domain::JobSpec remap_orders_job(const store::Channel& channel, Timestamp run_at);

/// What a channel sent of an order, understood as far as it could be.
struct UnderstoodOrder {
    services::FetchedOrder fetched{"", {}, "", "", Error{ErrorKind::invalid, "", ""}, {}};
    std::vector<connectors::ChildStub> refunds;          // to be fetched when they are news
    std::vector<connectors::RawRefund> raw_refunds;      // that came whole with it …
    std::vector<services::FetchedRefund> whole_refunds;  // … and what they say; their texts are those of raw_refunds
    bool awaits_acknowledgement = false;
};
/// No database, no network. The result refers to `raw` and to the connector.
UnderstoodOrder understand(connectors::Connector& connector, const connectors::RawOrder& raw);
/// How the channel's payloads are read. Refers to `source`.
services::OrderReader reader_of(const connectors::OrderSource& source);
/// Records one order with its refunds and with the jobs that follow from it: refunds to be fetched, the acknowledgement,
/// asked for once, when the order is first stored. Inside the caller's transaction.
services::RecordedOrder record(db::Session& session, const store::Channel& channel, const UnderstoodOrder& one, Timestamp now);

/// Records one order in a transaction of its own: an order the schema itself refuses must not hold up its page. It is
/// listed as a problem, and its raw form is kept. True when it changed something.
bool record_alone(const Env& env, const store::Channel& channel, const UnderstoodOrder& one);

/// The channel was asked for the order by its id and does not show it (`why`): it is marked missing there, and kept. In
/// words, once.
void note_missing(const Env& env, const store::Channel& channel, std::string_view external_order_id, const Error& why);

/// Pulls one page of changed orders per run and goes on in the same job while pages remain, so that a long catch-up shares
/// the workers. The watermark moves only behind the last page, in its transaction, by the provider's own clock.
class PullOrders final : public jobs::Handler {
public:
    explicit PullOrders(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Fetches one order again: a webhook hinted at it, reconciliation missed it, a shipment changed it.
class RefreshOrder final : public jobs::Handler {
public:
    explicit RefreshOrder(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Fetches all refunds of one order.
class PullOrderRefunds final : public jobs::Handler {
public:
    explicit PullOrderRefunds(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Understands held orders anew: those that could not be mapped, and those with lines no item was found for; and refunds
/// that could not be mapped.
class RemapOrders final : public jobs::Handler {
public:
    explicit RemapOrders(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
