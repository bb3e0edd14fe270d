// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

#include "services/fba_jobs.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kFbaItemStream = "fba_items";
/// Of one run of FetchFbaItems, which makes one call.
inline constexpr std::chrono::seconds kFbaItemsLimit{60};

/// Fetches the items of a batch of shipments: one page of one shipment per run, with the contract's pauses in between.
/// A shipment whose items cannot be had is put off and does not hold up the others of its batch.
class FetchFbaItems final : public jobs::Handler {
public:
    explicit FetchFbaItems(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Queues open shipments that are still without their items; not while any batch is pending.
class BackfillFbaItems final : public jobs::Handler {
public:
    explicit BackfillFbaItems(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
