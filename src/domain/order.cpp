// SPDX-License-Identifier: Apache-2.0
#include "domain/order.h"

#include "domain/item.h"

namespace crossdock::domain {

std::optional<OrderStatus> parse_order_status(std::string_view text) {
    for (const OrderStatus status : {OrderStatus::open, OrderStatus::partially_fulfilled, OrderStatus::fulfilled,
                                     OrderStatus::closed, OrderStatus::cancelled})
        if (to_string(status) == text) return status;
    if (text == "canceled") return OrderStatus::cancelled;
    return std::nullopt;
}

std::optional<ItemStatus> parse_item_status(std::string_view text) {
    for (const ItemStatus status : {ItemStatus::active, ItemStatus::inactive, ItemStatus::archived, ItemStatus::retired,
                                    ItemStatus::unpublished, ItemStatus::draft})
        if (to_string(status) == text) return status;
    return std::nullopt;
}

}  // namespace crossdock::domain
