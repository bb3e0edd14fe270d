// SPDX-License-Identifier: Apache-2.0
#include "store/secret_repo.h"

namespace crossdock::store {

std::optional<SealedSecret> SecretRepo::find(ChannelId channel, std::string_view name) {
    db::Statement statement(session_, "SELECT key_id, sealed FROM sealed_secrets WHERE channel_id = ? AND name = ?");
    statement.bind(channel, name);
    if (!statement.step()) return std::nullopt;
    return SealedSecret{statement.string(0), statement.string(1)};
}

void SecretRepo::keep(ChannelId channel, std::string_view name, const SealedSecret& secret, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO sealed_secrets (channel_id, name, key_id, sealed, updated_at_ms) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, name) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
            updated_at_ms = excluded.updated_at_ms
    )sql");
    statement.bind(channel, name, secret.key_id, secret.sealed, now).exec();
}

}  // namespace crossdock::store
