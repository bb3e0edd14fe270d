// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/carriers.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/ebay/trading.h"
#include "connectors/json_view.h"

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> ebay_data;
}

namespace crossdock::connectors::ebay {
namespace {

const std::vector<domain::CarrierCode>& carrier_table() {
    static const std::vector<domain::CarrierCode> loaded = [] {
        std::vector<domain::CarrierCode> out;
        const auto index = JsonIndex::parse(embedded::ebay_data.front().second);
        for (const JsonView one : index->root()["carriers"])
            out.push_back({one["code"].text().value_or(""), one["name"].text().value_or("")});
        return out;
    }();
    return loaded;
}

void add_carrier(std::vector<domain::CarrierCode>& codes, domain::CarrierCode code) {
    const bool listed = std::any_of(codes.begin(), codes.end(), [&](const domain::CarrierCode& known) {
        return equals_ignoring_case(known.code, code.code);
    });
    if (!listed) codes.push_back(std::move(code));
}

}  // namespace

Result<std::vector<domain::CarrierCode>> Carriers::carrier_codes() {
    std::vector<domain::CarrierCode> out = carrier_table();
    if (const auto listed = read_carriers(client_))
        for (const auto& one : *listed) add_carrier(out, one);
    for (const auto& extra : client_.settings().extra_carriers) add_carrier(out, {extra, extra});
    return out;
}

std::string Carriers::canonical(std::string_view carrier) const {
    carrier = trim(carrier);
    for (const auto& extra : client_.settings().extra_carriers)
        if (equals_ignoring_case(extra, carrier)) return extra;
    for (const auto& code : carrier_table())
        if (equals_ignoring_case(code.code, carrier)) return code.code;
    return std::string{carrier};
}

}  // namespace crossdock::connectors::ebay
