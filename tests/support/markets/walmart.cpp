// SPDX-License-Identifier: Apache-2.0
#include "sandbox/walmart/seller.h"
#include "support/market.h"

namespace crossdock::testing {
namespace {

using sandbox::walmart::Seller;

class WalmartMarket final : public Market {
public:
    WalmartMarket(const MarketOptions& options, const Clock& clock) {
        sandbox::walmart::SellerOptions seller;
        seller.seed = options.seed;
        seller.orders = options.orders;
        seller.history_days = 4;
        seller.orders_per_hour = options.orders_per_hour;
        seller.life_cycle = options.life_cycle;
        seller.items = options.items;
        seller.recorder = options.recorder;
        seller_ = sandbox::walmart::make_seller(std::move(seller), clock);
    }

    domain::Provider provider() const override { return domain::Provider::walmart; }
    sandbox::Marketplace& marketplace() override { return *seller_; }
    std::vector<std::string> addresses() const override { return {"https://marketplace.walmartapis.com"}; }
    connectors::ChannelSetup setup() const override {
        connectors::ChannelSetup setup;
        setup.code = "walmart";
        setup.provider = provider();
        setup.credentials = {{"client_id", Secret{"demo-client"}}, {"client_secret", Secret{"demo-secret"}}};
        return setup;
    }

    std::vector<Order> orders() override {
        std::vector<Order> all;
        for (const auto& entry : seller_->ledger()) {
            int left = 0, taken_back = 0;  // Walmart charges when it is shipped
            for (const auto& line : entry.lines)
                for (const auto& [status, units] : line.by_status) {
                    left += status == "Shipped" || status == "Delivered" ? units : 0;
                    taken_back += status == "Cancelled" ? units : 0;
                }
            const bool cancelled = entry.status == "cancelled";
            // Cancelled units have no charges any more, and the hub keeps those it has seen.
            const auto total = taken_back > 0 ? std::nullopt : std::optional{money_text(entry.total_cents)};
            all.push_back({std::to_string(entry.id), cancelled, total, entry.visible, entry.updated_at, entry.status,
                           cancelled ? "cancelled" : left > 0 ? "paid" : "pending", entry.lines.size()});
        }
        return all;
    }
    std::vector<Refund> refunds() override {
        std::vector<Refund> all;
        for (const auto& entry : seller_->returns())
            if (entry.refunded > 0) all.push_back({std::to_string(entry.order_id), money_text(entry.refund_cents), entry.updated_at});
        for (const auto& entry : seller_->ledger())
            for (const auto& line : entry.lines)
                if (line.goodwill_cents > 0) all.push_back({std::to_string(entry.id), money_text(line.goodwill_cents), entry.updated_at});
        return all;
    }
    std::vector<Parcel> parcels(const std::string& order_id) override {
        std::vector<Parcel> all;
        for (const auto& shipment : seller_->shipments(std::stoll(order_id))) all.push_back({shipment.tracking_number, shipment.quantity});
        return all;
    }
    std::optional<std::int64_t> stock(const std::string& sku, const std::string&) override {
        const auto levels = seller_->stock(sku);
        if (levels.empty() || levels.front().in_wfs) return std::nullopt;  // Walmart counts its own
        return levels.front().input;
    }

    std::string place() override {
        sandbox::walmart::PlaceOrder wish;
        wish.items = {{kFirst, 2}, {kSecond, 2}};
        const std::int64_t id = seller_->place_order(wish);
        return id == 0 ? "" : std::to_string(id);
    }
    bool edit(const std::string& id) override { return seller_->want_cancel(std::stoll(id)); }
    bool cancel(const std::string& id) override { return seller_->cancel(std::stoll(id), 0, 0); }
    bool refund(const std::string& id) override {
        const std::int64_t order = std::stoll(id);
        for (const auto& entry : seller_->ledger()) {
            if (entry.id != order) continue;
            sandbox::walmart::StartReturn wish;
            for (const auto& line : entry.lines) {
                if (!seller_->ship(order, line.line_number, 0)) return false;
                wish.lines.push_back({line.line_number, line.quantity});
            }
            seller_->deliver(order);
            const std::int64_t started = seller_->start_return(order, wish);
            return started != 0 && seller_->refund_return(started, 0);
        }
        return false;
    }
    bool refunds_everything() const override { return false; }

    void add_fault(const sandbox::Fault& fault) override { seller_->add_fault(fault); }
    void clear_faults() override { seller_->clear_faults(); }
    void expire_tokens() override { seller_->expire_tokens(); }
    std::string list_call() const override { return "getAllOrders"; }
    std::string ship_call() const override { return "shippingUpdates"; }

protected:
    bool lists_orders(const http::Request& request) const override { return request.method == "GET" && request.path.ends_with("/v3/orders"); }
    PoisonRule poison_rule() const override { return {"purchaseOrderId", "orderDate"}; }

private:
    // SKUs every simulated catalogue begins with.
    static constexpr const char* kFirst = "SBX-000012";
    static constexpr const char* kSecond = "SBX-000013";
    std::unique_ptr<Seller> seller_;
};

}  // namespace

std::unique_ptr<Market> make_walmart_market(const MarketOptions& options, const Clock& clock) {
    return std::make_unique<WalmartMarket>(options, clock);
}

}  // namespace crossdock::testing
