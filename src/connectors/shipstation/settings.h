// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "connectors/connector.h"
#include "connectors/shipstation/stores.h"

namespace crossdock::connectors::shipstation {

enum class Api { v1, v2 };  // keys and limits of their own

/// A channel's part of the config file, read and checked: one ShipStation account.
struct Settings {
    std::string v1_url;  // "https://ssapi.shipstation.com", or the config file's base_url
    std::string v2_url;  // "https://api.shipstation.com", or the config file's base_url
    bool own_base_url = false;
    Api api = Api::v1;           // which of the two orders, products and carriers come by, and shipments go out by
    Secret api_key, api_secret;  // of V1; empty where orders come by V2
    Secret v2_api_key;           // empty: no stock
    Secret partner_key;          // raises the limit of registered partners
    Secret webhook_secret;       // empty: the hub makes one

    std::string currency = "USD";                                      // ShipStation V1 states none
    std::map<std::string, std::string, std::less<>> store_currencies;  // by store id
    std::vector<std::string> skip_marketplaces;
    bool names_skip_marketplaces = false;  // the setting is there, be it empty
    std::vector<std::string> skip_stores;  // by id, as "12345"
    bool notify_sales_channel = true;
    bool notify_customer = false;
    std::vector<std::string> extra_carriers;
    std::string inventory_location_id;
    std::int64_t page_size = 500;

    [[nodiscard]] const std::string& currency_of(std::string_view store_id) const;
    [[nodiscard]] bool names_store(std::string_view store_id) const;  // in skip_stores
};

struct ReadSetup {
    Settings settings;
    std::vector<std::string> faults;  // in words; empty when usable
};
/// Pure. Everything usable is read even when something else is at fault.
ReadSetup read_setup(const ChannelSetup& setup);
/// For ConnectorFactory::shops: the account, less the stores that are skipped.
std::vector<std::string> shops_of(const ReadSetup& read);

/// What check_access found out about the account.
struct Profile {
    std::vector<Store> stores;
};
/// A text that is no profile is an empty one.
Profile read_profile(std::string_view json);

}  // namespace crossdock::connectors::shipstation
