// SPDX-License-Identifier: Apache-2.0
// Whatever eBay sends is answered with a value or an error that names the place, never thrown at.
#include "connectors/ebay/client.h"
#include "connectors/ebay/item_mapping.h"
#include "connectors/ebay/order_mapping.h"
#include "connectors/ebay/refund_mapping.h"
#include "connectors/ebay/webhooks.h"
#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

/// Calls `read` with the payload made odd in one place at a time: every leaf and every branch.
void spoil_everywhere(const Json& payload, const std::function<void(const std::string&)>& read) {
    const Json odd[] = {nullptr,
                        "",
                        "x",
                        -1,
                        1e300,
                        true,
                        Json::array(),
                        Json::object(),
                        Json::array({Json::object()}),
                        std::string(5000, '9'),
                        "\xF0\x9F\x9A\x80",
                        "9223372036854775807",
                        "-9223372036854775808"};
    std::vector<Json::json_pointer> places;
    const std::function<void(const Json&, const Json::json_pointer&)> collect = [&](const Json& node,
                                                                                    const Json::json_pointer& at) {
        if (!at.empty()) places.push_back(at);
        if (node.is_object())
            for (const auto& [name, value] : node.items()) collect(value, at / name);
        if (node.is_array())
            for (std::size_t i = 0; i < node.size(); ++i) collect(node[i], at / i);
    };
    collect(payload, Json::json_pointer{});
    for (const auto& place : places) {
        for (const Json& value : odd) {
            Json spoilt = payload;
            spoilt[place] = value;
            read(spoilt.dump());
        }
        Json without = payload;
        const Json::json_pointer parent = place.parent_pointer();
        if (without[parent].is_object()) without[parent].erase(place.back());
        read(without.dump());
    }
}

void expect_words(const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_FALSE(error.message.empty());
    EXPECT_LT(error.message.size(), 400U);
}

TEST(EbayDamage, OrdersAreReadOrNamed) {
    const auto page = published_json("examples/getOrders_us.json");
    if (!page) GTEST_SKIP() << "eBay's examples are not here";
    const OrderRules rules{TaxesIncluded::by_marketplace, find_marketplace("EBAY_US")};
    std::size_t read = 0;
    for (const Json& order : (*page)["orders"])
        spoil_everywhere(order, [&](const std::string& text) {
            const auto mapped = map_order_payload(text, rules);
            if (!mapped) return expect_words(mapped.error());
            ++read;
            domain::Order newer = mapped->order;
            keep_known_facts(newer, mapped->order);
            EXPECT_EQ(newer, mapped->order);  // nothing is new about the same
            for (const auto& line : mapped->order.lines) EXPECT_LE(line.shippable_quantity, line.quantity);
        });
    EXPECT_GT(read, 1000U);
}

TEST(EbayDamage, RefundsAreReadOrNamed) {
    const auto file = published_json("examples/getTransactions_refund.json");
    if (!file) GTEST_SKIP() << "eBay's examples are not here";
    for (const Json& one : (*file)["cases"][0]["response"]["transactions"])
        spoil_everywhere(one, [](const std::string& text) {
            const auto index = JsonIndex::parse(text);
            ASSERT_TRUE(index);
            const auto raw = raw_refund(index->root());
            if (!raw) return;
            std::vector<domain::Problem> problems;
            for (const RefundBasis basis : {RefundBasis::amount, RefundBasis::fee_basis})
                if (const auto mapped = map_refund_payload(*raw, basis, problems); !mapped)
                    expect_words(mapped.error());
        });
}

TEST(EbayDamage, ItemsAreReadOrNamed) {
    const auto file = published_json("examples/inventory.json");
    if (!file) GTEST_SKIP() << "eBay's examples are not here";
    const Marketplace& us = *find_marketplace("EBAY_US");
    const Json payload{{"item", (*file)["cases"][0]["response"]["inventoryItems"][0]},
                       {"offers", (*file)["cases"][1]["response"]["offers"]}};
    spoil_everywhere(payload, [&](const std::string& text) {
        if (const auto mapped = map_item_payload(text, us); !mapped) expect_words(mapped.error());
    });
}

TEST(EbayDamage, CutXmlIsNoList) {
    const auto xml = published_text("examples/trading_GetMyeBaySelling.xml");
    if (!xml) GTEST_SKIP() << "eBay's examples are not here";
    for (std::size_t length = 0; length < xml->size() - 40; length += 7) {
        const auto listed = parse_active_listings(std::string_view{*xml}.substr(0, length));
        ASSERT_FALSE(listed) << length;
        EXPECT_EQ(listed.error().code, "ebay_bad_answer");
    }
    // No entity is expanded, so that a small answer cannot grow.
    const auto bomb = parse_active_listings(
        R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><GetMyeBaySellingResponse><Ack>Success</Ack><ActiveList><ItemArray><Item>)"
        R"(<ItemID>1</ItemID><Title>&a;&a;</Title></Item></ItemArray></ActiveList></GetMyeBaySellingResponse>)");
    ASSERT_TRUE(bomb);
    ASSERT_EQ(bomb->rows.size(), 1U);
    EXPECT_EQ(bomb->rows[0].title, "&a;&a;");
}

TEST(EbayDamage, NotificationsAndRefusalsAreRead) {
    const auto notes = published_json("examples/notifications.json");
    const auto errors = published_json("examples/errors.json");
    if (!notes || !errors) GTEST_SKIP() << "eBay's examples are not here";
    for (const Json& one : (*notes)["cases"])
        if (one.contains("body"))
            spoil_everywhere(one["body"], [](const std::string& text) { (void)notice_of(text, "u1"); });
    for (const Json& one : (*errors)["cases"])
        spoil_everywhere(one["response"], [](const std::string& text) {
            net::HttpResponse response;
            response.status = 400;
            response.body = text;
            EXPECT_LE(read_refusal(response).words.size(), 310U);
        });
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
