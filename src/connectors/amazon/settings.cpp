// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/settings.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/amazon/marketplaces.h"
#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "connectors/setup_reader.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::size_t kMaxMarketplaces = 50;  // of one getOrders or searchOrders

bool is_seller_id(std::string_view id) {
    return id.size() >= 6 && id.size() <= 20 && id.front() == 'A' &&
           std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

std::string_view standard_marketplace(std::string_view region) {
    if (region == "eu") return "A1F83G8C2ARO7P";  // Amazon.co.uk
    if (region == "fe") return "A1VC38T7YXB528";  // Amazon.co.jp
    return "ATVPDKIKX0DER";                       // Amazon.com
}

void read_marketplaces(SetupReader& reader, Settings& out) {
    for (std::string& id : reader.texts("marketplace_ids")) {
        const Marketplace* known = find_marketplace(id);
        if (known == nullptr) {
            reader.fault("settings.marketplace_ids", "has " + in_quotes(id.substr(0, 40)) +
                                                         ", which is no marketplace of Amazon's list; an id looks like "
                                                         "ATVPDKIKX0DER");
        } else if (known->region != out.region) {
            reader.fault("settings.marketplace_ids", "has " + id + " (" + std::string{known->name} +
                                                         "), which belongs to region \"" + std::string{known->region} +
                                                         "\"; make a channel of its own for that region");
        } else if (std::find(out.marketplace_ids.begin(), out.marketplace_ids.end(), id) == out.marketplace_ids.end()) {
            out.marketplace_ids.push_back(std::move(id));
        }
    }
    if (out.marketplace_ids.size() > kMaxMarketplaces)
        reader.fault("settings.marketplace_ids", "has more than 50 entries");
    if (out.marketplace_ids.empty()) {
        out.default_marketplaces = true;
        out.marketplace_ids.emplace_back(standard_marketplace(out.region));
    }
}

constexpr double kLargestMeasure = 100'000;  // the model's, of lengths and weights

/// "12.50" as JSON writes it, "12.5"; empty for anything that is no number above 0 in plain digits.
std::string measure(std::string_view text) {
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    const auto point = text.find('.');
    std::string whole{text.substr(0, point)};
    std::string fraction{point == std::string_view::npos ? std::string_view{"0"} : text.substr(point + 1)};
    if (!digits(whole) || !digits(fraction) || whole.size() > 6 || fraction.size() > 6) return {};
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    std::string out = fraction.empty() ? whole : whole + "." + fraction;
    if (out == "0" || std::stod(out) > kLargestMeasure) return {};
    return out;
}

/// "60x40x40 cm" or "12.5 kg": the numbers, and the unit behind them in Amazon's spelling; nothing when it is not so.
std::optional<std::vector<std::string>> measures(std::string_view text, std::size_t count,
                                                 std::initializer_list<std::string_view> units) {
    std::string rest;
    for (const char c : to_lower(text))
        if (c != ' ' && c != '\t') rest += c;
    for (const std::string_view unit : units) {
        if (!rest.ends_with(to_lower(unit))) continue;
        std::vector<std::string> out;
        for (const auto& one : split(rest.substr(0, rest.size() - unit.size()), 'x')) out.push_back(measure(one));
        if (out.size() != count || std::find(out.begin(), out.end(), "") != out.end()) return std::nullopt;
        out.emplace_back(unit);
        return out;
    }
    return std::nullopt;
}

void read_cartons(SetupReader& reader, Settings& out) {
    const std::string way = reader.choice("carton_push", {"auto", "feed", "packing_information"});
    if (way == "feed") out.carton_way = CartonWay::feed;
    if (way == "packing_information") out.carton_way = CartonWay::packing_information;
    const auto size = reader.text("carton_size"), weight = reader.text("carton_weight");
    const auto sides = size ? measures(*size, 3, {"CM", "IN"}) : std::nullopt;
    const auto load = weight ? measures(*weight, 1, {"KG", "LB"}) : std::nullopt;
    if (size && !sides)
        reader.fault("settings.carton_size",
                     "must be length, width and height of a carton like \"60x40x40 cm\" or "
                     "\"24x16x16 in\"");
    if (weight && !load)
        reader.fault("settings.carton_weight", "must be the weight of a full carton like \"12.5 kg\" or \"27 lb\"");
    if (size.has_value() != weight.has_value())
        reader.fault(size ? "settings.carton_weight" : "settings.carton_size",
                     size ? "is missing; it belongs to carton_size" : "is missing; it belongs to carton_weight");
    if (way == "packing_information" && !size && !weight)
        reader.fault("settings.carton_size",
                     "is missing; carton_push = \"packing_information\" needs carton_size and "
                     "carton_weight");
    if (sides && load)
        out.carton_box = CartonBox{(*sides)[0], (*sides)[1], (*sides)[2], (*sides)[3], (*load)[0], (*load)[1]};
}

}  // namespace

ReadSetup read_setup(const ChannelSetup& setup) {
    SetupReader reader(setup);
    Settings out;
    out.region = reader.choice("region", {"na", "eu", "fe"});
    out.own_base_url = reader.has_own_base_url();
    out.api_url = reader.base_url("https://sellingpartnerapi-" + out.region + ".amazon.com");
    out.login_url = out.own_base_url ? out.api_url : "https://api.amazon.com";

    out.client_id =
        reader.required_credential("client_id", "it is the LWA client identifier of the app in Seller Central")
            .reveal();
    const Secret secrets =
        reader.required_credential("client_secret", "it is the LWA client secret of the app in Seller Central");
    // While a rotation lasts both may be given, the new one first: "new,old".
    for (const auto& one : split(secrets.reveal(), ','))
        if (!trim(one).empty()) out.client_secrets.emplace_back(std::string{trim(one)});
    out.refresh_token =
        reader.required_credential("refresh_token", "Seller Central shows it when the app is authorised (Atzr|…)");

    read_marketplaces(reader, out);
    out.seller_id = reader.text("seller_id").value_or("");
    if (!out.seller_id.empty() && !is_seller_id(out.seller_id))
        reader.fault("settings.seller_id",
                     "is no merchant token like A3TH9S8BH6GOGM (Seller Central: Account Info, Merchant Token)");
    out.orders_api = reader.choice("orders_api", {"2026-01-01", "v0"}) == "v0" ? OrdersApi::v0 : OrdersApi::v2026_01_01;
    out.finances_api =
        reader.choice("finances_api", {"v0", "2024-06-19"}) == "v0" ? FinancesApi::v0 : FinancesApi::v2024_06_19;
    out.use_rdt = reader.flag("use_rdt", true);
    out.claims_as_refunds = reader.flag("claims_as_refunds", false);
    if (out.claims_as_refunds && out.finances_api == FinancesApi::v2024_06_19)
        reader.fault("settings.claims_as_refunds",
                     "needs finances_api = \"v0\": the newer API does not tell them apart");
    out.extra_carriers = reader.texts("extra_carriers");
    out.other_carrier_name = reader.text("other_carrier_name").value_or("");
    read_cartons(reader, out);
    return {std::move(out), reader.faults()};
}

std::vector<std::string> shops_of(const ReadSetup& read) {
    std::vector<std::string> shops;
    for (const std::string& marketplace : read.settings.marketplace_ids)
        // A refresh token is of one seller, who may have several.
        for (const std::string_view seller : {std::string_view{read.settings.seller_id}, std::string_view{read.settings.refresh_token.reveal()}})
            if (!seller.empty()) shops.push_back(read.settings.api_url + ' ' + marketplace + ' ' + std::string{seller});
    return shops;
}

Profile read_profile(std::string_view json) {
    Profile out;
    const auto index = JsonIndex::parse(json);
    if (!index) return out;
    for (const JsonView one : index->root()["marketplaces"]) {
        const auto id = one["id"].filled_text();
        const auto currency = one["currency"].filled_text();
        if (id && currency) out.currencies[*id] = *currency;
    }
    return out;
}

std::string currency_of(std::string_view marketplace_id, const Profile& profile) {
    if (const auto found = profile.currencies.find(marketplace_id); found != profile.currencies.end())
        return found->second;
    const Marketplace* known = find_marketplace(marketplace_id);
    return known == nullptr ? std::string{} : std::string{known->currency};
}

}  // namespace crossdock::connectors::amazon
