// SPDX-License-Identifier: Apache-2.0
// Orders in both versions, and their searches.
#include <map>
#include <set>

#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

class Orders : public SellerTest {
protected:
    json items(const std::string& id) {
        return get("/orders/v0/orders/" + id + "/orderItems")["payload"]["OrderItems"];
    }
    static std::string encoded(const std::string& text) { return percent_encode(text); }
    /// All ids of a v0 search, page by page.
    std::vector<std::string> pages(const std::string& query, int& calls) {
        std::vector<std::string> ids;
        std::string next;
        calls = 0;
        do {
            const json payload =
                get("/orders/v0/orders?" + query + (next.empty() ? "" : "&NextToken=" + encoded(next)))["payload"];
            for (const json& order : payload["Orders"]) ids.push_back(order["AmazonOrderId"].get<std::string>());
            next = payload.value("NextToken", "");
        } while (!next.empty() && ++calls < 50);
        ++calls;
        return ids;
    }
};

TEST_F(Orders, BothVersionsShowTheSameOrder) {
    open(quiet());
    // SBX-000019 costs what it costs; two of them, a tenth off, shipping free by a discount. Worked out from its own
    // price.
    const std::string id =
        seller->place_order({.items = {{"SBX-000019", 2}, {"SBX-000020", 1}}, .gift = true, .discount = true});
    const json order = get("/orders/v0/orders/" + id)["payload"];
    const json lines = items(id);
    const json modern =
        get("/orders/2026-01-01/orders/" + id +
            "?includedData=BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,PAYMENT,TAX")["order"];
    ASSERT_EQ(lines.size(), 2U);
    ASSERT_EQ(modern["orderItems"].size(), 2U);
    EXPECT_EQ(order["OrderStatus"], "Unshipped");
    EXPECT_EQ(modern["fulfillment"]["fulfillmentStatus"], "UNSHIPPED");
    EXPECT_EQ(order["OrderTotal"]["Amount"], modern["proceeds"]["grandTotal"]["amount"]);
    for (std::size_t i = 0; i < 2; ++i) {
        const json& old = lines[i];
        const json& item = modern["orderItems"][i];
        EXPECT_EQ(old["OrderItemId"], item["orderItemId"]);
        EXPECT_EQ(old["SellerSKU"], item["product"]["sellerSku"]);
        EXPECT_EQ(old["ItemPrice"]["Amount"], item["proceeds"]["breakdowns"][0]["subtotal"]["amount"]);
    }
    EXPECT_EQ(lines[0]["IsGift"], "true");
    EXPECT_EQ(modern["orderItems"][0]["fulfillment"]["packing"]["giftOption"]["giftWrapLevel"], "Classic");
    // The US: tax on top. Total = prices + shipping + gift wrap - discounts + taxes - taxes of discounts.
    const auto cents = [](const json& money) {
        std::string text = money["Amount"];
        text.erase(text.find('.'), 1);
        return std::stoll(text);
    };
    long long total = 0;
    for (const json& line : lines) {
        total += cents(line["ItemPrice"]) + cents(line["ItemTax"]) + cents(line["ShippingPrice"]) +
                 cents(line["ShippingTax"]) - cents(line["PromotionDiscount"]) - cents(line["PromotionDiscountTax"]) -
                 cents(line["ShippingDiscount"]) - cents(line["ShippingDiscountTax"]);
        if (line.contains("BuyerInfo"))
            total += cents(line["BuyerInfo"]["GiftWrapPrice"]) + cents(line["BuyerInfo"]["GiftWrapTax"]);
    }
    EXPECT_EQ(total, cents(order["OrderTotal"]));
}

TEST_F(Orders, VatStoresHaveTheTaxInside) {
    SellerOptions options = quiet();
    options.stores = {kDe, kJp};
    open(options);
    const std::string id = seller->place_order({.items = {{"SBX-000019", 1}}, .shipping = false});
    const json line = items(id)[0];
    const json order = get("/orders/v0/orders/" + id)["payload"];
    EXPECT_EQ(order["OrderTotal"], line["ItemPrice"]);  // nothing on top
    // 19 % inside: tax = price * 19 / 119, rounded.
    const auto cents = [](std::string text) {
        text.erase(text.find('.'), 1);
        return std::stoll(text);
    };
    const long long price = cents(line["ItemPrice"]["Amount"]);
    EXPECT_EQ(cents(line["ItemTax"]["Amount"]), (price * 190 + 595) / 1190);
    EXPECT_FALSE(line.contains("TaxCollection"));
    const std::string yen = seller->place_order({.items = {{"SBX-000019", 1}}, .store = kJp, .shipping = false});
    EXPECT_EQ(items(yen)[0]["ItemPrice"]["CurrencyCode"], "JPY");
    const json modern = get("/orders/2026-01-01/orders/" + yen + "?includedData=PROCEEDS")["order"];
    EXPECT_EQ(modern["proceeds"]["grandTotal"]["amount"].get<std::string>().find('.'), std::string::npos);
}

TEST_F(Orders, PendingOrdersShowNoMoneyAndNoAddress) {
    open(quiet());
    const std::string id = seller->place_order({.items = {{"SBX-000019", 1}}, .paid = false});
    EXPECT_FALSE(items(id)[0].contains("ItemPrice"));
    json order = get("/orders/v0/orders/" + id)["payload"];
    EXPECT_FALSE(order.contains("OrderTotal"));
    EXPECT_FALSE(order.contains("ShippingAddress"));
    ASSERT_TRUE(seller->authorise(id));
    EXPECT_FALSE(seller->authorise(id));
    EXPECT_TRUE(items(id)[0].contains("ItemPrice"));
    ASSERT_TRUE(seller->request_cancel(id, "Found cheaper somewhere else."));
    EXPECT_EQ(items(id)[0]["BuyerRequestedCancel"]["IsBuyerRequestedCancel"], "true");  // a text
    ASSERT_TRUE(seller->cancel(id));
    order = get("/orders/v0/orders/" + id)["payload"];
    EXPECT_EQ(order["OrderStatus"], "Canceled");
    EXPECT_EQ(items(id)[0]["QuantityOrdered"], 0);
    const json modern = get("/orders/2026-01-01/orders/" + id + "?includedData=CANCELLATION,FULFILLMENT")["order"];
    EXPECT_EQ(modern["fulfillment"]["fulfillmentStatus"], "CANCELLED");
    EXPECT_EQ(modern["orderItems"][0]["cancellation"]["cancellationExecution"]["cancelledBy"], "BUYER");
}

TEST_F(Orders, SearchesLagTwoMinutesAndSayHowFarTheySaw) {
    open(quiet());
    seller->place_order({.items = {{"SBX-000019", 1}}});
    const std::string query = std::string("MarketplaceIds=") + kUs + "&LastUpdatedAfter=" + at(clock.now() - 1h);
    json payload = get("/orders/v0/orders?" + query)["payload"];
    EXPECT_EQ(payload["Orders"].size(), 0U);
    EXPECT_EQ(payload["LastUpdatedBefore"], "2026-11-21T08:58:00Z");
    clock.advance(119s);
    EXPECT_EQ(get("/orders/v0/orders?" + query)["payload"]["Orders"].size(), 0U);
    clock.advance(1s);
    payload = get("/orders/v0/orders?" + query)["payload"];
    EXPECT_EQ(payload["Orders"].size(), 1U);
    EXPECT_FALSE(payload.contains("NextToken"));
    EXPECT_EQ(get("/orders/2026-01-01/orders?lastUpdatedAfter=" + at(clock.now() - 1h))["orders"].size(), 1U);
}

TEST_F(Orders, PagesCoverEachOrderOnceWhateverChangesMeanwhile) {
    open(quiet());
    std::vector<std::string> placed;
    for (int i = 0; i < 7; ++i) {
        placed.push_back(seller->place_order({.items = {{"SBX-000019", 1}}}));
        clock.advance(1s);
    }
    clock.advance(2min);
    const std::string query =
        std::string("MarketplaceIds=") + kUs + "&MaxResultsPerPage=3&LastUpdatedAfter=2026-11-21T08:00:00Z";
    int calls = 0;
    EXPECT_EQ(pages(query, calls), placed);
    EXPECT_EQ(calls, 3);
    // The last order changes after the first page: it leaves this search, and the next one finds it.
    const json first = get("/orders/v0/orders?" + query)["payload"];
    ASSERT_TRUE(seller->request_cancel(placed.back(), "x"));
    clock.advance(5min);
    std::string next = first["NextToken"];
    std::size_t seen = first["Orders"].size();
    while (!next.empty()) {
        const json page = get("/orders/v0/orders?" + query + "&NextToken=" + encoded(next))["payload"];
        EXPECT_EQ(page["LastUpdatedBefore"], first["LastUpdatedBefore"]);  // fixed by the first page
        seen += page["Orders"].size();
        next = page.value("NextToken", "");
    }
    EXPECT_EQ(seen, 6U);
    const std::string since = first["LastUpdatedBefore"];
    EXPECT_EQ(pages(std::string("MarketplaceIds=") + kUs + "&LastUpdatedAfter=" + since, calls),
              std::vector{placed.back()});
}

TEST_F(Orders, TokensWantTheSameQuestionAndAge) {
    open(quiet());
    for (int i = 0; i < 3; ++i) seller->place_order({.items = {{"SBX-000019", 1}}});
    clock.advance(3min);
    const std::string query =
        std::string("MarketplaceIds=") + kUs + "&MaxResultsPerPage=1&LastUpdatedAfter=2026-11-21T08:00:00Z";
    const std::string next = get("/orders/v0/orders?" + query)["payload"]["NextToken"];
    EXPECT_NE(next.find_first_of("+/="), std::string::npos);  // must be percent-encoded
    const auto with = [&](const std::string& asked, const std::string& sent) {
        return api("GET", "/orders/v0/orders?" + asked + "&NextToken=" + sent);
    };
    EXPECT_EQ(with(query, encoded(next)).status, 200);
    EXPECT_EQ(with(query + "&OrderStatuses=Unshipped", encoded(next)).status, 400);
    EXPECT_EQ(with(query, encoded(encoded(next))).status, 400);  // encoded twice
    EXPECT_EQ(with(query, "abc").status, 400);
    clock.advance(24h);
    EXPECT_EQ(refusal(with(query, encoded(next))), "400 InvalidInput: Time to live (TTL) exceeded for NextToken.");
}

TEST_F(Orders, WrongQuestionsAreRefused) {
    open(quiet());
    const std::string us = std::string("MarketplaceIds=") + kUs;
    for (const std::string& query :
         {std::string("LastUpdatedAfter=2026-11-21T08:00:00Z"), us,
          us + "&LastUpdatedAfter=2026-11-21T08:00:00Z&CreatedAfter=2026-11-21T08:00:00Z",
          us + "&LastUpdatedAfter=2026-11-21T08:00:00Z&LastUpdatedBefore=2026-11-21T08:58:01Z",
          us + "&LastUpdatedAfter=2026-11-21T08:00:00", us + "&LastUpdatedAfter=yesterday",
          us + "&LastUpdatedAfter=2026-11-21T08:00:00Z&MaxResultsPerPage=101",
          us + "&LastUpdatedAfter=2026-11-21T08:00:00Z&OrderStatuses=UNSHIPPED",
          std::string("marketplaceIds=") + kUs + "&LastUpdatedAfter=2026-11-21T08:00:00Z"})
        EXPECT_EQ(api("GET", "/orders/v0/orders?" + query).status, 400) << query;
    EXPECT_EQ(api("GET", "/orders/v0/orders?" + us +
                             "&LastUpdatedAfter=2026-11-21T08:00:00Z&LastUpdatedBefore=2026-11-21T08:58:00Z")
                  .status,
              200);
    EXPECT_EQ(
        api("GET", "/orders/v0/orders?MarketplaceIds=A1PA6795UKMFR9&LastUpdatedAfter=2026-11-21T08:00:00Z").status,
        403);
    EXPECT_EQ(api("GET", "/orders/v0/orders/112-0000000-0000000").status, 404);
}

TEST_F(Orders, DialsOfLists) {
    open(quiet());
    for (int i = 0; i < 4; ++i) seller->place_order({.items = {{"SBX-000019", 1}}});
    clock.advance(3min);
    const std::string query = std::string("/orders/v0/orders?MarketplaceIds=") + kUs +
                              "&MaxResultsPerPage=4&LastUpdatedAfter=2026-11-21T08:00:00Z";
    const auto with = [&](const char* kind) {
        seller->add_fault({.kind = kind, .operation = "getOrders"});
        return get(query)["payload"];
    };
    json page = with("empty_page");
    EXPECT_EQ(page["Orders"].size(), 0U);
    EXPECT_EQ(get(query + "&NextToken=" + encoded(page["NextToken"]))["payload"]["Orders"].size(), 4U);
    page = with("half_page");
    EXPECT_EQ(page["Orders"].size(), 2U);
    EXPECT_EQ(get(query + "&NextToken=" + encoded(page["NextToken"]))["payload"]["Orders"].size(), 2U);
    page = with("repeat_cursor");
    EXPECT_EQ(get(query + "&NextToken=" + encoded(page["NextToken"]))["payload"]["Orders"], page["Orders"]);
    seller->add_fault({.kind = "token_expired", .operation = "getOrders"});
    EXPECT_EQ(api("GET", query + "&NextToken=" + encoded(page["NextToken"])).status, 400);
}

TEST_F(Orders, ALateOrderAppearsBehindTheWatermark) {
    open(quiet());
    seller->add_fault({.kind = "late_order", .param = 600});
    const std::string id = seller->place_order({.items = {{"SBX-000019", 1}}});
    clock.advance(5min);
    const std::string query =
        std::string("/orders/v0/orders?MarketplaceIds=") + kUs + "&LastUpdatedAfter=2026-11-21T08:00:00Z";
    EXPECT_EQ(get(query)["payload"]["Orders"].size(), 0U);
    EXPECT_FALSE(seller->ledger()[0].visible);
    EXPECT_EQ(get("/orders/v0/orders/" + id)["payload"]["AmazonOrderId"], id);
    clock.advance(5min);
    EXPECT_EQ(get(query)["payload"]["Orders"][0]["LastUpdateDate"], "2026-11-21T09:00:00Z");
}

TEST_F(Orders, ThePersonalDataOf2026FollowsTheRoles) {
    open(quiet());
    const std::string id = seller->place_order({.items = {{"SBX-000019", 1}}});
    const std::string target = "/orders/2026-01-01/orders/" + id + "?includedData=BUYER,RECIPIENT";
    json order = get(target)["order"];
    EXPECT_TRUE(order["buyer"].contains("buyerName"));
    EXPECT_TRUE(order["recipient"]["deliveryAddress"].contains("postalCode"));
    EXPECT_FALSE(order.contains("fulfillment"));  // not asked for
    seller->set_roles({"orders"});
    order = get(target)["order"];
    EXPECT_FALSE(order.contains("buyer"));
    EXPECT_FALSE(order["recipient"]["deliveryAddress"].contains("postalCode"));
    EXPECT_TRUE(order["recipient"]["deliveryAddress"].contains("city"));
    EXPECT_EQ(api("GET", "/orders/2026-01-01/orders/" + id + "?includedData=buyer").status, 400);
}

TEST_F(Orders, ALivingAccountIsTheSameTwice) {
    SellerOptions options;
    options.orders = 120;
    options.stores = {kUs, kDe, kJp};
    const auto tell = [&] {
        ManualClock own(start());
        const auto account = make_seller(options, own);
        own.advance(6h);
        std::string all;
        std::map<std::string, int> statuses;
        for (const LedgerEntry& entry : account->ledger()) {
            all += entry.id + entry.status + entry.total + at(entry.updated_at) + "\n";
            ++statuses[entry.status];
            EXPECT_GT(entry.lines, 0) << entry.id;
        }
        for (const RefundView& view : account->refunds()) all += view.id + view.total;
        EXPECT_GE(statuses.size(), 3U);
        EXPECT_GT(account->ledger().size(), 140U);
        EXPECT_GT(account->refunds().size(), 2U);
        std::set<std::string> ids;
        for (const LedgerEntry& entry : account->ledger()) ids.insert(entry.id);
        EXPECT_EQ(ids.size(), account->ledger().size());
        return all;
    };
    const std::string once = tell();
    EXPECT_EQ(once, tell());
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
