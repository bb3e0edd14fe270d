// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/json_view.h"

/// Shopify names things twice: `gid://shopify/Order/123` and the legacy number 123. The hub keeps the digits.
namespace crossdock::connectors::shopify {

/// The digits after the last `/`, cut at `?` (`gid://shopify/InventoryLevel/143?inventory_item_id=9` is 143). Plain
/// digits stay as they are; anything else is empty.
std::string_view gid_digits(std::string_view gid);
/// `legacyResourceId` of the object, else the digits of its `id`; empty when it has neither.
std::string_view legacy_id(JsonView object);
/// "Order" of "gid://shopify/Order/123"; empty for what is no gid.
std::string_view gid_type(std::string_view gid);
/// "gid://shopify/Order/123" from "123" or from the gid itself; empty when `id` is neither.
std::string to_gid(std::string_view type, std::string_view id);

/// The same JSON with every `\/` written as a plain slash. Shopify escapes slashes in bulk results and may do so
/// anywhere; ids are compared, kept and sent back as they are written.
std::string with_plain_slashes(std::string json);

}  // namespace crossdock::connectors::shopify
