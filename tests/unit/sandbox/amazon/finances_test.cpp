// SPDX-License-Identifier: Apache-2.0
// The same refunds in both versions of Finances.
#include <algorithm>
#include <cmath>
#include <set>

#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

class Finances : public SellerTest {
protected:
    std::string shipped(PlaceOrder wish = {.items = {{"SBX-000019", 2}}}) {
        const std::string id = seller->place_order(wish);
        seller->ship(id, false);
        return id;
    }
    std::string range() { return "PostedAfter=" + at(clock.now() - 24h); }
    json v0(const std::string& more = "") { return get("/finances/v0/financialEvents?" + range() + more)["payload"]; }
    json modern(const std::string& more = "") {
        return get("/finances/2024-06-19/transactions?postedAfter=" + at(clock.now() - 24h) + more)["payload"];
    }
    static json refunds_of(const json& transactions) {
        json out = json::array();
        for (const json& transaction : transactions) {
            if (transaction["transactionType"] == "Refund") out.push_back(transaction);
        }
        return out;
    }
    static long long cents(const json& number) { return std::llround(number.get<double>() * 100); }
    /// What went back to the buyer, by the signs of v0: charges and promotions, turned round.
    static long long v0_total(const json& event) {
        long long total = 0;
        for (const json& item : event["ShipmentItemAdjustmentList"]) {
            for (const json& charge : item["ItemChargeAdjustmentList"])
                total -= cents(charge["ChargeAmount"]["CurrencyAmount"]);
            for (const json& promotion : item.value("PromotionAdjustmentList", json::array()))
                total -= cents(promotion["PromotionAmount"]["CurrencyAmount"]);
        }
        return total;
    }
    /// The same from a transaction: every breakdown but Amazon's own fees.
    static long long modern_total(const json& transaction) {
        long long total = 0;
        for (const json& item : transaction["items"]) {
            for (const json& part : item["breakdowns"]) {
                if (part["breakdownType"] != "AmazonFees") total -= cents(part["breakdownAmount"]["currencyAmount"]);
            }
        }
        return total;
    }
    static std::set<std::string> v0_ids(const json& event) {
        std::set<std::string> ids;
        for (const json& item : event["ShipmentItemAdjustmentList"])
            ids.insert(item["OrderAdjustmentItemId"].get<std::string>());
        return ids;
    }
    static std::set<std::string> modern_ids(const json& transaction) {
        std::set<std::string> ids;
        for (const json& item : transaction["items"])
            ids.insert(item["relatedIdentifiers"][0]["itemRelatedIdentifierValue"].get<std::string>());
        return ids;
    }
};

TEST_F(Finances, BothVersionsTellTheSameAmountsAndIds) {
    SellerOptions options = quiet();
    options.stores = {kUs, kDe};
    open(options);
    for (const RefundKind kind : {RefundKind::refund, RefundKind::goodwill, RefundKind::restocked}) {
        for (const char* store : {kUs, kDe}) {
            const std::string id = shipped({.items = {{"SBX-000019", 2}, {"SBX-000020", 1}},
                                            .store = store,
                                            .discount = kind == RefundKind::refund});
            ASSERT_FALSE(seller->refund(id, {.units = 2, .kind = kind}).empty());
        }
    }
    clock.advance(3min);
    const json old = v0()["FinancialEvents"]["RefundEventList"];
    const json transactions = refunds_of(modern()["transactions"]);
    ASSERT_EQ(old.size(), 6U);
    ASSERT_EQ(transactions.size(), 6U);
    const auto truth = seller->refunds();
    for (std::size_t i = 0; i < 6; ++i) {
        std::string total = truth[i].total;
        total.erase(total.find('.'), 1);
        EXPECT_EQ(v0_total(old[i]), std::stoll(total)) << old[i].dump(1);
        EXPECT_EQ(modern_total(transactions[i]), std::stoll(total)) << transactions[i].dump(1);
        EXPECT_EQ(v0_ids(old[i]), modern_ids(transactions[i]));
        EXPECT_EQ(v0_ids(old[i]),
                  std::set<std::string>(truth[i].adjustment_ids.begin(), truth[i].adjustment_ids.end()));
        EXPECT_EQ(old[i]["PostedDate"], transactions[i]["postedDate"]);
    }
    EXPECT_EQ(truth[2].total, "3.00");  // goodwill
    // A whole refund gives back what the buyer paid, to the cent.
    const std::string whole = shipped({.items = {{"SBX-000019", 1}}, .discount = true});
    seller->refund(whole, {});
    const json order = get("/orders/v0/orders/" + whole)["payload"];
    EXPECT_EQ(seller->refunds().back().total, order["OrderTotal"]["Amount"].get<std::string>());
}

TEST_F(Finances, DeferredRefundsShowInV0OnlyWhenReleased) {
    open(quiet());
    const std::string id = shipped();
    const std::string refund = seller->refund(id, {.deferred = true});
    clock.advance(3min);
    EXPECT_EQ(v0()["FinancialEvents"]["RefundEventList"].size(), 0U);
    json transactions = refunds_of(modern()["transactions"]);
    ASSERT_EQ(transactions.size(), 1U);
    EXPECT_EQ(transactions[0]["transactionStatus"], "DEFERRED");
    const std::string transaction = transactions[0]["transactionId"];
    const std::string posted = transactions[0]["postedDate"];
    clock.advance(20h);
    ASSERT_TRUE(seller->release_refund(refund));
    EXPECT_FALSE(seller->release_refund(refund));
    transactions = refunds_of(modern("&transactionStatus=DEFERRED_RELEASED")["transactions"]);
    ASSERT_EQ(transactions.size(), 1U);
    EXPECT_EQ(transactions[0]["transactionId"], transaction);
    const json events = v0()["FinancialEvents"]["RefundEventList"];
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]["PostedDate"], posted);  // an old date that appears late
    EXPECT_EQ(get("/finances/v0/orders/" + id + "/financialEvents")["payload"]["FinancialEvents"]["RefundEventList"],
              events);
}

TEST_F(Finances, AReleaseMayRenameAndRedate) {
    SellerOptions options = quiet();
    options.release_renames = true;
    options.release_keeps_date = false;
    open(options);
    const std::string refund = seller->refund(shipped(), {.deferred = true});
    clock.advance(1h);
    const json before = refunds_of(modern()["transactions"])[0];
    seller->release_refund(refund);
    clock.advance(1h);
    const json after = refunds_of(modern()["transactions"])[0];
    EXPECT_NE(before["transactionId"], after["transactionId"]);
    EXPECT_NE(before["postedDate"], after["postedDate"]);
    EXPECT_EQ(modern_ids(before), modern_ids(after));
    const auto& identifiers = after["relatedIdentifiers"];
    EXPECT_TRUE(std::any_of(identifiers.begin(), identifiers.end(), [&](const json& each) {
        return each["relatedIdentifierName"] == "DEFERRED_TRANSACTION_ID" &&
               each["relatedIdentifierValue"] == before["transactionId"];
    }));
}

TEST_F(Finances, ClaimsAndChargebacksHaveListsOfTheirOwnInV0Only) {
    open(quiet());
    seller->refund(shipped(), {.kind = RefundKind::claim});
    seller->refund(shipped(), {.kind = RefundKind::chargeback});
    clock.advance(3min);
    const json events = v0()["FinancialEvents"];
    EXPECT_EQ(events["RefundEventList"].size(), 0U);
    EXPECT_EQ(events["GuaranteeClaimEventList"].size(), 1U);
    EXPECT_EQ(events["ChargebackEventList"].size(), 1U);
    EXPECT_EQ(refunds_of(modern()["transactions"]).size(), 2U);
}

TEST_F(Finances, PagesEmptyPagesAndTokensThatDieFast) {
    SellerOptions options = quiet();
    options.transactions_per_page = 2;
    open(options);
    for (int i = 0; i < 3; ++i) seller->refund(shipped(), {});
    clock.advance(5min);
    std::set<std::string> seen;
    std::string next;
    int pages = 0;
    const std::string query = "/finances/v0/financialEvents?MaxResultsPerPage=2&PostedAfter=2026-11-20T00:00:00Z";
    seller->add_fault({.kind = "empty_page", .operation = "listFinancialEvents", .skip = 1});
    do {
        const json payload = get(query + (next.empty() ? "" : "&NextToken=" + percent_encode(next)))["payload"];
        for (const json& event : payload["FinancialEvents"]["RefundEventList"]) {
            for (const std::string& id : v0_ids(event)) EXPECT_TRUE(seen.insert(id).second);
        }
        next = payload.value("NextToken", "");
        clock.advance(30s);
        ++pages;
    } while (!next.empty() && pages < 10);
    EXPECT_EQ(seen.size(), 3U);
    EXPECT_EQ(pages, 4);  // six events by two, and an empty one
    const std::string token_text = get(query)["payload"]["NextToken"];
    clock.advance(3min);
    EXPECT_EQ(api("GET", query + "&NextToken=" + percent_encode(token_text)).status, 400);
    const std::string modern_query = "/finances/2024-06-19/transactions?postedAfter=2026-11-20T00:00:00Z";
    next.clear();
    std::size_t count = 0;
    do {
        const json payload = get(modern_query + (next.empty() ? "" : "&nextToken=" + percent_encode(next)))["payload"];
        count += payload["transactions"].size();
        next = payload.value("nextToken", "");
    } while (!next.empty());
    EXPECT_EQ(count, 6U);
}

TEST_F(Finances, RulesOfTheWindow) {
    open(quiet());
    seller->refund(shipped(), {});
    clock.advance(3min);
    EXPECT_EQ(get("/finances/v0/financialEvents?PostedAfter=2026-05-01T00:00:00Z")["payload"]["FinancialEvents"]
                                                                                  ["RefundEventList"]
                                                                                      .size(),
              0U);  // over 180 days
    EXPECT_EQ(api("GET", "/finances/v0/financialEvents?PostedAfter=" + at(clock.now() - 1min)).status, 400);
    EXPECT_EQ(api("GET", "/finances/v0/financialEvents").status, 400);
    EXPECT_EQ(api("GET", "/finances/2024-06-19/transactions").status, 400);
    // With its own marketplace given, what the merchant ships in the US is left out.
    EXPECT_EQ(refunds_of(modern()["transactions"]).size(), 1U);
    EXPECT_EQ(modern(std::string("&marketplaceId=") + kUs)["transactions"].size(), 0U);
    const std::string id = seller->ledger()[0].id;
    EXPECT_EQ(get("/finances/2024-06-19/transactions?relatedIdentifierName=ORDER_ID&relatedIdentifierValue=" +
                  id)["payload"]["transactions"]
                  .size(),
              2U);
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
