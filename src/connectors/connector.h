// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/item.h"
#include "domain/order.h"
#include "domain/problem.h"
#include "domain/provider.h"
#include "domain/refund.h"
#include "net/http_client.h"

/// What the hub asks of a channel. A connector translates and nothing more: no SQL, no scheduling, no retry, no sleep.
/// Every call may fail with: denied (credentials, permissions: the operator's turn), rate_limited (retry_after says when),
/// unavailable (try again; code `net_no_answer` means that the effect of a write is unknown), rejected (never as it is).
namespace crossdock::connectors {

// ---- orders -------------------------------------------------------------------------------------------------------

/// An order as the channel sent it. `payload` is one JSON object, verbatim, nested pages already completed.
struct RawOrder {
    std::string external_order_id;
    Timestamp updated_at{};
    std::string payload;
};

struct OrderPage {
    std::vector<RawOrder> orders;
    std::string next_cursor;                 // empty on the last page
    std::optional<Timestamp> provider_now;   // the provider's clock (Date header), when it told
    std::vector<domain::Problem> problems;   // about the page as a whole
};

/// Changed at or after `from`, by the provider's clock; `upto` is exclusive and only a hint (absent: until now).
struct PullWindow {
    Timestamp from{};
    std::optional<Timestamp> upto;
};

/// A child that an order's payload only mentions, and that has to be fetched by itself when it is news.
struct ChildStub {
    std::string external_id;
    std::optional<Timestamp> updated_at;
};

struct MappedOrder {
    domain::Order order;
    std::vector<ChildStub> refunds;          // for channels whose refunds hang on the order
    std::vector<domain::Problem> problems;   // oddities; the order is good all the same
};

/// External ids of orders created in [from, upto): the second way in, for reconciliation.
struct IdPage {
    std::vector<std::string> external_ids;
    std::string next_cursor;
};

struct OrderSource {
    virtual ~OrderSource() = default;
    /// One page of changed orders, oldest change first; an empty cursor asks for the first page.
    virtual Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) = 0;
    /// Errors: not_found when the channel does not have (or show) it.
    virtual Result<RawOrder> fetch_order(const std::string& external_order_id) = 0;
    virtual Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) = 0;
    /// Pure: no network, no clock. Errors: invalid, with the path of the field in the message.
    [[nodiscard]] virtual Result<MappedOrder> map_order(std::string_view payload) const = 0;
    /// How far behind the provider's own clock its lists are trusted.
    [[nodiscard]] virtual std::chrono::milliseconds list_lag() const { return std::chrono::seconds{60}; }
};

/// A provider that can export everything at once: start, poll, read. For first syncs.
struct BulkOrderSource {
    virtual ~BulkOrderSource() = default;
    struct Progress {
        bool finished = false;
        std::int64_t objects = 0;   // written so far
        std::string result_url;     // empty while running, or when there was nothing
    };
    /// Starts an export of orders created at or after `from`. Returns the provider's id of the operation.
    virtual Result<std::string> start_bulk(Timestamp from) = 0;
    virtual Result<Progress> poll_bulk(const std::string& operation_id) = 0;
    /// Streams the result as lines; `line` returns false to stop. Each line is one JSON object.
    virtual Status read_bulk(const std::string& result_url, const std::function<bool(std::string_view line)>& line) = 0;
    /// Which order a line belongs to and how to fold the lines of one order into the payload map_order understands.
    [[nodiscard]] virtual Result<std::pair<std::string, std::string>> classify_bulk_line(std::string_view line) const = 0;
    [[nodiscard]] virtual Result<RawOrder> assemble_bulk(std::span<const std::string> lines) const = 0;
};

// ---- refunds ------------------------------------------------------------------------------------------------------

struct RawRefund {
    std::string external_refund_id;
    std::string external_order_id;
    std::optional<Timestamp> updated_at;
    std::string payload;   // verbatim JSON object
    std::string context;   // JSON object: what of the order is needed to read it (currency, tax rule); may be "{}"
};

/// Refunds that are found through their order.
struct OrderRefundSource {
    virtual ~OrderRefundSource() = default;
    virtual Result<std::vector<RawRefund>> fetch_refunds(const std::string& external_order_id) = 0;
    [[nodiscard]] virtual Result<domain::Refund> map_refund(const RawRefund& raw, std::vector<domain::Problem>& problems) const = 0;
};

// ---- catalogue ----------------------------------------------------------------------------------------------------

struct RawItem {
    std::string variant_id;
    std::string payload;
};
struct ItemPage {
    std::vector<RawItem> items;
    std::string next_cursor;
    std::optional<Timestamp> provider_now;
};

struct CatalogSource {
    virtual ~CatalogSource() = default;
    /// One page; `changed_since` absent means a full walk (only after a complete full walk may unseen items retire).
    virtual Result<ItemPage> fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) = 0;
    /// One row per location. Pure. Errors: invalid.
    [[nodiscard]] virtual Result<std::vector<domain::Item>> map_item(std::string_view payload) const = 0;
    virtual Result<std::vector<domain::Location>> fetch_locations() = 0;
};

struct CarrierSource {
    virtual ~CarrierSource() = default;
    virtual Result<std::vector<domain::CarrierCode>> carrier_codes() = 0;
};

// ---- pushes -------------------------------------------------------------------------------------------------------

struct StockLine {
    std::int64_t update_id = 0;              // our InventoryUpdate
    std::string idempotency_key;             // the same for every repeat of this attempt group
    std::optional<std::string> sku;
    std::string item_attrs_json;             // Item::attrs_json, or "{}" for an item the catalogue does not know
    std::optional<std::string> location_id;  // already resolved: update, item, channel setting, in that order
    std::int64_t quantity = 0;
};

/// What became of one pushed thing.
struct PushOutcome {
    enum class State {
        succeeded,
        failed,    // for good; `message` holds the channel's own words
        waiting,   // not now (on hold, scheduled): look again later; `message` says why
        retry,     // nothing reached the channel
        unknown    // something may have: read before writing again
    };
    State state = State::succeeded;
    std::string code;          // stable
    std::string message;
    std::string provider_id;   // of what was made there, when it told
    std::optional<std::chrono::milliseconds> retry_after;
};

struct StockSink {
    virtual ~StockSink() = default;
    /// How many lines one call may carry.
    [[nodiscard]] virtual std::size_t max_batch() const = 0;
    /// Sets absolute quantities. One outcome per line, in order; never throws for a bad line.
    /// All lines share `batch_key`, which stays the same while a batch with an unknown outcome is repeated.
    virtual std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& batch_key) = 0;
};

struct ShipmentToPush {
    std::int64_t shipment_id = 0;   // ours
    std::string external_order_id;
    std::string carrier;            // canonical casing
    std::optional<std::string> service;
    std::string tracking_number;
    std::optional<Timestamp> ship_date;
    struct Line {
        std::string external_line_id;
        std::int64_t quantity = 0;
    };
    std::vector<Line> lines;        // empty: everything that remains
    int attempt = 1;
};

struct ShipmentSink {
    virtual ~ShipmentSink() = default;
    /// Reads before it writes, so that a repeat after an unknown outcome adds nothing twice.
    virtual PushOutcome push_shipment(const ShipmentToPush& shipment) = 0;
};

// ---- webhooks -----------------------------------------------------------------------------------------------------

/// What a genuine webhook hints at. The hub fetches; it never trusts the body.
struct WebhookNotice {
    std::string delivery_id;     // the provider's; empty when it has none (the body's hash serves then)
    std::string topic;
    enum class Subject { order, catalog, stock, channel, other };
    Subject subject = Subject::other;
    std::string external_id;     // of the order, when subject is order
};

struct WebhookSource {
    virtual ~WebhookSource() = default;
    /// Checks the provider's signature over the bytes as received. Errors: denied.
    [[nodiscard]] virtual Result<WebhookNotice> verify(const net::Headers& headers, std::string_view body) const = 0;
    /// Creates what is missing at the provider, so that it calls `url`. Returns what was done, for the log.
    virtual Result<std::vector<std::string>> ensure_subscriptions(const std::string& url) = 0;
};

// ---- the channel --------------------------------------------------------------------------------------------------

/// One store at one provider. Used by one thread at a time; instances of one channel share a token and a budget.
struct Connector {
    virtual ~Connector() = default;
    /// The cheapest authenticated call there is, plus what of the account's settings the hub must know (currency, tax
    /// rule, time zone, granted permissions) as a JSON object, which later instances get back as `profile`.
    virtual Result<std::string> check_access(std::vector<domain::Problem>& problems) = 0;

    // Abilities: null when the channel has none; the pointer lives as long as the connector.
    virtual OrderSource* order_source() { return nullptr; }
    virtual BulkOrderSource* bulk_order_source() { return nullptr; }
    virtual OrderRefundSource* order_refund_source() { return nullptr; }
    virtual CatalogSource* catalog_source() { return nullptr; }
    virtual CarrierSource* carrier_source() { return nullptr; }
    virtual StockSink* stock_sink() { return nullptr; }
    virtual ShipmentSink* shipment_sink() { return nullptr; }
    virtual WebhookSource* webhook_source() { return nullptr; }
};

/// What the config file says about a channel.
struct ChannelSetup {
    std::string code;
    domain::Provider provider = domain::Provider::shopify;
    std::string base_url;                                   // empty: the provider's production address
    std::vector<std::pair<std::string, Secret>> credentials;
    std::string settings_json = "{}";                       // [channel.settings] as a JSON object
};

/// What all instances of one channel share while the process runs (token, budget). Made once per channel.
struct SharedChannelState {
    virtual ~SharedChannelState() = default;
};

struct Runtime {
    net::HttpClient& http;
    const Clock& clock;
    Random& random;
};

struct ConnectorFactory {
    virtual ~ConnectorFactory() = default;
    [[nodiscard]] virtual domain::Provider provider() const = 0;
    /// Every fault of credentials and settings, in words; empty when the setup is usable. No network.
    [[nodiscard]] virtual std::vector<std::string> check_setup(const ChannelSetup& setup) const = 0;
    [[nodiscard]] virtual std::shared_ptr<SharedChannelState> share(const ChannelSetup& setup, Runtime runtime) const = 0;
    /// `profile` is what check_access returned last, or "{}".
    [[nodiscard]] virtual std::unique_ptr<Connector> open(const ChannelSetup& setup, const std::string& profile,
                                                          std::shared_ptr<SharedChannelState> shared, Runtime runtime) const = 0;
};

}  // namespace crossdock::connectors
