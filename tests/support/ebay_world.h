// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "connectors/ebay/factory.h"
#include "sandbox/ebay/seller.h"
#include "support/in_process_http.h"

namespace crossdock::testing {

/// The eBay connector and a simulated seller account on one transport and one virtual clock. Nothing in the account
/// happens by itself unless the options say so. Both of eBay's hosts lead to it, each with its own paths.
struct EbayWorld {
    struct Vault final : connectors::Vault {
        std::optional<Secret> load(const std::string& name) override {
            const auto found = kept.find(name);
            if (found == kept.end()) return std::nullopt;
            return found->second;
        }
        void keep(const std::string& name, const Secret& secret) override { kept[name] = secret; }
        std::map<std::string, Secret> kept;
    };

    static sandbox::ebay::SellerOptions quiet() {
        sandbox::ebay::SellerOptions options;
        options.path_prefix = "";  // eBay's own hosts have none
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.items = 30;
        return options;
    }

    explicit EbayWorld(sandbox::ebay::SellerOptions options = quiet(), const std::string& settings = "{}") {
        setup.code = "ebay";
        setup.provider = domain::Provider::ebay;
        setup.credentials = {{"client_id", Secret{options.client_id}},
                             {"client_secret", Secret{options.client_secret}},
                             {"refresh_token", Secret{options.refresh_token}},
                             {"verification_token", Secret{std::string(40, 'v')}}};
        setup.settings_json = settings;
        seller = sandbox::ebay::make_seller(std::move(options), clock);
        for (const char* host : {"https://api.ebay.com", "https://apiz.ebay.com"}) http.mount(host, *seller);
        restart();
    }

    [[nodiscard]] connectors::Runtime runtime() { return {http, clock, random, &vault}; }
    /// As another worker of the same process.
    void reopen() { connector = factory->open(setup, profile, shared, runtime()); }
    /// As after a restart of the process: what was shared is lost, the vault is not.
    void restart() {
        shared = factory->share(setup, runtime());
        reopen();
    }
    /// As the hub does first: what the account says of itself is its profile from then on.
    std::vector<domain::Problem> check_access() {
        std::vector<domain::Problem> problems;
        const auto checked = connector->check_access(problems);
        if (!checked) throw std::runtime_error(checked.error().message);
        profile = *checked;
        reopen();
        return problems;
    }
    /// Brings the seller's webhooks to the connector, as the hub's server would.
    void receive_webhooks(std::vector<Result<connectors::WebhookNotice>>& received) {
        seller->set_webhook_sender([this, &received](const sandbox::WebhookCall& call) {
            const auto url = net::parse_url(call.url);
            if (!url) return 0;
            const auto question = url->path_and_query.find('?');
            const std::string path = url->path_and_query.substr(0, question);
            std::vector<std::pair<std::string, std::string>> query;
            if (question != std::string::npos) {
                const std::string pair = url->path_and_query.substr(question + 1);
                query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
            }
            net::Headers headers(call.headers.begin(), call.headers.end());
            headers.emplace_back("Host", url->host);
            const auto worker = factory->open(setup, profile, shared, runtime());
            connectors::WebhookSource& source = *worker->webhook_source();
            const connectors::WebhookCall inbound{call.method, path, query, headers, call.body};
            if (hub_is_down && call.method == "POST") return 0;
            if (const auto answer = source.handshake(inbound)) {
                if (call.answer_body != nullptr) *call.answer_body = *answer;
                return 200;
            }
            received.push_back(source.verify(inbound));
            return received.back() ? 200 : source.refusal_status();
        });
    }

    bool hub_is_down = false;  // for notifications
    ManualClock clock{*parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required)};
    SeededRandom random{5};
    InProcessHttp http;
    Vault vault;
    std::unique_ptr<sandbox::ebay::Seller> seller;
    std::unique_ptr<connectors::ConnectorFactory> factory = connectors::ebay::make_ebay_factory();
    connectors::ChannelSetup setup;
    std::string profile = "{}";
    std::shared_ptr<connectors::SharedChannelState> shared;
    std::unique_ptr<connectors::Connector> connector;
};

}  // namespace crossdock::testing
