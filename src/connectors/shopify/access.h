// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// The connection test: reads the shop and what the app may do. Returns the profile (JSON: currency, taxes_included,
/// timezone, country, name, myshopify_domain, scopes). Problems: scope_missing with what will not work without it,
/// scope_optional, history_limited, api_version_ending, api_version_differs, shop_differs.
Result<std::string> read_shop_profile(AdminClient& client, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::shopify
