// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sandbox/agenda.h"
#include "sandbox/goods.h"
#include "sandbox/walmart/model.h"
#include "sandbox/walmart/seller.h"
#include "sandbox/walmart/stock.h"

namespace crossdock::sandbox::walmart {

/// One entry of orderLineStatuses in a shipping update.
struct ShipEntry {
    int quantity = 0;
    Tracking tracking;
    std::string current_number;  // currentTrackingInfo: which package an update means
};
struct ShipLine {
    int number = 0;
    std::string seller_order_id;
    bool intent_to_cancel_override = false;
    std::vector<ShipEntry> entries;
};
struct CancelLine {
    int number = 0, quantity = 0;
    std::string reason;
};

/// What a webhook may be about. Events as the older names say; `detail` is the line or "".
struct Happening {
    std::string_view event;  // PO_CREATED, PO_LINE_AUTOCANCELLED, INTENT_TO_CANCEL, ORDER_SHIPPED, RETURN_…
    const Order* order = nullptr;
    const Return* returned = nullptr;
};

/// The seller's orders, returns and stock, and everything that can happen to them. Not thread-safe: the seller holds
/// one lock around it.
class World {
public:
    World(const SellerOptions& options, const Clock& clock);

    [[nodiscard]] Timestamp now() const { return agenda.now(); }

    // Orders.
    Order* order(std::int64_t id);
    Order& place(const PlaceOrder& wish);
    std::optional<Refusal> acknowledge(Order& order);
    /// All lines or none. `staff`: in Walmart's own portal.
    std::optional<Refusal> ship(Order& order, const std::vector<ShipLine>& lines, bool staff);
    /// PARTIAL_UPDATE: corrects the tracking of what was shipped in the last four hours.
    std::optional<Refusal> correct_tracking(Order& order, const std::vector<ShipLine>& lines);
    std::optional<Refusal> cancel(Order& order, const std::vector<CancelLine>& lines);
    bool ship_by_staff(Order& order, int line_number, int units);
    bool cancel_units(Order& order, int line_number, int units, std::string_view reason);
    bool deliver(Order& order);
    bool want_cancel(Order& order);
    bool refund_line(Order& order, int line_number, std::int64_t cents);

    // Returns.
    Return* returned(std::int64_t id);
    /// Null when a line has not so many units that the buyer holds and has not sent back.
    Return* start_return(Order& order, const StartReturn& wish);
    bool arrive(Return& it);
    bool refund(Return& it, int units);
    bool cancel(Return& it);

    // Feeds.
    void process(Feed& feed);

    Agenda agenda;
    SeededRandom random;
    Goods goods;
    Stock stock;
    std::map<std::int64_t, Order> orders;
    std::map<std::int64_t, Return> returns;
    std::map<std::string, Feed> feeds;
    std::vector<std::string> feed_ids;  // oldest first
    std::vector<Report> reports;        // the same
    Counters counters;
    std::chrono::milliseconds index_lag{0};
    std::function<std::chrono::milliseconds()> extra_lag;  // fault dial
    std::function<void(const Happening&)> listener;

private:
    void schedule_arrival();
    void plan_life(const Order& order);
    void plan_return_life(const Return& it);
    void auto_cancel(std::int64_t id);
    /// Stamps a change of the order. Every change ends here.
    void touch(Order& order);
    void touch(Return& it) { it.modified = now(); }
    void tell(std::string_view event, const Order& order) const {
        if (listener) listener({event, &order, nullptr});
    }
    /// Moves units from one status to another; `with` says what the moved ones are. Units of equal kind are one entry.
    void move_units(Order& order, Line& line, LineStatus from, Units with);
    std::optional<Refusal> check_shipping(Order& order, const ShipLine& wanted, std::size_t position) const;
    void put_shipped(Order& order, Line& line, const ShipEntry& entry, bool staff);

    const SellerOptions& options_;
    const Timestamp born_;
    std::int64_t next_order_, next_customer_order_, next_return_, next_refund_ = 0;
};

}  // namespace crossdock::sandbox::walmart
