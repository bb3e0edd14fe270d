// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/refunds.h"

#include "connectors/walmart/order_refunds.h"
#include "connectors/walmart/paging.h"
#include "connectors/walmart/refund_mapping.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr const char* kReturnPage = "200";
/// Most returns are no refunds yet: so many pages are read on before the hub hears of it.
constexpr int kPagesAtOnce = 10;

/// Both ends are given: one alone was answered with a 400.
Query first_page_of_returns(const Walk& walk, bool wfs) {
    Query query{{"returnLastModifiedStartDate", whole_seconds(walk.after)},
                {"returnLastModifiedEndDate", whole_seconds(walk.before)},
                {"replacementInfo", "true"},  // else neither returnType nor the order that replaces
                {"limit", kReturnPage}};
    if (wfs) query.emplace_back("isWFSEnabled", "Y");
    return query;
}

}  // namespace

Result<RefundPage> Refunds::fetch_refunds(const PullWindow& window, const std::string& cursor) {
    const std::size_t lists = client_.settings().reads_wfs() ? 2 : 1;
    auto start = read_walk("returns", cursor, window.from);
    if (!start) return start.error();
    Walk walk = std::move(*start);
    // The end is part of the cursor: all pages of a walk are of one query.
    if (walk.is_open())
        walk.before = std::max(window.upto.value_or(client_.now()), window.from) + std::chrono::seconds{1};
    RefundPage page;
    for (int pages = 0; walk.list < lists && pages < kPagesAtOnce && page.refunds.empty(); ++pages) {
        Call call{Operation::get_returns, "/v3/returns"};
        if (walk.next.empty()) {
            call.query = first_page_of_returns(walk, walk.list == 1);
        } else {
            call.path += walk.next;
            call.has_cursor = true;
        }
        const auto answer = client_.call(call);
        const auto to_next_list = [&] {
            ++walk.list;
            walk.seen = 0;
            walk.next.clear();
        };
        if (!answer) {
            const Error& error = answer.error();
            if (error.code == "walmart_not_found") {  // "nothing found"
                to_next_list();
                continue;
            }
            // What was read is not read again: the next call begins here, and meets the error itself.
            if (pages > 0 && error.code != "cursor_refused") break;
            return error;
        }
        if (!page.provider_now) page.provider_now = answer->provider_now;
        const auto returns = elements(answer->root["returnOrders"]);
        if (returns.empty() && !answer->root["meta"].is_object())
            return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart answered without the list of returns"};
        for (const JsonView one : returns) collect_refunds(one, page.refunds, page.problems);
        const auto following = read_following(answer->root["meta"], walk, returns.size());
        if (!following) return following.error();
        if (following->last) {
            to_next_list();
        } else {
            const bool stuck = following->next == walk.next;
            walk.seen += static_cast<std::int64_t>(returns.size());
            walk.next = following->next;
            if (stuck) break;  // the hub's guard says so
        }
    }
    if (walk.list < lists) page.next_cursor = walk.text("returns");
    return page;
}

Result<domain::Refund> Refunds::map_refund(const RawRefund& raw, std::vector<domain::Problem>& problems) const {
    return map_refund_payload(raw, problems);
}

}  // namespace crossdock::connectors::walmart
