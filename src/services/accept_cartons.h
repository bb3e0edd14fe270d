// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "services/refusal.h"
#include "store/carton_repo.h"
#include "store/channel_repo.h"

namespace crossdock::services {

struct CartonRequest {
    std::string fba_inbound_shipment_id;  // the hub's UUID
    struct Item {
        std::string sku;
        std::int64_t quantity_shipped = 0, quantity_in_case = 0;
    };
    std::vector<Item> items;
    std::optional<std::string> idempotency_key;
};

struct AcceptedCarton {
    store::CartonPush push;
    std::string warning;  // what may go wrong all the same; empty mostly
};

/// Accepts what is in one carton of a shipment: it becomes a carton push with a job. The same request again answers the
/// same push: with an idempotency key by that, without one by its contents while that push has not failed, and then a
/// warning says so. An equal carton more has an idempotency key of its own. Refusals: not_found for a shipment that is
/// not the account's; invalid with a sentence per fault.
Answer<AcceptedCarton> accept_carton(db::Session& session, const store::Channel& channel, const CartonRequest& request,
                                     const std::string& uuid, Timestamp now);

}  // namespace crossdock::services
