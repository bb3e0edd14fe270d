// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// The carrier codes eBay knows: a table of our own, what eBay's site lists beyond it (GeteBayDetails), and the setting
/// extra_carriers. Without an answer of eBay's the table serves: a shipment must not be refused for that.
class Carriers final : public CarrierSource {
public:
    explicit Carriers(Client& client) : client_(client) {}
    Result<std::vector<domain::CarrierCode>> carrier_codes() override;

    /// A carrier as eBay spells it; one that is on no list as it is given, which eBay takes, but links no tracking.
    [[nodiscard]] std::string canonical(std::string_view carrier) const;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::ebay
