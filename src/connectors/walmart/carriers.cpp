// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/carriers.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> walmart_data;
}

namespace crossdock::connectors::walmart {
namespace {

struct CarrierTable {
    std::vector<domain::CarrierCode> carriers;
    std::vector<std::string> methods;
};

const CarrierTable& carrier_table() {
    static const CarrierTable loaded = [] {
        CarrierTable out;
        const auto index = JsonIndex::parse(embedded::walmart_data.front().second);
        for (const JsonView one : index->root()["carriers"])
            out.carriers.push_back({one["code"].text().value_or(""), one["name"].text().value_or("")});
        for (const JsonView one : index->root()["method_codes"]) out.methods.push_back(one.text().value_or(""));
        return out;
    }();
    return loaded;
}

}  // namespace

bool is_method_code(std::string_view word) {
    const auto& methods = carrier_table().methods;
    return std::find(methods.begin(), methods.end(), word) != methods.end();
}

Result<std::vector<domain::CarrierCode>> Carriers::carrier_codes() {
    std::vector<domain::CarrierCode> out = carrier_table().carriers;
    // Only sellers with Ship with Walmart get an answer; the list is whole without it.
    if (const auto answer = client_.call({Operation::get_label_carriers, "/v3/shipping/labels/carriers"}))
        for (const JsonView one : answer->root["carriers"])
            for (domain::CarrierCode& code : out)
                if (one["shortName"].word() == code.code && code.display_name == code.code)
                    code.display_name = one["carrierName"].filled_text().value_or(code.code);
    for (const ExtraCarrier& extra : client_.settings().extra_carriers) {
        const bool listed = std::any_of(out.begin(), out.end(), [&](const domain::CarrierCode& code) {
            return equals_ignoring_case(code.code, extra.code);
        });
        if (!listed) out.push_back({extra.code, extra.code});
    }
    return out;
}

Carriers::Named Carriers::named(std::string_view carrier, std::string_view tracking_number) const {
    carrier = trim(carrier);
    for (const ExtraCarrier& extra : client_.settings().extra_carriers) {
        if (!equals_ignoring_case(extra.code, carrier)) continue;
        std::string url = extra.url;
        constexpr std::string_view kNumber = "{number}";
        if (const auto at = url.find(kNumber); at != std::string::npos)
            url.replace(at, kNumber.size(), net::percent_encode(tracking_number));
        return {{}, extra.code, std::move(url)};
    }
    // "ESTES" and "Estes Express", "FDX" and "FedEx" are different carriers there: no guessing beyond case.
    for (const domain::CarrierCode& code : carrier_table().carriers)
        if (equals_ignoring_case(code.code, carrier)) return {code.code, {}, {}};
    return {{}, std::string{carrier}, {}};
}

}  // namespace crossdock::connectors::walmart
