// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace crossdock::connectors {

struct IssuedToken {
    Secret token;
    std::chrono::seconds lives{0};  // as the provider says, be it nonsense
};

/// The access token of one credential, shared by all workers of its channel: kept until 80 % of its life (by the steady
/// clock) is over. Any thread; one fetch at a time, the others wait for it.
class TokenCache {
public:
    /// Asks the provider. Errors: denied (the message says what to do), rate_limited, unavailable with a code that ends
    /// in
    /// `_token_unavailable`, because nothing of the caller's own request was sent.
    using Fetch = std::function<Result<IssuedToken>()>;

    Result<Secret> get(const Clock& clock, const Fetch& fetch);
    /// After a 401 for `refused`: a token other than that one.
    Result<Secret> renew(const Secret& refused, const Clock& clock, const Fetch& fetch);

private:
    Result<Secret> ask(const Clock& clock, const Fetch& fetch);

    std::mutex mutex_;
    Secret token_;
    std::chrono::milliseconds renew_at_{}, expires_at_{};  // on the steady clock
};

}  // namespace crossdock::connectors
