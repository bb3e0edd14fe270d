// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/bulk_orders.h"

#include <map>

#include "connectors/shopify/documents.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/paging.h"

namespace crossdock::connectors::shopify {

Result<std::string> BulkOrders::start_bulk(Timestamp from) {
    std::string inner{document("bulk_orders.inner").text};
    constexpr std::string_view kFrom = "updated_at:>='FROM'";
    std::string search = since_clause("updated_at", from);
    if (skip_test_orders_) search += " test:false";
    inner.replace(inner.find(kFrom), kFrom.size(), search);
    constexpr std::string_view kCustomer = "        customer { id legacyResourceId displayName }\n";
    if (without_customer_) inner.erase(inner.find(kCustomer), kCustomer.size());
    return bulk_.start(inner);
}

Result<RawOrder> BulkOrders::assemble_bulk(std::span<const std::string> lines) const {
    std::vector<JsonIndex> indexes;
    indexes.reserve(lines.size());
    JsonView order;
    std::map<std::string, std::vector<std::string>, std::less<>> grandchildren;  // by fulfilment order
    for (const std::string& line : lines) {
        auto index = JsonIndex::parse(line);
        if (!index) return bad_bulk_line("is " + index.error().message);
        indexes.push_back(std::move(*index));
        const JsonView root = indexes.back().root();
        const std::string_view parent = root["__parentId"].word();
        if (parent.empty())
            order = root;
        else if (gid_type(parent) == "FulfillmentOrder")
            grandchildren[std::string{parent}].push_back(line);
    }
    if (!order.is_object() || order.size() == 0 || legacy_id(order).empty())
        return bad_bulk_line("is missing: the order itself");

    std::vector<std::string> line_items, shipping_lines, fulfillment_orders;
    for (const JsonIndex& index : indexes) {
        const JsonView node = index.root();
        if (node["__parentId"].word() != order["id"].word()) continue;
        const std::string_view type = gid_type(node["id"].word());
        if (type == "LineItem") {
            line_items.emplace_back(node.raw());
        } else if (type == "ShippingLine") {
            shipping_lines.emplace_back(node.raw());
        } else if (type == "FulfillmentOrder") {
            const auto found = grandchildren.find(node["id"].word());
            const std::vector<std::string> none;
            fulfillment_orders.push_back(with_fields(
                node.raw(), "\"lineItems\":" + whole_connection(found == grandchildren.end() ? none : found->second)));
        }
    }
    RawOrder raw;
    raw.external_order_id = legacy_id(order);
    const auto updated = parse_iso8601(order["updatedAt"].word(), ZoneRule::required);
    const auto created = parse_iso8601(order["createdAt"].word(), ZoneRule::required);
    raw.updated_at = updated ? *updated : created ? *created : Timestamp{};
    raw.payload = with_fields(order.raw(), "\"shippingLines\":" + whole_connection(shipping_lines) +
                                               ",\"lineItems\":" + whole_connection(line_items) +
                                               ",\"fulfillmentOrders\":" + whole_connection(fulfillment_orders));
    return raw;
}

}  // namespace crossdock::connectors::shopify
