// SPDX-License-Identifier: Apache-2.0
// Box contents of inbound plans, by the rules of the published model (fulfillmentInbound_2024-03-20.json).
#include <functional>

#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

class SandboxPacking : public SellerTest {
protected:
    void open_plans(int shipments, int per_plan) {
        SellerOptions options = quiet();
        options.inbound_shipments = shipments;
        options.shipments_per_plan = per_plan;
        open(options);
        plan = "/inbound/fba/2024-03-20/inboundPlans/" + seller->inbound()[0].plan_id;
    }
    [[nodiscard]] std::string path(int number) const {
        return plan + "/shipments/" + seller->inbound()[static_cast<std::size_t>(number)].shipment_id;
    }
    /// One box with everything that is in the shipment.
    json grouping(int number) {
        json items = json::array();
        const json shown = get(path(number) + "/items?pageSize=1000")["items"];
        for (const json& item : shown)
            items.push_back({{"msku", item["msku"]},
                             {"quantity", item["quantity"]},
                             {"labelOwner", item["labelOwner"]},
                             {"prepOwner", item["prepInstructions"][0]["prepOwner"]}});
        return {{"shipmentId", seller->inbound()[static_cast<std::size_t>(number)].shipment_id},
                {"boxes",
                 {{{"contentInformationSource", "BOX_CONTENT_PROVIDED"},
                   {"dimensions", {{"unitOfMeasurement", "CM"}, {"length", 60}, {"width", 40}, {"height", 40.5}}},
                   {"weight", {{"unit", "KG"}, {"value", 12.5}}},
                   {"quantity", 1},
                   {"items", items}}}}};
    }
    json set(const json& groupings) {
        const std::string operation =
            post(plan + "/packingInformation", {{"packageGroupings", groupings}}, 202)["operationId"];
        EXPECT_EQ(get("/inbound/fba/2024-03-20/operations/" + operation)["operationStatus"], "IN_PROGRESS");
        clock.advance(1min);
        return get("/inbound/fba/2024-03-20/operations/" + operation);
    }
    json boxes(int number) { return get(path(number) + "/boxes?pageSize=1000")["boxes"]; }
    std::string plan;
};

TEST_F(SandboxPacking, APlanMayHaveSeveralShipments) {
    open_plans(5, 2);
    const json listed = get("/inbound/fba/2024-03-20/inboundPlans?pageSize=30")["inboundPlans"];
    EXPECT_EQ(listed.size(), 3U);
    EXPECT_EQ(get(plan)["shipments"].size(), 2U);
    EXPECT_EQ(seller->inbound()[0].plan_id, seller->inbound()[1].plan_id);
    EXPECT_NE(seller->inbound()[1].plan_id, seller->inbound()[2].plan_id);
}

TEST_F(SandboxPacking, IsShownAsItWasGiven) {
    open_plans(1, 1);
    EXPECT_EQ(set(json::array({grouping(0)}))["operationStatus"], "SUCCESS");
    const json shown = boxes(0);
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(shown[0]["dimensions"],
              (json{{"unitOfMeasurement", "CM"}, {"length", 60}, {"width", 40}, {"height", 40.5}}));
    EXPECT_EQ(shown[0]["weight"], (json{{"unit", "KG"}, {"value", 12.5}}));
    EXPECT_EQ(shown[0]["packageId"].get<std::string>().size(), 38U);
}

TEST_F(SandboxPacking, ReplacesThePackingOfTheWholePlan) {
    open_plans(2, 2);
    set(json::array({grouping(0)}));
    EXPECT_EQ(boxes(0).size(), 1U);
    set(json::array({grouping(1)}));
    EXPECT_EQ(boxes(0).size(), 0U) << "it was not named";
    EXPECT_EQ(boxes(1).size(), 1U);
    set(json::array({grouping(0), grouping(1)}));
    EXPECT_EQ(boxes(0).size() + boxes(1).size(), 2U);
}

TEST_F(SandboxPacking, UnitsMustAddUpExactly) {
    open_plans(1, 1);
    json less = grouping(0);
    json& units = less["boxes"][0]["items"][0]["quantity"];
    units = units.get<int>() - 1;
    const json failed = set(json::array({less}));
    EXPECT_EQ(failed["operationStatus"], "FAILED");
    EXPECT_EQ(failed["operationProblems"][0]["message"],
              "The package groupings did not contain expected items and/or quantities.");
    EXPECT_EQ(boxes(0).size(), 0U);
    json none = grouping(0);
    none["boxes"][0]["items "] = none["boxes"][0]["items"];  // a stray key is no items
    none["boxes"][0].erase("items");
    EXPECT_EQ(set(json::array({none}))["operationStatus"], "FAILED");
    seller->add_fault({"packing_warning", 1, "setPackingInformation"});
    const json warned = set(json::array({grouping(0)}));
    EXPECT_EQ(warned["operationStatus"], "SUCCESS");
    EXPECT_EQ(warned["operationProblems"][0]["severity"], "WARNING");
}

TEST_F(SandboxPacking, IsOverOnceTheCarrierIsConfirmed) {
    open_plans(1, 1);
    const json body = grouping(0);
    seller->advance_inbound(seller->inbound()[0].id);
    EXPECT_EQ(api("POST", plan + "/packingInformation", json{{"packageGroupings", json::array({body})}}.dump()).status,
              400);
}

struct Wrong {
    const char* name;
    std::function<void(json& body)> spoil;
};
class SandboxPackingRules : public SandboxPacking, public ::testing::WithParamInterface<Wrong> {};

TEST_P(SandboxPackingRules, AreKept) {
    open_plans(2, 1);
    json body = {{"packageGroupings", json::array({grouping(0)})}};
    GetParam().spoil(body);
    const http::Response response = api("POST", plan + "/packingInformation", body.dump());
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_TRUE(refusal(response).starts_with("400 BadRequest: ")) << response.body;
}

json& group(json& body) { return body["packageGroupings"][0]; }
json& box(json& body) { return group(body)["boxes"][0]; }
json& item(json& body) { return box(body)["items"][0]; }

INSTANTIATE_TEST_SUITE_P(
    Table, SandboxPackingRules,
    ::testing::Values(
        Wrong{"NoGroupings", [](json& b) { b["packageGroupings"] = json::array(); }},
        Wrong{"NoBoxes", [](json& b) { group(b)["boxes"] = json::array(); }},
        Wrong{"PackingGroup", [](json& b) { group(b)["packingGroupId"] = "pg1234abcd-1234-abcd-5678-1234abcd5678"; }},
        Wrong{"ForeignShipment", [](json& b) { group(b)["shipmentId"] = "sh1234abcd-1234-abcd-5678-1234abcd5678"; }},
        Wrong{"Source", [](json& b) { box(b)["contentInformationSource"] = "FEED"; }},
        Wrong{"ItemsBesideABarcode", [](json& b) { box(b)["contentInformationSource"] = "BARCODE_2D"; }},
        Wrong{"NoDimensions", [](json& b) { box(b).erase("dimensions"); }},
        Wrong{"LengthAsText", [](json& b) { box(b)["dimensions"]["length"] = "60"; }},
        Wrong{"UnitOfLength", [](json& b) { box(b)["dimensions"]["unitOfMeasurement"] = "MM"; }},
        Wrong{"TooHeavy", [](json& b) { box(b)["weight"]["value"] = 100'001; }},
        Wrong{"UnitOfWeight", [](json& b) { box(b)["weight"]["unit"] = "G"; }},
        Wrong{"NoQuantity", [](json& b) { box(b).erase("quantity"); }},
        Wrong{"ZeroBoxes", [](json& b) { box(b)["quantity"] = 0; }},
        Wrong{"NoSku", [](json& b) { item(b).erase("msku"); }},
        Wrong{"NoUnits", [](json& b) { item(b)["quantity"] = 0; }},
        Wrong{"NoPrepOwner", [](json& b) { item(b).erase("prepOwner"); }},
        Wrong{"LabelOwner", [](json& b) { item(b)["labelOwner"] = "ERP"; }},
        Wrong{"AmazonLabelsNotInTheUs", [](json& b) { item(b)["labelOwner"] = "AMAZON"; }}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(SandboxPacking, WhatDoesNotExistIsSaidAsInThePublishedCases) {
    open_plans(1, 1);
    EXPECT_EQ(refusal(api("GET", "/inbound/fba/2024-03-20/inboundPlans/wf1")),
              "400 BadRequest: The requested inbound plan does not exist.");
    EXPECT_EQ(refusal(api("GET", plan + "/shipments/sh1")),
              "400 BadRequest: The requested shipment does not exist for the provided inbound plan.");
    EXPECT_EQ(refusal(api("GET", "/inbound/fba/2024-03-20/operations/bad4abcd")),
              "400 BadRequest: The operationId is malformed.");
    EXPECT_EQ(api("GET", "/inbound/fba/2024-03-20/operations/1234abcd-1234-abcd-5678-1234abcd5678").status, 404);
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
