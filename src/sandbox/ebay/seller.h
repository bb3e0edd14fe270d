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
#include "sandbox/faults.h"
#include "sandbox/marketplace.h"

namespace crossdock::sandbox::ebay {

struct SellerOptions {
    std::uint64_t seed = 1;
    std::string path_prefix = "/ebay";
    std::string public_url;  // "http://host:port"; empty: what the request's Host says
    /// api and apiz are told apart when the Host header names one of them ("apiz.ebay.com"); else every path is served.
    bool check_hosts = true;
    std::string marketplace = "EBAY_US";  // where the seller is registered: EBAY_US, EBAY_GB, EBAY_DE
    bool signatures_required = false;     // the seller is domiciled in the EU or UK
    bool finances_access = true;          // false: 403 on Finances, as new sellers get it
    bool out_of_stock_option = true;      // false: a listing at quantity 0 ends

    // The world.
    int orders = 100;
    int history_days = 6;
    double orders_per_hour = 8;
    bool life_cycle = true;  // orders are paid, shipped by the seller's staff, cancelled and refunded by themselves
    int items = 60;          // every fifth listing was made elsewhere: Trading only
    int revisions_per_day = 250;  // per listing

    // Who may come in.
    std::string client_id = "demo-client", client_secret = "demo-secret";
    std::string refresh_token = "v^1.1#i^1#r^1#demo+refresh/token=";
    std::string authorization_code = "v^1.1#i^1#demo-code", ru_name = "Demo_RuName";
    std::chrono::hours refresh_token_life{24 * 547};  // from the start of the sandbox; about 18 months
    /// Consented to, without "https://api.ebay.com/oauth/api_scope/"; "" is the bare api_scope. Empty: all a hub needs.
    std::vector<std::string> scopes;
    std::map<std::string, std::int64_t> daily_quota;  // by API name ("Fulfillment", …), over the defaults

    ExchangeRecorder recorder;
};

// Kinds of faults besides those of sandbox/faults.h; operations are eBay's names of the calls ("getOrders", "token",
// "GetMyeBaySelling"): late_order (param: seconds until an order shows in getOrders), ack_failure (Trading: Failure
// inside a 200), notification_lost, notification_twice.

struct PlaceOrder {
    struct Item {
        int item = 0;  // number of the item in the catalogue
        int quantity = 1;
    };
    std::vector<Item> items = {};  // empty: random ones
    bool paid = true, discount = false, delivery_discount = false, hub_address = false, pickup = false;
    bool by_ebay = false, gift = false;
    std::string note = {};
    std::optional<Timestamp> created_at = {};  // in the past
};

struct LedgerEntry {
    std::string id;
    int version = 0;
    Timestamp created_at, updated_at;
    std::string status, payment_status, cancel_state;
    std::string total, currency;  // with TAX_BREAKDOWN
    int lines = 0, units = 0;
    bool visible = true;  // in getOrders already
};
struct RefundEntry {
    std::string id, order_id, amount, currency, booking;
    Timestamp at;
};
struct ShipmentView {
    std::string id, carrier, tracking;
    int units = 0;
};
struct StockView {
    std::string sku, item_id;
    std::int64_t available = 0;
    bool by_inventory_api = true;
};
struct Counters {
    std::int64_t requests = 0, throttled = 0, faults = 0, tokens_issued = 0, unsigned_refused = 0;
    std::int64_t shipments_created = 0, shipments_doubled = 0;  // the same tracking number twice at one order
    std::int64_t stock_pushes = 0, stock_refused = 0;
    std::int64_t notifications_sent = 0, notifications_failed = 0, notifications_lost = 0;
    std::int64_t orders_placed = 0, order_changes = 0;
};

/// A simulated eBay seller account with all its hosts under one prefix.
class Seller : public Marketplace {
public:
    virtual std::vector<LedgerEntry> ledger() = 0;
    virtual std::vector<RefundEntry> refunds() = 0;
    virtual std::vector<ShipmentView> shipments(const std::string& order_id) = 0;
    virtual std::vector<StockView> stock() = 0;
    virtual Counters counters() = 0;

    // The seller's people and the buyers. False (or "") when there is no such thing or it cannot be done now.
    virtual std::string place_order(const PlaceOrder& wish) = 0;
    virtual bool pay(const std::string& order_id) = 0;
    virtual bool request_cancel(const std::string& order_id) = 0;
    virtual bool cancel(const std::string& order_id) = 0;
    /// Refunds one unit of a line (0: the first), or everything; the transaction shows in Finances a while later.
    virtual bool refund(const std::string& order_id, bool everything) = 0;
    /// eBay takes a refund back: a REFUND with bookingEntry CREDIT.
    virtual bool reverse_refund(const std::string& refund_id) = 0;
    /// Staff ships what is left (or one unit) by another software.
    virtual bool ship(const std::string& order_id, bool everything) = 0;
    virtual bool set_stock(int item, std::int64_t available) = 0;
    /// A buyer asks eBay to be forgotten: MARKETPLACE_ACCOUNT_DELETION goes out.
    virtual bool delete_account(const std::string& username) = 0;
    /// The seller takes consent back: tokens and the refresh token are dead, AUTHORIZATION_REVOCATION goes out.
    virtual void revoke_consent() = 0;

    virtual void add_fault(const Fault& fault) = 0;
    virtual void clear_faults() = 0;
    virtual void expire_tokens() = 0;
    virtual void set_clock_skew(std::chrono::milliseconds skew) = 0;
};

/// The clock must outlive the seller.
std::unique_ptr<Seller> make_seller(SellerOptions options, const Clock& clock);

}  // namespace crossdock::sandbox::ebay
