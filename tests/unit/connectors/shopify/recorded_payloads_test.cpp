// SPDX-License-Identifier: Apache-2.0
// Recorded answers and webhook samples that no other test of this folder maps whole. The recordings asked for few
// fields: what the mapping cannot do without and they do not hold is filled in here, and nothing else.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "connectors/shopify/item_mapping.h"
#include "connectors/shopify/order_mapping.h"
#include "connectors/shopify/refund_mapping.h"
#include "crypto/hash.h"
#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

Json recorded(const char* file) { return Json::parse(fixture(file)); }

/// An order as Shopify would send it to the hub, as far as the recording goes.
std::string as_order(Json node, const char* currency) {
    node["currencyCode"] = currency;
    if (!node.contains("createdAt")) node["createdAt"] = "2026-01-01T00:00:00Z";
    if (!node.contains("lineItems")) node["lineItems"]["nodes"] = Json::array();
    int number = 0;
    for (Json& line : node["lineItems"]["nodes"]) {
        ++number;
        if (!line.contains("id")) line["id"] = "gid://shopify/LineItem/" + std::to_string(number);
        if (!line.contains("quantity")) line["quantity"] = 1;
    }
    return node.dump();
}

struct OrderCase {
    const char* name;
    std::function<Json()> node;
    const char* currency;
    const char* expected;
    const char* problems;
};
class RecordedOrder : public testing::TestWithParam<OrderCase> {};

TEST_P(RecordedOrder, HasEveryFieldOfTheContract) {
    const auto mapped = map_order_payload(as_order(GetParam().node(), GetParam().currency), OrderRules{});
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(words(mapped->order), GetParam().expected);
    EXPECT_EQ(codes(mapped->problems), GetParam().problems);
}

constexpr const char* kOrders = "recorded_orders_connection.json";
constexpr const char* kEdits = "recorded_order_edit_and_multicurrency.json";
constexpr const char* kCancels = "recorded_fulfillment_and_cancel.json";
// The people of an order the recordings did not ask for.
#define CROSSDOCK_NOBODY                   \
    "bill - | - | - | - | - | - | - | -\n" \
    "ship - | - | - | - | - | - | - | -\n" \
    "gift false, notes -\n"

INSTANTIATE_TEST_SUITE_P(
    Recorded, RecordedOrder,
    testing::Values(
        OrderCase{"OfASearchByTag", [] { return recorded(kOrders)["response"]["data"]["seedCatalog"]["nodes"][0]; },
                  "CAD",
                  "order 8837991727410 #1494\n"
                  "status open, payment paid by -\n"
                  "ordered 2026-06-22T22:34:00Z, updated 2026-06-22T22:34:02Z\n"
                  "taxes_included -, currency CAD\n"
                  "buyer - sample-draft-order-complete-20260622223358@example.com\n"
                  "subtotal 0.00 CAD, shipping -, tax 0.00 CAD, discount 0.00 CAD, total -\n" CROSSDOCK_NOBODY,
                  ""},
        OrderCase{"OfASecondPage",
                  [] { return recorded(kOrders)["next_page"]["response"]["data"]["nextPage"]["nodes"][0]; }, "CAD",
                  "order 8837986943282 #1492\n"
                  "status open, payment paid by -\n"
                  "ordered 2026-06-22T22:29:28Z, updated 2026-06-22T22:29:29Z\n"
                  "taxes_included -, currency CAD\n"
                  "buyer - sample-draft-order-complete-20260622222925@example.com\n"
                  "subtotal 0.00 CAD, shipping -, tax 0.00 CAD, discount 0.00 CAD, total -\n" CROSSDOCK_NOBODY,
                  ""},
        // Closed in the very second it was cancelled: cancelled it is. No payment was ever due.
        OrderCase{"Cancelled", [] { return recorded(kCancels)["cancel_ok"]["order_after"]["data"]["order"]; }, "USD",
                  "order 8733114532146 #1286\n"
                  "status cancelled, payment - by -\n"
                  "ordered 2026-01-01T00:00:00Z, updated -\n"
                  "taxes_included -, currency USD\n"
                  "buyer - -\n"
                  "subtotal 0.00 USD, shipping -, tax 0.00 USD, discount 0.00 USD, total -\n" CROSSDOCK_NOBODY,
                  ""},
        // 2 x 100.00 + 26.00 tax; the line's selling price is 200.00 / 2.
        OrderCase{
            "BeforeItsEdit",
            [] {
                return recorded(
                    kEdits)["edited_quantity_2_to_1_with_tax"]["order_before"]["data"]["orderCreate"]["order"];
            },
            "CAD",
            "order 8913892278578 -\n"
            "status open, payment - by -\n"
            "ordered 2026-01-01T00:00:00Z, updated -\n"
            "taxes_included -, currency CAD\n"
            "buyer - -\n"
            "subtotal 200.00 CAD, shipping -, tax 26.00 CAD, discount 0.00 CAD, total 226.00 CAD\n" CROSSDOCK_NOBODY
            "line 1 sku -, Order edit taxed source 20260708143123, -, variant -, location - -, quantity 2 current 2 "
            "shippable 2, unit 100.00 CAD, selling 100.00, total 200.00 CAD, tax 26.00 CAD, discount -, shipping 0.00 "
            "CAD, "
            "fulfilment -, gift false, notes -\n",
            ""},
        // One of two was taken out: what was ordered stays, only the current quantity tells. Shopify now says 113.00 as
        // the current total; the hub reports the 226.00 of the order.
        OrderCase{
            "EditedQuantity",
            [] { return recorded(kEdits)["edited_quantity_2_to_1_with_tax"]["order_after"]["data"]["order"]; }, "CAD",
            "order 8913892278578 -\n"
            "status open, payment - by -\n"
            "ordered 2026-01-01T00:00:00Z, updated -\n"
            "taxes_included -, currency CAD\n"
            "buyer - -\n"
            "subtotal 200.00 CAD, shipping -, tax 26.00 CAD, discount 0.00 CAD, total 226.00 CAD\n" CROSSDOCK_NOBODY
            "line 1 sku -, Order edit taxed source 20260708143123, -, variant -, location - -, quantity 2 current 1 "
            "shippable 1, unit 100.00 CAD, selling 100.00, total 200.00 CAD, tax 26.00 CAD, discount -, shipping 0.00 "
            "CAD, "
            "fulfilment -, gift false, notes -\n",
            ""},
        // Line C was removed: it stays, with nothing of it to ship. 2 x 20.00 + 12.00 + 29.00.
        OrderCase{
            "LineRemoved", [] { return recorded(kEdits)["edited_line_removed"]["order_after"]["data"]["order"]; },
            "CAD",
            "order 8837482905906 #1486\n"
            "status open, payment - by -\n"
            "ordered 2026-01-01T00:00:00Z, updated 2026-06-22T16:05:48Z\n"
            "taxes_included -, currency CAD\n"
            "buyer - -\n"
            "subtotal 81.00 CAD, shipping -, tax 0.00 CAD, discount 0.00 CAD, total -\n"
            "bill - | - | - | - | - | - | - | -\n"
            "ship - | - | - | - | - | - | - | -\n"
            "gift false, notes order edit existing-order zero-removal capture\n"
            "line 19494137790770 sku -, zero line A 20260622160545, -, variant -, location - -, quantity 2 current 2 "
            "shippable 2, unit 20.00 CAD, selling 20.00, total 40.00 CAD, tax -, discount -, shipping 0.00 CAD, "
            "fulfilment -, gift false, notes -\n"
            "line 19494137823538 sku -, zero line B 20260622160545, -, variant -, location - -, quantity 1 current 1 "
            "shippable 1, unit 12.00 CAD, selling 12.00, total 12.00 CAD, tax -, discount -, shipping 0.00 CAD, "
            "fulfilment -, gift false, notes -\n"
            "line 19494137856306 sku -, zero line C 20260622160545, -, variant -, location - -, quantity 1 current 0 "
            "shippable 0, unit 29.00 CAD, selling 29.00, total 29.00 CAD, tax -, discount -, shipping 0.00 CAD, "
            "fulfilment -, gift false, notes -\n",
            ""},
        // The buyer saw 9.00 USD; the shop's money is 13.50 CAD, and all of it is still due.
        OrderCase{"TwoCurrencies",
                  [] { return recorded(kEdits)["multi_currency"]["orderCreate"]["data"]["orderCreate"]["order"]; },
                  "CAD",
                  "order 8888861458738 -\n"
                  "status open, payment pending by -\n"
                  "ordered 2026-01-01T00:00:00Z, updated -\n"
                  "taxes_included -, currency CAD\n"
                  "buyer - -\n"
                  "subtotal 12.00 CAD, shipping -, tax 1.50 CAD, discount 0.00 CAD, total 13.50 CAD\n" CROSSDOCK_NOBODY
                  "line 1 sku -, -, -, variant -, location - -, quantity 1 current - shippable 1, unit 12.00 CAD, "
                  "selling 12.00, "
                  "total 12.00 CAD, tax -, discount -, shipping 0.00 CAD, fulfilment -, gift false, notes -\n",
                  ""}),
    [](const auto& row) { return std::string(row.param.name); });

RawRefund raw_refund(Json node, const char* order, const char* currency) {
    if (!node.contains("id")) node["id"] = "gid://shopify/Refund/1";
    if (!node.contains("createdAt")) node["createdAt"] = "2026-07-01T12:00:00Z";
    RawRefund raw;
    raw.external_refund_id = std::string{node["id"].get<std::string>().substr(21)};
    raw.external_order_id = order;
    raw.payload = node.dump();
    raw.context = Json{{"currency", currency}}.dump();
    return raw;
}

// 15.00 went back; of the line Shopify says 0.00, because the recording's shipping refund took the whole of the money.
// The parts that would explain it were not asked for, and that is said.
TEST(RecordedRefund, OfTheWholeOrder) {
    const Json all = recorded("recorded_refunds.json")["full_refund"]["response"]["data"]["refundCreate"];
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(raw_refund(all["refund"], "8838022103346", "CAD"), problems);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(words(*refund),
              "refund 1028613374258 of 8838022103346 at 2026-06-22T23:01:18Z\n"
              "total 15.00 CAD, subtotal 0.00 CAD, shipping 0.00 CAD, tax 0.00 CAD, discount 0.00 CAD, currency CAD\n"
              "payment refunded by manual, settled true, reason -, notes full line item and shipping refund\n"
              "line 654574977330 sku -, sample-refundable full item, -, quantity 1, unit 0.00, total 0.00 CAD, tax -, "
              "discount -, shipping 0.00 CAD, reason -, notes -\n");
    EXPECT_EQ(codes(problems), "refund_totals_mismatch");
}

// 5.00 of the buyer's 9.00 USD, at the rate of the refund's day: 7.10 CAD, though the order's rate makes 7.50 of it.
TEST(RecordedRefund, InTheShopsMoneyAtItsOwnRate) {
    const Json all = recorded(kEdits)["multi_currency"]["refund"]["data"]["refundCreate"];
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(raw_refund(all["refund"], "8888861458738", "CAD"), problems);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(words(*refund),
              "refund 1 of 8888861458738 at 2026-07-01T12:00:00Z\n"
              "total 7.10 CAD, subtotal 0.00 CAD, shipping 0.00 CAD, tax 0.00 CAD, discount 0.00 CAD, currency CAD\n"
              "payment - by -, settled true, reason -, notes -\n");
    EXPECT_EQ(codes(problems), "") << "what was paid in another currency need not add up";
}

/// The recording reads the item and names its variant; the hub reads the variant and what it holds of the item.
Json as_variant(Json item, const char* price) {
    Json variant = item["variant"];
    item.erase("variant");
    variant["price"] = price;
    variant["sku"] = item.value("sku", "");
    variant["inventoryItem"] = item;
    return variant;
}

std::string rows_of(const Json& variant) {
    const auto items = map_variant_payload(variant.dump(), "CAD");
    if (!items) return items.error().message;
    std::string out;
    for (const auto& item : *items) out += words(item);
    return out;
}

TEST(RecordedLevels, AreARowForEachOfThreeLocations) {
    const Json item = recorded("recorded_inventory_levels_and_locations.json")["inventory_item_three_locations"]
                                                                              ["response"]["data"]["inventoryItem"];
    const auto row = [](const char* location, const char* name, const char* available) {
        const std::string head =
            std::string{"variant 51488571326770 at "} + location + " " + name +
            ", sku INV-NODE-1784485762391, Inventory Node test- 1784485762391, barcode -, "
            "gid://shopify/Product/10243973087538, "
            "gid://shopify/ProductVariant/51488571326770, CAD 1.00, active, updated -, tracked true, available " +
            available + "\n";
        // "Default Title" is the only option: no option at all.
        return head + "ids {\"product_id\":\"10243973087538\",\"variant_id\":\"51488571326770\"}\n" +
               "attrs "
               "{\"inventory_item_id\":53594169934130,\"option1\":null,\"option2\":null,\"option3\":null,\"location_"
               "id\":" +
               location + ",\"location_name\":\"" + name + "\",\"tracked\":true,\"available\":" + available + "}\n";
    };
    EXPECT_EQ(rows_of(as_variant(item, "1.00")),
              row("106318430514", "Shop location", "0") +
                  row("114041880882", "Inventory Node origin 1784485762391", "5") +
                  row("114041913650", "Inventory Node destination 1784485762391", "0"));
}

// A level that was switched off keeps its seven pieces; for sale there they are not.
TEST(RecordedLevels, ASwitchedOffOneIsAnInactiveRow) {
    Json item = recorded(
        "recorded_inventory_levels_and_locations.json")["inactive_level_read"]["response"]["data"]["inventoryItem"];
    item["variant"]["product"]["status"] = "ACTIVE";  // not asked for
    const auto items = map_variant_payload(as_variant(item, "1.00").dump(), "CAD");
    ASSERT_TRUE(items) << items.error().message;
    ASSERT_EQ(items->size(), 2U);
    EXPECT_EQ((*items)[0].location_id, "106318430514");
    EXPECT_EQ((*items)[0].status, domain::ItemStatus::active);
    EXPECT_EQ((*items)[0].channel_quantity, 5);
    EXPECT_EQ((*items)[1].location_id, "106318463282");
    EXPECT_EQ((*items)[1].location_name, "My Custom Location");
    EXPECT_EQ((*items)[1].status, domain::ItemStatus::inactive);
    EXPECT_EQ((*items)[1].channel_quantity, 7);
    EXPECT_EQ((*items)[1].variant_id, "51111189479730");
    EXPECT_EQ(
        (*items)[1].attrs_json,
        "{\"inventory_item_id\":53214089609522,\"option1\":null,\"option2\":null,\"option3\":null,"
        "\"location_id\":106318463282,\"location_name\":\"My Custom Location\",\"tracked\":true,\"available\":7}");
}

TEST(RecordedLocations, AreRead) {
    Shop shop;
    Json page = recorded("recorded_inventory_levels_and_locations.json")["locations"]["data"]["locations"];
    page["nodes"] = Json::array();  // the recording went through edges
    for (const Json& edge : page["edges"]) page["nodes"].push_back(edge["node"]);
    shop.answer("HubLocations", Json{{"locations", page}});
    const auto locations = shop.connector().catalog_source()->fetch_locations();
    ASSERT_TRUE(locations) << locations.error().message;
    EXPECT_EQ(*locations, (std::vector<domain::Location>{{"68509171945", "103 ossington", true},
                                                         {"89026920681", "sample-test- Annex", true}}));
}

// Pages of a connection lead on by the recorded cursor and end with it.
TEST(RecordedPages, LeadFromTheFirstToTheLast) {
    Shop shop;
    const Json all = recorded(kOrders);
    const Json first = all["response"]["data"]["recent"];
    const Json last = all["next_page"]["response"]["data"]["nextPage"];
    shop.answer("HubOrderIds", Json{{"orders", first}});
    shop.answer("HubOrderIds", Json{{"orders", last}},
                [&](const Json& variables) { EXPECT_EQ(variables["after"], all["next_page"]["variables"]["after"]); });
    OrderSource& orders = *shop.connector().order_source();
    const PullWindow window{at("2026-06-22T00:00:00Z"), std::nullopt};
    const auto one = orders.list_order_ids(window, "");
    ASSERT_TRUE(one) << one.error().message;
    EXPECT_EQ(one->external_ids, std::vector<std::string>{"8837991727410"});
    const auto two = orders.list_order_ids(window, one->next_cursor);
    ASSERT_TRUE(two) << two.error().message;
    EXPECT_EQ(two->external_ids, std::vector<std::string>{"8837986943282"});
    EXPECT_EQ(two->next_cursor, "");
}

TEST(RecordedPages, AMissIsAnEmptyListAndNoError) {
    Shop shop;
    shop.answer("HubOrderIds", Json{{"orders", recorded(kOrders)["response"]["data"]["byIdMiss"]}});
    const auto none = shop.connector().order_source()->list_order_ids({at("2026-06-22T00:00:00Z"), std::nullopt}, "");
    ASSERT_TRUE(none) << none.error().message;
    EXPECT_TRUE(none->external_ids.empty());
    EXPECT_EQ(none->next_cursor, "");
}

struct WebhookCase {
    const char* topic;
    WebhookNotice::Subject subject;
    const char* external_id;
};
class SampleWebhook : public testing::TestWithParam<WebhookCase> {};

// Bodies are signed here as Shopify signs them, with the channel's client secret.
TEST_P(SampleWebhook, HintsAtWhatItIsAbout) {
    Shop shop;
    const std::string body = recorded("webhook_other_topics.json")[GetParam().topic].dump();
    const net::Headers headers{
        {"X-Shopify-Topic", GetParam().topic},
        {"X-Shopify-Hmac-Sha256", crypto::base64_encode(crypto::hmac_sha256("crossdock-test-secret", body))},
        {"X-Shopify-Shop-Domain", "acme.myshopify.com"}};
    const std::vector<std::pair<std::string, std::string>> no_query;
    const auto notice = shop.connector().webhook_source()->verify({"POST", "/hooks/shop-us", no_query, headers, body});
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->topic, GetParam().topic);
    EXPECT_EQ(notice->subject, GetParam().subject);
    EXPECT_EQ(notice->external_id, GetParam().external_id);
}
using Subject = WebhookNotice::Subject;
INSTANTIATE_TEST_SUITE_P(Samples, SampleWebhook,
                         testing::Values(WebhookCase{"orders/updated", Subject::order, "450789469"},
                                         WebhookCase{"orders/cancelled", Subject::order, "450789469"},
                                         WebhookCase{"fulfillments/create", Subject::order, "450789469"},
                                         WebhookCase{"products/update", Subject::catalog, ""},
                                         WebhookCase{"inventory_items/update", Subject::catalog, ""},
                                         WebhookCase{"inventory_levels/update", Subject::stock, ""}));

TEST(SampleWebhooks, AreAllInTheTable) {
    const Json all = recorded("webhook_other_topics.json");
    std::set<std::string> topics;
    for (const auto& [topic, body] : all.items()) topics.insert(topic);
    EXPECT_EQ(topics, (std::set<std::string>{"orders/updated", "orders/cancelled", "fulfillments/create",
                                             "products/update", "inventory_items/update", "inventory_levels/update"}));
}

// The copies in this repository are the published examples, and none is left out.
TEST(Payloads, AreThoseOfThePublishedExamples) {
    const std::filesystem::path published =
        std::filesystem::path{CROSSDOCK_SHARED_DIR} / "specs" / "shopify" / "examples";
    if (!std::filesystem::is_directory(published)) GTEST_SKIP() << published << " is not there";
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(published)) {
        const std::string name = entry.path().filename().string();
        if (name == "README.md") continue;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        EXPECT_EQ(text, fixture(name)) << name;
        ++files;
    }
    EXPECT_EQ(files, 16);
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
