// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "connectors/amazon/client.h"

namespace crossdock::connectors::amazon {

/// What of an order matters for confirming a parcel.
struct OrderToShip {
    struct Line {
        std::string id;
        std::int64_t ordered = 0, shipped = 0;
        [[nodiscard]] std::int64_t remaining() const { return std::max<std::int64_t>(0, ordered - shipped); }
    };
    struct Package {
        std::string reference, tracking_number;
    };
    std::string marketplace_id;
    enum class State { open, pending, cancelled } state = State::open;
    bool by_amazon = false;
    Timestamp ordered_at{};
    std::vector<Line> lines;
    std::vector<Package> packages;  // Orders v0 does not show them
    bool shows_packages = false;
};

/// Fresh from Amazon. Errors: not_found, else those of a call.
Result<OrderToShip> read_order_to_ship(Client& client, const std::string& order_id);

}  // namespace crossdock::connectors::amazon
