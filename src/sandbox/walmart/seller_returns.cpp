// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {
namespace {

/// A window needs both ends: one alone is refused.
std::optional<Refusal> read_window(const Call& call, const std::string& what, std::optional<Timestamp>& start,
                                   std::optional<Timestamp>& end) {
    const auto from = call.request.parameter(what + "StartDate");
    const auto to = call.request.parameter(what + "EndDate");
    if (from.has_value() != to.has_value())
        return Refusal::param(what + (from ? "EndDate" : "StartDate"),
                              what + "StartDate and " + what + "EndDate must be given together");
    if (!from) return std::nullopt;
    const auto first = parse_iso8601(*from, ZoneRule::utc);
    const auto last = parse_iso8601(*to, ZoneRule::utc);
    if (!first || !last) return Refusal::param(what + "StartDate", "The dates of the window are not ISO 8601");
    if (*first > *last) return Refusal::param(what + "StartDate", "The window ends before it starts");
    start = *first;
    end = *last;
    return std::nullopt;
}

}  // namespace

Answer SellerImpl::list_returns(const Call& call) {
    std::optional<Timestamp> modified_from, modified_to, created_from, created_to;
    if (auto refusal = read_window(call, "returnLastModified", modified_from, modified_to)) return *refusal;
    if (auto refusal = read_window(call, "returnCreation", created_from, created_to)) return *refusal;
    int limit = 10;
    if (const std::string text = call.text("limit"); !text.empty()) limit = whole_units(text);
    if (limit < 1 || limit > 200) return Refusal::param("limit", "limit must be between 1 and 200");
    const std::string status = call.text("status");
    if (!status.empty() && status != "INITIATED" && status != "DELIVERED" && status != "COMPLETED")
        return Refusal::param("status", "status must be INITIATED, DELIVERED or COMPLETED");
    const std::string type = call.text("returnType");
    const bool wfs = call.text("isWFSEnabled") == "Y";
    const auto asked = [&](const char* name) { return std::strtoll(call.text(name).c_str(), nullptr, 10); };
    const std::int64_t id = asked("returnOrderId");
    const std::int64_t customer_order = asked("customerOrderId");
    const bool continues = call.request.parameter("offset").has_value();
    if (continues && !was_issued(call.request.query))
        return Refusal::param("nextCursor", "The cursor is not valid: repeat nextCursor exactly as it was given");

    std::vector<const Return*> found;
    for (const auto& [number, it] : world_.returns) {
        if (it.wfs != wfs || (!status.empty() && it.status != status)) continue;
        if ((id != 0 && number != id) || (customer_order != 0 && it.customer_order != customer_order)) continue;
        if (!type.empty() && (type == "REPLACEMENT") != it.replacement) continue;
        if (modified_from && (it.modified < *modified_from || it.modified > *modified_to)) continue;
        if (created_from && (it.created < *created_from || it.created > *created_to)) continue;
        found.push_back(&it);
    }
    const auto fault = page_fault(call.operation);
    auto count = static_cast<std::size_t>(limit);
    if (fault == "half_page") count = std::max<std::size_t>(1, count / 2);
    if (fault == "empty_page") count = 0;
    const std::size_t begin =
        std::min(static_cast<std::size_t>(std::max<std::int64_t>(0, asked("offset"))), found.size());
    const std::size_t end = std::min(begin + count, found.size());
    if (found.empty() || (begin == end && !fault)) return Refusal::missing();

    Json meta = {{"totalCount", found.size()}, {"limit", limit}};
    const std::size_t next = fault == "repeat_cursor" ? begin : end;
    if (next < found.size()) {  // absent on the last page, whatever the published file says
        http::Fields pager = {
            {"sellerId", options_.seller_id}, {"limit", std::to_string(limit)}, {"offset", std::to_string(next)}};
        for (const auto& [name, value] : call.request.query) {
            if (name != "limit" && name != "offset" && name != "sellerId") pager.emplace_back(name, value);
        }
        meta["nextCursor"] = issue_cursor(pager);
    }
    Json list = Json::array();
    for (std::size_t i = begin; i < end; ++i)
        list.push_back(return_json(*found[i], world_.goods, call.flag("replacementInfo")));
    return Json{{"meta", std::move(meta)}, {"returnOrders", std::move(list)}};
}

}  // namespace crossdock::sandbox::walmart
