// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/time.h"
#include "sandbox/faults.h"
#include "sandbox/marketplace.h"

/// A simulated Walmart US seller account. Shapes follow the published OpenAPI files; where live answers are known to
/// differ (one order is wrapped, members are null instead of absent), they win, and the code says so.
namespace crossdock::sandbox::walmart {

/// How X-Next-Replenishment-Time is written; real answers vary.
enum class ReplenishForm { epoch_ms, epoch_seconds, iso_text, other_spelling, in_turn };

struct SellerOptions {
    std::uint64_t seed = 1;
    std::string path_prefix = "/walmart";
    std::string client_id = "demo-client", client_secret = "demo-secret";
    std::string seller_id = "8", partner_id = "100009";
    /// Scope to access ("full_access", "view_only", "no_access"); what is missing is full_access.
    std::map<std::string, std::string> scopes = {};

    // The world.
    int orders = 120;             // placed before the start
    int history_days = 6;         // over which they are spread
    double orders_per_hour = 12;  // placed from then on; 0: none
    bool life_cycle = true;       // orders are acknowledged, shipped, delivered, returned by themselves
    double staff_ships = 0.15;    // share of orders that the seller's own staff handles in Walmart's own portal
    double wfs_share = 0.1;       // share of orders that Walmart itself fulfils
    std::int64_t items = 60;
    std::chrono::milliseconds index_lag{0};  // how late lists learn of a change
    int auto_cancel_days = 4;                // unshipped so long after the expected ship date; 0: never
    std::chrono::seconds feed_delay{600};    // from submission to PROCESSED
    std::chrono::seconds report_delay{1500};  // from a report's request to READY; Walmart says 15 to 45 minutes
    std::string public_url;                   // "http://host:port", for reports' addresses; empty: what Host says
    int item_page_max = 200;                 // more is cut down, as the older limit of 50 was
    bool null_fields = true;  // `refund: null` and the like, as live answers have; the schema leaves them out
    bool seller_order_id_required = true;  // as the schema says
    /// Webhook answers as the schema types them (`eventTypes`, `event`) instead of as its examples show them
    /// (`events`).
    bool webhooks_as_in_schema = false;

    double rate_factor = 1;  // on the published limits per minute
    ReplenishForm replenish_form = ReplenishForm::in_turn;

    ExchangeRecorder recorder = {};
};

// Kinds of faults besides those of sandbox/faults.h. An operation is an operationId of the published files:
// getAllOrders, getAllReleasedOrders, getAnOrder, acknowledgeOrders, shippingUpdates, cancelOrderLines, getReturns,
// getAllItems, getAnItem, getInventory, updateInventoryForAnItem, updateMultiNodeInventory, updateBulkInventory, …
//   xml (a gateway's XML; param: status, default 500), token_400 (a dead token is answered 400)
//   single_object (a lone order comes as an object, not an array), order_array (shipping answers an array of orders)
//   errors_inside (200 with `errors` beside the data), node_error (the first node of a stock update fails)
//   row_error (the first row of the next feed ends as SYSTEM_ERROR), feed_error (the next feed ends as ERROR)
//   report_error (the next report ends as ERROR), report_short (it lacks half of the items); the operation of a
//   report's file is "download" late_order (param: seconds until lists learn of the next change of an order) on
//   deliveries of webhooks: webhook_lost, webhook_twice, webhook_late (param: seconds)
// status 520 is answered in the singular shape ({"error":[…]}), 502 to 504 as HTML.

struct PlaceOrder {
    struct Item {
        std::string sku;
        int quantity = 1;
    };
    std::vector<Item> items = {};  // empty: random ones
    int lines = 0;                 // with random items: how many; 0: random
    std::string node_type = "SellerFulfilled";
    std::string ship_node = {};  // "" the default one
    bool replacement = false;    // of `original_customer_order`
    std::int64_t original_customer_order = 0;
    bool subscription_discount = false;
    std::string method_code = "Standard";
    std::optional<Timestamp> created_at = {};  // in the past
};

struct ReturnUnits {
    int line_number = 0;
    int quantity = 1;
};
struct StartReturn {
    std::vector<ReturnUnits> lines = {};    // empty: everything of the first line
    bool replacement = false;               // new goods instead of money
    bool keep_it = false;                   // the buyer keeps the goods
    std::int64_t restocking_fee_cents = 0;  // per unit
};

struct LineView {
    int line_number = 0;
    std::string sku;
    int quantity = 0;
    std::map<std::string, int> by_status;  // "Shipped" to units
    std::int64_t goodwill_cents = 0;       // given back directly, without a return
};
struct LedgerEntry {
    std::int64_t id = 0;  // purchase order
    std::int64_t customer_order_id = 0;
    int version = 0;
    Timestamp created_at, updated_at;
    std::string status;  // open, partially_fulfilled, fulfilled, cancelled: what a careful reader derives
    std::string node_type, order_type;
    std::int64_t total_cents = 0;  // as the charges of the answer say now
    std::vector<LineView> lines;
    bool visible = true;  // lists know its latest version
};

struct ReturnEntry {
    std::int64_t id = 0, order_id = 0;
    Timestamp created_at, updated_at;
    std::string status;  // INITIATED, DELIVERED, COMPLETED
    int quantity = 0, refunded = 0;
    std::int64_t refund_cents = 0;  // for the refunded units
    bool replacement = false, cancelled = false, wfs = false;
};

struct ShipmentView {
    std::int64_t order_id = 0;
    int line_number = 0, quantity = 0;
    std::string carrier, tracking_number;
    bool by_staff = false;
    Timestamp at;
};

struct StockView {
    std::string sku, ship_node;
    std::int64_t input = 0, reserved = 0, available = 0;
    Timestamp updated_at;
    bool in_wfs = false;  // goods of this sku lie in Walmart's warehouse, too
};

struct Counters {
    std::int64_t requests = 0, throttled = 0, faults = 0, refused = 0, tokens_issued = 0, unauthorized = 0;
    std::int64_t repeated_correlation_ids = 0;  // each request must have its own
    std::int64_t xml_answers = 0;               // somebody forgot the Accept header
    std::int64_t orders_placed = 0, order_changes = 0, acknowledged = 0, acknowledged_late = 0, auto_cancelled = 0;
    std::int64_t shipments = 0;          // shipped entries that were accepted
    std::int64_t shipments_refused = 0;  // shipping calls answered 400
    std::int64_t shipments_doubled = 0;  // the same tracking number accepted twice for one line
    std::int64_t stock_sets = 0, feeds = 0, feed_rows_failed = 0, reports = 0;
    std::int64_t webhooks_sent = 0, webhooks_failed = 0, webhooks_lost = 0;
};

/// What the HTTP surface under `/_sandbox/` offers to people, this class offers to tests.
class Seller : public Marketplace {
public:
    // Looking in.
    virtual std::vector<LedgerEntry> ledger() = 0;
    virtual std::vector<ReturnEntry> returns() = 0;
    virtual std::vector<ShipmentView> shipments(std::int64_t order_id) = 0;
    /// Only levels that differ from what the catalogue began with, unless `sku` names one.
    virtual std::vector<StockView> stock(const std::string& sku) = 0;
    virtual Counters counters() = 0;
    virtual std::vector<std::string> ship_nodes() = 0;
    /// The order as GET one order answers with every extra asked for; "" when unknown.
    virtual std::string order_json(std::int64_t order_id) = 0;

    // Buyers, the seller's staff and Walmart itself. False (or 0) when there is no such thing or it cannot be done now.
    virtual std::int64_t place_order(const PlaceOrder& wish) = 0;
    virtual bool acknowledge(std::int64_t order_id) = 0;
    /// `units` of the line go out; 0: everything that is left. Acknowledges before if need be.
    virtual bool ship(std::int64_t order_id, int line_number, int units) = 0;
    virtual bool deliver(std::int64_t order_id) = 0;
    /// `units` of the line; 0: all that is unshipped. `line_number` 0: all lines.
    virtual bool cancel(std::int64_t order_id, int line_number, int units) = 0;
    virtual bool want_cancel(std::int64_t order_id) = 0;
    /// A refund given directly on a line, outside returns.
    virtual bool refund_line(std::int64_t order_id, int line_number, std::int64_t cents) = 0;
    virtual std::int64_t start_return(std::int64_t order_id, const StartReturn& wish) = 0;
    /// Refunds `units` more (0: all that is left).
    virtual bool refund_return(std::int64_t return_id, int units) = 0;
    virtual bool cancel_return(std::int64_t return_id) = 0;
    virtual bool set_stock(const std::string& sku, const std::string& ship_node, std::int64_t quantity) = 0;

    // Dials.
    virtual void add_fault(const Fault& fault) = 0;
    virtual void clear_faults() = 0;
    virtual void expire_tokens() = 0;
    virtual void set_clock_skew(std::chrono::milliseconds skew) = 0;
    virtual void set_index_lag(std::chrono::milliseconds lag) = 0;
    virtual void set_scope(const std::string& scope, const std::string& access) = 0;
};

/// The clock must outlive the seller. The history is built before this returns.
std::unique_ptr<Seller> make_seller(SellerOptions options, const Clock& clock);

}  // namespace crossdock::sandbox::walmart
