// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/carriers.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::connectors::shipstation {

Result<std::vector<domain::CarrierCode>> Carriers::carrier_codes() {
    const bool v1 = client_.settings().api == Api::v1;
    Call call{v1 ? "List Carriers" : "list_carriers", v1 ? "/carriers" : "/v2/carriers"};
    call.api = client_.settings().api;
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView carriers = v1 ? answer->root : answer->root["carriers"];
    if (!carriers.is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of carriers"};
    std::vector<domain::CarrierCode> out;
    // The same carrier stands there once for every account with it.
    const auto add = [&out](const std::string& code, std::string name) {
        const bool listed = std::any_of(out.begin(), out.end(),
                                        [&](const auto& known) { return equals_ignoring_case(known.code, code); });
        if (!listed) out.push_back({code, std::move(name)});
    };
    for (const JsonView one : carriers)
        if (const auto code = one[v1 ? "code" : "carrier_code"].filled_text())
            add(*code, one[v1 ? "name" : "friendly_name"].filled_text().value_or(*code));
    for (const std::string& extra : client_.settings().extra_carriers) add(extra, extra);
    return out;
}

}  // namespace crossdock::connectors::shipstation
