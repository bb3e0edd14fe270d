// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "sandbox/amazon/model.h"

namespace crossdock::sandbox::amazon {

/// A refusal in Amazon's own words. Empty code: none.
struct Refusal {
    std::string code, message;
    [[nodiscard]] explicit operator bool() const { return !code.empty(); }
};

/// The account's state and everything that can happen to it. Not thread-safe: the seller holds one lock around it.
class World {
public:
    World(const SellerOptions& options, const Clock& clock);

    /// The time of what is happening: the clock, or the moment of the event being played.
    [[nodiscard]] Timestamp now() const { return now_; }
    /// Plays everything that was due until the clock's now.
    void catch_up();
    void at(Timestamp when, std::function<void()> what) { agenda_.emplace(when, std::move(what)); }
    void set_skew(std::chrono::milliseconds skew) { skew_ = skew; }
    [[nodiscard]] Timestamp clock_now() const { return clock_.now() + skew_; }
    SeededRandom& random() { return random_; }
    std::string fresh_id(std::size_t digits);

    // Catalogue (catalogue.cpp).
    [[nodiscard]] std::uint32_t listing_count() const { return catalogue_empty ? 0 : listings_; }
    [[nodiscard]] Listing listing(std::uint32_t index) const;
    [[nodiscard]] std::optional<std::uint32_t> listing_of(std::string_view sku) const;
    [[nodiscard]] bool sold_in(const Listing& listing, const Store& store) const;
    [[nodiscard]] static Minor price_in(const Listing& listing, const Store& store);
    [[nodiscard]] const ListingChange* change_of(std::uint32_t index) const;
    /// The channels with their quantities as they are in force.
    [[nodiscard]] std::map<std::string, Availability> availability(const Listing& listing) const;
    [[nodiscard]] std::map<std::string, Availability> sent_availability(const Listing& listing) const;
    /// Accepts a quantity for a channel; it comes into force after the lag, or never.
    void send_availability(std::uint32_t index, const std::string& channel, const Availability& value, bool never);
    void force_quantity(std::uint32_t index, std::int64_t quantity);

    // Orders (order_actions.cpp, order_life.cpp).
    Order* order(std::string_view id);
    Order& place(const PlaceOrder& wish);
    bool authorise(Order& order);
    bool cancel(Order& order);
    bool request_cancel(Order& order, const std::string& reason);
    bool cancel_units(Order& order, int units);
    bool ship(Order& order, bool partly);
    /// A package as a client confirms it. Its effect on the order's status comes a little later.
    Refusal confirm(Order& order, const Package& package);
    void touch(Order& order);

    // Money (refunds.cpp).
    FinancialEvent* refund(Order& order, const RefundWish& wish);
    bool release(FinancialEvent& event);
    FinancialEvent* event(std::string_view id);

    // Inbound shipments (inbound_life.cpp).
    InboundShipment* inbound(std::string_view id);
    bool advance(InboundShipment& shipment);
    bool receive(InboundShipment& shipment, int units);
    bool end(InboundShipment& shipment, const std::string& status);

    std::vector<const Store*> stores;
    std::deque<Order> orders;
    /// The searches' view: when each order changed last, as far as they know.
    std::set<std::pair<Timestamp, std::uint32_t>> by_update, by_creation;
    std::unordered_map<std::uint32_t, Timestamp> indexed;
    std::deque<FinancialEvent> events;
    std::set<std::pair<Timestamp, std::uint32_t>> events_by_date;
    std::map<std::uint32_t, ListingChange> changes;
    std::map<std::string, Document> documents;
    std::map<std::string, Work> reports, feeds;
    std::vector<std::string> report_order, feed_order;  // ids, oldest first
    std::deque<InboundShipment> inbounds;
    Counters counters;
    bool catalogue_empty = false;
    /// How late the searches learn of the change that is being made; asked once per change.
    std::function<std::chrono::milliseconds()> extra_lag;

private:
    void schedule_life(Order& order);
    void schedule_next_order();
    void build_inbound();
    void schedule_inbound(InboundShipment& shipment);
    void index(std::uint32_t order, Timestamp updated_at);
    void settle_shipped(Order& order);
    FinancialEvent& post(Order& order, bool shipment);
    RefundLine refund_line(const Order& order, std::size_t line, int units) const;

    const SellerOptions& options_;
    const Clock& clock_;
    SeededRandom random_;
    Timestamp born_, now_;
    std::chrono::milliseconds skew_{0};
    std::uint32_t listings_ = 0;
    std::multimap<Timestamp, std::function<void()>> agenda_;
    std::unordered_map<std::string, std::uint32_t> order_by_id_;
    std::uint64_t next_order_ = 0, next_line_ = 0, next_id_ = 0;
};

}  // namespace crossdock::sandbox::amazon
