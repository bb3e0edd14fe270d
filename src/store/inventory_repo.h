// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

/// A stock figure the ERP wants the channel to show.
struct InventoryUpdate {
    InventoryUpdateId id;
    AccountId account_id;
    ChannelId channel_id;
    std::optional<ItemId> item_id;
    std::optional<std::string> sku, location_id;
    std::string target;        // what is set: one push of a target at a time
    std::int64_t quantity = 0;
    std::optional<std::int64_t> sent_quantity;  // what went out, or may have; none: nothing ever left
    std::string status;        // pending, processing, succeeded, failed, superseded
    std::int64_t attempts = 0;
    std::optional<std::string> error_code, error_message;
    std::optional<std::int64_t> superseded_by, batch_id;
    std::optional<Timestamp> next_attempt_at, finished_at;
    Timestamp created_at{};
};

struct StockBatch {
    std::int64_t id = 0;
    std::string key;           // the provider's idempotency key
    std::string state;         // sending, unknown, accepted, done
    std::int64_t attempts = 0;
    Timestamp created_at{};
    std::optional<std::string> ticket;      // the channel's, while it works on the batch (state accepted)
    std::optional<Timestamp> accepted_at;
};

/// What became of one figure of a batch.
struct StockResult {
    InventoryUpdateId id;
    std::string status;        // pending (again), succeeded, failed
    std::optional<std::string> error_code, error_message;
};

class InventoryRepo {
public:
    explicit InventoryRepo(db::Session& session) : session_(session) {}

    InventoryUpdateId insert(const InventoryUpdate& update, Timestamp now);
    /// The newest figure asked for a target, since the last restore of the database: whether a repeat changes anything.
    std::optional<InventoryUpdate> newest(ChannelId channel, std::string_view target);
    std::optional<InventoryUpdate> get(AccountId account, InventoryUpdateId id);

    /// The batch whose outcome is open, if any: it goes out again, as it was, before anything new.
    std::optional<StockBatch> open_batch(ChannelId channel);
    std::vector<InventoryUpdate> batch_lines(std::int64_t batch_id);
    /// Marks older waiting figures of a target as superseded by the newest, takes up to `limit` newest ones and makes a
    /// batch of them (state sending). Nothing to send: none. Not taken are figures for a target whose last one ended less
    /// than `rest` ago.
    std::optional<StockBatch> make_batch(ChannelId channel, const std::string& key, std::size_t limit, Timestamp now,
                                         std::chrono::milliseconds rest = {});
    /// Marks older waiting figures of a target as superseded by the newest, and tells up to `limit` of those that are
    /// left.
    std::vector<InventoryUpdate> newest_waiting(ChannelId channel, std::size_t limit, Timestamp now);
    /// When the first of the figures that wait may leave, if they all rest.
    std::optional<Timestamp> rested_at(ChannelId channel, std::chrono::milliseconds rest);
    void count_attempt(std::int64_t batch_id);
    /// What goes out for a figure; fixed while its batch lives, since a provider compares repeats with the first request.
    /// None: nothing left after all.
    void set_sent_quantity(InventoryUpdateId id, std::optional<std::int64_t> quantity);
    /// Any state but accepted; a ticket is forgotten.
    void set_batch_state(std::int64_t batch_id, std::string_view state);
    /// The channel works on the batch and will tell under this ticket what became of it.
    void set_batch_accepted(std::int64_t batch_id, std::string_view ticket, Timestamp now);
    void rekey_batch(std::int64_t batch_id, const std::string& key);
    void finish(const StockResult& result, Timestamp now);
    std::int64_t waiting(ChannelId channel);

private:
    void supersede_older(ChannelId channel, Timestamp now);

    db::Session& session_;
};

/// The attempts of stock batches and shipments, each written before its request leaves.
class AttemptRepo {
public:
    explicit AttemptRepo(db::Session& session) : session_(session) {}
    std::int64_t begin(std::string_view kind, std::int64_t push_id, std::int64_t number, Timestamp now);
    void end(std::int64_t id, std::string_view outcome, std::string_view message, Timestamp now);
    /// How many attempts at that push ended so.
    std::int64_t count(std::string_view kind, std::int64_t push_id, std::string_view outcome);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
