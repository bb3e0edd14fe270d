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
    std::string_view subject;  // "order", "refund", …: as domain/event_type.h says of the type
    std::int64_t subject_id = 0;
    std::string_view data = "{}";  // JSON object: what the event says beside its object, which is read when it is told
};

struct EventRow {
    std::int64_t seq = 0;
    std::string event_id, type, subject, data;
    std::int64_t subject_id = 0;
    Timestamp created_at{};
    AccountId account;
    std::optional<ChannelId> channel;
};

/// The log of an account, or a part of it.
struct EventQuery {
    AccountId account;
    std::int64_t after_seq = 0;
    std::optional<std::int64_t> until_seq;    // including
    std::optional<Timestamp> since, until;    // including since, excluding until
    std::vector<std::string> types;           // a filter (domain::takes); empty: all
    std::int64_t limit = 100;
};

struct EventPage {
    std::vector<EventRow> rows;
    std::int64_t next_seq = 0;  // where the next page goes on: behind what was looked at
    bool more = false;          // there may be more behind it
};

class EventRepo {
public:
    explicit EventRepo(db::Session& session) : session_(session) {}
    void append(const Event& event, Timestamp now);
    std::vector<EventRow> about(AccountId account, std::string_view subject, std::int64_t subject_id, std::int64_t limit);
    std::vector<EventRow> after(AccountId account, std::int64_t seq, std::int64_t limit);
    /// In commit order. Looks at 10,000 rows at most, so a page may be short, or empty, and yet not the last.
    EventPage list(const EventQuery& query);
    struct Count {
        std::int64_t events = 0;
        bool more = false;  // not all were looked at: there are at least so many
    };
    /// How many events the query has, up to its limit. Looks at 10,000 rows from where its time begins, and, where that is
    /// not all and it names types, at 20,000 of what those types are about.
    Count count(const EventQuery& query);
    std::optional<EventRow> find(AccountId account, std::string_view event_id);
    /// The sequence number inside an id of ours, also when the event is gone.
    static std::optional<std::int64_t> sequence_of(std::string_view event_id);
    std::optional<EventRow> at(AccountId account, std::int64_t seq);
    /// The number of the account's newest event; 0 when there is none.
    std::int64_t newest(AccountId account);
    /// The newest event of that type about the subject.
    std::optional<EventRow> last_about(AccountId account, std::string_view type, std::string_view subject, std::int64_t subject_id);
    /// Removes the oldest of the account that happened before `before`; at most `limit`. Returns how many.
    std::int64_t forget_before(AccountId account, Timestamp before, std::int64_t limit);

private:
    std::int64_t place_of_since(const EventQuery& query);
    Count count_by_subject(const EventQuery& query);

    db::Session& session_;
};

}  // namespace crossdock::store
