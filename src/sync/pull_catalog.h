// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/record_items.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kPullCatalog = "pull_catalog";
inline constexpr std::string_view kPullCarriers = "pull_carriers";
inline constexpr std::string_view kCatalogStream = "catalog";
inline constexpr std::string_view kCatalogFullStream = "catalog_full";

/// Items changed since the last pull; everything when there was none.
domain::JobSpec pull_catalog_job(const store::Channel& channel, Timestamp run_at);
/// Everything; afterwards what was not seen is retired.
domain::JobSpec full_catalog_job(const store::Channel& channel, Timestamp run_at);
/// The same unless a whole walk is under way or came to its end in the last hours: for a timer, which does not know of them.
domain::JobSpec daily_catalog_job(const store::Channel& channel, Timestamp run_at);
domain::JobSpec pull_carriers_job(const store::Channel& channel, Timestamp run_at);

/// What a channel sent of one variant, understood as far as it could be: a row for each location.
struct UnderstoodItem {
    std::string variant_id;
    Result<std::vector<domain::Item>> rows;
};
/// No database, no network.
UnderstoodItem understand(const connectors::CatalogSource& source, const connectors::RawItem& raw);
/// Records one variant as seen by this walk, or lists it as a problem. Inside the caller's transaction.
services::RecordedItems record(const Env& env, db::Session& session, const store::Channel& channel, const UnderstoodItem& one,
                               std::int64_t walk, Timestamp now);
/// The same in a transaction of its own: one that the schema itself refuses must not hold up the others.
void record_alone(const Env& env, const store::Channel& channel, const UnderstoodItem& one, std::int64_t walk);
/// A whole walk has seen everything there is: what it did not see is gone.
void retire_unseen(const Env& env, const store::Channel& channel, std::int64_t walk);
/// The stream's state with a note that it has seen everything now.
std::string with_whole(const std::string& state, Timestamp now);

/// Pulls one page of the catalogue per run and goes on in the same job.
class PullCatalog final : public jobs::Handler {
public:
    explicit PullCatalog(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Replaces the channel's list of carriers.
class PullCarriers final : public jobs::Handler {
public:
    explicit PullCarriers(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
