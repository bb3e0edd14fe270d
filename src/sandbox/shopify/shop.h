// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/time.h"
#include "sandbox/faults.h"
#include "sandbox/marketplace.h"

namespace crossdock::sandbox::shopify {

/// One request to the GraphQL endpoint and its answer, for the contract checker. Texts are JSON; variables may be "".
struct Recording {
    std::string query, variables, operation_name, response;
};

struct ShopOptions {
    std::uint64_t seed = 1;
    std::string path_prefix = "/shopify";
    std::string domain = "demo-shop.myshopify.com";
    std::string name = "Demo Shop";
    std::string currency = "USD";
    std::string country = "US";  // of the shop's address, ISO 3166
    bool taxes_included = false;
    bool several_currencies = false;        // every tenth buyer pays in another currency
    std::chrono::minutes utc_offset{-300};  // of the shop, in webhook bodies
    std::string public_url;                 // "http://host:port"; empty: what the request's Host says
    std::string storage_url;                // where bulk results are fetched; empty: at the shop's own address
    std::string plan = "Basic";
    int bucket = 2000, restore_per_second = 100;  // points

    // The world.
    int orders = 200;             // placed before the start
    int history_days = 6;         // over which they are spread
    double orders_per_hour = 12;  // placed from then on; 0: none
    bool life_cycle = true;       // orders are paid, edited, cancelled, refunded by themselves
    double staff_ships = 0.15;    // share of orders the shop's own staff fulfils
    int products = 60;
    bool huge_ids = false;                   // order ids above 2^53
    bool old_order = false;                  // one order of 80 days ago, outside the 60-day window
    std::chrono::milliseconds index_lag{0};  // how late the search index learns of a change

    // Who may come in.
    std::vector<std::string> tokens = {"shpat_demo"};
    std::string client_id = "demo-client";
    std::vector<std::string> client_secrets = {"demo-secret"};  // webhooks are signed with the first
    /// Scopes of every token. Empty: all that a hub needs, without read_all_orders.
    std::vector<std::string> scopes;
    std::vector<std::string> versions = {"2026-01", "2026-04", "2026-07", "2026-10"};  // served, oldest first

    std::function<void(const Recording&)> recorder;
};

// Kinds of faults besides those of sandbox/faults.h; an operation is a GraphQL operationName, "token" or "download":
//   errors (200 with INTERNAL_SERVER_ERROR), string_errors (200, `errors` is a string)
//   on deliveries of webhooks: webhook_lost, webhook_twice, webhook_late (param: seconds), webhook_reversed
//   on changes of orders: late_order (param: seconds until the search index learns of it)

struct PlaceOrder {
    struct Item {
        std::string sku;
        int quantity = 1;
    };
    std::vector<Item> items = {};   // empty: random ones
    int lines = 0;                  // with random items: how many; 0: random
    std::optional<bool> paid = {};  // absent: mostly
    bool test = false, pos = false, custom_item = false, gift = false, line_discount = false, order_discount = false;
    bool two_locations = false, api_made = false;
    std::string presentment = {};  // currency of the buyer; "" the shop's
    std::string note = {}, email = {};
    std::optional<Timestamp> created_at = {};  // in the past
};

struct LedgerEntry {
    std::int64_t id = 0;
    std::string name;
    int version = 0;
    Timestamp created_at, updated_at;
    bool cancelled = false;
    std::string financial_status, fulfillment_status;
    std::string total, currency;
    int lines = 0, refunds = 0;
    bool visible = true;  // in the search index, in its latest version
};

struct ShipmentView {
    std::int64_t id = 0, location_id = 0;
    std::string status, company;
    std::vector<std::string> numbers;
    int units = 0;
    bool notified = false;
};

struct StockView {
    std::int64_t item_id = 0, variant_id = 0, location_id = 0;
    std::string sku;
    std::int64_t available = 0, committed = 0, on_hand = 0;
    bool active = true, tracked = true;
    Timestamp updated_at;
};

struct Counters {
    std::int64_t requests = 0, graphql = 0, throttled = 0, faults = 0, tokens_issued = 0;
    std::int64_t fulfillments_created = 0;
    std::int64_t fulfillments_doubled =
        0;  // the same tracking number twice at one location of one order: a visible double
    std::int64_t stock_sets = 0, stock_replays = 0;
    std::int64_t webhooks_sent = 0, webhooks_failed = 0, webhooks_lost = 0, subscriptions_removed = 0;
    std::int64_t orders_placed = 0, order_changes = 0;
    std::int64_t bulk_started = 0;
};

/// A simulated Shopify store. What the HTTP surface under `/_sandbox/` offers to people, this class offers to tests.
class Shop : public Marketplace {
public:
    // Looking in.
    virtual std::vector<LedgerEntry> ledger() = 0;
    virtual std::vector<ShipmentView> shipments(std::int64_t order_id) = 0;
    virtual std::vector<StockView> stock() = 0;
    virtual Counters counters() = 0;
    virtual std::vector<std::int64_t> locations() = 0;
    /// The order as GraphQL would show it with every field that orders_page selects, for comparison; "" when unknown.
    virtual std::string order_json(std::int64_t order_id) = 0;

    // The shop's own people and its buyers. False (or 0) when there is no such thing or it cannot be done now.
    virtual std::int64_t place_order(const PlaceOrder& wish) = 0;
    virtual bool pay(std::int64_t order_id) = 0;
    virtual bool edit(std::int64_t order_id) = 0;
    virtual bool change_note(std::int64_t order_id, const std::string& note) = 0;
    virtual bool cancel(std::int64_t order_id, bool restock) = 0;
    /// `units` 0: everything. A pending refund settles a day later.
    virtual bool refund(std::int64_t order_id, int units, bool pending) = 0;
    virtual bool hold(std::int64_t order_id) = 0;
    virtual bool release(std::int64_t order_id) = 0;
    virtual bool move(std::int64_t order_id) = 0;
    virtual bool split(std::int64_t order_id) = 0;
    virtual bool ship(std::int64_t order_id) = 0;
    virtual bool archive(std::int64_t order_id, bool closed) = 0;
    virtual bool set_stock(std::int64_t item_id, std::int64_t location_id, std::int64_t available) = 0;
    virtual bool delete_location(std::int64_t location_id) = 0;

    // Dials.
    virtual void add_fault(const Fault& fault) = 0;
    virtual void clear_faults() = 0;
    /// Tokens from the client-credentials grant stop working at once.
    virtual void expire_tokens() = 0;
    /// The shop's clock runs ahead of (or behind) the real one.
    virtual void set_clock_skew(std::chrono::milliseconds skew) = 0;
    virtual void set_index_lag(std::chrono::milliseconds lag) = 0;
    /// Names, streets, e-mail and phone come as null with an error entry, as on plans without protected data.
    virtual void set_pii_hidden(bool hidden) = 0;
    /// The order's field is sent as this JSON, whatever its type; "" heals it.
    virtual void poison(std::int64_t order_id, const std::string& field, const std::string& json) = 0;
    virtual void set_scopes(const std::vector<std::string>& scopes) = 0;
};

/// The clock must outlive the shop. The history is built before this returns.
std::unique_ptr<Shop> make_shop(ShopOptions options, const Clock& clock);

}  // namespace crossdock::sandbox::shopify
