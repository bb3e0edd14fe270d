// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "services/fba_jobs.h"
#include "sync/env.h"

namespace crossdock::sync {

/// Tells the channel what is in the cartons of one shipment. Its message describes the whole shipment, so it holds
/// every carton that has not failed; it is taken at once and answered later, under a ticket. Until then nothing else
/// about the shipment leaves. What was refused together is sent again one by one, unless the channel takes it whole or
/// names the cartons at fault: a bad carton fails alone. Cartons for which something is missing (others of the
/// shipment, its plan) wait for it, three days at most. Every push ends in succeeded, or in failed with the channel's
/// words.
class PushCartons final : public jobs::Handler {
public:
    explicit PushCartons(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// The job was given up after three days.
void give_up_cartons(db::Session& session, const domain::Job& job, const Error& error, Timestamp now);
/// For discard_pushes: ends the cartons of at most `limit` shipments into a channel that is off. Returns how many.
std::int64_t discard_cartons(db::Session& session, const store::Channel& channel, std::size_t limit, Timestamp now);

/// Jobs of pushes that have no end yet; one that has its job is joined.
std::vector<domain::JobSpec> waiting_carton_jobs(const Env& env, const store::Channel& channel, Timestamp now);

}  // namespace crossdock::sync
