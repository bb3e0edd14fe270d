// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/from_config.h"
#include "app/own_certificate.h"
#include "base/clock.h"
#include "cli/context.h"

namespace crossdock::cli {
namespace {

void print_findings(const std::vector<config::Finding>& findings, bool ok) {
    nlohmann::json rows = nlohmann::json::array();
    for (const config::Finding& finding : findings)
        rows.push_back({{"file", finding.file},
                        {"line", finding.line},
                        {"column", finding.column},
                        {"severity", finding.severity == config::Severity::error ? "error" : "warning"},
                        {"message", finding.message}});
    const nlohmann::json document{{"ok", ok}, {"findings", std::move(rows)}};
    std::cout << document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

}  // namespace

Exit run_check(Context& context) {
    auto [config, findings] = read_config(context);
    bool usable = config.has_value();
    if (config) {
        for (config::Finding& finding : app::check_exchange(*config)) findings.push_back(std::move(finding));
        for (config::Finding& finding : app::check_certificate(*config, SystemClock{}.now())) {
            usable = usable && finding.severity != config::Severity::error && !context.strict;
            findings.push_back(std::move(finding));
        }
    }
    if (context.out.json())
        print_findings(findings, usable);
    else
        for (const config::Finding& finding : findings) std::cerr << config::format(finding) << '\n';
    if (!usable) return Exit::usage;
    context.out.say(context.config_file + " is fine: " + std::to_string(config->channels.size()) +
                    (config->channels.size() == 1 ? " channel" : " channels") + ", listens on " +
                    config::to_string(config->server.listen) + (config->server.tls ? " over TLS" : ""));
    return Exit::done;
}

}  // namespace crossdock::cli
