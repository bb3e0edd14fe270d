// SPDX-License-Identifier: Apache-2.0
#include "api/routes/list_page.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/json/error.h"
#include "store/meta.h"

namespace crossdock::api::routes {
namespace {

constexpr std::chrono::hours kDefaultSince{24};

void append_number(std::string& out, std::int64_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

bool wants_payload(const Caller& caller, Parameters& parameters) {
    const bool asked = parameters.flag("raw").value_or(!caller.dialect || caller.dialect->raw_payload);
    // Rows and XML have no place for it.
    return asked && !(caller.dialect && (caller.dialect->is_flat() || caller.dialect->format != dialect::Format::json));
}

ListParameters read_list_parameters(const Caller& caller, const http::Request& request, Parameters& parameters) {
    ListParameters read;
    read.channel = parameters.text("channel");
    if (request.parameter("cursor"))
        read.cursor = parameters.text("cursor").value_or("");
    else
        read.since = parameters.instant("since");
    read.with_payload = wants_payload(caller, parameters);
    read.limit = parameters.limit();
    return read;
}

http::Response channel_not_found() { return v1_error(404, "channel not found"); }

bool find_channel(db::Session& session, AccountId account, const std::optional<std::string>& code,
                  std::optional<store::Channel>& channel) {
    if (!code) return true;
    channel = store::ChannelRepo(session).find(account, *code);
    return channel.has_value();
}

std::optional<std::int64_t> id_in_path(const http::Request& request) {
    const auto text = request.path_parameter("id");
    std::int64_t id = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (fault != std::errc{} || end != text.data() + text.size() || id < 1) return std::nullopt;
    return id;
}

// ---- where a page starts and ends

ListWalk::ListWalk(db::Session& session, const Context& context, ListKind list, AccountId account,
                   std::optional<ChannelId> channel, const ListParameters& parameters)
    : context_(context), now_at_(store::current_sequence(session)) {
    here_.list = list;
    here_.account = account;
    here_.channel = channel;
    if (!parameters.cursor) {
        here_.position = Cursor::Position::since;
        here_.sequence = now_at_;
        return;
    }
    if (parameters.cursor->empty()) return;  // the feed from its beginning
    const auto cursor = read_cursor(*parameters.cursor, context.cursor_secret, context.clock.now());
    // One from ahead of us was given out before the database was restored from a backup: following it would skip
    // everything that comes until the numbers catch up.
    valid_ = cursor && cursor->list == list && cursor->account == account && cursor->channel == channel &&
             cursor->sequence <= now_at_;
    if (!valid_) return;
    here_ = *cursor;
    continues_ = here_.position == Cursor::Position::since;
}

http::Response ListWalk::refuse_cursor() {
    return v1_error(400, "cursor is not valid here; start again without cursor");
}

std::string ListWalk::next(bool full, std::int64_t last_id, std::optional<Timestamp> last_time,
                           std::int64_t last_sequence) const {
    Cursor next = here_;
    if (here_.position == Cursor::Position::feed) {
        next.sequence = full ? last_sequence : now_at_;
    } else if (full) {
        next.id = last_id;
        next.time = last_time;
    } else {
        next.position = Cursor::Position::feed;
    }
    return write_cursor(next, context_.cursor_secret, context_.clock.now());
}

// ---- rows as text

PageCap::PageCap(const Caller& caller, dialect::List list, std::string_view head) : list_(list) {
    if (!caller.dialect || caller.dialect->max_page_bytes == 0) return;
    dialect_ = caller.dialect;
    std::string around;
    dialect::ListWriter writer(around, *dialect_, list_);
    writer.begin(head);
    writer.end();
    bytes_ = around.size();
}

bool PageCap::takes(std::string_view row) {
    if (!dialect_) return true;
    std::string spelled;
    dialect::ListWriter(spelled, *dialect_, list_).row(row);
    // JSON has a comma before each but the first.
    const std::size_t more = spelled.size() + (first_ || dialect_->format != dialect::Format::json ? 0 : 1);
    if (!first_ && bytes_ + more > dialect_->max_page_bytes) return false;
    first_ = false;
    bytes_ += more;
    return true;
}

bool PageBody::end_row() {
    if (cap_ == nullptr) return true;
    const std::size_t from = row_at_ + (rows_ > 1 ? 1 : 0);
    if (cap_->takes(std::string_view{out_}.substr(from))) return true;
    out_.resize(row_at_);
    --rows_;
    capped_ = true;
    return false;
}

void PageBody::begin_row(std::int64_t id, std::string_view members, std::string_view payload) {
    constexpr std::size_t kLargestReserve = 16U * 1024 * 1024;
    row_at_ = out_.size();
    // Rows of one store are alike: an eighth above the first one's size makes it once, and growing the rare second
    // time.
    if (rows_++ == 0) {
        const std::size_t row = members.size() + payload.size() + 128;
        out_.reserve(out_.size() + std::min(kLargestReserve, (row + row / 8) * static_cast<std::size_t>(limit_)));
        out_ += "{\"id\":";
    } else {
        out_ += ",{\"id\":";
    }
    append_number(out_, id);
    out_ += ',';
    out_.append(members);
    out_ += ",\"raw_payload\":";
    out_.append(payload);
}

bool PageBody::add(std::int64_t id, std::string_view members, std::string_view payload,
                   const std::optional<Timestamp>& imported_at) {
    begin_row(id, members, payload);
    if (imported_at) {
        out_ += ",\"imported_to_erp\":true,\"imported_at\":\"";
        append_rfc3339(out_, *imported_at);
        out_ += "\"}";
    } else {
        out_ += ",\"imported_to_erp\":false,\"imported_at\":null}";
    }
    return end_row();
}

bool PageBody::add(std::int64_t id, std::string_view members, std::string_view payload) {
    begin_row(id, members, payload);
    out_ += '}';
    return end_row();
}

// ---- the whole answer

http::Response answer_list(const Context& context, const Caller& caller, ListKind list, const ListParameters& asked,
                           store::ListQuery query, const TimedSource& source) {
    query.account = caller.account;
    query.with_payload = asked.with_payload;
    query.limit = asked.limit;
    return context.db.read([&](db::Session& session) {
        std::optional<store::Channel> channel;
        if (!find_channel(session, caller.account, asked.channel, channel)) return channel_not_found();
        if (channel) query.channel = channel->id;
        const ListWalk walk(session, context, list, caller.account, query.channel, asked);
        if (!walk.valid()) return ListWalk::refuse_cursor();
        if (walk.is_feed()) {
            query.position.order = store::ListPosition::Order::feed;
            query.position.after_seq = walk.after_sequence();
        } else if (walk.continues()) {
            query.position.since = walk.after_time().value_or(Timestamp{});
            query.position.after_id = walk.after_id();
        } else {
            query.position.since = asked.since.value_or(context.clock.now() - kDefaultSince);
        }

        std::string body = "[";
        PageCap cap(caller, list == ListKind::orders ? dialect::List::orders : dialect::List::refunds);
        PageBody page(body, asked.limit, &cap);
        std::int64_t last_id = 0;
        std::int64_t last_ms = 0;
        std::int64_t last_sequence = 0;
        source(session, query, [&](const TimedRow& row) {
            if (!page.add(row.id, row.members, row.payload, row.imported_at)) return false;
            last_id = row.id;
            last_ms = row.time_ms;
            last_sequence = row.sequence;
            return !page.full();
        });
        body += ']';
        auto response = http::Response::json(200, std::move(body));
        response.headers.emplace_back("X-Next-Cursor",
                                      walk.next(page.full(), last_id, from_ms(last_ms), last_sequence));
        return response;
    });
}

}  // namespace crossdock::api::routes
