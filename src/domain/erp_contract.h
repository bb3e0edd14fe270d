// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "domain/item.h"
#include "domain/order.h"
#include "domain/refund.h"

/// How the ERP contract (`/api/v1`) spells an order, a refund and an item: every documented field, null where unknown.
/// Each function returns the members of a JSON object without its braces and without what changes on its own (id,
/// raw_payload, imported_to_erp, imported_at). It is made once, when a row changes, so that a poll only copies bytes.
namespace crossdock::domain {

struct RenderedOrder {
    std::string members;  // for the contract
    /// Everything an order says but when it changed last: equal texts mean that nothing happened. For telling a real
    /// change from an echo of our own write.
    std::string meaning;
};
/// `item_id` of each line must be resolved before.
RenderedOrder render_order(const Order& order, Provider provider, std::string_view channel_code);
/// Back from RenderedOrder::members: all that the contract shows, so neither what may be shipped, nor variant ids, nor
/// who ships instead of the ERP.
Order order_of_members(std::string_view members);
std::string erp_refund_members(const Refund& refund, Provider provider);
/// Without raw_payload: the row keeps it apart.
std::string erp_item_members(const Item& item, Provider provider, std::string_view channel_code);

}  // namespace crossdock::domain
