// SPDX-License-Identifier: Apache-2.0
#include "app/sandbox.h"

#include <nlohmann/json.hpp>

#include "base/version.h"
#include "cli/context.h"
#include "platform/signals.h"

namespace crossdock::cli {

namespace {

/// A block of the config file. The values of `settings` are the same in JSON and in TOML.
std::string as_config(const connectors::ChannelSetup& setup) {
    std::string text = "[[channel]]\ncode = \"" + setup.code + "\"\nprovider = \"" + std::string{domain::to_string(setup.provider)} +
                       "\"\nbase_url = \"" + setup.base_url + "\"\n[channel.credentials]\n";
    for (const auto& [name, secret] : setup.credentials) text += name + " = \"" + secret.reveal() + "\"\n";
    const auto settings = nlohmann::json::parse(setup.settings_json);
    if (!settings.empty()) text += "[channel.settings]\n";
    for (const auto& [name, value] : settings.items()) text += name + " = " + value.dump() + "\n";
    return text;
}

}  // namespace

Exit run_sandbox(Context& context, const app::SandboxOptions& options) {
    const SystemClock clock;
    platform::Signals signals;
    const auto http = net::make_http_client("crossdock-sandbox/" + std::string{kVersion});
    const auto sandbox = app::make_sandbox(options, clock, *http);
    if (const auto started = sandbox->start(); !started) return context.out.fail(exit_of(started.error()), started.error());
    const std::string url = "http://" + options.host + ":" + std::to_string(sandbox->port());
    const auto channels = app::sandbox_channels(url, options.only);
    if (context.out.json()) {
        Record record;
        record.add("sandbox_url", url);
        for (const auto& channel : channels) record.add(std::string{domain::to_string(channel.provider)} + "_base_url", channel.base_url);
        context.out.print(record);
    } else {
        std::string text = "The simulated marketplaces answer. Channels of yours reach them with\n\n";
        for (const auto& channel : channels) text += as_config(channel) + '\n';
        text += "Look inside:\n";
        for (const auto& channel : channels) text += "curl " + channel.base_url + "/_sandbox/ledger\n";
        context.out.say(text + "Ctrl+C ends it.");
    }
    while (signals.wait() != platform::Signal::stop) {
    }
    sandbox->stop();
    http->shut_down();
    return Exit::done;
}

}  // namespace crossdock::cli
