// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "services/fba_jobs.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kFbaStatusStream = "fba_statuses";
/// What to do where Amazon does not let the channel see FBA: most sellers without that permission do not use it.
inline constexpr std::string_view kFbaAdvice =
    "FBA inbound needs the role Amazon Fulfillment: give it to the app in Seller Central and authorise the app anew, "
    "or "
    "switch this off with fba = \"off\" in [channel.sync]. Orders, refunds, catalogue and pushes go on meanwhile, and "
    "it is "
    "tried again every hour";

/// Lists shipments in active states that were updated within the last days: one page of headers per run, a minute
/// apart. Each page is stored at once and its items are queued. Behind the last page comes RefreshFbaStatuses. Pages
/// that lead nowhere, and tokens that Amazon does not take any more, end the walk; it never repeats itself by itself.
class SyncFbaShipments final : public jobs::Handler {
public:
    explicit SyncFbaShipments(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Asks by their ids for open shipments that the last walk did not show, fifty per run, so that they can come to an
/// end.
class RefreshFbaStatuses final : public jobs::Handler {
public:
    explicit RefreshFbaStatuses(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
