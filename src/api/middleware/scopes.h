// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/api_key.h"

namespace crossdock::api {

/// What a key may be allowed to do, one by one. A route names the one it needs.
namespace scope {
inline constexpr std::string_view kOrdersRead = "orders:read";
inline constexpr std::string_view kOrdersWrite = "orders:write";  // acknowledging
inline constexpr std::string_view kRefundsRead = "refunds:read";
inline constexpr std::string_view kRefundsWrite = "refunds:write";  // acknowledging
inline constexpr std::string_view kInventoryRead = "inventory:read";
inline constexpr std::string_view kInventoryWrite = "inventory:write";
inline constexpr std::string_view kShipmentsRead = "shipments:read";
inline constexpr std::string_view kShipmentsWrite = "shipments:write";
inline constexpr std::string_view kCatalogRead = "catalog:read";  // skus, carrier codes
inline constexpr std::string_view kFbaRead = "fba:read";          // inbound shipments, carton pushes
inline constexpr std::string_view kFbaWrite = "fba:write";        // syncing them, pushing cartons
inline constexpr std::string_view kEventsRead = "events:read";
inline constexpr std::string_view kChannelsRead = "channels:read";    // their states, streams and problems
inline constexpr std::string_view kChannelsWrite = "channels:write";  // testing and syncing them
inline constexpr std::string_view kJobsRead = "jobs:read";
inline constexpr std::string_view kJobsWrite = "jobs:write";            // retrying, discarding
inline constexpr std::string_view kWebhooksAdmin = "webhooks:admin";    // endpoints, their secrets and deliveries
inline constexpr std::string_view kKeysAdmin = "keys:admin";            // making, ending and replacing keys
inline constexpr std::string_view kAuditRead = "audit:read";            // who changed what
inline constexpr std::string_view kStorefrontRead = "storefront:read";  // what a web page may see
inline constexpr std::string_view kMetricsRead = "metrics:read";
/// Ready sets: what an ERP does, and what of it is reading. How the hub is run and who may do so is in neither.
inline constexpr std::string_view kErp = "erp";
inline constexpr std::string_view kReadOnly = "read-only";
}  // namespace scope

/// Every scope and ready set that a key may be created with.
inline constexpr std::array kScopes{
    scope::kErp,           scope::kReadOnly,       scope::kOrdersRead,    scope::kOrdersWrite,
    scope::kRefundsRead,   scope::kRefundsWrite,   scope::kInventoryRead, scope::kInventoryWrite,
    scope::kShipmentsRead, scope::kShipmentsWrite, scope::kCatalogRead,   scope::kFbaRead,
    scope::kFbaWrite,      scope::kEventsRead,     scope::kChannelsRead,  scope::kChannelsWrite,
    scope::kJobsRead,      scope::kJobsWrite,      scope::kWebhooksAdmin, scope::kKeysAdmin,
    scope::kAuditRead,     scope::kStorefrontRead, scope::kMetricsRead};

/// Whether a key that stands in a web page may have it. storefront:read is a name kept for what a shop's own pages will
/// be shown: no route asks for it yet, so a key of kind pk_ opens nothing (docs/decisions/012-documented-requests.md).
bool is_for_web_pages(std::string_view scope);

/// Whether a key of that kind may be made with these. Errors: invalid `scope_unknown`, `scope_not_for_web_pages`.
Status check_scopes(const std::vector<std::string>& scopes, crypto::ApiKeyKind kind);

/// Do these scopes (blank-separated, as stored) allow what `needed` names? What no scope names is not allowed.
bool allows(std::string_view scopes, std::string_view needed);

}  // namespace crossdock::api
