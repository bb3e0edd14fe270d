// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "app/from_config.h"
#include "app/keys.h"
#include "base/version.h"
#include "cli/context.h"
#include "cli/init_tls.h"
#include "config/template.h"
#include "platform/file.h"
#include "platform/instance_lock.h"
#include "platform/process.h"

namespace crossdock::cli {

namespace {

app::KeyOptions by_this_user() {
    app::KeyOptions options;
    options.by = {"user " + platform::user_name(), "local"};
    return options;
}

/// Where the user of the service keeps its data, as far as a config file that may still be wrong says so.
std::string data_folder(const Context& context) {
    const auto loaded = config::load(context.config_file, config::system_environment());
    if (loaded.config) return std::filesystem::path{loaded.config->database.path}.parent_path().string();
    std::error_code ignored;
    const std::string config_file = std::filesystem::absolute(context.config_file, ignored).string();
    const bool installed = config_file == platform::system_config_file().string();
    return installed ? "/var/lib/crossdock" : std::filesystem::path{config_file}.parent_path().string();
}

}  // namespace

Exit run_init(Context& context, bool force, const std::string& tls, const std::vector<std::string>& names) {
    std::error_code ignored;
    if (tls.empty() && !names.empty())
        return context.out.fail(Exit::usage, {ErrorKind::invalid, "name_without_tls", "--name says what a certificate is for: it goes with --tls self-signed"});
    // A package brings the config file, and only the database and the key are wanting then.
    const bool keep = std::filesystem::exists(context.config_file, ignored) && !force;
    if (!keep)
        // A package lets the service read its config file: that of --force, too.
        if (const auto written = platform::write_file(
                context.config_file, tls.empty() ? config::template_text() : with_tls(config::template_text()),
                platform::Access::as_before);
            !written)
            return context.out.fail(Exit::failed, written.error());
    Record record;
    record.add("config", context.config_file);
    if (!tls.empty()) {
        // Before the file is read: it may be wrong only because it has no certificate yet.
        if (const auto made = make_tls(context, names, data_folder(context), record); !made)
            return context.out.fail(made.error().kind == ErrorKind::invalid ? Exit::usage : Exit::failed, made.error());
    }
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    if (!tls.empty() && keep && std::filesystem::exists(config->database.path, ignored)) {
        context.out.print(record);
        context.out.say(how_to_trust(context.config_file, config->server.listen) +
                        "\nA hub that runs with the certificate before shows the new one within a minute; one that "
                        "had none: restart it.");
        return Exit::done;
    }
    if (keep && std::filesystem::exists(config->database.path, ignored))
        return context.out.fail(Exit::failed,
                                {ErrorKind::conflict, "config_exists",
                                 context.config_file + " and its database " + config->database.path +
                                     " exist already; give another name with --config, or --force to overwrite the config file"});
    auto lock = platform::InstanceLock::take(config->database.path);
    if (!lock) return context.out.fail(exit_of(lock.error()), lock.error());
    const SystemClock clock;
    SystemRandom random;
    const auto http = net::make_http_client("crossdock/" + std::string{kVersion});
    app::HubOptions options = app::hub_options(*config, std::string{kVersion});
    options.may_upgrade = false;  // with --force there may be one
    auto hub = app::Hub::open(std::move(options), {clock, random, *http, app::connector_factories()});
    if (!hub) return context.out.fail(exit_of(hub.error()), hub.error());
    const auto key = app::create_key((*hub)->database(), random, "default", "first key", "erp", clock.now(), by_this_user());
    if (!key) return context.out.fail(Exit::failed, key.error());
    record.add("database", config->database.path).add("api_key", key->text.reveal());
    context.out.print(record);
    if (!tls.empty()) context.out.say(how_to_trust(context.config_file, config->server.listen));
    context.out.say("\nKeep the key: it is shown this once. Name your channels in " + context.config_file +
                    ", look it over with: crossdock check, then start with: crossdock serve");
    return Exit::done;
}

}  // namespace crossdock::cli
