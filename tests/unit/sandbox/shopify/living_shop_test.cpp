// SPDX-License-Identifier: Apache-2.0
// The shop lives by itself, and every figure it shows adds up.
#include <cmath>
#include <map>

#include "unit/sandbox/shopify/shop_fixture.h"

namespace crossdock::sandbox::shopify {
namespace {

std::int64_t cents(const json& bag, const char* side = "shopMoney") {
    const std::string text = bag[side]["amount"];
    const std::string currency = bag[side]["currencyCode"];
    return std::llround(std::stod(text) * (currency == "JPY" ? 1.0 : 100.0));
}

struct LifeCase {
    const char* name;
    std::uint64_t seed;
    bool taxes_included, several_currencies;
};
class Life : public ShopTest, public ::testing::WithParamInterface<LifeCase> {};

TEST_P(Life, EveryFigureAddsUp) {
    ShopOptions options;
    options.seed = GetParam().seed;
    options.taxes_included = GetParam().taxes_included;
    options.several_currencies = GetParam().several_currencies;
    open(options);
    for (int day = 0; day < 7; ++day) {
        clock.advance(24h);
        shop->tick();
    }
    std::map<std::string, int> kinds;
    const auto ledger = shop->ledger();
    EXPECT_GT(ledger.size(), 1500U);
    int checked = 0;
    for (std::size_t n = 0; n < ledger.size(); n += 3) {
        const json o = order(ledger[n].id);
        const std::string name = o["name"];
        ++checked;
        ++kinds[o["displayFinancialStatus"].is_null() ? "null" : o["displayFinancialStatus"].get<std::string>()];
        ++kinds[o["displayFulfillmentStatus"].get<std::string>()];
        kinds["cancelled"] += o["cancelledAt"].is_null() ? 0 : 1;
        kinds["edited"] += o["edited"].get<bool>() ? 1 : 0;
        kinds["closed"] += o["closedAt"].is_null() ? 0 : 1;
        kinds["other currency"] += o["currencyCode"] == o["presentmentCurrencyCode"] ? 0 : 1;
        for (const char* side : {"shopMoney", "presentmentMoney"}) {
            std::int64_t goods = 0, discounts = 0, tax = 0;
            for (const json& line : o["lineItems"]["nodes"]) {
                EXPECT_EQ(cents(line["originalTotalSet"], side),
                          cents(line["originalUnitPriceSet"], side) * line["quantity"].get<int>())
                    << name;
                goods += cents(line["originalTotalSet"], side);
                for (const json& a : line["discountAllocations"]) discounts += cents(a["allocatedAmountSet"], side);
                for (const json& t : line["taxLines"]) tax += cents(t["priceSet"], side);
            }
            const std::int64_t total = goods - cents(o["totalDiscountsSet"], side) +
                                       cents(o["totalShippingPriceSet"], side) + cents(o["totalTipReceivedSet"], side) +
                                       (o["taxesIncluded"].get<bool>() ? 0 : cents(o["totalTaxSet"], side));
            EXPECT_EQ(cents(o["totalPriceSet"], side), total) << name << ' ' << side;
            EXPECT_EQ(cents(o["subtotalPriceSet"], side), goods - discounts) << name << ' ' << side;
            EXPECT_GE(cents(o["totalTaxSet"], side), tax) << name;  // shipping is taxed, too
            EXPECT_GE(cents(o["totalDiscountsSet"], side), discounts) << name;
        }
        // What is to ship stands in the fulfilment orders, unit by unit.
        std::map<std::string, int> open;
        for (const json& group : o["fulfillmentOrders"]["nodes"]) {
            for (const json& row : group["lineItems"]["nodes"]) {
                EXPECT_LE(row["remainingQuantity"].get<int>(), row["totalQuantity"].get<int>());
                open[row["lineItem"]["id"]] += row["remainingQuantity"].get<int>();
            }
        }
        for (const json& line : o["lineItems"]["nodes"]) {
            EXPECT_EQ(open[line["id"]], line["unfulfilledQuantity"].get<int>()) << name << line.dump();
            EXPECT_GE(line["currentQuantity"].get<int>(), 0);
            EXPECT_GE(line["quantity"].get<int>(), line["currentQuantity"].get<int>());
        }
        // Refunds: what was paid back is what the rows say less the adjustments, in the buyer's money.
        for (const json& refund : o["refunds"]) {
            std::int64_t rows = 0, adjusted = 0, paid = 0;
            bool pending = false;
            for (const json& row : refund["refundLineItems"]["nodes"])
                rows += cents(row["subtotalSet"], "presentmentMoney") +
                        (o["taxesIncluded"].get<bool>() ? 0 : cents(row["totalTaxSet"], "presentmentMoney"));
            for (const json& row : refund["refundShippingLines"]["nodes"])
                rows += cents(row["subtotalAmountSet"], "presentmentMoney") +
                        (o["taxesIncluded"].get<bool>() ? 0 : cents(row["taxAmountSet"], "presentmentMoney"));
            for (const json& row : refund["orderAdjustments"]["nodes"])
                adjusted += cents(row["amountSet"], "presentmentMoney");
            for (const json& t : refund["transactions"]["nodes"]) {
                pending = pending || t["status"] == "PENDING";
                paid += cents(t["amountSet"], "presentmentMoney");
            }
            EXPECT_EQ(paid, rows - adjusted) << name << refund.dump();
            if (pending) {
                EXPECT_EQ(cents(refund["totalRefundedSet"]), 0);
            }
            ++kinds[pending ? "pending refund" : paid > 0 ? "paid refund" : "refund without money"];
        }
    }
    for (const StockView& level : shop->stock()) EXPECT_GE(level.committed, 0) << level.sku;
    std::string seen;
    for (const auto& [kind, count] : kinds) seen += kind + " " + std::to_string(count) + ", ";
    std::cout << checked << " orders checked: " << seen << "\n";
    for (const char* kind :
         {"PAID", "PARTIALLY_REFUNDED", "REFUNDED", "UNFULFILLED", "FULFILLED", "PARTIALLY_FULFILLED", "cancelled",
          "edited", "closed", "paid refund", "refund without money"}) {
        EXPECT_GT(kinds[kind], 0) << kind;
    }
}
INSTANTIATE_TEST_SUITE_P(Seeds, Life,
                         ::testing::Values(LifeCase{"TaxOnTop", 1, false, false},
                                           LifeCase{"TaxIncluded", 2, true, false},
                                           LifeCase{"SeveralCurrencies", 3, false, true},
                                           LifeCase{"Both", 4, true, true}),
                         [](const auto& row) { return std::string(row.param.name); });

class LivingShop : public ShopTest {};

TEST_F(LivingShop, TheSameSeedMakesTheSameShop) {
    const auto story = [&](std::uint64_t seed, std::chrono::minutes step) {
        ManualClock own(start());
        ShopOptions options;
        options.seed = seed;
        options.orders = 40;
        const auto one = make_shop(options, own);
        for (std::chrono::minutes passed{0}; passed < 12h; passed += step) {
            own.advance(step);
            one->tick();
        }
        std::string out;
        for (const LedgerEntry& entry : one->ledger())
            out += entry.name + std::to_string(entry.version) + format_rfc3339(entry.updated_at) + entry.total + ";";
        return out;
    };
    EXPECT_EQ(story(7, 10min), story(7, 10min));
    EXPECT_EQ(story(7, 10min), story(7, 60min)) << "how often one looks must not matter";
    EXPECT_NE(story(7, 10min), story(8, 10min));
}

TEST_F(LivingShop, HistoryIsSpreadAndNewOrdersKeepComing) {
    ShopOptions options;
    options.orders = 100;
    options.orders_per_hour = 20;
    open(options);
    const auto before = shop->ledger();
    ASSERT_EQ(before.size(), 100U);
    EXPECT_LT(before.front().created_at, start() - 4 * 24h);
    EXPECT_GT(before.back().created_at, start() - 24h);
    EXPECT_LE(before.back().updated_at, start());
    clock.advance(10h);
    const auto after = shop->ledger();
    EXPECT_GT(after.size(), 250U);
    EXPECT_LT(after.size(), 350U);
    EXPECT_GT(shop->counters().order_changes, static_cast<std::int64_t>(after.size()));
}

TEST_F(LivingShop, TheCatalogueHasItsOddOnes) {
    ShopOptions options = quiet();
    options.products = 60;
    open(options);
    const json list = call(
        "{ productVariants(first: 250) { nodes { sku title requiresComponents price product { status isGiftCard } "
        "inventoryItem { tracked inventoryLevels(first: 5) { nodes { id } } } } } }");
    std::map<std::string, int> seen;
    for (const json& v : list["data"]["productVariants"]["nodes"]) {
        ++seen[v["product"]["status"]];
        if (v["sku"] == "") ++seen["no sku"];
        if (v["sku"] == "SBX-SHARED") ++seen["shared sku"];
        if (v["title"] == "Default Title") ++seen["default title"];
        if (v["inventoryItem"]["tracked"] == false) ++seen["untracked"];
        if (v["requiresComponents"] == true) ++seen["bundle"];
        if (v["product"]["isGiftCard"] == true) ++seen["gift card"];
        ++seen["levels " + std::to_string(v["inventoryItem"]["inventoryLevels"]["nodes"].size())];
        EXPECT_EQ(v["price"].get<std::string>().size() - v["price"].get<std::string>().find('.'), 3U);
    }
    for (const char* kind : {"ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED", "no sku", "shared sku", "default title",
                             "untracked", "bundle", "gift card", "levels 0", "levels 1", "levels 2"}) {
        EXPECT_GT(seen[kind], 0) << kind;
    }
    EXPECT_GT(list["data"]["productVariants"]["nodes"].size(), 120U);
}

TEST_F(LivingShop, AWishedOrderIsMadeAsWished) {
    open(quiet());
    const json o = order(shop->place_order({.items = {{"SBX-100", 3}},
                                            .paid = true,
                                            .test = true,
                                            .custom_item = true,
                                            .gift = true,
                                            .line_discount = true,
                                            .order_discount = true,
                                            .presentment = "JPY",
                                            .note = "by hand",
                                            .email = "me@example.com"}));
    EXPECT_EQ(o["lineItems"]["nodes"].size(), 2U);
    EXPECT_EQ(o["lineItems"]["nodes"][0]["quantity"], 3);
    EXPECT_TRUE(o["lineItems"]["nodes"][1]["variant"].is_null());
    EXPECT_TRUE(o["test"].get<bool>());
    EXPECT_EQ(o["note"], "by hand");
    EXPECT_EQ(o["presentmentCurrencyCode"], "JPY");
    const std::string yen = o["totalPriceSet"]["presentmentMoney"]["amount"];
    EXPECT_TRUE(yen.ends_with(".0")) << yen;
    const json unpaid = order(shop->place_order({.items = {{"SBX-100", 1}}, .api_made = true}));
    EXPECT_TRUE(unpaid["displayFinancialStatus"].is_null());
}

}  // namespace
}  // namespace crossdock::sandbox::shopify
