// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/factory.h"

#include "connectors/provider_factory.h"
#include "connectors/shipstation/access.h"
#include "connectors/shipstation/carriers.h"
#include "connectors/shipstation/catalog.h"
#include "connectors/shipstation/client.h"
#include "connectors/shipstation/inventory.h"
#include "connectors/shipstation/orders.h"
#include "connectors/shipstation/settings.h"
#include "connectors/shipstation/shipments.h"
#include "connectors/shipstation/v2_orders.h"
#include "connectors/shipstation/v2_shipments.h"
#include "connectors/shipstation/v2_webhooks.h"
#include "connectors/shipstation/webhooks.h"

namespace crossdock::connectors::shipstation {
namespace {

/// One account: its client, and one object for each ability.
class ShipStationConnector final : public Connector {
public:
    ShipStationConnector(Settings settings, std::shared_ptr<SharedState> shared, const Runtime& runtime)
        : settings_(std::move(settings)),
          shared_(std::move(shared)),
          client_(settings_, *shared_, runtime),
          orders_(client_),
          v2_orders_(client_),
          catalog_(client_),
          carriers_(client_),
          inventory_(client_),
          shipments_(client_),
          v2_shipments_(client_),
          webhooks_(client_),
          v2_webhooks_(client_) {}

    Result<std::string> check_access(std::vector<domain::Problem>& problems) override {
        return read_account_profile(client_, problems);
    }
    OrderSource* order_source() override {
        if (is_v2()) return &v2_orders_;
        return &orders_;
    }
    CatalogSource* catalog_source() override { return &catalog_; }
    CarrierSource* carrier_source() override { return &carriers_; }
    StockSink* stock_sink() override { return settings_.v2_api_key.empty() ? nullptr : &inventory_; }
    ShipmentSink* shipment_sink() override {
        if (is_v2()) return &v2_shipments_;
        return &shipments_;
    }
    WebhookSource* webhook_source() override {
        if (is_v2()) return &v2_webhooks_;
        return &webhooks_;
    }

private:
    [[nodiscard]] bool is_v2() const { return settings_.api == Api::v2; }

    Settings settings_;
    std::shared_ptr<SharedState> shared_;
    Client client_;
    Orders orders_;
    V2Orders v2_orders_;
    Catalog catalog_;
    Carriers carriers_;
    Inventory inventory_;
    Shipments shipments_;
    V2Shipments v2_shipments_;
    Webhooks webhooks_;
    V2Webhooks v2_webhooks_;
};

std::unique_ptr<Connector> open_shipstation(ReadSetup read, const std::string& profile,
                                            std::shared_ptr<SharedState> shared, const Runtime& runtime) {
    shared->stores.seed(read_profile(profile).stores);
    return std::make_unique<ShipStationConnector>(std::move(read.settings), std::move(shared), runtime);
}

}  // namespace

std::unique_ptr<ConnectorFactory> make_shipstation_factory() {
    return std::make_unique<ProviderFactory<ReadSetup, SharedState>>(domain::Provider::shipstation, read_setup, shops_of,
                                                                     open_shipstation);
}

}  // namespace crossdock::connectors::shipstation
