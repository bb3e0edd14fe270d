// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "base/json_writer.h"
#include "connectors/shopify/order_mapping.h"
#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

/// An order made up by chance whose amounts hold Shopify's identity, and the amounts it was made from.
struct RandomOrder {
    struct Line {
        std::int64_t unit = 0, quantity = 0, discount = 0, tax = 0;
        [[nodiscard]] std::int64_t total() const { return unit * quantity; }
    };
    std::vector<Line> lines;
    std::int64_t shipping = 0, shipping_tax = 0, tip = 0, duties = 0;
    bool included = false;
    std::string currency;
    std::string payload;

    [[nodiscard]] std::int64_t sum(std::int64_t (*of)(const Line&)) const {
        std::int64_t out = 0;
        for (const Line& line : lines) out += of(line);
        return out;
    }
    [[nodiscard]] std::int64_t subtotal() const {
        return sum([](const Line& line) { return line.total(); });
    }
    [[nodiscard]] std::int64_t discount() const {
        return sum([](const Line& line) { return line.discount; });
    }
    [[nodiscard]] std::int64_t tax() const {
        return sum([](const Line& line) { return line.tax; }) + shipping_tax;
    }
    [[nodiscard]] std::int64_t total() const {
        return subtotal() - discount() + shipping + (included ? 0 : tax()) + tip + duties;
    }
};

/// As Shopify writes amounts: trailing zeros trimmed to one place, "15.0".
std::string shopify_amount(std::int64_t minor, const std::string& currency) {
    std::string text = domain::format(domain::Money{minor, currency});
    if (text.find('.') == std::string::npos) return text + ".0";
    while (text.ends_with('0') && text[text.size() - 2] != '.') text.pop_back();
    return text;
}

void bag(JsonWriter& out, std::string_view name, std::int64_t minor, const std::string& currency) {
    out.key(name).begin_object().key("shopMoney").begin_object();
    out.field("amount", shopify_amount(minor, currency)).field("currencyCode", currency).end_object().end_object();
}

RandomOrder make_order(Random& random) {
    const auto up_to = [&](std::uint64_t most) { return static_cast<std::int64_t>(random.below(most + 1)); };
    RandomOrder order;
    const char* currencies[] = {"USD", "GBP", "JPY", "KWD"};
    order.currency = currencies[random.below(4)];
    order.included = random.below(2) == 0;
    order.shipping = up_to(5000);
    order.shipping_tax = up_to(500);
    order.tip = random.below(10) == 0 ? up_to(2000) : 0;
    order.duties = random.below(10) == 0 ? up_to(2000) : 0;
    const auto count = 1 + random.below(12);
    for (std::uint64_t i = 0; i < count; ++i) {
        RandomOrder::Line line;
        line.unit = up_to(100'000);
        line.quantity = 1 + up_to(20);
        line.discount = random.below(3) == 0 ? up_to(static_cast<std::uint64_t>(line.total())) : 0;
        line.tax = (line.total() - line.discount) / 6;
        order.lines.push_back(line);
    }
    JsonWriter out(order.payload);
    out.begin_object()
        .field("id", "gid://shopify/Order/5")
        .field("createdAt", "2026-11-20T09:15:30Z")
        .field("currencyCode", order.currency);
    out.field("taxesIncluded", order.included).field("displayFulfillmentStatus", "UNFULFILLED");
    bag(out, "totalShippingPriceSet", order.shipping, order.currency);
    bag(out, "totalTaxSet", order.tax(), order.currency);
    bag(out, "totalDiscountsSet", order.discount(), order.currency);
    bag(out, "totalPriceSet", order.total(), order.currency);
    if (order.tip > 0) bag(out, "totalTipReceivedSet", order.tip, order.currency);
    if (order.duties > 0) bag(out, "originalTotalDutiesSet", order.duties, order.currency);
    out.key("lineItems").begin_object().key("nodes").begin_array();
    std::int64_t id = 100;
    for (const auto& line : order.lines) {
        out.begin_object()
            .field("id", "gid://shopify/LineItem/" + std::to_string(id++))
            .field("quantity", line.quantity);
        bag(out, "originalUnitPriceSet", line.unit, order.currency);
        bag(out, "originalTotalSet", line.total(), order.currency);
        // A discount in up to three allocations, tax in up to two lines.
        out.key("discountAllocations").begin_array();
        std::int64_t left = line.discount;
        for (int part = 0; part < 3 && left > 0; ++part) {
            const std::int64_t share = part == 2 ? left : up_to(static_cast<std::uint64_t>(left));
            left -= share;
            out.begin_object();
            bag(out, "allocatedAmountSet", share, order.currency);
            out.end_object();
        }
        out.end_array().key("taxLines").begin_array();
        const std::int64_t first = up_to(static_cast<std::uint64_t>(line.tax));
        for (const std::int64_t share : {first, line.tax - first}) {
            out.begin_object();
            bag(out, "priceSet", share, order.currency);
            out.end_object();
        }
        out.end_array().end_object();
    }
    out.end_array().end_object().end_object();
    return order;
}

TEST(OrderAmounts, KeepTheirIdentityForAnyOrder) {
    const char* given = std::getenv("CROSSDOCK_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261121;
    std::cout << "seed " << seed << " (CROSSDOCK_SEED=" << seed << " repeats this run)\n";
    SeededRandom random(seed);
    constexpr int kOrders = 2500;
    for (int i = 0; i < kOrders; ++i) {
        const RandomOrder made = make_order(random);
        const auto mapped = map_order_payload(made.payload, {});
        ASSERT_TRUE(mapped) << mapped.error().message << '\n' << made.payload;
        ASSERT_EQ(codes(mapped->problems), "") << "order " << i << '\n' << made.payload;
        const domain::Order& order = mapped->order;
        ASSERT_EQ(order.subtotal_amount->minor, made.subtotal());
        ASSERT_EQ(order.total_amount->minor, made.total());
        std::int64_t totals = 0, discounts = 0;
        ASSERT_EQ(order.lines.size(), made.lines.size());
        for (std::size_t at_line = 0; at_line < made.lines.size(); ++at_line) {
            const auto& line = made.lines[at_line];
            const domain::OrderLine& read = order.lines[at_line];
            ASSERT_EQ(read.total_price->minor, line.total());
            ASSERT_EQ(read.tax_amount->minor, line.tax);
            ASSERT_EQ(read.discount_amount->minor, line.discount);
            totals += read.total_price->minor;
            discounts += read.discount_amount->minor;
            // selling x quantity is what was paid for the line without tax, but for the rounding to two places.
            const std::int64_t paid = line.total() - line.discount - (made.included ? line.tax : 0);
            const int digits = *domain::currency_digits(made.currency);
            ASSERT_EQ(read.selling_unit_price->scale, 2);
            std::int64_t wanted = paid * 10,
                         got = read.selling_unit_price->units * line.quantity * 10;  // in 1/10 of the finer unit
            for (int d = digits; d < 2; ++d) wanted *= 10;
            for (int d = 2; d < digits; ++d) got *= 10;
            std::int64_t half = 5 * line.quantity;
            for (int d = 2; d < digits; ++d) half *= 10;
            ASSERT_LE(std::abs(got - wanted), half) << made.payload;
        }
        ASSERT_EQ(totals, order.subtotal_amount->minor);
        ASSERT_EQ(discounts, order.discount_amount->minor);
        ASSERT_EQ(order.total_amount->minor,
                  order.subtotal_amount->minor - order.discount_amount->minor + order.shipping_amount->minor +
                      (made.included ? 0 : order.tax_amount->minor) + made.tip + made.duties);
    }
    std::cout << kOrders << " random orders: every sum held\n";
}

TEST(OrderAmounts, AnyBrokenTotalIsNoticed) {
    SeededRandom random(7);
    for (int i = 0; i < 500; ++i) {
        const RandomOrder made = make_order(random);
        const std::string total =
            "\"totalPriceSet\":{\"shopMoney\":{\"amount\":\"" + shopify_amount(made.total(), made.currency) + "\"";
        const auto place = made.payload.find(total);
        ASSERT_NE(place, std::string::npos);
        std::string broken = made.payload;
        const std::int64_t off = static_cast<std::int64_t>(made.lines.size()) + 1;
        broken.replace(place, total.size(),
                       "\"totalPriceSet\":{\"shopMoney\":{\"amount\":\"" +
                           shopify_amount(made.total() + off, made.currency) + "\"");
        const auto mapped = map_order_payload(broken, {});
        ASSERT_TRUE(mapped);
        ASSERT_EQ(codes(mapped->problems), "totals_mismatch") << broken;
    }
}

// Damaged payloads map or are refused with a reason, and never do anything else.
TEST(OrderMapping, SurvivesDamagedPayloads) {
    SeededRandom random(20261121);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text = make_order(random).payload;
        for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes)
            text[random.below(text.size())] = static_cast<char>(random.below(128));
        const auto mapped = map_order_payload(text, {});
        if (!mapped) {
            ++refused;
            ASSERT_EQ(mapped.error().kind, ErrorKind::invalid);
            ASSERT_NE(mapped.error().message, "");
        }
    }
    std::cout << refused << " of 3000 damaged payloads were refused with a reason\n";
    EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
