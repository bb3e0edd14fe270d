// SPDX-License-Identifier: Apache-2.0
#include "services/retry_shipment.h"

#include "services/accept_shipments.h"
#include "store/job_repo.h"

namespace crossdock::services {

Status retry_shipment(db::Session& session, const store::Shipment& shipment, Timestamp now) {
    if (shipment.status != "failed")
        return Error{
            ErrorKind::conflict, "shipment_not_failed",
            "the shipment is " + shipment.status +
                (shipment.status == "succeeded" ? ": the channel has it" : ": the hub goes on with it by itself")};
    store::ShipmentRepo(session).reopen(shipment.id, now);
    store::JobRepo(session).enqueue(shipment_job(shipment.account_id, shipment.channel_id, shipment.id, now), now);
    return ok();
}

}  // namespace crossdock::services
