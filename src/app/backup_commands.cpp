// SPDX-License-Identifier: Apache-2.0
#include "app/backup_commands.h"

#include <nlohmann/json.hpp>

#include "app/backups.h"
#include "domain/deed.h"
#include "observability/log.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

Result<json> tell_backup(const Backups::State& state) {
    if (state.error) return *state.error;
    json answer{{"ticket", state.ticket}, {"running", state.running}, {"done", state.done}, {"all", state.all}};
    if (!state.made) return answer;
    answer["file"] = state.made->file;
    answer["made_at"] = format_rfc3339(state.made->at);
    answer["bytes"] = state.made->bytes;
    answer["rows"] = state.made->rows;
    answer["schema"] = state.made->schema;
    answer["sha256"] = state.made->sha256;
    answer["took_ms"] = state.made->took_ms;
    answer["dropped"] = state.dropped;
    return answer;
}

Result<json> start_backup(const CommandCall& call) {
    const auto state = call.hub.backups().ask(call.text("file"));
    if (!state) return state.error();
    if (state->error) return *state->error;
    try {
        call.db().write([&](db::Session& session) {
            call.audit(session, std::nullopt, domain::deed::kDatabaseBackedUp, "database", call.text("file"),
                       json::object());
        });
    } catch (const db::Failure& failure) {
        // It is being made, and a full disk may be why it is wanted: on another one.
        log::warn("not_audited", {{"action", std::string{domain::deed::kDatabaseBackedUp}}}, failure.what());
    }
    return tell_backup(*state);
}

Result<json> ask_backup(const CommandCall& call) {
    const Backups::State state = call.hub.backups().state();
    if (state.ticket != call.arguments.value("ticket", std::int64_t{0}))
        return Error{ErrorKind::unavailable, "backup_stopped",
                     "the hub was stopped or restarted while it made the backup; there is none. Ask for it again"};
    return tell_backup(state);
}

}  // namespace

Result<json> back_up_older(const HubOptions& options, const Clock& clock, const std::string& file) {
    auto opened = db::Database::open(options.database);
    if (!opened) return opened.error();
    Backups backups(**opened, clock, options.database.path, options.version, options.backup);
    const auto state = backups.ask(file);
    if (!state) return state.error();
    return tell_backup(*state);
}

const CommandTable& backup_commands() {
    static const CommandTable table{{"backup.start", start_backup}, {"backup.status", ask_backup}};
    return table;
}

}  // namespace crossdock::app
