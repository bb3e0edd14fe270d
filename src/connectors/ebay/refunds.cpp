// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/refunds.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/ebay/refund_mapping.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::int64_t kRefundPage = 200;
constexpr std::chrono::hours kStretchOfRefunds{24 * 30};
/// An open end means 90 days from the start; nearer to now than this a stretch stays open.
constexpr std::chrono::hours kNearlyNow{24};
constexpr int kRefundPagesAtOnce = 20;

Error bad_refund_cursor() {
    return {ErrorKind::rejected, "cursor_refused", "the place in the list of refunds is not readable (any more)"};
}

/// Only the refunds stand still then; check_access says so, too.
Error finances_refused(const Error& error) {
    return {ErrorKind::denied, "ebay_finances_refused",
            error.message + ". New sellers get access to Finances after a while; refunds come in then"};
}

std::optional<Timestamp> time_of(const std::string& text) {
    if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return from_ms(std::stoll(text));
}

std::string ms_or_dash(const std::optional<Timestamp>& at) { return at ? std::to_string(to_ms(*at)) : "-"; }

}  // namespace

void Refunds::stretch(Walk& walk) const {
    walk.offset = 0;
    walk.to.reset();
    Timestamp to = walk.from + kStretchOfRefunds;
    if (walk.end) to = std::min(to, *walk.end);
    if (to < client_.now() - kNearlyNow) walk.to = to;
}

Result<Refunds::Walk> Refunds::walk_of(const PullWindow& window, const std::string& cursor) const {
    Walk walk;
    if (cursor.empty()) {
        walk.from = window.from;
        walk.end = window.upto;
        stretch(walk);
        return walk;
    }
    const auto parts = split(cursor, ' ');
    const auto from = parts.size() == 5 && parts[0] == "r1" ? time_of(parts[1]) : std::nullopt;
    const auto offset = from ? time_of(parts[4]) : std::nullopt;
    if (!from || !offset) return bad_refund_cursor();
    walk.from = *from;
    walk.to = time_of(parts[2]);
    walk.end = time_of(parts[3]);
    walk.offset = to_ms(*offset);
    return walk;
}

Result<Answer> Refunds::ask(const Walk& walk) {
    Call call{Api::finances, "getTransactions", "/transaction"};
    // Each filter is a parameter of its own here, unlike in getOrders.
    call.query = {{"filter", "transactionType:{REFUND}"},
                  {"filter", "transactionDate:[" + with_millis(walk.from) + ".." +
                                 (walk.to ? with_millis(*walk.to) : std::string{}) + "]"},
                  {"sort", "transactionDate"},
                  {"limit", std::to_string(kRefundPage)},
                  {"offset", std::to_string(walk.offset)}};
    Refusal why;
    auto answer = client_.call(call, &why);
    const bool no_access = !answer && why.status == 403 && answer.error().code != "ebay_signature_refused";
    if (no_access) return finances_refused(answer.error());
    return answer;
}

Result<RefundPage> Refunds::fetch_refunds(const PullWindow& window, const std::string& cursor) {
    auto start = walk_of(window, cursor);
    if (!start) return start.error();
    Walk walk = *start;
    RefundPage page;
    for (int pages = 0; pages < kRefundPagesAtOnce && page.refunds.empty(); ++pages) {
        const auto answer = ask(walk);
        if (!answer) {
            if (pages > 0) break;  // what was read is not read again: the next call begins here, and meets the error
            return answer.error();
        }
        if (!page.provider_now) page.provider_now = answer->provider_now;
        // 204 without a body: there is none.
        if (answer->root && !answer->root["transactions"].is_array())
            return Error{ErrorKind::unavailable, "ebay_bad_answer",
                         "eBay answered getTransactions without the list of transactions"};
        for (const JsonView one : answer->root["transactions"]) {
            if (one["transactionType"].word() != "REFUND") continue;
            if (auto raw = raw_refund(one))
                page.refunds.push_back(std::move(*raw));
            else
                page.problems.push_back(
                    {"refund_without_order", "eBay lists a refund of " +
                                                 in_quotes(one["transactionDate"].word().substr(0, 40)) +
                                                 " without an order; look for it in Seller Hub, Payments"});
        }
        if (answer->root["next"].filled_text()) {
            const auto count = static_cast<std::int64_t>(answer->root["transactions"].size());
            if (count == 0)
                return Error{ErrorKind::unavailable, "ebay_paging_stuck", "eBay's pages of refunds do not end"};
            walk.offset += count;
            continue;
        }
        if (!walk.to || (walk.end && *walk.to >= *walk.end)) return page;
        walk.from = *walk.to;
        stretch(walk);
    }
    page.next_cursor = "r1 " + std::to_string(to_ms(walk.from)) + ' ' + ms_or_dash(walk.to) + ' ' +
                       ms_or_dash(walk.end) + ' ' + std::to_string(walk.offset);
    return page;
}

Result<domain::Refund> Refunds::map_refund(const RawRefund& raw, std::vector<domain::Problem>& problems) const {
    return map_refund_payload(raw, client_.settings().refund_basis, problems);
}

Status check_finances(Client& client) {
    Call call{Api::finances, "getTransactions", "/transaction"};
    call.query = {{"filter", "transactionType:{REFUND}"}, {"limit", "1"}};
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    return ok();
}

}  // namespace crossdock::connectors::ebay
