// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <algorithm>
#include <charconv>

#include "api/middleware/scopes.h"
#include "base/text.h"
#include "crypto/api_key.h"
#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

constexpr std::int64_t kMostDays = 36'500;

/// The length of "90d"; nothing when the text is no number and one of the letters.
std::optional<std::chrono::seconds> parse_length(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    std::int64_t unit = 0;
    switch (text.back()) {
        case 's': unit = 1; break;
        case 'm': unit = 60; break;
        case 'h': unit = 3'600; break;
        case 'd': unit = 86'400; break;
        default: return std::nullopt;
    }
    std::int64_t count = 0;
    text.remove_suffix(1);
    if (text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    // More than the limit is refused below, with the words for it.
    if (fault == std::errc::result_out_of_range || count > kMostDays * 86'400) count = kMostDays * 86'400 + 1;
    else if (fault != std::errc{}) return std::nullopt;
    if (end != text.data() + text.size()) return std::nullopt;
    return std::chrono::seconds{count * unit};
}

Error bad_expiry(std::string_view text, const std::string& why) {
    std::string shown{text.substr(0, 40)};
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20) c = '?';
    return {ErrorKind::invalid, "expires_invalid",
            "expires \"" + shown + "\" " + why + "; write a length such as 90d or 12h, or a day such as 2027-01-31 (from its first moment, UTC, the key is refused)"};
}

}  // namespace

Result<Timestamp> parse_expiry(std::string_view text, Timestamp now) {
    text = trim(text);
    std::optional<Timestamp> at;
    if (const auto length = parse_length(text)) {
        at = now + *length;
    } else if (const auto instant = parse_iso8601(text, ZoneRule::utc)) {
        at = *instant;
    }
    if (!at) return bad_expiry(text, "is neither a length nor a day");
    if (*at <= now) return bad_expiry(text, "is not ahead");
    if (*at > now + std::chrono::hours{24 * kMostDays}) return bad_expiry(text, "is more than a hundred years ahead");
    return *at;
}

Result<NewKey> create_key(db::Database& database, Random& random, std::string_view account, std::string_view name,
                          std::string_view scopes, Timestamp now, std::optional<Timestamp> expires_at) {
    for (const std::string& scope : split(scopes, ' '))
        if (std::find(api::kScopes.begin(), api::kScopes.end(), scope) == api::kScopes.end())
            return Error{ErrorKind::invalid, "scope_unknown",
                         "\"" + scope + "\" is not a scope; use erp, read-only, or single ones such as orders:read inventory:write"};
    const crypto::ApiKey key = crypto::generate_api_key(crypto::ApiKeyKind::live, random);
    return database.write([&](db::Session& session) -> Result<NewKey> {
        const auto id = store::find_account(session, account);
        if (!id)
            return Error{ErrorKind::not_found, "account_unknown",
                         "there is no account \"" + std::string{account} + "\"; accounts are named in the config file's channels"};
        store::ApiKey row;
        row.account_id = *id;
        row.key_id = key.id;
        row.secret_hash = crypto::secret_hash(key.secret);
        row.name = std::string{name};
        row.scopes = std::string{scopes};
        row.expires_at = expires_at;
        store::ApiKeyRepo(session).insert(row, now);
        return NewKey{key.id, crypto::to_text(key)};
    });
}

}  // namespace crossdock::app
