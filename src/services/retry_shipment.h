// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "db/database.h"
#include "store/shipment_repo.h"

namespace crossdock::services {

/// Sends a failed shipment to the channel once more, as it is. Errors: conflict when it did not fail. One transaction,
/// the caller's.
Status retry_shipment(db::Session& session, const store::Shipment& shipment, Timestamp now);

}  // namespace crossdock::services
