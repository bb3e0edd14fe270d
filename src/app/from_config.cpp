// SPDX-License-Identifier: Apache-2.0
#include "app/from_config.h"

#include <algorithm>
#include <string_view>

#include "app/file_exchange.h"
#include "connectors/amazon/factory.h"
#include "connectors/ebay/factory.h"
#include "connectors/shipstation/factory.h"
#include "connectors/shopify/factory.h"
#include "connectors/walmart/factory.h"
#include "domain/provider.h"

namespace crossdock::app {
namespace {

connectors::ChannelSetup setup_of(const config::Channel& channel) {
    connectors::ChannelSetup setup;
    setup.code = channel.code;
    setup.provider = domain::parse_provider(channel.provider).value_or(domain::Provider::shopify);  // config has checked it
    setup.base_url = channel.base_url;
    setup.credentials = channel.credentials;
    setup.settings_json = channel.settings_json;
    return setup;
}

const connectors::ConnectorFactory* factory_for(domain::Provider provider) {
    for (const connectors::ConnectorFactory* factory : connector_factories())
        if (factory->provider() == provider) return factory;
    return nullptr;
}

/// What is not to be had here cannot be judged here. A fault begins with the path of its key.
bool is_about_unread(const config::Channel& channel, std::string_view fault) {
    return std::any_of(channel.unread.begin(), channel.unread.end(), [&](const config::UnreadSecret& secret) {
        return fault.starts_with(secret.path) && fault.substr(secret.path.size()).starts_with(' ');
    });
}

/// Two channels of one account that read the same shop: each order would come twice.
void check_shops(const config::Config& config, std::vector<config::Finding>& findings) {
    struct Reader {
        const config::Channel* channel;
        std::vector<std::string> shops;
    };
    std::vector<Reader> before;
    for (const config::Channel& channel : config.channels) {
        const connectors::ChannelSetup setup = setup_of(channel);
        const connectors::ConnectorFactory* factory = factory_for(setup.provider);
        // Without its secrets a channel cannot be told from others.
        if (factory == nullptr || !channel.unread.empty()) continue;
        Reader reader{&channel, factory->shops(setup)};
        const auto twin = std::find_if(before.begin(), before.end(), [&](const Reader& other) {
            return other.channel->account == channel.account && other.channel->provider == channel.provider &&
                   std::find_first_of(other.shops.begin(), other.shops.end(), reader.shops.begin(), reader.shops.end()) != other.shops.end();
        });
        if (twin != before.end()) {
            const config::Position at = config::position_of(channel, "code");
            const config::Position first = config::position_of(*twin->channel, "code");
            findings.push_back({config.file, at.line, at.column, config::Severity::error,
                                "channel " + channel.code + " reads the same shop as channel " + twin->channel->code + " of line " +
                                    std::to_string(first.line) + ": every order would be held twice. Keep one of the two, the one whose "
                                    "code the hub has used so far: a channel's code is its name for good"});
        }
        before.push_back(std::move(reader));
    }
}

exchange::Plan exchange_plan(const config::Exchange& from) {
    exchange::Plan plan;
    plan.folder = from.folder;
    plan.account = from.account;
    switch (from.format) {
        case config::ExchangeFormat::csv: plan.format = exchange::Format::csv; break;
        case config::ExchangeFormat::jsonl: plan.format = exchange::Format::jsonl; break;
        case config::ExchangeFormat::xml: plan.format = exchange::Format::xml; break;
    }
    if (from.charset == config::ExchangeCharset::windows_1252) plan.charset = exchange::Charset::windows_1252;
    if (from.every) plan.every = *from.every;
    switch (from.complete) {
        case config::ExchangeComplete::quiet: plan.complete = exchange::Complete::quiet; break;
        case config::ExchangeComplete::done: plan.complete = exchange::Complete::done; break;
        case config::ExchangeComplete::manifest: plan.complete = exchange::Complete::manifest; break;
    }
    plan.keep_days = from.keep_days;
    plan.max_orders = from.max_orders;
    plan.orders = from.orders;
    plan.refunds = from.refunds;
    plan.acks = from.acks;
    plan.stock = from.stock;
    plan.shipments = from.shipments;
    plan.ack_on_write = from.ack_on_write;
    return plan;
}

}  // namespace

const std::vector<const connectors::ConnectorFactory*>& connector_factories() {
    static const std::unique_ptr<connectors::ConnectorFactory> shopify = connectors::shopify::make_shopify_factory();
    static const std::unique_ptr<connectors::ConnectorFactory> amazon = connectors::amazon::make_amazon_factory();
    static const std::unique_ptr<connectors::ConnectorFactory> walmart = connectors::walmart::make_walmart_factory();
    static const std::unique_ptr<connectors::ConnectorFactory> ebay = connectors::ebay::make_ebay_factory();
    static const std::unique_ptr<connectors::ConnectorFactory> shipstation = connectors::shipstation::make_shipstation_factory();
    static const std::vector<const connectors::ConnectorFactory*> factories{shopify.get(), amazon.get(), walmart.get(), ebay.get(),
                                                                            shipstation.get()};
    return factories;
}

HubOptions hub_options(const config::Config& config, std::string version) {
    HubOptions options;
    options.version = std::move(version);
    options.database.path = config.database.path;
    options.key_file = std::filesystem::path{config.database.path}.parent_path() / "crossdock.key";
    options.backup = {config.backup.folder, config.backup.every, config.backup.keep_days, config.backup.keep_weeks};
    const auto days = [](std::int64_t count) {
        return count == 0 ? std::nullopt : std::optional<std::chrono::milliseconds>{std::chrono::hours{24 * count}};
    };
    options.exchange = exchange_plan(config.exchange);
    options.retention = {days(config.retention.personal_days), days(config.retention.attempt_days), days(config.retention.version_days)};
    options.public_url = config.server.public_url;
    options.webhooks.allow = config.webhooks.allow;
    options.webhooks.keep = std::chrono::hours{24 * config.webhooks.keep_days};
    options.webhooks.keep_events = std::chrono::hours{24 * config.events.keep_days};
    options.low_stock = config.events.low_stock;
    options.server.host = config.server.listen.host;
    options.server.port = config.server.listen.port;
    options.server.allowed_hosts = config.server.allowed_hosts;
    options.cors_origins = config.server.cors_origins;
    // Channels call the public address by its name.
    if (const auto url = net::parse_url(config.server.public_url)) options.server.allowed_hosts.push_back(url->host);
    options.log_requests = config.log.requests;
    for (const auto& [name, plan] : config.plans)
        options.plans[name] = {plan.requests_per_day, plan.requests_per_hour, plan.burst_per_minute};
    for (const config::Channel& channel : config.channels) {
        HubChannel hub_channel;
        hub_channel.account = channel.account;
        hub_channel.setup = setup_of(channel);
        hub_channel.enabled = channel.enabled;
        hub_channel.another_shop_than = channel.another_shop_than;
        hub_channel.schedule = {channel.sync.orders, channel.sync.refunds, channel.sync.catalog, channel.sync.carriers, channel.sync.reconcile, channel.sync.fba};
        options.channels.push_back(std::move(hub_channel));
    }
    return options;
}

std::vector<config::Finding> check_channels(const config::Config& config) {
    std::vector<config::Finding> findings;
    for (const config::Channel& channel : config.channels) {
        const connectors::ChannelSetup setup = setup_of(channel);
        const connectors::ConnectorFactory* factory = factory_for(setup.provider);
        if (factory == nullptr) {
            findings.push_back(config::finding_about(config, channel, config::Severity::error,
                                                     "provider \"" + channel.provider + "\" is not supported by this version yet"));
            continue;
        }
        for (const std::string& fault : factory->check_setup(setup)) {
            if (is_about_unread(channel, fault)) continue;
            findings.push_back(config::finding_about(config, channel, config::Severity::error, fault));
        }
    }
    check_shops(config, findings);
    return findings;
}

std::vector<config::Finding> check_exchange(const config::Config& config) {
    std::vector<config::Finding> findings;
    const auto add = [&](const std::string& message) {
        findings.push_back({config.file, config.exchange.at.line, config.exchange.at.column, config::Severity::warning, "folder of [exchange]: " + message});
    };
    if (config.exchange.folder.empty()) return findings;
    for (const std::string& fault : look_at_exchange_folder(exchange_plan(config.exchange))) add(fault);
    const auto is_of_account = [&](const config::Channel& channel) { return channel.account == config.exchange.account; };
    if (config.exchange.account != "default" && std::none_of(config.channels.begin(), config.channels.end(), is_of_account))
        add("no channel is of account \"" + config.exchange.account + "\": nothing can be exchanged");
    return findings;
}

}  // namespace crossdock::app
