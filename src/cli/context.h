// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/output.h"
#include "config/config.h"

namespace crossdock::app {
struct SandboxOptions;
}

namespace crossdock::cli {

/// What every command shares.
struct Context {
    Output& out;
    std::string config_file;  // as given, or the first of the usual places that exists
    bool strict = false;
    bool as_service = false;  // of Windows: nobody sees what is printed
};

/// Whether a command asks channels, or does without their credentials: those of a service may not be to be had in a shell.
enum class Secrets { needed, not_needed };

/// The config file, read and checked with its channels: unusable without `config`.
struct CheckedConfig {
    std::optional<config::Config> config;
    std::vector<config::Finding> findings;  // by line
};
CheckedConfig read_config(const Context& context, Secrets secrets = Secrets::needed);
/// The same for commands that only need it. Errors go to the error stream, one a line; what is no error stays for check,
/// serve and doctor to say.
std::optional<config::Config> load_config(const Context& context);

/// How the log goes to where the config file says. A service has no stderr: its lines go to `log/crossdock.log` beside the
/// config file when that names no other file, and warnings and errors to the event log, too.
void configure_log(const Context& context, const config::Log& settings);

/// Exit code of a failure: 3 when the port, the address or the data directory is not to be had, 2 for a bad config, else 1.
Exit exit_of(const Error& error);

/// Gives a command to the hub: to the one that runs on the config file's database, else to the database itself under its
/// lock. Errors: also denied `secrets_not_here`, for a command that asks a channel itself, and rejected `db_older`: only
/// a start brings a database to a newer schema.
Result<nlohmann::json> give_command(const config::Config& config, std::string_view command, const nlohmann::json& arguments);
/// The same to the one that runs alone. Error: unavailable when none does.
Result<nlohmann::json> ask_running_hub(const config::Config& config, std::string_view command);

// One file a command.
Exit run_demo(Context& context, int port, int sandbox_port, int orders, const std::string& folder);
/// `tls`: "" or "self-signed".
Exit run_init(Context& context, bool force, const std::string& tls, const std::vector<std::string>& names);
Exit run_serve(Context& context);
Exit run_serve_as_service(Context& context);
enum class ServiceVerb { install, uninstall, start, stop, reload, status };
Exit run_service(Context& context, ServiceVerb verb);
Exit run_check(Context& context);
Exit run_sandbox(Context& context, const app::SandboxOptions& options);
Exit run_version(Context& context);
Exit run_backup(Context& context, const std::string& target);
Exit run_verify(Context& context, const std::string& file);
Exit run_restore(Context& context, const std::string& file);
Exit run_healthz(Context& context);
Exit run_erase(Context& context, const nlohmann::json& arguments);
Exit run_doctor(Context& context);
Exit run_status(Context& context);
Exit run_support_bundle(Context& context, const std::string& file);
Exit run_hub_command(Context& context, std::string_view command, const nlohmann::json& arguments);

}  // namespace crossdock::cli
