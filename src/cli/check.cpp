// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/from_config.h"
#include "app/own_certificate.h"
#include "base/clock.h"
#include "cli/context.h"

namespace crossdock::cli {

Exit run_check(Context& context) {
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    for (const config::Finding& finding : app::check_exchange(*config)) std::cerr << config::format(finding) << '\n';
    bool usable = true;
    for (const config::Finding& finding : app::check_certificate(*config, SystemClock{}.now())) {
        usable = usable && finding.severity != config::Severity::error && !context.strict;
        std::cerr << config::format(finding) << '\n';
    }
    if (!usable) return Exit::usage;
    context.out.say(context.config_file + " is fine: " + std::to_string(config->channels.size()) +
                    (config->channels.size() == 1 ? " channel" : " channels") + ", listens on " + config::to_string(config->server.listen) +
                    (config->server.tls ? " over TLS" : ""));
    return Exit::done;
}

}  // namespace crossdock::cli
