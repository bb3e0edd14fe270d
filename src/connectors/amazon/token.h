// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/amazon/settings.h"
#include "connectors/connector.h"
#include "connectors/token_cache.h"

namespace crossdock::connectors::amazon {

inline constexpr std::string_view kUserAgent = "Crossdock/1.0 (Language=C++; Platform=Linux)";

/// Access tokens from Login with Amazon (LWA): one address for all regions, the refresh_token grant.
class TokenSource {
public:
    /// Errors: denied (`amazon_token_refused`: the message says which credential), rate_limited, unavailable
    /// (`amazon_token_unavailable`).
    Result<Secret> get(const Settings& settings, const Runtime& runtime);
    Result<Secret> renew(const Secret& refused, const Settings& settings, const Runtime& runtime);

private:
    TokenCache cache_;
};

}  // namespace crossdock::connectors::amazon
