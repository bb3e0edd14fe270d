// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/refund_mapping.h"

#include <gtest/gtest.h>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

Json refund_node(std::size_t index) {
    return Json::parse(fixture("composed_order_refunds.json"))["data"]["order"]["refunds"][index];
}

RawRefund raw_of(const Json& node, const char* context = R"({"currency":"USD","taxes_included":false})") {
    RawRefund raw;
    raw.external_refund_id = "91001";
    raw.external_order_id = "5500000001001";
    raw.payload = node.dump();
    raw.context = context;
    return raw;
}

// 20.24 + 1.62 for the line, 2.00 shipping, less 3.86 that the merchant kept: 20.00. One line, so the shipping is shown
// there, too. Discount: 24.99 - 20.24.
TEST(RefundMapping, HasEveryFieldOfTheContract) {
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(raw_of(refund_node(0)), problems);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(words(*refund),
              "refund 91001 of 5500000001001 at 2026-11-20T15:00:00Z\n"
              "total 20.00 USD, subtotal 20.24 USD, shipping 2.00 USD, tax 1.62 USD, discount 4.75 USD, currency USD\n"
              "payment refunded by shopify_payments, settled true, reason damage, notes arrived damaged\n"
              "line 93001 sku TSHIRT-RED-S, Tee Shirt, Red / S, quantity 1, unit 20.24, total 20.24 USD, tax 1.62 USD, "
              "discount 4.75 "
              "USD, shipping 2.00 USD, reason -, notes -\n");
    EXPECT_EQ(codes(problems), "");
}

// Shopify counts only money that has moved and says 0.00; on its way are 13.50 + 1.08.
TEST(RefundMapping, ComputesWhatIsOnItsWay) {
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(raw_of(refund_node(1)), problems);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(words(*refund),
              "refund 91004 of 5500000001001 at 2026-11-20T16:30:00Z\n"
              "total 14.58 USD, subtotal 13.50 USD, shipping 0.00 USD, tax 1.08 USD, discount 1.50 USD, currency USD\n"
              "payment pending by paypal, settled false, reason -, notes -\n"
              "line 93004 sku MUG-01, Mug, -, quantity 1, unit 13.50, total 13.50 USD, tax 1.08 USD, discount 1.50 "
              "USD, shipping 0.00 "
              "USD, reason -, notes -\n");
    EXPECT_EQ(codes(problems), "");
}

// Recorded in 2025: no processedAt, no taxes, no legacy ids.
TEST(RefundMapping, ReadsARecordedPartialRefundWithShipping) {
    const Json recorded = Json::parse(fixture("recorded_refunds.json"))["partial_refund_with_shipping"];
    const Json node = recorded["response"]["data"]["refundCreate"]["refund"];
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(raw_of(node, R"({"currency":"CAD"})"), problems);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(words(*refund),
              "refund 1028613341490 of 5500000001001 at 2026-06-22T23:01:16Z\n"
              "total 15.00 CAD, subtotal 10.00 CAD, shipping 0.00 CAD, tax 0.00 CAD, discount 0.00 CAD, currency CAD\n"
              "payment refunded by manual, settled true, reason -, notes partial line item and shipping refund\n"
              "line 654574944562 sku -, sample-refundable partial-shipping-restock item, -, quantity 1, unit 10.00, "
              "total 10.00 CAD, "
              "tax -, discount -, shipping 0.00 CAD, reason -, notes -\n");
    // The recording did not ask for the shipping lines, so the parts do not add up, and that is said.
    EXPECT_EQ(codes(problems), "refund_totals_mismatch");
}

/// A return of the recorded refund's item, in the shape of the schema; no recording of one with a reason is at hand.
Json return_of(const std::string& line_item, std::vector<std::pair<const char*, const char*>> reasons) {
    Json nodes = Json::array();
    for (const auto& [handle, note] : reasons)
        nodes.push_back({{"id", "gid://shopify/ReturnLineItem/1"},
                         {"quantity", 1},
                         {"customerNote", "it was for my son"},
                         {"returnReasonDefinition", handle == nullptr ? Json(nullptr) : Json{{"handle", handle}}},
                         {"returnReasonNote", note},
                         {"fulfillmentLineItem", {{"lineItem", {{"id", line_item}}}}}});
    return {{"id", "gid://shopify/Return/1"}, {"returnLineItems", {{"nodes", nodes}}}};
}

TEST(RefundMapping, TakesTheReasonOfTheReturn) {
    const Json recorded = Json::parse(fixture("recorded_refunds.json"))["partial_refund_with_shipping"];
    Json node = recorded["response"]["data"]["refundCreate"]["refund"];
    const std::string item = node["refundLineItems"]["nodes"][0]["lineItem"]["id"];
    const auto mapped = [&](const Json& back) {
        Json with = node;
        with["return"] = back;
        std::vector<domain::Problem> problems;
        return *map_refund_payload(raw_of(with, R"({"currency":"CAD"})"), problems);
    };
    const auto one = mapped(return_of(item, {{"too-small", "one size up"}}));
    EXPECT_EQ(one.reason_code, "too-small");
    EXPECT_EQ(one.lines[0].reason_code, "too-small");
    EXPECT_EQ(one.lines[0].notes, "one size up");
    EXPECT_EQ(one.notes, "partial line item and shipping refund");
    const auto without_note = mapped(return_of(item, {{"too-small", ""}}));
    EXPECT_EQ(without_note.lines[0].notes, "it was for my son");
    const auto several = mapped(return_of(item, {{"too-small", ""}, {"changed-mind", ""}}));
    EXPECT_EQ(several.reason_code, std::nullopt) << "which of them?";
    EXPECT_EQ(several.lines[0].reason_code, "too-small");
    const auto elsewhere = mapped(return_of("gid://shopify/LineItem/1", {{"too-small", ""}}));
    EXPECT_EQ(elsewhere.lines[0].reason_code, std::nullopt);
    EXPECT_EQ(elsewhere.reason_code, "too-small");
    for (const Json& none : {Json(nullptr), return_of(item, {{nullptr, ""}}), Json{{"returnLineItems", nullptr}}})
        EXPECT_EQ(mapped(none).reason_code, std::nullopt);
    node["refundLineItems"]["nodes"][0]["restockType"] = "CANCEL";
    EXPECT_EQ(mapped(return_of(item, {{"too-small", ""}})).lines[0].reason_code, std::nullopt) << "it never left the house";
    node["orderAdjustments"]["nodes"] = Json::array({{{"reason", "DAMAGE"}}});
    EXPECT_EQ(mapped(return_of(item, {{"too-small", ""}})).reason_code, "damage") << "the shop's own word comes first";
}

struct RefundCase {
    const char* name;
    std::function<void(Json&)> change;
    const char* context;
    const char* problems;
    std::function<void(const domain::Refund&)> check;
};
constexpr const char* kOnTop = R"({"currency":"USD","taxes_included":false})";
constexpr const char* kIncluded = R"({"currency":"USD","taxes_included":true})";
void set_amount(Json& bag, const char* amount) {
    bag = Json{{"shopMoney", {{"amount", amount}, {"currencyCode", "USD"}}}};
}

class OddRefund : public testing::TestWithParam<RefundCase> {};
TEST_P(OddRefund, MapsAndSaysWhatIsOdd) {
    Json node = refund_node(0);
    GetParam().change(node);
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(raw_of(node, GetParam().context), problems);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(codes(problems), GetParam().problems);
    GetParam().check(*refund);
}
INSTANTIATE_TEST_SUITE_P(
    Table, OddRefund,
    testing::Values(
        RefundCase{"RestockOnlyMovesNoMoney",
                   [](Json& n) {
                       set_amount(n["totalRefundedSet"], "0.0");
                       n["transactions"]["nodes"] = Json::array();
                       n["orderAdjustments"]["nodes"] = Json::array();
                   },
                   kOnTop, "",
                   [](const domain::Refund& r) {
                       EXPECT_EQ(words(r.total_amount), "0.00 USD");
                       EXPECT_EQ(r.payment_status, std::nullopt);
                       EXPECT_EQ(r.reason_code, std::nullopt);
                       EXPECT_TRUE(r.settled);
                       EXPECT_EQ(r.lines.size(), 1U);
                   }},
        RefundCase{"Failed",
                   [](Json& n) {
                       set_amount(n["totalRefundedSet"], "0.0");
                       n["transactions"]["nodes"][0]["status"] = "FAILURE";
                   },
                   kOnTop, "",
                   [](const domain::Refund& r) {
                       EXPECT_EQ(r.payment_status, "failed");
                       EXPECT_EQ(words(r.total_amount), "0.00 USD");
                       EXPECT_TRUE(r.settled);
                   }},
        RefundCase{"HalfOnItsWay",
                   [](Json& n) {
                       Json second = n["transactions"]["nodes"][0];
                       second["status"] = "PENDING";
                       n["transactions"]["nodes"].push_back(second);
                   },
                   kOnTop, "",
                   [](const domain::Refund& r) {
                       EXPECT_EQ(r.payment_status, "refunded");
                       EXPECT_FALSE(r.settled);
                       EXPECT_EQ(words(r.total_amount), "20.00 USD");
                   }},
        RefundCase{"SaleTransactionsDoNotCount", [](Json& n) { n["transactions"]["nodes"][0]["kind"] = "SALE"; },
                   kOnTop, "",
                   [](const domain::Refund& r) {
                       EXPECT_EQ(r.payment_status, std::nullopt);
                       EXPECT_EQ(r.payment_method, std::nullopt);
                   }},
        RefundCase{"PartsDoNotAddUp", [](Json& n) { set_amount(n["totalRefundedSet"], "25.0"); }, kOnTop,
                   "refund_totals_mismatch",
                   [](const domain::Refund& r) { EXPECT_EQ(words(r.total_amount), "25.00 USD"); }},
        // Recorded: 9.00 USD were 13.50 CAD on the order's day, and 5.00 USD of them 7.10 CAD on the refund's.
        RefundCase{"RateOfAnotherDay",
                   [](Json& n) {
                       set_amount(n["totalRefundedSet"], "21.3");
                       n["totalRefundedSet"]["presentmentMoney"] = {{"amount", "15.0"}, {"currencyCode", "EUR"}};
                   },
                   kOnTop, "", [](const domain::Refund& r) { EXPECT_EQ(words(r.total_amount), "21.30 USD"); }},
        // 20.24 + 2.00 - 3.86 when the subtotal holds the tax already
        RefundCase{"TaxInsideTheSubtotal", [](Json& n) { set_amount(n["totalRefundedSet"], "18.38"); }, kIncluded, "",
                   [](const domain::Refund& r) { EXPECT_EQ(words(r.total_amount), "18.38 USD"); }},
        RefundCase{"TaxBesideTheSubtotalThoughIncluded", [](Json&) {}, kIncluded, "", [](const domain::Refund&) {}},
        RefundCase{"PendingTaxInside",
                   [](Json& n) {
                       set_amount(n["totalRefundedSet"], "0.0");
                       n["transactions"]["nodes"][0]["status"] = "PENDING";
                       set_amount(n["transactions"]["nodes"][0]["amountSet"], "18.38");
                   },
                   kIncluded, "", [](const domain::Refund& r) { EXPECT_EQ(words(r.total_amount), "18.38 USD"); }},
        RefundCase{"Duties",
                   [](Json& n) {
                       Json duty;
                       set_amount(duty["amountSet"], "4.0");
                       n["duties"] = Json::array({duty});
                       set_amount(n["totalRefundedSet"], "24.0");
                   },
                   kOnTop, "", [](const domain::Refund& r) { EXPECT_EQ(words(r.total_amount), "24.00 USD"); }},
        RefundCase{"LineWithoutId", [](Json& n) { n["refundLineItems"]["nodes"][0]["id"] = nullptr; }, kOnTop, "",
                   [](const domain::Refund& r) { EXPECT_EQ(r.lines[0].external_line_id, "91001-11001"); }},
        RefundCase{"QuantityZero", [](Json& n) { n["refundLineItems"]["nodes"][0]["quantity"] = 0; }, kOnTop, "",
                   [](const domain::Refund& r) {
                       EXPECT_EQ(r.lines[0].unit_refund, std::nullopt);
                       EXPECT_EQ(words(r.lines[0].discount_amount), "0.00 USD");  // not below nothing
                   }},
        RefundCase{"TwoLinesShareTheShipping",
                   [](Json& n) {
                       Json second = n["refundLineItems"]["nodes"][0];
                       second["id"] = "gid://shopify/RefundLineItem/93002";
                       n["refundLineItems"]["nodes"].push_back(second);
                       set_amount(n["totalRefundedSet"], "41.86");
                   },
                   kOnTop, "",
                   [](const domain::Refund& r) {
                       EXPECT_EQ(words(r.lines[0].shipping_amount), "0.00 USD");
                       EXPECT_EQ(words(r.shipping_amount), "2.00 USD");
                       EXPECT_EQ(words(r.subtotal_amount), "40.48 USD");
                   }},
        RefundCase{"DeletedVariant",
                   [](Json& n) {
                       n["refundLineItems"]["nodes"][0]["lineItem"]["sku"] = nullptr;
                       n["refundLineItems"]["nodes"][0]["lineItem"]["variantTitle"] = "Default Title";
                   },
                   kOnTop, "",
                   [](const domain::Refund& r) {
                       EXPECT_EQ(r.lines[0].sku, std::nullopt);
                       EXPECT_EQ(r.lines[0].variant_sku, std::nullopt);
                   }},
        RefundCase{"CreatedWhenNotProcessed",
                   [](Json& n) {
                       n["processedAt"] = nullptr;
                       n["createdAt"] = "2026-11-20T14:59:00Z";
                   },
                   kOnTop, "",
                   [](const domain::Refund& r) { EXPECT_EQ(format_rfc3339(r.occurred_at), "2026-11-20T14:59:00Z"); }},
        RefundCase{"ListCut", [](Json&) {}, R"({"currency":"USD","taxes_included":false,"refunds_cut":true})",
                   "refund_list_cut", [](const domain::Refund&) {}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RefundMapping, NamesTheFieldItCannotRead) {
    const std::vector<std::pair<std::function<void(Json&)>, std::string>> cases{
        {[](Json& n) { n["refundLineItems"]["nodes"][0]["quantity"] = nullptr; }, "refundLineItems.nodes[0].quantity"},
        {[](Json& n) { set_amount(n["refundLineItems"]["nodes"][0]["subtotalSet"], "x"); },
         "refundLineItems.nodes[0].subtotalSet"},
        {[](Json& n) { n["processedAt"] = "yesterday"; }, "processedAt"},
        {[](Json& n) { n["processedAt"] = n["createdAt"] = n["updatedAt"] = nullptr; }, "processedAt is missing"},
        {[](Json& n) {
             n.erase("id");
             n.erase("legacyResourceId");
         },
         "id is no refund id"}};
    for (const auto& [change, path] : cases) {
        Json node = refund_node(0);
        change(node);
        std::vector<domain::Problem> problems;
        const auto refund = map_refund_payload(raw_of(node), problems);
        ASSERT_FALSE(refund) << path;
        EXPECT_EQ(refund.error().kind, ErrorKind::invalid);
        EXPECT_NE(refund.error().message.find(path), std::string::npos) << refund.error().message;
    }
    std::vector<domain::Problem> problems;
    RawRefund empty;
    EXPECT_FALSE(map_refund_payload(empty, problems));
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
