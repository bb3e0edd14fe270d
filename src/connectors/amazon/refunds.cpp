// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/refunds.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/amazon/refund_mapping.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::chrono::hours kStretch{24};
constexpr std::chrono::hours kShortestStretch{1};
constexpr int kSmallestPage = 12;
/// Most pages hold sales only: so many are read on before the hub hears of it.
constexpr int kPagesAtOnce = 20;
/// But not for longer than that: where each answer takes minutes, one is enough for a run.
constexpr std::chrono::seconds kLongestRun{30};

Error foreign_cursor() {
    return {ErrorKind::rejected, "cursor_refused", "the page token is of another version of the Finances API"};
}

}  // namespace

/// "v0 <after> <before> <end> <token>", times in milliseconds.
std::string Refunds::cursor_of(const Position& position) const {
    std::string out = is_v0() ? "v0" : "2024";
    for (const Timestamp at : {position.after, position.before, position.end}) out += ' ' + std::to_string(to_ms(at));
    return out + ' ' + position.token;
}

Result<Refunds::Position> Refunds::position_of(const PullWindow& window, const std::string& cursor) const {
    Position out;
    if (cursor.empty()) {
        out.after = window.from;
        out.end = std::max(window.upto.value_or(client_.now()), window.from);
        out.before = std::min(out.after + kStretch, out.end);
        return out;
    }
    const auto parts = split(cursor, ' ');
    if (parts.size() != 5 || parts[0] != (is_v0() ? "v0" : "2024")) return foreign_cursor();
    Timestamp* times[] = {&out.after, &out.before, &out.end};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& text = parts[i + 1];
        if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
            return foreign_cursor();
        *times[i] = from_ms(std::stoll(text));
    }
    out.token = parts[4];
    return out;
}

Result<Answer> Refunds::ask(const Position& position) {
    const bool v0 = is_v0();
    Call call{v0 ? Operation::list_financial_events : Operation::list_transactions,
              v0 ? "/finances/v0/financialEvents" : "/finances/2024-06-19/transactions"};
    // 2024-06-19 without a marketplaceId: with one, Amazon leaves US orders out that the merchant ships.
    call.query = {{v0 ? "PostedAfter" : "postedAfter", whole_seconds(position.after)}};
    // The last stretch is open: Amazon ends it two minutes before its own now.
    if (!position.is_last_stretch())
        call.query.emplace_back(v0 ? "PostedBefore" : "postedBefore", whole_seconds(position.before));
    if (v0) call.query.emplace_back("MaxResultsPerPage", std::to_string(client_.shared().finance_page_size.load()));
    if (!position.token.empty()) call.query.emplace_back(v0 ? "NextToken" : "nextToken", position.token);
    call.has_token = !position.token.empty();
    return client_.call(call);
}

void Refunds::collect(const Answer& answer, RefundPage& page) const {
    const auto take = [&](std::optional<RawRefund> raw, JsonView node) {
        if (raw)
            page.refunds.push_back(std::move(*raw));
        else
            page.problems.push_back({"refund_without_order", "Amazon lists a refund of " +
                                                                 in_quotes(node.word().substr(0, 40)) +
                                                                 " without an order; look for it in Seller Central"});
    };
    if (is_v0()) {
        const JsonView lists = answer.payload["FinancialEvents"];
        for (const JsonView event : lists[kRefundEvents]) take(raw_refund_v0(event), event["PostedDate"]);
        if (!client_.settings().claims_as_refunds) return;
        for (const auto& [list, reason] :
             {std::pair{"GuaranteeClaimEventList", "guarantee_claim"}, std::pair{"ChargebackEventList", "chargeback"}})
            for (const JsonView event : lists[list]) take(raw_refund_v0(event, list, reason), event["PostedDate"]);
        return;
    }
    for (const JsonView one : answer.payload["transactions"])
        if (equals_ignoring_case(one["transactionType"].word(), "Refund"))
            take(raw_refund_2024(one), one["postedDate"]);
}

Result<RefundPage> Refunds::fetch_refunds(const PullWindow& window, const std::string& cursor) {
    auto start = position_of(window, cursor);
    if (!start) return start.error();
    Position at = std::move(*start);
    RefundPage page;
    std::atomic<int>& page_size = client_.shared().finance_page_size;
    const auto steady = [this] { return client_.runtime().clock.steady(); };
    const auto begun = steady();
    for (int pages = 0; pages < kPagesAtOnce && page.refunds.empty();) {
        if (pages > 0 && steady() - begun > kLongestRun) break;
        const auto answer = ask(at);
        if (!answer) {
            const Error& error = answer.error();
            // Too much for one page is called InvalidInput, too: ask for less, then for a shorter time.
            if (error.code == "amazon_invalid_input" && is_v0() && page_size > kSmallestPage) {
                page_size = page_size / 2;
                continue;
            }
            if (error.code == "amazon_invalid_input" && at.before - at.after > kShortestStretch) {
                at.before =
                    at.after + std::max<std::chrono::milliseconds>((at.before - at.after) / 2, kShortestStretch);
                continue;
            }
            // What was read is not read again: the next call begins here, and meets the error itself.
            if (pages > 0 && error.code != "cursor_refused") break;
            return error;
        }
        ++pages;
        if (!page.provider_now) page.provider_now = answer->provider_now;
        collect(*answer, page);
        at.token = answer->payload[is_v0() ? "NextToken" : "nextToken"].filled_text().value_or("");
        if (!at.token.empty()) continue;  // a page may be empty and not the last
        if (at.is_last_stretch()) return page;
        at.after = at.before;
        at.before = std::min(at.after + kStretch, at.end);
    }
    page.next_cursor = cursor_of(at);
    return page;
}

Result<domain::Refund> Refunds::map_refund(const RawRefund& raw, std::vector<domain::Problem>& problems) const {
    return map_refund_payload(raw, problems);
}

}  // namespace crossdock::connectors::amazon
