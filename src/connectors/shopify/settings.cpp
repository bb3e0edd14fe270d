// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/settings.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/json_view.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr std::string_view kOldestVersion = "2026-04";  // our documents use fields of 2026-04

const std::vector<std::string> kCredentials{"shop", "access_token", "client_id", "client_secret", "webhook_secret"};
// The last ones are the hub's own, for any channel.
const std::vector<std::string> kSettings{"api_version",
                                         "selling_unit_price",
                                         "inventory_quantity_name",
                                         "inventory_item_id_map",
                                         "extra_carriers",
                                         "gift_attribute_keys",
                                         "shop_country",
                                         "skip_test_orders",
                                         "notify_customer",
                                         "ship_for_fulfillment_services",
                                         "location_id",
                                         "deduct_unacknowledged",
                                         "first_sync_days",
                                         "bulk_export",
                                         "verify_stock"};

/// A fault begins with the key's path, so that its line in the file is found.
std::string unknown(std::string_view table, std::string_view name, const std::vector<std::string>& known) {
    const std::string near = nearest(name, known);
    std::string fault = std::string{table} + "." + std::string{name} + " is not known";
    if (!near.empty()) return fault + "; did you mean \"" + near + "\"?";
    fault += "; known are";
    for (const auto& one : known) fault += " " + one;
    return fault;
}

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

class Reader {
public:
    explicit Reader(const ChannelSetup& setup) : setup_(setup) {}

    ReadSetup read() {
        credentials();
        const auto index = JsonIndex::parse(setup_.settings_json);
        if (!index || !index->root().is_object()) {
            fault("settings are not a JSON object");
        } else {
            const JsonView all = index->root();
            for (auto it = all.begin(); it != all.end(); ++it) setting(it.key(), *it);
        }
        return std::move(out_);
    }

private:
    void fault(std::string text) { out_.faults.push_back(std::move(text)); }

    void credentials() {
        std::string shop_text;
        for (const auto& [name, secret] : setup_.credentials) {
            if (name == "shop")
                shop_text = secret.reveal();
            else if (name == "access_token")
                settings_.access_token = Secret{std::string{trim(secret.reveal())}};
            else if (name == "client_id")
                settings_.client_id = std::string{trim(secret.reveal())};
            else if (name == "client_secret")
                settings_.client_secret = first_secret(secret);
            else if (name == "webhook_secret")
                add_webhook_secrets(secret);
            else
                fault(unknown("credentials", name, kCredentials));
        }
        // The client secret signs webhooks unless a secret for them is named (hand-made webhooks have their own).
        if (settings_.webhook_secrets.empty())
            for (const auto& [name, secret] : setup_.credentials)
                if (name == "client_secret") add_webhook_secrets(secret);

        settings_.shop = full_shop_name(shop_text);
        if (shop_text.empty())
            fault("credentials.shop is missing; it is the shop's myshopify.com name, like \"acme.myshopify.com\"");
        else if (settings_.shop.empty())
            fault("credentials.shop: \"" + shop_text.substr(0, 80) +
                  "\" is not a myshopify.com name like \"acme.myshopify.com\" (the shop's own domain does not serve "
                  "the API)");
        settings_.own_base_url = !setup_.base_url.empty();
        settings_.base_url = settings_.own_base_url ? setup_.base_url : "https://" + settings_.shop;
        while (settings_.base_url.ends_with('/')) settings_.base_url.pop_back();
        if (settings_.own_base_url && !net_url_like(settings_.base_url))
            fault("base_url \"" + settings_.base_url.substr(0, 80) + "\" must start with http:// or https://");

        const bool has_token = !settings_.access_token.empty();
        const bool has_id = !settings_.client_id.empty();
        const bool has_secret = !settings_.client_secret.empty();
        if (!has_token && !has_id)
            fault(
                "credentials: either access_token, or client_id with client_secret (an app of the Dev Dashboard), is "
                "needed");
        if (!has_token && has_id && !has_secret) fault("credentials.client_secret is missing beside client_id");
        if (has_token && has_id)
            fault("credentials: access_token and client_id are both given; keep the one the hub shall use");
    }

    static bool net_url_like(std::string_view url) {
        return (url.starts_with("http://") && url.size() > 7) || (url.starts_with("https://") && url.size() > 8);
    }
    static Secret first_secret(const Secret& list) {
        const auto parts = split(list.reveal(), ',');
        return Secret{std::string{parts.empty() ? std::string_view{} : trim(parts.front())}};
    }
    /// A comma-separated list, so that a rotation has the new and the previous one side by side.
    void add_webhook_secrets(const Secret& list) {
        for (const auto& part : split(list.reveal(), ','))
            if (!trim(part).empty()) settings_.webhook_secrets.emplace_back(std::string{trim(part)});
    }

    void setting(std::string_view name, JsonView value) {
        if (name == "api_version")
            version(value);
        else if (name == "selling_unit_price")
            selling_price(value);
        else if (name == "inventory_quantity_name")
            quantity_name(value);
        else if (name == "inventory_item_id_map")
            item_map(value);
        else if (name == "extra_carriers")
            carriers(value);
        else if (name == "gift_attribute_keys")
            gift_keys(value);
        else if (name == "shop_country")
            country(value);
        else if (name == "skip_test_orders")
            flag(name, value, settings_.skip_test_orders);
        else if (name == "notify_customer")
            flag(name, value, settings_.notify_customer);
        else if (name == "ship_for_fulfillment_services")
            flag(name, value, settings_.ship_for_fulfillment_services);
        else if (name == "deduct_unacknowledged" || name == "verify_stock")
            check_flag(name, value);
        else if (name == "bulk_export")
            export_word(value);
        else if (name == "location_id")
            location(value);
        else if (name == "first_sync_days")
            days(value);
        else
            fault(unknown("settings", name, kSettings));
    }

    void version(JsonView value) {
        const std::string_view text = value.word();
        if (!is_version(text)) {
            fault("settings.api_version: \"" + std::string{text.substr(0, 20)} + "\" is not a version like \"2026-07\"");
        } else if (text < kOldestVersion) {
            fault("settings.api_version: " + std::string{text} + " is too old, the oldest that works is " +
                  std::string{kOldestVersion} + "; leave the setting out for 2026-07");
        } else {
            settings_.api_version = text;
        }
    }
    void selling_price(JsonView value) {
        if (value.word() == "all_discounts")
            settings_.selling_unit_price = SellingPrice::all_discounts;
        else if (value.word() == "literal")
            settings_.selling_unit_price = SellingPrice::literal;
        else
            fault("settings.selling_unit_price must be \"all_discounts\" or \"literal\"");
    }
    void quantity_name(JsonView value) {
        if (value.word() == "on_hand" || value.word() == "available")
            settings_.inventory_quantity_name = value.word();
        else
            fault("settings.inventory_quantity_name must be \"on_hand\" or \"available\"");
    }
    void item_map(JsonView value) {
        if (!value.is_object())
            return fault("settings.inventory_item_id_map must be a table of sku = inventory item id");
        for (auto it = value.begin(); it != value.end(); ++it) {
            const std::string_view digits = gid_digits((*it).word());
            if (digits.empty())
                fault("settings.inventory_item_id_map: the id of \"" + std::string{it.key()} + "\" must be a number");
            else
                settings_.inventory_item_id_map[std::string{it.key()}] = digits;
        }
    }
    /// ["Van of the house", {code = "Bike", url = "https://bike.example/{number}"}]
    void carriers(JsonView value) {
        if (!value.is_array())
            return fault("settings.extra_carriers must be a list of names or of tables with code and url");
        for (const JsonView one : value) {
            ExtraCarrier carrier;
            carrier.code = (one.is_string() ? one : one["code"]).filled_text().value_or("");
            carrier.url = one["url"].filled_text().value_or("");
            if (carrier.code.empty())
                fault("settings.extra_carriers: an entry has no code");
            else
                settings_.extra_carriers.push_back(std::move(carrier));
        }
    }
    void gift_keys(JsonView value) {
        if (!value.is_array()) return fault("settings.gift_attribute_keys must be a list of attribute names");
        for (const JsonView one : value) {
            if (auto key = one.filled_text())
                settings_.gift_attribute_keys.push_back(std::move(*key));
            else
                fault("settings.gift_attribute_keys: an entry is no text");
        }
    }
    void country(JsonView value) {
        const std::string_view text = value.word();
        const bool two_letters = text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) {
                                     return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                                 });
        if (!two_letters) return fault("settings.shop_country must be two letters, like \"US\"");
        settings_.shop_country = text;
        for (char& c : settings_.shop_country)
            if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    }
    void location(JsonView value) {
        if (gid_digits(value.word()).empty())
            fault("settings.location_id must be the number of a Shopify location, like 65432109");
    }
    void days(JsonView value) {
        const std::string_view digits = gid_digits(value.word());
        if (digits.empty() || digits.size() > 4) fault("settings.first_sync_days must be a number of days, like 60");
    }
    void export_word(JsonView value) {
        const std::string_view word = value.word();
        if (word != "automatic" && word != "always" && word != "never")
            fault("settings.bulk_export must be \"automatic\", \"always\" or \"never\"");
    }
    bool check_flag(std::string_view name, JsonView value) {
        if (value.is_true() || value.is_false()) return true;
        fault("settings." + std::string{name} + " must be true or false");
        return false;
    }
    void flag(std::string_view name, JsonView value, bool& target) {
        if (check_flag(name, value)) target = value.is_true();
    }

    const ChannelSetup& setup_;
    ReadSetup out_;
    Settings& settings_ = out_.settings;
};

}  // namespace

ReadSetup read_setup(const ChannelSetup& setup) { return Reader(setup).read(); }

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
