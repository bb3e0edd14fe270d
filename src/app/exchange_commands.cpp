// SPDX-License-Identifier: Apache-2.0
#include "app/exchange_commands.h"

#include <nlohmann/json.hpp>

#include "app/file_exchange.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

json tell_file_out(const std::optional<store::FileOut>& file) {
    if (!file) return nullptr;
    return {{"file", file->name}, {"count", file->rows}, {"written_at", time_or_null(file->written_at)}};
}

json tell_file_in(const store::FileIn& file) {
    json why = nullptr;
    if (file.refusal)
        why = *file.refusal;
    else if (file.grew)
        why = "its writer went on after it was taken";
    return {{"file", file.name},
            {"kind", file.kind},
            {"rows", file.rows},
            {"taken", file.taken},
            {"refused", file.refused},
            {"why", why},
            {"at", time_or_null(file.done_at)}};
}

Result<json> exchange_status(const CommandCall& call) {
    const FileExchange& exchange = call.hub.file_exchange();
    const FileExchange::State state = exchange.state();
    json answer{{"folder", state.folder.empty() ? json(nullptr) : json(state.folder)},
                {"looked_at", time_or_null(state.looked_at)},
                {"working", state.holds && !state.problem},
                {"problem", state.problem ? json(state.problem->message) : json(nullptr)},
                {"problem_since", time_or_null(state.problem_since)},
                {"unfetched", state.looked_at ? json(state.unfetched) : json(nullptr)}};
    json odd = json::array();
    for (const auto& oddity : state.oddities) odd.push_back("in/" + oddity.name + " " + oddity.why);
    answer["passed_over"] = odd;
    if (!exchange.account()) return answer;
    const ExchangeRecord record =
        call.db().read([&](db::Session& session) { return read_exchange(session, *exchange.account(), call.now()); });
    answer["last_out"] = tell_file_out(record.last_out);
    answer["last_in"] = record.last_in ? tell_file_in(*record.last_in) : json(nullptr);
    json refused = json::array();
    for (const store::FileIn& file : record.refused) refused.push_back(tell_file_in(file));
    answer["refused"] = refused;
    return answer;
}

Result<json> exchange_run(const CommandCall& call) {
    const auto asked = call.hub.file_exchange().look_soon();
    if (!asked) return asked.error();
    return json{{"folder", asked->folder}, {"looks", asked->looks}};
}

}  // namespace

const CommandTable& exchange_commands() {
    static const CommandTable table{{"exchange.status", exchange_status}, {"exchange.run", exchange_run}};
    return table;
}

}  // namespace crossdock::app
