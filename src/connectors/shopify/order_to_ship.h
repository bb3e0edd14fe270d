// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// What of an order can be shipped, from where, and what is already under way: read just before a shipment is pushed.
struct OrderToShip {
    struct Line {
        std::string gid;      // FulfillmentOrderLineItem
        std::string line_id;  // digits of the order's line
        std::int64_t total = 0, remaining = 0;
    };
    struct FulfillmentOrder {
        std::string gid, status, location_id, location_name;
        bool foreign = false;     // a fulfilment service ships it, not the merchant
        bool can_create = false;  // Shopify would take a fulfilment for it
        std::string hold_reason;
        std::vector<Line> lines;
        [[nodiscard]] std::int64_t remaining() const;
        [[nodiscard]] bool is_open() const { return (status == "OPEN" || status == "IN_PROGRESS") && remaining() > 0; }
        [[nodiscard]] bool is_held() const { return (status == "ON_HOLD" || status == "SCHEDULED") && remaining() > 0; }
    };
    /// A parcel, or several, that were sent; cancelled and failed ones are left out.
    struct Fulfillment {
        std::string gid, location_id, created_at, company;
        std::vector<std::string> numbers;
        std::map<std::string, std::int64_t> units;  // by order line
        [[nodiscard]] bool carries(std::string_view tracking_number) const;
    };

    bool cancelled = false;
    std::vector<FulfillmentOrder> fulfillment_orders;
    std::vector<Fulfillment> fulfillments;
};

/// Errors: not_found `order_unknown`, and those of the calls. All lines of every fulfilment order are read only when
/// `every_line` asks for them.
Result<OrderToShip> read_order_to_ship(AdminClient& client, std::string_view order_gid, bool every_line);

/// Tracking numbers are compared without blanks and letter case.
std::string plain_tracking_number(std::string_view number);

}  // namespace crossdock::connectors::shopify
