// SPDX-License-Identifier: Apache-2.0
// confirmShipment and its packages.
#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

class Shipments : public SellerTest {
protected:
    void SetUp() override {
        open(quiet());
        id = seller->place_order({.items = {{"SBX-000019", 2}, {"SBX-000020", 1}}});
        const json payload = get("/orders/v0/orders/" + id + "/orderItems")["payload"];
        for (const json& item : payload["OrderItems"]) lines.push_back(item["OrderItemId"].get<std::string>());
        clock.advance(1h);
    }
    json body(const json& items, const std::string& reference = "1", const std::string& tracking = "1Z1") {
        return {{"marketplaceId", kUs},
                {"packageDetail",
                 {{"packageReferenceId", reference},
                  {"carrierCode", "UPS"},
                  {"shippingMethod", "Ground"},
                  {"trackingNumber", tracking},
                  {"shipDate", at(clock.now())},
                  {"orderItems", items}}}};
    }
    json all() { return {{{"orderItemId", lines[0]}, {"quantity", 2}}, {{"orderItemId", lines[1]}, {"quantity", 1}}}; }
    json some(int units) { return {{{"orderItemId", lines[0]}, {"quantity", units}}}; }
    http::Response confirm(const json& what) {
        return api("POST", "/orders/v0/orders/" + id + "/shipmentConfirmation", what.dump());
    }
    std::string status() { return get("/orders/v0/orders/" + id)["payload"]["OrderStatus"]; }
    std::string id;
    std::vector<std::string> lines;
};

TEST_F(Shipments, TheOrderFollowsALittleLater) {
    const http::Response response = confirm(body(all()));
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(status(), "Unshipped");
    clock.advance(20s);
    EXPECT_EQ(status(), "Shipped");
    const json packages = get("/orders/2026-01-01/orders/" + id + "?includedData=PACKAGES")["order"]["packages"];
    ASSERT_EQ(packages.size(), 1U);
    EXPECT_EQ(packages[0]["trackingNumber"], "1Z1");
    EXPECT_EQ(packages[0]["packageItems"].size(), 2U);
}

TEST_F(Shipments, TheSameReferenceEditsAnotherAdds) {
    EXPECT_EQ(confirm(body(some(1), "7", "1Z1")).status, 204);
    clock.advance(1min);
    EXPECT_EQ(status(), "PartiallyShipped");
    EXPECT_EQ(confirm(body(some(1), "7", "1Z2")).status, 204);
    auto packages = seller->packages(id);
    ASSERT_EQ(packages.size(), 1U);
    EXPECT_EQ(packages[0].tracking, "1Z2");
    EXPECT_EQ(packages[0].edits, 1);
    const json rest = {{{"orderItemId", lines[0]}, {"quantity", 1}}, {{"orderItemId", lines[1]}, {"quantity", 1}}};
    EXPECT_EQ(confirm(body(rest, "8", "1Z3")).status, 204);
    clock.advance(1min);
    EXPECT_EQ(status(), "Shipped");
    EXPECT_NE(refusal(confirm(body(some(1), "9", "1Z4"))).find("PackageToUpdateNotFound"), std::string::npos);
    EXPECT_EQ(confirm(body(some(1), "7", "1Z5")).status, 204);  // an edit is still possible
    EXPECT_EQ(seller->packages(id).size(), 2U);
    EXPECT_EQ(seller->counters().packages_doubled, 0);
}

TEST_F(Shipments, DoublesAreCounted) {
    EXPECT_EQ(confirm(body(some(1), "1", "1Z1")).status, 204);
    EXPECT_EQ(confirm(body(some(1), "2", "1Z1")).status, 204);
    EXPECT_EQ(seller->counters().packages_doubled, 1);
}

TEST_F(Shipments, WrongBodiesAreRefused) {
    const auto with = [&](const char* pointer, const json& value) {
        json what = body(all());
        what[json::json_pointer(pointer)] = value;
        return refusal(confirm(what));
    };
    EXPECT_EQ(with("/packageDetail/packageReferenceId", 1),
              "400 InvalidInput: PackageReferenceId: is invalid, must be a positive numeric value");
    EXPECT_EQ(with("/packageDetail/packageReferenceId", "A1").substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/packageReferenceId", "0").substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/shipDate", "02/21/2022").substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/shipDate", at(clock.now() + 2h)).substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/shipDate", at(clock.now() - 2h)).substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/carrierCode", "Other"),
              "400 InvalidInput: carrierName is required when carrierCode is Other.");
    EXPECT_EQ(with("/packageDetail/orderItems/0/quantity", 3).substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/orderItems/0/orderItemId", "12345").substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/orderItems", json::array()).substr(0, 3), "400");
    EXPECT_EQ(with("/packageDetail/trackingNumber", "").substr(0, 3), "400");
    EXPECT_EQ(with("/marketplaceId", kDe).substr(0, 3), "400");
    EXPECT_TRUE(seller->packages(id).empty());
}

TEST_F(Shipments, CarriersAreSpelledExactlyOrBecomeOther) {
    json what = body(some(1));
    what["packageDetail"]["carrierCode"] = "ups";
    EXPECT_EQ(confirm(what).status, 204);
    EXPECT_EQ(seller->packages(id)[0].carrier, "Other");
    EXPECT_EQ(seller->packages(id)[0].carrier_name, "ups");
    EXPECT_EQ(seller->counters().carriers_unknown, 1);
}

TEST_F(Shipments, WhatAmazonShipsAndWhatIsNotPaidIsRefused) {
    const auto refused = [&](const PlaceOrder& wish) {
        id = seller->place_order(wish);
        const json items = get("/orders/v0/orders/" + id + "/orderItems")["payload"]["OrderItems"];
        lines.assign(1, items[0]["OrderItemId"].get<std::string>());
        return confirm(body(some(1))).status;
    };
    EXPECT_EQ(refused({.items = {{"SBX-000021", 1}}, .afn = true}), 400);
    EXPECT_EQ(refused({.items = {{"SBX-000019", 1}}, .paid = false}), 400);
    EXPECT_EQ(refused({.items = {{"SBX-000019", 1}}, .pickup_by_ship_plus = true}), 400);
    EXPECT_EQ(refused({.items = {{"SBX-000019", 1}}}), 204);
}

TEST_F(Shipments, AnAnswerThatIsLostHasItsEffectOnce) {
    seller->add_fault({.kind = "no_answer_after", .operation = "confirmShipment"});
    EXPECT_EQ(header(confirm(body(all(), "5")), kFaultHeader), kFaultNoAnswer);
    EXPECT_EQ(confirm(body(all(), "5")).status, 204);
    EXPECT_EQ(seller->packages(id).size(), 1U);
    EXPECT_EQ(seller->counters().packages_edited, 1);
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
