// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/factory.h"

#include "connectors/amazon/access.h"
#include "connectors/amazon/carriers.h"
#include "connectors/amazon/cartons.h"
#include "connectors/amazon/catalog.h"
#include "connectors/amazon/client.h"
#include "connectors/amazon/fba.h"
#include "connectors/amazon/orders.h"
#include "connectors/amazon/plans.h"
#include "connectors/amazon/refunds.h"
#include "connectors/amazon/settings.h"
#include "connectors/amazon/shipments.h"
#include "connectors/amazon/stock.h"
#include "connectors/provider_factory.h"

namespace crossdock::connectors::amazon {
namespace {

/// One seller in one region: its client, and one object for each ability.
class AmazonConnector final : public Connector {
public:
    AmazonConnector(Settings settings, const Profile& profile, std::shared_ptr<SharedState> shared,
                    const Runtime& runtime)
        : settings_(std::move(settings)),
          shared_(std::move(shared)),
          client_(settings_, *shared_, runtime),
          orders_(client_, profile),
          refunds_(client_),
          catalog_(client_, profile),
          carriers_(settings_),
          stock_(client_),
          shipments_(client_, carriers_),
          fba_(client_),
          plans_(client_),
          cartons_(client_) {}

    Result<std::string> check_access(std::vector<domain::Problem>& problems) override {
        return read_seller_profile(client_, problems);
    }
    OrderSource* order_source() override { return &orders_; }
    RefundSource* refund_source() override { return &refunds_; }
    CatalogSource* catalog_source() override { return &catalog_; }
    CarrierSource* carrier_source() override { return &carriers_; }
    StockSink* stock_sink() override { return &stock_; }
    ShipmentSink* shipment_sink() override { return &shipments_; }
    FbaSource* fba_source() override { return &fba_; }
    FbaPlanSource* fba_plan_source() override { return &plans_; }
    CartonSink* carton_sink() override { return &cartons_; }

private:
    Settings settings_;
    std::shared_ptr<SharedState> shared_;
    Client client_;
    Orders orders_;
    Refunds refunds_;
    Catalog catalog_;
    Carriers carriers_;
    Stock stock_;
    Shipments shipments_;
    FbaShipments fba_;
    Plans plans_;
    Cartons cartons_;
};

std::unique_ptr<Connector> open_amazon(ReadSetup read, const std::string& profile, std::shared_ptr<SharedState> shared,
                                        const Runtime& runtime) {
    return std::make_unique<AmazonConnector>(std::move(read.settings), read_profile(profile), std::move(shared), runtime);
}

}  // namespace

std::unique_ptr<ConnectorFactory> make_amazon_factory() {
    return std::make_unique<ProviderFactory<ReadSetup, SharedState>>(domain::Provider::amazon, read_setup, shops_of, open_amazon);
}

}  // namespace crossdock::connectors::amazon
