// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// The carriers that are connected to the account, and those of the setting extra_carriers: an ERP that ships on an
/// account of its own uses carriers that ShipStation has no account of.
class Carriers final : public CarrierSource {
public:
    explicit Carriers(Client& client) : client_(client) {}
    Result<std::vector<domain::CarrierCode>> carrier_codes() override;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
