// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/shopify/settings.h"

namespace crossdock::connectors::shopify {

/// The carriers Shopify follows parcels of. No API lists them: carriers.json holds their names, exact in spelling, and
/// which of them only shops of one country have. The setting extra_carriers adds to them.
class Carriers final : public CarrierSource {
public:
    Carriers(const Settings& settings, const Profile& profile)
        : settings_(settings), country_(country_of(settings, profile)) {}

    Result<std::vector<domain::CarrierCode>> carrier_codes() override;

    struct Company {
        std::string name;  // Shopify's spelling, or the text itself when it is not on the list
        std::string url;   // for a carrier of the house whose address is known; `{number}` is filled in
    };
    /// What to tell Shopify about a parcel of `carrier`.
    [[nodiscard]] Company company(std::string_view carrier, std::string_view tracking_number) const;

private:
    static std::string country_of(const Settings& settings, const Profile& profile) {
        return settings.shop_country.empty() ? profile.country : settings.shop_country;
    }
    [[nodiscard]] std::vector<std::string> names() const;

    const Settings& settings_;
    std::string country_;
};

}  // namespace crossdock::connectors::shopify
