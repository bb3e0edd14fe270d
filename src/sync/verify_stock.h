// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "store/inventory_repo.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kVerifyStock = "verify_stock";

/// Keeps a few of the figures that were just pushed in mind and sees to it that they are read back. Inside the
/// transaction that says they succeeded. Nothing when the channel cannot be asked, or its settings forbid it.
void sample_stock(db::Session& session, const Env& env, const OpenChannel& open, const std::vector<store::InventoryUpdate>& pushed,
                  Timestamp now);

/// Reads the sample back, a few figures per run and three runs an hour at most. A figure that the channel does not show
/// is looked at twice; when neither a newer figure nor a change of an order explains it, that is the problem
/// `stock_differs`. It is closed when the figure is shown, or by the next push.
class VerifyStock final : public jobs::Handler {
public:
    explicit VerifyStock(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
