// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/job.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kPushShipment = "push_shipment";

/// Tells the channel about one shipment. The connector reads before it writes, so a repeat adds nothing twice; every
/// shipment ends in succeeded, or in failed with the channel's words.
class PushShipment final : public jobs::Handler {
public:
    explicit PushShipment(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// For shipments that no job carries: what came for a channel that was switched off or not in the config file.
std::vector<domain::JobSpec> waiting_shipment_jobs(const Env& env, const store::Channel& channel, Timestamp now);

/// The job was given up after three days.
void give_up_shipment(db::Session& session, const domain::Job& job, const Error& error, Timestamp now);
/// For discard_pushes: ends at most `limit` shipments of a channel that is off. Returns how many.
std::int64_t discard_shipments(db::Session& session, const store::Channel& channel, std::size_t limit, Timestamp now);

}  // namespace crossdock::sync
