// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "connectors/shopify/settings.h"
#include "connectors/token_cache.h"
#include "net/http_client.h"

namespace crossdock::connectors::shopify {

/// The access token of one channel, shared by all its workers: the static one of the config file, or one fetched by the
/// client-credentials grant. Any thread.
class TokenSource {
public:
    /// Errors: denied (`shopify_token_refused`: the message says what to do), rate_limited, unavailable
    /// (`shopify_token_unavailable`: nothing of the caller's own request was sent).
    Result<std::string> get(const Settings& settings, net::HttpClient& http, const Clock& clock);
    /// After a 401 for `refused`: a token other than that one. With a static token there is none: denied.
    Result<std::string> renew(const std::string& refused, const Settings& settings, net::HttpClient& http,
                              const Clock& clock);

private:
    TokenCache cache_;
};

}  // namespace crossdock::connectors::shopify
