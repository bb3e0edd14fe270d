// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "support/in_process_http.h"
#include "support/market.h"

namespace crossdock::testing {

/// One round of a connector through all that the interface knows, over its provider's simulated marketplace and without
/// a hub: what a hub does seldom (carriers, feeds, FBA, subscriptions that have to be mended) it does here.
class Tour {
public:
    /// `settings`: a JSON object over those that the market gives its channel.
    Tour(MarketMaker make, const MarketOptions& options, const std::string& settings);

    void run();

private:
    struct Memory final : connectors::Vault {
        std::optional<Secret> load(const std::string& name) override {
            const auto found = kept.find(name);
            return found == kept.end() ? std::nullopt : std::optional{found->second};
        }
        void keep(const std::string& name, const Secret& secret) override { kept.insert_or_assign(name, secret); }
        std::map<std::string, Secret> kept;
    };

    void look_at_access();
    void read_orders();
    void tell_that_orders_arrived();
    void export_orders();
    void read_catalogue();
    void set_stock();
    void ship();
    void read_refunds();
    void send_to_amazon();
    void pack_for_amazon();
    void hear_of_changes();
    void receive(bool is_down);

    void pass(std::chrono::milliseconds time);
    void restart();
    std::string place();
    connectors::PushOutcome push(const connectors::ShipmentToPush& what);
    void push_figures(std::size_t most);

    ManualClock clock_;
    SeededRandom random_{5};
    InProcessHttp http_;
    Memory vault_;
    std::unique_ptr<Market> market_;
    const connectors::ConnectorFactory* factory_ = nullptr;
    connectors::ChannelSetup setup_;
    std::string profile_ = "{}";
    std::shared_ptr<connectors::SharedChannelState> shared_;
    std::unique_ptr<connectors::Connector> connector_;
    std::vector<connectors::StockLine> figures_;
    std::vector<domain::Location> locations_;
    std::string carrier_;
    int notices_ = 0;
};

}  // namespace crossdock::testing
