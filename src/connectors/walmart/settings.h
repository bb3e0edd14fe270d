// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "connectors/connector.h"

namespace crossdock::connectors::walmart {

/// A carrier that Walmart's list lacks: it goes out as `otherCarrier`, which wants an address to follow the parcel at.
struct ExtraCarrier {
    std::string code, url;  // `{number}` in the address is filled in
};

/// A channel's part of the config file, read and checked: one seller on Walmart US Marketplace.
struct Settings {
    std::string url;  // "https://marketplace.walmartapis.com", or the config file's base_url
    std::string client_id;
    Secret client_secret;
    Secret webhook_password;   // none: one is made and kept in the vault
    std::string channel_type;  // WM_CONSUMER.CHANNEL.TYPE, where Walmart issued one

    std::string ship_node;                       // empty: the seller's default node
    std::vector<std::string> fulfillment_types;  // shipNodeType of the orders to read, in this order
    std::vector<ExtraCarrier> extra_carriers;
    [[nodiscard]] bool reads_wfs() const;
};

struct ReadSetup {
    Settings settings;
    std::vector<std::string> faults;  // in words; empty when usable
};
/// Pure. Everything usable is read even when something else is at fault.
ReadSetup read_setup(const ChannelSetup& setup);
/// For ConnectorFactory::shops: the seller with each of the fulfillment types.
std::vector<std::string> shops_of(const ReadSetup& read);

inline constexpr std::string_view kSellerFulfilled = "SellerFulfilled";
inline constexpr std::string_view kWfsFulfilled = "WFSFulfilled";

}  // namespace crossdock::connectors::walmart
