// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "sandbox/amazon/marketplaces.h"
#include "sandbox/amazon/seller.h"

namespace crossdock::sandbox::amazon {

enum class OrderStatus {
    pending_availability,
    pending,
    unshipped,
    partially_shipped,
    shipped,
    canceled,
    unfulfillable
};
std::string_view v0_name(OrderStatus status);
std::string_view name_2026(OrderStatus status);

/// An item of the catalogue. Made up from its number whenever it is looked at; what was changed is kept apart.
struct Listing {
    std::uint32_t index = 0;
    std::string sku, asin, title, listing_id, fn_sku, product_type, barcode;
    int barcode_kind = 1;  // as the report numbers it: 1 ASIN, 3 UPC, 4 EAN
    Minor price = 0;       // in hundredths, whatever the currency
    bool fba = false;
    std::string status;  // of the report: Active, Inactive, Incomplete
    std::int64_t quantity = 0;
    std::optional<int> lead_time_days;
    bool only_japan = false;
    Timestamp created_at, updated_at;
};

/// What pushes did to a listing.
struct Availability {
    std::int64_t quantity = 0;
    std::optional<int> lead_time_days;
    std::optional<std::string> restock_date;
};
struct ListingChange {
    std::map<std::string, Availability> in_force;  // by channel code
    std::map<std::string, Availability> sent;
    Timestamp updated_at;
};

struct Line {
    std::int64_t id = 0;  // OrderItemId, 14 digits
    std::uint32_t listing = 0;
    int ordered = 0, confirmed = 0, shipped = 0, refunded = 0;
    Minor unit_price = 0, shipping = 0, gift_wrap = 0, promotion = 0,
          shipping_discount = 0;  // of the line, but unit_price
    bool gift = false, cancel_requested = false;
    std::string cancel_reason;

    [[nodiscard]] Minor price() const { return unit_price * ordered; }
};

struct Package {
    std::string reference, carrier, carrier_name, method, tracking;
    Timestamp shipped_at, created_at;
    std::vector<std::pair<std::int64_t, int>> lines;  // OrderItemId, units
    int edits = 0;
    bool by_staff = false;
};

struct Order {
    std::uint32_t index = 0;
    std::string id;
    std::uint64_t seed = 0;  // buyer and address are made up from it
    const Store* store = nullptr;
    Timestamp created_at, updated_at;
    OrderStatus status = OrderStatus::pending;
    bool afn = false, prime = false, business = false, non_amazon = false, cash_on_delivery = false, ship_plus = false;
    std::string seller_order_id;  // "" the same as id
    std::vector<Line> lines;
    std::vector<Package> packages;
    std::vector<std::uint32_t> refunds;
    int version = 0;

    [[nodiscard]] bool without_money() const {
        return status == OrderStatus::pending || status == OrderStatus::pending_availability;
    }
    [[nodiscard]] Timestamp latest_ship() const { return created_at + std::chrono::hours(48); }
    [[nodiscard]] Timestamp latest_delivery() const { return created_at + std::chrono::hours(24 * 8); }
};
/// What the buyer pays; none for an order that shows no money.
std::optional<Minor> total_of(const Order& order);

struct RefundLine {
    std::size_t line = 0;  // of the order
    int units = 0;
    std::string adjustment_id;
    // Positive: what went back to the buyer. Principal is net where prices include the tax.
    Minor principal = 0, tax = 0, shipping = 0, shipping_tax = 0, goodwill = 0;
    Minor restocking = 0, promotion = 0;  // positive: what the seller kept
    [[nodiscard]] Minor total() const {
        return principal + tax + shipping + shipping_tax + goodwill - restocking - promotion;
    }
    /// What Amazon gives back of its commission, and keeps of it again.
    [[nodiscard]] Minor commission() const { return principal * 15 / 100; }
    [[nodiscard]] Minor refund_commission() const { return principal * 3 / 100; }
};

/// Something that moved money: a shipment that was paid for, or a refund of any kind.
struct FinancialEvent {
    std::uint32_t index = 0, order = 0;
    bool shipment = false;
    RefundKind kind = RefundKind::refund;
    std::string id, transaction_id;
    Timestamp posted_at;
    bool deferred = false;                 // now
    std::optional<Timestamp> released_at;  // when it had been deferred
    std::string renamed_id;                // transaction id after its release, where that changes
    std::vector<RefundLine> lines;         // of a refund
};

/// A file behind a signed URL: what a report or feed says, or what a client uploads for a feed.
struct Document {
    std::string id, content_type, content;
    bool gzip = false;
    bool for_upload = false;
    bool uploaded = false;
};

enum class WorkStatus { in_queue, in_progress, done, cancelled, fatal };
std::string_view name_of(WorkStatus status);

/// A report or a feed: work that Amazon does later.
struct Work {
    std::string id, type, document_id;  // of the result; "" none (yet)
    std::string input_document_id;      // of a feed
    std::vector<std::string> stores;
    Timestamp created_at;
    std::optional<Timestamp> started_at, ended_at;
    WorkStatus status = WorkStatus::in_queue;
    std::string forced_end;  // by a dial
};

struct InboundItem {
    std::uint32_t listing = 0;
    int shipped = 0, received = 0, in_case = 0;
};
struct Carton {
    std::string id;
    std::vector<std::pair<std::string, int>> items;  // sku, units
    std::string source = "BOX_CONTENT_PROVIDED";
    std::string dimensions, weight;  // JSON as it was given; "" by a feed
};
struct InboundShipment {
    std::string id, name, centre, status, contents_source, label_prep;
    std::string plan_id, shipment_id, placement_id;
    const Store* store = nullptr;
    bool cases_required = false;
    std::vector<InboundItem> items;
    std::vector<Carton> cartons;
    Timestamp created_at, updated_at;
    bool over = false;  // its life goes on no more
};

}  // namespace crossdock::sandbox::amazon
