// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// What of an order matters for a parcel.
struct OrderToShip {
    struct Line {
        std::string id;
        std::int64_t ordered = 0, shipped = 0;
        [[nodiscard]] std::int64_t remaining() const { return std::max<std::int64_t>(0, ordered - shipped); }
    };
    struct Parcel {
        std::string id, tracking_number;                          // no number: marked as shipped without one
        std::vector<std::pair<std::string, std::int64_t>> lines;  // line id and units
    };
    enum class State { open, unpaid, cancelled } state = State::open;
    bool by_ebay = false;
    Timestamp ordered_at{};
    std::vector<Line> lines;
    std::vector<Parcel> parcels;
    [[nodiscard]] std::int64_t remaining() const {
        std::int64_t units = 0;
        for (const Line& line : lines) units += line.remaining();
        return units;
    }
};

/// Fresh from eBay: two calls. Errors: not_found, else those of a call.
Result<OrderToShip> read_order_to_ship(Client& client, const std::string& order_id);

}  // namespace crossdock::connectors::ebay
