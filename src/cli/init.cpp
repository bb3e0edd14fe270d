// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "app/from_config.h"
#include "app/keys.h"
#include "base/version.h"
#include "cli/context.h"
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

}  // namespace

Exit run_init(Context& context, bool force) {
    std::error_code ignored;
    // A package brings the config file, and only the database and the key are wanting then.
    const bool keep = std::filesystem::exists(context.config_file, ignored) && !force;
    if (!keep)
        if (const auto written = platform::write_file(context.config_file, config::template_text()); !written)
            return context.out.fail(Exit::failed, written.error());
    const auto config = load_config(context);
    if (!config) return Exit::usage;
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
    auto hub = app::Hub::open(app::hub_options(*config, std::string{kVersion}), {clock, random, *http, app::connector_factories()});
    if (!hub) return context.out.fail(exit_of(hub.error()), hub.error());
    const auto key = app::create_key((*hub)->database(), random, "default", "first key", "erp", clock.now(), by_this_user());
    if (!key) return context.out.fail(Exit::failed, key.error());
    Record record;
    record.add("config", context.config_file).add("database", config->database.path).add("api_key", key->text.reveal());
    context.out.print(record);
    context.out.say("\nKeep the key: it is shown this once. Name your channels in " + context.config_file +
                    ", look it over with: crossdock check, then start with: crossdock serve");
    return Exit::done;
}

}  // namespace crossdock::cli
