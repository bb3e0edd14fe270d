// SPDX-License-Identifier: Apache-2.0
#include "app/sandbox.h"

#include <algorithm>

#include "sandbox/amazon/seller.h"
#include "sandbox/ebay/seller.h"
#include "sandbox/shipstation/account.h"
#include "sandbox/shopify/shop.h"
#include "sandbox/walmart/seller.h"

namespace crossdock::app {
namespace {

using Marketplaces = std::vector<std::unique_ptr<sandbox::Marketplace>>;

// Nobody should wait for a demo to fill: budgets are a large seller's, and what a marketplace does behind the scenes
// takes seconds in place of minutes.
constexpr std::chrono::seconds kSoon{5};
constexpr int kShare = 5;

std::unique_ptr<sandbox::Marketplace> make_shop(const SandboxOptions& options, const Clock& clock) {
    sandbox::shopify::ShopOptions shop;
    shop.seed = options.seed;
    shop.orders = options.orders;
    shop.orders_per_hour = options.orders_per_hour;
    shop.plan = "Plus";
    shop.bucket = 20'000;
    shop.restore_per_second = 1'000;
    return sandbox::shopify::make_shop(shop, clock);
}

std::unique_ptr<sandbox::Marketplace> make_amazon_seller(const SandboxOptions& options, const Clock& clock) {
    sandbox::amazon::SellerOptions seller;
    seller.seed = options.seed;
    seller.orders = std::max(options.orders / kShare, 1);
    seller.orders_per_hour = options.orders_per_hour / kShare;
    seller.order_lag = seller.listing_lag = seller.shipment_lag = kSoon;
    seller.queue_time = seller.work_time = kSoon;
    return sandbox::amazon::make_seller(seller, clock);
}

std::unique_ptr<sandbox::Marketplace> make_walmart_seller(const SandboxOptions& options, const Clock& clock) {
    sandbox::walmart::SellerOptions seller;
    seller.seed = options.seed;
    seller.orders = std::max(options.orders / kShare, 1);
    seller.orders_per_hour = options.orders_per_hour / kShare;
    seller.feed_delay = kSoon;
    seller.rate_factor = 20;
    return sandbox::walmart::make_seller(seller, clock);
}

std::unique_ptr<sandbox::Marketplace> make_ebay_seller(const SandboxOptions& options, const Clock& clock) {
    sandbox::ebay::SellerOptions seller;
    seller.seed = options.seed;
    seller.orders = std::max(options.orders / kShare, 1);
    seller.orders_per_hour = options.orders_per_hour / kShare;
    return sandbox::ebay::make_seller(seller, clock);
}

std::unique_ptr<sandbox::Marketplace> make_shipstation_account(const SandboxOptions& options, const Clock& clock) {
    sandbox::shipstation::AccountOptions account;
    account.seed = options.seed;
    account.orders = std::max(options.orders / kShare, 1);
    account.orders_per_hour = options.orders_per_hour / kShare;
    account.v1_per_minute = account.v2_per_minute = 1'000;
    account.notify_after = kSoon;
    return sandbox::shipstation::make_account(account, clock);
}

connectors::ChannelSetup channel(std::string code, domain::Provider provider, const std::string& base_url,
                                 std::vector<std::pair<std::string, Secret>> credentials, std::string settings_json = "{}") {
    connectors::ChannelSetup setup;
    setup.code = std::move(code);
    setup.provider = provider;
    setup.base_url = base_url;
    setup.credentials = std::move(credentials);
    setup.settings_json = std::move(settings_json);
    return setup;
}

}  // namespace

std::unique_ptr<sandbox::SandboxServer> make_sandbox(const SandboxOptions& options, const Clock& clock, net::HttpClient& http) {
    Marketplaces marketplaces;
    marketplaces.push_back(make_shop(options, clock));
    marketplaces.push_back(make_amazon_seller(options, clock));
    marketplaces.push_back(make_walmart_seller(options, clock));
    marketplaces.push_back(make_ebay_seller(options, clock));
    marketplaces.push_back(make_shipstation_account(options, clock));
    http::ServerOptions server;
    server.host = options.host;
    server.port = options.port;
    server.encoded_slash = http::EncodedSlash::part_of_segment;  // SKUs stand in paths and may hold one
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

std::vector<connectors::ChannelSetup> sandbox_channels(const std::string& sandbox_url) {
    using domain::Provider;
    return {
        channel("shop-demo", Provider::shopify, sandbox_url + "/shopify",
                {{"shop", Secret{"demo-shop.myshopify.com"}}, {"access_token", Secret{"shpat_demo"}}, {"client_secret", Secret{"demo-secret"}}}),
        channel("amazon-demo", Provider::amazon, sandbox_url + "/amazon",
                {{"client_id", Secret{"amzn1.application-oa2-client.demo"}},
                 {"client_secret", Secret{"demo-secret"}},
                 {"refresh_token", Secret{"Atzr|demo"}}},
                R"({"region":"na","seller_id":"A3SBXDEMO0SELL","marketplace_ids":["ATVPDKIKX0DER"]})"),
        channel("walmart-demo", Provider::walmart, sandbox_url + "/walmart",
                {{"client_id", Secret{"demo-client"}}, {"client_secret", Secret{"demo-secret"}}}, R"({"ship_node":"1000005050"})"),
        channel("ebay-demo", Provider::ebay, sandbox_url + "/ebay",
                {{"client_id", Secret{"demo-client"}},
                 {"client_secret", Secret{"demo-secret"}},
                 {"refresh_token", Secret{"v^1.1#i^1#r^1#demo+refresh/token="}}}),
        // Its simulated stores have nothing to do with the other simulated marketplaces.
        channel("shipstation-demo", Provider::shipstation, sandbox_url + "/shipstation",
                {{"api_key", Secret{"demo-key"}}, {"api_secret", Secret{"demo-secret"}}, {"v2_api_key", Secret{"demo-v2-key"}}},
                R"({"skip_marketplaces":[],"shipstation_inventory_location_id":"se-7001"})"),
    };
}

}  // namespace crossdock::app
