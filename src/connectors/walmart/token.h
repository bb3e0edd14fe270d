// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "connectors/connector.h"
#include "connectors/token_cache.h"
#include "connectors/walmart/settings.h"

namespace crossdock::connectors::walmart {

/// Access tokens for a seller's key: the client_credentials grant, fifteen minutes each, without a refresh token.
class TokenSource {
public:
    /// Errors: denied (`walmart_token_refused`: the message says what to do), rate_limited, unavailable
    /// (`walmart_token_unavailable`).
    Result<Secret> get(const Settings& settings, const Runtime& runtime);
    Result<Secret> renew(const Secret& refused, const Settings& settings, const Runtime& runtime);

private:
    TokenCache cache_;
};

/// What every call carries, the one for a token too: a fresh correlation id, which Walmart's support asks for, and
/// Accept, without which many answers are XML.
net::Headers common_headers(const Settings& settings, const std::string& correlation_id);

}  // namespace crossdock::connectors::walmart
