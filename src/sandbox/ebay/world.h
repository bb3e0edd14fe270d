// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "sandbox/ebay/seller.h"

namespace crossdock::sandbox::ebay {

/// Hundredths of the currency's unit.
using Cents = std::int64_t;

/// Something to sell, made from its number alone, so that a catalogue of any size costs nothing.
struct Item {
    int number = 0;
    std::string sku;  // may be blank on listings made elsewhere
    std::string title, listing_id, offer_id, gtin, condition;
    Cents price = 0;
    bool trading = false;   // made elsewhere: no inventory item, no offer
    bool published = true;  // its offer
    bool has_offer = true;
    /// Buyers can see it. An item of the Inventory API has a listing only while an offer of it is published.
    [[nodiscard]] bool is_listed() const { return trading || published; }
};
/// A sellable unit: an item, or one of its two variations (1, 2; the second has no SKU).
struct UnitKey {
    int item = 0, variation = 0;
    auto operator<=>(const UnitKey&) const = default;
};

struct Line {
    std::string id;
    UnitKey unit;
    int quantity = 1, shipped = 0, refunded_units = 0;
    Cents cost = 0, discount = 0, shipping = 0, shipping_discount = 0, tax = 0;  // of the whole line; shipping gross
    struct Refund {
        std::string id;
        Cents amount = 0;
        Timestamp at;
    };
    std::vector<Refund> refunds;
    [[nodiscard]] Cents total(bool with_tax) const {
        return cost - discount + shipping - shipping_discount + (with_tax ? tax : 0);
    }
};
struct Shipment {
    std::string id, carrier, tracking;
    Timestamp shipped_at;
    std::vector<std::pair<std::string, int>> lines;  // line id, units
};
struct Order {
    std::string id;
    int number = 0, version = 1;
    Timestamp created_at, updated_at, visible_at;
    std::string buyer, buyer_name, note;
    std::vector<Line> lines;
    std::vector<Shipment> shipments;
    std::vector<Line::Refund> refunds;  // of the whole order
    bool paid = true, hub_address = false, pickup = false, by_ebay = false, gift = false;
    std::optional<Timestamp> cancel_requested_at, cancelled_at;

    [[nodiscard]] Cents total(bool with_tax) const;
    [[nodiscard]] Cents refunded() const;  // without tax, as the order shows it
    [[nodiscard]] std::string fulfillment_status() const;
    [[nodiscard]] std::string payment_status() const;
    [[nodiscard]] std::string cancel_state() const;
};
std::string line_status(const Line& line);

/// An entry of the seller's account at eBay.
struct Transaction {
    std::string id, type, order_id, buyer, line_id;
    bool credit = false;
    Timestamp at, visible_at;
    Cents amount = 0, tax = 0, fee_basis = 0, fee = 0;
    [[nodiscard]] std::string status(Timestamp now) const;
};

/// "12.5", "70.0": two decimals where needed, at least one.
std::string decimal(Cents cents);
/// "2026-05-04T17:21:09.000Z".
std::string ebay_time(Timestamp at);

class World {
public:
    World(const SellerOptions& options, const Clock& clock);

    [[nodiscard]] Timestamp now() const { return clock_.now() + skew; }
    /// Lets everything happen that is due.
    void catch_up();

    [[nodiscard]] Item item(int number) const;
    /// Numbers of the items that are listed, in order.
    [[nodiscard]] std::vector<int> listed() const;
    [[nodiscard]] std::optional<int> item_of_sku(std::string_view sku) const;
    [[nodiscard]] std::optional<int> item_of_listing(std::string_view listing_id) const;
    [[nodiscard]] std::optional<int> item_of_offer(std::string_view offer_id) const;
    [[nodiscard]] std::vector<UnitKey> units(int number) const;
    [[nodiscard]] std::string sku(UnitKey unit) const;
    [[nodiscard]] std::int64_t available(UnitKey unit) const;
    void set_available(UnitKey unit, std::int64_t quantity) { stock_[unit] = quantity; }
    /// False when the listing was revised too often today.
    bool revise(int item);
    [[nodiscard]] std::string currency() const;

    Order* order(const std::string& id);
    std::string place(const PlaceOrder& wish);
    void touch(Order& order);
    bool cancel(Order& order);
    bool refund(Order& order, bool everything);
    bool reverse(const std::string& refund_id);
    bool ship(Order& order, Shipment shipment);
    /// A shipment of everything left, or of one unit.
    [[nodiscard]] Shipment left(const Order& order, bool everything) const;

    std::map<std::string, Order, std::less<>> orders;
    std::vector<Transaction> transactions;
    Counters counters;
    std::chrono::milliseconds skew{0};
    std::chrono::milliseconds next_order_late{0};
    Random& random() { return random_; }

private:
    void live(Order& order);

    const SellerOptions& options_;
    const Clock& clock_;
    SeededRandom random_;
    std::map<UnitKey, std::int64_t> stock_;
    std::map<int, std::pair<std::int64_t, int>> revisions_;  // item: day, count
    std::map<std::string, Timestamp, std::less<>> alive_;    // orders that something will still happen to, and when
    Timestamp next_order_;
    int order_number_ = 0, refund_number_ = 0;
};

}  // namespace crossdock::sandbox::ebay
