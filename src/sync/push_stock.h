// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "store/inventory_repo.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kPushStock = "push_stock";

domain::JobSpec push_stock_job(const store::Channel& channel, Timestamp run_at);

/// Sends the newest stock figures of a channel, a batch per run, one batch at a time. A batch whose outcome is unknown
/// goes out again as it was, under the same key, before anything newer; older waiting figures are superseded and never
/// leave. Every figure ends in succeeded, superseded, or failed with the channel's words.
class PushStock final : public jobs::Handler {
public:
    explicit PushStock(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// What goes out for a figure; the quantity is fixed the first time. Inside the caller's transaction.
connectors::StockLine stock_line(db::Session& session, const Channels::Entry& entry, store::InventoryUpdate& update);

/// The job of a channel's stock was given up after three days: whatever waited has failed, in these words.
void give_up_stock(db::Session& session, const store::Channel& channel, const Error& error, Timestamp now);
/// For discard_pushes: ends what is on its way to a channel that is off, and at most `limit` figures that wait. Returns
/// how many had their end, superseded ones among them.
std::int64_t discard_stock(db::Session& session, const store::Channel& channel, std::size_t limit, Timestamp now);

}  // namespace crossdock::sync
