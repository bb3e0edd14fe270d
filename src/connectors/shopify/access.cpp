// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/access.h"

#include <chrono>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/answers.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

struct Need {
    std::string_view scope;
    std::string_view without;  // what happens when it is missing
};
constexpr Need kNeeds[] = {
    {"read_orders", "no orders and no refunds can be read"},
    {"read_customers", "buyer names come from the addresses only"},
    {"read_products", "no catalogue can be read, so order lines find no item"},
    {"read_inventory", "the catalogue has no locations, and stock cannot be pushed"},
    {"write_inventory", "stock cannot be pushed"},
    {"read_locations", "the shop's locations cannot be read"},
    {"read_merchant_managed_fulfillment_orders",
     "order lines have no assigned location and nothing can be shipped; Shopify says so nowhere"},
    {"write_merchant_managed_fulfillment_orders", "shipments cannot be pushed"},
};

/// Nobody needs these who does not need what they are for.
constexpr Need kOptional[] = {
    {"read_assigned_fulfillment_orders", "order lines assigned to the app's own fulfilment service have no location"},
    {"read_third_party_fulfillment_orders", "order lines that a fulfilment service ships have no assigned location"},
    {"read_fulfillments", "with webhooks, shipments made in Shopify are noticed with the order's next change, not at once"},
};

std::optional<Timestamp> end_of_version(std::string_view version) {
    // Each version is supported for at least twelve months from its first day.
    const auto year = gid_digits(version.substr(0, 4));
    if (year.size() != 4 || version.size() != 7) return std::nullopt;
    const std::string next = std::to_string(std::stoi(std::string{year}) + 1) + std::string{version.substr(4)} + "-01";
    const auto at = parse_iso8601(next, ZoneRule::utc);
    return at ? std::optional{*at} : std::nullopt;
}

void check_version(const std::string& pinned, JsonView versions, Timestamp now,
                   std::vector<domain::Problem>& problems) {
    if (versions.is_array()) {
        bool served = false;
        for (const JsonView version : versions)
            served |= version["handle"].word() == pinned && version["supported"].is_true();
        if (!served) {
            problems.push_back({"api_version_ending", "Shopify no longer supports API version " + pinned +
                                                          "; set api_version to a newer one"});
            return;
        }
    }
    const auto end = end_of_version(pinned);
    if (end && now > *end - std::chrono::hours{24 * 90})
        problems.push_back({"api_version_ending", "Shopify supports API version " + pinned + " until " +
                                                      format_rfc3339(*end).substr(0, 10) +
                                                      " at least; set api_version to a newer one before then"});
}

void check_scopes(const Profile& profile, std::vector<domain::Problem>& problems) {
    for (const Need& need : kNeeds)
        if (profile.lacks_scope(need.scope))
            problems.push_back({"scope_missing", "the app lacks the scope " + std::string{need.scope} + ": " +
                                                     std::string{need.without}});
    for (const Need& need : kOptional)
        if (profile.lacks_scope(need.scope))
            problems.push_back({"scope_optional", "the app lacks the scope " + std::string{need.scope} + ": " +
                                                      std::string{need.without}});
    if (profile.lacks_scope("read_all_orders"))
        problems.push_back(
            {"history_limited", "the app lacks the scope read_all_orders: orders older than 60 days are not shown"});
    if (profile.lacks_scope("read_returns"))
        problems.push_back(
            {"reasons_unread", "the app lacks the scope read_returns: refunds come without the reasons of returns"});
}

/// Nothing, when Shopify does not tell: carriers are then offered for every country.
std::optional<std::string> country_of_shop(AdminClient& client) {
    if (!client.settings().shop_country.empty()) return client.settings().shop_country;
    const auto answer = client.call({"shop_country", "{}", 2});
    return answer ? answer->data["shop"]["shopAddress"]["countryCodeV2"].filled_text() : std::nullopt;
}

}  // namespace

Result<std::string> read_shop_profile(AdminClient& client, std::vector<domain::Problem>& problems) {
    const auto answer = client.call({"shop", "{}", 6});
    if (!answer) return answer.error();
    problems.insert(problems.end(), answer->problems.begin(), answer->problems.end());
    const JsonView shop = answer->data["shop"];
    if (!shop) return Error{ErrorKind::unavailable, "shopify_bad_answer", "Shopify answered without the shop"};

    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    writer.field("currency", shop["currencyCode"].filled_text());
    writer.key("taxes_included");
    if (shop["taxesIncluded"].is_true() || shop["taxesIncluded"].is_false())
        writer.value(shop["taxesIncluded"].is_true());
    else
        writer.null();
    writer.field("timezone", shop["ianaTimezone"].filled_text());
    writer.field("country", country_of_shop(client));
    writer.field("name", shop["name"].filled_text());
    writer.field("myshopify_domain", shop["myshopifyDomain"].filled_text());
    writer.key("scopes").begin_array();
    for (const JsonView scope : answer->data["currentAppInstallation"]["accessScopes"])
        writer.value(scope["handle"].word());
    writer.end_array().end_object();

    const std::string_view domain = shop["myshopifyDomain"].word();
    if (!domain.empty() && !client.settings().shop.empty() && !equals_ignoring_case(domain, client.settings().shop))
        problems.push_back({"shop_differs", "the token belongs to the shop " + in_quotes(domain.substr(0, 80)) +
                                                ", the config file names " + client.settings().shop});
    check_scopes(read_profile(out), problems);
    check_version(client.settings().api_version, answer->data["publicApiVersions"], client.clock().now(), problems);
    return out;
}

}  // namespace crossdock::connectors::shopify
