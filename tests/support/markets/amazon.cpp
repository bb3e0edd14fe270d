// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/seller.h"
#include "support/market.h"

namespace crossdock::testing {
namespace {

using sandbox::amazon::Seller;

constexpr const char* kDocuments = "https://tortuga-prod-na.s3-external-1.amazonaws.com";

class AmazonMarket final : public Market {
public:
    AmazonMarket(const MarketOptions& options, const Clock& clock) {
        sandbox::amazon::SellerOptions seller;
        seller.seed = options.seed;
        seller.public_url = kDocuments;
        seller.orders = options.orders;
        seller.history_days = 4;
        seller.orders_per_hour = options.orders_per_hour;
        seller.life_cycle = options.life_cycle;
        seller.items = options.items;
        seller.real_rates = true;
        seller.shipments_per_plan = 2;
        seller.recorder = options.recorder;
        seller_ = sandbox::amazon::make_seller(std::move(seller), clock);
    }

    domain::Provider provider() const override { return domain::Provider::amazon; }
    sandbox::Marketplace& marketplace() override { return *seller_; }
    std::vector<std::string> addresses() const override {
        return {"https://sellingpartnerapi-na.amazon.com", "https://api.amazon.com", kDocuments};
    }
    connectors::ChannelSetup setup() const override {
        connectors::ChannelSetup setup;
        setup.code = "amazon";
        setup.provider = provider();
        setup.credentials = {{"client_id", Secret{"amzn1.application-oa2-client.demo"}},
                             {"client_secret", Secret{"demo-secret"}},
                             {"refresh_token", Secret{"Atzr|demo"}}};
        setup.settings_json = R"({"region":"na","seller_id":"A3SBXDEMO0SELL","marketplace_ids":["ATVPDKIKX0DER"]})";
        return setup;
    }

    std::vector<Order> orders() override {
        std::vector<Order> all;
        for (const auto& entry : seller_->ledger()) {
            const bool cancelled = entry.status == "Canceled";
            const bool pending = entry.status == "Pending";
            const bool silent = cancelled || pending;  // no amounts are shown
            const std::string status = cancelled                            ? "cancelled"
                                       : entry.status == "Shipped"          ? "fulfilled"
                                       : entry.status == "PartiallyShipped" ? "partially_fulfilled"
                                       : pending || entry.status == "Unshipped" ? "open"
                                                                                : "";
            all.push_back({entry.id, cancelled, silent ? std::nullopt : std::optional{entry.total}, entry.visible, entry.updated_at, status,
                           cancelled ? "canceled" : pending ? "pending" : "paid", static_cast<std::size_t>(entry.lines)});
        }
        return all;
    }
    std::vector<Refund> refunds() override {
        std::vector<Refund> all;
        for (const auto& entry : seller_->refunds())
            // Claims and chargebacks are lists of their own, which the hub does not read.
            if (!entry.deferred && entry.kind != "claim" && entry.kind != "chargeback") all.push_back({entry.order_id, entry.total, entry.shown_since});
        return all;
    }
    std::vector<Parcel> parcels(const std::string& order_id) override {
        std::vector<Parcel> all;
        for (const auto& package : seller_->packages(order_id)) all.push_back({package.tracking, package.units});
        return all;
    }
    std::optional<std::int64_t> stock(const std::string& sku, const std::string&) override {
        const auto found = seller_->stock(sku);
        if (!found || found->fba) return std::nullopt;
        return found->quantity;
    }

    std::string place() override {
        sandbox::amazon::PlaceOrder wish;
        for (const auto& level : seller_->stock())
            if (!level.fba && wish.items.size() < 2) wish.items.push_back({level.sku, 2});
        wish.paid = true;
        return seller_->place_order(wish);
    }
    bool edit(const std::string& id) override { return seller_->request_cancel(id, "ordered twice"); }
    bool cancel(const std::string& id) override { return seller_->cancel(id); }
    bool refund(const std::string& id) override {
        seller_->ship(id, false);  // only what has left can come back
        return !seller_->refund(id, {}).empty();
    }

    void add_fault(const sandbox::Fault& fault) override { seller_->add_fault(fault); }
    void clear_faults() override { seller_->clear_faults(); }
    void expire_tokens() override { seller_->expire_tokens(); }
    std::string list_call() const override { return "searchOrders"; }
    std::string ship_call() const override { return "confirmShipment"; }

protected:
    bool lists_orders(const http::Request& request) const override {
        return request.method == "GET" && request.path.ends_with("/orders/2026-01-01/orders");
    }
    PoisonRule poison_rule() const override { return {"orderId", "createdTime"}; }

private:
    std::unique_ptr<Seller> seller_;
};

}  // namespace

std::unique_ptr<Market> make_amazon_market(const MarketOptions& options, const Clock& clock) {
    return std::make_unique<AmazonMarket>(options, clock);
}

}  // namespace crossdock::testing
