// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "connectors/connector.h"

namespace crossdock::connectors::shopify {

/// How a line's selling_unit_price is worked out; see order_mapping.h.
enum class SellingPrice { all_discounts, literal };

/// A carrier of the house, not on Shopify's list. `url` may hold `{number}`.
struct ExtraCarrier {
    std::string code;
    std::string url;
};

/// A channel's part of the config file, read and checked.
struct Settings {
    std::string shop;           // "acme.myshopify.com"
    std::string base_url;       // "https://acme.myshopify.com", or what the config file puts in its place
    bool own_base_url = false;  // the config file named it: a sandbox or a proxy
    std::string api_version = "2026-07";
    Secret access_token, client_secret;
    std::string client_id;
    std::vector<Secret> webhook_secrets;

    SellingPrice selling_unit_price = SellingPrice::all_discounts;
    std::string inventory_quantity_name = "on_hand";
    std::map<std::string, std::string, std::less<>> inventory_item_id_map;  // sku to digits
    std::vector<ExtraCarrier> extra_carriers;
    std::vector<std::string> gift_attribute_keys;
    std::string shop_country;  // ISO 3166, overrides what the shop says
    bool skip_test_orders = false;
    bool notify_customer = true;
    bool ship_for_fulfillment_services = false;
};

struct ReadSetup {
    Settings settings;
    std::vector<std::string> faults;  // in words; empty when usable
};
/// Pure. Everything usable is read even when something else is at fault.
ReadSetup read_setup(const ChannelSetup& setup);
/// For ConnectorFactory::shops: the shop by its myshopify.com name.
std::vector<std::string> shops_of(const ReadSetup& read);

/// What check_access found out about the shop.
struct Profile {
    std::optional<std::string> currency;
    std::optional<bool> taxes_included;
    std::string country;
    std::vector<std::string> scopes;  // empty when not known
    [[nodiscard]] bool lacks_scope(std::string_view scope) const;
};
/// A text that is no profile is an empty one.
Profile read_profile(std::string_view json);

}  // namespace crossdock::connectors::shopify
