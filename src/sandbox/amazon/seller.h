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

namespace crossdock::sandbox::amazon {

/// What getShipmentItemsByShipmentId does with a NextToken that is sent to it.
enum class ItemPaging {
    frozen,      // ignores it: the first page again, with a freshly signed token, for ever. What Amazon does.
    same_token,  // the first page again, with the same token
    empty_page,  // an empty page with a token, for ever
    good         // the next page, and no token on the last
};

struct SellerOptions {
    std::uint64_t seed = 1;
    std::string path_prefix = "/amazon";
    std::string public_url;  // "http://host:port", for document URLs; empty: what the request's Host says
    std::string seller_id = "A3SBXDEMO0SELL";
    std::string store_name = "Crossdock Demo Store";
    std::vector<std::string> stores = {"ATVPDKIKX0DER"};  // marketplace ids the seller takes part in

    // The world.
    int orders = 200;            // placed before the start
    int history_days = 6;        // over which they are spread
    double orders_per_hour = 8;  // placed from then on; 0: none
    bool life_cycle = true;      // orders are authorised, cancelled, shipped and refunded by themselves
    double amazon_ships = 0.35;  // share of orders that are AFN
    double staff_ships = 0.15;   // share of MFN orders that the seller's staff ships
    int items = 60;              // of the catalogue; a large one costs no memory until it is touched
    int inbound_shipments = 8;
    int large_shipment_items = 0;  // > 0: one more inbound shipment with that many items
    int shipments_per_plan = 1;    // how many of the inbound shipments share a plan of the 2024 API
    /// Whether shipments stop at READY_TO_SHIP. The filter of getShipments documents that state, the model of its
    /// answer does not.
    bool ready_to_ship = true;

    // How late things happen.
    std::chrono::seconds order_lag{120};                 // searches show changes up to so long ago
    std::chrono::seconds finance_lag{0};                 // of events behind their date; Amazon says up to 48 hours
    std::chrono::seconds listing_lag{180};               // from an accepted patch to the quantity in force
    std::chrono::seconds shipment_lag{20};               // from a confirmed shipment to the order's new status
    std::chrono::seconds queue_time{30}, work_time{60};  // of feeds and reports

    // Who may come in.
    std::vector<std::string> access_tokens = {"Atza|demo"};  // good for ever, for tests and curl
    std::string client_id = "amzn1.application-oa2-client.demo";
    std::vector<std::string> client_secrets = {"demo-secret"};
    std::vector<std::string> refresh_tokens = {"Atzr|demo"};
    /// Roles of the application: orders, pii_address, pii_buyer, finance, listings, inbound. Empty: all.
    std::vector<std::string> roles;
    int rdt_refused_status = 403;  // when a restricted token asks for data whose role is missing; not documented

    bool real_rates = false;  // throttle at the documented rates; otherwise far above what a hub needs

    ItemPaging item_paging = ItemPaging::frozen;
    bool gzip_reports = true;
    int transactions_per_page = 100;  // of listTransactions: the provider fixes it and does not say at what
    /// Whether a released refund keeps the date at which it was deferred (the harder case), and whether
    /// listTransactions gives it a new id. Neither is documented.
    bool release_keeps_date = true, release_renames = false;
    bool negative_discounts = true;  // of DISCOUNT in Orders 2026-01-01, whose sign no document shows

    ExchangeRecorder recorder;
};

// Kinds of faults besides those of sandbox/faults.h; an operation is an operationId of the published models (the newer
// getOrder is "getOrder2026"), "token" for login, "upload" and "download" for documents:
//   html_400        an edge proxy's page with status 400
//   forbidden_bare  403 without Content-Type and request id
//   null_message    400 InvalidInput whose message is null
//   error_key       400 whose list stands under `error` instead of `errors`
//   token_expired   a page token that was good is refused
//   wrong_expires   (token) an access token that is dead on arrival
//   late_order      a changed order reaches the searches late (param: seconds), with its old date
//   patch_ignored   a patch is accepted and never comes into force
//   report_cancelled, report_fatal, feed_cancelled, feed_fatal   how the next report or feed ends (operation: its type)
//   carton_warning  a carton feed is answered with a warning and stores nothing
//   packing_warning setPackingInformation succeeds with a warning

struct PlaceOrder {
    struct Item {
        std::string sku;
        int quantity = 1;
    };
    std::vector<Item> items = {};   // empty: random ones
    int lines = 0;                  // with random items: how many; 0: random
    std::string store = {};         // marketplace id; "" the first
    bool afn = false, paid = true;  // not paid: Pending
    bool gift = false, discount = false, shipping = true, business = false;
    bool non_amazon = false;  // multi-channel: sold elsewhere, shipped by Amazon
    bool cash_on_delivery = false, pickup_by_ship_plus = false;
    std::string seller_order_id = {};
    std::optional<Timestamp> created_at = {};  // in the past
};

enum class RefundKind { refund, goodwill, restocked, claim, chargeback };
struct RefundWish {
    int units = 0;  // 0: everything
    RefundKind kind = RefundKind::refund;
    bool deferred = false;
};

struct LedgerEntry {
    std::string id;
    int version = 0;
    Timestamp created_at, updated_at;
    std::string status;  // as v0 spells it
    std::string channel, store, total, currency;
    int lines = 0, units = 0, shipped = 0, refunds = 0;
    bool visible = true;  // a search until now would show its latest version
};
struct RefundView {
    std::string id, order_id, kind, total, currency;
    std::vector<std::string> adjustment_ids;  // ascending
    Timestamp posted_at, shown_since;  // a released one may keep the date at which it was deferred
    bool deferred = false;             // and not released yet
};
struct PackageView {
    std::string reference, carrier, carrier_name, method, tracking;
    int units = 0, edits = 0;
    bool by_staff = false;
};
struct StockView {
    std::string sku;
    bool fba = false;
    std::int64_t quantity = 0;         // in force
    std::optional<std::int64_t> sent;  // accepted last; not yet (or never) in force when it differs
    std::optional<int> lead_time_days;
    std::vector<std::string> channels;  // a wrong push adds a second one
    Timestamp updated_at;
};
struct InboundView {
    std::string id, status;
    int items = 0, shipped = 0, received = 0;
    int cartons = 0, carton_units = 0;
    bool cases_required = false;
    std::string contents_source;
    std::string plan_id, shipment_id;  // of 2024-03-20
};
struct Counters {
    std::int64_t requests = 0, throttled = 0, refused = 0, faults = 0, tokens_issued = 0, restricted_tokens = 0;
    std::int64_t orders_placed = 0, order_changes = 0, refunds_posted = 0;
    std::int64_t packages_confirmed = 0, packages_edited = 0;
    std::int64_t packages_doubled = 0;  // one tracking number in two packages of an order
    std::int64_t carriers_unknown = 0;  // accepted, and kept as "Other"
    std::int64_t patches = 0, patches_invalid = 0, feeds = 0, reports = 0;
    std::int64_t second_channels = 0;  // a quantity for DEFAULT that landed beside Amazon's own
};

/// A simulated seller account at Amazon with the Selling Partner API in front. All of the provider's hosts are served
/// under the one prefix: login at /auth/o2/token, documents at /documents/… What the HTTP surface under `/_sandbox/`
/// offers to people, this class offers to tests.
class Seller : public Marketplace {
public:
    // Looking in.
    virtual std::vector<LedgerEntry> ledger() = 0;
    virtual std::vector<RefundView> refunds() = 0;
    virtual std::vector<PackageView> packages(const std::string& order_id) = 0;
    /// Only items whose stock was ever touched, when the catalogue is large.
    virtual std::vector<StockView> stock() = 0;
    virtual std::optional<StockView> stock(const std::string& sku) = 0;
    virtual std::vector<InboundView> inbound() = 0;
    virtual Counters counters() = 0;
    /// {"order": …, "items": […]} as getOrder and getOrderItems of v0 show it with personal data, without a request;
    /// "" when unknown.
    virtual std::string order_json(const std::string& order_id) = 0;

    // The seller's staff, buyers and Amazon. False (or "") when there is no such thing or it cannot be done now.
    virtual std::string place_order(const PlaceOrder& wish) = 0;
    virtual bool authorise(const std::string& order_id) = 0;  // the payment: Pending becomes Unshipped
    virtual bool cancel(const std::string& order_id) = 0;
    virtual bool request_cancel(const std::string& order_id, const std::string& reason) = 0;
    virtual bool cancel_units(const std::string& order_id, int units) = 0;
    /// By the seller's own staff (MFN) or by Amazon (AFN).
    virtual bool ship(const std::string& order_id, bool partly) = 0;
    virtual std::string refund(const std::string& order_id, const RefundWish& wish) = 0;
    virtual bool release_refund(const std::string& refund_id) = 0;
    virtual bool set_stock(const std::string& sku, std::int64_t quantity) = 0;
    /// To the next state of its life: WORKING, READY_TO_SHIP, SHIPPED, IN_TRANSIT, DELIVERED, CHECKED_IN, RECEIVING,
    /// CLOSED.
    virtual bool advance_inbound(const std::string& shipment_id) = 0;
    virtual bool receive_inbound(const std::string& shipment_id, int units) = 0;
    virtual bool end_inbound(const std::string& shipment_id,
                             const std::string& status) = 0;  // CANCELLED, DELETED, ERROR

    // Dials.
    virtual void add_fault(const Fault& fault) = 0;
    virtual void clear_faults() = 0;
    /// Access and restricted tokens that were issued stop working at once.
    virtual void expire_tokens() = 0;
    /// Page tokens that were issued stop working at once.
    virtual void expire_page_tokens() = 0;
    virtual void revoke_refresh_tokens() = 0;
    virtual void set_client_secrets(const std::vector<std::string>& secrets) = 0;
    virtual void set_clock_skew(std::chrono::milliseconds skew) = 0;
    virtual void set_roles(const std::vector<std::string>& roles) = 0;
    virtual void set_item_paging(ItemPaging paging) = 0;
    /// Empty: the listing report has no rows, and is cancelled for that.
    virtual void set_catalogue_empty(bool empty) = 0;
};

/// The clock must outlive the seller. The history is built before this returns.
std::unique_ptr<Seller> make_seller(SellerOptions options, const Clock& clock);

}  // namespace crossdock::sandbox::amazon
