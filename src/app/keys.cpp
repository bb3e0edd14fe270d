// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <algorithm>
#include <charconv>

#include "api/middleware/scopes.h"
#include "base/text.h"
#include "dialect/dialect.h"
#include "store/api_key_repo.h"
#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

constexpr std::int64_t kMostDays = 36'500;
constexpr std::chrono::days kOldKey{90};
constexpr std::chrono::days kEndsSoon{14};  // from then on key.expiring has been told, too

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

Error bad_expiry(std::string_view option, std::string_view text, const std::string& why) {
    std::string shown{text.substr(0, 40)};
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20) c = '?';
    const std::string name{option};
    return {ErrorKind::invalid, name + "_invalid",
            name + " \"" + shown + "\" " + why + "; write a length such as 90d or 12h, or a day such as 2027-01-31 (from its first moment, UTC, the " +
                (option == "overlap" ? "old " : "") + "key is refused)"};
}

/// "orders:read, refunds:read" and "orders:read refunds:read" are the same, as they are stored: once each, a blank
/// between.
std::string in_stored_form(std::string_view scopes) {
    std::string wanted{scopes};
    std::replace(wanted.begin(), wanted.end(), ',', ' ');
    std::vector<std::string> once;
    for (std::string& scope : split(wanted, ' '))
        if (!scope.empty() && std::find(once.begin(), once.end(), scope) == once.end())
            once.push_back(std::move(scope));
    std::string stored;
    for (const std::string& scope : once) stored += (stored.empty() ? "" : " ") + scope;
    return stored;
}

Error no_such_account(std::string_view account) {
    return {ErrorKind::not_found, "account_unknown",
            "there is no account \"" + std::string{account} + "\"; accounts are named in the config file's channels"};
}

}  // namespace

Result<Timestamp> parse_expiry(std::string_view text, Timestamp now, std::string_view option) {
    text = trim(text);
    std::optional<Timestamp> at;
    if (const auto length = parse_length(text)) {
        at = now + *length;
    } else if (const auto instant = parse_iso8601(text, ZoneRule::utc)) {
        at = *instant;
    }
    if (!at) return bad_expiry(option, text, "is neither a length nor a day");
    if (*at <= now) return bad_expiry(option, text, "is not ahead");
    if (*at > now + std::chrono::hours{24 * kMostDays}) return bad_expiry(option, text, "is more than a hundred years ahead");
    return *at;
}

Result<services::IssuedKey> create_key(db::Database& database, Random& random, std::string_view account,
                                       std::string_view name, std::string_view scopes, Timestamp now,
                                       const KeyOptions& options) {
    const std::string stored_scopes = in_stored_form(scopes);
    if (const auto checked = api::check_scopes(split(stored_scopes, ' '), options.kind); !checked)
        return checked.error();
    std::string dialect;
    if (!options.dialect.empty()) {
        auto kept = dialect::dialect_to_keep(options.dialect);
        if (!kept) return kept.error();
        dialect = std::move(*kept);
    }
    return database.write([&](db::Session& session) -> Result<services::IssuedKey> {
        const auto id = store::find_account(session, account);
        if (!id) return no_such_account(account);
        return services::issue_key(
            session, random, *id,
            {std::string{name}, stored_scopes, options.kind, options.plan, options.expires_at, dialect}, options.by,
            now);
    });
}

std::vector<api::HealthFinding> look_at_keys(db::Session& session, const api::Plans& plans, Timestamp now) {
    std::vector<api::HealthFinding> findings;
    for (const store::ApiKey& key : store::ApiKeyRepo(session).list_holding(now)) {
        const auto add = [&](const char* code, const std::string& what, std::string next_step) {
            findings.push_back({"warning", key.account_id, "", code, "API key " + key.key_id + " (" + key.name + ") " + what, std::move(next_step)});
        };
        if (!key.plan.empty() && !plans.contains(key.plan))
            add("key_plan_unknown", "names the plan " + key.plan + ", which the config file does not have; it is not limited",
                "write [plans." + key.plan + "] into the config file, or: crossdock key plan " + key.key_id + " none");
        if (!key.dialect.empty())
            if (const auto read = dialect::read_dialect(key.dialect); !read)
                add("key_dialect_unspoken", "has a dialect that cannot be spoken here: " + read.error().message,
                    "give it another one: crossdock key dialect " + key.key_id + " " + key.dialect);
        if (key.successor) continue;  // seen to already
        const std::string rotate = "make its successor: crossdock key rotate " + key.key_id + "; both hold while the client changes over";
        if (key.expires_at && *key.expires_at - now <= kEndsSoon)
            add("key_expiring", "ends at " + format_rfc3339(*key.expires_at), rotate);
        else if (now - key.created_at > kOldKey)
            add("key_old", "is " + std::to_string(std::chrono::floor<std::chrono::days>(now - key.created_at).count()) + " days old", rotate);
    }
    return findings;
}

}  // namespace crossdock::app
