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
#include "sandbox/shipstation/account.h"

namespace crossdock::sandbox::shipstation {

enum class OrderStatus { awaiting_payment, awaiting_shipment, pending_fulfillment, on_hold, shipped, cancelled };
std::string_view wire(OrderStatus status);

struct Item {
    std::int64_t id = 0;
    std::string line_key;    // of the marketplace; "" for orders made by hand
    std::int64_t good = -1;  // -1: an adjustment
    std::string name;        // of an adjustment
    int quantity = 1;
    std::int64_t price_cents = 0;
    std::int64_t tax_cents = -1, shipping_cents = -1;  // -1: null, as it often is
    Timestamp created;
    [[nodiscard]] bool adjustment() const { return good < 0; }
};

struct Order {
    std::int64_t id = 0, store = 0, parent = 0;
    std::vector<std::int64_t> merged;
    bool merged_or_split = false, deleted = false, gift = false;
    std::string number, key, internal_notes, import_batch;
    OrderStatus status = OrderStatus::awaiting_shipment;
    std::uint64_t buyer = 0;
    Timestamp ordered, created, modified;
    Timestamp known_modified, visible_at;  // what lists know, as long as they lag behind
    std::optional<Timestamp> paid_at, hold_until, shipped_at;
    std::int64_t tax_cents = 0, shipping_cents = 0, paid_cents = 0;
    int version = 0;
    bool has_label = false;  // bought here; else a shipped order was marked as shipped
    std::vector<Item> items;

    [[nodiscard]] std::int64_t total_cents() const;
    [[nodiscard]] bool open() const { return status != OrderStatus::shipped && status != OrderStatus::cancelled; }
};

/// A label bought here (in /shipments) or a mark from elsewhere (in /fulfillments).
struct Shipment {
    std::int64_t id = 0, order = 0;
    bool label = false, is_return = false, customer_notified = false, notify = false, notified = false;
    std::string carrier;  // a code for labels, a display name for marks
    std::string number, notify_error, ship_date, batch;
    Timestamp created;
    std::optional<Timestamp> voided;
    std::vector<Item> items;
};

struct Store {
    std::int64_t id;
    std::string name, marketplace;
    int marketplace_id;
    bool active;
    int mappings;  // 0 a list, 1 null, 2 an empty text: the published API has all three
};

struct Mark {
    std::int64_t order = 0;
    std::string carrier, number, ship_date;
    bool notify_customer = false, notify_sales_channel = false;
};

/// The account's orders and shipments, and everything that can happen to them. Not thread-safe.
class World {
public:
    World(const AccountOptions& options, const Clock& clock);

    [[nodiscard]] Timestamp now() const { return agenda.now(); }
    Order* order(std::int64_t id);
    Order& place(const PlaceOrder& wish);
    bool pay(Order& order);
    bool edit(Order& order);
    bool hold(Order& order, bool on);
    bool cancel(Order& order);
    bool remove(Order& order);
    bool ship(Order& order);
    bool void_label(std::int64_t shipment_id);
    bool return_label(Order& order);
    Order* split(Order& order);
    bool merge(Order& order, Order& swallowed);
    /// Whole order only. "" when done, else why not.
    std::string mark_as_shipped(const Mark& mark);

    [[nodiscard]] Timestamp product_modified(std::int64_t good) const;
    [[nodiscard]] Timestamp product_created(std::int64_t good) const;
    [[nodiscard]] static bool product_active(std::int64_t good) { return good % 10 != 9; }
    void touch_product(std::int64_t good) {
        product_changes[good] = now();
        ++product_version;
    }

    Agenda agenda;
    SeededRandom random;
    Goods goods;
    std::vector<Store> stores;
    std::map<std::int64_t, Order> orders;
    std::map<std::int64_t, Shipment> shipments;
    std::map<std::int64_t, Timestamp> product_changes;
    int product_version = 0;
    std::map<std::string, std::int64_t> stock;  // V2: on hand by sku
    Counters counters;
    std::chrono::milliseconds index_lag{0};
    std::function<std::chrono::milliseconds()> extra_lag;  // fault dial
    std::function<bool()> notify_fails;                    // fault dial
    /// An event for subscribers, and the store it happened in. Returns the batch that the event's resource_url names.
    std::function<std::string(std::string_view event, std::int64_t store)> listener;

private:
    void schedule_arrival();
    void plan_life(const Order& order);
    void touch(Order& order);
    void plan_notification(std::int64_t shipment_id);
    Shipment& add_shipment(const Order& order, bool label);

    const AccountOptions& options_;
    const Timestamp born_;
    std::int64_t next_order_ = 987'650'000, next_item_ = 136'282'000, next_shipment_ = 33'974'000,
                 next_fulfillment_ = 246'000, next_number_ = 1000;
};

/// Display name of a connected carrier's code: "usps" is "USPS"; other texts stay.
std::string carrier_name(const std::string& code);

}  // namespace crossdock::sandbox::shipstation
