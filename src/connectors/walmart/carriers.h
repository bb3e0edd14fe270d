// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// The carriers of a shipping update: a closed list, exact in spelling and case, and those of the setting
/// extra_carriers. Two of Walmart's endpoints look like such a list and are not: one is of Ship with Walmart's labels,
/// from which only names for what is on the list anyway are taken, the other of methods in shipping templates.
class Carriers final : public CarrierSource {
public:
    explicit Carriers(Client& client) : client_(client) {}
    Result<std::vector<domain::CarrierCode>> carrier_codes() override;

    /// How a shipping update names a carrier: by the list's spelling, or as another one with an address to follow the
    /// parcel at.
    struct Named {
        std::string carrier;     // of the list; empty for another one
        std::string other, url;  // otherCarrier and trackingURL
        [[nodiscard]] bool is_known() const { return !carrier.empty() || !url.empty(); }
    };
    [[nodiscard]] Named named(std::string_view carrier, std::string_view tracking_number) const;

private:
    Client& client_;
};

/// Whether Walmart takes this word as trackingInfo.methodCode.
bool is_method_code(std::string_view word);

}  // namespace crossdock::connectors::walmart
