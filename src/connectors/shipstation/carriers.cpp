// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/carriers.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::connectors::shipstation {

Result<std::vector<domain::CarrierCode>> Carriers::carrier_codes() {
    const auto answer = client_.call({"List Carriers", "/carriers"});
    if (!answer) return answer.error();
    if (!answer->root.is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of carriers"};
    std::vector<domain::CarrierCode> out;
    // The same carrier stands there once for every account with it.
    const auto add = [&out](const std::string& code, std::string name) {
        const bool listed = std::any_of(out.begin(), out.end(),
                                        [&](const auto& known) { return equals_ignoring_case(known.code, code); });
        if (!listed) out.push_back({code, std::move(name)});
    };
    for (const JsonView one : answer->root)
        if (const auto code = one["code"].filled_text()) add(*code, one["name"].filled_text().value_or(*code));
    for (const std::string& extra : client_.settings().extra_carriers) add(extra, extra);
    return out;
}

}  // namespace crossdock::connectors::shipstation
