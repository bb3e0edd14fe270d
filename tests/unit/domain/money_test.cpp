// SPDX-License-Identifier: Apache-2.0
#include "domain/money.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/random.h"

namespace crossdock::domain {
namespace {

struct MoneyCase {
    const char* name;
    const char* text;
    const char* currency;
    std::optional<std::int64_t> minor;
};
class ParseMoney : public testing::TestWithParam<MoneyCase> {};

TEST_P(ParseMoney, ReadsExactlyOrRefuses) {
    const auto money = parse_money(GetParam().text, GetParam().currency);
    ASSERT_EQ(bool(money), GetParam().minor.has_value());
    if (money) {
        EXPECT_EQ(money->minor, *GetParam().minor);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Edges, ParseMoney,
    testing::Values(MoneyCase{"Cents", "12.34", "USD", 1234}, MoneyCase{"TrimmedZero", "15.0", "USD", 1500}, MoneyCase{"Whole", "15", "USD", 1500},
                    MoneyCase{"ExtraZeros", "7.1000", "USD", 710}, MoneyCase{"DinarHasThree", "1.234", "KWD", 1234},
                    MoneyCase{"YenHasNoFraction", "500.5", "JPY", std::nullopt}, MoneyCase{"YenWithZeros", "226.0", "JPY", 226},
                    MoneyCase{"RefundIsNegative", "-0.05", "USD", -5}, MoneyCase{"NegativeZero", "-0", "USD", 0},
                    MoneyCase{"TooFine", "12.345", "USD", std::nullopt}, MoneyCase{"TooLarge", "99999999999999999999", "USD", std::nullopt},
                    MoneyCase{"Exponent", "1e3", "USD", std::nullopt}, MoneyCase{"Comma", "12,34", "USD", std::nullopt},
                    MoneyCase{"PointOnly", "12.", "USD", std::nullopt}, MoneyCase{"Empty", "", "USD", std::nullopt},
                    MoneyCase{"UnknownCurrency", "1.00", "XYZ", std::nullopt}, MoneyCase{"LowerCase", "1.00", "usd", std::nullopt},
                    MoneyCase{"LargestCents", "92233720368547758.07", "USD", INT64_MAX}),
    [](const auto& row) { return std::string(row.param.name); });

struct NoiseCase {
    const char* name;
    const char* text;
    std::int64_t minor;
    bool rounded;
};
class ChannelMoney : public testing::TestWithParam<NoiseCase> {};

TEST_P(ChannelMoney, IsRoundedHalfToEvenAndSaysSo) {
    bool rounded = false;
    const auto money = parse_channel_money(GetParam().text, "USD", &rounded);
    ASSERT_TRUE(money);
    EXPECT_EQ(money->minor, GetParam().minor);
    EXPECT_EQ(rounded, GetParam().rounded);
}

INSTANTIATE_TEST_SUITE_P(Noise, ChannelMoney,
                         testing::Values(NoiseCase{"Exact", "0.30", 30, false}, NoiseCase{"ExtraZeros", "0.3000000", 30, false},
                                         NoiseCase{"BinaryNoise", "0.30000000000000004", 30, true},
                                         NoiseCase{"JustBelow", "12.3449999", 1234, true}, NoiseCase{"HalfToEvenDown", "12.345", 1234, true},
                                         NoiseCase{"HalfToEvenUp", "12.355", 1236, true}, NoiseCase{"AboveHalf", "12.3450001", 1235, true},
                                         NoiseCase{"Negative", "-12.355", -1236, true}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Money, IsWrittenAsAPlainNumberWithTheCurrencysDigits) {
    EXPECT_EQ(format(Money{1234, "USD"}), "12.34");
    EXPECT_EQ(format(Money{5, "USD"}), "0.05");
    EXPECT_EQ(format(Money{-5, "USD"}), "-0.05");
    EXPECT_EQ(format(Money{0, "USD"}), "0.00");
    EXPECT_EQ(format(Money{226, "JPY"}), "226");
    EXPECT_EQ(format(Money{1234, "KWD"}), "1.234");
    EXPECT_EQ(format(Decimal{2024, 2}), "20.24");
    EXPECT_EQ(format(Decimal{-7, 0}), "-7");
    EXPECT_EQ(format(Money{INT64_MIN, "USD"}), "-92233720368547758.08");
}

TEST(Money, SurvivesWritingAndReadingForAnyAmount) {
    SeededRandom random(42);
    for (int i = 0; i < 20'000; ++i)
        for (const char* currency : {"USD", "JPY", "KWD"}) {
            const Money money{static_cast<std::int64_t>(random.next() >> (1 + random.below(60))) * (random.below(2) == 0 ? 1 : -1), currency};
            const auto back = parse_money(format(money), currency);
            ASSERT_TRUE(back);
            EXPECT_EQ(*back, money);
        }
}

TEST(Money, OfTwoCurrenciesDoesNotAddAndOverflowIsNoAmount) {
    EXPECT_EQ(add({1, "USD"}, {2, "USD"}), (Money{3, "USD"}));
    EXPECT_THROW(add({1, "USD"}, {2, "EUR"}), std::logic_error);
    EXPECT_THROW(add({INT64_MAX, "USD"}, {1, "USD"}), std::overflow_error);
    EXPECT_THROW(subtract({INT64_MIN, "USD"}, {1, "USD"}), std::overflow_error);
}

TEST(Divide, RoundsHalfUpAwayFromZero) {
    EXPECT_EQ(divide({4048, "USD"}, 2, 2), (Decimal{2024, 2}));
    EXPECT_EQ(divide({1001, "USD"}, 2, 2), (Decimal{501, 2}));    // 5.005
    EXPECT_EQ(divide({-1001, "USD"}, 2, 2), (Decimal{-501, 2}));
    EXPECT_EQ(divide({100, "USD"}, 3, 2), (Decimal{33, 2}));
    EXPECT_EQ(divide({100, "JPY"}, 3, 2), (Decimal{3333, 2}));
    EXPECT_EQ(divide({1234, "KWD"}, 1, 2), (Decimal{123, 2}));
    EXPECT_THROW(divide({1, "USD"}, 0, 2), std::logic_error);
}

}  // namespace
}  // namespace crossdock::domain
