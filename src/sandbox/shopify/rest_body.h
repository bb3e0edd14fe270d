// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

/// The body of a webhook: the REST resource at the document root, snake_case, ids as numbers, times with the shop's
/// offset, money as strings beside `*_set`.
std::string rest_body(World& world, std::string_view topic, const Subject& subject,
                      const std::vector<std::string>& include_fields);
/// "orders/updated" of ORDERS_UPDATED, as the X-Shopify-Topic header says it.
std::string topic_path(std::string_view topic);

}  // namespace crossdock::sandbox::shopify
