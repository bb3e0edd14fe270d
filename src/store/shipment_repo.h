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

/// The contract's ShipmentPush.
struct Shipment {
    ShipmentId id;
    AccountId account_id;
    ChannelId channel_id;
    OrderId order_id;
    std::string carrier;
    std::optional<std::string> service;
    std::string tracking_number;
    std::string tracking_key;   // normalised: part of the natural key (order, carrier, tracking_key)
    std::optional<Timestamp> ship_date;
    std::string lines = "[]";   // JSON: [{"external_line_id": …, "quantity": …}]; empty: everything that remains
    std::string status;         // pending, processing, succeeded, failed
    std::string outcome;        // none, sending, unknown, waiting, known
    std::int64_t attempts = 0;
    std::optional<std::string> error_code, error_message, provider_id;
    std::optional<Timestamp> next_attempt_at, finished_at;
    Timestamp created_at{};
};

class ShipmentRepo {
public:
    explicit ShipmentRepo(db::Session& session) : session_(session) {}
    ShipmentId insert(const Shipment& shipment, Timestamp now);
    std::optional<Shipment> find(OrderId order, std::string_view carrier, std::string_view tracking_key);
    std::optional<Shipment> get(AccountId account, ShipmentId id);
    std::optional<Shipment> get(ShipmentId id);
    std::vector<Shipment> of_order(OrderId order);
    /// A failed push starts again: the ERP sent the same shipment once more.
    void reopen(ShipmentId id, Timestamp now);
    void begin_attempt(ShipmentId id);
    struct Outcome {
        std::string status, outcome;
        std::optional<std::string> error_code, error_message, provider_id;
        std::optional<Timestamp> next_attempt_at;
    };
    void end_attempt(ShipmentId id, const Outcome& outcome, Timestamp now);
    /// Pushes that no job carries any more; found at start.
    std::vector<Shipment> unfinished(ChannelId channel);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
