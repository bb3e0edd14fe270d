// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shipstation/account.h"
#include "support/market.h"

namespace crossdock::testing {
namespace {

using sandbox::shipstation::Account;

// SKUs every simulated catalogue holds.
constexpr const char* kFirst = "SBX-000012";
constexpr const char* kSecond = "SBX-000013";

class ShipStationMarket final : public Market {
public:
    ShipStationMarket(const MarketOptions& options, const Clock& clock, bool v2) : v2_(v2) {
        sandbox::shipstation::AccountOptions account;
        account.seed = options.seed;
        account.orders = options.orders;
        account.history_days = 4;
        account.orders_per_hour = options.orders_per_hour;
        account.life_cycle = options.life_cycle;
        account.products = options.items;
        account.recorder = options.recorder;
        account_ = sandbox::shipstation::make_account(std::move(account), clock);
    }

    domain::Provider provider() const override { return domain::Provider::shipstation; }
    sandbox::Marketplace& marketplace() override { return *account_; }
    std::vector<std::string> addresses() const override {
        return {"https://ssapi.shipstation.com", "https://ssapi6.shipstation.com", "https://api.shipstation.com"};
    }
    connectors::ChannelSetup setup() const override {
        connectors::ChannelSetup setup;
        setup.code = "shipstation";
        setup.provider = provider();
        setup.credentials = {{"api_key", Secret{"demo-key"}}, {"api_secret", Secret{"demo-secret"}}, {"v2_api_key", Secret{"demo-v2-key"}}};
        setup.settings_json = R"({"skip_marketplaces":[],"shipstation_inventory_location_id":"se-7001"})";
        if (!v2_) return setup;
        setup.credentials = {{"v2_api_key", Secret{"demo-v2-key"}}};
        setup.settings_json = R"({"api_version":"v2","skip_marketplaces":[],"shipstation_inventory_location_id":"se-7001"})";
        return setup;
    }

    std::vector<Order> orders() override {
        std::vector<Order> all;
        for (const auto& entry : account_->ledger()) {
            // What was merged away or deleted is in no list any more.
            if (entry.deleted) continue;
            const bool cancelled = entry.status == "cancelled";
            const std::string status = cancelled ? "cancelled" : entry.status == "shipped" ? "fulfilled" : "open";
            // Of what is on hold or cancelled the amount paid decides, which the ledger does not say.
            const std::string paid = entry.status == "awaiting_payment"                                  ? "pending"
                                     : entry.status == "awaiting_shipment" || entry.status == "shipped" ? "paid"
                                                                                                         : "";
            Order order{std::to_string(entry.id), cancelled, money_text(entry.total_cents), entry.visible, entry.updated_at, status, paid,
                        static_cast<std::size_t>(entry.lines)};
            if (v2_) order.total.reset();  // version 2 states none
            all.push_back(std::move(order));
        }
        return all;
    }
    std::vector<Refund> refunds() override { return {}; }
    std::vector<Parcel> parcels(const std::string& order_id) override {
        // ShipStation marks whole orders; it counts no units in a shipment of another's label.
        std::vector<Parcel> all;
        for (const auto& shipment : account_->shipments(std::stoll(order_id)))
            if (!shipment.voided && !shipment.is_return) all.push_back({shipment.tracking_number, 4});
        return all;
    }
    std::optional<std::int64_t> stock(const std::string& sku, const std::string&) override {
        for (const auto& level : account_->stock())
            if (level.sku == sku) return level.on_hand;
        return 0;  // only what was ever counted is listed
    }

    std::string place() override {
        sandbox::shipstation::PlaceOrder wish;
        wish.items = {{kFirst, 2}, {kSecond, 2}};
        const std::int64_t id = account_->place_order(wish);
        return id == 0 ? "" : std::to_string(id);
    }
    bool edit(const std::string& id) override { return account_->edit(std::stoll(id)); }
    bool cancel(const std::string& id) override { return account_->cancel(std::stoll(id)); }
    bool refund(const std::string&) override { return false; }
    bool ships_in_parts() const override { return false; }

    void add_fault(const sandbox::Fault& fault) override { account_->add_fault(fault); }
    void clear_faults() override { account_->clear_faults(); }
    void expire_tokens() override {}  // a key pair; there are none
    std::string list_call() const override { return v2_ ? "v2ListShipments" : "listOrders"; }
    std::string ship_call() const override { return v2_ ? "v2CreateFulfillments" : "markAsShipped"; }

protected:
    bool lists_orders(const http::Request& request) const override { return request.method == "GET" && request.path.ends_with(v2_ ? "/v2/shipments" : "/orders"); }
    PoisonRule poison_rule() const override { return v2_ ? PoisonRule{"shipment_id", "created_at"} : PoisonRule{"orderId", "orderDate"}; }

private:
    bool v2_ = false;
    std::unique_ptr<Account> account_;
};

}  // namespace

std::unique_ptr<Market> make_shipstation_market(const MarketOptions& options, const Clock& clock) {
    return std::make_unique<ShipStationMarket>(options, clock, false);
}

std::unique_ptr<Market> make_shipstation_v2_market(const MarketOptions& options, const Clock& clock) {
    return std::make_unique<ShipStationMarket>(options, clock, true);
}

}  // namespace crossdock::testing
