// SPDX-License-Identifier: Apache-2.0
// Fulfillment and Finances.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/ebay/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kFulfillment = "API_FULFILLMENT", kFinances = "API_FINANCES";

/// "[a..b]" or "[a..]"; none when malformed.
struct Range {
    Timestamp from, to;
    bool open = false;
};
std::optional<Range> range_of(std::string_view text) {
    if (!text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) return std::nullopt;
    const auto from = parse_iso8601(text.substr(0, dots), ZoneRule::required);
    if (!from) return std::nullopt;
    if (dots + 2 == text.size()) return Range{*from, *from, true};
    const auto to = parse_iso8601(text.substr(dots + 2), ZoneRule::required);
    if (!to || *to < *from) return std::nullopt;
    return Range{*from, *to, false};
}

/// "{A|B}" as its words.
std::set<std::string> words_of(std::string_view text) {
    if (!text.starts_with('{') || !text.ends_with('}')) return {};
    const auto parts = split(text.substr(1, text.size() - 2), '|');
    return {parts.begin(), parts.end()};
}

struct OrderFilter {
    std::optional<Range> created, modified;
    std::set<std::string> statuses;
};

/// One parameter, criteria separated by commas. An error answer when it is not eBay's grammar.
std::optional<http::Response> read_filter(std::string_view text, Timestamp now, OrderFilter& filter) {
    for (const std::string& criterion : split(text, ',')) {
        const std::size_t colon = criterion.find(':');
        const std::string name = criterion.substr(0, colon);
        const std::string value = colon == std::string::npos ? "" : criterion.substr(colon + 1);
        if (name == "orderfulfillmentstatus") {
            filter.statuses = words_of(value);
            // No other sets are taken.
            if (filter.statuses != std::set<std::string>{"NOT_STARTED", "IN_PROGRESS"} &&
                filter.statuses != std::set<std::string>{"FULFILLED", "IN_PROGRESS"})
                return refuse(400, 30800, kFulfillment, "Invalid filter value: " + value);
        } else if (name == "creationdate" || name == "lastmodifieddate") {
            const auto range = range_of(value);
            if (!range)
                return refuse(400, 30700, kFulfillment, "Invalid filter name: " + criterion, {{"fieldname", name}});
            if (range->from > now || (!range->open && range->to > now))
                return refuse(400, 30850, kFulfillment, "Start and end dates can't be in the future");
            if (range->from < now - 24h * 731)
                return refuse(400, 30810, kFulfillment, "Start date can't be older than two years");
            (name == "creationdate" ? filter.created : filter.modified) = range;
        } else {
            return refuse(400, 30700, kFulfillment, "Invalid filter name: " + name, {{"fieldname", name}});
        }
    }
    return std::nullopt;
}

bool inside(Timestamp at, const Range& range, Timestamp now) {
    return at >= range.from && at <= (range.open ? now : range.to);
}

std::string query_again(const http::Request& request, std::int64_t limit, std::int64_t offset) {
    std::string out;
    for (const auto& [name, value] : request.query) {
        if (name != "limit" && name != "offset") out += percent_encode(name) + "=" + percent_encode(value) + "&";
    }
    return "?" + out + "limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset);
}

}  // namespace

http::Response SellerImpl::get_orders(const http::Request& request) {
    const Timestamp now = world_.now();
    const std::string base = base_url(request);
    const std::string_view groups = request.parameter("fieldGroups").value_or("");
    bool breakdown = groups == "TAX_BREAKDOWN";
    const auto ids = request.parameter("orderIds");
    const auto limit = number_parameter(request, "limit", 50);
    const auto offset = number_parameter(request, "offset", 0);
    std::vector<const Order*> found;
    if (ids) {  // every other parameter is ignored
        const auto wanted = split(*ids, ',');
        if (wanted.size() > 50) return refuse(400, 30830, kFulfillment, "Too many order ids, at most 50");
        for (const std::string& id : wanted)
            if (const Order* order = world_.order(id); order != nullptr && order->visible_at <= now)
                found.push_back(order);
    } else {
        if (!groups.empty() && !breakdown)
            return refuse(400, 30820, kFulfillment, "Invalid field group: " + std::string(groups));
        if (!limit || *limit < 1 || *limit > 200)
            return refuse(400, 31100, kFulfillment, "Invalid limit: " + std::string(*request.parameter("limit")),
                          {{"limitvalue", std::string(*request.parameter("limit"))}});
        if (!offset) return refuse(400, 31110, kFulfillment, "Invalid offset");
        OrderFilter filter;
        if (const auto text = request.parameter("filter")) {
            if (auto error = read_filter(*text, now, filter)) return *error;
        }
        if (!filter.created && !filter.modified) filter.created = Range{now - 24h * 90, now, true};
        for (const auto& [id, order] : world_.orders) {
            if (order.visible_at > now) continue;
            const bool in = filter.created ? inside(order.created_at, *filter.created, now)
                                           : inside(order.updated_at, *filter.modified, now);
            if (in && (filter.statuses.empty() || filter.statuses.contains(order.fulfillment_status())))
                found.push_back(&order);
        }
        // The newest first: orders that arrive meanwhile shift the pages.
        std::sort(found.begin(), found.end(), [](const Order* a, const Order* b) {
            return a->created_at != b->created_at ? a->created_at > b->created_at : a->id > b->id;
        });
    }
    const std::int64_t total = static_cast<std::int64_t>(found.size());
    const std::int64_t asked = ids ? std::max<std::int64_t>(total, 1) : *limit, start = ids ? 0 : *offset;
    std::int64_t size = asked, next = start + asked;
    if (faults_.take({"half_page"}, "getOrders")) next = start + (size = std::max<std::int64_t>(1, asked / 2));
    if (faults_.take({"repeat_cursor"}, "getOrders")) next = start;
    if (faults_.take({"empty_page"}, "getOrders")) {
        size = 0;
        next = start;
    }
    Json orders = Json::array();
    for (std::int64_t i = start; i < std::min(total, start + size); ++i)
        orders.push_back(order_json(world_, options_, *found[static_cast<std::size_t>(i)], breakdown, false, base));
    const std::string url = base + "/sell/fulfillment/v1/order";
    Json body = {{"href", url + query_again(request, asked, start)}, {"total", total}};
    if (!ids && (next < total || (next == start && start < total)))
        body["next"] = url + query_again(request, asked, next);
    if (start > 0) body["prev"] = url + query_again(request, asked, std::max<std::int64_t>(0, start - asked));
    body["limit"] = asked;
    body["offset"] = start;
    body["orders"] = orders;
    return http::Response::json(200, body.dump());
}

http::Response SellerImpl::get_order(const http::Request& request, const std::string& id) {
    const Order* order = world_.order(id);
    if (order == nullptr) return refuse(404, 32100, kFulfillment, "Invalid Order Id: " + id, {{"orderId", id}});
    const bool breakdown = request.parameter("fieldGroups").value_or("") == "TAX_BREAKDOWN";
    return http::Response::json(200, order_json(world_, options_, *order, breakdown, true, base_url(request)).dump());
}

http::Response SellerImpl::create_fulfillment(const http::Request& request, const std::string& id) {
    Order* order = world_.order(id);
    if (order == nullptr) return refuse(400, 32100, kFulfillment, "Invalid Order Id: " + id, {{"orderId", id}});
    const Json body = Json::parse(request.body, nullptr, false);
    if (!body.is_object()) return refuse(400, 30900, kFulfillment, "The body is not a JSON object");
    const auto text = [&](const char* name) {
        return body.contains(name) && body[name].is_string() ? body[name].get<std::string>() : std::string();
    };
    Shipment shipment;
    shipment.carrier = text("shippingCarrierCode");
    shipment.tracking = text("trackingNumber");
    const bool plain = std::all_of(shipment.tracking.begin(), shipment.tracking.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    if (shipment.carrier.empty() != shipment.tracking.empty() || !plain)
        return refuse(400, 32300, kFulfillment, "Invalid shipment tracking number or carrier");
    shipment.shipped_at = world_.now();
    if (body.contains("shippedDate")) {
        const auto at = parse_iso8601(text("shippedDate"), ZoneRule::required);
        if (!at || *at < order->created_at || *at > world_.now())
            return refuse(400, 32500, kFulfillment, "Invalid shipped date", {{"shippedDate", text("shippedDate")}});
        shipment.shipped_at = *at;
    }
    if (order->cancelled_at || order->pickup || order->by_ebay)
        return refuse(409, 32600, kFulfillment, "The order cannot be shipped in its state");
    if (order->shipments.size() >= 10)
        return refuse(400, 34100, kFulfillment, "Maximum tracking number for order is exceeded");
    if (body.contains("lineItems") && !body["lineItems"].empty()) {
        if (!body["lineItems"].is_array()) return refuse(400, 32110, kFulfillment, "Invalid line items");
        for (const Json& wanted : body["lineItems"]) {
            const std::string line_id =
                wanted.is_object() && wanted.contains("lineItemId") && wanted["lineItemId"].is_string()
                    ? wanted["lineItemId"].get<std::string>()
                    : "";
            const auto line = std::find_if(order->lines.begin(), order->lines.end(),
                                           [&](const Line& each) { return each.id == line_id; });
            if (line == order->lines.end())
                return refuse(400, 32110, kFulfillment, "Invalid line item id: " + line_id, {{"lineItemId", line_id}});
            const bool counted = wanted.contains("quantity");
            if (counted && !wanted["quantity"].is_number_integer())
                return refuse(400, 32120, kFulfillment, "Invalid quantity", {{"lineItemId", line_id}});
            const std::int64_t units = counted ? wanted["quantity"].get<std::int64_t>() : line->quantity;
            if (units < 1 || units > line->quantity)
                return refuse(400, 32120, kFulfillment, "Invalid quantity", {{"lineItemId", line_id}});
            shipment.lines.emplace_back(line_id, static_cast<int>(units));
        }
    } else {
        shipment.lines = world_.left(*order, true).lines;
        // A second number for a shipped order is one more package of it.
        if (shipment.lines.empty())
            for (const Line& line : order->lines) shipment.lines.emplace_back(line.id, line.quantity);
    }
    shipment.id = shipment.tracking.empty() ? "999" : shipment.tracking;
    for (const Shipment& other : order->shipments) {
        if (!shipment.tracking.empty() && other.tracking == shipment.tracking) {
            ++world_.counters.shipments_doubled;
            break;
        }
    }
    ++world_.counters.shipments_created;
    const std::string location =
        base_url(request) + "/sell/fulfillment/v1/order/" + id + "/shipping_fulfillment/" + shipment.id;
    world_.ship(*order, std::move(shipment));
    http::Response response{201, "", "application/json", {}};
    response.headers.emplace_back("Location", location);
    return response;
}

http::Response SellerImpl::get_fulfillments(const std::string& order_id, const std::string& id) {
    const Order* order = world_.order(order_id);
    if (order == nullptr)
        return refuse(404, 32100, kFulfillment, "Invalid Order Id: " + order_id, {{"orderId", order_id}});
    Json list = Json::array();
    for (const Shipment& shipment : order->shipments) {
        Json lines = Json::array();
        for (const auto& [line, units] : shipment.lines) lines.push_back({{"lineItemId", line}, {"quantity", units}});
        Json shown = {
            {"fulfillmentId", shipment.id}, {"lineItems", lines}, {"shippedDate", ebay_time(shipment.shipped_at)}};
        if (!shipment.tracking.empty()) {
            shown["shipmentTrackingNumber"] = shipment.tracking;
            shown["shippingCarrierCode"] = shipment.carrier;
        }
        if (shipment.id == id) return http::Response::json(200, shown.dump());
        list.push_back(shown);
    }
    if (!id.empty()) return refuse(404, 32400, kFulfillment, "Invalid fulfillment Id: " + id);
    return http::Response::json(200, Json{{"fulfillments", list}, {"total", list.size()}}.dump());
}

http::Response SellerImpl::get_transactions(const http::Request& request) {
    const auto limit = number_parameter(request, "limit", 20);
    const auto offset = number_parameter(request, "offset", 0);
    if (!limit || *limit < 1 || *limit > 1000 || !offset) return refuse(400, 135003, kFinances, "Invalid paging");
    const std::string_view sort = request.parameter("sort").value_or("transactionDate");
    if (sort != "transactionDate" && sort != "-transactionDate") return refuse(400, 135005, kFinances, "Invalid sort");
    std::set<std::string> types, statuses;
    std::string id, order_id;
    std::optional<Range> dates;
    for (const std::string_view filter : request.parameters("filter")) {  // repeated here, unlike getOrders
        const std::size_t colon = filter.find(':');
        const std::string_view name = filter.substr(0, colon);
        const std::string_view value = colon == std::string_view::npos ? "" : filter.substr(colon + 1);
        const auto words = words_of(value);
        if (name == "transactionDate") {
            if (!(dates = range_of(value))) return refuse(400, 135008, kFinances, "Invalid transaction date filter");
        } else if (name == "transactionType") {
            if ((types = words).empty()) return refuse(400, 135006, kFinances, "Invalid transaction type filter");
        } else if (name == "transactionStatus") {
            if ((statuses = words).empty()) return refuse(400, 135007, kFinances, "Invalid transaction status filter");
        } else if (words.size() == 1 && name == "orderId") {
            order_id = *words.begin();
        } else if (words.size() == 1 && name == "transactionId") {
            id = *words.begin();
        } else {
            return refuse(400, 135004, kFinances, "Invalid filter");
        }
    }
    if (!id.empty() && types.empty()) return refuse(400, 135009, kFinances, "Transaction type filter is missing.");
    if (dates && dates->open) dates = Range{dates->from, dates->from + 24h * 90, false};
    const Timestamp now = world_.now();
    std::vector<const Transaction*> found;
    for (const Transaction& booked : world_.transactions) {
        const bool wanted = booked.visible_at <= now && (types.empty() || types.contains(booked.type)) &&
                            (statuses.empty() || statuses.contains(booked.status(now))) &&
                            (id.empty() || booked.id == id) && (order_id.empty() || booked.order_id == order_id) &&
                            (!dates || inside(booked.at, *dates, now));
        if (wanted) found.push_back(&booked);
    }
    std::stable_sort(found.begin(), found.end(), [&](const Transaction* a, const Transaction* b) {
        return sort == "transactionDate" ? a->at < b->at : a->at > b->at;
    });
    const std::int64_t total = static_cast<std::int64_t>(found.size());
    if (total == 0) return {204, "", "application/json", {}};
    const std::string currency = world_.currency();
    Json list = Json::array();
    for (std::int64_t i = *offset; i < std::min(total, *offset + *limit); ++i) {
        const Transaction& booked = *found[static_cast<std::size_t>(i)];
        Json shown = {{"transactionId", booked.id},
                      {"orderId", booked.order_id},
                      {"buyer", {{"username", booked.buyer}}},
                      {"transactionType", booked.type},
                      {"amount", amount(booked.amount, currency)},
                      {"eBayCollectedTaxAmount", amount(booked.tax, currency)},
                      {"totalFeeBasisAmount", amount(booked.fee_basis, currency)},
                      {"totalFeeAmount", amount(booked.fee, currency)},
                      {"bookingEntry", booked.credit ? "CREDIT" : "DEBIT"},
                      {"transactionDate", ebay_time(booked.at)},
                      {"transactionStatus", booked.status(now)},
                      {"paymentsEntity", "eBay Commerce Inc."}};
        if (!booked.line_id.empty()) {
            const Json fee = {{"feeType", "FINAL_VALUE_FEE"}, {"amount", amount(booked.fee, currency)}};
            shown["orderLineItems"] = Json::array({{{"lineItemId", booked.line_id},
                                                    {"feeBasisAmount", amount(booked.fee_basis, currency)},
                                                    {"marketplaceFees", Json::array({fee})}}});
        } else if (booked.credit) {  // the order only by reference, as seen at times
            shown.erase("orderId");
            shown["references"] = Json::array({{{"referenceId", booked.order_id}, {"referenceType", "ORDER_ID"}}});
        }
        list.push_back(shown);
    }
    const std::string url = base_url(request) + "/sell/finances/v1/transaction";
    Json body = {{"href", url + query_again(request, *limit, *offset)}, {"limit", *limit}, {"offset", *offset}};
    if (*offset + *limit < total) body["next"] = url + query_again(request, *limit, *offset + *limit);
    body["total"] = total;
    body["transactions"] = list;
    return http::Response::json(200, body.dump());
}

}  // namespace crossdock::sandbox::ebay
