// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/factory.h"

#include "connectors/ebay/access.h"
#include "connectors/ebay/carriers.h"
#include "connectors/ebay/catalog.h"
#include "connectors/ebay/client.h"
#include "connectors/ebay/orders.h"
#include "connectors/ebay/refunds.h"
#include "connectors/ebay/settings.h"
#include "connectors/ebay/shipments.h"
#include "connectors/ebay/stock.h"
#include "connectors/ebay/webhooks.h"
#include "connectors/provider_factory.h"

namespace crossdock::connectors::ebay {
namespace {

/// One seller account: its client, and one object for each ability.
class EbayConnector final : public Connector {
public:
    EbayConnector(Settings settings, Profile profile, std::shared_ptr<SharedState> shared, const Runtime& runtime)
        : settings_(std::move(settings)),
          profile_(std::move(profile)),
          shared_(std::move(shared)),
          client_(settings_, profile_, *shared_, runtime),
          orders_(client_),
          refunds_(client_),
          catalog_(client_),
          carriers_(client_),
          stock_(client_),
          shipments_(client_, carriers_),
          webhooks_(client_) {}

    Result<std::string> check_access(std::vector<domain::Problem>& problems) override {
        return read_seller_profile(client_, problems);
    }
    OrderSource* order_source() override { return &orders_; }
    RefundSource* refund_source() override { return &refunds_; }
    CatalogSource* catalog_source() override { return &catalog_; }
    CarrierSource* carrier_source() override { return &carriers_; }
    StockSink* stock_sink() override { return &stock_; }
    ShipmentSink* shipment_sink() override { return &shipments_; }
    WebhookSource* webhook_source() override { return &webhooks_; }

private:
    Settings settings_;
    Profile profile_;
    std::shared_ptr<SharedState> shared_;
    Client client_;
    Orders orders_;
    Refunds refunds_;
    Catalog catalog_;
    Carriers carriers_;
    Stock stock_;
    Shipments shipments_;
    Webhooks webhooks_;
};

std::unique_ptr<Connector> open_ebay(ReadSetup read, const std::string& profile, std::shared_ptr<SharedState> shared,
                                        const Runtime& runtime) {
    return std::make_unique<EbayConnector>(std::move(read.settings), read_profile(profile), std::move(shared), runtime);
}

}  // namespace

std::unique_ptr<ConnectorFactory> make_ebay_factory() {
    return std::make_unique<ProviderFactory<ReadSetup, SharedState>>(domain::Provider::ebay, read_setup, shops_of, open_ebay);
}

}  // namespace crossdock::connectors::ebay
