// SPDX-License-Identifier: Apache-2.0
#include "services/tell_key.h"

#include "base/json_writer.h"
#include "store/event_repo.h"

namespace crossdock::services {

void tell_key(db::Session& session, const store::ApiKey& key, std::string_view type, Timestamp now) {
    std::string data;
    JsonWriter json(data);
    json.begin_object().field("key_id", key.key_id).field("name", key.name);
    if (key.expires_at) json.field("expires_at", format_rfc3339(*key.expires_at));
    json.end_object();
    store::EventRepo(session).append({key.account_id, std::nullopt, type, "api_key", key.id.value, data}, now);
}

}  // namespace crossdock::services
