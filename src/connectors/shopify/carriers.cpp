// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/carriers.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "connectors/json_view.h"
#include "net/http_client.h"

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> shopify_data;
}

namespace crossdock::connectors::shopify {
namespace {

struct Table {
    std::vector<std::string> everywhere;
    std::map<std::string, std::vector<std::string>, std::less<>> by_country;
    std::vector<std::pair<std::string, std::string>> aliases;
};

std::vector<std::string> texts(JsonView list) {
    std::vector<std::string> out;
    for (const JsonView one : list) out.push_back(one.text().value_or(""));
    return out;
}

const Table& table() {
    static const Table loaded = [] {
        Table out;
        const auto index = JsonIndex::parse(embedded::shopify_data.front().second);
        const JsonView root = index->root();
        out.everywhere = texts(root["everywhere"]);
        const JsonView countries = root["by_country"], aliases = root["aliases"];
        for (auto it = countries.begin(); it != countries.end(); ++it)
            out.by_country[std::string{it.key()}] = texts(*it);
        for (auto it = aliases.begin(); it != aliases.end(); ++it)
            out.aliases.emplace_back(it.key(), (*it).text().value_or(""));
        return out;
    }();
    return loaded;
}

}  // namespace

std::vector<std::string> Carriers::names() const {
    std::vector<std::string> out = table().everywhere;
    // A shop whose country is not known yet gets them all: refusing a carrier it has would be worse.
    for (const auto& [country, only_there] : table().by_country)
        if (country_.empty() || country == country_)
            for (const auto& name : only_there)
                if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    return out;
}

Result<std::vector<domain::CarrierCode>> Carriers::carrier_codes() {
    std::vector<domain::CarrierCode> out;
    for (const auto& name : names()) out.push_back({name, name});
    for (const auto& extra : settings_.extra_carriers) {
        bool listed = false;
        for (const auto& code : out) listed = listed || equals_ignoring_case(code.code, extra.code);
        if (!listed) out.push_back({extra.code, extra.code});
    }
    return out;
}

Carriers::Company Carriers::company(std::string_view carrier, std::string_view tracking_number) const {
    for (const auto& extra : settings_.extra_carriers) {
        if (!equals_ignoring_case(extra.code, carrier)) continue;
        std::string url = extra.url;
        constexpr std::string_view kNumber = "{number}";
        if (const auto at = url.find(kNumber); at != std::string::npos)
            url.replace(at, kNumber.size(), net::percent_encode(tracking_number));
        return {extra.code, std::move(url)};
    }
    for (const auto& name : names())
        if (equals_ignoring_case(name, carrier)) return {name, {}};
    for (const auto& [alias, name] : table().aliases)
        if (equals_ignoring_case(alias, carrier)) return {name, {}};
    return {std::string{carrier}, {}};
}

}  // namespace crossdock::connectors::shopify
