// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "services/fba_jobs.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kFbaPlanStream = "fba_plans";

/// Finds the plans of open shipments: one call per run, plans of the last three months, latest change first, until
/// every open shipment's plan is known or the list is through. Cartons that waited for it are sent on. A list whose
/// pages lead nowhere is given up with a problem.
class FindFbaPlans final : public jobs::Handler {
public:
    explicit FindFbaPlans(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Whether a walk through all the plans came to its end that began at or after this time.
bool fba_plans_walked_since(db::Session& session, ChannelId channel, Timestamp since);

}  // namespace crossdock::sync
