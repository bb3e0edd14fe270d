// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/context.h"

namespace crossdock::cli {
namespace {

using nlohmann::json;

Cell cell_of(const json& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    return RawJson{value.dump()};
}

/// Columns that a terminal has room for; --json shows everything.
std::vector<std::string> columns_of(std::string_view command) {
    if (command == "key.list")
        return {"key_id", "name", "kind", "scopes", "plan", "created_at", "expires_at", "last_used_at", "last_used_from", "revoked_at", "dialect"};
    if (command == "audit.list") return {"id", "at", "who", "from", "action", "subject", "details"};
    if (command == "channel.list") return {"channel", "provider", "enabled", "state", "message"};
    if (command == "webhook.list") return {"endpoint", "name", "url", "events", "state", "reason", "last_error"};
    if (command == "webhook.deliveries") return {"delivery", "event", "type", "state", "attempts", "status", "error", "next_attempt_at"};
    return {"job", "lane", "kind", "channel", "state", "attempt", "run_at", "error"};
}

/// Whether two accounts have a channel of the same code.
bool share_a_code(const json& rows) {
    std::set<std::string> codes;
    for (const json& row : rows) codes.insert(row.value("channel", ""));
    return codes.size() < rows.size();
}

void print_rows(Output& out, std::string_view command, const json& rows) {
    std::vector<std::string> columns = columns_of(command);
    const bool with_account = command == "channel.list" && (out.json() || share_a_code(rows));
    if (with_account) columns.insert(columns.begin() + 1, "account");
    const auto name_of = [&](const json& row) {
        return row.value("channel", "") + (with_account ? " (" + row.value("account", "") + ")" : "");
    };
    if (out.json() && command == "key.list") columns.emplace_back("successor");
    if (out.json() && command == "channel.list") columns.insert(columns.end(), {"code", "since", "streams", "problems", "reconciliation", "webhooks"});
    if (out.json() && command == "webhook.list")
        columns.insert(columns.end(), {"headers", "since", "failing_since", "last_success_at", "created_at"});
    if (out.json() && command == "webhook.deliveries") columns.insert(columns.end(), {"queued_at", "finished_at"});
    Table table(columns);
    for (const json& row : rows) {
        std::vector<Cell> cells;
        for (const std::string& column : columns) cells.push_back(cell_of(row.value(column, json(nullptr))));
        table.add(std::move(cells));
    }
    out.print(table);
    if (out.json() || command != "channel.list") return;
    for (const json& row : rows)
        for (const json& stream : row.value("streams", json::array()))
            if (const auto walk = stream.find("walk"); walk != stream.end() && walk->is_object())
                out.say(name_of(row) + ": " + stream.value("stream", "") + ": " + walk->value("words", ""));
    for (const json& row : rows) {
        const json hooks = row.value("webhooks", json(nullptr));
        if (!hooks.is_array()) continue;
        const auto active = std::count_if(hooks.begin(), hooks.end(), [](const json& one) { return one.value("active", false); });
        out.say(name_of(row) + ": webhooks: " + std::to_string(active) + " of " + std::to_string(hooks.size()) +
                " topics are told, checked " + hooks.front().value("checked_at", ""));
    }
    for (const json& row : rows)
        for (const json& problem : row.value("problems", json::array()))
            out.say(name_of(row) + ": " + problem.value("subject", "") + " " + problem.value("key", "") + ": " +
                    problem.value("message", ""));
}

}  // namespace

Exit run_hub_command(Context& context, std::string_view command, const json& arguments) {
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    const auto answer = give_command(*config, command, arguments);
    if (!answer) return context.out.fail(exit_of(answer.error()), answer.error());
    if (answer->is_array()) {
        print_rows(context.out, command, *answer);
        return Exit::done;
    }
    if (command == "order.why" && !context.out.json()) {
        context.out.say(answer->value("why", ""));
        return Exit::done;
    }
    Record record;
    for (const auto& [name, value] : answer->items()) record.add(name, cell_of(value));
    context.out.print(record);
    if (command == "key.create" || command == "key.rotate") context.out.say("\nKeep the key: it is shown this once.");
    if (command == "webhook.add" || command == "webhook.rotate") context.out.say("\nKeep the secret: it is shown this once.");
    if (command == "webhook.test" && !answer->value("ok", true)) return Exit::failed;
    if (command == "channel.test" && !answer->value("ok", true)) return Exit::failed;
    return Exit::done;
}

}  // namespace crossdock::cli
