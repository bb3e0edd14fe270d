// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/orders.h"

#include <algorithm>
#include <charconv>

#include "connectors/shipstation/order_mapping.h"
#include "connectors/shipstation/pacific.h"
#include "connectors/shipstation/paging.h"

namespace crossdock::connectors::shipstation {
namespace {

/// How fresh a change must be to be left out when the walk decides where to go on: a list may stand where the order was
/// before and show what it is now.
constexpr std::chrono::minutes kFresh{5};

/// Where a walk stands: it reads what was changed since `from`, page by page.
struct OrderPlace {
    Timestamp from{};
    PageCursor pages;
};

std::string cursor_of(const OrderPlace& place) { return std::to_string(to_ms(place.from)) + "/" + place.pages.text(); }

Result<OrderPlace> place_of(const PullWindow& window, const std::string& cursor) {
    OrderPlace place{window.from, {}};
    if (cursor.empty()) return place;
    std::int64_t from = 0;
    const char *begin = cursor.data(), *end = begin + cursor.size();
    const auto [behind, error] = std::from_chars(begin, end, from);
    if (error != std::errc{} || behind == end || *behind != '/' || !place.pages.read({behind + 1, end}))
        return Error{ErrorKind::rejected, "cursor_refused",
                     "the place in the list of orders is not readable (any more)"};
    place.from = from_ms(from);
    return place;
}

Error no_orders() {
    return {ErrorKind::unavailable, "shipstation_bad_answer", "ShipStation answered without the list of orders"};
}

Error order_not_shown(const std::string& id) {
    return {ErrorKind::not_found, "order_unknown",
            "ShipStation does not show order \"" + in_quotes(id.substr(0, 40)) +
                "\": it was deleted there, or is another account's"};
}

/// The next place, when there is more to read.
Result<std::optional<OrderPlace>> next_place(const OrderPlace& place, const ListedPage& listed, Timestamp last_change,
                                             const std::string& first) {
    if (!listed.has_more) return std::optional<OrderPlace>{};
    if (window_start(last_change) > window_start(place.from)) return std::optional{OrderPlace{last_change, {}}};
    // All of the same second. A page that is shorter than it should be cannot be counted on from.
    if (listed.is_short) return short_page("orders");
    return std::optional{OrderPlace{place.from, {place.pages.page + 1, first}}};
}

}  // namespace

Result<OrderPage> Orders::fetch_orders(const PullWindow& window, const std::string& cursor) {
    const auto place = place_of(window, cursor);
    if (!place) return place.error();
    const std::int64_t page_size = client_.settings().page_size;
    const auto answer = client_.call({"List Orders",
                                      "/orders",
                                      {{"modifyDateStart", window_start(place->from)},
                                       {"sortBy", "ModifyDate"},
                                       {"sortDir", "ASC"},
                                       {"page", std::to_string(place->pages.page)},
                                       {"pageSize", std::to_string(page_size)}}});
    if (!answer) return answer.error();
    const JsonView orders = answer->root["orders"];
    if (!orders.is_array()) return no_orders();
    const std::string first = first_id(orders, "orderId");
    if (orders.size() > 0 && place->pages.is_repeated(first)) return repeated_page("orders");

    OrderPage page;
    page.provider_now = answer->provider_now;
    const Timestamp fresh = answer->provider_now.value_or(client_.now()) - kFresh;
    Timestamp last_change = place->from;
    for (const JsonView order : orders) {
        const std::string id{order["orderId"].word()};
        if (id.empty()) {
            page.problems.push_back(
                {"order_without_id", "ShipStation listed an order without an id; it cannot be kept"});
            continue;
        }
        // The earlier of two readings: the walk must not jump over an hour.
        const auto changed = parse_pacific(order["modifyDate"].word());
        if (changed && changed->earlier <= fresh) last_change = std::max(last_change, changed->earlier);
        const auto skipped = client_.skips_store(store_of(order));
        if (!skipped) return skipped.error();
        if (*skipped) {
            page.left_out.push_back(id);
            continue;
        }
        page.orders.push_back(raw_order(order, answer->provider_now));
    }
    const auto next =
        next_place(*place, list_state(answer->root, orders.size(), place->pages.page, page_size), last_change, first);
    if (!next) return next.error();
    if (*next) page.next_cursor = cursor_of(**next);
    return page;
}

Result<RawOrder> Orders::fetch_order(const std::string& external_order_id) {
    if (!is_shipstation_id(external_order_id)) return order_not_shown(external_order_id);
    const auto answer = client_.call({"Get Order", "/orders/" + external_order_id});
    if (!answer)
        return answer.error().kind == ErrorKind::not_found ? order_not_shown(external_order_id) : answer.error();
    if (answer->root["orderId"].word() != external_order_id)
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the order asked for"};
    const auto skipped = client_.skips_store(store_of(answer->root));
    if (!skipped) return skipped.error();
    if (*skipped)
        return Error{ErrorKind::not_found, "order_skipped",
                     "order " + external_order_id + " is of a marketplace that skip_marketplaces names"};
    return raw_order(answer->root, answer->provider_now);
}

Result<IdPage> Orders::list_order_ids(const PullWindow& created, const std::string& cursor) {
    const auto place = place_of(created, cursor);
    if (!place) return place.error();
    const std::int64_t page_size = client_.settings().page_size;
    Call call{"List Orders",
              "/orders",
              {{"orderDateStart", window_start(created.from)},
               {"sortBy", "OrderDate"},
               {"sortDir", "ASC"},
               {"page", std::to_string(place->pages.page)},
               {"pageSize", std::to_string(page_size)}}};
    if (created.upto) call.query.insert(call.query.begin() + 1, {"orderDateEnd", window_end(*created.upto)});
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView orders = answer->root["orders"];
    if (!orders.is_array()) return no_orders();
    const std::string first = first_id(orders, "orderId");
    if (orders.size() > 0 && place->pages.is_repeated(first)) return repeated_page("orders");
    IdPage page;
    for (const JsonView order : orders) {
        const std::string id{order["orderId"].word()};
        const auto placed = placed_at(order);
        // The filters reach a little further than asked for.
        if (id.empty() || !placed || *placed < created.from || (created.upto && *placed >= *created.upto)) continue;
        const auto skipped = client_.skips_store(store_of(order));
        if (!skipped) return skipped.error();
        (*skipped ? page.skipped : page.external_ids).push_back(id);
    }
    const ListedPage listed = list_state(answer->root, orders.size(), place->pages.page, page_size);
    if (listed.has_more && listed.is_short) return short_page("orders");
    if (listed.has_more) page.next_cursor = cursor_of({created.from, {place->pages.page + 1, first}});
    return page;
}

Result<MappedOrder> Orders::map_order(std::string_view payload) const {
    return map_order_payload(payload, client_.settings());
}

void Orders::keep_known(domain::Order& newer, const domain::Order& older) const { keep_line_ids(newer, older); }

}  // namespace crossdock::connectors::shipstation
