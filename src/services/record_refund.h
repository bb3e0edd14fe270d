// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/problem.h"
#include "domain/refund.h"
#include "store/channel_repo.h"

namespace crossdock::services {

struct FetchedRefund {
    std::string external_refund_id, external_order_id;
    std::optional<Timestamp> remote_updated_at;
    std::string_view payload, context;
    Result<domain::Refund> refund;  // an Error: could not be understood; kept all the same
    std::vector<domain::Problem> problems;
    std::vector<std::string> aliases = {};  // other ids of the same refund
};

enum class RecordedRefund { unchanged, older, created, updated, unmapped };

/// Keeps a refund; newer beats older, a replay changes nothing. One that is held under another id (an alias) is that one and
/// stays as it is: two APIs of a provider must not book it twice. One transaction, the caller's.
RecordedRefund record_refund(db::Session& session, const store::Channel& channel, const FetchedRefund& fetched, Timestamp now);

}  // namespace crossdock::services
