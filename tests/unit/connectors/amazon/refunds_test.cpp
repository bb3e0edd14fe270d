// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/refunds.h"

#include "connectors/amazon/amounts.h"
#include "connectors/amazon/refund_mapping.h"
#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

/// composed-refunds.json: composed after the models, no published example has a refund.
Json composed() { return example_file("composed-refunds.json").value_or(Json()); }
const char* kNoExamples = "the composed refunds are not here";

RawRefund raw_v0(const Json& event) {
    const std::string text = event.dump();
    const auto index = JsonIndex::parse(text);
    return *raw_refund_v0(index->root());
}
RawRefund raw_2024(const Json& transaction) {
    const std::string text = transaction.dump();
    const auto index = JsonIndex::parse(text);
    return *raw_refund_2024(index->root());
}
domain::Refund mapped(const RawRefund& raw, const std::string& problem_codes = "") {
    std::vector<domain::Problem> problems;
    auto refund = map_refund_payload(raw, problems);
    EXPECT_TRUE(refund) << (refund ? "" : refund.error().message);
    EXPECT_EQ(codes(problems), problem_codes);
    return refund ? std::move(*refund) : domain::Refund{};
}

TEST(AmazonRefundMapping, TotalsOfTheComposedEvents) {
    const Json file = composed();
    if (file.is_null()) GTEST_SKIP() << kNoExamples;
    const Json& events = file["listFinancialEvents"]["payload"]["FinancialEvents"]["RefundEventList"];
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(words(mapped(raw_v0(events[0]))),
              "refund 111-2345678-7654321:49613271055394 of 111-2345678-7654321 at 2026-07-14T18:22:05Z\n"
              "total 26.86 USD, subtotal -, shipping -, tax -, discount -, currency USD\n"
              "payment - by -, settled true, reason -, notes -\n");
    EXPECT_EQ(words(mapped(raw_v0(events[1])).total_amount), "3.00 USD");   // goodwill
    EXPECT_EQ(words(mapped(raw_v0(events[2])).total_amount), "44.25 USD");  // 50.00 + 4.25 less 10.00 for restocking
}

TEST(AmazonRefundMapping, BothVersionsNameTheSameRefundAndTheSameMoney) {
    const Json file = composed();
    if (file.is_null()) GTEST_SKIP() << kNoExamples;
    const RawRefund older = raw_v0(file["listFinancialEvents"]["payload"]["FinancialEvents"]["RefundEventList"][0]);
    const RawRefund newer = raw_2024(file["listTransactions"]["payload"]["transactions"][0]);
    EXPECT_EQ(newer.external_refund_id, "amzn1:crow:EXAMPLE0001");
    EXPECT_EQ(older.aliases, std::vector<std::string>{"adjustment:49613271055394"});
    EXPECT_EQ(newer.aliases, (std::vector<std::string>{"adjustment:49613271055394", "transaction:EXAMPLE-TX-0001"}));
    const domain::Refund a = mapped(older), b = mapped(newer);
    EXPECT_EQ(a.total_amount, b.total_amount);
    EXPECT_EQ(a.occurred_at, b.occurred_at);
    EXPECT_EQ(a.external_order_id, b.external_order_id);
}

Json charge(const std::string& type, double amount) {
    return {{"ChargeType", type}, {"ChargeAmount", {{"CurrencyCode", "USD"}, {"CurrencyAmount", amount}}}};
}

TEST(AmazonRefundMapping, TheIdDoesNotDependOnTheOrderOfTheItems) {
    Json event = {{"AmazonOrderId", "1-1"},
                  {"PostedDate", "2026-07-14T18:22:05Z"},
                  {"ShipmentItemAdjustmentList",
                   {{{"OrderAdjustmentItemId", "b"}, {"ItemChargeAdjustmentList", {charge("Principal", -1.5)}}},
                    {{"OrderAdjustmentItemId", "a"}, {"ItemChargeAdjustmentList", {charge("Principal", -2.25)}}}}}};
    EXPECT_EQ(raw_v0(event).external_refund_id, "1-1:a+b");
    EXPECT_EQ(words(mapped(raw_v0(event)).total_amount), "3.75 USD");
    std::swap(event["ShipmentItemAdjustmentList"][0], event["ShipmentItemAdjustmentList"][1]);
    EXPECT_EQ(raw_v0(event).external_refund_id, "1-1:a+b");
}

TEST(AmazonRefundMapping, AnEventWithoutAdjustmentIdsIsNamedByItsContent) {
    Json event = {{"AmazonOrderId", "1-1"},
                  {"PostedDate", "2026-07-14T18:22:05Z"},
                  {"OrderChargeAdjustmentList", {charge("Goodwill", -4)}}};
    const RawRefund first = raw_v0(event);
    EXPECT_EQ(first.external_refund_id.size(), 4U + 32U);
    EXPECT_EQ(raw_v0(event).external_refund_id, first.external_refund_id);
    EXPECT_EQ(words(mapped(first).total_amount), "4.00 USD");
    event["PostedDate"] = "2026-07-15T18:22:05Z";
    EXPECT_NE(raw_v0(event).external_refund_id, first.external_refund_id);
}

TEST(AmazonRefundMapping, ATotalThatIsNotPositiveIsKeptAndFlagged) {
    const Json event = {{"AmazonOrderId", "1-1"},
                        {"PostedDate", "2026-07-14T18:22:05Z"},
                        {"OrderChargeAdjustmentList", {charge("Principal", 4)}}};
    EXPECT_EQ(words(mapped(raw_v0(event), "refund_not_positive").total_amount), "-4.00 USD");
}

TEST(AmazonRefundMapping, ADeferredRefundIsNotSettledAndItsReleaseIsTheSame) {
    const auto amount = [](const char* type, const char* value) {
        return Json{{"breakdownType", type},
                    {"breakdownAmount", {{"currencyCode", "EUR"}, {"currencyAmount", Json::parse(value)}}}};
    };
    Json transaction = {
        {"transactionType", "Refund"},
        {"transactionId", "T1"},
        {"transactionStatus", "DEFERRED"},
        {"postedDate", "2026-07-14T18:22:05Z"},
        {"relatedIdentifiers", {{{"relatedIdentifierName", "ORDER_ID"}, {"relatedIdentifierValue", "1-1"}}}},
        {"items", {{{"breakdowns", nullptr}}}},
        {"breakdowns",
         {{{"breakdownType", "Expenses"},
           {"breakdownAmount", {{"currencyCode", "EUR"}, {"currencyAmount", -12}}},
           {"breakdowns", {amount("ProductCharges", "-10.00"), amount("Tax", "-1.9")}}},
          {{"breakdownType", "Sales"}, {"breakdowns", {amount("AmazonFees", "3.0")}}}}}};
    const RawRefund deferred = raw_2024(transaction);
    const domain::Refund first = mapped(deferred);
    EXPECT_EQ(words(first.total_amount), "11.90 EUR");
    EXPECT_FALSE(first.settled);
    EXPECT_EQ(deferred.external_refund_id, "T1");
    transaction["transactionId"] = "T2";
    transaction["transactionStatus"] = "RELEASED";
    transaction["relatedIdentifiers"].push_back(
        {{"relatedIdentifierName", "DEFERRED_TRANSACTION_ID"}, {"relatedIdentifierValue", "T1"}});
    const RawRefund released = raw_2024(transaction);
    EXPECT_TRUE(mapped(released).settled);
    EXPECT_NE(std::find(released.aliases.begin(), released.aliases.end(), "transaction:T1"), released.aliases.end());
    EXPECT_NE(std::find(deferred.aliases.begin(), deferred.aliases.end(), "transaction:T1"), deferred.aliases.end());
}

TEST(AmazonAmounts, NumbersAreReadFromTheirDigits) {
    const std::pair<const char*, const char*> rows[] = {{"-26.86", "-26.86"}, {"0.0", "0.0"},   {"1E+2", "100"},
                                                        {"-1.25e1", "-12.5"}, {"12e-1", "1.2"}, {"5E-3", "0.005"},
                                                        {"0E-2", "0.00"},     {"1e99", ""},     {"1ex", ""},
                                                        {"e5", ""},           {"-e1", ""}};
    for (const auto& [given, plain] : rows) EXPECT_EQ(plain_decimal(given), plain) << given;
}

// ---- the walk ----

constexpr const char* kEvents = "GET /finances/v0/financialEvents?PostedAfter=2026-11-";
PullWindow window() { return {at("2026-11-18T00:00:00Z"), std::nullopt, {}}; }
Json events(int refunds, const Json& token = nullptr) {
    Json list = Json::array();
    for (int i = 0; i < refunds; ++i)
        list.push_back({{"AmazonOrderId", "1-1"},
                        {"PostedDate", "2026-11-18T01:00:00Z"},
                        {"OrderChargeAdjustmentList", {charge("Goodwill", -1 - i)}}});
    Json payload = {{"FinancialEvents", {{"RefundEventList", list}}}};
    if (!token.is_null()) payload["NextToken"] = token;
    return {{"payload", payload}};
}

TEST(AmazonRefunds, ClaimsAndChargebacksCountOnlyWhereTheSettingSaysSo) {
    Json lists = events(1);
    Json& all = lists["payload"]["FinancialEvents"];
    const Json one = {{"AmazonOrderId", "1-2"},
                      {"PostedDate", "2026-11-20T01:00:00Z"},
                      {"ShipmentItemAdjustmentList",
                       {{{"OrderAdjustmentItemId", "77"}, {"ItemChargeAdjustmentList", {charge("Principal", -5)}}}}}};
    Json other = one;
    other["ShipmentItemAdjustmentList"][0]["OrderAdjustmentItemId"] = "78";
    all["GuaranteeClaimEventList"] = {one};
    all["ChargebackEventList"] = {other};
    const auto reasons = [&](const char* settings) {
        Seller seller(settings);
        seller.token();
        seller.answer(std::string{kEvents} + "20T00%3A00%3A00Z&MaxResultsPerPage=100", lists);
        const auto page =
            seller.connector().refund_source()->fetch_refunds({at("2026-11-20T00:00:00Z"), std::nullopt, {}}, "");
        std::string codes;
        if (page)
            for (const RawRefund& raw : page->refunds) {
                const auto refund = mapped(raw);
                codes += refund.external_refund_id.substr(0, 6) + " " + refund.reason_code.value_or("-") + "; ";
            }
        return codes;
    };
    EXPECT_EQ(reasons("{}").size(), std::string{"1-1:xx -; "}.size());
    EXPECT_EQ(reasons(R"({"claims_as_refunds":true})").substr(10), "1-2:77 guarantee_claim; 1-2:78 chargeback; ");
}

TEST(AmazonRefunds, ADayAtATimeAndEmptyPagesAreReadOn) {
    Seller seller;
    seller.token();
    const std::string first =
        std::string{kEvents} + "18T00%3A00%3A00Z&PostedBefore=2026-11-19T00%3A00%3A00Z&MaxResultsPerPage=100";
    seller.answer(first, events(0, "t/1"));
    seller.answer(first + "&NextToken=t%2F1", events(0));
    seller.answer(std::string{kEvents} + "19T00%3A00%3A00Z&PostedBefore=2026-11-20T00%3A00%3A00Z&MaxResultsPerPage=100",
                  events(2, "t2"));
    RefundSource* source = seller.connector().refund_source();
    const auto page = source->fetch_refunds(window(), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->refunds.size(), 2U);

    seller.reopen(true);  // after a restart the cursor alone must do
    seller.token();
    seller.answer(std::string{kEvents} +
                      "19T00%3A00%3A00Z&PostedBefore=2026-11-20T00%3A00%3A00Z&MaxResultsPerPage=100&NextToken=t2",
                  events(0));
    seller.answer(std::string{kEvents} + "20T00%3A00%3A00Z&MaxResultsPerPage=100",
                  events(1));  // the last stretch is open
    const auto last = seller.connector().refund_source()->fetch_refunds(window(), page->next_cursor);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->refunds.size(), 1U);
    EXPECT_EQ(last->next_cursor, "");
}

TEST(AmazonRefunds, ReachesBackAFortnight) {
    Seller seller;
    EXPECT_EQ(seller.connector().refund_source()->reach_back(), std::chrono::hours{14 * 24});
}

TEST(AmazonRefunds, ATokenThatDiedStartsTheWalkOver) {
    Seller seller;
    seller.token();
    seller.answer(std::string{kEvents} + "18T00%3A00%3A00Z&PostedBefore=2026-11-19T00%3A00%3A00Z&MaxResultsPerPage=100",
                  events(1, "t1"));
    const auto page = seller.connector().refund_source()->fetch_refunds(window(), "");
    ASSERT_TRUE(page);
    seller.answer(std::string{kEvents} +
                      "18T00%3A00%3A00Z&PostedBefore=2026-11-19T00%3A00%3A00Z&MaxResultsPerPage=100&NextToken=t1",
                  400, errors("InvalidInput", "Time to live (TTL) exceeded for the nextToken"));
    const auto refused = seller.connector().refund_source()->fetch_refunds(window(), page->next_cursor);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "cursor_refused");
}

TEST(AmazonRefunds, TooMuchForOnePageIsAskedForInSmallerPagesThenShorterTimes) {
    Seller seller;
    seller.token();
    const std::string day =
        std::string{kEvents} + "18T00%3A00%3A00Z&PostedBefore=2026-11-19T00%3A00%3A00Z&MaxResultsPerPage=";
    for (const char* size : {"100", "50", "25", "12"})
        seller.answer(day + size, 400, errors("InvalidInput", "too large"));
    seller.answer(std::string{kEvents} + "18T00%3A00%3A00Z&PostedBefore=2026-11-18T12%3A00%3A00Z&MaxResultsPerPage=12",
                  events(1));
    const auto page = seller.connector().refund_source()->fetch_refunds(window(), "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->refunds.size(), 1U);
}

TEST(AmazonRefunds, TheSuccessorIsAskedWithoutAMarketplace) {
    Seller seller(R"({"finances_api":"2024-06-19"})");
    seller.token();
    const Json refund = {
        {"transactionType", "Refund"},
        {"transactionId", "T1"},
        {"postedDate", "2026-11-18T01:00:00Z"},
        {"relatedIdentifiers", {{{"relatedIdentifierName", "ORDER_ID"}, {"relatedIdentifierValue", "1-1"}}}}};
    const Json sale = {{"transactionType", "Shipment"}, {"transactionId", "T0"}};
    seller.answer(
        "GET "
        "/finances/2024-06-19/transactions?postedAfter=2026-11-18T00%3A00%3A00Z&postedBefore=2026-11-19T00%3A00%3A00Z",
        {{"payload", {{"transactions", {sale, refund}}, {"nextToken", "n"}}}});
    const auto page = seller.connector().refund_source()->fetch_refunds(window(), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->refunds.size(), 1U);
    // Without the envelope, as it was before June 2025.
    seller.answer(
        "GET "
        "/finances/2024-06-19/"
        "transactions?postedAfter=2026-11-18T00%3A00%3A00Z&postedBefore=2026-11-19T00%3A00%3A00Z&nextToken=n",
        {{"transactions", {refund}}});
    EXPECT_EQ(seller.connector().refund_source()->fetch_refunds(window(), page->next_cursor)->refunds.size(), 1U);
    // A cursor of the other version is not sent.
    EXPECT_EQ(seller.connector().refund_source()->fetch_refunds(window(), "v0 1 2 3 t").error().code, "cursor_refused");
}

TEST(AmazonRefunds, AnswersThatTakeMinutesAreWaitedForOneARun) {
    Seller seller;
    seller.token();
    seller.answer(
        std::string{kEvents} + "18T00%3A00%3A00Z&PostedBefore=2026-11-19T00%3A00%3A00Z&MaxResultsPerPage=100",
        events(0), [&](const net::HttpRequest& request) {
            EXPECT_GE(request.deadline, std::chrono::seconds{200});
            seller.clock.advance(std::chrono::seconds{200});
        });
    // No second answer is in the script: the next run asks for it, from the day behind.
    const auto page = seller.connector().refund_source()->fetch_refunds(window(), "");
    ASSERT_TRUE(page);
    seller.answer(
        std::string{kEvents} + "19T00%3A00%3A00Z&PostedBefore=2026-11-20T00%3A00%3A00Z&MaxResultsPerPage=100", 503, "");
    EXPECT_EQ(seller.connector().refund_source()->fetch_refunds(window(), page->next_cursor).error().code,
              "amazon_server_error");
}

TEST(AmazonRefunds, WhatWasReadBeforeAStopIsNotReadAgain) {
    Seller seller;
    seller.token();
    const std::string first =
        std::string{kEvents} + "18T00%3A00%3A00Z&PostedBefore=2026-11-19T00%3A00%3A00Z&MaxResultsPerPage=100";
    seller.answer(first, events(0));
    seller.answer(std::string{kEvents} + "19T00%3A00%3A00Z&PostedBefore=2026-11-20T00%3A00%3A00Z&MaxResultsPerPage=100",
                  503, "");
    const auto page = seller.connector().refund_source()->fetch_refunds(window(), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->refunds.size(), 0U);
    EXPECT_NE(page->next_cursor, "");
    seller.answer(std::string{kEvents} + "19T00%3A00%3A00Z&PostedBefore=2026-11-20T00%3A00%3A00Z&MaxResultsPerPage=100",
                  503, "");
    EXPECT_EQ(seller.connector().refund_source()->fetch_refunds(window(), page->next_cursor).error().code,
              "amazon_server_error");
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
