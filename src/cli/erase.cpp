// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/context.h"

namespace crossdock::cli {
namespace {

using nlohmann::json;

constexpr auto kAskLeftovers = std::chrono::milliseconds{300};

}  // namespace

Exit run_erase(Context& context, const json& arguments) {
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    const auto erased = give_command(*config, "person.erase", arguments);
    if (!erased) return context.out.fail(exit_of(erased.error()), erased.error());
    Record record;
    // One order that was named: which one it was.
    if (const json order = erased->value("order", json(nullptr)); order.is_object())
        record.add("order_id", order.value("id", std::int64_t{0}))
            .add("channel", order.value("channel", ""))
            .add("order_number", order.value("number", ""))
            .add("external_order_id", order.value("external_id", ""));
    for (const char* name : {"orders", "payloads", "refunds", "hints", "deliveries", "messages"})
        record.add(name, erased->value(name, std::int64_t{0}));

    // The rows are blanked; what is left of them where nobody reads is being overwritten.
    Result<json> answer = *erased;
    std::string shown;
    while (answer && answer->value("running", false)) {
        const std::string doing = answer->value("doing", "");
        if (!context.out.json() && !doing.empty() && doing != shown) std::cerr << doing << "\n";
        shown = doing;
        std::this_thread::sleep_for(kAskLeftovers);
        answer = give_command(*config, "person.leftovers", json::object());
    }
    const std::string unfinished = answer ? answer->value("unfinished", "") : answer.error().message;
    record.add("unfinished", unfinished.empty() ? Cell{} : Cell{unfinished});
    context.out.print(record);
    if (unfinished.empty())
        context.out.say(
            "\nBlanked, and what earlier changes left in unused space of the database is overwritten. Backups keep it "
            "until their rotation has passed them.");
    else
        context.out.say(
            "\nBlanked. What earlier changes left in unused space of the database is not overwritten yet (" +
            unfinished + "); the running hub tries again every hour, and at each start.");
    return Exit::done;
}

}  // namespace crossdock::cli
