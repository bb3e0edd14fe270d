// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

// The things a shop consists of. Plain data; what may happen to them is in world.h.
namespace crossdock::sandbox::shopify {

/// One sum in both currencies of an order, each in its smallest unit.
struct Amount {
    std::int64_t shop = 0, presentment = 0;
    Amount operator+(Amount o) const { return {shop + o.shop, presentment + o.presentment}; }
    Amount operator-(Amount o) const { return {shop - o.shop, presentment - o.presentment}; }
    Amount operator-() const { return {-shop, -presentment}; }
    Amount& operator+=(Amount o) { return *this = *this + o; }
    Amount& operator-=(Amount o) { return *this = *this - o; }
    friend bool operator==(const Amount&, const Amount&) = default;
};

struct Attribute {
    std::string key, value;
};

struct Address {
    std::string first_name, last_name, company, address1, address2, city, province, province_code, zip, country,
        country_code, phone;
};

struct Customer {
    std::int64_t id = 0;
    std::string first_name, last_name, email;
};

struct Location {
    std::int64_t id = 0;
    std::string name, address1, city, province_code, zip, country_code;
    bool active = true, fulfills_online_orders = true, fulfillment_service = false, deleted = false;
};

struct Product {
    std::int64_t id = 0;
    std::string title, handle, status, vendor, type;
    std::vector<std::string> tags;
    bool gift_card = false;
    Timestamp created_at, updated_at;
    std::vector<std::int64_t> variants;
};

struct Option {
    std::string name, value;
};

struct Variant {
    std::int64_t id = 0, product_id = 0, item_id = 0;
    std::string sku, barcode, title, policy = "DENY";
    std::int64_t price = 0;  // minor units of the shop's currency
    std::optional<std::int64_t> compare_at_price;
    int position = 1;
    bool taxable = true, requires_components = false;
    std::vector<Option> options;
    Timestamp created_at, updated_at;
};

struct Level {
    std::int64_t item_id = 0, location_id = 0;
    std::int64_t available = 0, committed = 0, incoming = 0;
    bool active = true;
    Timestamp created_at, updated_at, available_updated_at;
    [[nodiscard]] std::int64_t on_hand() const { return available + committed; }
};

struct InventoryItem {
    std::int64_t id = 0, variant_id = 0;
    std::string sku;
    bool tracked = true, requires_shipping = true;
    double weight_kg = 0.2;
    std::optional<std::int64_t> unit_cost;
    Timestamp updated_at;
};

struct StockChange {
    std::string name;
    std::int64_t delta = 0, item_id = 0, location_id = 0;
};

struct AdjustmentGroup {
    std::int64_t id = 0;
    Timestamp created_at;
    std::string reason;
    std::optional<std::string> reference;
    std::vector<StockChange> changes;
};

struct Order;

struct TaxLine {
    const Order* order = nullptr;
    std::string title;
    double rate = 0;
    Amount amount;
};

struct DiscountApplication {
    const Order* order = nullptr;
    int index = 0;
    std::string kind;  // code, manual, automatic
    std::string title;
    std::string target_type = "LINE_ITEM", target_selection = "ALL", allocation = "ACROSS";
    std::optional<double> percentage;
    Amount value;  // when it is not a percentage
};

struct Allocation {
    const Order* order = nullptr;
    int application = 0;
    Amount amount;
};

struct Line {
    const Order* order = nullptr;
    std::int64_t id = 0, variant_id = 0, product_id = 0;
    std::string name, title, variant_title, sku, vendor;
    int quantity = 0;
    int fulfilled = 0;  // units in fulfilments that were not cancelled
    int removed = 0;    // by an edit, never shipped
    int refunded_unshipped = 0, refunded_shipped = 0;
    bool requires_shipping = true, taxable = true, gift_card = false;
    std::vector<Attribute> attributes;
    Amount unit_price;
    std::vector<Allocation> allocations;
    std::vector<TaxLine> taxes;

    [[nodiscard]] int current() const { return quantity - removed - refunded_unshipped - refunded_shipped; }
    [[nodiscard]] int unfulfilled() const { return quantity - fulfilled - removed - refunded_unshipped; }
};

struct ShippingLine {
    const Order* order = nullptr;
    std::int64_t id = 0;
    std::string title, code;
    Amount original, discount, refunded, refunded_tax;
    std::vector<TaxLine> taxes;
};

struct FulfillmentOrderLine {
    const Order* order = nullptr;
    std::int64_t id = 0, line_id = 0;
    int total = 0, remaining = 0;
};

struct Hold {
    std::int64_t id = 0;
    std::string reason, notes;
};

struct FulfillmentOrder {
    const Order* order = nullptr;
    std::int64_t id = 0;
    std::string status = "OPEN", request_status = "UNSUBMITTED", method = "SHIPPING";
    std::int64_t location_id = 0;
    std::string location_name;
    std::optional<Timestamp> fulfill_at;
    Timestamp created_at, updated_at;
    std::vector<Hold> holds;
    std::vector<FulfillmentOrderLine> lines;
    bool replaced = false;  // merged or split away: hidden with displayable: true

    [[nodiscard]] int remaining() const {
        int sum = 0;
        for (const auto& line : lines) sum += line.remaining;
        return sum;
    }
    [[nodiscard]] bool fulfillable() const { return (status == "OPEN" || status == "IN_PROGRESS") && remaining() > 0; }
};

struct Tracking {
    std::string company, number, url;
};

struct FulfillmentLine {
    const Order* order = nullptr;
    std::int64_t id = 0, line_id = 0, fulfillment_order_id = 0, fulfillment_order_line_id = 0;
    int quantity = 0;
};

struct Fulfillment {
    const Order* order = nullptr;
    std::int64_t id = 0, location_id = 0;
    std::string name, status = "SUCCESS", display_status = "FULFILLED";
    Timestamp created_at, updated_at;
    std::vector<Tracking> tracking;
    std::vector<FulfillmentLine> lines;
    bool notified = false;
};

struct Transaction {
    const Order* order = nullptr;
    std::int64_t id = 0, parent_id = 0, refund_id = 0;
    std::string kind, status, gateway;
    Amount amount;  // the shop side uses the rate of its day
    Timestamp created_at;
    std::optional<Timestamp> processed_at;
};

struct RefundLine {
    const Order* order = nullptr;
    std::int64_t id = 0, line_id = 0, location_id = 0;
    int quantity = 0;
    std::string restock_type = "NO_RESTOCK";
    bool restocked = false;
    Amount subtotal, tax;
};

struct RefundShipping {
    const Order* order = nullptr;
    std::int64_t id = 0, shipping_line_id = 0;
    Amount subtotal, tax;
};

struct Adjustment {
    const Order* order = nullptr;
    std::int64_t id = 0;
    std::string reason;
    Amount amount, tax;
};

struct Refund {
    const Order* order = nullptr;
    std::int64_t id = 0;
    Timestamp created_at, updated_at;
    std::int64_t return_id = 0;  // 0: nothing came back
    std::string note;
    std::vector<RefundLine> lines;
    std::vector<RefundShipping> shipping;
    std::vector<Adjustment> adjustments;
};

/// What a buyer sent back, and why.
struct ReturnLine {
    const Order* order = nullptr;
    std::int64_t id = 0, line_id = 0, fulfillment_line_id = 0;
    int quantity = 0;
    std::int64_t reason = 0;  // number of the catalogue's entry, see api_returns.cpp
    std::string reason_note, customer_note;
};

struct Return {
    const Order* order = nullptr;
    std::int64_t id = 0;
    std::string name, status = "CLOSED";
    std::vector<ReturnLine> lines;
};

struct Metafield {
    std::int64_t id = 0;
    std::string space, key, type, value;
    Timestamp created_at, updated_at;
};

struct Order {
    Order() = default;
    Order(const Order&) = delete;  // children point to it
    Order& operator=(const Order&) = delete;

    std::int64_t id = 0;
    int number = 0;
    std::string name, confirmation_number;
    Timestamp created_at, processed_at, updated_at;
    int version = 0;  // counts every change
    std::optional<Timestamp> cancelled_at, closed_at;
    std::string cancel_reason;
    bool edited = false, test = false, taxes_included = false, voided = false;
    std::string currency, presentment;
    double rate = 1.0;  // presentment units per shop unit at checkout
    std::string email, phone, note, po_number, source_name;
    std::vector<std::string> tags, discount_codes, gateways;
    std::vector<Attribute> attributes;
    std::int64_t customer_id = 0, retail_location_id = 0;
    std::optional<Address> billing, shipping;
    std::deque<Line> lines;  // deques, because verbs hold references while they add
    std::vector<ShippingLine> shipping_lines;
    std::vector<DiscountApplication> discounts;
    Amount tip;
    std::deque<FulfillmentOrder> fulfillment_orders;
    std::deque<Fulfillment> fulfillments;
    std::deque<Refund> refunds;
    std::deque<Return> returns;
    std::deque<Transaction> transactions;
    std::vector<Metafield> metafields;

    Line* line(std::int64_t wanted) {
        for (Line& l : lines) {
            if (l.id == wanted) return &l;
        }
        return nullptr;
    }
    [[nodiscard]] const Line* line(std::int64_t wanted) const { return const_cast<Order*>(this)->line(wanted); }
    FulfillmentOrder* fulfillment_order(std::int64_t wanted) {
        for (FulfillmentOrder& f : fulfillment_orders) {
            if (f.id == wanted) return &f;
        }
        return nullptr;
    }
};

struct WebhookSubscription {
    std::int64_t id = 0;
    std::string topic, uri, format = "JSON", filter, name;
    std::vector<std::string> include_fields;
    Timestamp created_at, updated_at;
    int failures_in_a_row = 0;
};

struct BulkOperation {
    std::int64_t id = 0;
    std::string status = "CREATED", error_code, query;
    Timestamp created_at;
    std::optional<Timestamp> completed_at;
    std::int64_t objects = 0, roots = 0;
    std::string result;     // JSONL
    std::string signature;  // what the download URL must carry
};

struct Job {
    std::string id;  // a UUID
    bool done = false;
};

}  // namespace crossdock::sandbox::shopify
