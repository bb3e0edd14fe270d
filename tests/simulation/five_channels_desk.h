// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/simulated_world.h"

namespace crossdock::testing {

/// The ERP's desk for many channels at once: it ships what the hub believes open and sets stock, and repeats a request
/// that got no answer until it gets one.
class Desk {
public:
    explicit Desk(SimulatedWorld& world) : world_(world) {}

    void ship();
    /// New figures for some items of one channel. Every figure is a thousand more than the one before it, whatever the
    /// item: what a marketplace shows tells which figure it is, though orders have drawn on it since.
    void count(Market& market, std::size_t most_items);
    /// The last figure of all, for every item that can have one.
    void count_everything();
    void repeat_unanswered();
    /// Looks at every item that was counted: a figure that is older than one the marketplace has shown must not come
    /// back, for that would sell what is gone.
    void look_at_stock();
    /// When all pushes have ended: what the marketplace shows is the last figure that was accepted, but for the orders
    /// placed and taken back since.
    void expect_last_figures();

    struct Counted {
        Market* market = nullptr;
        std::string sku, location;
        std::int64_t accepted = 0;  // the last figure that got a 201
        std::int64_t shown = 0;     // the newest figure that the marketplace has shown
    };
    std::map<std::string, std::string> parcels;  // tracking number to "channel order", of those with a 201
    std::map<std::int64_t, Counted> items;       // by the hub's id
    std::int64_t figures = 0, unanswered = 0;

private:
    bool send();
    std::vector<std::pair<std::int64_t, Counted>> items_of(Market& market);

    SimulatedWorld& world_;
    int parcel_ = 0;
    std::int64_t next_ = 1;
    std::string channel_in_hand_;
    std::vector<std::pair<std::int64_t, std::int64_t>> in_hand_;  // item and figure of a request without an answer
};

}  // namespace crossdock::testing
