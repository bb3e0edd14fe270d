// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

enum class OrdersApi { v2026_01_01, v0 };
enum class FinancesApi { v0, v2024_06_19 };

/// How Amazon is told what is in the cartons of an inbound shipment.
enum class CartonWay {
    automatic,           // by feed where the shipment's box contents come by feed, else by packing information
    feed,                // the feed POST_FBA_INBOUND_CARTON_CONTENTS
    packing_information  // setPackingInformation of Fulfillment Inbound 2024-03-20
};

/// Size and weight of a carton, which packing information needs and a carton push does not carry. Numbers as they go
/// into JSON.
struct CartonBox {
    std::string length, width, height;
    std::string length_unit;  // "IN", "CM"
    std::string weight;
    std::string weight_unit;  // "LB", "KG"
};

/// A channel's part of the config file, read and checked: one seller in one region.
struct Settings {
    std::string region;     // "na", "eu", "fe"
    std::string api_url;    // "https://sellingpartnerapi-na.amazon.com", or the config file's base_url
    std::string login_url;  // "https://api.amazon.com", or the config file's base_url
    bool own_base_url = false;
    std::string client_id;
    std::vector<Secret> client_secrets;  // more than one while a rotation lasts: the new one first
    Secret refresh_token;

    std::string seller_id;  // merchant token; listings and feeds need it
    std::vector<std::string> marketplace_ids;
    bool default_marketplaces = false;  // the config file names none
    OrdersApi orders_api = OrdersApi::v2026_01_01;
    FinancesApi finances_api = FinancesApi::v0;
    bool use_rdt = true;
    bool claims_as_refunds = false;  // A-to-z claims and chargebacks of Finances v0 count as refunds, too
    std::vector<std::string> extra_carriers;
    std::string other_carrier_name;
    CartonWay carton_way = CartonWay::automatic;
    std::optional<CartonBox> carton_box;
};

struct ReadSetup {
    Settings settings;
    std::vector<std::string> faults;  // in words; empty when usable
};
/// Pure. Everything usable is read even when something else is at fault.
ReadSetup read_setup(const ChannelSetup& setup);
/// For ConnectorFactory::shops: the seller on each of the marketplaces.
std::vector<std::string> shops_of(const ReadSetup& read);

/// What check_access found out about the seller.
struct Profile {
    std::map<std::string, std::string, std::less<>> currencies;  // by marketplace id
};
/// A text that is no profile is an empty one.
Profile read_profile(std::string_view json);

/// The currency of a marketplace: as Amazon states it, else as our table has it; empty for one that is not known.
std::string currency_of(std::string_view marketplace_id, const Profile& profile);

}  // namespace crossdock::connectors::amazon
