// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/amazon/client.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// Shipments into Amazon's warehouses, Fulfillment Inbound v0: its reads are not deprecated, and the successor has no
/// list. Parameter names are case-sensitive, and a page token is asked for with nothing but itself: with any other
/// parameter Amazon answers page one again.
class FbaShipments final : public FbaSource {
public:
    explicit FbaShipments(Client& client) : client_(client) {}

    Result<FbaShipmentPage> fetch_fba_shipments(const PullWindow& window, const std::string& cursor) override;
    Result<std::vector<RawFbaShipment>> fetch_fba_shipments_by_id(std::span<const std::string> shipment_ids) override;
    Result<FbaItemPage> fetch_fba_items(const std::string& shipment_id, const std::string& marketplace_id,
                                        const std::string& token, bool sibling) override;
    [[nodiscard]] Result<domain::FbaShipment> map_fba_shipment(const RawFbaShipment& raw) const override;

private:
    Result<Answer> ask(const std::string& marketplace_id, Query query, const std::string& token);

    Client& client_;
};

}  // namespace crossdock::connectors::amazon
