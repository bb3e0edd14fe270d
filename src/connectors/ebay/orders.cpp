// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/orders.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::connectors::ebay {
namespace {

using std::chrono::hours;

constexpr std::int64_t kPageSize = 200;  // more is an error (31100), not a cut
constexpr std::int64_t kMostOverlap = 160;
constexpr std::int64_t kLongestStretch = 64;  // days
constexpr std::int64_t kBusyStretch = 2000;   // orders: then the next one is shorter
constexpr int kPagesAtOnce = 20;
constexpr hours kDay{24};
/// eBay shows no orders that are older than two years, and refuses to be asked for them.
constexpr hours kHistory{24 * 729};
/// A bound in the future is refused (30850), by eBay's clock: nearer to now than this the stretch stays open.
constexpr std::chrono::minutes kSafelyPast{30};
constexpr std::int64_t kFutureBound = 30850, kInvalidOrder = 32100;

Error no_orders_listed() {
    return {ErrorKind::unavailable, "ebay_bad_answer", "eBay answered getOrders without the list of orders"};
}

Error bad_order_cursor() {
    return {ErrorKind::rejected, "cursor_refused", "the place in the list of orders is not readable (any more)"};
}

Error unknown_ebay_order(const std::string& id) {
    return {
        ErrorKind::not_found, "order_unknown",
        "eBay does not show order \"" + in_quotes(id.substr(0, 40)) + "\": not this seller's, or older than two years"};
}

/// Whole numbers behind a word: "o1 1700000000000 -1 0".
std::optional<std::vector<std::int64_t>> numbers_of(const std::string& cursor, std::string_view word,
                                                    std::size_t count) {
    const auto parts = split(cursor, ' ');
    if (parts.size() != count + 1 || parts[0] != word) return std::nullopt;
    std::vector<std::int64_t> out;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string& text = parts[i];
        if (text == "-") {
            out.push_back(-1);
            continue;
        }
        if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
            return std::nullopt;
        out.push_back(std::stoll(text));
    }
    return out;
}

std::string number_or_dash(const std::optional<Timestamp>& at) { return at ? std::to_string(to_ms(*at)) : "-"; }

/// Where `next` leads: its offset; nothing on the last page.
std::optional<std::int64_t> next_offset(JsonView next) {
    const std::string url = next.text().value_or("");
    if (url.empty()) return std::nullopt;
    constexpr std::string_view name = "offset=";
    auto at = url.find("?" + std::string{name});
    if (at == std::string::npos) at = url.find("&" + std::string{name});
    if (at == std::string::npos) return 0;
    const std::string digits = url.substr(at + 1 + name.size(), 12);
    const auto end = std::min(digits.find_first_not_of("0123456789"), digits.size());
    if (end == 0) return 0;
    return std::stoll(digits.substr(0, end));
}

std::string date_filter(std::string_view name, Timestamp from, const std::optional<Timestamp>& to) {
    return std::string{name} + ":[" + with_millis(from) + ".." + (to ? with_millis(*to) : "") + "]";
}

Timestamp changed_at(JsonView order) {
    for (const std::string_view field : {"lastModifiedDate", "creationDate"})
        if (const auto at = parse_iso8601(order[field].word(), ZoneRule::required)) return *at;
    return {};
}

}  // namespace

Orders::Orders(Client& client)
    : client_(client), rules_{client.settings().taxes_included, client.settings().marketplace} {}

std::string Orders::cursor_of(const Walk& walk) {
    return "o1 " + std::to_string(to_ms(walk.from)) + ' ' + number_or_dash(walk.to) + ' ' + number_or_dash(walk.end) +
           ' ' + std::to_string(walk.offset) + ' ' + std::to_string(walk.total) + ' ' + std::to_string(walk.days) +
           ' ' + std::to_string(walk.overlap) + ' ' + std::to_string(walk.applied);
}

void Orders::stretch(Walk& walk) const {
    walk.offset = walk.total = walk.applied = 0;
    const Timestamp past = client_.now() - kSafelyPast;
    Timestamp to = walk.from + kDay * walk.days;
    if (walk.end && to > *walk.end) to = *walk.end;
    if (to < past)
        walk.to = to;
    else
        walk.to.reset();
}

Result<Orders::Walk> Orders::walk_of(const PullWindow& window, const std::string& cursor, OrderPage& page) const {
    Walk walk;
    if (!cursor.empty()) {
        const auto numbers = numbers_of(cursor, "o1", 8);
        if (!numbers || (*numbers)[0] < 0 || (*numbers)[3] < 0 || (*numbers)[4] < 0) return bad_order_cursor();
        walk.from = from_ms((*numbers)[0]);
        if ((*numbers)[1] >= 0) walk.to = from_ms((*numbers)[1]);
        if ((*numbers)[2] >= 0) walk.end = from_ms((*numbers)[2]);
        walk.offset = (*numbers)[3];
        walk.total = (*numbers)[4];
        walk.days = std::clamp<std::int64_t>((*numbers)[5], 1, kLongestStretch);
        walk.overlap = std::clamp<std::int64_t>((*numbers)[6], 1, kMostOverlap);
        walk.applied = std::clamp<std::int64_t>((*numbers)[7], 0, kMostOverlap);
        return walk;
    }
    walk.from = window.from;
    walk.end = window.upto;
    if (const Timestamp oldest = client_.now() - kHistory; walk.from < oldest) {
        if (oldest - walk.from > kDay)
            page.problems.push_back({"history_limited",
                                     "eBay shows orders of the last two years only; what is older "
                                     "than " +
                                         format_rfc3339(oldest).substr(0, 10) + " cannot be read"});
        walk.from = oldest;
    }
    stretch(walk);
    return walk;
}

Result<Answer> Orders::ask(std::string_view filter, std::int64_t offset, Refusal& why) {
    Call call{Api::fulfillment, "getOrders", "/order"};
    // The breakdown always, for totals with and without it differ.
    call.query = {{"filter", std::string{filter}},
                  {"fieldGroups", "TAX_BREAKDOWN"},
                  {"limit", std::to_string(kPageSize)},
                  {"offset", std::to_string(offset)}};
    return client_.call(call, &why);
}

Result<bool> Orders::take(JsonView root, Walk& walk, OrderPage& page) const {
    if (!root["orders"].is_array()) return no_orders_listed();
    for (const JsonView order : root["orders"]) {
        const auto id = order["orderId"].filled_text();
        if (!id) {
            page.problems.push_back({"order_without_id", "eBay listed an order without an id; it cannot be kept"});
            continue;
        }
        page.orders.push_back({*id, changed_at(order), std::string{order.raw()}});
    }
    const std::int64_t total = root["total"].integer().value_or(walk.total);
    const std::int64_t left = walk.total - total;  // orders that changed meanwhile and so left this stretch
    if (walk.to && walk.offset > 0 && left > walk.applied) {
        walk.total = total;
        walk.offset = std::max<std::int64_t>(0, walk.offset - (left - walk.applied));
        walk.overlap = std::min(walk.overlap * 2, kMostOverlap);
        walk.applied = 0;
        return true;
    }
    walk.total = std::max<std::int64_t>(total, 0);
    if (const auto next = next_offset(root["next"])) {
        // One that leads back is followed, too: the hub sees that the walk stands still, and keeps what the page held.
        const bool onward = *next > walk.offset;
        const auto count = static_cast<std::int64_t>(root["orders"].size());
        walk.applied = onward ? walk.overlap * std::min(count, kPageSize) / kPageSize : 0;
        walk.offset = onward ? std::max(walk.offset + 1, *next - walk.applied) : *next;
        return true;
    }
    if (!walk.to || (walk.end && *walk.to >= *walk.end)) return false;
    if (total == 0) walk.days = std::min(walk.days * 2, kLongestStretch);
    if (total > kBusyStretch) walk.days = std::max<std::int64_t>(walk.days / 2, 1);
    walk.from = *walk.to;
    stretch(walk);
    return true;
}

Result<OrderPage> Orders::fetch_orders(const PullWindow& window, const std::string& cursor) {
    OrderPage page;
    auto start = walk_of(window, cursor, page);
    if (!start) return start.error();
    Walk walk = *start;
    // Quiet days make empty stretches: some are read on before the hub hears of it.
    for (int pages = 0; pages < kPagesAtOnce && page.orders.empty(); ++pages) {
        Refusal why;
        auto answer = ask(date_filter("lastmodifieddate", walk.from, walk.to), walk.offset, why);
        if (!answer && why.has(kFutureBound) && walk.to) {
            walk.to.reset();  // eBay's clock is behind ours
            walk.offset = walk.total = walk.applied = 0;
            answer = ask(date_filter("lastmodifieddate", walk.from, walk.to), walk.offset, why);
        }
        if (!answer) {
            if (pages > 0) break;  // what was read is not read again: the next call begins here, and meets the error
            return answer.error();
        }
        if (!page.provider_now) page.provider_now = answer->provider_now;
        const auto more = take(answer->root, walk, page);
        if (!more) return more.error();
        if (!*more) return page;
    }
    page.next_cursor = cursor_of(walk);
    return page;
}

Result<RawOrder> Orders::fetch_order(const std::string& external_order_id) {
    if (external_order_id.empty()) return unknown_ebay_order(external_order_id);
    Call call{Api::fulfillment, "getOrder", "/order/" + path_part(external_order_id)};
    call.query = {{"fieldGroups", "TAX_BREAKDOWN"}};
    Refusal why;
    const auto answer = client_.call(call, &why);
    if (!answer) {
        const bool unknown = answer.error().kind == ErrorKind::not_found || why.has(kInvalidOrder);
        return unknown ? unknown_ebay_order(external_order_id) : answer.error();
    }
    const auto id = answer->root["orderId"].filled_text();
    if (!id) return Error{ErrorKind::unavailable, "ebay_bad_answer", "eBay answered getOrder without an order"};
    return RawOrder{*id, changed_at(answer->root), std::string{answer->root.raw()}};
}

Result<IdPage> Orders::list_order_ids(const PullWindow& created, const std::string& cursor) {
    std::int64_t offset = 0;
    if (!cursor.empty()) {
        const auto numbers = numbers_of(cursor, "i1", 1);
        if (!numbers || numbers->front() < 0) return bad_order_cursor();
        offset = numbers->front();
    }
    std::optional<Timestamp> upto;
    // The hub's bound is exclusive, eBay's is not; one that eBay may call future is left away, and more is listed.
    if (created.upto) upto = *created.upto - std::chrono::milliseconds{1};
    if (upto && *upto > client_.now() - std::chrono::minutes{2}) upto.reset();
    const Timestamp from = std::max(created.from, client_.now() - kHistory);
    if (upto && *upto < from) return IdPage{};
    Refusal why;
    auto answer = ask(date_filter("creationdate", from, upto), offset, why);
    if (!answer && why.has(kFutureBound) && upto) answer = ask(date_filter("creationdate", from, {}), offset, why);
    if (!answer) return answer.error();
    if (!answer->root["orders"].is_array()) return no_orders_listed();
    IdPage page;
    for (const JsonView order : answer->root["orders"])
        if (auto id = order["orderId"].filled_text()) page.external_ids.push_back(std::move(*id));
    if (const auto next = next_offset(answer->root["next"])) {
        page.next_cursor = "i1 " + std::to_string(*next);
    }
    return page;
}

Result<MappedOrder> Orders::map_order(std::string_view payload) const { return map_order_payload(payload, rules_); }

}  // namespace crossdock::connectors::ebay
