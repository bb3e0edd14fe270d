// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/command_call.h"

namespace crossdock::app {

/// `backup.start` and `backup.status`: a backup may take longer than an answer, so it is asked for and then asked
/// about.
const CommandTable& backup_commands();
/// What `backup.start` answers, with the hub stopped and a database of an older schema: it is copied and proven as it is,
/// and stays of that schema; neither an event nor the audit trail tells of it. Errors: those of db::Database::open and
/// Backups::ask.
Result<nlohmann::json> back_up_older(const HubOptions& options, const Clock& clock, const std::string& file);

}  // namespace crossdock::app
