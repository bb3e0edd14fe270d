// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/factory.h"

#include "connectors/provider_factory.h"
#include "connectors/walmart/access.h"
#include "connectors/walmart/carriers.h"
#include "connectors/walmart/catalog.h"
#include "connectors/walmart/client.h"
#include "connectors/walmart/orders.h"
#include "connectors/walmart/refunds.h"
#include "connectors/walmart/settings.h"
#include "connectors/walmart/shipments.h"
#include "connectors/walmart/stock.h"
#include "connectors/walmart/webhooks.h"

namespace crossdock::connectors::walmart {
namespace {

/// One seller: its client, and one object for each ability.
class WalmartConnector final : public Connector {
public:
    WalmartConnector(Settings settings, std::shared_ptr<SharedState> shared, const Runtime& runtime)
        : settings_(std::move(settings)),
          shared_(std::move(shared)),
          client_(settings_, *shared_, runtime),
          orders_(client_),
          acknowledger_(client_),
          refunds_(client_),
          catalog_(client_),
          carriers_(client_),
          stock_(client_),
          shipments_(client_, carriers_),
          webhooks_(client_) {}

    Result<std::string> check_access(std::vector<domain::Problem>& problems) override {
        return read_access(client_, problems);
    }
    OrderSource* order_source() override { return &orders_; }
    OrderAcknowledger* order_acknowledger() override { return &acknowledger_; }
    RefundSource* refund_source() override { return &refunds_; }
    CatalogSource* catalog_source() override { return &catalog_; }
    CarrierSource* carrier_source() override { return &carriers_; }
    StockSink* stock_sink() override { return &stock_; }
    ShipmentSink* shipment_sink() override { return &shipments_; }
    WebhookSource* webhook_source() override { return &webhooks_; }

private:
    Settings settings_;
    std::shared_ptr<SharedState> shared_;
    Client client_;
    Orders orders_;
    Acknowledger acknowledger_;
    Refunds refunds_;
    Catalog catalog_;
    Carriers carriers_;
    Stock stock_;
    Shipments shipments_;
    Webhooks webhooks_;
};

std::unique_ptr<Connector> open_walmart(ReadSetup read, const std::string& /*profile*/, std::shared_ptr<SharedState> shared,
                                        const Runtime& runtime) {
    return std::make_unique<WalmartConnector>(std::move(read.settings), std::move(shared), runtime);
}

}  // namespace

std::unique_ptr<ConnectorFactory> make_walmart_factory() {
    return std::make_unique<ProviderFactory<ReadSetup, SharedState>>(domain::Provider::walmart, read_setup, shops_of, open_walmart);
}

}  // namespace crossdock::connectors::walmart
