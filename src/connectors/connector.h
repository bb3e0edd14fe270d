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
#include "domain/fba.h"
#include "domain/item.h"
#include "domain/order.h"
#include "domain/problem.h"
#include "domain/provider.h"
#include "domain/refund.h"
#include "net/http_client.h"

/// What the hub asks of a channel. A connector translates and nothing more: no SQL, no scheduling, no retry, no sleep.
/// Every call may fail with: denied (credentials, permissions: the operator's turn), rate_limited (retry_after says
/// when), unavailable (try again; code `net_no_answer` means that the effect of a write is unknown), rejected (never as
/// it is).
namespace crossdock::connectors {

/// How many empty pages in a row, each leading on to another, a list may have unless its source says otherwise.
inline constexpr int kMostEmptyPages = 2'000;

// ---- orders -------------------------------------------------------------------------------------------------------

/// An order as the channel sent it. `payload` is one JSON object, verbatim, nested pages already completed.
struct RawOrder {
    std::string external_order_id;
    Timestamp updated_at{};
    std::string payload;
};

struct OrderPage {
    std::vector<RawOrder> orders;
    /// Orders that stood on the page and were left out: held already in this very version, or skipped by a setting.
    std::vector<std::string> left_out;
    std::string next_cursor;                // empty on the last page
    std::optional<Timestamp> provider_now;  // the provider's clock (Date header), when it told
    std::vector<domain::Problem> problems;  // about the page as a whole
};

/// Changed at or after `from`, by the provider's clock; `upto` is exclusive and only a hint (absent: until now).
struct PullWindow {
    Timestamp from{};
    std::optional<Timestamp> upto;
    /// Whether the hub holds this order in the version of that time. For providers where a whole order costs calls of
    /// its own: what is held need not be fetched again. Empty: nothing is known to be held.
    std::function<bool(const std::string& external_order_id, Timestamp updated_at)> holds = {};
};

/// A child that an order's payload only mentions, and that has to be fetched by itself when it is news.
struct ChildStub {
    std::string external_id;
    std::optional<Timestamp> updated_at;
};

struct RawRefund {
    std::string external_refund_id;
    std::string external_order_id;
    std::optional<Timestamp> updated_at;
    std::string payload;  // verbatim JSON object
    std::string context;  // JSON object: what of the order is needed to read it (currency, tax rule); may be "{}"
    /// Other ids of the same refund: it is one refund for ever, whichever of the provider's APIs named it.
    std::vector<std::string> aliases = {};
};

struct MappedOrder {
    domain::Order order;
    std::vector<ChildStub> refunds;         // for channels whose refunds hang on the order: fetched when they are news
    std::vector<RawRefund> whole_refunds;   // stated whole inside the order; read by the channel's RefundMapper
    bool awaits_acknowledgement = false;    // the channel expects to be told that the order has arrived
    std::vector<domain::Problem> problems;  // oddities; the order is good all the same
};

/// External ids of orders created in [from, upto): the second way in, for reconciliation.
struct IdPage {
    std::vector<std::string> external_ids;
    std::string next_cursor;
    /// Orders that are there and that a setting leaves out: they are not wanted, and those held before are not missing.
    std::vector<std::string> skipped = {};
};

struct OrderSource {
    virtual ~OrderSource() = default;
    /// One page of changed orders, oldest change first; an empty cursor asks for the first page.
    virtual Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) = 0;
    /// Errors: not_found when the channel does not have (or show) it; that with the code `order_skipped` when it is there
    /// and a setting leaves it out.
    virtual Result<RawOrder> fetch_order(const std::string& external_order_id) = 0;
    virtual Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) = 0;
    /// Pure: no network, no clock. Errors: invalid, with the path of the field in the message.
    [[nodiscard]] virtual Result<MappedOrder> map_order(std::string_view payload) const = 0;
    /// How far behind the provider's own clock its lists are trusted.
    [[nodiscard]] virtual std::chrono::milliseconds list_lag() const { return std::chrono::seconds{60}; }
    /// How long after it was placed an order can be fetched by its id; none: for ever. Older ones are not asked for again:
    /// that they are not shown says nothing about them.
    [[nodiscard]] virtual std::optional<std::chrono::milliseconds> shown_for() const { return std::nullopt; }
    /// How many empty pages in a row its lists may have; a provider whose pages are never empty says few, so that one
    /// that leads nowhere is noticed at once.
    [[nodiscard]] virtual int most_empty_pages() const { return kMostEmptyPages; }
    /// Whether later versions of an order lose what earlier ones said (prices of cancelled lines, addresses hidden
    /// after a while): then keep_known is asked for every version, oldest first.
    [[nodiscard]] virtual bool forgets() const { return false; }
    /// Puts back into `newer` what only `older` still said. Pure.
    virtual void keep_known(domain::Order& newer, const domain::Order& older) const {
        (void)newer;
        (void)older;
    }
};

/// A provider that can export everything at once: start, poll, read. For first syncs and long walks. The result is lines:
/// whole things (orders, variants), and apart from them their parts.
struct BulkSource {
    virtual ~BulkSource() = default;
    struct Progress {
        bool finished = false;
        std::int64_t objects = 0;  // written so far
        std::string result_url;    // a secret; empty while running, or when there was nothing
    };
    /// One line of the result: a thing, or a part of one, which hangs on the thing or on another part.
    struct Line {
        std::string thing;   // the external id of the thing, on its own line and those that hang on it directly; else empty
        std::string parent;  // the `id` of the line it hangs on; empty for a thing itself
        std::string id;      // the line's own, unique within the result
    };
    /// `next_byte`: where the result goes on behind this line. Returning false stops.
    using LineSink = std::function<bool(std::string_view line, std::int64_t next_byte)>;

    /// Errors besides the usual: not_found (forgotten), rejected or denied when the operation ended without a result.
    virtual Result<Progress> poll_bulk(const std::string& operation_id) = 0;
    /// Streams the result as lines, beginning at a byte that was a `next_byte` before (0: at the start). Each line is
    /// one JSON object. Errors besides the usual: not_found, when the address has expired.
    virtual Status read_bulk(const std::string& result_url, std::int64_t from_byte, const LineSink& line) = 0;
    /// Pure.
    [[nodiscard]] virtual Result<Line> classify_bulk_line(std::string_view line) const = 0;
};

struct BulkOrderSource : BulkSource {
    /// Starts an export of orders changed at or after `from`. Returns the provider's id of the operation.
    /// Errors besides the usual: conflict, when others run and this one has no place.
    virtual Result<std::string> start_bulk(Timestamp from) = 0;
    /// Folds the lines of one order, in any order, into the payload map_order understands. Pure.
    [[nodiscard]] virtual Result<RawOrder> assemble_bulk(std::span<const std::string> lines) const = 0;
};

// ---- refunds ------------------------------------------------------------------------------------------------------

/// What both ways of finding refunds share. Pure.
struct RefundMapper {
    virtual ~RefundMapper() = default;
    [[nodiscard]] virtual Result<domain::Refund> map_refund(const RawRefund& raw,
                                                            std::vector<domain::Problem>& problems) const = 0;
};

/// Refunds that are found through their order.
struct OrderRefundSource : RefundMapper {
    virtual Result<std::vector<RawRefund>> fetch_refunds(const std::string& external_order_id) = 0;
};

struct RefundPage {
    std::vector<RawRefund> refunds;
    std::string next_cursor;  // empty on the last page; a page may be empty and not the last
    std::optional<Timestamp> provider_now;
    std::vector<domain::Problem> problems;
};

/// Refunds that the provider lists by themselves.
struct RefundSource : RefundMapper {
    /// One page of refunds that became visible or changed at or after `from`.
    virtual Result<RefundPage> fetch_refunds(const PullWindow& window, const std::string& cursor) = 0;
    /// How far before the watermark every walk begins again: events surface late and change afterwards.
    [[nodiscard]] virtual std::chrono::milliseconds reach_back() const = 0;
    [[nodiscard]] virtual std::chrono::milliseconds list_lag() const { return std::chrono::minutes{3}; }
    [[nodiscard]] virtual int most_empty_pages() const { return kMostEmptyPages; }
};

// ---- catalogue ----------------------------------------------------------------------------------------------------

struct RawItem {
    std::string variant_id;
    std::string payload;
};
struct ItemPage {
    std::vector<RawItem> items;
    std::string next_cursor;
    /// The provider is still making its list (a report): ask again with next_cursor, not before this time is over.
    std::optional<std::chrono::milliseconds> ask_again_after = {};
    std::int64_t total = 0;  // of the whole list, when known: for progress
    std::optional<Timestamp> provider_now;
    bool partial =
        false;  // a part of the list could not be had: what this walk does not show may be there all the same
};

struct CatalogSource {
    virtual ~CatalogSource() = default;
    /// One page; `changed_since` absent means a full walk (only after a complete full walk may unseen items retire).
    virtual Result<ItemPage> fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) = 0;
    /// One row per location. Pure. Errors: invalid.
    [[nodiscard]] virtual Result<std::vector<domain::Item>> map_item(std::string_view payload) const = 0;
    virtual Result<std::vector<domain::Location>> fetch_locations() = 0;
    [[nodiscard]] virtual int most_empty_pages() const { return kMostEmptyPages; }
};

/// The same for the whole catalogue.
struct BulkCatalogSource : BulkSource {
    /// As for orders.
    virtual Result<std::string> start_bulk() = 0;
    /// Folds the lines of one variant, in any order, into the payload map_item understands. Pure.
    [[nodiscard]] virtual Result<RawItem> assemble_bulk(std::span<const std::string> lines) const = 0;
};

struct CarrierSource {
    virtual ~CarrierSource() = default;
    virtual Result<std::vector<domain::CarrierCode>> carrier_codes() = 0;
};

// ---- pushes -------------------------------------------------------------------------------------------------------

struct StockLine {
    std::int64_t update_id = 0;   // our InventoryUpdate
    std::string idempotency_key;  // the same for every repeat of this attempt group
    std::optional<std::string> sku;
    std::string item_attrs_json;             // Item::attrs_json, or "{}" for an item the catalogue does not know
    std::optional<std::string> location_id;  // already resolved: update, item, channel setting, in that order
    std::int64_t quantity = 0;
};

/// What became of one pushed thing.
struct PushOutcome {
    enum class State {
        succeeded,
        failed,   // for good; `message` holds the channel's own words
        waiting,  // not now (on hold, scheduled): look again later; `message` says why
        retry,    // nothing reached the channel
        unknown,  // something may have: read before writing again
        accepted  // the channel works on it (a feed); `provider_id` is the ticket to ask with, after retry_after
    };
    State state = State::succeeded;
    std::string code;  // stable
    std::string message;
    std::string provider_id;  // of what was made there, when it told
    std::optional<std::chrono::milliseconds> retry_after;
    bool denied = false;  // of retry: the channel's credentials or permissions do not let it; the operator's turn
    bool whole = false;   // of failed, when several things went together: in parts they would fare no better
    std::vector<std::string> at_fault = {};  // the same: it is these (our ids) alone, the others may go again
    bool unsent = false;  // no request that could have had its effect left in this call: our own refusal, nothing to do
};

struct StockSink {
    virtual ~StockSink() = default;
    /// How many lines one call may carry.
    [[nodiscard]] virtual std::size_t max_batch() const = 0;
    /// How long a figure must have been with the channel before the next one for the same target may leave; until then
    /// the newest waits. The others do not wait for it.
    [[nodiscard]] virtual std::chrono::milliseconds rest() const { return std::chrono::milliseconds{0}; }
    /// Sets absolute quantities. One outcome per line, in order; never throws for a bad line.
    /// All lines share `batch_key`, which stays the same while a batch with an unknown outcome is repeated.
    virtual std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& batch_key) = 0;
    /// What became of lines that were `accepted` under this ticket; all `accepted` again while the channel still works
    /// on them. A ticket the channel does not know (any more) makes them `unknown`.
    virtual std::vector<PushOutcome> check_stock(std::span<const StockLine> lines, const std::string& ticket) {
        (void)ticket;
        return std::vector<PushOutcome>(lines.size(), {PushOutcome::State::unknown, "no_ticket", "", "", std::nullopt});
    }
    /// Whether read_stock works.
    [[nodiscard]] virtual bool can_read_stock() const { return false; }
    /// What the channel shows of the very figure that push_stock sets, one per line in order; none where it shows none.
    /// For samples: a few lines at a time.
    virtual Result<std::vector<std::optional<std::int64_t>>> read_stock(std::span<const StockLine> lines) {
        return std::vector<std::optional<std::int64_t>>(lines.size());
    }
};

struct ShipmentToPush {
    std::int64_t shipment_id = 0;  // ours
    std::string external_order_id;
    std::string carrier;  // canonical casing
    std::optional<std::string> service;
    std::string tracking_number;
    std::optional<Timestamp> ship_date;
    struct Line {
        std::string external_line_id;
        std::int64_t quantity = 0;
    };
    std::vector<Line> lines;  // empty: everything that remains
    int attempt = 1;
    bool is_further = false;  // another parcel of the order has reached the channel from here
};

struct ShipmentSink {
    virtual ~ShipmentSink() = default;
    /// Reads before it writes, so that a repeat after an unknown outcome adds nothing twice.
    virtual PushOutcome push_shipment(const ShipmentToPush& shipment) = 0;
};

/// The duty to tell the channel that an order has arrived (Walmart: within four hours, and before it can be shipped).
struct OrderAcknowledger {
    virtual ~OrderAcknowledger() = default;
    /// Safe to repeat.
    virtual PushOutcome acknowledge_order(const std::string& external_order_id) = 0;
    /// Orders that the channel still waits to hear about: the second way in.
    virtual Result<IdPage> list_unacknowledged(const std::string& cursor) = 0;
};

// ---- FBA inbound --------------------------------------------------------------------------------------------------

/// A shipment on its way to a warehouse of the provider, as the provider lists it. `payload` is verbatim.
struct RawFbaShipment {
    std::string shipment_id;     // "FBA15DJ8K6NZ"
    std::string marketplace_id;  // it was listed for
    std::string payload;
};
struct FbaShipmentPage {
    std::vector<RawFbaShipment> shipments;
    std::string next_cursor;
    std::optional<Timestamp> provider_now;
};
/// Items exactly as the provider writes them, each a JSON object. `items` and `next_token` are of this one page: the
/// hub decides whether the token leads anywhere.
struct FbaItemPage {
    std::vector<std::string> items;
    std::string next_token;
};

struct FbaSource {
    virtual ~FbaSource() = default;
    /// One page of shipments in active states (READY_TO_SHIP is one) updated in the window.
    virtual Result<FbaShipmentPage> fetch_fba_shipments(const PullWindow& window, const std::string& cursor) = 0;
    /// These shipments, whatever their state; at most fba_batch() of them. One that is not answered is not known there.
    virtual Result<std::vector<RawFbaShipment>> fetch_fba_shipments_by_id(
        std::span<const std::string> shipment_ids) = 0;
    [[nodiscard]] virtual std::size_t fba_batch() const { return 50; }
    /// One page of a shipment's items. `sibling`: go on through the provider's other list of items with this token.
    virtual Result<FbaItemPage> fetch_fba_items(const std::string& shipment_id, const std::string& marketplace_id,
                                                const std::string& token, bool sibling) = 0;
    [[nodiscard]] virtual Result<domain::FbaShipment> map_fba_shipment(const RawFbaShipment& raw) const = 0;
};

struct CartonToPush {
    std::string push_id;  // ours, a UUID
    struct Item {
        std::string sku;
        std::int64_t quantity_shipped = 0, quantity_in_case = 0;
    };
    std::vector<Item> items;
};
/// The shipment that cartons belong to.
struct CartonShipment {
    domain::FbaShipment shipment;
    std::optional<domain::FbaPlan> plan;
    bool plan_sought = false;  // a whole walk through the plans, begun after the cartons came, did not show it
};
struct CartonSink {
    virtual ~CartonSink() = default;
    /// Tells the provider what is in the cartons of a shipment: all of them in push order, for the provider's message
    /// describes the whole shipment. One outcome for all; usually `accepted` with a ticket. `waiting`, when nothing was
    /// sent because something is missing: kPlanUnknown, the shipment's plan; else more cartons of the shipment.
    virtual PushOutcome push_cartons(const CartonShipment& to, std::span<const CartonToPush> cartons) = 0;
    virtual PushOutcome check_cartons(const std::string& ticket) = 0;
};
inline constexpr std::string_view kPlanUnknown = "inbound_plan_unknown";

/// What one call of a walk through the provider's inbound plans showed.
struct FbaPlanStep {
    struct Found {
        std::string shipment_id;  // as the list of shipments names it
        domain::FbaPlan plan;
    };
    std::vector<Found> found;
    std::vector<std::string> plans;  // ids, when the call was one for a page of the list
    std::string next_cursor;         // empty at the end
};
/// The way to a shipment's plan, which no list leads to.
struct FbaPlanSource {
    virtual ~FbaPlanSource() = default;
    /// Whether the channel's settings have any use for plans.
    [[nodiscard]] virtual bool wants_fba_plans() const = 0;
    /// One call: plans changed at or after `since`, latest change first, then each plan, then each of its shipments but
    /// those that `holds` names (by the newer API's id).
    virtual Result<FbaPlanStep> walk_fba_plans(Timestamp since, const std::string& cursor,
                                               const std::function<bool(const std::string&)>& holds) = 0;
};

// ---- webhooks -----------------------------------------------------------------------------------------------------

/// A call of the channel's webhook, as received.
struct WebhookCall {
    std::string_view method;                                        // GET for handshakes, else POST
    std::string_view path;                                          // "/hooks/shop-us"
    const std::vector<std::pair<std::string, std::string>>& query;  // decoded
    const net::Headers& headers;
    std::string_view body;
};

/// What a genuine webhook hints at. The hub fetches; it never trusts the body.
struct WebhookNotice {
    std::string delivery_id;  // the provider's; empty when it has none (the body's hash serves then)
    std::string topic;
    enum class Subject {
        order,   // one of them when external_id is given, else whichever changed lately
        refund,  // refunds that are listed by themselves
        catalog,
        stock,
        channel,  // credentials or permissions changed: look at the channel again
        erasure,  // a person's data must be erased; external_id is the provider's name for the person
        other
    };
    Subject subject = Subject::other;
    std::string external_id;
};

struct WebhookSource {
    virtual ~WebhookSource() = default;
    /// Checks that the provider made this call, over the bytes as received. May ask the provider for a public key that
    /// is not cached. Errors: denied; unavailable when a key could not be had (the provider repeats the call).
    [[nodiscard]] virtual Result<WebhookNotice> verify(const WebhookCall& call) = 0;
    /// The answer to a provider that first asks whether somebody is at home (eBay's challenge): a JSON body for 200;
    /// none when the call is nothing of the kind.
    [[nodiscard]] virtual std::optional<std::string> handshake(const WebhookCall& call) {
        (void)call;
        return std::nullopt;
    }
    /// The status that tells this provider that a call was not genuine.
    [[nodiscard]] virtual int refusal_status() const { return 401; }
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
    virtual RefundSource* refund_source() { return nullptr; }
    virtual OrderAcknowledger* order_acknowledger() { return nullptr; }
    virtual FbaSource* fba_source() { return nullptr; }
    virtual FbaPlanSource* fba_plan_source() { return nullptr; }
    virtual CartonSink* carton_sink() { return nullptr; }
    virtual CatalogSource* catalog_source() { return nullptr; }
    virtual BulkCatalogSource* bulk_catalog_source() { return nullptr; }
    virtual CarrierSource* carrier_source() { return nullptr; }
    virtual StockSink* stock_sink() { return nullptr; }
    virtual ShipmentSink* shipment_sink() { return nullptr; }
    virtual WebhookSource* webhook_source() { return nullptr; }
};

/// What the config file says about a channel.
struct ChannelSetup {
    std::string code;
    domain::Provider provider = domain::Provider::shopify;
    std::string base_url;  // empty: the provider's production address
    std::vector<std::pair<std::string, Secret>> credentials;
    std::string settings_json = "{}";  // [channel.settings] as a JSON object
};

/// What all instances of one channel share while the process runs (token, budget). Made once per channel.
struct SharedChannelState {
    virtual ~SharedChannelState() = default;
};

/// Where a connector keeps secrets that the provider hands out while the hub runs (a rotated refresh token, a signing
/// key that is shown once): sealed in the database, apart for every channel. Any thread.
struct Vault {
    virtual ~Vault() = default;
    virtual std::optional<Secret> load(const std::string& name) = 0;
    /// On disk when it returns. Throws when it cannot be kept.
    virtual void keep(const std::string& name, const Secret& secret) = 0;
};

struct Runtime {
    net::HttpClient& http;
    const Clock& clock;
    Random& random;
    Vault* vault = nullptr;  // of this channel; none in tests that need none
};

struct ConnectorFactory {
    virtual ~ConnectorFactory() = default;
    [[nodiscard]] virtual domain::Provider provider() const = 0;
    /// Every fault of credentials and settings, in words; empty when the setup is usable. No network.
    [[nodiscard]] virtual std::vector<std::string> check_setup(const ChannelSetup& setup) const = 0;
    /// Whose orders a channel with this setup reads. Two channels that have one of these texts in common would hold the
    /// same orders twice. Only for comparing: they may hold secrets. Empty when it cannot be told. No network.
    [[nodiscard]] virtual std::vector<std::string> shops(const ChannelSetup& setup) const {
        (void)setup;
        return {};
    }
    [[nodiscard]] virtual std::shared_ptr<SharedChannelState> share(const ChannelSetup& setup,
                                                                    Runtime runtime) const = 0;
    /// `profile` is what check_access returned last, or "{}".
    [[nodiscard]] virtual std::unique_ptr<Connector> open(const ChannelSetup& setup, const std::string& profile,
                                                          std::shared_ptr<SharedChannelState> shared,
                                                          Runtime runtime) const = 0;
};

}  // namespace crossdock::connectors
