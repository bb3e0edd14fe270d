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
#include "domain/item.h"
#include "store/list_query.h"

namespace crossdock::store {

/// What a stock push must know of an item.
struct ItemForPush {
    ItemId id;
    ChannelId channel_id;
    std::string variant_id, location_id;
    std::optional<std::string> sku;
    std::string attrs;
    bool tracked = true;
    domain::ItemStatus status = domain::ItemStatus::active;
};

struct ItemListQuery {
    AccountId account;
    std::optional<ChannelId> channel;
    std::optional<Timestamp> since;
    std::optional<std::int64_t> after_id;      // behind (since, after_id), or behind the id when `since` is not given
    std::optional<domain::ItemStatus> status;  // none: every status
    std::optional<std::int64_t> after_seq;     // given: the feed, in commit order, instead of offset
    bool with_payload = true;
    std::int64_t limit = 100, offset = 0;
};

struct ItemRow {
    std::int64_t id = 0;
    std::string_view members, payload;
    std::int64_t seq = 0;
    Timestamp changed_at{};
};

enum class ItemChange { none, created, updated };

class ItemRepo {
public:
    explicit ItemRepo(db::Session& session) : session_(session) {}

    struct Write {
        AccountId account;
        ChannelId channel;
        const domain::Item& item;
        std::string_view members, content_hash;
        std::int64_t walk = 0;  // the full walk under way; 0: none
        Timestamp now{};
    };
    /// Makes the row say what the channel says, and notes that this walk saw it.
    std::pair<ItemId, ItemChange> upsert(const Write& write);
    /// Locations of a variant that the channel no longer lists: their rows become inactive. Returns how many did.
    std::int64_t deactivate_other_locations(ChannelId channel, std::string_view variant_id, const std::vector<std::string>& locations,
                                            Timestamp now);
    /// After a complete full walk: what it did not see is retired, never deleted. Returns the ids of those.
    std::vector<ItemId> retire_unseen(ChannelId channel, std::int64_t walk, domain::ItemStatus as, Timestamp now, std::int64_t limit);

    /// What the channel shows of a variant over all its locations; none when it counts none of them.
    std::optional<std::int64_t> stock_of(ChannelId channel, std::string_view variant_id);

    std::optional<ItemForPush> get(AccountId account, ItemId id);
    /// How many rows of a channel have each status; those that none has are left out.
    std::vector<std::pair<domain::ItemStatus, std::int64_t>> count_by_status(AccountId account, ChannelId channel);
    /// The members of the contract's object.
    std::optional<std::string> show(AccountId account, ItemId id);
    /// Rows of a sku: more than one when it is sold at several locations, or shared by several variants.
    std::vector<ItemForPush> with_sku(ChannelId channel, std::string_view sku);

    /// How many items the query's scope (account, channel, since, status) holds; where a page starts does not matter.
    std::int64_t count(const ItemListQuery& query);
    void list(const ItemListQuery& query, const std::function<bool(const ItemRow&)>& row);

private:
    db::Session& session_;
};

class CarrierRepo {
public:
    explicit CarrierRepo(db::Session& session) : session_(session) {}
    /// Replaces the list of a channel. Returns true when something changed.
    bool replace(AccountId account, ChannelId channel, const std::vector<domain::CarrierCode>& codes);
    /// The canonical casing of a code, whatever casing it is asked in.
    std::optional<std::string> canonical(ChannelId channel, std::string_view code);
    struct Row {
        std::string provider, code, display_name;
    };
    /// Of the account's channels, each (provider, code) once, sorted by provider and code.
    std::vector<Row> list(AccountId account, std::optional<std::string> provider);
    std::int64_t count(ChannelId channel);

private:
    db::Session& session_;
};

class LocationRepo {
public:
    explicit LocationRepo(db::Session& session) : session_(session) {}
    void upsert(AccountId account, ChannelId channel, const domain::Location& location);
    std::optional<std::string> name_of(ChannelId channel, std::string_view external_id);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
