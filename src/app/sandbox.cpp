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

/// What one marketplace gets of the orders: the shop has most.
struct Share {
    int orders;
    double per_hour;
};
Share share_of(const SandboxOptions& options) {
    if (options.only) return {options.orders, options.orders_per_hour};
    return {std::max(options.orders / kShare, 1), options.orders_per_hour / kShare};
}

/// The part of a marketplace's options that all have under the same names.
template <class Options>
Options world_of(const SandboxOptions& options, Share share) {
    Options world;
    world.seed = options.seed;
    world.orders = share.orders;
    world.orders_per_hour = share.per_hour;
    world.life_cycle = options.life_cycle;
    return world;
}

std::unique_ptr<sandbox::Marketplace> make_shop(const SandboxOptions& options, const Clock& clock) {
    auto shop = world_of<sandbox::shopify::ShopOptions>(options, {options.orders, options.orders_per_hour});
    if (options.items > 0) shop.products = std::max(options.items * 5 / 13, 1);  // five products have thirteen variants
    shop.plan = "Plus";
    shop.bucket = 20'000;
    shop.restore_per_second = 1'000;
    return sandbox::shopify::make_shop(shop, clock);
}

std::unique_ptr<sandbox::Marketplace> make_amazon_seller(const SandboxOptions& options, const Clock& clock) {
    auto seller = world_of<sandbox::amazon::SellerOptions>(options, share_of(options));
    if (options.items > 0) seller.items = options.items;
    seller.order_lag = seller.listing_lag = seller.shipment_lag = kSoon;
    seller.queue_time = seller.work_time = kSoon;
    return sandbox::amazon::make_seller(seller, clock);
}

std::unique_ptr<sandbox::Marketplace> make_walmart_seller(const SandboxOptions& options, const Clock& clock) {
    auto seller = world_of<sandbox::walmart::SellerOptions>(options, share_of(options));
    if (options.items > 0) seller.items = options.items;
    if (!options.life_cycle) seller.auto_cancel_days = 0;
    seller.feed_delay = seller.report_delay = kSoon;
    seller.rate_factor = 20;
    return sandbox::walmart::make_seller(seller, clock);
}

std::unique_ptr<sandbox::Marketplace> make_ebay_seller(const SandboxOptions& options, const Clock& clock) {
    auto seller = world_of<sandbox::ebay::SellerOptions>(options, share_of(options));
    if (options.items > 0) seller.items = options.items;
    return sandbox::ebay::make_seller(seller, clock);
}

std::unique_ptr<sandbox::Marketplace> make_shipstation_account(const SandboxOptions& options, const Clock& clock) {
    auto account = world_of<sandbox::shipstation::AccountOptions>(options, share_of(options));
    if (options.items > 0) account.products = options.items;
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
    using domain::Provider;
    using Make = std::unique_ptr<sandbox::Marketplace> (*)(const SandboxOptions&, const Clock&);
    constexpr std::pair<Provider, Make> kMakers[]{{Provider::shopify, make_shop},
                                                  {Provider::amazon, make_amazon_seller},
                                                  {Provider::walmart, make_walmart_seller},
                                                  {Provider::ebay, make_ebay_seller},
                                                  {Provider::shipstation, make_shipstation_account}};
    Marketplaces marketplaces;
    for (const auto& [provider, make] : kMakers)
        if (!options.only || *options.only == provider) marketplaces.push_back(make(options, clock));
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

std::vector<connectors::ChannelSetup> sandbox_channels(const std::string& sandbox_url, std::optional<domain::Provider> only) {
    using domain::Provider;
    std::vector<connectors::ChannelSetup> all{
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
    if (only) std::erase_if(all, [&](const connectors::ChannelSetup& one) { return one.provider != *only; });
    return all;
}

}  // namespace crossdock::app
