// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "app/hub.h"
#include "base/result.h"
#include "platform/signals.h"

namespace crossdock::app {

struct DemoOptions {
    std::filesystem::path folder;   // for the database; empty: a temporary one, removed at the end
    int port = 0, sandbox_port = 0; // 0: any free one
    int orders = 200;
    double orders_per_hour = 120;
    std::uint64_t seed = 1;
};

/// Where the demo answers, and with which key.
struct DemoAddresses {
    std::string base_url, api_key, sandbox_url;
    std::int64_t order_id = 0;      // one that can be acknowledged and shipped
    std::int64_t item_id = 0;       // one whose stock can be set
};

/// The sandbox and a hub that pulls from it, in one process, until a signal says stop. `ready` is called once orders and
/// items are there.
Status run_demo(const DemoOptions& options, platform::Signals& signals, const std::function<void(const DemoAddresses&)>& ready);

}  // namespace crossdock::app
