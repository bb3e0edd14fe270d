// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include "app/from_config.h"
#include "app/wait_for_clock.h"
#include "base/version.h"
#include "cli/context.h"
#include "observability/log.h"

namespace crossdock::cli {

Exit run_serve(Context& context) {
    const platform::ServiceManager manager;  // before any thread, since it changes the environment
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    configure_log(config->log);
    if (config->server.tls)
        return context.out.fail(Exit::usage, {ErrorKind::invalid, "tls_unsupported",
                                              "[server.tls] is not supported by this version yet; listen on 127.0.0.1, or behind a proxy "
                                              "with allow_plain_http = true"});
    const SystemClock clock;
    SystemRandom random;
    platform::Signals signals;
    {
        const platform::MoreTime more(manager, "waiting for the clock to be set");
        if (!app::wait_for_clock(clock, signals)) {
            log::flush();
            return Exit::done;
        }
    }
    const auto http = net::make_http_client("crossdock/" + std::string{kVersion});
    app::ServeHooks hooks;
    hooks.on_reload = [&]() -> std::optional<app::HubOptions> {
        const auto fresh = load_config(context);
        if (!fresh) {
            log::error("reload_refused", {{"file", context.config_file}}, "the new config file has errors; the old configuration stays");
            return std::nullopt;
        }
        if (fresh->database.path != config->database.path) {
            log::error("reload_refused", {{"file", context.config_file}}, "another database needs a restart; the old configuration stays");
            return std::nullopt;
        }
        configure_log(fresh->log);
        return app::hub_options(*fresh, std::string{kVersion});
    };
    const auto served = app::serve(app::hub_options(*config, std::string{kVersion}), {clock, random, *http, app::connector_factories()},
                                   signals, hooks, manager);
    http->shut_down();
    log::flush();
    if (!served) return context.out.fail(exit_of(served.error()), served.error());
    return Exit::done;
}

}  // namespace crossdock::cli
