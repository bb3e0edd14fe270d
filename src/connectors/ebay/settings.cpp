// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/settings.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/json_view.h"
#include "connectors/setup_reader.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::string_view kWhereKeys = "the developer site shows it under Application Keys, Production";

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded =
            text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (!coded) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
    }
    return out;
}

/// The code of a consent, given as the code itself or as the whole address that the browser was sent to. There it is
/// percent-encoded once.
Secret code_of(const Secret& given) {
    std::string_view text = given.reveal();
    constexpr std::string_view name = "code=";
    if (const auto question = text.find('?'); question != std::string_view::npos) {
        text.remove_prefix(question + 1);
        for (const auto& part : split(text, '&'))
            if (part.starts_with(name)) return Secret{percent_decoded(std::string_view{part}.substr(name.size()))};
        return {};
    }
    return Secret{percent_decoded(text)};
}

bool is_verification_token(std::string_view text) {
    return text.size() >= 32 && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '-';
           });
}

void read_credentials(SetupReader& reader, Settings& out) {
    out.client_id =
        reader.required_credential("client_id", "it is the App ID (Client ID); " + std::string{kWhereKeys}).reveal();
    out.client_secret =
        reader.required_credential("client_secret", "it is the Cert ID (Client Secret); " + std::string{kWhereKeys});
    out.refresh_token = reader.credential("refresh_token");
    const Secret code = reader.credential("authorization_code");
    out.authorization_code = code_of(code);
    out.ru_name = reader.text("ru_name").value_or("");
    if (out.refresh_token.empty() && code.empty())
        reader.fault("credentials.refresh_token",
                     "is missing; a seller's consent gives it (or give the consent's authorization_code)");
    if (!code.empty() && out.authorization_code.empty())
        reader.fault("credentials.authorization_code",
                     "is an address without code=; paste the whole address that the "
                     "browser shows after the consent");
    if (out.refresh_token.empty() && !code.empty() && out.ru_name.empty())
        reader.fault("settings.ru_name", "is missing; authorization_code needs the RuName of the consent");
    if (const auto day = reader.text("refresh_token_expires")) {
        const auto at = parse_iso8601(*day, ZoneRule::utc);
        if (at)
            out.refresh_token_expires = *at;
        else
            reader.fault("settings.refresh_token_expires", "must be a day like \"2028-05-31\"");
    }
    out.verification_token = reader.credential("verification_token");
    if (!out.verification_token.empty() && !is_verification_token(out.verification_token.reveal()))
        reader.fault("credentials.verification_token", "must have 32 to 80 letters, digits, _ or -");
}

void read_marketplace(SetupReader& reader, Settings& out) {
    const std::string id = reader.text("marketplace_id").value_or("EBAY_US");
    out.marketplace = find_marketplace(id);
    if (out.marketplace != nullptr) return;
    std::string known;
    for (const Marketplace& one : all_marketplaces()) known += (known.empty() ? "" : ", ") + std::string{one.id};
    reader.fault("settings.marketplace_id", "must be one of " + known);
    out.marketplace = find_marketplace("EBAY_US");
}

}  // namespace

ReadSetup read_setup(const ChannelSetup& setup) {
    SetupReader reader(setup);
    Settings out;
    const bool sandbox = reader.choice("environment", {"production", "sandbox"}) == "sandbox";
    out.own_base_url = reader.has_own_base_url();
    out.api_url = reader.base_url(sandbox ? "https://api.sandbox.ebay.com" : "https://api.ebay.com");
    out.apiz_url = out.own_base_url ? out.api_url : sandbox ? "https://apiz.sandbox.ebay.com" : "https://apiz.ebay.com";
    read_credentials(reader, out);
    read_marketplace(reader, out);
    out.location_key = reader.text("ebay_inventory_location_key").value_or("");
    out.trading_listings = reader.flag("trading_listings", true);
    out.refund_basis = reader.choice("refund_amount_basis", {"amount", "fee_basis"}) == "amount"
                           ? RefundBasis::amount
                           : RefundBasis::fee_basis;
    const std::string taxes = reader.choice("taxes_included", {"by_marketplace", "yes", "no", "unknown"});
    out.taxes_included = taxes == "yes"       ? TaxesIncluded::yes
                         : taxes == "no"      ? TaxesIncluded::no
                         : taxes == "unknown" ? TaxesIncluded::unknown
                                              : TaxesIncluded::by_marketplace;
    const std::string signatures = reader.choice("message_signatures", {"auto", "always", "never"});
    out.signatures = signatures == "always"  ? Signatures::always
                     : signatures == "never" ? Signatures::never
                                             : Signatures::automatic;
    out.extra_carriers = reader.texts("extra_carriers");
    out.notification_endpoint = reader.text("notification_endpoint").value_or("");
    if (!out.notification_endpoint.empty() && !out.notification_endpoint.starts_with("https://"))
        reader.fault("settings.notification_endpoint", "must start with https://, exactly as it is registered at eBay");
    out.alert_email = reader.text("alert_email").value_or("");
    return {std::move(out), reader.faults()};
}

std::vector<std::string> shops_of(const ReadSetup& read) {
    std::vector<std::string> shops;
    for (const Secret* consent : {&read.settings.refresh_token, &read.settings.authorization_code})
        if (!consent->empty()) shops.push_back(read.settings.api_url + ' ' + consent->reveal());
    return shops;
}

Profile read_profile(std::string_view json) {
    Profile out;
    const auto index = JsonIndex::parse(json);
    if (!index || !index->root()["ebay"].is_object()) return out;
    const JsonView ebay = index->root()["ebay"];
    out.known = true;
    out.user_id = ebay["user_id"].text().value_or("");
    out.username = ebay["username"].text().value_or("");
    out.registration_marketplace = ebay["registration_marketplace"].text().value_or("");
    return out;
}

bool must_sign(const Settings& settings, const Profile& profile) {
    if (settings.signatures != Signatures::automatic) return settings.signatures == Signatures::always;
    const Marketplace* home = find_marketplace(profile.registration_marketplace);
    return (home != nullptr ? home : settings.marketplace)->signs_messages;
}

}  // namespace crossdock::connectors::ebay
