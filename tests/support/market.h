// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "connectors/connector.h"
#include "sandbox/faults.h"
#include "sandbox/marketplace.h"

namespace crossdock::testing {

struct MarketOptions {
    std::uint64_t seed = 1;
    int orders = 0;  // placed before the start
    double orders_per_hour = 0;
    bool life_cycle = false;
    int items = 20;
    sandbox::ExchangeRecorder recorder = {};  // of Shopify it sees the GraphQL alone
};

/// A simulated marketplace of any provider behind the verbs that all have in common, and the channel that reaches it.
/// Orders, refunds and SKUs go by the names the hub shows them under.
class Market {
public:
    virtual ~Market() = default;
    Market() = default;
    Market(const Market&) = delete;
    Market& operator=(const Market&) = delete;

    [[nodiscard]] virtual domain::Provider provider() const = 0;
    [[nodiscard]] virtual sandbox::Marketplace& marketplace() = 0;
    /// The starts of the provider's production addresses, all served by this marketplace.
    [[nodiscard]] virtual std::vector<std::string> addresses() const = 0;
    /// What the config file would say. No base_url: the provider's own addresses.
    [[nodiscard]] virtual connectors::ChannelSetup setup() const = 0;

    struct Order {
        std::string id;
        bool cancelled = false;
        std::optional<std::string> total;  // "12.30"; none where the provider shows no amount
        bool visible = true;               // lists show its latest version
        Timestamp updated_at{};
        // In the hub's words, worked out from the provider's by channels/*.md; "" where the provider leaves it open.
        std::string status = {};
        std::string payment_status = {};  // of Amazon and Walmart before refunds, which their orders do not tell
        std::size_t lines = 0;
    };
    virtual std::vector<Order> orders() = 0;
    struct Refund {
        std::string order_id;
        std::optional<std::string> total;  // negative when it takes one back
        Timestamp at{};
    };
    /// What the provider has paid back and shows; a refund taken back is one of its own where the provider says so.
    virtual std::vector<Refund> refunds() = 0;
    struct Parcel {
        std::string tracking_number;
        int units = 0;
    };
    virtual std::vector<Parcel> parcels(const std::string& order_id) = 0;
    /// In force now. None: no such item, or it is not the seller's to set. `location`: where a provider counts by place;
    /// "" anywhere.
    virtual std::optional<std::int64_t> stock(const std::string& sku, const std::string& location = "") = 0;

    // Buyers, staff and the provider. False or "" when the provider knows no such thing or it cannot be done now.
    /// Paid, of the seller's own stock, two lines of two units.
    virtual std::string place() = 0;
    /// Changes something that the ERP can see, and no amount.
    virtual bool edit(const std::string& order_id) = 0;
    virtual bool cancel(const std::string& order_id) = 0;
    virtual bool refund(const std::string& order_id) = 0;
    /// Whether refund() gives back all that was paid, shipping included.
    [[nodiscard]] virtual bool refunds_everything() const { return true; }
    /// Whether a parcel can hold a part of an order; false: the first one marks the whole order as shipped.
    [[nodiscard]] virtual bool ships_in_parts() const { return true; }

    // Dials.
    virtual void add_fault(const sandbox::Fault& fault) = 0;
    virtual void clear_faults() = 0;
    virtual void expire_tokens() = 0;
    /// The provider's own name of the call that lists orders, and of the one that sends a shipment.
    [[nodiscard]] virtual std::string list_call() const = 0;
    [[nodiscard]] virtual std::string ship_call() const = 0;

    /// From now on one field of this order has another type wherever the order is shown; "" heals it.
    void poison(std::string order_id) { poisoned_ = std::move(order_id); }
    /// From now on nothing is granted any more: the seller withdrew it, or it ran out. False: it is granted again.
    void revoke(bool on) { revoked_ = on; }
    [[nodiscard]] int refused_calls() const { return refused_; }  // since the start
    /// Runs before a page of the order list is answered, with its number since this was set.
    void before_list_page(std::function<void(int)> hook) {
        hook_ = std::move(hook);
        pages_ = 0;
    }
    /// One request of the hub.
    http::Response carry(const http::Request& request);

protected:
    [[nodiscard]] virtual bool lists_orders(const http::Request& request) const = 0;
    /// In answers an order is the object whose member `id` holds its name; `field` is the member that goes bad.
    struct PoisonRule {
        std::string id, field;
    };
    [[nodiscard]] virtual PoisonRule poison_rule() const = 0;

private:
    std::string poisoned_;
    bool revoked_ = false;
    int refused_ = 0;
    std::function<void(int)> hook_;
    int pages_ = 0;
};

/// Cents as the ERP writes them: "12.30".
std::string money_text(std::int64_t cents);

using MarketMaker = std::unique_ptr<Market> (*)(const MarketOptions&, const Clock&);
std::unique_ptr<Market> make_shopify_market(const MarketOptions& options, const Clock& clock);
std::unique_ptr<Market> make_amazon_market(const MarketOptions& options, const Clock& clock);
std::unique_ptr<Market> make_walmart_market(const MarketOptions& options, const Clock& clock);
std::unique_ptr<Market> make_ebay_market(const MarketOptions& options, const Clock& clock);
std::unique_ptr<Market> make_shipstation_market(const MarketOptions& options, const Clock& clock);
/// The same account, spoken to by version 2 of its API.
std::unique_ptr<Market> make_shipstation_v2_market(const MarketOptions& options, const Clock& clock);

/// All providers that this version connects to, by name.
const std::vector<std::pair<std::string, MarketMaker>>& markets();

}  // namespace crossdock::testing
