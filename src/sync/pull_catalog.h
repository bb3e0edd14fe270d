// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

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
domain::JobSpec pull_carriers_job(const store::Channel& channel, Timestamp run_at);

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
