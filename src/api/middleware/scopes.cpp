// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/scopes.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::api {
namespace {

/// Part of the ready sets. What is not in here must be named.
bool is_of_erp(std::string_view needed) {
    constexpr std::array kErpScopes{scope::kOrdersRead,    scope::kOrdersWrite,    scope::kRefundsRead,
                                    scope::kRefundsWrite,  scope::kInventoryRead,  scope::kInventoryWrite,
                                    scope::kShipmentsRead, scope::kShipmentsWrite, scope::kCatalogRead,
                                    scope::kFbaRead,       scope::kFbaWrite,       scope::kEventsRead,
                                    scope::kChannelsRead};
    return std::find(kErpScopes.begin(), kErpScopes.end(), needed) != kErpScopes.end();
}

Error unknown_scope(std::string_view scope) {
    const std::vector<std::string> known(kScopes.begin(), kScopes.end());
    const std::string meant = nearest(to_lower(scope), known);
    std::string message = "\"" + to_valid_utf8(scope.substr(0, 60)) + "\" is not a scope";
    message += meant.empty() ? "; there are" : "; did you mean " + meant + "? There are";
    for (const std::string& one : known) message += " " + one;
    return {ErrorKind::invalid, "scope_unknown", std::move(message)};
}

}  // namespace

bool is_for_web_pages(std::string_view scope) { return scope == scope::kStorefrontRead; }

Status check_scopes(const std::vector<std::string>& scopes, crypto::ApiKeyKind kind) {
    for (const std::string& scope : scopes) {
        if (std::find(kScopes.begin(), kScopes.end(), scope) == kScopes.end()) return unknown_scope(scope);
        if (kind == crypto::ApiKeyKind::publishable && !is_for_web_pages(scope))
            return Error{ErrorKind::invalid, "scope_not_for_web_pages",
                         "a publishable key can be read by everybody who sees the page, so it cannot have the scope " +
                             scope + "; it can have storefront:read"};
    }
    return ok();
}

bool allows(std::string_view scopes, std::string_view needed) {
    if (needed.empty()) return false;
    for (const std::string& held : split(scopes, ' ')) {
        if (held == needed) return true;
        if (held == scope::kErp && is_of_erp(needed)) return true;
        if (held == scope::kReadOnly && is_of_erp(needed) && needed.ends_with(":read")) return true;
    }
    return false;
}

}  // namespace crossdock::api
