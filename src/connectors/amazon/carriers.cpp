// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/carriers.h"

#include "base/text.h"
#include "connectors/json_view.h"

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> amazon_data;
}

namespace crossdock::connectors::amazon {
namespace {

constexpr std::string_view kOther = "Other";

const std::vector<domain::CarrierCode>& table() {
    static const std::vector<domain::CarrierCode> loaded = [] {
        std::vector<domain::CarrierCode> out;
        const auto index = JsonIndex::parse(embedded::amazon_data.front().second);
        for (const JsonView one : index->root()["carriers"])
            out.push_back({one["code"].text().value_or(""), one["name"].text().value_or("")});
        return out;
    }();
    return loaded;
}

}  // namespace

Result<std::vector<domain::CarrierCode>> Carriers::carrier_codes() {
    std::vector<domain::CarrierCode> out = table();
    for (const auto& extra : settings_.extra_carriers) {
        bool listed = false;
        for (const auto& code : out) listed = listed || equals_ignoring_case(code.code, extra);
        if (!listed) out.push_back({extra, extra});
    }
    return out;
}

Carriers::Named Carriers::named(std::string_view carrier, const std::optional<std::string>& service) const {
    carrier = trim(carrier);
    if (equals_ignoring_case(carrier, kOther) || carrier.empty()) {
        // "Bring / Home Delivery": the carrier before the slash, its service behind.
        const std::string text = service.value_or("");
        std::string name{trim(std::string_view{text}.substr(0, text.find(" / ")))};
        if (name.empty()) name = settings_.other_carrier_name;
        return {std::string{kOther}, name, name.empty()};
    }
    // Amazon compares letter by letter: the spelling is the table's, whatever the ERP's is.
    for (const auto& extra : settings_.extra_carriers)
        if (equals_ignoring_case(extra, carrier)) return {extra, {}, false};
    for (const auto& code : table())
        if (equals_ignoring_case(code.code, carrier)) return {code.code, {}, false};
    return {std::string{kOther}, std::string{carrier}, false};
}

}  // namespace crossdock::connectors::amazon
