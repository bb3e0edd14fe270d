// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/orders.h"

#include <algorithm>
#include <set>

#include "connectors/amazon/order_mapping.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::string_view kListV0 = "/orders/v0/orders";
constexpr std::string_view kList2026 = "/orders/2026-01-01/orders";
/// Without FULFILLMENT there is no status; TAX holds registrations, no amounts.
constexpr const char* kIncluded = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,PAYMENT";
constexpr int kMaxItemPages = 50;
/// Upper bounds must lie two minutes in the past.
constexpr std::chrono::minutes kBoundLag{3};

std::string comma_joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : ",") + part;
    return out;
}

Error no_order_list() {
    return {ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without the list of orders"};
}

/// The bound Amazon really used is its own clock, less what its lists lag behind.
std::optional<Timestamp> listed_until(JsonView bound, const std::optional<Timestamp>& date) {
    const auto at = parse_iso8601(bound.word(), ZoneRule::required);
    return at ? std::optional{*at} : date;
}

Timestamp time_or(JsonView first, JsonView second) {
    for (const JsonView field : {first, second})
        if (const auto at = parse_iso8601(field.word(), ZoneRule::required)) return *at;
    return {};
}

Error unknown_order(const std::string& id) {
    return {ErrorKind::not_found, "order_unknown",
            "Amazon does not show order \"" + in_quotes(id.substr(0, 40)) +
                "\": not this seller's, of another region, or older than two years"};
}

}  // namespace

Orders::Orders(Client& client, const Profile& profile) : client_(client) {
    rules_.profile = profile;
    rules_.fallback_currency = currency_of(client.settings().marketplace_ids.front(), profile);
}

/// A token belongs to the version that gave it; after a switch the walk starts over.
Result<std::string> Orders::token_of(const std::string& cursor) const {
    if (cursor.empty()) return std::string{};
    const std::string prefix = is_v0() ? "v0:" : "2026:";
    if (!cursor.starts_with(prefix))
        return Error{ErrorKind::rejected, "cursor_refused", "the page token is of another version of the Orders API"};
    return cursor.substr(prefix.size());
}

std::string Orders::cursor_of(JsonView token) const {
    const auto text = token.filled_text();  // an empty token ends the list, as a missing one does
    if (!text) return {};
    return (is_v0() ? "v0:" : "2026:") + *text;
}

Result<OrderPage> Orders::fetch_orders(const PullWindow& window, const std::string& cursor) {
    const auto token = token_of(cursor);
    if (!token) return token.error();
    return is_v0() ? fetch_v0(window, *token) : fetch_2026(window, *token);
}

Result<OrderPage> Orders::fetch_2026(const PullWindow& window, const std::string& token) {
    Call call{Operation::search_orders, std::string{kList2026}};
    call.query = {{"marketplaceIds", comma_joined(client_.settings().marketplace_ids)},
                  {"lastUpdatedAfter", whole_seconds(window.from)},
                  {"maxResultsPerPage", "100"},
                  {"includedData", kIncluded}};
    if (!token.empty()) call.query.emplace_back("paginationToken", token);
    call.has_token = !token.empty();
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView orders = answer->payload["orders"];
    if (!orders.is_array()) return no_order_list();
    OrderPage page;
    page.provider_now = listed_until(answer->payload["lastUpdatedBefore"], answer->provider_now);
    page.next_cursor = cursor_of(answer->payload["pagination"]["nextToken"]);
    for (const JsonView order : orders) {
        const auto id = order["orderId"].filled_text();
        if (!id) {
            page.problems.push_back({"order_without_id", "Amazon listed an order without an id; it cannot be kept"});
            continue;
        }
        page.orders.push_back({*id, time_or(order["lastUpdatedTime"], order["createdTime"]), std::string{order.raw()}});
    }
    return page;
}

Result<OrderPage> Orders::fetch_v0(const PullWindow& window, const std::string& token) {
    Call call{Operation::get_orders, std::string{kListV0}};
    call.query = {{"MarketplaceIds", comma_joined(client_.settings().marketplace_ids)},
                  {"LastUpdatedAfter", whole_seconds(window.from)},
                  {"MaxResultsPerPage", "100"}};
    if (!token.empty()) call.query.emplace_back("NextToken", token);
    call.has_token = !token.empty();
    call.access = Access::order_list;

    // The list costs a minute to be earned; while its orders' items are read it is kept.
    const std::string key = with_query(call.path, call.query);
    KeptPages& kept = client_.shared().pages;
    std::optional<Timestamp> date;
    auto text = kept.find(key);
    if (!text) {
        const auto answer = client_.call(call);
        if (!answer) return answer.error();
        date = answer->provider_now;
        text = std::string{answer->text};
        kept.keep(key, *text);
    }
    const auto index = JsonIndex::parse(*text);
    const JsonView payload = index ? index->root()["payload"] : JsonView{};
    if (!payload["Orders"].is_array()) return no_order_list();

    OrderPage page;
    page.provider_now = listed_until(payload["LastUpdatedBefore"], date);
    page.next_cursor = cursor_of(payload["NextToken"]);
    for (const JsonView order : payload["Orders"]) {
        const auto id = order["AmazonOrderId"].filled_text();
        if (!id) {
            page.problems.push_back({"order_without_id", "Amazon listed an order without an id; it cannot be kept"});
            continue;
        }
        const Timestamp updated = time_or(order["LastUpdateDate"], order["PurchaseDate"]);
        if (window.holds && window.holds(*id, updated)) {
            page.left_out.push_back(*id);
            continue;
        }
        auto whole = with_items(order);
        if (!whole) return whole.error();
        page.orders.push_back(std::move(*whole));
    }
    kept.clear();
    if (const auto refusal = client_.refusal_of(Access::order_list))
        page.problems.push_back({"pii_missing", "Amazon gives no names and streets of buyers: " + *refusal +
                                                    ". Ask for the role Direct-to-Consumer Delivery, or set use_rdt = "
                                                    "false"});
    if (const auto refusal = client_.refusal_of(Access::order_items))
        page.problems.push_back({"gift_texts_missing", "Amazon gives no gift messages: " + *refusal});
    return page;
}

Result<RawOrder> Orders::with_items(JsonView order) {
    const std::string id = order["AmazonOrderId"].text().value_or("");
    RawOrder raw{id, time_or(order["LastUpdateDate"], order["PurchaseDate"]), {}};
    const auto items = items_of(id, std::string{order["LastUpdateDate"].word()});
    raw.payload = R"({"order":)" + std::string{order.raw()};
    if (items) {
        raw.payload += R"(,"items":)" + *items;
    } else if (items.error().kind != ErrorKind::not_found && items.error().kind != ErrorKind::rejected) {
        return items.error();
    }
    // An order whose items Amazon refuses is kept without them: it cannot be read, and that shows, but its neighbours
    // can.
    raw.payload += '}';
    return raw;
}

Result<std::string> Orders::items_of(const std::string& order_id, const std::string& version) {
    const std::string path = std::string{kListV0} + "/" + path_part(order_id) + "/orderItems";
    KeptPages& kept = client_.shared().pages;
    std::string out = "[";
    std::string token;
    std::set<std::string, std::less<>> seen;
    for (int pages = 0; pages < kMaxItemPages; ++pages) {
        Call call{Operation::get_order_items, path};
        if (!token.empty()) call.query.emplace_back("NextToken", token);
        call.access = Access::order_items;
        const std::string key = with_query(path, call.query) + " " + version;
        auto text = kept.find(key);
        if (!text) {
            const auto answer = client_.call(call);
            if (!answer) {
                Error error = answer.error();
                // One token at a time would mean one job for every order: come back when several are there.
                if (error.code == "budget")
                    error.retry_after = std::max(error.retry_after.value_or(std::chrono::milliseconds{0}),
                                                 client_.shared().budgets.pace(Operation::get_order_items) * 10);
                return error;
            }
            text = std::string{answer->text};
            kept.keep(key, *text);
        }
        const auto index = JsonIndex::parse(*text);
        const JsonView payload = index ? index->root()["payload"] : JsonView{};
        if (!payload["OrderItems"].is_array())
            return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without the items of an order"};
        bool news = false;
        for (const JsonView item : payload["OrderItems"]) {
            if (!seen.insert(std::string{item["OrderItemId"].word()}).second) continue;
            if (out.size() > 1) out += ',';
            out += item.raw();
            news = true;
        }
        const std::string next = payload["NextToken"].filled_text().value_or("");
        if (next.empty()) return out + "]";
        if (next == token || !news) break;
        token = next;
    }
    return Error{ErrorKind::unavailable, "amazon_paging_stuck", "Amazon's pages of one order's items do not end"};
}

Result<RawOrder> Orders::fetch_order(const std::string& external_order_id) {
    if (external_order_id.empty()) return unknown_order(external_order_id);
    Call call{is_v0() ? Operation::get_order_v0 : Operation::get_order,
              std::string{is_v0() ? kListV0 : kList2026} + "/" + path_part(external_order_id)};
    if (is_v0())
        call.access = Access::one_order;
    else
        call.query = {{"includedData", kIncluded}};
    const auto answer = client_.call(call);
    if (!answer) return answer.error().kind == ErrorKind::not_found ? unknown_order(external_order_id) : answer.error();
    if (is_v0()) {
        if (!answer->payload["AmazonOrderId"]) return no_order_list();
        auto whole = with_items(answer->payload);
        return whole;
    }
    const JsonView order = answer->payload["order"];
    const auto id = order["orderId"].filled_text();
    if (!id) return no_order_list();
    return RawOrder{*id, time_or(order["lastUpdatedTime"], order["createdTime"]), std::string{order.raw()}};
}

Result<IdPage> Orders::list_order_ids(const PullWindow& created, const std::string& cursor) {
    const auto token = token_of(cursor);
    if (!token) return token.error();
    const bool v0 = is_v0();
    Call call{v0 ? Operation::get_orders : Operation::search_orders, std::string{v0 ? kListV0 : kList2026}};
    call.query = {{v0 ? "MarketplaceIds" : "marketplaceIds", comma_joined(client_.settings().marketplace_ids)},
                  {v0 ? "CreatedAfter" : "createdAfter", whole_seconds(created.from)}};
    if (created.upto) {
        const Timestamp bound = std::min(*created.upto, client_.now() - kBoundLag);
        if (bound <= created.from) return IdPage{};  // too fresh to be listed
        // The bound must stay the same from page to page, or the token does not fit: only a settled one is sent.
        if (bound == *created.upto)
            call.query.emplace_back(v0 ? "CreatedBefore" : "createdBefore", whole_seconds(bound));
    }
    call.query.emplace_back(v0 ? "MaxResultsPerPage" : "maxResultsPerPage", "100");
    if (!token->empty()) call.query.emplace_back(v0 ? "NextToken" : "paginationToken", *token);
    call.has_token = !token->empty();
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView orders = answer->payload[v0 ? "Orders" : "orders"];
    if (!orders.is_array()) return no_order_list();
    IdPage page;
    for (const JsonView order : orders)
        if (auto id = order[v0 ? "AmazonOrderId" : "orderId"].filled_text())
            page.external_ids.push_back(std::move(*id));
    page.next_cursor = cursor_of(v0 ? answer->payload["NextToken"] : answer->payload["pagination"]["nextToken"]);
    return page;
}

Result<MappedOrder> Orders::map_order(std::string_view payload) const { return map_order_payload(payload, rules_); }

void Orders::keep_known(domain::Order& newer, const domain::Order& older) const { keep_known_facts(newer, older); }

}  // namespace crossdock::connectors::amazon
