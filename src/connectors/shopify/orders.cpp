// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/orders.h"

#include <algorithm>
#include <cmath>

#include "connectors/answers.h"
#include "connectors/shopify/documents.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/paging.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr double kOrderCost = 107;      // of one HubOrder, by Shopify's formula
constexpr std::size_t kListFirst = 50;  // `first` of the plain lists in the HubOrder fragment
constexpr int kIdsPerPage = 250;
// A little less than sixty days: an order must not look lost in the hour in which it falls out of sight.
constexpr std::chrono::hours kShownWithoutScope{24 * 60 - 12};

double page_cost(int first) { return 2 + std::max(1.0, std::floor(2 * std::log(first))) * kOrderCost; }

std::string without(std::string_view text, std::string_view selection) {
    std::string out{text};
    if (const auto at = out.find(selection); at != std::string::npos) out.erase(at, selection.size());
    return out;
}

bool more_orders(JsonView connection) { return connection["pageInfo"]["hasNextPage"].is_true(); }

bool is_incomplete(JsonView node) {
    if (more_orders(node["lineItems"]) || more_orders(node["shippingLines"]) ||
        more_orders(node["fulfillmentOrders"]))
        return true;
    for (const JsonView fulfillment_order : node["fulfillmentOrders"]["nodes"])
        if (more_orders(fulfillment_order["lineItems"])) return true;
    // Plain lists have no page info: one as long as its `first` may be longer.
    return node["refunds"].size() >= kListFirst || node["fulfillments"].size() >= kListFirst;
}

/// Missing is no word. Those that are not known mean open, as some of these do.
bool is_known_status(JsonView status) {
    if (!status) return true;
    for (const std::string_view known : {"FULFILLED", "PARTIALLY_FULFILLED", "UNFULFILLED", "OPEN", "PENDING_FULFILLMENT", "IN_PROGRESS",
                                         "ON_HOLD", "SCHEDULED", "REQUEST_DECLINED", "RESTOCKED", "FULFILLMENT_NOT_REQUIRED"})
        if (status.word() == known) return true;
    return false;
}

Error bad_page() {
    return {ErrorKind::unavailable, "shopify_bad_answer", "Shopify answered without the list of orders"};
}

}  // namespace

Orders::Orders(AdminClient& client, const Profile& profile) : client_(client) {
    rules_.selling_unit_price = client.settings().selling_unit_price;
    rules_.gift_attribute_keys = client.settings().gift_attribute_keys;
    rules_.shop_taxes_included = profile.taxes_included;
    if (profile.lacks_scope("read_all_orders")) shown_for_ = kShownWithoutScope;
    if (profile.lacks_scope("read_customers")) {
        constexpr std::string_view kCustomer = "  customer { id legacyResourceId displayName }\n";
        page_text_ = without(document("orders_page").text, kCustomer);
        by_id_text_ = without(document("order_by_id").text, kCustomer);
    }
}

Result<OrderPage> Orders::fetch_orders(const PullWindow& window, const std::string& cursor) {
    std::string query = since_clause("updated_at", window.from);
    if (window.upto) query += " " + before_clause("updated_at", *window.upto);
    if (client_.settings().skip_test_orders) query += " test:false";

    std::atomic<int>& page_size = client_.shared().order_page_size;
    int first = page_size.load();
    auto answer = [&] {
        for (;;) {
            Call call{"orders_page", page_variables(first, cursor, query), page_cost(first)};
            call.cost_key = "orders_page:" + std::to_string(first);
            call.text = page_text_;
            auto result = client_.call(call);
            if (result || result.error().code != "shopify_max_cost" || first <= 1) return result;
            first /= 2;
            page_size = first;  // for the pages that follow, too
        }
    }();
    if (!answer) return answer.error();
    const JsonView orders = answer->data["orders"];
    if (!orders["nodes"].is_array()) return bad_page();

    OrderPage page;
    page.provider_now = answer->provider_now;
    page.problems = std::move(answer->problems);
    auto following = next_cursor(orders);
    if (!following) return following.error();
    page.next_cursor = std::move(*following);
    page.orders.reserve(orders["nodes"].size());
    bool unknown_word = false;
    for (const JsonView node : orders["nodes"]) {
        if (legacy_id(node).empty()) {
            page.problems.push_back({"order_without_id", "Shopify listed an order without an id; it cannot be kept"});
            continue;
        }
        if (!unknown_word && !is_known_status(node["displayFulfillmentStatus"])) {
            unknown_word = true;
            page.problems.push_back(
                {"status_unknown", "Shopify has a new word for the fulfilment of orders, \"" +
                                       in_quotes(node["displayFulfillmentStatus"].word().substr(0, 60)) +
                                       "\"; such orders are shown as open. A newer version may know it"});
        }
        auto order = complete(node, 2);
        if (!order) return order.error();
        page.orders.push_back(std::move(*order));
    }
    client_.shared().nested_pages.clear();
    return page;
}

Result<Answer> Orders::ask_for_order(std::string_view gid) {
    Call call{"order_by_id", id_variables(gid), kOrderCost};
    call.text = by_id_text_;
    return client_.call(call);
}

Result<RawOrder> Orders::fetch_order(const std::string& external_order_id) {
    if (external_order_id.starts_with(kFulfillmentOrderGid)) {
        const auto owner = client_.call({"fulfillment_order_owner", id_variables(external_order_id), 3});
        if (!owner) return owner.error();
        const std::string order{gid_digits(owner->data["fulfillmentOrder"]["order"]["id"].word())};
        // Merged or cancelled meanwhile: its order then changed, and comes with the ordinary pull.
        if (order.empty()) return Error{ErrorKind::not_found, "order_unknown", "Shopify does not show " + external_order_id};
        return fetch_order(order);
    }
    const std::string gid = to_gid("Order", external_order_id);
    if (gid.empty())
        return Error{ErrorKind::not_found, "order_unknown",
                     "\"" + in_quotes(external_order_id.substr(0, 60)) + "\" is no Shopify order id"};
    const auto answer = ask_for_order(gid);
    if (!answer) return answer.error();
    const JsonView node = answer->data["order"];
    if (!node)
        return Error{ErrorKind::not_found, "order_unknown",
                     "Shopify does not show order " + external_order_id +
                         ": deleted, or older than 60 days and the app lacks the scope read_all_orders"};
    if (client_.settings().skip_test_orders && node["test"].is_true())
        return Error{ErrorKind::not_found, "order_skipped",
                     "order " + external_order_id + " is a test order and skip_test_orders is set"};
    auto order = complete(node, 2);
    if (order) client_.shared().nested_pages.clear();
    return order;
}

/// An order whose pages were read while it changed is read again, so that its parts belong together.
Result<RawOrder> Orders::complete(JsonView node, int refetches) {
    bool changed = false;
    auto text = complete_text(node, changed);
    if (!text) return text.error();
    if (changed && refetches > 0) {
        const auto again = ask_for_order(node["id"].word());
        if (!again) return again.error();
        if (again->data["order"]) return complete(again->data["order"], refetches - 1);
    }
    const auto updated = parse_iso8601(node["updatedAt"].word(), ZoneRule::required);
    const auto created = parse_iso8601(node["createdAt"].word(), ZoneRule::required);
    return RawOrder{std::string{legacy_id(node)},
                    updated   ? *updated
                    : created ? *created
                              : Timestamp{},
                    std::move(*text)};
}

Result<std::string> Orders::complete_text(JsonView node, bool& changed) {
    if (!is_incomplete(node)) return std::string{node.raw()};
    const std::string_view gid = node["id"].word();
    const std::string_view updated_at = node["updatedAt"].word();
    Edits edits(node.raw());

    const auto further = [&](Call call, std::string_view root, std::string_view field, std::string_view version) {
        return nested_page(client_, call, {root, field, version, &changed});
    };
    const auto connection = [&](std::string_view field, std::string_view doc, double cost) -> Status {
        if (!more_orders(node[field])) return ok();
        const auto nodes = all_nodes(node[field], [&](const std::string& cursor) {
            return further({doc, id_variables(gid, cursor), cost}, "order", field, updated_at);
        });
        if (!nodes) return nodes.error();
        edits.replace(node[field].raw(), whole_connection(*nodes));
        return ok();
    };
    if (auto done = connection("lineItems", "order_line_items_page", 38); !done) return done.error();
    if (auto done = connection("shippingLines", "order_shipping_lines_page", 30); !done) return done.error();

    // Fulfilment orders first, then the lines of each.
    const JsonView fulfillment_orders = node["fulfillmentOrders"];
    const auto listed = all_nodes(fulfillment_orders, [&](const std::string& cursor) {
        return further({"order_fulfillment_orders_page", id_variables(gid, cursor), 90}, "order", "fulfillmentOrders",
                       updated_at);
    });
    if (!listed) return listed.error();
    std::vector<std::string> completed;
    bool any = more_orders(fulfillment_orders);
    for (const std::string& text : *listed) {
        const auto index = JsonIndex::parse(text);
        const JsonView one = index ? index->root() : JsonView{};
        if (!more_orders(one["lineItems"])) {
            completed.push_back(text);
            continue;
        }
        any = true;
        const auto lines = all_nodes(one["lineItems"], [&](const std::string& cursor) {
            return further({"fulfillment_order_lines_page", id_variables(one["id"].word(), cursor), 15},
                           "fulfillmentOrder", "lineItems", updated_at);
        });
        if (!lines) return lines.error();
        completed.push_back(replace_value(text, one["lineItems"].raw(), whole_connection(*lines)));
    }
    if (any) edits.replace(fulfillment_orders.raw(), whole_connection(completed));

    if (node["refunds"].size() >= kListFirst || node["fulfillments"].size() >= kListFirst) {
        const auto lists = client_.call({"order_lists", id_variables(gid), 10});
        if (!lists) return lists.error();
        const JsonView order = lists->data["order"];
        if (order["updatedAt"].word() != updated_at) changed = true;
        for (const std::string_view field : {"refunds", "fulfillments"})
            if (order[field].is_array() && node[field].is_array())
                edits.replace(node[field].raw(), std::string{order[field].raw()});
    }
    return edits.apply();
}

Result<IdPage> Orders::list_order_ids(const PullWindow& created, const std::string& cursor) {
    std::string query = since_clause("created_at", created.from);
    if (created.upto) query += " " + before_clause("created_at", *created.upto);
    if (client_.settings().skip_test_orders) query += " test:false";
    const auto answer = client_.call({"order_ids", page_variables(kIdsPerPage, cursor, query), 13});
    if (!answer) return answer.error();
    const JsonView orders = answer->data["orders"];
    if (!orders["nodes"].is_array()) return bad_page();
    IdPage page;
    for (const JsonView node : orders["nodes"])
        if (const std::string_view id = legacy_id(node); !id.empty()) page.external_ids.emplace_back(id);
    auto following = next_cursor(orders);
    if (!following) return following.error();
    page.next_cursor = std::move(*following);
    return page;
}

Result<MappedOrder> Orders::map_order(std::string_view payload) const { return map_order_payload(payload, rules_); }

}  // namespace crossdock::connectors::shopify
