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

/// How far one stream (orders, refunds, catalog, …) of a channel has come. One row; written with what it passed.
struct Stream {
    ChannelId channel_id;
    std::string name;
    std::optional<Timestamp> watermark;               // everything changed before it is held
    std::optional<Timestamp> window_from, window_upto;
    std::string page_token;                           // inside the window; empty: at its start
    std::int64_t page_number = 0;
    std::int64_t generation = 0;                      // of windows
    std::int64_t seen = 0;                            // in this window
    std::string state = "{}";                         // JSON: what else the stream must remember
    std::optional<Timestamp> last_success_at, last_error_at;
    std::optional<std::string> last_error_code, last_error;
};

class StreamRepo {
public:
    explicit StreamRepo(db::Session& session) : session_(session) {}
    /// A stream that was never saved starts empty.
    Stream load(ChannelId channel, std::string_view name);
    void save(const Stream& stream);
    void note_success(ChannelId channel, std::string_view name, Timestamp now);
    void note_error(ChannelId channel, std::string_view name, std::string_view code, std::string_view message, Timestamp now);
    std::vector<Stream> of_channel(ChannelId channel);

private:
    db::Session& session_;
};

struct Reconciliation {
    AccountId account;
    ChannelId channel;
    Timestamp from{}, upto{};
    std::int64_t reported = 0, held = 0, missing = 0, healed = 0;
    Timestamp finished_at{};
};

class ReconciliationRepo {
public:
    explicit ReconciliationRepo(db::Session& session) : session_(session) {}
    void add(const Reconciliation& figures);
    std::optional<Reconciliation> last(ChannelId channel);

private:
    db::Session& session_;
};

/// Lines of a channel's bulk export, waiting until the whole of it is here. Each is kept under a key: a group of lines
/// that are asked for together.
class BulkRepo {
public:
    explicit BulkRepo(db::Session& session) : session_(session) {}
    void add(ChannelId channel, std::string_view key, std::string_view line);
    /// Keys that begin with `prefix`, rising; not all of them: at most `limit`.
    std::vector<std::string> keys(ChannelId channel, std::string_view prefix, std::int64_t limit);
    std::vector<std::string> lines(ChannelId channel, std::string_view key);
    void drop(ChannelId channel, std::string_view key);
    void drop_all(ChannelId channel);

private:
    db::Session& session_;
};

class WebhookRepo {
public:
    explicit WebhookRepo(db::Session& session) : session_(session) {}
    /// False when this delivery is held already.
    bool keep(AccountId account, ChannelId channel, std::string_view delivery_id, std::string_view topic, std::string_view body,
              Timestamp now);
    /// Removes deliveries older than `before`, a bounded number at a time.
    std::int64_t forget_before(Timestamp before, std::int64_t limit);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
