// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/connector.h"
#include "db/database.h"
#include "services/accept_stock.h"
#include "store/channel_repo.h"

namespace crossdock::sync {

/// How often a stream is pulled; none: never.
using Interval = std::optional<std::chrono::milliseconds>;

struct Schedule {
    Interval orders = std::chrono::minutes{1};
    Interval refunds = std::chrono::minutes{5};
    Interval catalog = std::chrono::hours{1};
    Interval carriers = std::chrono::hours{24 * 7};
    Interval reconcile = std::chrono::hours{24};
    Interval fba = std::chrono::hours{1};  // shipments into the provider's own warehouses, where it has any
};

/// Whether long walks through orders or the catalogue are left to a provider's bulk export.
enum class BulkExport {
    automatic,  // once a walk turns out to be long
    always,     // whenever there is more than a page
    never
};

/// Settings of [channel.settings] that are the hub's own business, for any provider.
struct HubSettings {
    std::optional<std::string> location_id;              // the channel's default
    bool deduct_unacknowledged = false;                  // take units the ERP has not imported off a stock figure
    std::chrono::milliseconds first_sync = std::chrono::hours{24 * 60};  // how far back the first pull reaches
    BulkExport bulk_export = BulkExport::automatic;
    bool verify_stock = true;                            // read a sample of pushed figures back
    services::StockSettings stock;
};
/// Reads them from the settings' JSON. Unknown keys are the connector's.
HubSettings read_hub_settings(const std::string& settings_json);

/// The channels that the config file names, ready to be opened. Filled once at start, then read by any thread.
class Channels {
public:
    struct Entry {
        ChannelId id;
        AccountId account_id;
        connectors::ChannelSetup setup;
        Schedule schedule;
        HubSettings settings;
        bool enabled = true;
        const connectors::ConnectorFactory* factory = nullptr;
        std::shared_ptr<connectors::SharedChannelState> shared;
        std::shared_ptr<connectors::Vault> vault;
    };
    using MakeVault = std::function<std::unique_ptr<connectors::Vault>(ChannelId)>;

    /// `make_vault` is asked once for each channel; none: connectors have nowhere to keep secrets.
    explicit Channels(connectors::Runtime runtime, MakeVault make_vault = {}) : runtime_(runtime), make_vault_(std::move(make_vault)) {}
    void add(Entry entry);
    [[nodiscard]] const Entry* find(ChannelId id) const;
    [[nodiscard]] std::vector<const Entry*> all() const;
    /// A connector for one run of one job; null when the channel is not configured or disabled.
    [[nodiscard]] std::unique_ptr<connectors::Connector> open(const store::Channel& channel) const;
    [[nodiscard]] services::StockSettings stock_settings(const store::Channel& channel) const;

private:
    [[nodiscard]] connectors::Runtime runtime_of(const Entry& entry) const;

    connectors::Runtime runtime_;
    MakeVault make_vault_;
    std::map<ChannelId, Entry> entries_;
};

}  // namespace crossdock::sync
