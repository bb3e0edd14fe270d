// SPDX-License-Identifier: Apache-2.0
#include "app/command_call.h"

#include <nlohmann/json.hpp>

#include "store/channel_repo.h"

namespace crossdock::app {

using nlohmann::json;

Timestamp CommandCall::now() const { return hub.env().clock.now(); }

db::Database& CommandCall::db() const { return hub.database(); }

std::string CommandCall::text(const char* name, const std::string& otherwise) const {
    const auto found = arguments.find(name);
    return found != arguments.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

Result<AccountId> CommandCall::find_account(db::Session& session) const {
    if (const auto id = store::find_account(session, account())) return *id;
    return Error{ErrorKind::not_found, "account_unknown", "there is no account \"" + account() + "\""};
}

void CommandCall::audit(db::Session& session, std::optional<AccountId> of, std::string_view action,
                        std::string_view subject, std::string_view subject_id, const json& details) const {
    store::AuditEntry entry;
    entry.account_id = of;
    entry.actor = by;
    entry.action = action;
    entry.subject = subject;
    entry.subject_id = subject_id;
    entry.details = details.dump(-1, ' ', false, json::error_handler_t::replace);
    store::AuditRepo(session).append(entry, now());
}

json time_or_null(const std::optional<Timestamp>& at) { return at ? json(format_rfc3339(*at)) : json(nullptr); }

}  // namespace crossdock::app
