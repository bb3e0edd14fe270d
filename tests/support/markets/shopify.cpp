// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/shopify/shop.h"
#include "support/market.h"
#include "support/shopify_exchanges.h"

namespace crossdock::testing {
namespace {

using sandbox::shopify::Shop;

constexpr const char* kStorage = "https://storage.googleapis.com";

class ShopifyMarket final : public Market {
public:
    ShopifyMarket(const MarketOptions& options, const Clock& clock) {
        sandbox::shopify::ShopOptions shop;
        shop.seed = options.seed;
        shop.orders = options.orders;
        shop.history_days = 4;
        shop.orders_per_hour = options.orders_per_hour;
        shop.life_cycle = options.life_cycle;
        shop.products = options.items;
        shop.storage_url = kStorage;
        if (options.recorder) shop.recorder = as_exchanges(options.recorder);
        shop_ = sandbox::shopify::make_shop(std::move(shop), clock);
    }

    domain::Provider provider() const override { return domain::Provider::shopify; }
    sandbox::Marketplace& marketplace() override { return *shop_; }
    std::vector<std::string> addresses() const override { return {"https://demo-shop.myshopify.com", kStorage}; }
    connectors::ChannelSetup setup() const override {
        connectors::ChannelSetup setup;
        setup.code = "shopify";
        setup.provider = provider();
        setup.credentials = {{"shop", Secret{"demo-shop.myshopify.com"}},
                             {"client_id", Secret{"demo-client"}},
                             {"client_secret", Secret{"demo-secret"}}};
        return setup;
    }

    std::vector<Order> orders() override {
        std::vector<Order> all;
        for (const auto& entry : shop_->ledger()) {
            const std::string status = entry.cancelled                                       ? "cancelled"
                                       : entry.fulfillment_status == "FULFILLED"           ? "fulfilled"
                                       : entry.fulfillment_status == "PARTIALLY_FULFILLED" ? "partially_fulfilled"
                                                                                           : "";  // open, or closed by staff
            all.push_back({std::to_string(entry.id), entry.cancelled, entry.total, entry.visible, entry.updated_at, status,
                           to_lower(entry.financial_status), static_cast<std::size_t>(entry.lines)});
        }
        return all;
    }
    std::vector<Refund> refunds() override {
        std::vector<Refund> all;
        for (const auto& entry : shop_->ledger())
            for (int i = 0; i < entry.refunds; ++i) all.push_back({std::to_string(entry.id), std::nullopt, entry.updated_at});
        return all;
    }
    std::vector<Parcel> parcels(const std::string& order_id) override {
        std::vector<Parcel> all;
        for (const auto& shipment : shop_->shipments(std::stoll(order_id)))
            for (const std::string& number : shipment.numbers) all.push_back({number, shipment.units});
        return all;
    }
    std::optional<std::int64_t> stock(const std::string& sku, const std::string& location) override {
        for (const auto& level : shop_->stock())
            if (level.sku == sku && level.tracked && level.active &&
                (location.empty() || location == std::to_string(level.location_id)))
                return level.available;
        return std::nullopt;
    }

    std::string place() override {
        sandbox::shopify::PlaceOrder wish;
        std::vector<std::string> skus;
        for (const auto& level : shop_->stock())
            if (level.tracked && level.active && (skus.empty() || skus.back() != level.sku)) skus.push_back(level.sku);
        wish.items = {{skus.at(0), 2}, {skus.at(1), 2}};
        wish.paid = true;
        return std::to_string(shop_->place_order(wish));
    }
    bool edit(const std::string& id) override { return shop_->change_note(std::stoll(id), "ring twice"); }
    bool cancel(const std::string& id) override { return shop_->cancel(std::stoll(id), true); }
    bool refund(const std::string& id) override { return shop_->refund(std::stoll(id), 0, false); }

    void add_fault(const sandbox::Fault& fault) override { shop_->add_fault(fault); }
    void clear_faults() override { shop_->clear_faults(); }
    void expire_tokens() override { shop_->expire_tokens(); }
    std::string list_call() const override { return "HubOrdersPage"; }
    std::string ship_call() const override { return "HubFulfillmentCreate"; }

protected:
    bool lists_orders(const http::Request& request) const override { return request.body.find("HubOrdersPage") != std::string::npos; }
    PoisonRule poison_rule() const override { return {"legacyResourceId", "createdAt"}; }

private:
    std::unique_ptr<Shop> shop_;
};

}  // namespace

std::unique_ptr<Market> make_shopify_market(const MarketOptions& options, const Clock& clock) {
    return std::make_unique<ShopifyMarket>(options, clock);
}

}  // namespace crossdock::testing
