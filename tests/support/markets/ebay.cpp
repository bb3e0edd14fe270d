// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "sandbox/ebay/seller.h"
#include "support/market.h"

namespace crossdock::testing {
namespace {

using sandbox::ebay::Seller;

class EbayMarket final : public Market {
public:
    EbayMarket(const MarketOptions& options, const Clock& clock) {
        sandbox::ebay::SellerOptions seller;
        seller.seed = options.seed;
        seller.orders = options.orders;
        seller.history_days = 4;
        seller.orders_per_hour = options.orders_per_hour;
        seller.life_cycle = options.life_cycle;
        seller.items = options.items;
        seller.recorder = options.recorder;
        seller_ = sandbox::ebay::make_seller(std::move(seller), clock);
    }

    domain::Provider provider() const override { return domain::Provider::ebay; }
    sandbox::Marketplace& marketplace() override { return *seller_; }
    std::vector<std::string> addresses() const override { return {"https://api.ebay.com", "https://apiz.ebay.com"}; }
    connectors::ChannelSetup setup() const override {
        connectors::ChannelSetup setup;
        setup.code = "ebay";
        setup.provider = provider();
        setup.credentials = {{"client_id", Secret{"demo-client"}},
                             {"client_secret", Secret{"demo-secret"}},
                             {"refresh_token", Secret{"v^1.1#i^1#r^1#demo+refresh/token="}},
                             {"verification_token", Secret{std::string(40, 'v')}}};
        setup.settings_json = R"({"alert_email":"admin@example.com"})";
        return setup;
    }

    std::vector<Order> orders() override {
        std::vector<Order> all;
        for (const auto& entry : seller_->ledger()) {
            const bool cancelled = entry.cancel_state == "CANCELED";
            const std::string status = cancelled                       ? "cancelled"
                                       : entry.status == "FULFILLED"   ? "fulfilled"
                                       : entry.status == "IN_PROGRESS" ? "partially_fulfilled"
                                                                       : "open";
            const std::string paid = entry.payment_status == "FULLY_REFUNDED" ? "refunded" : to_lower(entry.payment_status);
            all.push_back({entry.id, cancelled, entry.total, entry.visible, entry.updated_at, status, paid, static_cast<std::size_t>(entry.lines)});
        }
        return all;
    }
    std::vector<Refund> refunds() override {
        std::vector<Refund> all;
        for (const auto& entry : seller_->refunds()) all.push_back({entry.order_id, entry.booking == "CREDIT" ? "-" + entry.amount : entry.amount, entry.at});
        return all;
    }
    std::vector<Parcel> parcels(const std::string& order_id) override {
        std::vector<Parcel> all;
        for (const auto& shipment : seller_->shipments(order_id)) all.push_back({shipment.tracking, shipment.units});
        return all;
    }
    std::optional<std::int64_t> stock(const std::string& sku, const std::string&) override {
        for (const auto& unit : seller_->stock())
            if (unit.sku == sku) return unit.available;
        return std::nullopt;
    }

    std::string place() override {
        sandbox::ebay::PlaceOrder wish;
        wish.items = {{0, 2}, {1, 2}};
        return seller_->place_order(wish);
    }
    bool edit(const std::string& id) override { return seller_->request_cancel(id); }
    bool cancel(const std::string& id) override { return seller_->cancel(id); }
    bool refund(const std::string& id) override { return seller_->refund(id, true); }

    void add_fault(const sandbox::Fault& fault) override { seller_->add_fault(fault); }
    void clear_faults() override { seller_->clear_faults(); }
    void expire_tokens() override { seller_->expire_tokens(); }
    std::string list_call() const override { return "getOrders"; }
    std::string ship_call() const override { return "createShippingFulfillment"; }

protected:
    bool lists_orders(const http::Request& request) const override { return request.method == "GET" && request.path.ends_with("/sell/fulfillment/v1/order"); }
    PoisonRule poison_rule() const override { return {"orderId", "creationDate"}; }

private:
    std::unique_ptr<Seller> seller_;
};

}  // namespace

std::unique_ptr<Market> make_ebay_market(const MarketOptions& options, const Clock& clock) {
    return std::make_unique<EbayMarket>(options, clock);
}

}  // namespace crossdock::testing
