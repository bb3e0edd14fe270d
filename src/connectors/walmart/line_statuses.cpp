// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/line_statuses.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/walmart/amounts.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

std::optional<std::int64_t> ordered_units(JsonView line) { return read_units(line["orderLineQuantity"]["amount"]); }

std::vector<JsonView> order_lines(JsonView order) { return elements(order["orderLines"]["orderLine"]); }

LineStatuses read_line_statuses(JsonView line) {
    LineStatuses out;
    for (const JsonView one : elements(line["orderLineStatuses"]["orderLineStatus"])) {
        const std::int64_t units =
            read_units(one["statusQuantity"]["amount"]).value_or(ordered_units(line).value_or(0));
        const std::string_view word = one["status"].word();
        if (word == "Created") {
            out.created += units;
        } else if (word == "Acknowledged") {
            out.acknowledged += units;
        } else if (word == "Shipped" || word == "Delivered") {
            out.shipped += units;
            out.parcels.push_back({std::string{trim(one["trackingInfo"]["trackingNumber"].text().value_or(
                                       std::string{one["trackingInfo"]["trackingNumber"].word()}))},
                                   units});
        } else if (word == "Cancelled") {
            out.cancelled += units;
        } else if (word == "Refund") {
            out.refund = true;
        } else if (out.unknown.empty()) {
            out.unknown = word.empty() ? "(none)" : std::string{word};
        }
    }
    return out;
}

bool wants_to_cancel(JsonView line) {
    const JsonView said = line["intentToCancel"];
    if (!said || said.is_false()) return false;
    const std::string_view word = trim(said.word());
    return said.is_true() ||
           (!word.empty() && !equals_ignoring_case(word, "false") && !equals_ignoring_case(word, "no"));
}

bool is_shipped_by_walmart(JsonView order) {
    return equals_ignoring_case(order["shipNode"]["type"].word(), kWfsFulfilled);
}

std::optional<Timestamp> last_change(JsonView order) {
    auto latest = read_epoch(order["orderDate"]);
    for (const JsonView line : order_lines(order))
        if (const auto at = read_epoch(line["statusDate"]); at && (!latest || *at > *latest)) latest = at;
    return latest;
}

JsonView order_in(JsonView root) {
    if (root["purchaseOrderId"]) return root;
    const auto found = elements(root["order"]);
    return found.empty() ? JsonView{} : found.front();
}

}  // namespace crossdock::connectors::walmart
