// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "connectors/shipstation/factory.h"
#include "sandbox/shipstation/account.h"
#include "support/in_process_http.h"

namespace crossdock::testing {

/// The ShipStation connector and the simulated account over one in-process transport and one virtual clock, and as much
/// of a hub as is needed to see whether anything is lost: of each order the newest version.
class ShipStationWorld {
public:
    using Account = sandbox::shipstation::Account;
    using AccountOptions = sandbox::shipstation::AccountOptions;

    /// 02:00 in Los Angeles, where it is winter.
    static Timestamp usual_start() { return *parse_iso8601("2026-11-21T10:00:00Z", ZoneRule::required); }
    /// An account in which nothing happens by itself.
    static AccountOptions quiet() {
        AccountOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.products = 40;
        options.v1_per_minute = 1000;
        return options;
    }

    explicit ShipStationWorld(AccountOptions options = quiet(), std::string settings = R"({"skip_marketplaces":[]})",
                              Timestamp start = usual_start())
        : clock(start) {
        setup.code = "ship-us";
        setup.provider = domain::Provider::shipstation;
        setup.settings_json = std::move(settings);
        setup.credentials.emplace_back("api_key", Secret{options.api_key});
        setup.credentials.emplace_back("api_secret", Secret{options.api_secret});
        setup.credentials.emplace_back("v2_api_key", Secret{options.v2_key});
        account = sandbox::shipstation::make_account(std::move(options), clock);
        http.mount("https://ssapi.shipstation.com", *account);
        http.mount("https://api.shipstation.com", *account);
        restart();
    }

    /// As after a restart of the process: budgets and what was remembered are gone, the vault and the profile are not.
    void restart() {
        shared = factory->share(setup, runtime());
        connector = factory->open(setup, profile, shared, runtime());
    }
    connectors::Runtime runtime() { return {http, clock, random, &vault}; }

    /// Brings the account up to the clock, `by` later.
    void pass(std::chrono::milliseconds by) {
        clock.advance(by);
        account->tick();
    }
    /// Calls until the answer is no longer "not now", waiting as told. Other errors come back.
    template <class Call>
    auto patiently(Call call) {
        for (int waits = 0;; ++waits) {
            auto answer = call();
            if (answer || answer.error().kind != ErrorKind::rate_limited || waits > 1000) return answer;
            ++waited;
            pass(answer.error().retry_after.value_or(std::chrono::seconds{1}));
        }
    }

    Result<std::vector<domain::Problem>> check() {
        std::vector<domain::Problem> problems;
        auto read = patiently([&] {
            problems.clear();
            return connector->check_access(problems);
        });
        if (!read) return read.error();
        profile = *read;
        restart();
        return problems;
    }

    struct Version {
        Timestamp updated_at{};
        std::string payload;
    };
    /// Walks the changes since then to the end, as the hub does; `between` runs after every page.
    Result<int> pull(Timestamp since, const std::function<void()>& between = {}) {
        const connectors::PullWindow window{since, std::nullopt, {}};
        std::string cursor;
        for (int pages = 1;; ++pages) {
            auto page = patiently([&] { return connector->order_source()->fetch_orders(window, cursor); });
            if (!page) return page.error();
            for (const connectors::RawOrder& raw : page->orders) keep(raw);
            for (const std::string& id : page->left_out) left_out[id] = true;
            if (between) between();
            if (page->next_cursor.empty()) return pages;
            if (page->next_cursor == cursor || pages > 5000)
                return Error{ErrorKind::unavailable, "pager_stuck", "the list does not end"};
            cursor = page->next_cursor;
        }
    }
    /// Newer beats older; of the same time the one read later.
    void keep(const connectors::RawOrder& raw) {
        Version& held = orders[raw.external_order_id];
        if (raw.updated_at >= held.updated_at) held = {raw.updated_at, raw.payload};
    }
    /// The mapped order as it is held; throws when it is not held or cannot be read.
    domain::Order order(std::int64_t id) {
        auto mapped = connector->order_source()->map_order(orders.at(std::to_string(id)).payload);
        if (!mapped) throw std::runtime_error(mapped.error().message);
        return std::move(mapped->order);
    }

    /// Every product once; empty `since` for the whole catalogue.
    Result<std::map<std::string, domain::Item>> catalogue(std::optional<Timestamp> since = std::nullopt) {
        std::map<std::string, domain::Item> items;
        std::string cursor;
        do {
            auto page = patiently([&] { return connector->catalog_source()->fetch_items(since, cursor); });
            if (!page) return page.error();
            for (const connectors::RawItem& raw : page->items) {
                auto rows = connector->catalog_source()->map_item(raw.payload);
                if (!rows) return rows.error();
                for (domain::Item& row : *rows) items[row.variant_id] = std::move(row);
            }
            cursor = page->next_cursor;
        } while (!cursor.empty());
        return items;
    }

    connectors::PushOutcome push_shipment(std::int64_t order_id, const std::string& number, int attempt = 1,
                                          std::vector<connectors::ShipmentToPush::Line> lines = {}) {
        connectors::ShipmentToPush what;
        what.shipment_id = ++shipments_pushed;
        what.external_order_id = std::to_string(order_id);
        what.carrier = "usps";
        what.tracking_number = number;
        what.lines = std::move(lines);
        what.attempt = attempt;
        return connector->shipment_sink()->push_shipment(what);
    }

    /// Hands webhooks of the account to the connector; notices are gathered, refusals counted.
    void receive_webhooks() {
        account->set_webhook_sender([this](const sandbox::WebhookCall& call) {
            std::vector<std::pair<std::string, std::string>> query;
            const auto question = call.url.find('?');
            if (question != std::string::npos)
                for (const std::string& part : split(call.url.substr(question + 1), '&'))
                    query.emplace_back(part.substr(0, part.find('=')), part.substr(part.find('=') + 1));
            auto notice = connector->webhook_source()->verify(
                {call.method, "/hooks/" + setup.code, query, call.headers, call.body});
            if (notice)
                notices.push_back(*notice);
            else
                ++webhooks_refused;
            return notice ? 200 : 401;
        });
    }

    struct MemoryVault final : connectors::Vault {
        std::optional<Secret> load(const std::string& name) override {
            const auto found = kept.find(name);
            if (found == kept.end()) return std::nullopt;
            return Secret{found->second};
        }
        void keep(const std::string& name, const Secret& secret) override { kept[name] = secret.reveal(); }
        std::map<std::string, std::string> kept;
    };

    ManualClock clock;
    SeededRandom random{7};
    InProcessHttp http;
    MemoryVault vault;
    std::unique_ptr<Account> account;
    connectors::ChannelSetup setup;
    std::unique_ptr<connectors::ConnectorFactory> factory = connectors::shipstation::make_shipstation_factory();
    std::string profile = "{}";
    std::shared_ptr<connectors::SharedChannelState> shared;
    std::unique_ptr<connectors::Connector> connector;

    std::map<std::string, Version> orders;
    std::map<std::string, bool> left_out;
    std::vector<connectors::WebhookNotice> notices;
    int webhooks_refused = 0, waited = 0;
    std::int64_t shipments_pushed = 0;
};

}  // namespace crossdock::testing
