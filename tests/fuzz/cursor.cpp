// SPDX-License-Identifier: Apache-2.0
// Cursors: opaque ones of /api/v1 and /v2, ids of /v2, and where a walk through Walmart's lists stands. The first line
// is numbers, the second any text.
//
// Promised: a cursor of ours reads back the same; one character more, less or other makes it none; nobody else makes
// one.
#include <algorithm>
#include <array>
#include <charconv>

#include "api/json/cursor.h"
#include "api/json/page_cursor.h"
#include "api/json/v2_words.h"
#include "base/text.h"
#include "connectors/walmart/paging.h"
#include "fuzz/target.h"
#include "net/http_client.h"

namespace crossdock::fuzz::on_cursor {

void run(std::string_view input);

namespace {

constexpr std::string_view kSecret = "a secret of the test";
const Timestamp kNow = from_ms(1'795'000'000'000);

/// As many numbers as are asked for, whatever the line has.
class Numbers {
public:
    explicit Numbers(std::string_view line) : line_(line) {}
    std::int64_t next() {
        const auto end = std::min(line_.find(' '), line_.size());
        std::int64_t value = 0;
        std::from_chars(line_.data(), line_.data() + end, value);
        line_.remove_prefix(std::min(end + 1, line_.size()));
        return value;
    }

private:
    std::string_view line_;
};

template <class Read>
void check_others_are_none(const std::string& text, std::string_view by, Read&& read) {
    std::string other = text;
    const std::size_t at = by.empty() ? 0 : static_cast<unsigned char>(by.front()) % text.size();
    other[at] = other[at] == 'A' ? 'B' : 'A';
    check(!read(other), "another character makes it none");
    check(!read(text + "A") && !read(text.substr(0, text.size() - 1)), "another length makes it none");
}

void check_v1(Numbers numbers, std::string_view text) {
    using api::Cursor;
    constexpr std::array kLists{api::ListKind::orders, api::ListKind::refunds, api::ListKind::skus,
                                api::ListKind::fba_shipments, api::ListKind::carton_pushes};
    Cursor cursor;
    cursor.list = kLists[static_cast<std::uint64_t>(numbers.next()) % kLists.size()];
    cursor.account = AccountId{numbers.next()};
    if (const auto channel = numbers.next(); channel != 0) cursor.channel = ChannelId{channel};
    cursor.position = numbers.next() % 2 == 0 ? Cursor::Position::feed : Cursor::Position::since;
    cursor.sequence = numbers.next();
    if (cursor.position == Cursor::Position::since) {
        cursor.id = numbers.next();
        if (const auto time = numbers.next(); time != 0) cursor.time = from_ms(time);
    }
    const std::string written = api::write_cursor(cursor, kSecret, kNow);
    check(net::percent_encode(written) == written, "a cursor needs no encoding in a query");
    const auto read = api::read_cursor(written, kSecret, kNow);
    check(read.has_value(), "a cursor of ours can be read");
    check(read->list == cursor.list && read->account == cursor.account && read->channel == cursor.channel &&
              read->position == cursor.position && read->sequence == cursor.sequence && read->id == cursor.id &&
              read->time == cursor.time,
          "a cursor of ours reads back the same");
    check(!api::read_cursor(written, "another secret", kNow), "a cursor of another hub is none");
    check_others_are_none(written, text,
                          [](const std::string& one) { return api::read_cursor(one, kSecret, kNow).has_value(); });
    check(!api::read_cursor(text, kSecret, kNow), "nobody else makes cursors");
}

void check_v2(Numbers numbers, std::string_view text) {
    http::Request request;
    request.path = "/v2/orders";
    request.query = {{"status", to_valid_utf8(text)}, {"limit", "5"}, {"channel", "shop-us"}};
    api::PageCursor cursor;
    cursor.account = AccountId{numbers.next()};
    cursor.list = api::list_name(request);
    cursor.behind = {numbers.next(), numbers.next()};
    cursor.total = {numbers.next(), numbers.next() % 2 == 0};
    const std::string written = api::write_page_cursor(cursor, kSecret);
    check(net::percent_encode(written) == written, "a cursor needs no encoding in a query");
    const auto read = api::read_page_cursor(written, kSecret);
    check(read.has_value(), "a cursor of ours can be read");
    check(read->account == cursor.account && read->list == cursor.list && read->behind == cursor.behind &&
              read->total.rows == cursor.total.rows && read->total.exact == cursor.total.exact,
          "a cursor of ours reads back the same");
    check_others_are_none(written, text,
                          [](const std::string& one) { return api::read_page_cursor(one, kSecret).has_value(); });
    check(!api::read_page_cursor(text, kSecret), "nobody else makes cursors");
    std::reverse(request.query.begin(), request.query.end());
    request.query[1].second = "100";
    request.query.emplace_back("cursor", written);
    check_same(api::list_name(request), cursor.list, "a list is the same in whatever order its filters stand");
    request.query[0].second += '2';
    check(api::list_name(request) != cursor.list, "another filter is another list");
}

void check_ids(std::string_view text) {
    for (const auto prefix : {api::prefix::kOrder, api::prefix::kItem, api::prefix::kJob}) {
        const auto id = api::parse_v2_id(prefix, text);
        if (id) check_same(api::v2_id(prefix, *id), text, "an id that is read is the one that was written");
    }
    const std::string bare{text.substr(0, 25)};
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(bare.data(), bare.data() + bare.size(), number);
    if (fault == std::errc{} && number > 0)
        check(api::parse_v2_id("ord_", api::v2_id("ord_", number)) == number,
              "an id that was written is read as the same");
    static_cast<void>(end);
    static_cast<void>(api::parse_v2_order_status(text));
}

void check_walk(Numbers numbers, std::string_view text) {
    using namespace connectors::walmart;
    const std::string kind = "orders";
    Walk walk;
    walk.list = static_cast<std::uint64_t>(numbers.next()) % 2;
    walk.after = from_ms(numbers.next());
    walk.before = from_ms(numbers.next());
    walk.seen = numbers.next();
    walk.next = text;
    const std::string written = walk.text(kind);
    const auto read = read_walk(kind, written, kNow);
    if (read)
        check_same(read->text(kind), written, "a place in a walk reads back the same");
    else
        check(read.error().code == "cursor_refused", "a place that is none is refused");
    const auto other = read_walk(kind, std::string{text}, kNow);
    if (other) {
        const auto again = read_walk(kind, other->text(kind), kNow);
        check(again && again->text(kind) == other->text(kind), "a place that was read is a place");
    }
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    const Numbers numbers(in.line());
    const auto text = in.line();
    check_v1(numbers, text);
    check_v2(numbers, text);
    check_ids(text);
    check_walk(numbers, text);
}

}  // namespace crossdock::fuzz::on_cursor
