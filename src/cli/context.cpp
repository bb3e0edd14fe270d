// SPDX-License-Identifier: Apache-2.0
#include "cli/context.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/backup_commands.h"
#include "app/commands.h"
#include "app/control.h"
#include "app/from_config.h"
#include "base/version.h"
#include "observability/log.h"
#include "platform/file.h"
#include "platform/instance_lock.h"
#include "platform/process.h"

namespace crossdock::cli {
namespace {

/// Why this process cannot ask that channel; nothing when it can.
std::optional<Error> missing_secret(const config::Config& config, const nlohmann::json& arguments) {
    for (const config::Channel& channel : config.channels)
        if (channel.code == arguments.value("channel", "") && !channel.unread.empty() &&
            (arguments.value("account", "").empty() || channel.account == arguments.value("account", "")))
            return Error{ErrorKind::denied, "secrets_not_here",
                         "channel " + channel.code + " cannot be asked from here: " + channel.unread.front().path + " " +
                             channel.unread.front().why + ". Start the hub, which asks it then; or see: crossdock doctor"};
    return std::nullopt;
}

bool is_wrong_at(const std::vector<config::Finding>& findings, int line) {
    return std::any_of(findings.begin(), findings.end(), [&](const config::Finding& one) {
        return one.severity == config::Severity::error && one.line == line;
    });
}

}  // namespace

CheckedConfig read_config(const Context& context, Secrets secrets) {
    config::LoadOptions options;
    options.need_secrets = secrets == Secrets::needed;
    options.strict = context.strict;
    config::Loaded loaded = config::load(context.config_file, config::system_environment(), options);
    bool usable = loaded.config.has_value();
    const std::vector<config::Finding> first = loaded.findings;
    if (loaded.rest)  // without its provider a channel says nothing
        std::erase_if(loaded.rest->channels, [&](const config::Channel& channel) {
            return is_wrong_at(first, config::position_of(channel, "provider").line);
        });
    if (const config::Config* const read = usable ? &*loaded.config : loaded.rest ? &*loaded.rest : nullptr) {
        for (config::Finding& finding : app::check_channels(*read)) {
            if (is_wrong_at(first, finding.line)) continue;  // it follows from the error there
            usable = usable && finding.severity != config::Severity::error;
            loaded.findings.push_back(std::move(finding));
        }
        std::stable_sort(loaded.findings.begin(), loaded.findings.end(),
                         [](const config::Finding& a, const config::Finding& b) { return a.line < b.line; });
    }
    if (!usable) loaded.config.reset();
    return {std::move(loaded.config), std::move(loaded.findings)};
}

std::optional<config::Config> load_config(const Context& context) {
    CheckedConfig checked = read_config(context, Secrets::not_needed);
    for (const config::Finding& finding : checked.findings)
        if (finding.severity == config::Severity::error) std::cerr << config::format(finding) << '\n';
    return std::move(checked.config);
}

void configure_log(const Context& context, const config::Log& settings) {
    log::Settings to;
    switch (settings.level) {
        case config::LogLevel::trace: to.level = log::Level::trace; break;
        case config::LogLevel::debug: to.level = log::Level::debug; break;
        case config::LogLevel::info: to.level = log::Level::info; break;
        case config::LogLevel::warn: to.level = log::Level::warn; break;
        case config::LogLevel::error: to.level = log::Level::error; break;
    }
    to.format = settings.format == config::LogFormat::json ? log::Format::json : log::Format::text;
    to.file = settings.file;
    to.event_log = context.as_service;
    if (context.as_service && to.file.empty())
        to.file = (std::filesystem::path(context.config_file).parent_path() / "log" / "crossdock.log").string();
    to.max_file_bytes = static_cast<std::size_t>(settings.max_size);
    to.kept_files = static_cast<std::size_t>(settings.keep);
    if (const auto configured = log::configure(to); !configured) log::warn("log_file", {}, configured.error().message);
    if (!to.file.empty()) platform::give_to_owner_of_folder(to.file);
}

Exit exit_of(const Error& error) {
    if (error.code == "locked" || error.code == "port_taken" || error.code == "port_denied" || error.code == "address_not_here")
        return Exit::taken;
    if (error.code == "bad_address" || error.code == "channel_provider_changed" || error.code == "channel_renamed" ||
        error.code == "provider_unsupported")
        return Exit::usage;
    return Exit::failed;
}

Result<nlohmann::json> give_command(const config::Config& config, std::string_view command, const nlohmann::json& arguments) {
    const auto http = net::make_http_client("crossdock/" + std::string{kVersion});
    const std::string who = "user " + platform::user_name();
    auto lock = platform::InstanceLock::take(config.database.path);
    if (!lock) {
        if (lock.error().code != "locked") return lock.error();
        return app::call_running_hub(*http, config.database.path, command, arguments, who);
    }
    if (command == "channel.test")
        if (const auto missing = missing_secret(config, arguments)) return *missing;
    const SystemClock clock;
    SystemRandom random;
    app::HubOptions options = app::hub_options(config, std::string{kVersion});
    options.database.create = false;
    options.may_upgrade = false;
    auto hub = app::Hub::open(options, {clock, random, *http, app::connector_factories()});
    // A copy needs no newer schema, and it is wanted before an upgrade more than at any other time.
    if (!hub && hub.error().code == "db_older" && command == "backup.start")
        return app::back_up_older(options, clock, arguments.value("file", ""));
    if (!hub) return hub.error();
    return app::run_command(**hub, command, arguments, {who, "local"});
}

Result<nlohmann::json> ask_running_hub(const config::Config& config, std::string_view command) {
    const auto http = net::make_http_client("crossdock/" + std::string{kVersion});
    return app::call_running_hub(*http, config.database.path, command, nlohmann::json::object(), "user " + platform::user_name());
}

}  // namespace crossdock::cli
