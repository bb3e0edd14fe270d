// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/v2_orders.h"

#include <algorithm>
#include <charconv>

#include "connectors/shipstation/order_mapping.h"
#include "connectors/shipstation/paging.h"
#include "connectors/shipstation/v2_order_mapping.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr std::int64_t kShipmentPage = 100;
/// How fresh a change must be to be left out when the walk decides where to go on, as in Orders.
constexpr std::chrono::minutes kFreshShipment{5};

struct ShipmentPlace {
    Timestamp from{};
    PageCursor pages;
};

std::string text_of(const ShipmentPlace& place) {
    return "v2/" + std::to_string(to_ms(place.from)) + "/" + place.pages.text();
}

Result<ShipmentPlace> shipment_place(Timestamp from, const std::string& cursor) {
    ShipmentPlace place{from, {}};
    if (cursor.empty()) return place;
    const Error refused{ErrorKind::rejected, "cursor_refused",
                        "the place in the list of shipments is not readable (any more)"};
    if (!cursor.starts_with("v2/")) return refused;  // of a walk by version 1
    std::int64_t ms = 0;
    const char *begin = cursor.data() + 3, *end = cursor.data() + cursor.size();
    const auto [behind, error] = std::from_chars(begin, end, ms);
    if (error != std::errc{} || behind == end || *behind != '/' || !place.pages.read({behind + 1, end})) return refused;
    place.from = from_ms(ms);
    return place;
}

Error shipment_not_shown(const std::string& id) {
    return {ErrorKind::not_found, "order_unknown",
            "ShipStation does not show shipment \"se-" + in_quotes(id.substr(0, 40)) +
                "\": it was deleted there, or is another account's"};
}

bool is_open(JsonView shipment) {
    const std::string_view status = shipment["shipment_status"].word();
    return status != "cancelled" && status != "label_purchased";
}

}  // namespace

Result<Answer> V2Orders::ask(std::string_view field, Timestamp from, std::optional<Timestamp> upto, std::int64_t page) {
    Call call{"list_shipments", "/v2/shipments"};
    call.api = Api::v2;
    call.query = {{std::string{field} + "_start", format_rfc3339(from)}};
    if (upto) call.query.emplace_back(std::string{field} + "_end", format_rfc3339(*upto));
    call.query.emplace_back("sort_by", field);
    call.query.emplace_back("sort_dir", "asc");
    call.query.emplace_back("page", std::to_string(page));
    call.query.emplace_back("page_size", std::to_string(kShipmentPage));
    auto answer = client_.call(call);
    if (answer && !answer->root["shipments"].is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of shipments"};
    return answer;
}

Result<OrderPage> V2Orders::fetch_orders(const PullWindow& window, const std::string& cursor) {
    const auto place = shipment_place(window.from, cursor);
    if (!place) return place.error();
    const auto answer = ask("modified_at", place->from, {}, place->pages.page);
    if (!answer) return answer.error();
    const JsonView shipments = answer->root["shipments"];
    const std::string first = first_id(shipments, "shipment_id");
    if (shipments.size() > 0 && place->pages.is_repeated(first)) return repeated_page("shipments");

    OrderPage page;
    page.provider_now = answer->provider_now;
    std::optional<Timestamp> oldest_open;
    for (const JsonView shipment : shipments)
        if (const auto made = parse_iso8601(shipment["created_at"].word(), ZoneRule::utc); made && is_open(shipment))
            oldest_open = oldest_open ? std::min(*oldest_open, *made) : *made;
    FulfillmentBook& book = client_.shared().fulfillments;
    if (oldest_open)
        if (auto read = book.read_since(client_, *oldest_open); !read) return read.error();

    const Timestamp fresh = answer->provider_now.value_or(client_.now()) - kFreshShipment;
    Timestamp last_change = place->from;
    for (const JsonView shipment : shipments) {
        const std::string id = shipment["shipment_id"].text().value_or("");
        if (id.empty()) {
            page.problems.push_back(
                {"order_without_id", "ShipStation listed a shipment without an id; it cannot be kept"});
            continue;
        }
        if (const Timestamp changed = v2_changed_at(shipment); changed <= fresh)
            last_change = std::max(last_change, changed);
        const bool skipped = client_.settings().names_store(bare_id(shipment["store_id"].text().value_or("")));
        if (skipped || shipment["is_return"].is_true())  // a return label is no order
            page.left_out.push_back(bare_id(id));
        else
            page.orders.push_back(raw_v2_order(shipment, is_open(shipment) ? book.of(id) : std::vector<std::string>{}));
    }
    const ListedPage listed = list_state(answer->root, shipments.size(), place->pages.page, kShipmentPage);
    if (!listed.has_more) return page;
    if (last_change > place->from) {
        page.next_cursor = text_of({last_change, {}});
    } else {
        if (listed.is_short) return short_page("shipments");
        page.next_cursor = text_of({place->from, {place->pages.page + 1, first}});
    }
    return page;
}

Result<Answer> read_v2_shipment(Client& client, const std::string& order_id, bool push) {
    if (!is_shipstation_id(order_id)) return shipment_not_shown(order_id);
    Call call{"get_shipment_by_id", "/v2/shipments/" + se_id(order_id)};
    call.api = Api::v2;
    call.push = push;
    auto answer = client.call(call);
    if (!answer) return answer.error().kind == ErrorKind::not_found ? shipment_not_shown(order_id) : answer.error();
    if (answer->root["shipment_id"].text() != se_id(order_id))
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the shipment asked for"};
    return answer;
}

Result<RawOrder> V2Orders::fetch_order(const std::string& external_order_id) {
    const auto answer = read_v2_shipment(client_, external_order_id, false);
    if (!answer) return answer.error();
    if (client_.settings().names_store(bare_id(answer->root["store_id"].text().value_or(""))))
        return Error{ErrorKind::not_found, "order_skipped",
                     "order " + external_order_id + " is of a store that skip_stores names"};
    std::vector<std::string> rows;
    if (is_open(answer->root)) {
        auto read = fulfillments_of(client_, se_id(external_order_id), false);
        if (!read) return read.error();
        rows = std::move(*read);
    }
    return raw_v2_order(answer->root, rows);
}

Result<IdPage> V2Orders::list_order_ids(const PullWindow& created, const std::string& cursor) {
    const auto place = shipment_place(created.from, cursor);
    if (!place) return place.error();
    const auto answer = ask("created_at", created.from, created.upto, place->pages.page);
    if (!answer) return answer.error();
    const JsonView shipments = answer->root["shipments"];
    const std::string first = first_id(shipments, "shipment_id");
    if (shipments.size() > 0 && place->pages.is_repeated(first)) return repeated_page("shipments");
    IdPage page;
    for (const JsonView shipment : shipments) {
        const std::string id = bare_id(shipment["shipment_id"].text().value_or(""));
        const auto made = parse_iso8601(shipment["created_at"].word(), ZoneRule::utc);
        if (id.empty() || !made || *made < created.from || (created.upto && *made >= *created.upto)) continue;
        if (shipment["is_return"].is_true()) continue;
        const bool skipped = client_.settings().names_store(bare_id(shipment["store_id"].text().value_or("")));
        (skipped ? page.skipped : page.external_ids).push_back(id);
    }
    const ListedPage listed = list_state(answer->root, shipments.size(), place->pages.page, kShipmentPage);
    if (listed.has_more && listed.is_short) return short_page("shipments");
    if (listed.has_more) page.next_cursor = text_of({created.from, {place->pages.page + 1, first}});
    return page;
}

Result<MappedOrder> V2Orders::map_order(std::string_view payload) const {
    return map_order_payload(payload, client_.settings());
}

void V2Orders::keep_known(domain::Order& newer, const domain::Order& older) const { keep_line_ids(newer, older); }

}  // namespace crossdock::connectors::shipstation
