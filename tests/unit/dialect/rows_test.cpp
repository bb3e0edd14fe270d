// SPDX-License-Identifier: Apache-2.0
#include "dialect/rows.h"

#include <gtest/gtest.h>

#include "base/json_members.h"
#include "domain/erp_contract.h"

namespace crossdock::dialect {
namespace {

Dialect speaking(const char* settings) {
    auto read = read_dialect(settings);
    if (!read) throw std::runtime_error(read.error().message);
    return *read;
}

/// An order of two lines, cut short: what is missing counts as null.
constexpr const char* kOrder =
    R"({"id":123,"external_order_id":"abc-1001","status":"open","ordered_at":"2025-11-25T12:34:56Z",)"
    R"("last_remote_update_at":"2025-11-26T10:11:12.250Z","order_number_hint":"#1001","taxes_included":false,)"
    R"("buyer_name":"Zo\u00eb \"Z\" O'Neil, Jr.","currency":"USD","subtotal_amount":49.98,"discount_amount":0.00,)"
    R"("notes":"two\nlines","line_items":[{"external_line_id":"l_1","sku":"00123","quantity":1,"unit_price":24.990,)"
    R"("notes":null},{"external_line_id":"l_2","sku":"","quantity":2,"unit_price":12.5,"notes":" x"}],)"
    R"("raw_payload":{"secret_at":"2025-11-26T10:11:12.250Z"},"imported_to_erp":false,"imported_at":null})";

std::string one_list(const Dialect& dialect, List list, std::string_view row) {
    std::string out;
    ListWriter writer(out, dialect, list);
    writer.begin();
    writer.row(row);
    writer.end();
    return out;
}

std::string line_of(const std::string& text, std::size_t number) {
    std::size_t from = 0;
    while (number-- > 0) from = text.find("\r\n", from) + 2;
    return text.substr(from, text.find("\r\n", from) - from);
}

TEST(CsvRows, ALineOfAnOrderIsARowWithTheOrderRepeated) {
    const std::string csv = one_list(speaking("format=csv"), List::orders, kOrder);
    const std::string order =
        "123,abc-1001,open,2025-11-25T12:34:56Z,2025-11-26T10:11:12.250Z,#1001,,,,false,\"Zoë \"\"Z\"\" O'Neil, "
        "Jr.\",,USD,49.98,,,0.00,,,,,,,,,,,,,,,,,,,,,,,\"two\nlines\",false,,";
    // The line end within the cell is LF alone, so lines are told by CRLF.
    EXPECT_EQ(line_of(csv, 1), order + "1,l_1,00123,,,,,,1,,24.990,,,,,,,,,");
    EXPECT_EQ(line_of(csv, 2), order + "2,l_2,\"\",,,,,,2,,12.5,,,,,,,,\" x\",");
    EXPECT_TRUE(csv.ends_with("\r\n"));
}

TEST(CsvRows, AnOrderWithoutLinesIsARowWithoutLineNumber) {
    const std::string csv = one_list(speaking("format=csv"), List::orders, R"({"id":7,"line_items":[]})");
    EXPECT_EQ(line_of(csv, 1), "7" + std::string(41, ',') + std::string(20, ','));
}

TEST(CsvRows, AnEmptyListIsItsHeader) {
    EXPECT_EQ(respell_list(speaking("format=csv"), List::carrier_codes, R"({"carrier_codes":[]})"),
              "provider,code,display_name\r\n");
}

TEST(XmlRows, NestedAsInJson) {
    const std::string xml = one_list(speaking("format=xml,no-fraction"), List::orders,
                                     R"({"id":1,"buyer_name":"A <b> & \"c\"","imported_at":null,)"
                                     R"("last_remote_update_at":"2025-11-26T10:11:12.999Z",)"
                                     R"("line_items":[{"sku":"a\u0001\r\n"}],"raw_payload":{"x":1}})");
    EXPECT_EQ(xml,
              "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
              "<orders xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
              "<order><id>1</id><buyer_name>A &lt;b&gt; &amp; &quot;c&quot;</buyer_name><imported_at xsi:nil=\"true\"/>"
              "<last_remote_update_at>2025-11-26T10:11:12Z</last_remote_update_at>"
              "<line_items><line_item><sku>a\xEF\xBF\xBD&#13;\n</sku></line_item></line_items></order>\n"
              "</orders>\n");
}

TEST(FlatRows, JsonHasARowForEveryLineAndNothingNested) {
    const std::string json = respell_list(speaking("rows=flat"), List::fba_carton_pushes,
                                          R"({"fba_carton_pushes":[{"id":"u","status":"failed","items":[{"sku":"A",)"
                                          R"("quantity_shipped":24,"quantity_in_case":6}],"error_message":"é"}]})");
    EXPECT_EQ(
        json,
        R"({"fba_carton_pushes":[{"id":"u","fba_inbound_shipment_id":null,"status":"failed","error_message":"é",)"
        R"("channel_id":null,"account_id":null,"created_at":null,"updated_at":null,"item_number":1,"item_sku":"A",)"
        R"("item_quantity_shipped":24,"item_quantity_in_case":6}]})");
}

TEST(JsonRows, TimesOfTheContractAreRespelledAndThoseOfAChannelAreNot) {
    std::string expected = kOrder;
    expected.replace(expected.find("12.250Z"), 7, "12Z");
    EXPECT_EQ(respell_list(speaking("no-fraction"), List::orders, "[" + std::string{kOrder} + "]"),
              "[" + expected + "]");
}

/// A member of the contract that no column holds would be lost to whoever reads CSV: this fails when one is added.
void expect_columns(List list, std::string_view object, std::string_view lines, std::string_view prefix) {
    const std::string csv = one_list(speaking("format=csv"), list, object);
    std::string header = "," + line_of(csv, 0) + ",";
    const auto expect = [&](const std::string& name) {
        const auto at = header.find("," + name + ",");
        ASSERT_NE(at, std::string::npos) << "no column " << name;
        header.erase(at, name.size() + 1);
    };
    for (const auto& [name, value] : JsonMembers(object)) {
        if (name == "raw_payload") continue;
        if (name != lines) {
            expect(std::string{name});
            continue;
        }
        for (const auto& [of_line, unused] : JsonMembers(json_elements(value).at(0)))
            expect(std::string{prefix} + std::string{of_line});
        expect(std::string{prefix} + "number");
    }
    EXPECT_EQ(header, ",") << "columns that are not in the contract";
}

TEST(CsvColumns, AreTheMembersOfTheContract) {
    domain::Order order;
    order.lines.emplace_back();
    const auto members = domain::render_order(order, domain::Provider::shopify, "shop").members;
    const std::string around = R"(,"raw_payload":null,"imported_to_erp":false,"imported_at":null})";
    expect_columns(List::orders, R"({"id":1,)" + members + around, "line_items", "line_");

    domain::Refund refund;
    refund.lines.emplace_back();
    expect_columns(List::refunds, R"({"id":1,)" + domain::erp_refund_members(refund, domain::Provider::ebay) + around,
                   "line_items", "line_");

    domain::Item item;
    item.external_ids_json = item.attrs_json = "{}";
    expect_columns(
        List::skus,
        R"({"id":1,)" + domain::erp_item_members(item, domain::Provider::ebay, "x") + R"(,"raw_payload":null})", "",
        "");
}

TEST(Answers, InEveryFormat) {
    const Dialect csv = speaking("format=csv");
    const Dialect xml = speaking("format=xml");
    EXPECT_EQ(respell_object(csv, "answer", R"({"updated":2})"), "updated\r\n2\r\n");
    EXPECT_EQ(respell_object(csv, "answer", R"({"created_ids":[1001,1002]})"), "created_ids\r\n1001\r\n1002\r\n");
    EXPECT_EQ(respell_object(csv, "shipment", R"({"id":1,"line_items":[{"quantity":1}],"service":null})"),
              "id,line_items,service\r\n1,\"[{\"\"quantity\"\":1}]\",\r\n");
    EXPECT_EQ(respell_object(xml, "answer", R"({"created_ids":[1,2]})"),
              "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<answer "
              "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><created_ids><id>1</id><id>2</id></created_ids>"
              "</answer>\n");
    EXPECT_EQ(respell_error(csv, R"({"error":["a, b","c"]})"), "error\r\n\"a, b\"\r\nc\r\n");
    EXPECT_EQ(respell_error(csv, R"({"error":"a"})"), "error\r\na\r\n");
    EXPECT_EQ(respell_error(xml, R"({"error":"a < b"})"),
              "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<errors><error>a &lt; b</error></errors>\n");
    EXPECT_EQ(respell_row(csv, List::fba_carton_pushes, "fba_carton_push",
                          R"({"fba_carton_push":{"id":"u","status":"pending","items":[]}})"),
              "id,fba_inbound_shipment_id,status,error_message,channel_id,account_id,created_at,updated_at,item_number,"
              "item_sku,item_quantity_shipped,item_quantity_in_case\r\nu,,pending,,,,,,,,,\r\n");
}

TEST(Head, StandsBesideTheRows) {
    constexpr const char* kSkus = R"({"total":10,"limit":1,"offset":0,"items":[{"id":5,"attrs":{"a at":"x"}}]})";
    EXPECT_TRUE(respell_list(speaking("format=xml"), List::skus, kSkus)
                    .find("<items xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" total=\"10\" limit=\"1\" "
                          "offset=\"0\">\n<item><id>5</id><attrs>{&quot;a at&quot;:&quot;x&quot;}</attrs></item>") !=
                std::string::npos);
    EXPECT_TRUE(respell_list(speaking("rows=flat"), List::skus, kSkus)
                    .starts_with(R"({"total":10,"limit":1,"offset":0,"items":[{"id":5,"channel":null,)"));
    EXPECT_TRUE(respell_list(speaking("format=csv"), List::skus, kSkus).ends_with(",\"{\"\"a at\"\":\"\"x\"\"}\"\r\n"));
}

}  // namespace
}  // namespace crossdock::dialect
