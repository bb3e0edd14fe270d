// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "connectors/walmart/factory.h"
#include "sandbox/walmart/seller.h"
#include "support/in_process_http.h"

namespace crossdock::testing {

/// Walmart's connector and Walmart's simulated seller over one transport in memory and one virtual clock, without a hub
/// between: a test plays the hub's part.
class WalmartWorld {
public:
    /// Nothing happens by itself, and members are absent instead of null, as the published files have it.
    static sandbox::walmart::SellerOptions quiet() {
        sandbox::walmart::SellerOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.items = 40;
        options.null_fields = false;
        options.auto_cancel_days = 0;
        return options;
    }

    explicit WalmartWorld(sandbox::walmart::SellerOptions options = quiet(),
                          const std::string& settings = R"({"ship_node":"1000005050"})") {
        setup_.code = "wm-us";
        setup_.provider = domain::Provider::walmart;
        setup_.credentials.emplace_back("client_id", Secret{options.client_id});
        setup_.credentials.emplace_back("client_secret", Secret{options.client_secret});
        setup_.settings_json = settings;
        // What a dial has spoiled is no answer of Walmart's.
        if (options.recorder)
            options.recorder = [this, record = options.recorder](const sandbox::Exchange& exchange) {
                if (!spoiled_) record(exchange);
            };
        seller_ = sandbox::walmart::make_seller(std::move(options), clock);
        http_.mount("https://marketplace.walmartapis.com", *seller_);
        restart();
    }
    WalmartWorld(const WalmartWorld&) = delete;
    WalmartWorld& operator=(const WalmartWorld&) = delete;

    [[nodiscard]] connectors::Connector& connector() { return *connector_; }
    [[nodiscard]] sandbox::walmart::Seller& seller() { return *seller_; }
    [[nodiscard]] InProcessHttp& http() { return http_; }
    /// As after a restart of the hub's process: token, budgets and whatever was remembered are gone.
    void restart() {
        shared_ = factory_->share(setup_, runtime());
        connector_ = factory_->open(setup_, "{}", shared_, runtime());
    }
    void arm(const std::string& kind, const std::string& operation, int count = 1, int param = 0, int skip = 0) {
        spoiled_ = true;
        seller_->add_fault({kind, count, operation, param, skip});
    }

    /// Walks from the first page to the last as the hub does: what the budget delays is asked for later, what failed is
    /// asked for again, a refused cursor starts the walk over. None when it does not end.
    template <class Page>
    std::optional<std::vector<Page>> walk(const std::function<Result<Page>(const std::string&)>& fetch,
                                          int calls = 200) {
        std::vector<Page> pages;
        std::string cursor;
        for (int i = 0; i < calls; ++i) {
            auto page = fetch(cursor);
            if (!page) {
                errors_.push_back(page.error().code);
                if (page.error().code == "cursor_refused") {
                    pages.clear();
                    cursor.clear();
                }
                clock.advance(page.error().retry_after.value_or(std::chrono::seconds{5}));
                continue;
            }
            if constexpr (requires { page->ask_again_after; })
                if (page->ask_again_after) clock.advance(*page->ask_again_after);
            cursor = page->next_cursor;
            pages.push_back(std::move(*page));
            if (cursor.empty()) return pages;
        }
        return std::nullopt;
    }
    /// Codes of the errors that walks met.
    [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }

    ManualClock clock{*parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required)};

private:
    struct MemoryVault final : connectors::Vault {
        std::optional<Secret> load(const std::string& name) override {
            const auto found = kept.find(name);
            return found == kept.end() ? std::nullopt : std::optional{Secret{found->second}};
        }
        void keep(const std::string& name, const Secret& secret) override { kept[name] = secret.reveal(); }
        std::map<std::string, std::string> kept;
    };
    connectors::Runtime runtime() { return {http_, clock, random_, &vault_}; }

    bool spoiled_ = false;
    InProcessHttp http_;
    SeededRandom random_{7};
    MemoryVault vault_;
    connectors::ChannelSetup setup_;
    std::unique_ptr<sandbox::walmart::Seller> seller_;
    std::unique_ptr<connectors::ConnectorFactory> factory_ = connectors::walmart::make_walmart_factory();
    std::shared_ptr<connectors::SharedChannelState> shared_;
    std::unique_ptr<connectors::Connector> connector_;
    std::vector<std::string> errors_;
};

}  // namespace crossdock::testing
