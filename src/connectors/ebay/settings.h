// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "connectors/connector.h"
#include "connectors/ebay/marketplaces.h"

namespace crossdock::connectors::ebay {

enum class RefundBasis { amount, fee_basis };
enum class TaxesIncluded { by_marketplace, yes, no, unknown };
enum class Signatures { automatic, always, never };

/// A channel's part of the config file, read and checked: one seller account.
struct Settings {
    std::string api_url;   // "https://api.ebay.com", or the config file's base_url
    std::string apiz_url;  // "https://apiz.ebay.com": Finances, Identity and Key Management live there
    bool own_base_url = false;
    std::string client_id;
    Secret client_secret;
    Secret refresh_token;       // one of these two
    Secret authorization_code;  // of a fresh consent, decoded; becomes a refresh token once
    std::string ru_name;        // needed for the code
    std::optional<Timestamp> refresh_token_expires;

    const Marketplace* marketplace = nullptr;  // never null
    std::string location_key;                  // ebay_inventory_location_key; empty: quantities without a place
    bool trading_listings = true;
    RefundBasis refund_basis = RefundBasis::amount;
    TaxesIncluded taxes_included = TaxesIncluded::by_marketplace;
    Signatures signatures = Signatures::automatic;
    std::vector<std::string> extra_carriers;
    Secret verification_token;          // of the notification endpoint; none: no notifications
    std::string notification_endpoint;  // as registered at eBay, when it is not the hub's own address
    std::string alert_email;
};

struct ReadSetup {
    Settings settings;
    std::vector<std::string> faults;  // in words; empty when usable
};
/// Pure. Everything usable is read even when something else is at fault.
ReadSetup read_setup(const ChannelSetup& setup);
/// For ConnectorFactory::shops: the seller. One channel reads the orders of all sites, whichever marketplace_id names.
std::vector<std::string> shops_of(const ReadSetup& read);

/// What check_access found out about the seller.
struct Profile {
    bool known = false;
    std::string user_id, username;
    std::string registration_marketplace;  // "EBAY_GB"; empty when eBay does not say
};
/// A text that is no profile is an unknown one.
Profile read_profile(std::string_view json);

/// Whether the seller must sign calls that tell of money.
bool must_sign(const Settings& settings, const Profile& profile);

}  // namespace crossdock::connectors::ebay
