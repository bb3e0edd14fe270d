// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/refunds.h"

#include "connectors/ebay/refund_mapping.h"
#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using namespace std::chrono_literals;

std::string transactions(const std::string& from, const std::string& to, int offset = 0) {
    const auto encoded = [](const std::string& time) {
        return time.empty() ? "" : net::percent_encode(time + ".000Z");
    };
    return "GET apiz/sell/finances/v1/transaction?filter=transactionType%3A%7BREFUND%7D&filter=transactionDate%3A%5B" +
           encoded(from) + ".." + encoded(to) + "%5D&sort=transactionDate&limit=200&offset=" + std::to_string(offset);
}

std::optional<Json> example() {
    const auto file = published_json("examples/getTransactions_refund.json");
    if (!file) return std::nullopt;
    return (*file)["cases"][0]["response"];
}

Json refund(const std::string& id) {
    return {{"transactionId", id},
            {"orderId", "1-1"},
            {"transactionType", "REFUND"},
            {"bookingEntry", "DEBIT"},
            {"transactionStatus", "PAYOUT"},
            {"transactionDate", "2026-11-19T10:00:00.000Z"},
            {"amount", {{"value", "5.0"}, {"currency", "USD"}}}};
}

PullWindow since(std::string_view from) { return {at(from), std::nullopt, {}}; }

std::string mapped(const Json& payload, RefundBasis basis = RefundBasis::amount) {
    const std::string text = payload.dump();
    const auto index = JsonIndex::parse(text);
    const auto raw = raw_refund(index->root());
    if (!raw) return "no refund";
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(*raw, basis, problems);
    return refund ? words(*refund) + codes(problems) : refund.error().message;
}

TEST(EbayRefunds, EveryPublishedRefund) {
    const auto page = example();
    if (!page) GTEST_SKIP() << "eBay's examples are not here";
    // 10.83 went to the buyer with tax: less 0.89 of fees and 0.83 of tax that eBay gave back, 9.11 left the seller.
    EXPECT_EQ(mapped((*page)["transactions"][0]),
              "refund 5200000000 of 12-34567-89012 at 2026-05-06T20:02:41Z\n"
              "total 9.11 USD, subtotal -, shipping -, tax -, discount -, currency USD\n"
              "payment - by -, settled true, reason -, notes eBay user sample_buyer_1\n");
    EXPECT_EQ(mapped((*page)["transactions"][0], RefundBasis::fee_basis),
              "refund 5200000000 of 12-34567-89012 at 2026-05-06T20:02:41Z\n"
              "total 10.83 USD, subtotal -, shipping -, tax -, discount -, currency USD\n"
              "payment - by -, settled true, reason -, notes eBay user sample_buyer_1\n");
    // Without a fee basis the amount serves for both.
    for (const RefundBasis basis : {RefundBasis::amount, RefundBasis::fee_basis})
        EXPECT_EQ(mapped((*page)["transactions"][1], basis),
                  "refund 5200000001 of 08-22222-33333 at 2026-05-03T09:30:12Z\n"
                  "total 15.00 USD, subtotal -, shipping -, tax -, discount -, currency USD\n"
                  "payment - by -, settled true, reason -, notes eBay user sample_buyer_2\n");
    // Converted into the payout currency; the money still moves.
    EXPECT_EQ(mapped((*page)["transactions"][2]),
              "refund 5200000002 of 30-77777-88888 at 2026-05-02T00:00:00Z\n"
              "total 21.40 GBP, subtotal -, shipping -, tax -, discount -, currency GBP\n"
              "payment - by -, settled false, reason -, notes -\n");
}

TEST(EbayRefundMapping, OddOnes) {
    Json reversal = refund("9");
    reversal["bookingEntry"] = "CREDIT";
    reversal["transactionMemo"] = "Reversed";
    EXPECT_EQ(mapped(reversal),
              "refund 9 of 1-1 at 2026-11-19T10:00:00Z\n"
              "total -5.00 USD, subtotal -, shipping -, tax -, discount -, currency USD\n"
              "payment - by -, settled true, reason -, notes Reversed\n");
    Json failed = refund("9");
    failed["transactionStatus"] = "FAILED";
    EXPECT_NE(mapped(failed).find("total 0.00 USD"), std::string::npos);
    EXPECT_NE(mapped(failed).find("notes The refund failed at eBay: no money moved"), std::string::npos);
    Json odd = refund("9");
    odd["bookingEntry"] = "BOTH";
    EXPECT_TRUE(mapped(odd).ends_with("refund_direction_unknown"));
    Json later = refund("9");
    later.erase("orderId");
    EXPECT_EQ(mapped(later), "no refund");
    later["references"] = {{{"referenceType", "ITEM_ID"}, {"referenceId", "1"}},
                           {{"referenceType", "ORDER_ID"}, {"referenceId", "7-7"}}};
    EXPECT_NE(mapped(later).find("refund 9 of 7-7"), std::string::npos);
    Json broken = refund("9");
    broken["amount"]["value"] = "five";
    EXPECT_EQ(mapped(broken), "amount is no amount: \"five\"");
    broken = refund("9");
    broken["amount"].erase("currency");
    EXPECT_EQ(mapped(broken), "amount.currency is missing");
    broken = refund("9");
    broken.erase("transactionDate");
    EXPECT_EQ(mapped(broken), "transactionDate is missing");
}

TEST(EbayRefunds, WalkGoesByMonthsPageByPage) {
    Account account;
    account.token();
    account.answer(transactions("2026-09-01T00:00:00", "2026-10-01T00:00:00"),
                   Json{{"transactions", {refund("1"), refund("2")}}, {"next", "https://apiz.ebay.com/x?offset=200"}},
                   [](const net::HttpRequest& request) {
                       EXPECT_EQ(header_of(request, "X-EBAY-C-MARKETPLACE-ID"), "EBAY_US");
                       EXPECT_EQ(header_of(request, "Authorization"), "Bearer user-1");
                   });
    RefundSource& source = *account.connector().refund_source();
    auto page = source.fetch_refunds(since("2026-09-01T00:00:00Z"), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->refunds.size(), 2U);
    EXPECT_EQ(page->provider_now, at("2026-11-20T10:00:05Z"));
    account.reopen(true);
    account.token();
    // Offsets count records; a month without any answers 204 without a body.
    account.answer(transactions("2026-09-01T00:00:00", "2026-10-01T00:00:00", 2), 204, "");
    account.answer(transactions("2026-10-01T00:00:00", "2026-10-31T00:00:00"), 204, "");
    account.answer(transactions("2026-10-31T00:00:00", ""), Json{{"transactions", {refund("3")}}});
    page = account.connector().refund_source()->fetch_refunds(since("2026-09-01T00:00:00Z"), page->next_cursor);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->refunds.size(), 1U);
    EXPECT_EQ(page->refunds[0].external_refund_id, "3");
    EXPECT_EQ(page->next_cursor, "");
}

TEST(EbayRefunds, OtherTransactionsAreLeftAloneAndOrderlessOnesTold) {
    Account account;
    account.token();
    Json sale = refund("1"), orderless = refund("2");
    sale["transactionType"] = "SALE";
    orderless.erase("orderId");
    account.answer(transactions("2026-11-19T00:00:00", ""), Json{{"transactions", {sale, orderless, refund("3")}}});
    const auto page = account.connector().refund_source()->fetch_refunds(since("2026-11-19T00:00:00Z"), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->refunds.size(), 1U);
    EXPECT_EQ(page->refunds[0].external_refund_id, "3");
    EXPECT_EQ(codes(page->problems), "refund_without_order");
}

TEST(EbayRefunds, WithoutFinancesTheRestOfTheChannelGoesOn) {
    Account account;
    account.token();
    account.answer(transactions("2026-11-19T00:00:00", ""), 403, errors(1100, "Access denied"));
    const auto page = account.connector().refund_source()->fetch_refunds(since("2026-11-19T00:00:00Z"), "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::denied);
    EXPECT_EQ(page.error().code, "ebay_finances_refused");
    EXPECT_NE(page.error().message.find("New sellers get access to Finances after a while"), std::string::npos);
}

TEST(EbayRefunds, ForeignCursorStartsOver) {
    Account account;
    for (const char* cursor : {"x", "r1 1", "r1 a - - 0", "r1 1 - - x", "o1 1 - - 0 0 1"}) {
        const auto page = account.connector().refund_source()->fetch_refunds(since("2026-11-19T00:00:00Z"), cursor);
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error().code, "cursor_refused");
    }
    EXPECT_EQ(account.connector().refund_source()->reach_back(), 72h);
}

TEST(EbayRefunds, EndlessPagesAreNoted) {
    Account account;
    account.token();
    account.answer(transactions("2026-11-19T00:00:00", ""),
                   Json{{"transactions", Json::array()}, {"next", "https://x/?offset=0"}});
    const auto page = account.connector().refund_source()->fetch_refunds(since("2026-11-19T00:00:00Z"), "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, "ebay_paging_stuck");
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
