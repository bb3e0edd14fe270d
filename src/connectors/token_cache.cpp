// SPDX-License-Identifier: Apache-2.0
#include "connectors/token_cache.h"

#include <algorithm>

namespace crossdock::connectors {
namespace {

/// However long a provider says: a token that is asked for once a day costs nothing.
constexpr std::chrono::seconds kLongest = std::chrono::hours{24};

}  // namespace

Result<Secret> TokenCache::get(const Clock& clock, const Fetch& fetch) {
    const std::scoped_lock lock(mutex_);
    const auto now = clock.steady();
    if (!token_.empty() && now < renew_at_) return token_;
    auto fetched = ask(clock, fetch);
    // Early renewal is a kindness: while the old token lives, trouble at the token address is nobody's trouble.
    if (!fetched && !token_.empty() && now < expires_at_ && fetched.error().kind != ErrorKind::denied) return token_;
    return fetched;
}

Result<Secret> TokenCache::renew(const Secret& refused, const Clock& clock, const Fetch& fetch) {
    const std::scoped_lock lock(mutex_);
    if (!token_.empty() && token_.reveal() != refused.reveal()) return token_;  // another worker has been here
    token_ = Secret{};
    return ask(clock, fetch);
}

Result<Secret> TokenCache::ask(const Clock& clock, const Fetch& fetch) {
    const auto asked_at = clock.steady();
    const auto issued = fetch();
    if (!issued) return issued.error();
    const auto lives = std::clamp(issued->lives, std::chrono::seconds{0}, kLongest);
    token_ = issued->token;
    renew_at_ = asked_at + std::chrono::milliseconds{lives} * 4 / 5;
    expires_at_ = asked_at + lives;
    return token_;
}

}  // namespace crossdock::connectors
