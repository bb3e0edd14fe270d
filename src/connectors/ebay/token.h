// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "connectors/connector.h"
#include "connectors/ebay/settings.h"
#include "connectors/token_cache.h"

namespace crossdock::connectors::ebay {

/// Whose call it is: the seller's, or the application's own (keys, notifications, quotas).
enum class Access { user, application };

/// A refresh token that eBay handed out while the hub runs, and the credential it came from.
struct KeptGrant {
    Secret token;
    std::optional<Timestamp> expires_at;
};

/// Access tokens of one channel, two hours each. Any thread.
class TokenSource {
public:
    /// Errors: denied (`ebay_consent_needed`: the seller must consent anew; `ebay_token_refused`), rate_limited,
    /// unavailable (`ebay_token_unavailable`).
    Result<Secret> get(Access access, const Settings& settings, const Runtime& runtime);
    Result<Secret> renew(Access access, const Secret& refused, const Settings& settings, const Runtime& runtime);
    /// When the refresh token ends, where that is known.
    std::optional<Timestamp> consent_ends(const Settings& settings, const Runtime& runtime);

private:
    [[nodiscard]] TokenCache& cache(Access access) { return access == Access::user ? user_ : application_; }
    Result<IssuedToken> fetch(Access access, const Settings& settings, const Runtime& runtime);
    std::optional<KeptGrant> kept(const Settings& settings, Vault* vault);
    void keep(const Settings& settings, const Runtime& runtime, const std::string& token,
              std::optional<Timestamp> expires_at);

    TokenCache user_, application_;
    std::mutex mutex_;
    std::string without_vault_;  // what a vault would hold
};

}  // namespace crossdock::connectors::ebay
