// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/line_routing.h"

#include <algorithm>

#include "connectors/fields.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

/// A location that was deleted has no id left, only the name it had.
bool same_location(JsonView a, JsonView b) {
    const std::string_view id = legacy_id(a["location"]);
    if (id != legacy_id(b["location"])) return false;
    return !id.empty() || a["name"].word() == b["name"].word();
}

}  // namespace

Routing read_routing(JsonView order) {
    Routing routing;
    std::size_t index = 0;
    for (const JsonView fulfillment_order : order["fulfillmentOrders"]["nodes"]) {
        const Place place{"lineItems", "fulfillmentOrders.nodes", index++};
        const std::string_view status = fulfillment_order["status"].word();
        if (status == "CANCELLED") continue;
        const bool over = status == "CLOSED" || status == "INCOMPLETE";
        const JsonView assigned = fulfillment_order["assignedLocation"];
        for (const JsonView line : fulfillment_order["lineItems"]["nodes"]) {
            const std::int64_t total = line["totalQuantity"].integer().value_or(0);
            if (total <= 0) continue;
            const std::int64_t remaining =
                std::clamp<std::int64_t>(line["remainingQuantity"].integer().value_or(0), 0, total);
            auto [entry, fresh] = routing.try_emplace(gid_digits(line["lineItem"]["id"].word()));
            LineRouting& known = entry->second;
            if (__builtin_add_overflow(known.total, total, &known.total))
                throw FieldError(place, "holds too large a quantity");
            known.shipped += total - remaining;  // cannot overflow where the totals did not
            if (!over) known.shippable += remaining;
            if (fresh)
                known.location = assigned;
            else if (!same_location(known.location, assigned))
                known.several = true;
        }
    }
    return routing;
}

}  // namespace crossdock::connectors::shopify
