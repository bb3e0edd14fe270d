// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "connectors/shopify/settings.h"
#include "connectors/token_cache.h"
#include "net/http_client.h"

namespace crossdock::connectors::shopify {

/// An access token by the client-credentials grant. Errors: denied (`shopify_token_refused`: the message says what to
/// do), rate_limited, unavailable (`shopify_token_unavailable`: nothing of the caller's own request was sent).
Result<IssuedToken> fetch_token(const Settings& settings, net::HttpClient& http, const Clock& clock);

/// denied, `shopify_token_refused`.
Error token_refused(const std::string& why);

}  // namespace crossdock::connectors::shopify
