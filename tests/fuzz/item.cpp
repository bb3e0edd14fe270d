// SPDX-License-Identifier: Apache-2.0
// Items of the catalogue and inbound shipments: a line names the shop, the rest is the payload.
//
// Promised: what is mapped keeps the rules of shops.h; mapping is a function; no two rows of one item are alike; what
// is not mapped is told as an error.
#include <set>

#include "base/text.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_item {

void run(std::string_view input);

void run(std::string_view input) {
    Input in(input);
    auto& connector = kept_shop(in.choice(shop_names()));
    const std::string payload = to_valid_utf8(in.rest());
    if (const auto* source = connector.catalog_source()) {
        const auto items = source->map_item(payload);
        if (!items) {
            check(items.error().kind == ErrorKind::invalid, "a payload that cannot be read is invalid");
            check_fault(items.error());
        } else {
            std::set<std::pair<std::string, std::string>> rows;
            for (const auto& item : *items) {
                check_item(item);
                rows.emplace(item.variant_id, item.location_id.value_or(""));
            }
            check(rows.size() == items->size(), "an item has one row at a place");
            const auto again = source->map_item(payload);
            check(again && *again == *items, "mapping is a function");
        }
    }
    if (auto* source = connector.fba_source()) {
        const auto shipment = source->map_fba_shipment({"FBA1", "ATVPDKIKX0DER", payload});
        if (!shipment) return check_fault(shipment.error());
        check(!shipment->shipment_id.empty() && !shipment->shipment_status.empty(), "a shipment has an id and a state");
    }
}

}  // namespace crossdock::fuzz::on_item
