// SPDX-License-Identifier: Apache-2.0
// Reading orders: windows, pagers, one order; and the acknowledgement.
#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMostOrders = 20'000;  // of one query, silently
constexpr auto kHistory = std::chrono::days(180);
constexpr auto kDefaultCreated = std::chrono::days(7);
constexpr std::size_t kRememberedCursors = 20'000;

// As in the published samples: colons, commas and stars stand as they are.
std::string cursor_value(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("-_.~:,*").find(c) != std::string_view::npos)
            out += c;
        else
            (out += '%') += {kHex[byte >> 4U], kHex[byte & 15U]};
    }
    return out;
}

std::optional<int> number_of(const std::string& text) {
    if (text.empty() || text.size() > 8 ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return std::stoi(text);
}

}  // namespace

struct SellerImpl::OrderQuery {
    Timestamp created_start{}, created_end{};
    std::optional<Timestamp> modified_start, modified_end, ship_from, ship_to;
    std::string status, sku, node_type = "SellerFulfilled", order_type;
    std::int64_t id = 0, customer_order = 0;
    int limit = 100;
    std::size_t offset = 0;
    std::optional<Refusal> refusal;

    void read(const Call& call, Timestamp now, bool released) {
        created_start = now - kDefaultCreated;  // also when only a modification window is asked for
        created_end = now;
        if (released && !call.request.parameter("createdStartDate"))
            refusal = Refusal::param("createdStartDate", "createdStartDate is mandatory");
        date(call, "createdStartDate", [this](Timestamp at) { created_start = at; });
        date(call, "createdEndDate", [this](Timestamp at) { created_end = at; });
        date(call, "lastModifiedStartDate", [this](Timestamp at) { modified_start = at; });
        date(call, "lastModifiedEndDate", [this](Timestamp at) { modified_end = at; });
        date(call, "fromExpectedShipDate", [this](Timestamp at) { ship_from = at; });
        date(call, "toExpectedShipDate", [this](Timestamp at) { ship_to = at; });
        created_start = std::max(created_start, now - kHistory);
        status = call.text("status");
        sku = call.text("sku");
        order_type = call.text("orderType");
        if (const std::string type = call.text("shipNodeType"); !type.empty()) {
            if (std::find(kNodeTypes.begin(), kNodeTypes.end(), type) == kNodeTypes.end())
                refusal = Refusal::param(
                    "shipNodeType", "shipNodeType takes one of SellerFulfilled, WFSFulfilled, 3PLFulfilled per call");
            node_type = type;
        }
        id = std::strtoll(call.text("purchaseOrderId").c_str(), nullptr, 10);
        customer_order = std::strtoll(call.text("customerOrderId").c_str(), nullptr, 10);
        if (const std::string text = call.text("limit"); !text.empty()) {
            limit = number_of(text).value_or(0);
            if (limit < 1 || limit > 200) refusal = Refusal::param("limit", "limit must be between 1 and 200");
        }
        offset = static_cast<std::size_t>(number_of(call.text("poIndex")).value_or(0));
    }
    [[nodiscard]] bool wants(const Order& order, const Goods& goods, Timestamp now, bool released) const {
        const bool settled = order.visible_at <= now;
        const Timestamp modified = settled ? order.modified : order.known_modified;
        if (modified == Timestamp{}) return false;  // lists do not know it yet
        if (order.created < created_start || order.created > created_end) return false;
        if ((modified_start && modified < *modified_start) || (modified_end && modified > *modified_end)) return false;
        if ((ship_from && order.ship_by < *ship_from) || (ship_to && order.ship_by > *ship_to)) return false;
        if (kNodeTypes[static_cast<std::size_t>(order.node_type)] != node_type) return false;
        if ((id != 0 && order.id != id) || (customer_order != 0 && order.customer_order != customer_order))
            return false;
        if (!order_type.empty() && kOrderTypes[static_cast<std::size_t>(order.type)] != order_type) return false;
        return std::any_of(order.lines.begin(), order.lines.end(), [&](const Line& line) {
            if (!sku.empty() && goods.sku(line.good) != sku) return false;
            if (released && line.in(LineStatus::created) == 0) return false;
            return status.empty() || std::any_of(line.units.begin(), line.units.end(),
                                                 [&](const Units& part) { return wire(part.status) == status; });
        });
    }

private:
    template <class Take>
    void date(const Call& call, const char* name, Take take) {
        const auto text = call.request.parameter(name);
        if (!text) return;
        const auto at = parse_iso8601(*text, ZoneRule::utc);
        if (at)
            take(*at);
        else
            refusal = Refusal::param(name, std::string(name) + " is not a date: " + std::string(*text));
    }
};

OrderExtras SellerImpl::extras_of(const Call& call) const {
    return {call.flag("replacementInfo"), call.flag("productInfo"), options_.null_fields};
}

std::string SellerImpl::issue_cursor(const http::Fields& parameters) {
    std::string out;
    for (const auto& [name, value] : parameters) out += (out.empty() ? "?" : "&") + name + "=" + cursor_value(value);
    if (cursors_.insert(parameters).second) cursor_age_.push_back(parameters);
    if (cursor_age_.size() > kRememberedCursors) {
        cursors_.erase(cursor_age_.front());
        cursor_age_.pop_front();
    }
    return out;
}

Answer SellerImpl::list_orders(const Call& call) { return list(call, false); }
Answer SellerImpl::list_released(const Call& call) { return list(call, true); }

Answer SellerImpl::list(const Call& call, bool released) {
    const bool continues = call.request.parameter("poIndex") || call.request.parameter("hasMoreElements");
    if (continues && !was_issued(call.request.query))
        return Refusal::param("nextCursor", "The cursor is not valid: repeat nextCursor exactly as it was given");
    OrderQuery query;
    query.read(call, world_.now(), released);
    if (query.refusal) return *query.refusal;

    std::vector<const Order*> found;
    for (const auto& [id, order] : world_.orders)
        if (query.wants(order, world_.goods, world_.now(), released)) found.push_back(&order);
    // Newest order first. The position counts in the list as it is now: an order whose change moves it out of a closed
    // modification window shifts those behind it.
    std::sort(found.begin(), found.end(), [](const Order* a, const Order* b) {
        return a->created != b->created ? a->created > b->created : a->id > b->id;
    });
    if (found.size() > kMostOrders) found.resize(kMostOrders);

    const auto fault = page_fault(call.operation);
    auto count = static_cast<std::size_t>(query.limit);
    if (fault == "half_page") count = std::max<std::size_t>(1, count / 2);
    if (fault == "empty_page") count = 0;
    const std::size_t begin = std::min(query.offset, found.size());
    const std::size_t end = std::min(begin + count, found.size());
    if (found.empty() || (begin == end && !fault)) return Refusal::missing();

    Json list = Json::array();
    for (std::size_t i = begin; i < end; ++i) {
        if (!released) {
            list.push_back(walmart::order_json(*found[i], world_.goods, world_.stock.nodes(), extras_of(call)));
            continue;
        }
        Order open = *found[i];  // only the lines that wait to be acknowledged
        std::erase_if(open.lines, [](const Line& line) { return line.in(LineStatus::created) == 0; });
        list.push_back(walmart::order_json(open, world_.goods, world_.stock.nodes(), extras_of(call)));
    }
    Json meta = {{"totalCount", found.size()}, {"limit", query.limit}};
    const std::size_t next = fault == "repeat_cursor" ? query.offset : end;
    if (next < found.size()) {
        http::Fields pager = {{"limit", std::to_string(query.limit)},    {"hasMoreElements", "true"},
                              {"soIndex", std::to_string(found.size())}, {"poIndex", std::to_string(next)},
                              {"partnerId", options_.partner_id},        {"sellerId", options_.seller_id}};
        for (const auto& [name, value] : call.request.query) {
            if (name != "createdEndDate" && name != "createdStartDate" &&
                std::none_of(pager.begin(), pager.end(), [&](const auto& field) { return field.first == name; }))
                pager.emplace_back(name, value);
        }
        // The window stays that of the first page, whether it was given or assumed.
        const std::string start = call.text("createdStartDate");
        pager.emplace_back("createdStartDate", start.empty() ? iso_ms(query.created_start) : start);
        pager.emplace_back("createdEndDate", iso_ms(query.created_end));
        meta["nextCursor"] = issue_cursor(pager);
    } else if (options_.null_fields) {
        meta["nextCursor"] = nullptr;
    }
    Json elements = {{"order", std::move(list)}};
    if (elements["order"].size() == 1 && faults_.take({"single_object"}, call.operation)) {
        ++world_.counters.faults;
        elements["order"] = Json(elements["order"][0]);
    }
    Json body = {{"meta", std::move(meta)}, {"elements", std::move(elements)}};
    if (faults_.take({"errors_inside"}, call.operation)) {
        ++world_.counters.faults;
        body["errors"] =
            Json::array({error_entry({500, "SYSTEM_ERROR", "", "Some orders could not be read"}, "GMP_ORDER_API")});
    }
    return Json{{"list", std::move(body)}};
}

// The published file types the answer as the bare order; its own example and live answers wrap it.
Json SellerImpl::wrapped(const Order& order, const Call& call) {
    return {{"order", walmart::order_json(order, world_.goods, world_.stock.nodes(), extras_of(call))}};
}

Answer SellerImpl::one_order(const Call& call) {
    const Order* order = world_.order(std::strtoll(call.values[0].c_str(), nullptr, 10));
    if (order == nullptr || order->created < world_.now() - kHistory) return Refusal::missing();
    return wrapped(*order, call);
}

Answer SellerImpl::acknowledge_order(const Call& call) {
    Order* order = world_.order(std::strtoll(call.values[0].c_str(), nullptr, 10));
    if (order == nullptr) return Refusal::missing();
    if (!call.request.body.empty() && nlohmann::json::parse(call.request.body, nullptr, false).is_discarded())
        return Refusal::content("", "Cannot deserialize the request body");
    if (auto refusal = world_.acknowledge(*order)) return *refusal;
    return wrapped(*order, call);
}

}  // namespace crossdock::sandbox::walmart
