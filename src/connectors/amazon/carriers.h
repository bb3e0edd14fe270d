// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/amazon/settings.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// The carrier codes Amazon knows, from a table of our own: no operation returns them. The setting extra_carriers adds
/// to it, for Amazon accepts more than are printed.
class Carriers final : public CarrierSource {
public:
    explicit Carriers(const Settings& settings) : settings_(settings) {}
    Result<std::vector<domain::CarrierCode>> carrier_codes() override;

    /// How confirmShipment names a carrier. A code outside the table is "Other" with a name; `missing_name` when there
    /// is no name, and Amazon would refuse it.
    struct Named {
        std::string code, name;
        bool missing_name = false;
    };
    [[nodiscard]] Named named(std::string_view carrier, const std::optional<std::string>& service) const;

private:
    const Settings& settings_;
};

}  // namespace crossdock::connectors::amazon
