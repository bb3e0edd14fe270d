// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "db/database.h"
#include "store/api_key_repo.h"

namespace crossdock::services {

/// Appends key.created, key.revoked or key.expiring. Inside the caller's transaction.
void tell_key(db::Session& session, const store::ApiKey& key, std::string_view type, Timestamp now);

}  // namespace crossdock::services
