// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/factory.h"

#include "connectors/shipstation/access.h"
#include "connectors/shipstation/carriers.h"
#include "connectors/shipstation/catalog.h"
#include "connectors/shipstation/client.h"
#include "connectors/shipstation/inventory.h"
#include "connectors/shipstation/orders.h"
#include "connectors/shipstation/settings.h"
#include "connectors/shipstation/shipments.h"
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
          catalog_(client_),
          carriers_(client_),
          inventory_(client_),
          shipments_(client_),
          webhooks_(client_) {}

    Result<std::string> check_access(std::vector<domain::Problem>& problems) override {
        return read_account_profile(client_, problems);
    }
    OrderSource* order_source() override { return &orders_; }
    CatalogSource* catalog_source() override { return &catalog_; }
    CarrierSource* carrier_source() override { return &carriers_; }
    StockSink* stock_sink() override { return settings_.v2_api_key.empty() ? nullptr : &inventory_; }
    ShipmentSink* shipment_sink() override { return &shipments_; }
    WebhookSource* webhook_source() override { return &webhooks_; }

private:
    Settings settings_;
    std::shared_ptr<SharedState> shared_;
    Client client_;
    Orders orders_;
    Catalog catalog_;
    Carriers carriers_;
    Inventory inventory_;
    Shipments shipments_;
    Webhooks webhooks_;
};

class ShipStationFactory final : public ConnectorFactory {
public:
    [[nodiscard]] domain::Provider provider() const override { return domain::Provider::shipstation; }

    [[nodiscard]] std::vector<std::string> check_setup(const ChannelSetup& setup) const override {
        return read_setup(setup).faults;
    }

    [[nodiscard]] std::shared_ptr<SharedChannelState> share(const ChannelSetup&, Runtime runtime) const override {
        return std::make_shared<SharedState>(runtime.clock);
    }

    [[nodiscard]] std::unique_ptr<Connector> open(const ChannelSetup& setup, const std::string& profile,
                                                  std::shared_ptr<SharedChannelState> shared,
                                                  Runtime runtime) const override {
        auto state = std::dynamic_pointer_cast<SharedState>(std::move(shared));
        if (!state) state = std::make_shared<SharedState>(runtime.clock);
        state->stores.seed(read_profile(profile).stores);
        return std::make_unique<ShipStationConnector>(read_setup(setup).settings, std::move(state), runtime);
    }
};

}  // namespace

std::unique_ptr<ConnectorFactory> make_shipstation_factory() { return std::make_unique<ShipStationFactory>(); }

}  // namespace crossdock::connectors::shipstation
