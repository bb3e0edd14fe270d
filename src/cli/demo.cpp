// SPDX-License-Identifier: Apache-2.0
#include "app/demo.h"

#include "cli/context.h"
#include "observability/log.h"

namespace crossdock::cli {
namespace {

/// Four lines to paste; each works as it stands.
std::string curl_lines(const app::DemoAddresses& demo) {
    const std::string curl = "curl -s -H 'X-Api-Key: " + demo.api_key + "' ";
    const std::string json = curl + "-H 'Content-Type: application/json' ";
    const std::string order = std::to_string(demo.order_id);
    return "# 1. orders of the last days that the ERP has not taken yet\n" + curl + "'" + demo.base_url +
           "/api/v1/orders?imported=false&limit=2&raw=0&since=2020-01-01T00:00:00Z'\n\n"
           "# 2. the ERP has taken one\n" + json + "-d '{\"ids\":[" + order + "]}' " + demo.base_url + "/api/v1/orders/ack\n\n"
           "# 3. it ships\n" + json + "-d '{\"shipments\":[{\"remote_order_id\":" + order +
           ",\"carrier\":\"ups\",\"tracking_number\":\"1Z999AA10123456784\"}]}' " + demo.base_url + "/api/v1/shipments\n\n"
           "# 4. new stock\n" + json + "-d '{\"channel\":\"shop-demo\",\"items\":[{\"item_master_id\":" + std::to_string(demo.item_id) +
           ",\"quantity\":42}]}' " + demo.base_url + "/api/v1/inventory_updates\n";
}

}  // namespace

Exit run_demo(Context& context, int port, int sandbox_port, int orders, const std::string& folder) {
    // The demo speaks to a person: only what needs one is logged.
    log::Settings quiet;
    quiet.level = log::Level::warn;
    if (!log::configure(quiet)) return Exit::failed;
    platform::Signals signals;
    app::DemoOptions options;
    options.port = port;
    options.sandbox_port = sandbox_port;
    options.orders = orders;
    options.folder = folder;
    context.out.say("Starting a hub and a simulated shop ...");
    const auto ran = app::run_demo(options, signals, [&](const app::DemoAddresses& demo) {
        if (context.out.json()) {
            Record record;
            record.add("base_url", demo.base_url)
                .add("api_key", demo.api_key)
                .add("sandbox_url", demo.sandbox_url)
                .add("docs_url", demo.base_url + "/docs")
                .add("console_url", Cell{})
                .add("order_id", demo.order_id)
                .add("item_id", demo.item_id);
            context.out.print(record);
            return;
        }
        context.out.say("\nThe hub answers on   " + demo.base_url + "\nIts API, to read     " + demo.base_url +
                        "/docs\nAPI key              " + demo.api_key +
                        "\nThe simulated shop   " + demo.sandbox_url + "/shopify/_sandbox/orders/{id}\n\nPaste these into another terminal:\n\n" +
                        curl_lines(demo) + "\nNew orders keep arriving. Ctrl+C ends the demo and " +
                        (options.folder.empty() ? "removes its files." : "leaves its files in " + options.folder.string() + "."));
    });
    if (!ran) return context.out.fail(exit_of(ran.error()), ran.error());
    return Exit::done;
}

}  // namespace crossdock::cli
