// SPDX-License-Identifier: Apache-2.0
#include "app/sandbox.h"

#include "sandbox/shopify/shop.h"

namespace crossdock::app {

std::unique_ptr<sandbox::SandboxServer> make_sandbox(const SandboxOptions& options, const Clock& clock, net::HttpClient& http) {
    std::vector<std::unique_ptr<sandbox::Marketplace>> marketplaces;
    sandbox::shopify::ShopOptions shop;
    shop.seed = options.seed;
    shop.orders = options.orders;
    shop.orders_per_hour = options.orders_per_hour;
    // A large plan's budget: nobody should wait for a demo to fill.
    shop.plan = "Plus";
    shop.bucket = 20'000;
    shop.restore_per_second = 1'000;
    marketplaces.push_back(sandbox::shopify::make_shop(shop, clock));
    http::ServerOptions server;
    server.host = options.host;
    server.port = options.port;
    return std::make_unique<sandbox::SandboxServer>(server, std::move(marketplaces), [&http](const sandbox::WebhookCall& call) {
        net::HttpRequest request;
        request.method = call.method;
        request.url = call.url;
        request.headers = call.headers;
        request.body = call.body;
        request.deadline = std::chrono::seconds{5};
        const auto answer = http.send(request);
        if (answer && call.answer_body != nullptr) *call.answer_body = answer->body;
        return answer ? answer->status : 0;
    });
}

}  // namespace crossdock::app
