// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/fba.h"

namespace crossdock::store {

/// The contract's FBA inbound shipment, items apart.
struct FbaInboundShipment {
    FbaShipmentId id;
    std::string uuid;
    AccountId account_id;
    ChannelId channel_id;
    domain::FbaShipment facts;
    std::string payload;                // the header as Amazon sent it
    std::int64_t items_walk = 0;        // the fetch whose items are shown
    std::optional<Timestamp> items_at;  // of it; none: the details are pending
    std::optional<std::int64_t> item_batch;
    std::int64_t item_failures = 0;  // one after the other
    std::optional<Timestamp> items_retry_at;
    std::optional<domain::FbaPlan> plan;  // where it was found
    std::int64_t seq = 0;
    Timestamp created_at{}, updated_at{};
};

struct FbaListQuery {
    AccountId account;
    std::optional<ChannelId> channel;
    std::optional<std::string> status;
    bool with_pending = false;              // those whose items have not been fetched
    std::optional<std::int64_t> after_seq;  // the feed: rows behind it, in order of change; else in order of id …
    std::int64_t after_id = 0;              // … behind this one
    std::int64_t limit = 100;
};

/// Shipments on their way into Amazon's warehouses and what is in them. A shipment whose items were never fetched whole
/// is pending; a fetch that replaces older items is shown only once it is whole.
class FbaRepo {
public:
    explicit FbaRepo(db::Session& session) : session_(session) {}

    std::optional<FbaInboundShipment> find(ChannelId channel, std::string_view shipment_id);
    std::optional<FbaInboundShipment> find(AccountId account, std::string_view uuid);
    std::optional<FbaInboundShipment> get(FbaShipmentId id);
    struct Header {
        AccountId account;
        ChannelId channel;
        const domain::FbaShipment& facts;
        std::string_view payload;
        Timestamp now{};
    };
    FbaShipmentId insert(const Header& header, const std::string& uuid);
    /// What Amazon says by now; the row counts as changed.
    void update(FbaShipmentId id, const Header& header);
    /// Amazon told the header once more, unchanged.
    void mark_seen(FbaShipmentId id, Timestamp now);
    void list(const FbaListQuery& query, const std::function<bool(const FbaInboundShipment&)>& row);
    /// Open shipments behind `after` whose header was last told before `before`: to be asked for by their ids.
    std::vector<FbaInboundShipment> not_seen_since(ChannelId channel, Timestamp before, FbaShipmentId after,
                                                   std::int64_t limit);

    // ---- plans
    /// The channel's shipment of that id (Amazon's older one) is in this plan. False when there is none.
    bool set_plan(ChannelId channel, std::string_view shipment_id, const domain::FbaPlan& plan);
    /// Whether a shipment of the channel has this id in the newer API.
    bool holds_plan_shipment(ChannelId channel, std::string_view plan_shipment_id);
    /// Whether an open shipment of the channel is not known to be in any plan.
    bool lacks_plans(ChannelId channel);

    // ---- items
    /// JSON objects of the fetch that is shown, in Amazon's order.
    std::vector<std::string> items(FbaShipmentId id, std::int64_t walk);
    struct Item {
        std::string key;      // tells two items apart
        std::string payload;  // as Amazon wrote it
    };
    /// Adds a page to the fetch under way and returns how many of its items are new to it. The same page again changes
    /// nothing and counts as the first time; page 1 forgets an older fetch that never came through.
    std::int64_t stage_items(FbaShipmentId id, std::int64_t page, const std::vector<Item>& items);
    /// The fetch is whole: its items are shown from now on. True when they differ from those shown before.
    bool show_staged(FbaShipmentId id, Timestamp now);
    /// The fetch came to nothing: what was shown stays, and nobody tries before `retry_at`.
    void drop_staged(FbaShipmentId id, Timestamp retry_at);

    // ---- batches of shipments whose items are to be fetched
    /// Open shipments without items that are in no batch and may be tried.
    std::vector<FbaShipmentId> without_items(ChannelId channel, Timestamp now, std::int64_t limit);
    std::int64_t make_batch(AccountId account, ChannelId channel, const std::vector<FbaShipmentId>& shipments,
                            Timestamp now);
    std::vector<std::int64_t> batches(ChannelId channel);
    /// The next one of a batch, by id; none when the batch is through, or gone.
    std::optional<FbaInboundShipment> next_in_batch(std::int64_t batch);
    void leave_batch(FbaShipmentId id);
    /// Whoever is still in it is free for another batch.
    void drop_batch(std::int64_t batch);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
