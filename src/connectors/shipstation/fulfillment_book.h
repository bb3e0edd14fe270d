// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"

namespace crossdock::connectors::shipstation {

class Client;

/// What V2 lists of orders that were marked as shipped, by shipment, as far back as somebody asked: shipments
/// themselves do not show it. New entries are read with every page of shipments; once a day everything is, because of
/// those that were voided. Losing it only costs calls. Any thread.
class FulfillmentBook {
public:
    explicit FulfillmentBook(const Clock& clock) : clock_(clock) {}
    /// Makes sure that everything made since then is in it. Errors: those of a call; what was read stays.
    Status read_since(Client& client, Timestamp since);
    /// Rows of GET /v2/fulfillments about a shipment ("se-1234"), as received.
    [[nodiscard]] std::vector<std::string> of(std::string_view shipment_id) const;

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, std::map<std::string, std::string>, std::less<>> rows_;  // shipment, fulfilment, row
    std::optional<Timestamp> from_, read_to_;
    std::chrono::milliseconds begun_at_{0};  // on the steady clock
};

/// Of one shipment, asked for now.
Result<std::vector<std::string>> fulfillments_of(Client& client, const std::string& shipment_id, bool push);

}  // namespace crossdock::connectors::shipstation
