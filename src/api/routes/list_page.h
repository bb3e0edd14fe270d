// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/json/cursor.h"
#include "api/json/parameters.h"
#include "api/middleware/key_ring.h"
#include "db/database.h"
#include "dialect/rows.h"
#include "store/channel_repo.h"
#include "store/list_query.h"

/// What the lists of `/api/v1` have in common: where a page starts, how its rows become text, where the next one
/// starts.
namespace crossdock::api::routes {

/// The query parameters that all lists know, as read before the database is asked.
struct ListParameters {
    std::optional<std::string> channel;
    std::optional<std::string> cursor;  // "" starts the feed at its beginning
    std::optional<Timestamp> since;     // not read when there is a cursor
    bool with_payload = true;
    std::int64_t limit = 100;
};
ListParameters read_list_parameters(const Caller& caller, const http::Request& request, Parameters& parameters);
/// Does raw_payload come along? As `raw` says; without it, as the key's dialect does.
bool wants_payload(const Caller& caller, Parameters& parameters);

/// 404 {"error":"channel not found"}
http::Response channel_not_found();
/// The account's channel of that code. False: there is none.
bool find_channel(db::Session& session, AccountId account, const std::optional<std::string>& code,
                  std::optional<store::Channel>& channel);
/// The number in a path; nothing when it is no id, which is then answered as an unknown one.
std::optional<std::int64_t> id_in_path(const http::Request& request);

/// Where this page starts, and what the next cursor is made of. Lives inside one read transaction.
class ListWalk {
public:
    /// Reads the cursor, when there is one. Check valid() before anything else.
    ListWalk(db::Session& session, const Context& context, ListKind list, AccountId account,
             std::optional<ChannelId> channel, const ListParameters& parameters);
    /// False: the cursor is not valid here.
    [[nodiscard]] bool valid() const { return valid_; }
    static http::Response refuse_cursor();

    [[nodiscard]] bool is_feed() const { return here_.position == Cursor::Position::feed; }
    /// Does the page go on behind a row of a list by time or id? Otherwise it is the first one.
    [[nodiscard]] bool continues() const { return continues_; }
    /// Feed: rows behind this number.
    [[nodiscard]] std::int64_t after_sequence() const { return here_.sequence; }
    /// When continues(): the last row's id and, where the list is by time, its time.
    [[nodiscard]] std::int64_t after_id() const { return here_.id; }
    [[nodiscard]] std::optional<Timestamp> after_time() const { return here_.time; }

    /// The cursor behind the page. A page that was cut short (`full`) goes on behind its last row. After the last page
    /// of a list by time the feed goes on from where the hub stood when the first page was read, so that nothing which
    /// changed meanwhile is missed; at the end of the feed it goes on from where the hub stands now.
    [[nodiscard]] std::string next(bool full, std::int64_t last_id, std::optional<Timestamp> last_time,
                                   std::int64_t last_sequence) const;

private:
    const Context& context_;
    Cursor here_;
    std::int64_t now_at_ = 0;  // the hub's commit order in this snapshot
    bool continues_ = false;
    bool valid_ = true;
};

/// How many rows a page may have by the bytes that its caller's dialect allows. Without such a dialect it costs
/// nothing.
class PageCap {
public:
    /// `head`: what stands beside the rows (dialect::ListWriter::begin).
    PageCap(const Caller& caller, dialect::List list, std::string_view head = {});
    /// Does a row (its whole object) still fit? It is counted then. The first one always does.
    bool takes(std::string_view row);

private:
    std::shared_ptr<const dialect::Dialect> dialect_;  // none: no cap
    dialect::List list_;
    std::size_t bytes_ = 0;
    bool first_ = true;
};

/// Writes rows into one string, reserved once by the size of the first row.
class PageBody {
public:
    PageBody(std::string& out, std::int64_t limit, PageCap* cap = nullptr) : out_(out), limit_(limit), cap_(cap) {}
    /// {"id":N,<members>,"raw_payload":<payload>,"imported_to_erp":…,"imported_at":…}
    /// False: it did not fit any more, and is not in the page.
    bool add(std::int64_t id, std::string_view members, std::string_view payload,
             const std::optional<Timestamp>& imported_at);
    /// {"id":N,<members>,"raw_payload":<payload>}
    bool add(std::int64_t id, std::string_view members, std::string_view payload);
    /// Does the page end here? When the limit is reached, or the answer outgrows what a small client can take at once:
    /// the rest comes with the next cursor.
    [[nodiscard]] bool full() const { return capped_ || rows_ >= limit_ || out_.size() >= kLargestAnswer; }
    [[nodiscard]] std::int64_t rows() const { return rows_; }

    static constexpr std::size_t kLargestAnswer = 32U * 1024 * 1024;

private:
    void begin_row(std::int64_t id, std::string_view members, std::string_view payload);
    bool end_row();

    std::string& out_;
    std::int64_t limit_;
    PageCap* cap_;
    std::size_t row_at_ = 0;  // where the last row begins, its comma included
    bool capped_ = false;
    std::int64_t rows_ = 0;
};

/// One row of a list by time, whatever it is of. The texts live until the next row.
struct TimedRow {
    std::int64_t id = 0;
    std::string_view members, payload;
    const std::optional<Timestamp>& imported_at;
    std::int64_t time_ms = 0, sequence = 0;
};
/// Runs the list; the row function returns false to stop.
using TimedSource =
    std::function<void(db::Session&, const store::ListQuery&, const std::function<bool(const TimedRow&)>&)>;

/// The whole answer of a list by time or feed: an array, and X-Next-Cursor. `query` holds what narrows the list but for
/// the channel, the position and what ListParameters knows. Errors: 404 unknown channel, 400 cursor.
http::Response answer_list(const Context& context, const Caller& caller, ListKind list, const ListParameters& asked,
                           store::ListQuery query, const TimedSource& source);

}  // namespace crossdock::api::routes
