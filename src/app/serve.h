// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

#include "app/hub.h"
#include "base/result.h"
#include "platform/service_manager.h"
#include "platform/signals.h"

namespace crossdock::app {

struct ServeHooks {
    std::function<void(Hub&, const std::string& url)> on_ready = [](Hub&, const std::string&) {};
    /// Called before the hub is closed: whoever uses it ends here.
    std::function<void()> on_stopping = [] {};
    /// Asked on SIGHUP: the options to go on with, or none to keep the old ones.
    std::function<std::optional<HubOptions>()> on_reload = [] { return std::nullopt; };
    /// What on_reload gave last is refused or did not come up: the options before it hold on.
    std::function<void()> on_fallback = [] {};
};

/// Runs a hub in the foreground until a signal says stop: takes the data directory's lock, listens, works, and tells
/// `manager` how it goes. Returns when it has stopped. Errors: conflict `locked` or `port_taken` (something else holds it), and those of Hub::open.
Status serve(HubOptions options, Surroundings surroundings, platform::Signals& signals, const ServeHooks& hooks,
             const platform::ServiceManager& manager = {});

}  // namespace crossdock::app
