// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "connectors/shipstation/settings.h"

namespace crossdock::connectors::shipstation {

/// In November one hour happens twice, and modifyDate does not say which of the two it means. When the order is read
/// within the hour, ShipStation's clock tells, and the answer is kept with the payload under this name.
inline constexpr std::string_view kModifiedUtc = "modifyDateUtc";

/// An order of GET /orders or GET /orders/{orderId}, as received (perhaps with kModifiedUtc), or one that V2 told of: a
/// channel may have changed over from one to the other.
/// Errors: invalid, with the path of the field.
Result<MappedOrder> map_order_payload(std::string_view payload, const Settings& settings);

/// When it was changed last, or else made; the epoch when it does not say.
Timestamp changed_at(JsonView order);
/// When it was placed: orderDate, else createDate.
std::optional<Timestamp> placed_at(JsonView order);
/// The order as it is kept: verbatim, with kModifiedUtc when that is needed to read its time right.
RawOrder raw_order(JsonView order, const std::optional<Timestamp>& provider_now);
/// advancedOptions.storeId; empty when there is none.
std::string store_of(JsonView order);

/// What the parts of an address are called; the two versions of the API have each their own words.
struct AddressWords {
    std::string_view lines[4];  // the company, then the street
    std::string_view city, region, postal, country;
};
/// The first line that is filled is the first of the address; the others share the second.
domain::Address read_address(JsonView node, const AddressWords& words);

/// A line is named by the marketplace's id or by ShipStation's; when a later version of the order names the same goods
/// otherwise (the order was replaced), the line keeps the name it was first known by.
void keep_line_ids(domain::Order& newer, const domain::Order& older);

}  // namespace crossdock::connectors::shipstation
