// SPDX-License-Identifier: Apache-2.0
#include "app/sandbox.h"

#include "base/version.h"
#include "cli/context.h"
#include "platform/signals.h"

namespace crossdock::cli {

Exit run_sandbox(Context& context, const std::string& listen, int orders) {
    const auto colon = listen.rfind(':');
    app::SandboxOptions options;
    options.host = listen.substr(0, colon);
    options.port = colon == std::string::npos ? 0 : std::atoi(listen.substr(colon + 1).c_str());
    options.orders = orders;
    const SystemClock clock;
    platform::Signals signals;
    const auto http = net::make_http_client("crossdock-sandbox/" + std::string{kVersion});
    const auto sandbox = app::make_sandbox(options, clock, *http);
    if (const auto started = sandbox->start(); !started) return context.out.fail(exit_of(started.error()), started.error());
    const std::string url = "http://" + options.host + ":" + std::to_string(sandbox->port());
    if (context.out.json()) {
        Record record;
        record.add("sandbox_url", url).add("shopify_base_url", url + "/shopify");
        context.out.print(record);
    } else {
        context.out.say("The simulated marketplaces answer. A channel of yours reaches them with\n\n"
                        "[[channel]]\ncode = \"shop-test\"\nprovider = \"shopify\"\nbase_url = \"" + url + "/shopify\"\n"
                        "[channel.credentials]\nshop = \"demo-shop.myshopify.com\"\naccess_token = \"shpat_demo\"\n"
                        "client_secret = \"demo-secret\"\n\nLook inside: curl " + url + "/shopify/_sandbox/ledger\nCtrl+C ends it.");
    }
    while (signals.wait() != platform::Signal::stop) {
    }
    sandbox->stop();
    http->shut_down();
    return Exit::done;
}

}  // namespace crossdock::cli
