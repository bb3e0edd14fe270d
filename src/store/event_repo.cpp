// SPDX-License-Identifier: Apache-2.0
#include "store/event_repo.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <vector>

#include "domain/event_type.h"
#include "store/range_list.h"

namespace crossdock::store {
namespace {

/// Time first, so that ids sort as events happened; the sequence number makes them unique.
std::string event_id(Timestamp now, std::int64_t seq) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "evt_%012llx%010llx", static_cast<unsigned long long>(to_ms(now)),
                  static_cast<unsigned long long>(seq));
    return text.data();
}

constexpr std::string_view kEventIdStart = "evt_";
constexpr std::size_t kEventIdSize = 26;
constexpr std::int64_t kMostEventsLookedAt = 10'000;

/// The sequence number inside an id of ours.
std::optional<std::int64_t> seq_of(std::string_view id) {
    if (id.size() != kEventIdSize || !id.starts_with(kEventIdStart)) return std::nullopt;
    std::int64_t seq = 0;
    const std::string_view digits = id.substr(16);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), seq, 16);
    if (fault != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return seq;
}

#define CROSSDOCK_EVENT_COLUMNS \
    "SELECT seq, event_id, type, subject, data, subject_id, created_at_ms, account_id, channel_id FROM events "

EventRow read_event(const db::Statement& statement) {
    EventRow row{statement.integer(0), statement.string(1),  statement.string(2), statement.string(3),        statement.string(4),
                 statement.integer(5), statement.time(6), statement.id<AccountId>(7), {}};
    if (!statement.is_null(8)) row.channel = statement.id<ChannelId>(8);
    return row;
}

std::vector<EventRow> read_events(db::Statement& statement) {
    std::vector<EventRow> rows;
    while (statement.step()) rows.push_back(read_event(statement));
    return rows;
}

/// What a query asks beside account and place. The clock may have jumped, so a row out of the time asked for says nothing
/// about those behind it.
bool is_asked_for(const EventQuery& query, Timestamp at, std::string_view type) {
    if ((query.since && at < *query.since) || (query.until && at >= *query.until)) return false;
    return query.types.empty() || domain::takes(query.types, type);
}

}  // namespace

void EventRepo::append(const Event& event, Timestamp now) {
    const std::int64_t seq = session_.next_sequence();
    const std::string id = event_id(now, seq);
    db::Statement statement(session_, R"sql(
        INSERT INTO events (seq, event_id, account_id, channel_id, type, subject, subject_id, data, created_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    statement.bind(seq, id, event.account, event.channel, event.type, event.subject, event.subject_id, event.data, now).exec();
}

std::vector<EventRow> EventRepo::about(AccountId account, std::string_view subject, std::int64_t subject_id, std::int64_t limit) {
    db::Statement statement(session_, CROSSDOCK_EVENT_COLUMNS
                            "WHERE subject = ? AND subject_id = ? AND account_id = ? ORDER BY seq LIMIT ?");
    statement.bind(subject, subject_id, account, limit);
    return read_events(statement);
}

std::vector<EventRow> EventRepo::after(AccountId account, std::int64_t seq, std::int64_t limit) {
    db::Statement statement(session_, CROSSDOCK_EVENT_COLUMNS "WHERE account_id = ? AND seq > ? ORDER BY seq LIMIT ?");
    statement.bind(account, seq, limit);
    return read_events(statement);
}

EventPage EventRepo::list(const EventQuery& query) {
    EventPage page;
    page.next_seq = query.after_seq;
    db::Statement statement(session_, CROSSDOCK_EVENT_COLUMNS "WHERE account_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?");
    statement.bind(query.account, query.after_seq, query.until_seq.value_or(INT64_MAX), kMostEventsLookedAt);
    std::int64_t looked_at = 0;
    while (static_cast<std::int64_t>(page.rows.size()) < query.limit) {
        if (!statement.step()) {
            page.more = looked_at == kMostEventsLookedAt;
            return page;
        }
        ++looked_at;
        page.next_seq = statement.integer(0);
        if (is_asked_for(query, statement.time(6), statement.text(2))) page.rows.push_back(read_event(statement));
    }
    page.more = true;
    return page;
}

/// Behind which event the time asked for begins, if the clock never jumped.
std::int64_t EventRepo::place_of_since(const EventQuery& query) {
    std::int64_t low = query.after_seq;
    std::int64_t high = std::max(low, std::min(query.until_seq.value_or(INT64_MAX), newest(query.account)));
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        db::Statement statement(session_, "SELECT seq, created_at_ms FROM events WHERE account_id = ? AND seq > ? AND seq <= ? "
                                          "ORDER BY seq LIMIT 1");
        statement.bind(query.account, middle, high);
        if (statement.step() && statement.time(1) < *query.since)
            low = statement.integer(0);
        else
            high = middle;
    }
    return low;
}

EventRepo::Count EventRepo::count_by_subject(const EventQuery& query) {
    std::vector<std::string_view> subjects;
    for (const domain::EventType& type : domain::event_types())
        if (domain::takes(query.types, type.type) && std::find(subjects.begin(), subjects.end(), type.subject) == subjects.end())
            subjects.push_back(type.subject);
    Count count;
    std::int64_t left = kMostLookedAt;
    for (const std::string_view subject : subjects) {
        // By nothing but the subject, so that the limit is one of rows that are looked at.
        db::Statement statement(session_, "SELECT account_id, seq, created_at_ms, type FROM events WHERE subject = ? "
                                          "ORDER BY subject_id, seq LIMIT ?");
        statement.bind(subject, left + 1);
        while (count.events < query.limit && statement.step()) {
            if (left == 0) {
                count.more = true;
                return count;
            }
            --left;
            const std::int64_t seq = statement.integer(1);
            if (statement.integer(0) != query.account.value || seq <= query.after_seq || seq > query.until_seq.value_or(INT64_MAX))
                continue;
            if (is_asked_for(query, statement.time(2), statement.text(3))) ++count.events;
        }
    }
    return count;
}

EventRepo::Count EventRepo::count(const EventQuery& query) {
    const std::int64_t begin = query.since ? place_of_since(query) : query.after_seq;
    Count count;
    std::int64_t left = kMostEventsLookedAt;
    const auto look = [&](std::int64_t after, std::int64_t upto) {
        db::Statement statement(session_, "SELECT created_at_ms, type FROM events WHERE account_id = ? AND seq > ? AND seq <= ? "
                                          "ORDER BY seq LIMIT ?");
        statement.bind(query.account, after, upto, left + 1);
        while (count.events < query.limit && statement.step()) {
            if (left == 0) {
                count.more = true;
                return;
            }
            --left;
            if (is_asked_for(query, statement.time(0), statement.text(1))) ++count.events;
        }
    };
    look(begin, query.until_seq.value_or(INT64_MAX));
    // What the clock says is too old; an hour that it was put back may be among it.
    if (!count.more && begin > query.after_seq) look(query.after_seq, begin);
    if (!count.more || query.types.empty()) return count;
    const Count by_subject = count_by_subject(query);
    return !by_subject.more || by_subject.events > count.events ? by_subject : count;
}

std::optional<std::int64_t> EventRepo::sequence_of(std::string_view event_id) { return seq_of(event_id); }

std::optional<EventRow> EventRepo::find(AccountId account, std::string_view event_id) {
    const auto seq = seq_of(event_id);
    if (!seq) return std::nullopt;
    auto row = at(account, *seq);
    return row && row->event_id == event_id ? row : std::nullopt;
}

std::optional<EventRow> EventRepo::at(AccountId account, std::int64_t seq) {
    db::Statement statement(session_, CROSSDOCK_EVENT_COLUMNS "WHERE account_id = ? AND seq = ?");
    statement.bind(account, seq);
    if (!statement.step()) return std::nullopt;
    return read_event(statement);
}

std::int64_t EventRepo::newest(AccountId account) {
    db::Statement statement(session_, "SELECT seq FROM events WHERE account_id = ? ORDER BY seq DESC LIMIT 1");
    statement.bind(account);
    return statement.step() ? statement.integer(0) : 0;
}

std::optional<EventRow> EventRepo::last_about(AccountId account, std::string_view type, std::string_view subject, std::int64_t subject_id) {
    db::Statement statement(session_, CROSSDOCK_EVENT_COLUMNS
                            "WHERE subject = ? AND subject_id = ? AND account_id = ? AND type = ? ORDER BY seq DESC LIMIT 1");
    statement.bind(subject, subject_id, account, type);
    if (!statement.step()) return std::nullopt;
    return read_event(statement);
}

std::int64_t EventRepo::forget_before(AccountId account, Timestamp before, std::int64_t limit) {
    db::Statement oldest(session_, "SELECT seq, created_at_ms FROM events WHERE account_id = ? ORDER BY seq LIMIT ?");
    oldest.bind(account, limit);
    std::optional<std::int64_t> upto;
    while (oldest.step() && oldest.time(1) < before) upto = oldest.integer(0);
    if (!upto) return 0;
    db::Statement forget(session_, "DELETE FROM events WHERE account_id = ? AND seq <= ?");
    return forget.bind(account, *upto).exec();
}

}  // namespace crossdock::store
