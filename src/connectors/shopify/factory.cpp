// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/factory.h"

#include "connectors/provider_factory.h"
#include "connectors/shopify/access.h"
#include "connectors/shopify/admin_client.h"
#include "connectors/shopify/bulk_orders.h"
#include "connectors/shopify/bulk_variants.h"
#include "connectors/shopify/carriers.h"
#include "connectors/shopify/catalog.h"
#include "connectors/shopify/orders.h"
#include "connectors/shopify/refunds.h"
#include "connectors/shopify/settings.h"
#include "connectors/shopify/shipments.h"
#include "connectors/shopify/stock.h"
#include "connectors/shopify/webhooks.h"

namespace crossdock::connectors::shopify {
namespace {

/// One shop: its client, and one object for each ability.
class ShopifyConnector final : public Connector {
public:
    ShopifyConnector(Settings settings, const Profile& profile, std::shared_ptr<SharedState> shared,
                     const Runtime& runtime)
        : settings_(std::move(settings)),
          shared_(std::move(shared)),
          client_(settings_, *shared_, runtime),
          orders_(client_, profile),
          bulk_orders_(client_, profile),
          refunds_(client_, profile),
          catalog_(client_, profile),
          bulk_variants_(client_),
          carriers_(settings_, profile),
          stock_(client_),
          shipments_(client_, carriers_),
          webhooks_(client_, profile) {}

    Result<std::string> check_access(std::vector<domain::Problem>& problems) override {
        return read_shop_profile(client_, problems);
    }
    OrderSource* order_source() override { return &orders_; }
    BulkOrderSource* bulk_order_source() override { return &bulk_orders_; }
    OrderRefundSource* order_refund_source() override { return &refunds_; }
    CatalogSource* catalog_source() override { return &catalog_; }
    BulkCatalogSource* bulk_catalog_source() override { return &bulk_variants_; }
    CarrierSource* carrier_source() override { return &carriers_; }
    StockSink* stock_sink() override { return &stock_; }
    ShipmentSink* shipment_sink() override { return &shipments_; }
    WebhookSource* webhook_source() override { return &webhooks_; }

private:
    Settings settings_;
    std::shared_ptr<SharedState> shared_;
    AdminClient client_;
    Orders orders_;
    BulkOrders bulk_orders_;
    Refunds refunds_;
    Catalog catalog_;
    BulkVariants bulk_variants_;
    Carriers carriers_;
    Stock stock_;
    Shipments shipments_;
    Webhooks webhooks_;
};

std::unique_ptr<Connector> open_shopify(ReadSetup read, const std::string& profile, std::shared_ptr<SharedState> shared,
                                        const Runtime& runtime) {
    return std::make_unique<ShopifyConnector>(std::move(read.settings), read_profile(profile), std::move(shared), runtime);
}

}  // namespace

std::unique_ptr<ConnectorFactory> make_shopify_factory() {
    return std::make_unique<ProviderFactory<ReadSetup, SharedState>>(domain::Provider::shopify, read_setup, shops_of, open_shopify);
}

}  // namespace crossdock::connectors::shopify
