// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "domain/fba.h"
#include "domain/job.h"
#include "store/channel_repo.h"

/// The jobs about shipments into Amazon's warehouses: how they are named, and how many there may be.
namespace crossdock::services {

inline constexpr std::string_view kSyncFbaShipments = "sync_fba_shipments";      // a page of headers per run
inline constexpr std::string_view kRefreshFbaStatuses = "refresh_fba_statuses";  // fifty headers by their ids per run
inline constexpr std::string_view kFetchFbaItems = "fetch_fba_items";            // one batch of shipments
inline constexpr std::string_view kBackfillFbaItems = "backfill_fba_items";      // finds what is still without items
inline constexpr std::string_view kFindFbaPlans = "find_fba_plans";              // one call of a walk through the plans
inline constexpr std::string_view kPushCartons = "push_cartons";                 // the cartons of one shipment

/// The stream of kSyncFbaShipments.
inline constexpr std::string_view kFbaStream = "fba_shipments";

// The contract's numbers.
inline constexpr std::size_t kFbaBatch = 5;
inline constexpr std::chrono::seconds kFbaShipmentPause{2};  // between two calls of a batch
inline constexpr std::chrono::seconds kFbaPagePause{1};      // between two pages of one shipment's items
inline constexpr std::chrono::seconds kFbaBatchStagger{60};  // between two batches of the back-fill
inline constexpr std::int64_t kFbaSyncDays = 7;

domain::JobSpec sync_fba_job(const store::Channel& channel, Timestamp run_at);
domain::JobSpec refresh_fba_job(const store::Channel& channel, Timestamp run_at);
domain::JobSpec backfill_fba_job(const store::Channel& channel, Timestamp run_at);
domain::JobSpec fetch_fba_items_job(const store::Channel& channel, std::int64_t batch, Timestamp run_at);
domain::JobSpec find_fba_plans_job(const store::Channel& channel, Timestamp run_at);
domain::JobSpec push_cartons_job(AccountId account, ChannelId channel, FbaShipmentId shipment, Timestamp run_at);

/// Asks for the headers of everything updated within so many days. A sync that is under way is followed by another.
void ask_for_fba_sync(db::Session& session, const store::Channel& channel, std::int64_t days, Timestamp now);
/// How far back the next sync reaches; 0: nobody asked for anything but the usual.
std::int64_t wanted_fba_days(std::string_view stream_state);

/// Batches whose job is gone (thrown away by hand) are taken apart. Returns how many jobs there really are.
std::int64_t settle_item_batches(db::Session& session, const store::Channel& channel);
/// Puts shipments into batches of kFbaBatch, a job each, `distance` apart, behind the `ahead` that wait already.
/// Shipments that are in a batch, or failed a short while ago, are left out. Returns how many jobs were made.
std::int64_t queue_item_fetches(db::Session& session, const store::Channel& channel,
                                const std::vector<FbaShipmentId>& shipments, std::chrono::milliseconds distance,
                                std::int64_t ahead, Timestamp now);

}  // namespace crossdock::services
