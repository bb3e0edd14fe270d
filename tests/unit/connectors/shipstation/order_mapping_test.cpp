// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/order_mapping.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

/// The mapping as a line of text for every part, or the error.
std::string mapped(const Json& order, const std::string& settings = "{}") {
    Account account(settings);
    const auto out = account.connector().order_source()->map_order(order.dump());
    return out ? words(out->order) : out.error().code + ": " + out.error().message;
}
domain::Order order_of(const Json& order, const std::string& settings = "{}") {
    Account account(settings);
    auto out = account.connector().order_source()->map_order(order.dump());
    if (!out) {
        ADD_FAILURE() << out.error().message;
        return {};
    }
    return out->order;
}
std::string problems_of(const Json& order) {
    Account account;
    const auto out = account.connector().order_source()->map_order(order.dump());
    return out ? codes(out->problems) : out.error().code;
}

// Worked out by hand from shared/specs/shipstation/examples/v1_orders.json (documentation samples). Summer is UTC-7.
constexpr const char* kHolmes =
    "order 987654321 Test-International-API-DOCS\n"
    "status open, payment paid by -\n"
    "ordered 2015-06-29T00:46:27Z, updated 2015-08-17T16:24:16.480Z\n"
    "taxes_included false, currency USD\n"
    "buyer Sherlock Holmes sholmes1854@methodsofdetection.com\n"
    "subtotal 324.98 USD, shipping 35.00 USD, tax 27.99 USD, discount -, total 387.97 USD\n"
    "bill Sherlock Holmes | - | - | - | - | - | - | -\n"
    "ship Sherlock Holmes | 221 B Baker St | - | London | - | NW1 6XE | GB | -\n"
    "gift false, notes Please be careful when packing the disguise kits in with the cane.\n"
    "Mr. Holmes called to upgrade his shipping to expedited\n"
    "line 136282568 sku Ele-1234, Elementary Disguise Kit, Ele-1234, variant 11780610, location - -, quantity 2 "
    "current "
    "- shippable 2, unit 49.99 USD, selling 49.99, total 99.98 USD, tax -, discount -, shipping -, fulfilment "
    "awaiting_shipment, gift false, notes -\n"
    "line 136282569 sku CN-9876, Fine White Oak Cane, CN-9876, variant 11780609, location - -, quantity 1 current - "
    "shippable 1, unit 225.00 USD, selling 225.00, total 225.00 USD, tax -, discount -, shipping -, fulfilment "
    "awaiting_shipment, gift false, notes -\n";

/// The President's order stands in three samples, which differ in a few values.
std::string president(const std::string& id, const std::string& updated, const std::string& product,
                      const std::string& line_tax, const std::string& line_shipping) {
    return "order " + id +
           " TEST-ORDER-API-DOCS\n"
           "status open, payment paid by Credit Card\n"
           "ordered 2015-06-29T15:46:27Z, updated " +
           updated +
           "\n"
           "taxes_included false, currency USD\n"
           "buyer The President headhoncho@whitehouse.gov\n"
           "subtotal 199.98 USD, shipping 10.00 USD, tax 5.00 USD, discount 20.55 USD, total 194.43 USD\n"
           "bill The President | - | - | - | - | - | - | -\n"
           "ship The President | US Govt | 1600 Pennsylvania Ave, Oval Office | Washington | DC | 20500 | US | "
           "555-555-5555\n"
           "gift true, notes Please ship as soon as possible!\nGift message: Thank you!\n"
           "Customer called and would like to upgrade shipping\n"
           "line vd08-MSLbtx sku ABC123, Test item #1 (Size: Large), ABC123, variant " +
           product +
           ", location - -, quantity 2 current - shippable 2, unit 99.99 USD, selling 99.99, total 199.98 USD, tax " +
           line_tax + ", discount -, shipping " + line_shipping +
           ", fulfilment awaiting_shipment, gift true, notes -\n";
}

TEST(ShipStationOrderMapping, ThePublishedOrders) {
    const auto file = example_file("v1_orders.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    const Json listed = example_case(*file, "List Orders")["response"]["orders"];
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(mapped(listed[0]), kHolmes);
    EXPECT_EQ(mapped(listed[1]), president("123456789", "2015-08-17T16:21:59.443Z", "7239919", "-", "-"));
    EXPECT_EQ(mapped(example_case(*file, "Get Order")["response"]),
              president("94113592", "2015-09-08T18:03:12.380Z", "7239919", "-", "-"));
    // In winter; the items' tax of 2.50 and shipping of 5 are for one unit each, and there are two.
    EXPECT_EQ(mapped(example_case(*file, "Create/Update Order")["response"]),
              president("140335319", "2016-02-16T23:16:53.707Z", "-", "5.00 USD", "10.00 USD"));
    for (const Json& order : listed) EXPECT_EQ(problems_of(order), "");
}

struct StatusRow {
    const char* name;
    const char* word;
    double paid;
    bool payment_date;
    const char* status;
    const char* payment;
    std::int64_t shippable;
};
class ShipStationStatus : public ::testing::TestWithParam<StatusRow> {};
TEST_P(ShipStationStatus, IsTheHubs) {
    const StatusRow& row = GetParam();
    Json order = order_json(7, "2026-11-19T09:00:00", row.word);
    order["amountPaid"] = row.paid;
    order["paymentDate"] = row.payment_date ? Json("2026-11-19T08:00:00") : Json(nullptr);
    const domain::Order out = order_of(order);
    EXPECT_EQ(domain::to_string(out.status), row.status);
    EXPECT_EQ(out.payment_status, row.payment);
    ASSERT_EQ(out.lines.size(), 1U);
    EXPECT_EQ(out.lines[0].shippable_quantity, row.shippable);
    EXPECT_EQ(out.lines[0].fulfillment_status, row.word);
}
INSTANTIATE_TEST_SUITE_P(Table, ShipStationStatus,
                         ::testing::Values(StatusRow{"Unpaid", "awaiting_payment", 0, false, "open", "pending", 0},
                                         StatusRow{"ToShip", "awaiting_shipment", 0, false, "open", "paid", 2},
                                         StatusRow{"AtAProvider", "pending_fulfillment", 11, true, "open", "paid", 0},
                                         StatusRow{"Held", "on_hold", 0, false, "open", "pending", 0},
                                         StatusRow{"HeldPaidByDate", "on_hold", 0, true, "open", "paid", 0},
                                         StatusRow{"HeldPaidByAmount", "on_hold", 11, false, "open", "paid", 0},
                                         StatusRow{"Shipped", "shipped", 11, true, "fulfilled", "paid", 0},
                                         StatusRow{"Cancelled", "cancelled", 0, true, "cancelled", "canceled", 0},
                                         StatusRow{"CancelledPaid", "cancelled", 0.01, false, "cancelled", "paid", 0},
                                         StatusRow{"Rejected", "rejected_fulfillment", 0, false, "open", "paid", 2},
                                         StatusRow{"Unknown", "inactive", 0, false, "open", "unknown", 0}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ShipStationOrderMapping, HoldsRefusalsAndForeignStatusesAreSaid) {
    Json held = order_json(7, "2026-11-19T09:00:00", "on_hold");
    held["holdUntilDate"] = "2026-12-01";
    EXPECT_EQ(order_of(held).notes, "On hold in ShipStation until 2026-12-01");
    held["holdUntilDate"] = nullptr;
    EXPECT_EQ(order_of(held).notes, "On hold in ShipStation");
    EXPECT_EQ(order_of(order_json(7, "2026-11-19T09:00:00", "rejected_fulfillment")).notes,
              "The fulfilment provider rejected the order");
    EXPECT_EQ(problems_of(order_json(7, "2026-11-19T09:00:00", "inactive")), "status_unknown");
}

TEST(ShipStationOrderMapping, WhoeverFulfilsItShipsIt) {
    Json order = order_json(7, "2026-11-19T09:00:00", "pending_fulfillment");
    EXPECT_EQ(order_of(order).shipped_by, "a fulfilment provider of ShipStation");
    order["externallyFulfilledByName"] = "Acme 3PL";
    EXPECT_EQ(order_of(order).shipped_by, "Acme 3PL");
    Json external = order_json(7, "2026-11-19T09:00:00");
    external["externallyFulfilledByName"] = "Example Fulfillment Provider Name";  // as in a sample whose flag is false
    external["externallyFulfilled"] = false;
    EXPECT_EQ(order_of(external).shipped_by, std::nullopt);
    external["externallyFulfilled"] = true;
    external["externallyFulfilledByName"] = nullptr;
    external["externallyFulfilledBy"] = "Amazon";
    EXPECT_EQ(order_of(external).shipped_by, "Amazon");
    EXPECT_EQ(order_of(external).lines[0].shippable_quantity, 0);
}

TEST(ShipStationOrderMapping, ATotalIsNeverWorkedOut) {
    // Recorded orders have no items and a total all the same.
    Json order = order_json(7, "2026-11-19T09:00:00");
    order["items"] = Json::array();
    order["orderTotal"] = 42.5;
    const domain::Order out = order_of(order);
    EXPECT_EQ(words(out.total_amount), "42.50 USD");
    EXPECT_EQ(words(out.subtotal_amount), "-");
    EXPECT_EQ(words(out.tax_amount), "-");
    EXPECT_EQ(words(out.discount_amount), "-");
    EXPECT_TRUE(out.lines.empty());
    order["items"] = nullptr;
    EXPECT_TRUE(order_of(order).lines.empty());
}

TEST(ShipStationOrderMapping, AdjustmentsAreNoGoods) {
    Json order = order_json(7, "2026-11-19T09:00:00");
    order["items"].push_back(
        {{"orderItemId", 71}, {"name", "10% OFF"}, {"quantity", 1}, {"unitPrice", -2}, {"adjustment", true}});
    order["items"].push_back(
        {{"orderItemId", 72}, {"name", "5 off each"}, {"quantity", 2}, {"unitPrice", -0.25}, {"adjustment", true}});
    order["items"].push_back(
        {{"orderItemId", 73}, {"name", "Rush"}, {"quantity", 1}, {"unitPrice", 3}, {"adjustment", true}});
    order["items"].push_back(
        {{"orderItemId", 74}, {"name", "Nothing"}, {"quantity", nullptr}, {"unitPrice", 0}, {"adjustment", true}});
    const domain::Order out = order_of(order);
    EXPECT_EQ(out.lines.size(), 1U);
    EXPECT_EQ(words(out.discount_amount), "2.50 USD");
    EXPECT_EQ(words(out.subtotal_amount), "14.00 USD");  // 2 x 5.50 and the surcharge
    EXPECT_EQ(out.notes, "Surcharge in the subtotal: Rush, 3.00 USD");
}

TEST(ShipStationOrderMapping, ItemAmountsArePerUnitUnlessTheOrderSaysOtherwise) {
    Json order = order_json(7, "2026-11-19T09:00:00");
    order["items"][0]["taxAmount"] = 1.1;
    const auto tax = [&] { return words(order_of(order).lines[0].tax_amount); };
    EXPECT_EQ(tax(), "2.20 USD");  // the order says nothing: as documented
    order["taxAmount"] = 2.2;
    EXPECT_EQ(tax(), "2.20 USD");
    order["taxAmount"] = 1.1;  // only the figure as it stands adds up
    EXPECT_EQ(tax(), "1.10 USD");
    order["taxAmount"] = 9;
    EXPECT_EQ(tax(), "2.20 USD");
}

TEST(ShipStationOrderMapping, PricesFinerThanACentAreRoundedAtTheEnd) {
    Json order = order_json(7, "2026-11-19T09:00:00");
    order["items"][0]["unitPrice"] = 0.333;
    order["items"][0]["quantity"] = 3;
    const domain::Order out = order_of(order);
    EXPECT_EQ(words(out.lines[0].total_price), "1.00 USD");  // 0.999
    EXPECT_EQ(words(out.lines[0].unit_price), "0.33 USD");
    EXPECT_EQ(words(out.lines[0].selling_unit_price), "0.33");
}

TEST(ShipStationOrderMapping, CurrencyIsTheStoresElseTheChannels) {
    const Json order = order_json(7, "2026-11-19T09:00:00");
    EXPECT_EQ(order_of(order, R"({"currency":"EUR"})").currency, "EUR");
    EXPECT_EQ(order_of(order, R"({"currency":"EUR","store_currencies":{"12345":"CAD"}})").currency, "CAD");
    EXPECT_EQ(order_of(order, R"({"store_currencies":{"1":"CAD"}})").currency, "USD");
    EXPECT_EQ(words(order_of(order, R"({"currency":"JPY"})").lines[0].total_price), "11 JPY");
}

TEST(ShipStationOrderMapping, LinesAreNamedOnceOnly) {
    Json order = order_json(7, "2026-11-19T09:00:00");
    order["items"][0]["lineItemKey"] = "key";
    Json twin = order["items"][0];
    twin["orderItemId"] = 71;
    order["items"].push_back(twin);
    const domain::Order out = order_of(order);
    EXPECT_EQ(out.lines[0].external_line_id, "key");
    EXPECT_EQ(out.lines[1].external_line_id, "key/71");
}

TEST(ShipStationOrderMapping, PartsOfOrdersAreNamed) {
    Json merged = order_json(7, "2026-11-19T09:00:00");
    merged["advancedOptions"]["mergedOrSplit"] = true;
    merged["advancedOptions"]["mergedIds"] = {5, 6};
    EXPECT_EQ(order_of(merged).notes, "Merged in ShipStation from orders 5, 6");
    EXPECT_EQ(problems_of(merged), "order_merged");
    Json split = order_json(8, "2026-11-19T09:00:00");
    split["advancedOptions"]["mergedOrSplit"] = true;
    split["advancedOptions"]["parentId"] = 7;
    EXPECT_EQ(order_of(split).notes, "Split in ShipStation from order 7");
    EXPECT_EQ(problems_of(split), "");
}

TEST(ShipStationOrderMapping, AKnownAddressAndOddNumbersAreRead) {
    Json order = order_json(7, "2026-11-19T09:00:00");
    order["billTo"] = {
        {"name", " "}, {"street1", "1 Main St"}, {"street2", "Unit 4"}, {"street3", "Rear"}, {"state", "TX"}};
    order["shipTo"] = {{"name", "Pat"}, {"phone", "512"}};
    const domain::Order out = order_of(order);
    EXPECT_EQ(words(out.billing), "- | 1 Main St | Unit 4, Rear | - | TX | - | - | -");
    EXPECT_EQ(out.buyer_name, "Pat");
    order["items"][0]["quantity"] = 2.0;
    EXPECT_EQ(order_of(order).lines[0].quantity, 2);
}

struct Broken {
    const char* name;
    const char* path;  // JSON pointer
    Json value;
    const char* says;
};
TEST(ShipStationOrderMapping, NamesTheFieldThatCannotBeRead) {
    const Broken rows[] = {
        {"Id", "/orderId", nullptr, "payload_invalid: orderId is missing"},
        {"NoDate", "/orderDate", nullptr, "payload_invalid: orderDate is missing, and so is createDate"},
        {"Date", "/orderDate", "soon", "payload_invalid: orderDate is no time like"},
        {"Modified", "/modifyDate", "later", "payload_invalid: modifyDate is no time like"},
        {"Total", "/orderTotal", "a lot", "payload_invalid: orderTotal is no amount"},
        {"Items", "/items", "none", "payload_invalid: items is no list"},
        {"Quantity", "/items/0/quantity", -1, "payload_invalid: items[0].quantity is no quantity"},
        {"Price", "/items/0/unitPrice", "x", "payload_invalid: items[0].unitPrice is no amount"},
        {"LineId", "/items/0/orderItemId", nullptr, "payload_invalid: items[0].orderItemId is missing"}};
    for (const Broken& row : rows) {
        Json order = order_json(7, "2026-11-19T09:00:00");
        order[Json::json_pointer(row.path)] = row.value;
        EXPECT_TRUE(mapped(order).starts_with(row.says)) << row.name << ": " << mapped(order);
    }
    Account account;
    EXPECT_FALSE(account.connector().order_source()->map_order("<html>"));
}

TEST(ShipStationOrderMapping, KeepsTheNameALineWasFirstKnownBy) {
    Account account;
    OrderSource& source = *account.connector().order_source();
    ASSERT_TRUE(source.forgets());
    Json order = order_json(7, "2026-11-19T09:00:00");
    order["items"].push_back({{"orderItemId", 71}, {"sku", "B"}, {"name", "Cup"}, {"quantity", 1}, {"unitPrice", 1}});
    order["items"].push_back({{"orderItemId", 72}, {"sku", "B"}, {"name", "Cup"}, {"quantity", 1}, {"unitPrice", 1}});
    const domain::Order older = order_of(order);
    // The order is replaced: ShipStation's ids are new, one line now has the marketplace's, one is other goods.
    order["items"][0]["orderItemId"] = 700;
    order["items"][0]["lineItemKey"] = "key";
    order["items"][1]["orderItemId"] = 701;
    order["items"][2]["sku"] = "C";
    order["items"][2]["orderItemId"] = 702;
    domain::Order newer = order_of(order);
    source.keep_known(newer, older);
    EXPECT_EQ(newer.lines[0].external_line_id, "70");
    EXPECT_EQ(newer.lines[1].external_line_id, "71");
    EXPECT_EQ(newer.lines[2].external_line_id, "702");
}

TEST(ShipStationOrderMapping, TheRepeatedHourIsReadByShipStationsClock) {
    const Json order = order_json(7, "2026-11-01T01:30:00");
    const std::string text = order.dump();
    const auto index = JsonIndex::parse(text);
    Account account;
    const auto updated = [&](const char* provider_now) {
        const RawOrder raw = raw_order(index->root(), at(provider_now));
        const auto out = account.connector().order_source()->map_order(raw.payload);
        EXPECT_TRUE(out);
        EXPECT_EQ(out->order.last_remote_update_at, raw.updated_at);
        EXPECT_EQ(raw.payload == text, format_rfc3339(raw.updated_at) == "2026-11-01T09:30:00Z");
        return format_rfc3339(raw.updated_at);
    };
    EXPECT_EQ(updated("2026-11-01T08:32:00Z"), "2026-11-01T08:30:00Z");  // the other 01:30 has not come yet
    EXPECT_EQ(updated("2026-11-01T09:32:00Z"), "2026-11-01T09:30:00Z");
    EXPECT_EQ(updated("2026-11-20T10:00:00Z"), "2026-11-01T09:30:00Z");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
