// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "sandbox/shopify/model.h"
#include "sandbox/shopify/order_index.h"
#include "sandbox/shopify/shop.h"

namespace crossdock::sandbox::shopify {

/// What a webhook may be about.
struct Subject {
    const Order* order = nullptr;
    const Refund* refund = nullptr;
    const Fulfillment* fulfillment = nullptr;
    const FulfillmentOrder* fulfillment_order = nullptr;
    const Level* level = nullptr;
    const BulkOperation* bulk = nullptr;
};
/// Topic as the subscription enumerates it: ORDERS_UPDATED.
using Listener = std::function<void(std::string_view topic, const Subject&)>;

/// A refusal in the shop's own words, for userErrors.
struct Refusal {
    std::vector<std::string> field;
    std::string message, code;
};

struct ShipLine {
    std::int64_t id = 0;
    int quantity = 0;
};
struct ShipGroup {
    std::int64_t fulfillment_order_id = 0;
    std::optional<std::vector<ShipLine>> lines;  // absent: everything that remains
};

struct StockRow {
    std::int64_t item_id = 0, location_id = 0, quantity = 0;
    std::optional<std::int64_t> change_from;
};

/// The shop's state and everything that can happen to it. Not thread-safe: the shop holds one lock around it.
class World {
public:
    World(const ShopOptions& options, const Clock& clock);

    /// The time of what is happening: the shop's clock, or the moment of the event being played.
    [[nodiscard]] Timestamp now() const { return now_; }
    /// Plays everything that was due until the clock's now.
    void catch_up();
    void at(Timestamp when, std::function<void()> what) { agenda_.emplace(when, std::move(what)); }
    void set_skew(std::chrono::milliseconds skew) { skew_ = skew; }
    [[nodiscard]] Timestamp clock_now() const;
    void set_listener(Listener listener) { listener_ = std::move(listener); }
    void emit(std::string_view topic, const Subject& subject) {
        if (listener_) listener_(topic, subject);
    }

    // Looking things up; null when there is no such thing.
    Order* order(std::int64_t id);
    Order* order_of_fulfillment_order(std::int64_t id);
    Order* order_of_fulfillment(std::int64_t id);
    Order* order_of_refund(std::int64_t id);
    [[nodiscard]] const Location* location(std::int64_t id) const;
    [[nodiscard]] const Product* product(std::int64_t id) const;
    [[nodiscard]] const Variant* variant(std::int64_t id) const;
    [[nodiscard]] const InventoryItem* item(std::int64_t id) const;
    [[nodiscard]] const Customer* customer(std::int64_t id) const;
    Level* level(std::int64_t item_id, std::int64_t location_id);
    [[nodiscard]] std::vector<const Level*> levels_of(std::int64_t item_id) const;

    // Orders.
    Order& place(const PlaceOrder& wish);
    bool pay(Order& order);
    bool edit(Order& order);
    void change_note(Order& order, const std::string& note);
    bool cancel(Order& order, const std::string& reason, bool restock);
    bool refund(Order& order, int units, bool pending, const std::string& restock_type, const std::string& note);
    void archive(Order& order, bool closed);
    /// Stamps a change of the order and tells everybody. Every change ends here.
    void touch(Order& order, std::string_view also_topic = {});

    // Fulfilment.
    std::optional<Refusal> fulfil(const std::vector<ShipGroup>& groups, const std::vector<Tracking>& tracking,
                                  bool notify, std::int64_t& fulfillment_id);
    std::optional<Refusal> cancel_fulfillment(Order& order, std::int64_t id);
    bool hold(Order& order, FulfillmentOrder& group, const std::string& reason, const std::string& notes);
    bool release(Order& order, FulfillmentOrder& group);
    /// Closes the group and opens another at the new location; returns the new group's id, 0 when it cannot.
    std::int64_t move(Order& order, FulfillmentOrder& group, std::int64_t location_id);
    std::int64_t split(Order& order, FulfillmentOrder& group);
    /// Cancels the group; what remained in it is in a new one, whose id is returned.
    std::int64_t replace(Order& order, FulfillmentOrder& group);
    bool delete_location(std::int64_t id);

    // Stock.
    /// Sets `available` or `on_hand` of all rows or of none.
    std::vector<Refusal> set_stock(const std::string& name, const std::vector<StockRow>& rows,
                                   const std::string& rows_field, const std::string& reason,
                                   const std::optional<std::string>& reference, std::int64_t& group_id);
    Level& activate(std::int64_t item_id, std::int64_t location_id);

    std::int64_t next_id(std::string_view kind);
    [[nodiscard]] const ShopOptions& options() const { return options_; }
    SeededRandom& random() { return random_; }
    [[nodiscard]] bool old_enough_to_hide(const Order& order) const;  // beyond the 60-day window

    // The data itself; read freely, change through the verbs above.
    std::map<std::int64_t, Order> orders;
    OrderIndex index;
    std::vector<Location> locations;
    std::map<std::int64_t, Product> products;
    std::map<std::int64_t, Variant> variants;
    std::map<std::int64_t, InventoryItem> items;
    std::map<std::pair<std::int64_t, std::int64_t>, Level> levels;  // (item, location)
    std::map<std::int64_t, Customer> customers;
    std::map<std::int64_t, AdjustmentGroup> adjustments;
    std::map<std::int64_t, WebhookSubscription> subscriptions;
    std::map<std::int64_t, BulkOperation> bulk_operations;
    std::map<std::string, Job> jobs;
    std::chrono::milliseconds index_lag{0};
    std::function<std::chrono::milliseconds()> extra_lag;  // fault dial
    Counters counters;
    Timestamp born;

private:
    friend class OrderWriter;
    void build_catalogue();
    void schedule_arrival();
    void plan_life(Order& order);
    /// The stock that a line draws on there; null for untracked goods and custom items.
    Level* stock_of(const Line& line, std::int64_t location_id);
    void commit(const Line& line, std::int64_t location_id, int units);
    void change_level(Level& level, std::int64_t available, std::int64_t committed);
    /// Takes units of a line out of its open fulfilment orders.
    void shrink_groups(Order& order, const Line& line, int units, bool restock);
    FulfillmentOrder& open_group(Order& order, std::int64_t location_id, const std::string& method);
    void take_back(Order& order, Refund& refund);
    void ship_by_staff(Order& order, bool partly);

    const ShopOptions options_;
    const Clock& clock_;
    std::chrono::milliseconds skew_{0};
    Timestamp now_;
    SeededRandom random_;
    std::multimap<Timestamp, std::function<void()>> agenda_;
    Listener listener_;
    std::map<std::string, std::int64_t, std::less<>> ids_;
    std::unordered_map<std::int64_t, std::int64_t> fulfillment_order_owner_, fulfillment_owner_, refund_owner_;
    int next_order_number_ = 1001;
};

}  // namespace crossdock::sandbox::shopify
