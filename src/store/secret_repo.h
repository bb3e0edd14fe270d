// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

struct SealedSecret {
    std::string key_id, sealed;
};

/// Secrets that a provider handed out while the hub ran, sealed by the caller.
class SecretRepo {
public:
    explicit SecretRepo(db::Session& session) : session_(session) {}
    std::optional<SealedSecret> find(ChannelId channel, std::string_view name);
    void keep(ChannelId channel, std::string_view name, const SealedSecret& secret, Timestamp now);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
