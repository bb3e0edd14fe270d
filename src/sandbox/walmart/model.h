// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace crossdock::sandbox::walmart {

enum class LineStatus { created, acknowledged, shipped, delivered, cancelled };
std::string_view wire(LineStatus status);

struct Tracking {
    std::int64_t ship_date_ms = 0;
    std::string carrier, other_carrier, method_code, number, url;
};

/// Units of a line that share a status and, once shipped, a package.
struct Units {
    LineStatus status = LineStatus::created;
    int quantity = 0;
    Timestamp since;
    std::string cancellation_reason = {};
    std::shared_ptr<Tracking> tracking = {};  // rarely there: most of a long history needs no room for it
    bool by_staff = false;
};

struct LineRefund {
    std::string id, reason;
    std::int64_t cents = 0;
};

struct Line {
    int number = 0;
    std::int64_t good = 0;
    int quantity = 0;
    // Of the whole line, as charges are. A tax of -1 is not stated at all.
    std::int64_t product_cents = 0, product_tax_cents = 0, shipping_cents = 0, shipping_tax_cents = 0,
                 discount_cents = 0;
    std::vector<Units> units;
    Timestamp status_at;
    bool wants_cancel = false;
    std::optional<LineRefund> refund = {};
    std::int64_t return_id = 0;
    std::string seller_order_id = {};

    [[nodiscard]] int in(LineStatus status) const;
    [[nodiscard]] bool all_cancelled() const { return in(LineStatus::cancelled) == quantity; }
};

struct Order {
    std::int64_t id = 0, customer_order = 0, original_customer_order = 0;
    int type = 0;       // 0 REGULAR, 1 REPLACEMENT, 2 PREORDER
    int node_type = 0;  // index into kNodeTypes
    std::size_t node = 0;
    std::string_view method_code;  // one of kMethodCodes
    std::uint64_t buyer = 0;
    Timestamp created, modified, ship_by, deliver_by;
    // What lists know: `modified` from `visible_at` on, before that `known_modified` (the epoch: nothing yet).
    Timestamp known_modified, visible_at;
    int version = 0;
    std::vector<Line> lines;

    [[nodiscard]] Line* line(int number);
    [[nodiscard]] bool all_cancelled() const;
};

inline constexpr std::array<std::string_view, 3> kNodeTypes{"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"};
inline constexpr std::array<std::string_view, 3> kOrderTypes{"REGULAR", "REPLACEMENT", "PREORDER"};
inline constexpr std::array<std::string_view, 6> kMethodCodes{"Standard", "Express",    "OneDay",
                                                              "Freight",  "WhiteGlove", "Value"};
inline constexpr std::array<std::string_view, 5> kCancelReasons{
    "CUSTOMER_REQUESTED_SELLER_TO_CANCEL", "SELLER_CANCEL_PRICING_ERROR", "SELLER_CANCEL_OUT_OF_STOCK",
    "SELLER_CANCEL_FRAUD_STOP_SHIPMENT", "SELLER_CANCEL_ADDRESS_NOT_SERVICEABLE"};
/// Is it one of the 75 exact values that a shipping update accepts?
bool is_carrier(std::string_view name);

struct ReturnLine {
    int number = 0, order_line = 0;
    std::int64_t good = 0;
    int quantity = 0, refunded = 0;
    // Per unit.
    std::int64_t product_cents = 0, product_tax_cents = 0, shipping_cents = 0, shipping_tax_cents = 0,
                 discount_cents = 0, restocking_cents = 0;
    bool keep_it = false;
    struct Step {
        std::string tag, text;
        Timestamp at;
    };
    std::vector<Step> steps;
    std::vector<std::pair<Timestamp, int>> refunds;  // when, how many units

    [[nodiscard]] std::int64_t cents_of(int units) const {
        return units * (product_cents + product_tax_cents + shipping_cents + shipping_tax_cents - discount_cents -
                        restocking_cents);
    }
};

struct Return {
    std::int64_t id = 0, order = 0, customer_order = 0, replacement_order = 0;
    bool replacement = false, wfs = false, cancelled = false;
    std::string_view status = "INITIATED";
    std::string_view reason;
    std::uint64_t buyer = 0;
    Timestamp created, modified;
    std::vector<ReturnLine> lines;

    [[nodiscard]] int quantity() const;
    [[nodiscard]] int refunded() const;
    [[nodiscard]] std::int64_t refund_cents() const;
};

struct ShipNode {
    std::string id, type, name, status, custom_id, street, city, state, zip, zone;
};

struct Feed {
    std::string id, type;
    Timestamp submitted, changed;
    std::string_view status = "RECEIVED";
    struct Row {
        std::string sku;
        std::vector<std::pair<std::string, std::int64_t>> quantities;  // node ("" the default one) to units
        std::string fault_code, fault_text;                            // found when the file was read
        std::string_view status = "INPROGRESS";
    };
    std::vector<Row> rows;
    std::string error_code, error_text;  // of the whole file
};

/// A report that was asked for. Its file is made when it is ready, and kept packed.
struct Report {
    std::string id, type, version, payload;  // payload: the JSON body that came with the request; "" for none
    Timestamp submitted;
    std::optional<Timestamp> generated = {};
    std::string_view status = "RECEIVED";
    bool fails = false, is_short = false;  // fault dials
    std::string file = {};
};

struct Subscription {
    std::int64_t number = 0;
    std::string id, event_type, event_version, resource, url, status;
    std::string auth_method, auth_header, user, password;  // BASIC_AUTH
    std::vector<std::pair<std::string, std::string>> headers;
};

/// A refusal in the marketplace's words.
struct Refusal {
    int status = 400;
    std::string code, field, description;
    static Refusal content(std::string field, std::string description) {
        return {400, "INVALID_REQUEST_CONTENT", std::move(field), std::move(description)};
    }
    static Refusal param(std::string field, std::string description) {
        return {400, "INVALID_REQUEST_PARAM", std::move(field), std::move(description)};
    }
    static Refusal missing() {
        return {404, "CONTENT_NOT_FOUND", "",
                "Unable to process this request. The requested resource could not be found"};
    }
};

}  // namespace crossdock::sandbox::walmart
