// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/time.h"
#include "sandbox/faults.h"
#include "sandbox/marketplace.h"

/// A simulated ShipStation account: V1 (Basic, Pacific wall times, whole-order shipping) and the part of V2 that a hub
/// may want. V1 stands directly under the path prefix (/shipstation/orders), V2 under /shipstation/v2.
namespace crossdock::sandbox::shipstation {

struct AccountOptions {
    std::uint64_t seed = 1;
    std::string path_prefix = "/shipstation";
    std::string api_key = "demo-key", api_secret = "demo-secret";  // V1
    std::string v2_key = "demo-v2-key";
    int v1_per_minute = 40, v2_per_minute = 200;

    // The world.
    int orders = 100;
    int history_days = 6;
    double orders_per_hour = 12;
    bool life_cycle = true;     // orders are paid, held, split, merged, cancelled, deleted by themselves
    double staff_ships = 0.15;  // share of orders that the staff ships with a label bought in ShipStation
    std::int64_t products = 60;
    std::chrono::milliseconds index_lag{0};
    std::chrono::seconds notify_after{120};  // until the marketplace behind a store is told of a shipment
    bool inventory_plan = true;              // V2 stock needs a paid add-on
    /// Where webhooks point to; the provider uses ssapi.shipstation.com and numbered siblings.
    std::string resource_base = "https://ssapi6.shipstation.com";

    ExchangeRecorder recorder = {};
};

// Kinds of faults besides those of sandbox/faults.h; operations: listOrders, getOrder, deleteOrder, markAsShipped,
// listShipments, listFulfillments, listProducts, getProduct, listCarriers, listServices, listWarehouses, listStores,
// listWebhooks, subscribe, unsubscribe, and for V2 v2ListShipments, v2CreateFulfillments, v2ListFulfillments, …
//   exception (V1's 500 with ExceptionMessage), pages_zero (`pages` is 0 although there are rows)
//   notify_fails (the marketplace refuses the next shipment), late_order (param: seconds until lists learn of a change)
//   row_error (V2: 200, but the first fulfilment of the body fails)
//   on deliveries of webhooks: webhook_lost, webhook_twice, webhook_late (param: seconds)
// repeat_cursor repeats the page before, empty_page answers no rows, half_page fewer than there are.

struct PlaceOrder {
    struct Item {
        std::string sku;
        int quantity = 1;
    };
    std::vector<Item> items = {};  // empty: random ones
    std::int64_t store = 0;        // 0: any
    std::string order_number = {};
    bool paid = true;
    std::int64_t discount_cents = 0;   // an adjustment line with a negative price
    std::int64_t surcharge_cents = 0;  // an adjustment line with a positive one
    bool gift = false;
    std::optional<Timestamp> ordered_at = {};
};

struct LedgerEntry {
    std::int64_t id = 0;
    std::string number, key, status, source;
    std::int64_t store = 0, parent = 0;
    std::vector<std::int64_t> merged;
    int version = 0;
    Timestamp created_at, updated_at;
    std::int64_t total_cents = 0;
    int lines = 0;         // adjustments not counted
    bool deleted = false;  // gone from every list
    bool visible = true;   // lists know its latest version
};

struct ShipmentView {
    std::int64_t id = 0, order_id = 0;
    std::string carrier, tracking_number;
    bool label = false;  // bought in ShipStation: in /shipments; else in /fulfillments
    bool voided = false, is_return = false, customer_notified = false, marketplace_notified = false;
    std::string notify_error;
    Timestamp at;
};

struct StockView {
    std::string sku;
    std::int64_t on_hand = 0;
};

struct Counters {
    std::int64_t requests = 0, throttled = 0, faults = 0, refused = 0, unauthorized = 0;
    std::int64_t orders_placed = 0, order_changes = 0;
    std::int64_t marked_shipped = 0, marks_refused = 0;
    std::int64_t shipments_doubled = 0;  // marked although already shipped: must stay 0
    std::int64_t stock_sets = 0;
    std::int64_t webhooks_sent = 0, webhooks_failed = 0, webhooks_lost = 0;
};

class Account : public Marketplace {
public:
    // Looking in.
    virtual std::vector<LedgerEntry> ledger() = 0;
    virtual std::vector<ShipmentView> shipments(std::int64_t order_id) = 0;
    virtual std::vector<StockView> stock() = 0;
    virtual Counters counters() = 0;
    virtual std::vector<std::int64_t> stores() = 0;
    /// The order as GET /orders/{id} answers; "" when unknown.
    virtual std::string order_json(std::int64_t order_id) = 0;

    // Buyers and the seller's people in ShipStation's own pages. False (or 0) when it cannot be done now.
    virtual std::int64_t place_order(const PlaceOrder& wish) = 0;
    virtual bool pay(std::int64_t order_id) = 0;
    /// Changes a quantity and the notes.
    virtual bool edit(std::int64_t order_id) = 0;
    virtual bool hold(std::int64_t order_id, bool on) = 0;
    virtual bool cancel(std::int64_t order_id) = 0;
    virtual bool remove(std::int64_t order_id) = 0;
    /// Buys a label: a shipment.
    virtual bool ship(std::int64_t order_id) = 0;
    virtual bool void_label(std::int64_t shipment_id) = 0;
    virtual bool return_label(std::int64_t order_id) = 0;
    /// Half of the lines (or units) go into an order of their own, whose id is returned.
    virtual std::int64_t split(std::int64_t order_id) = 0;
    /// The second order is swallowed by the first.
    virtual bool merge(std::int64_t order_id, std::int64_t swallowed_id) = 0;
    virtual bool touch_product(const std::string& sku) = 0;

    // Dials.
    virtual void add_fault(const Fault& fault) = 0;
    virtual void clear_faults() = 0;
    virtual void set_clock_skew(std::chrono::milliseconds skew) = 0;
    virtual void set_index_lag(std::chrono::milliseconds lag) = 0;
    /// Other software of the seller uses the same key pair: so many calls of the running minute are gone.
    virtual void use_up(int calls) = 0;
    virtual void set_key(const std::string& key, const std::string& secret) = 0;
};

/// The clock must outlive the account. The history is built before this returns.
std::unique_ptr<Account> make_account(AccountOptions options, const Clock& clock);

}  // namespace crossdock::sandbox::shipstation
