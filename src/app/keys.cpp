// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <algorithm>

#include "api/middleware/scopes.h"
#include "base/text.h"
#include "crypto/api_key.h"
#include "store/channel_repo.h"

namespace crossdock::app {

Result<NewKey> create_key(db::Database& database, Random& random, std::string_view account, std::string_view name,
                          std::string_view scopes, Timestamp now) {
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
        store::ApiKeyRepo(session).insert(row, now);
        return NewKey{key.id, crypto::to_text(key)};
    });
}

}  // namespace crossdock::app
