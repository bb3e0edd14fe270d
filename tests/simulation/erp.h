// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/simulated_world.h"

namespace crossdock::testing {

/// The ERP of a simulation: it speaks the contract and nothing else, remembers on paper what it was told, and repeats
/// whatever got no answer until it gets one.
class Erp {
public:
    explicit Erp(SimulatedWorld& world) : world_(world) {}

    /// Follows X-Next-Cursor of orders and refunds as far as it leads. A page that got no answer is asked for again
    /// later.
    void follow();
    /// The old way: everything since the newest it knows, acknowledging what it has read.
    void poll_and_acknowledge();
    /// Ships one of the orders it believes open, wholly or in part.
    void ship();
    /// Sets the stock of some items; every figure is higher than all before it, so that one out of turn can be told.
    void push_stock(int most_items);
    /// Whatever got no answer goes out again.
    void repeat_unanswered();

    struct Shipped {
        nlohmann::json request;
        std::string external_order_id, tracking_number;
        std::optional<std::int64_t> id;  // none: no answer yet
        bool refused = false;
    };
    struct Figure {
        std::string item_id, location_id;  // the shop's
        std::int64_t quantity = 0;
    };
    std::vector<Shipped> shipments;
    std::map<std::int64_t, std::int64_t> last_stock;  // item_master_id to the last accepted figure
    std::map<std::string, nlohmann::json> orders;     // by external id, as the feed showed it last
    std::map<std::string, std::string> refunds;       // external id to its order's
    std::int64_t acknowledged = 0, figures_accepted = 0, reads = 0, unanswered = 0;

private:
    bool follow(const std::string& path, std::string& cursor, int limit,
                const std::function<void(const nlohmann::json&)>& take);
    bool send(Shipped& shipment);
    bool send_stock();

    SimulatedWorld& world_;
    std::string orders_cursor_, refunds_cursor_;
    std::vector<std::pair<std::int64_t, std::int64_t>> stock_in_hand_;  // a request that got no answer yet
    std::int64_t next_quantity_ = 1000;
    std::int64_t next_parcel_ = 1;
};

}  // namespace crossdock::testing
