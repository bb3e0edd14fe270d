// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/bulk.h"

#include <algorithm>
#include <map>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/shopify/answers.h"
#include "connectors/shopify/documents.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/paging.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr std::size_t kMaxLine = 16U * 1024 * 1024;
constexpr std::string_view kStorageHost = "storage.googleapis.com";

/// "Order" of "gid://shopify/Order/1".
std::string_view gid_type(std::string_view gid) {
    constexpr std::string_view kPrefix = "gid://shopify/";
    if (!gid.starts_with(kPrefix)) return {};
    gid.remove_prefix(kPrefix.size());
    return gid.substr(0, gid.find('/'));
}

Error bad_line(const std::string& why) {
    return {ErrorKind::invalid, "bulk_line_invalid", "a line of Shopify's bulk result " + why};
}

/// The result lies at Google's storage, or, for a simulated shop, at the shop's own address. No other address is asked.
bool is_result_address(const std::string& url, const Settings& settings) {
    const auto parsed = net::parse_url(url);
    if (!parsed) return false;
    if (parsed->scheme == "https" && parsed->host == kStorageHost && parsed->port == 443) return true;
    const auto base = net::parse_url(settings.base_url);
    return settings.own_base_url && base && parsed->host == base->host && parsed->port == base->port;
}

}  // namespace

Result<std::string> BulkOrders::start_bulk(Timestamp from) {
    std::string inner{document("bulk_orders.inner").text};
    constexpr std::string_view kFrom = "updated_at:>='FROM'";
    std::string search = since_clause("updated_at", from);
    if (client_.settings().skip_test_orders) search += " test:false";
    inner.replace(inner.find(kFrom), kFrom.size(), search);
    constexpr std::string_view kCustomer = "        customer { id legacyResourceId displayName }\n";
    if (without_customer_) inner.erase(inner.find(kCustomer), kCustomer.size());
    std::string variables;
    JsonWriter(variables).begin_object().field("query", inner).end_object();
    const auto answer = client_.call({"bulk_run_query", std::move(variables), 10});
    if (!answer) return answer.error();
    const JsonView payload = answer->data["bulkOperationRunQuery"];
    for (const JsonView error : payload["userErrors"]) {
        const std::string text = user_errors_text(payload["userErrors"]);
        if (error["code"].word() == "OPERATION_IN_PROGRESS" || error["code"].word() == "LIMIT_REACHED")
            return Error{ErrorKind::conflict, "shopify_bulk_busy",
                         "Shopify runs as many bulk operations as it allows: " + text};
        return Error{ErrorKind::rejected, "shopify_bulk_refused", "Shopify refused the bulk operation: " + text};
    }
    auto id = payload["bulkOperation"]["id"].filled_text();
    if (!id)
        return Error{ErrorKind::unavailable, "shopify_bad_answer",
                     "Shopify started a bulk operation without telling its id"};
    return std::move(*id);
}

Result<BulkOrderSource::Progress> BulkOrders::poll_bulk(const std::string& operation_id) {
    const auto answer = client_.call({"bulk_operation", id_variables(operation_id), 1});
    if (!answer) return answer.error();
    const JsonView operation = answer->data["bulkOperation"];
    if (!operation)
        return Error{ErrorKind::not_found, "shopify_bulk_unknown",
                     "Shopify does not know this bulk operation (any more)"};
    const std::string_view status = operation["status"].word();
    Progress progress;
    progress.objects = operation["objectCount"].integer().value_or(0);
    if (status == "CREATED" || status == "RUNNING" || status == "CANCELING") return progress;
    if (status == "COMPLETED") {
        progress.finished = true;
        progress.result_url = operation["url"].text().value_or("");
        return progress;
    }
    const std::string_view code = operation["errorCode"].word();
    if (code == "ACCESS_DENIED")
        return Error{ErrorKind::denied, "shopify_access_denied",
                     "Shopify refused to export the orders; grant the scope read_orders"};
    return Error{ErrorKind::rejected, "shopify_bulk_failed",
                 "Shopify's bulk operation ended as " +
                     (status.empty() ? "an unknown state" : std::string{status.substr(0, 40)}) +
                     (code.empty() ? "" : " (" + std::string{code} + ")")};
}

Status BulkOrders::read_bulk(const std::string& result_url, std::int64_t from_byte, const LineSink& line) {
    if (result_url.empty()) return ok();  // there were no orders
    if (!is_result_address(result_url, client_.settings()))
        return Error{ErrorKind::denied, "shopify_bulk_address",
                     "the address of the bulk result is not one of Shopify's; it is not asked"};
    net::HttpRequest request;
    request.url = result_url;  // signed by itself: our token is none of the storage's business
    request.headers = {{"User-Agent", std::string{kUserAgent}}};
    request.deadline = std::chrono::minutes{30};
    request.max_answer_bytes = std::size_t{16} * 1024 * 1024 * 1024;
    // From the newline before the place on: a storage that ignores ranges sends the whole, which begins with a brace.
    if (from_byte > 0) request.headers.emplace_back("Range", "bytes=" + std::to_string(from_byte - 1) + "-");

    std::string rest;
    std::int64_t at_byte = from_byte;  // of what is not in `rest` yet
    std::int64_t to_skip = 0;
    bool begun = false, stopped = false, too_long = false;
    const auto give = [&](std::string_view one, std::int64_t next_byte) {
        one = trim(one);
        if (!one.empty() && !line(one, next_byte)) stopped = true;
        return !stopped;
    };
    const auto response = client_.http().download(request, [&](std::string_view piece) {
        if (!begun && from_byte > 0 && !piece.empty()) to_skip = piece.front() == '\n' ? 1 : from_byte;
        begun = begun || !piece.empty();
        const auto skipped = std::min<std::int64_t>(to_skip, static_cast<std::int64_t>(piece.size()));
        to_skip -= skipped;
        piece.remove_prefix(static_cast<std::size_t>(skipped));
        for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
            rest.append(piece.substr(0, end));
            piece.remove_prefix(end + 1);
            at_byte += static_cast<std::int64_t>(end) + 1;
            if (!give(rest, at_byte)) return false;
            rest.clear();
        }
        rest.append(piece);
        at_byte += static_cast<std::int64_t>(piece.size());
        too_long = rest.size() > kMaxLine;
        return !too_long;
    });
    if (stopped) return ok();
    if (too_long)
        return Error{ErrorKind::rejected, "shopify_bulk_line_too_long",
                     "a line of the bulk result is longer than 16 MiB"};
    if (!response) return response.error();
    if (response->status >= 500)
        return Error{ErrorKind::unavailable, "shopify_bulk_storage",
                     "the storage of bulk results answered HTTP " + std::to_string(response->status)};
    if (response->status != 200 && response->status != 206)
        return Error{ErrorKind::not_found, "shopify_bulk_expired",
                     "the bulk result answered HTTP " + std::to_string(response->status) +
                         "; its address lives for seven days"};
    give(rest, at_byte);
    return ok();
}

Result<BulkOrderSource::Line> BulkOrders::classify_bulk_line(std::string_view line) const {
    const auto index = JsonIndex::parse(line);
    if (!index) return bad_line("is " + index.error().message);
    const JsonView root = index->root();
    Line found;
    found.id = root["id"].word();
    found.parent = root["__parentId"].word();
    if (found.id.empty()) return bad_line("has no id");
    const std::string_view order = found.parent.empty() ? found.id : found.parent;
    if (gid_type(order) == "Order")
        found.external_order_id = gid_digits(order);
    else if (found.parent.empty())
        return bad_line("is no order and names no parent");
    return found;
}

Result<RawOrder> BulkOrders::assemble_bulk(std::span<const std::string> lines) const {
    std::vector<JsonIndex> indexes;
    indexes.reserve(lines.size());
    JsonView order;
    std::map<std::string, std::vector<std::string>, std::less<>> grandchildren;  // by fulfilment order
    for (const std::string& line : lines) {
        auto index = JsonIndex::parse(line);
        if (!index) return bad_line("is " + index.error().message);
        indexes.push_back(std::move(*index));
        const JsonView root = indexes.back().root();
        const std::string_view parent = root["__parentId"].word();
        if (parent.empty())
            order = root;
        else if (gid_type(parent) == "FulfillmentOrder")
            grandchildren[std::string{parent}].push_back(line);
    }
    if (!order.is_object() || order.size() == 0 || legacy_id(order).empty())
        return bad_line("is missing: the order itself");

    const auto extended = [](std::string_view object, const std::string& fields) {
        return std::string{object.substr(0, object.rfind('}'))} + "," + fields + "}";
    };
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
            fulfillment_orders.push_back(extended(
                node.raw(), "\"lineItems\":" + whole_connection(found == grandchildren.end() ? none : found->second)));
        }
    }
    RawOrder raw;
    raw.external_order_id = legacy_id(order);
    const auto updated = parse_iso8601(order["updatedAt"].word(), ZoneRule::required);
    const auto created = parse_iso8601(order["createdAt"].word(), ZoneRule::required);
    raw.updated_at = updated ? *updated : created ? *created : Timestamp{};
    raw.payload = extended(order.raw(), "\"shippingLines\":" + whole_connection(shipping_lines) +
                                            ",\"lineItems\":" + whole_connection(line_items) +
                                            ",\"fulfillmentOrders\":" + whole_connection(fulfillment_orders));
    return raw;
}

}  // namespace crossdock::connectors::shopify
