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

/// Something that happened, told in the transaction that made it so.
struct Event {
    AccountId account;
    std::optional<ChannelId> channel;
    std::string_view type;     // "order.created"
    std::string_view subject;  // "order", "refund", "item", "inventory_update", "shipment", "channel", "job"
    std::int64_t subject_id = 0;
    std::string_view data = "{}";  // JSON object
};

struct EventRow {
    std::int64_t seq = 0;
    std::string event_id, type, subject, data;
    std::int64_t subject_id = 0;
    Timestamp created_at{};
};

class EventRepo {
public:
    explicit EventRepo(db::Session& session) : session_(session) {}
    void append(const Event& event, Timestamp now);
    std::vector<EventRow> about(AccountId account, std::string_view subject, std::int64_t subject_id, std::int64_t limit);
    std::vector<EventRow> after(AccountId account, std::int64_t seq, std::int64_t limit);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
