// SPDX-License-Identifier: Apache-2.0
#include "cli/exchange.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace crossdock::cli {

void add_exchange_commands(CLI::App& program, const CommandMaker& maker) {
    CLI::App* exchange = program.add_subcommand("exchange", "Files in a folder, for an ERP that cannot speak HTTP");
    exchange->require_subcommand(1);
    CLI::App* status = maker.add(exchange, "status", "What was given out and taken last, and what is in the way");
    maker.run(status, "exchange.status", [] { return nlohmann::json::object(); });
    CLI::App* run = maker.add(exchange, "run", "The running hub looks into the folder now");
    maker.run(run, "exchange.run", [] { return nlohmann::json::object(); });
}

}  // namespace crossdock::cli
