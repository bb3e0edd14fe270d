// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace crossdock {

/// A row's number, typed: an order id is not a channel id.
template <class Tag>
struct Id {
    std::int64_t value = 0;
    friend auto operator<=>(const Id&, const Id&) = default;
};

using AccountId = Id<struct AccountTag>;
using ChannelId = Id<struct ChannelTag>;
using OrderId = Id<struct OrderTag>;
using OrderLineId = Id<struct OrderLineTag>;
using RefundId = Id<struct RefundTag>;
using ItemId = Id<struct ItemTag>;
using InventoryUpdateId = Id<struct InventoryUpdateTag>;
using ShipmentId = Id<struct ShipmentTag>;
using JobId = Id<struct JobTag>;
using ApiKeyId = Id<struct ApiKeyTag>;

}  // namespace crossdock

template <class Tag>
struct std::hash<crossdock::Id<Tag>> {
    std::size_t operator()(const crossdock::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
