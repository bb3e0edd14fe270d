// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/context.h"

namespace crossdock::cli {

/// Unlike other commands it never opens the database itself: a hub that does not run is not well.
Exit run_healthz(Context& context) {
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    const auto answer = ask_running_hub(*config, "hub.healthz");
    if (!answer)
        return context.out.fail(Exit::failed,
                                {ErrorKind::unavailable, "hub_not_reached",
                                 "no hub answers for " + config->database.path +
                                     ": it does not run, or is starting, upgrading its database, or stopping"});
    const bool ready = answer->value("ready", false);
    context.out.print(Record().add("ready", ready));
    return ready ? Exit::done : Exit::failed;
}

}  // namespace crossdock::cli
