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

/// The contract's FBA carton push: what is in one carton of an inbound shipment.
struct CartonPush {
    CartonPushId id;
    std::string uuid;
    AccountId account_id;
    ChannelId channel_id;
    FbaShipmentId shipment_id;
    std::string shipment_uuid;
    std::string status;  // pending, processing, succeeded, failed
    std::string items;   // JSON array, as the ERP sent it
    bool alone = false;  // was refused together with others, so it goes out by itself
    std::int64_t attempts = 0;
    std::optional<std::string> error_code, error_message;
    std::int64_t seq = 0;
    Timestamp created_at{}, updated_at{};
};

struct CartonListQuery {
    AccountId account;
    std::optional<ChannelId> channel;
    std::optional<std::string> status;
    std::optional<std::int64_t> after_seq;  // the feed; else in order of id …
    std::int64_t after_id = 0;              // … behind this one
    std::int64_t limit = 100;
};

/// One message with all the cartons of a shipment.
struct CartonBatch {
    std::int64_t id = 0;
    std::string state;  // sending, unknown, accepted
    std::optional<std::string> ticket;
    std::optional<Timestamp> accepted_at;
    std::int64_t attempts = 0;
    std::int64_t lost = 0;  // times the channel took it and could not tell what became of it
};

class CartonRepo {
public:
    explicit CartonRepo(db::Session& session) : session_(session) {}

    struct Draft {
        AccountId account;
        ChannelId channel;
        FbaShipmentId shipment;
        std::string_view uuid;
        std::optional<std::string> idempotency_key;
        std::string_view content_hash;  // of the items, whatever their order
        std::string_view items;
    };
    CartonPushId insert(const Draft& draft, Timestamp now);
    std::optional<CartonPush> get(CartonPushId id);
    std::optional<CartonPush> find(AccountId account, std::string_view uuid);
    std::optional<CartonPush> find_repeat(AccountId account, std::string_view idempotency_key);
    /// The oldest push of the shipment with the same contents that has not failed.
    std::optional<CartonPush> find_equal(FbaShipmentId shipment, std::string_view content_hash);
    void list(const CartonListQuery& query, const std::function<bool(const CartonPush&)>& row);

    /// The message of a shipment whose outcome is open, if any.
    std::optional<CartonBatch> open_batch(FbaShipmentId shipment);
    /// Takes the waiting pushes of a shipment (or the first of those that go out alone) into a new message. Nothing to
    /// send: none.
    std::optional<CartonBatch> make_batch(AccountId account, ChannelId channel, FbaShipmentId shipment, Timestamp now);
    /// The pushes whose fate the message decides, in push order.
    std::vector<CartonPush> in_batch(std::int64_t batch);
    /// All cartons that the message tells of: those of the batch and whatever succeeded before, in push order.
    std::vector<CartonPush> to_tell(FbaShipmentId shipment, std::int64_t batch);
    void count_attempt(std::int64_t batch);
    /// Any state but accepted; a ticket is forgotten.
    void set_batch_state(std::int64_t batch, std::string_view state);
    void set_batch_accepted(std::int64_t batch, std::string_view ticket, Timestamp now);
    void count_lost(std::int64_t batch);
    /// `status` is succeeded or failed, the latter with a message.
    void finish(CartonPushId id, std::string_view status, const std::optional<std::string>& code,
                const std::optional<std::string>& message, Timestamp now);
    /// Back in line, to go out by itself.
    void send_alone(CartonPushId id, Timestamp now);
    /// The message is dissolved without having been sent: its pushes stay in processing and go into a later one.
    void put_back(std::int64_t batch, Timestamp now);
    std::int64_t waiting(FbaShipmentId shipment);
    /// Shipments of the channel with pushes that have no end yet.
    std::vector<FbaShipmentId> with_open_pushes(ChannelId channel, std::int64_t limit);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
