// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/settings.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "connectors/setup_reader.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr std::string_view kOldestVersion = "2026-04";  // our documents use fields of 2026-04

bool is_shop_name(std::string_view name) {
    if (name.empty() || name.front() == '-' || name.back() == '-') return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// "acme", "acme.myshopify.com" and "https://acme.myshopify.com/" are the same shop. Empty when it is none of them.
std::string full_shop_name(std::string_view text) {
    std::string name = to_lower(trim(text));
    for (const std::string_view scheme : {"https://", "http://"})
        if (name.starts_with(scheme)) name.erase(0, scheme.size());
    if (name.ends_with('/')) name.pop_back();
    constexpr std::string_view kDomain = ".myshopify.com";
    if (name.ends_with(kDomain)) name.erase(name.size() - kDomain.size());
    return is_shop_name(name) ? name + std::string{kDomain} : std::string{};
}

bool is_version(std::string_view text) {
    if (text.size() != 7 || text[4] != '-') return false;
    const std::string_view month = text.substr(5);
    return gid_digits(text.substr(0, 4)).size() == 4 &&
           (month == "01" || month == "04" || month == "07" || month == "10");
}

/// The parts of a comma-separated list: during a rotation the new secret and the previous one stand side by side.
std::vector<Secret> secrets_of(const Secret& list) {
    std::vector<Secret> out;
    for (const auto& part : split(list.reveal(), ','))
        if (!trim(part).empty()) out.emplace_back(std::string{trim(part)});
    return out;
}

void read_credentials(SetupReader& reader, Settings& out) {
    const std::string shop = reader.credential("shop").reveal();
    out.access_token = reader.credential("access_token");
    out.client_id = reader.credential("client_id").reveal();
    const std::vector<Secret> client_secrets = secrets_of(reader.credential("client_secret"));
    if (!client_secrets.empty()) out.client_secret = client_secrets.front();
    // The client secret signs webhooks unless a secret for them is named (hand-made webhooks have their own).
    out.webhook_secrets = secrets_of(reader.credential("webhook_secret"));
    if (out.webhook_secrets.empty()) out.webhook_secrets = client_secrets;

    out.shop = full_shop_name(shop);
    if (shop.empty())
        reader.fault("credentials.shop",
                     "is missing; it is the shop's myshopify.com name, like \"acme.myshopify.com\"");
    else if (out.shop.empty())
        reader.fault("credentials.shop", "is \"" + in_quotes(shop.substr(0, 80)) +
                                             "\", which is not a myshopify.com name like \"acme.myshopify.com\" (the "
                                             "shop's own domain does not serve the API)");
    out.own_base_url = reader.has_own_base_url();
    out.base_url = reader.base_url("https://" + (out.shop.empty() ? "unnamed.myshopify.com" : out.shop));

    const bool has_token = !out.access_token.empty();
    const bool has_id = !out.client_id.empty();
    if (!has_token && !has_id)
        reader.fault("credentials",
                     "need either access_token, or client_id with client_secret (an app of the Dev Dashboard)");
    if (!has_token && has_id && out.client_secret.empty())
        reader.fault("credentials.client_secret", "is missing beside client_id");
    if (has_token && has_id)
        reader.fault("credentials.access_token", "and client_id are both given; keep the one the hub shall use");
}

void read_version(SetupReader& reader, Settings& out) {
    const JsonView given = reader.value("api_version");
    if (!given) return;
    const std::string text{given.word().substr(0, 20)};
    if (!is_version(text))
        reader.fault("settings.api_version", "is \"" + in_quotes(text) + "\" and must be a version like \"2026-07\"");
    else if (text < kOldestVersion)
        reader.fault("settings.api_version", "is " + text + ", which is too old; the oldest that works is " +
                                                 std::string{kOldestVersion} + ". Leave the setting out for 2026-07");
    else
        out.api_version = text;
}

void read_item_map(SetupReader& reader, Settings& out) {
    constexpr std::string_view kPath = "settings.inventory_item_id_map";
    const JsonView given = reader.value("inventory_item_id_map");
    if (!given) return;
    if (!given.is_object()) return reader.fault(kPath, "must be a table of sku = inventory item id");
    for (auto it = given.begin(); it != given.end(); ++it) {
        const std::string_view digits = gid_digits((*it).word());
        if (digits.empty())
            reader.fault(kPath, "has an id that is no number, that of \"" + std::string{it.key()} + "\"");
        else
            out.inventory_item_id_map[std::string{it.key()}] = digits;
    }
}

/// ["Van of the house", {code = "Bike", url = "https://bike.example/{number}"}]
void read_extra_carriers(SetupReader& reader, Settings& out) {
    constexpr std::string_view kPath = "settings.extra_carriers";
    const JsonView given = reader.value("extra_carriers");
    if (!given) return;
    if (!given.is_array()) return reader.fault(kPath, "must be a list of names or of tables with code and url");
    for (const JsonView one : given) {
        ExtraCarrier carrier;
        carrier.code = (one.is_string() ? one : one["code"]).filled_text().value_or("");
        carrier.url = one["url"].filled_text().value_or("");
        if (carrier.code.empty())
            reader.fault(kPath, "has an entry without code");
        else
            out.extra_carriers.push_back(std::move(carrier));
    }
}

void read_country(SetupReader& reader, Settings& out) {
    const JsonView given = reader.value("shop_country");
    if (!given) return;
    const std::string_view text = given.word();
    const bool two_letters = text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) {
                                 return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                             });
    if (!two_letters) return reader.fault("settings.shop_country", "must be two letters, like \"US\"");
    out.shop_country = text;
    for (char& c : out.shop_country)
        if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
}

/// What sync/ reads for itself: only that it can be read is looked at here.
void check_hub_settings(SetupReader& reader) {
    if (const JsonView location = reader.value("location_id"); location && gid_digits(location.word()).empty())
        reader.fault("settings.location_id", "must be the number of a Shopify location, like 65432109");
    reader.whole("first_sync_days", 60, 0, 3650);
    reader.choice("bulk_export", {"automatic", "always", "never"});
    reader.flag("deduct_unacknowledged", false);
    reader.flag("verify_stock", true);
}

}  // namespace

ReadSetup read_setup(const ChannelSetup& setup) {
    SetupReader reader(setup);
    Settings out;
    read_credentials(reader, out);
    read_version(reader, out);
    if (reader.choice("selling_unit_price", {"all_discounts", "literal"}) == "literal")
        out.selling_unit_price = SellingPrice::literal;
    out.inventory_quantity_name = reader.choice("inventory_quantity_name", {"on_hand", "available"});
    read_item_map(reader, out);
    read_extra_carriers(reader, out);
    out.gift_attribute_keys = reader.texts("gift_attribute_keys");
    read_country(reader, out);
    out.skip_test_orders = reader.flag("skip_test_orders", false);
    out.notify_customer = reader.flag("notify_customer", true);
    out.ship_for_fulfillment_services = reader.flag("ship_for_fulfillment_services", false);
    check_hub_settings(reader);
    return {std::move(out), reader.faults()};
}

std::vector<std::string> shops_of(const ReadSetup& read) {
    if (read.settings.shop.empty()) return {};
    return {read.settings.base_url + ' ' + read.settings.shop};
}

bool Profile::lacks_scope(std::string_view scope) const {
    if (scopes.empty()) return false;
    const auto granted = [&](std::string_view name) {
        return std::find(scopes.begin(), scopes.end(), name) != scopes.end();
    };
    if (granted(scope)) return false;
    // Writing includes reading, and is then listed alone.
    return !(scope.starts_with("read_") && granted("write_" + std::string{scope.substr(5)}));
}

Profile read_profile(std::string_view json) {
    Profile profile;
    const auto index = JsonIndex::parse(json);
    if (!index) return profile;
    const JsonView root = index->root();
    profile.currency = root["currency"].filled_text();
    if (root["taxes_included"].is_true() || root["taxes_included"].is_false())
        profile.taxes_included = root["taxes_included"].is_true();
    profile.country = root["country"].word();
    for (const JsonView scope : root["scopes"]) profile.scopes.emplace_back(scope.word());
    return profile;
}

}  // namespace crossdock::connectors::shopify
