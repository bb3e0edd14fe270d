// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "app/hub.h"
#include "base/result.h"
#include "store/audit_repo.h"

namespace crossdock::app {

/// One command that an operator gives, with what every command looks at.
struct CommandCall {
    Hub& hub;
    const nlohmann::json& arguments;
    const store::Actor& by;

    [[nodiscard]] Timestamp now() const;
    [[nodiscard]] db::Database& db() const;
    /// A text among the arguments.
    [[nodiscard]] std::string text(const char* name, const std::string& otherwise = "") const;
    [[nodiscard]] std::string account() const { return text("account", "default"); }
    /// Errors: not_found `account_unknown`.
    Result<AccountId> find_account(db::Session& session) const;
    /// Adds to the audit trail, in the transaction of the change.
    void audit(db::Session& session, std::optional<AccountId> account, std::string_view action,
               std::string_view subject, std::string_view subject_id, const nlohmann::json& details) const;
};

using Command = Result<nlohmann::json> (*)(const CommandCall&);
using CommandTable = std::map<std::string_view, Command>;

/// `key.create`, `key.list`, `key.revoke`, `key.rotate`, `key.plan`, `key.dialect` and `audit.list`.
const CommandTable& access_commands();

nlohmann::json time_or_null(const std::optional<Timestamp>& at);

}  // namespace crossdock::app
