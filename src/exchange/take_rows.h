// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <vector>

#include "db/database.h"
#include "exchange/file_parser.h"
#include "store/channel_repo.h"

namespace crossdock::exchange {

/// What became of one row, or of the rows of one shipment.
struct TakenRow {
    std::vector<store::FileFault> faults;  // empty: it was taken
    std::int64_t updated = 0;              // orders or refunds that were not acknowledged before, pushes
};

/// Carries one row out as /api/v1 would. One transaction, the caller's.
TakenRow take_row(db::Session& session, AccountId account, InKind kind, const ParsedRow& row,
                  const std::function<services::StockSettings(const store::Channel&)>& stock_settings, Timestamp now);

}  // namespace crossdock::exchange
