// SPDX-License-Identifier: Apache-2.0
// Shipments to Amazon's warehouses, in both versions.
#include <map>
#include <set>

#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

class Inbound : public SellerTest {
protected:
    static SellerOptions some(int shipments, int large = 0) {
        SellerOptions options = quiet();
        options.inbound_shipments = shipments;
        options.large_shipment_items = large;
        if (large > 0) options.items = 3 * large;
        return options;
    }
    json shipments(const std::string& query) {
        return get("/fba/inbound/v0/shipments?MarketplaceId=" + std::string(kUs) + "&" + query)["payload"];
    }
    json items(const std::string& id, const std::string& next = "") {
        return get("/fba/inbound/v0/shipments/" + id + "/items" +
                   (next.empty() ? "" : "?NextToken=" + percent_encode(next)))["payload"];
    }
};

TEST_F(Inbound, ShipmentsPageWithTheirTokenAlone) {
    open(some(120));
    const std::string all = "QueryType=SHIPMENT&ShipmentStatusList=WORKING,READY_TO_SHIP,SHIPPED";
    std::set<std::string> ids;
    std::string next;
    int pages = 0;
    do {
        const json page = shipments(next.empty() ? all : "QueryType=NEXT_TOKEN&NextToken=" + percent_encode(next));
        for (const json& shipment : page["ShipmentData"])
            EXPECT_TRUE(ids.insert(shipment["ShipmentId"].get<std::string>()).second);
        next = page.value("NextToken", "");
        ++pages;
    } while (!next.empty() && pages < 9);
    EXPECT_EQ(ids.size(), 120U);
    EXPECT_EQ(pages, 3);
    const json first = shipments(all);
    // Other filters beside the token give page one again.
    const json again = shipments("QueryType=NEXT_TOKEN&ShipmentStatusList=WORKING&NextToken=" +
                                 percent_encode(first["NextToken"].get<std::string>()));
    EXPECT_EQ(again["ShipmentData"], first["ShipmentData"]);
    const std::string base = "/fba/inbound/v0/shipments?MarketplaceId=" + std::string(kUs);
    EXPECT_EQ(api("GET", base + "&QueryType=NEXT_TOKEN&NextToken=abc").status, 400);
    EXPECT_EQ(api("GET", base + "&queryType=SHIPMENT&ShipmentStatusList=WORKING").status, 400);  // wrongly cased
    EXPECT_EQ(api("GET", "/fba/inbound/v0/shipments?QueryType=SHIPMENT&ShipmentStatusList=WORKING").status, 400);
    EXPECT_EQ(api("GET", base + "&QueryType=SHIPMENT").status, 400);
    EXPECT_EQ(api("GET", base + "&QueryType=DATE_RANGE&LastUpdatedAfter=2026-11-01T00:00:00Z").status, 400);
}

TEST_F(Inbound, AShipmentGoesItsWay) {
    open(some(2));
    const std::string id = seller->inbound()[0].id;
    const auto status = [&] {
        return shipments("QueryType=SHIPMENT&ShipmentIdList=" + id)["ShipmentData"][0]["ShipmentStatus"]
            .get<std::string>();
    };
    std::string way = status();
    while (seller->advance_inbound(id)) way += " " + status();
    EXPECT_EQ(way, "WORKING READY_TO_SHIP SHIPPED IN_TRANSIT DELIVERED CHECKED_IN RECEIVING CLOSED");
    EXPECT_EQ(seller->inbound()[0].received, 1);
    seller->receive_inbound(id, 1000);
    EXPECT_EQ(seller->inbound()[0].received, seller->inbound()[0].shipped);
    EXPECT_EQ(
        shipments("QueryType=DATE_RANGE&LastUpdatedAfter=2026-11-21T08:59:00Z&LastUpdatedBefore=2026-11-21T10:00:00Z")
            ["ShipmentData"]
                .size(),
        1U);
}

TEST_F(Inbound, TheItemsTokenIsFrozen) {
    open(some(0, 250));
    const std::string id = seller->inbound()[0].id;
    const json first = items(id);
    EXPECT_EQ(first["ItemData"].size(), 200U);
    json page = first;
    std::set<std::string> tokens;
    tokens.insert(first["NextToken"].get<std::string>());
    for (int i = 0; i < 3; ++i) {
        page = items(id, page["NextToken"]);
        EXPECT_EQ(page["ItemData"], first["ItemData"]);
        EXPECT_TRUE(tokens.insert(page["NextToken"].get<std::string>()).second);  // each one freshly signed
    }
    // The token belongs to another operation, which goes on.
    const json rest = get("/fba/inbound/v0/shipmentItems?QueryType=NEXT_TOKEN&MarketplaceId=" + std::string(kUs) +
                          "&NextToken=" + percent_encode(first["NextToken"].get<std::string>()))["payload"];
    EXPECT_EQ(rest["ItemData"].size(), 50U);
    EXPECT_FALSE(rest.contains("NextToken"));
    std::set<std::string> skus;
    for (const json& item : first["ItemData"]) skus.insert(item["SellerSKU"].get<std::string>());
    for (const json& item : rest["ItemData"]) skus.insert(item["SellerSKU"].get<std::string>());
    EXPECT_EQ(skus.size(), 250U);
}

TEST_F(Inbound, OtherWaysToPageItems) {
    open(some(0, 250));
    const std::string id = seller->inbound()[0].id;
    seller->set_item_paging(ItemPaging::same_token);
    json first = items(id);
    EXPECT_EQ(items(id, first["NextToken"])["NextToken"], first["NextToken"]);
    seller->set_item_paging(ItemPaging::empty_page);
    first = items(id);
    const json empty = items(id, first["NextToken"]);
    EXPECT_EQ(empty["ItemData"].size(), 0U);
    EXPECT_TRUE(empty.contains("NextToken"));
    seller->set_item_paging(ItemPaging::good);
    first = items(id);
    const json last = items(id, first["NextToken"]);
    EXPECT_EQ(last["ItemData"].size(), 50U);
    EXPECT_FALSE(last.contains("NextToken"));
}

TEST_F(Inbound, ALivingAccountReceivesMoreAndMore) {
    SellerOptions options = some(8);
    options.life_cycle = true;
    open(options);
    std::set<std::string> statuses;
    std::map<std::string, int> received;
    for (int hour = 0; hour < 72; ++hour) {
        for (const InboundView& shipment : seller->inbound()) {
            statuses.insert(shipment.status);
            EXPECT_GE(shipment.received, received[shipment.id]);
            EXPECT_LE(shipment.received, shipment.shipped);
            received[shipment.id] = shipment.received;
        }
        clock.advance(1h);
    }
    for (const char* status : {"SHIPPED", "RECEIVING", "CLOSED", "CANCELLED"})
        EXPECT_TRUE(statuses.contains(status)) << status;
}

TEST_F(Inbound, ThePlanApiShowsTheSameShipments) {
    open(some(12));
    const InboundView shipment = seller->inbound()[0];
    EXPECT_EQ(shipment.plan_id.size(), 38U);
    json page =
        get("/inbound/fba/2024-03-20/inboundPlans?pageSize=10&sortBy=LAST_UPDATED_TIME&sortOrder=DESC&status=ACTIVE");
    EXPECT_EQ(page["inboundPlans"].size(), 10U);
    page =
        get("/inbound/fba/2024-03-20/"
            "inboundPlans?pageSize=10&sortBy=LAST_UPDATED_TIME&sortOrder=DESC&status=ACTIVE&paginationToken=" +
            percent_encode(page["pagination"]["nextToken"].get<std::string>()));
    EXPECT_EQ(page["inboundPlans"].size(), 2U);
    EXPECT_FALSE(page.contains("pagination"));
    const std::string plan = "/inbound/fba/2024-03-20/inboundPlans/" + shipment.plan_id;
    EXPECT_EQ(get(plan)["shipments"][0]["shipmentId"], shipment.shipment_id);
    const std::string path = plan + "/shipments/" + shipment.shipment_id;
    EXPECT_EQ(get(path)["shipmentConfirmationId"], shipment.id);
    const json modern = get(path + "/items?pageSize=1000")["items"];
    const json old = items(shipment.id)["ItemData"];
    ASSERT_EQ(modern.size(), old.size());
    for (std::size_t i = 0; i < old.size(); ++i) {
        EXPECT_EQ(modern[i]["msku"], old[i]["SellerSKU"]);
        EXPECT_EQ(modern[i]["quantity"], old[i]["QuantityShipped"]);
    }

    json contents = json::array();
    for (const json& item : modern)
        contents.push_back({{"msku", item["msku"]},
                            {"quantity", item["quantity"]},
                            {"prepOwner", "SELLER"},
                            {"labelOwner", "SELLER"}});
    const auto packing = [&](const json& inside) {
        return json{{"packageGroupings",
                     {{{"shipmentId", shipment.shipment_id},
                       {"boxes",
                        {{{"contentInformationSource", "BOX_CONTENT_PROVIDED"},
                          {"dimensions", {{"unitOfMeasurement", "IN"}, {"length", 10}, {"width", 10}, {"height", 10}}},
                          {"weight", {{"unit", "LB"}, {"value", 12.5}}},
                          {"quantity", 1},
                          {"items", inside}}}}}}}};
    };
    const auto outcome = [&](const json& inside) {
        const std::string operation = post(plan + "/packingInformation", packing(inside), 202)["operationId"];
        EXPECT_EQ(get("/inbound/fba/2024-03-20/operations/" + operation)["operationStatus"], "IN_PROGRESS");
        clock.advance(1min);
        return get("/inbound/fba/2024-03-20/operations/" + operation);
    };
    EXPECT_EQ(outcome(contents)["operationStatus"], "SUCCESS");
    EXPECT_EQ(get(path + "/boxes?pageSize=10")["boxes"].size(), 1U);
    contents[0]["quantity"] = contents[0]["quantity"].get<int>() + 1;
    const json failed = outcome(contents);
    EXPECT_EQ(failed["operationStatus"], "FAILED");
    EXPECT_EQ(failed["operationProblems"][0]["severity"], "ERROR");
    EXPECT_EQ(seller->inbound()[0].cartons, 1);
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
