// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/fba.h"
#include "store/channel_repo.h"
#include "store/fba_repo.h"

namespace crossdock::services {

struct FetchedFbaShipment {
    std::string shipment_id;
    std::string_view payload;  // as Amazon sent it
    Result<domain::FbaShipment> shipment;
    std::string uuid;  // for a shipment that is new
};

struct RecordedFbaShipment {
    FbaShipmentId id;
    bool changed = false;  // new, or other than before
};

/// Keeps what Amazon says about a shipment; what is held and says the same is only marked as seen. A header that cannot
/// be read becomes a problem and nothing else: none is returned, and what is held stays.
std::optional<RecordedFbaShipment> record_fba_shipment(db::Session& session, const store::Channel& channel,
                                                       const FetchedFbaShipment& fetched, Timestamp now);

/// The fetch of a shipment's items is whole: they are shown from now on.
void show_fba_items(db::Session& session, const store::FbaInboundShipment& shipment, Timestamp now);
/// It came to nothing: tried again after a while that grows with each failure in a row, a quarter of an hour to six
/// hours. What was shown stays.
void note_items_failed(db::Session& session, const store::FbaInboundShipment& shipment, const Error& error,
                       Timestamp now);

}  // namespace crossdock::services
