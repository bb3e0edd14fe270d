// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/job.h"
#include "services/refusal.h"
#include "services/wording.h"

namespace crossdock::services {

struct ShipmentRequest {
    std::size_t index = 0;                        // in the request, for messages
    std::optional<std::int64_t> remote_order_id;  // preferred
    std::optional<std::string> channel, external_order_id;
    std::string carrier;
    std::optional<std::string> service;
    std::string tracking_number;                  // trimmed
    std::optional<Timestamp> ship_date;
    struct Line {
        std::string external_line_id;
        std::int64_t quantity = 0;
    };
    std::vector<Line> lines;                      // empty: the whole remaining order ships
};

/// Accepts shipments: each becomes a ShipmentPush with a job. Returns their ids, in order. All or nothing. The same
/// (order, carrier, tracking number) again returns the same id; with other lines or another date it is refused. One
/// transaction, the caller's. `words`: of the surface that asks.
Answer<std::vector<std::int64_t>> accept_shipments(db::Session& session, AccountId account,
                                                   const std::vector<ShipmentRequest>& requests, Timestamp now,
                                                   const Wording& words = {});

std::string shipment_job_key(ShipmentId id);
/// What tells the channel of it.
domain::JobSpec shipment_job(AccountId account, ChannelId channel, ShipmentId id, Timestamp run_at);

}  // namespace crossdock::services
