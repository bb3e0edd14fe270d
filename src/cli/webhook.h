// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

#include "cli/context.h"

namespace CLI {
class App;
}

namespace crossdock::cli {

/// How the program adds a command: with its --config and --json, and what it does.
struct CommandMaker {
    std::function<CLI::App*(CLI::App* parent, const char* name, const char* help)> add;
    std::function<void(CLI::App* command, const char* hub_command, std::function<nlohmann::json()> arguments)> run;
};

/// For a number that commands list bare, and the API and its events with a prefix: both are taken.
std::function<std::string(std::string)> without_prefix(std::string prefix);

/// `crossdock webhook …`.
void add_webhook_commands(CLI::App& program, const CommandMaker& maker);

}  // namespace crossdock::cli
