// SPDX-License-Identifier: Apache-2.0
// Stock, shipments, cancellations and refunds: what the shop accepts, what it refuses, and in which words.
#include "unit/sandbox/shopify/shop_fixture.h"

namespace crossdock::sandbox::shopify {
namespace {

constexpr const char* kSet = R"(mutation M($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } } userErrors { field message code } } })";

class Stock : public ShopTest {
protected:
    void SetUp() override {
        open(quiet());
        for (const StockView& level : shop->stock()) {
            if (level.location_id == 70001 && level.tracked && item.item_id == 0) item = level;
            if (level.location_id == 70002 && level.tracked && other.item_id == 0) other = level;
        }
    }
    static json row(std::int64_t item_id, std::int64_t quantity, const json& from = nullptr,
                    std::int64_t location = 70001) {
        return {{"inventoryItemId", "gid://shopify/InventoryItem/" + std::to_string(item_id)},
                {"locationId", "gid://shopify/Location/" + std::to_string(location)},
                {"quantity", quantity},
                {"changeFromQuantity", from}};
    }
    json set(const json& rows, const std::string& key, const std::string& name = "available",
             const std::string& reason = "correction") {
        return call(kSet, {{"key", key},
                           {"input",
                            {{"name", name},
                             {"reason", reason},
                             {"referenceDocumentUri", "gid://crossdock/InventoryUpdate/1"},
                             {"quantities", rows}}}});
    }
    StockView now(std::int64_t item_id, std::int64_t location = 70001) {
        for (const StockView& level : shop->stock()) {
            if (level.item_id == item_id && level.location_id == location) return level;
        }
        return {};
    }
    static json errors(const json& answer) { return answer["data"]["inventorySetQuantities"]["userErrors"]; }
    StockView item, other;
};

TEST_F(Stock, IsSetAbsolutelyAndToldAsDeltas) {
    const json answer = set({row(item.item_id, item.available + 5)}, "k1");
    const json& group = answer["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"];
    EXPECT_EQ(
        group["changes"],
        json::parse(
            R"([{"name":"available","delta":5,"quantityAfterChange":null},{"name":"on_hand","delta":5,"quantityAfterChange":null}])"));
    EXPECT_EQ(now(item.item_id).available, item.available + 5);
    EXPECT_EQ(set({row(item.item_id, item.available + 5)},
                  "k2")["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"]["changes"]
                  .size(),
              0U);
}

TEST_F(Stock, OnHandKeepsWhatIsSoldAndNotShipped) {
    shop->place_order({.items = {{item.sku, 2}}, .paid = true});
    const StockView sold = now(item.item_id);
    ASSERT_EQ(sold.committed + now(item.item_id, 70002).committed, 2);
    set({row(item.item_id, 20)}, "k", "on_hand");
    EXPECT_EQ(now(item.item_id).on_hand, 20);
    EXPECT_EQ(now(item.item_id).available, 20 - sold.committed);
}

TEST_F(Stock, DemandsTheDirectiveAndTheComparison) {
    const json input = {{"name", "available"}, {"reason", "correction"}, {"quantities", {row(item.item_id, 1)}}};
    json answer = call(
        "mutation M($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) { userErrors { "
        "message } } }",
        {{"input", input}});
    EXPECT_EQ(answer["errors"][0]["message"],
              "The @idempotent directive is required for this mutation but was not provided.");
    EXPECT_EQ(code_of(answer), "BAD_REQUEST");
    EXPECT_TRUE(answer["data"]["inventorySetQuantities"].is_null());
    json without = row(item.item_id, 1);
    without.erase("changeFromQuantity");
    answer = set({without}, "k");
    EXPECT_EQ(answer["errors"][0]["message"],
              "InventoryQuantityInput must include the following argument: changeFromQuantity.");
    EXPECT_EQ(code_of(answer), "INVALID_FIELD_ARGUMENTS");
    EXPECT_EQ(answer["errors"][0]["locations"].size(), 2U);
}

TEST_F(Stock, OneBadRowRefusesTheWholeCall) {
    const json answer = set({row(item.item_id, 1), row(42, 1), row(other.item_id, 1, nullptr, 99),
                             row(other.item_id, 2'000'000'000, nullptr, 70002)},
                            "k");
    EXPECT_EQ(errors(answer), json::parse(R"([
        {"field":["input","quantities","1","inventoryItemId"],"message":"The specified inventory item could not be found.","code":"INVALID_INVENTORY_ITEM"},
        {"field":["input","quantities","2","locationId"],"message":"The specified location could not be found.","code":"INVALID_LOCATION"},
        {"field":["input","quantities","3","quantity"],"message":"The quantity can't be higher than 1,000,000,000.","code":"INVALID_QUANTITY_TOO_HIGH"}])"));
    EXPECT_TRUE(answer["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"].is_null());
    EXPECT_EQ(now(item.item_id).available, item.available);
}

TEST_F(Stock, EveryRefusalHasItsCode) {
    const auto code = [&](const json& rows, const std::string& name = "available",
                          const std::string& reason = "correction") {
        static int n = 0;
        return errors(set(rows, "r" + std::to_string(++n), name, reason))[0]["code"].get<std::string>();
    };
    EXPECT_EQ(code({row(item.item_id, 1)}, "damaged"), "INVALID_NAME");
    EXPECT_EQ(code({row(item.item_id, 1)}, "available", "because"), "INVALID_REASON");
    EXPECT_EQ(code({row(item.item_id, -5)}, "on_hand"), "INVALID_QUANTITY_NEGATIVE");
    EXPECT_EQ(errors(set({row(item.item_id, -5)}, "neg")), json::array());  // available may be negative
    EXPECT_EQ(code({row(item.item_id, 1), row(item.item_id, 2)}), "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR");
    EXPECT_EQ(code({row(item.item_id, 1, 12345)}), "CHANGE_FROM_QUANTITY_STALE");
    EXPECT_EQ(code({row(item.item_id, 1, nullptr, 70003)}), "ITEM_NOT_STOCKED_AT_LOCATION");
    json many = json::array();
    for (int i = 0; i < 251; ++i) many.push_back(row(item.item_id, i));
    EXPECT_EQ(code_of(set(many, "many")), "MAX_INPUT_SIZE_EXCEEDED");
}

TEST_F(Stock, AKeyIsRememberedForADay) {
    const json first = set({row(item.item_id, 7)}, "same");
    shop->set_stock(item.item_id, 70001, 3);  // sold in between
    EXPECT_EQ(set({row(item.item_id, 7)}, "same")["data"], first["data"]);
    EXPECT_EQ(now(item.item_id).available, 3) << "a replay does nothing";
    EXPECT_EQ(errors(set({row(item.item_id, 8)}, "same"))[0]["code"], "IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
    set({row(42, 1)}, "failed");
    EXPECT_EQ(errors(set({row(42, 1)}, "failed"))[0]["code"], "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED");
    EXPECT_EQ(shop->counters().stock_replays, 1);
    clock.advance(25h);
    set({row(item.item_id, 7)}, "same");
    EXPECT_EQ(now(item.item_id).available, 7);
}

TEST_F(Stock, IsActivatedBeforeItIsSet) {
    const json answer = call(
        R"(mutation M($i: ID!, $l: ID!) { inventoryActivate(inventoryItemId: $i, locationId: $l) @idempotent(key: "a") {
        inventoryLevel { isActive quantities(names: ["available"]) { quantity } } userErrors { message } } })",
        {{"i", "gid://shopify/InventoryItem/" + std::to_string(item.item_id)}, {"l", "gid://shopify/Location/70003"}});
    EXPECT_EQ(answer["data"]["inventoryActivate"]["inventoryLevel"],
              json::parse(R"({"isActive":true,"quantities":[{"quantity":0}]})"));
    EXPECT_EQ(errors(set({row(item.item_id, 4, nullptr, 70003)}, "k")), json::array());
}

constexpr const char* kCreate = R"(mutation M($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id status displayStatus totalQuantity trackingInfo { company number url } } userErrors { field message } } })";

class Shipping : public ShopTest {
protected:
    void SetUp() override { open(quiet()); }
    json groups(std::int64_t id) { return order(id)["fulfillmentOrders"]["nodes"]; }
    json create(const json& rows, const json& tracking = {{"company", "UPS"}, {"number", "1Z999"}}) {
        return call(kCreate, {{"f",
                               {{"lineItemsByFulfillmentOrder", rows},
                                {"notifyCustomer", true},
                                {"trackingInfo", tracking}}}})["data"]["fulfillmentCreate"];
    }
    static json whole(const json& group) { return {{"fulfillmentOrderId", group["id"]}}; }
    static json part(const json& group, int line, int quantity) {
        return {
            {"fulfillmentOrderId", group["id"]},
            {"fulfillmentOrderLineItems",
             {{{"id", group["lineItems"]["nodes"][static_cast<std::size_t>(line)]["id"]}, {"quantity", quantity}}}}};
    }
    static std::string said(const json& payload) {
        return payload["userErrors"].empty() ? "" : payload["userErrors"][0]["message"].get<std::string>();
    }
    static std::string digits(const json& id) {
        return id.get<std::string>().substr(id.get<std::string>().rfind('/') + 1);
    }
};

TEST_F(Shipping, ShipsEverythingThatRemains) {
    const auto id = shop->place_order({.items = {{"SBX-100", 2}, {"SBX-101", 1}}, .paid = true});
    for (const json& group : groups(id)) {
        const json made = create({whole(group)});
        EXPECT_EQ(said(made), "");
        EXPECT_EQ(made["fulfillment"]["status"], "SUCCESS");
        EXPECT_EQ(made["fulfillment"]["trackingInfo"][0]["url"],
                  "https://www.ups.com/WebTracking?loc=en_US&requester=ST&trackNums=1Z999");
    }
    EXPECT_EQ(order(id)["displayFulfillmentStatus"], "FULFILLED");
    for (const json& group : groups(id)) EXPECT_EQ(group["status"], "CLOSED");
    int units = 0;
    for (const ShipmentView& shipment : shop->shipments(id)) {
        units += shipment.units;
        EXPECT_EQ(shipment.numbers, std::vector<std::string>{"1Z999"});
        EXPECT_TRUE(shipment.notified);
    }
    EXPECT_EQ(units, 3);
    for (const StockView& level : shop->stock()) EXPECT_EQ(level.committed, 0);
}

TEST_F(Shipping, RefusesInTheRecordedWords) {
    const auto id = shop->place_order({.items = {{"SBX-100", 4}}, .paid = true});
    const auto second = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    const json group = groups(id)[0];
    const std::string number = digits(group["id"]);
    EXPECT_EQ(said(create({part(group, 0, 99)})), "Invalid fulfillment order line item quantity requested.");
    const json zero = create({part(group, 0, 0)});
    EXPECT_EQ(said(zero), "Quantity must be greater than 0");
    EXPECT_EQ(
        zero["userErrors"][0]["field"],
        json::parse(R"(["fulfillment","lineItemsByFulfillmentOrder","0","fulfillmentOrderLineItems","0","quantity"])"));
    EXPECT_EQ(said(create({{{"fulfillmentOrderId", "gid://shopify/FulfillmentOrder/1"}}})),
              "Fulfillment order does not exist.");
    EXPECT_EQ(said(create({{{"fulfillmentOrderId", order_gid(id)}}})),
              "Fulfillment order does not exist.");  // an order's id is none
    EXPECT_EQ(said(create({whole(group), whole(groups(second)[0])})),
              "All fulfillment orders must belong to the same order. Multiple orders with ids [" + std::to_string(id) +
                  ", " + std::to_string(second) + "] were found.");
    EXPECT_EQ(said(create({whole(group)}, {{"company", "UPS"}, {"number", "1"}, {"numbers", {"1", "2"}}})),
              "Only one of number and numbers may be given.");
    EXPECT_TRUE(shop->shipments(id).empty());
    create({whole(group)});
    EXPECT_EQ(said(create({whole(group)})), "Fulfillment order " + number + " has an unfulfillable status= closed.");
}

TEST_F(Shipping, TwoLocationsNeedTwoCalls) {
    std::int64_t id = 0;
    for (int tries = 0; tries < 50 && id == 0; ++tries) {
        const auto placed =
            shop->place_order({.items = {{"SBX-100", 1}, {"SBX-101", 1}}, .paid = true, .two_locations = true});
        if (groups(placed).size() == 2) id = placed;
    }
    ASSERT_NE(id, 0);
    const json both = groups(id);
    EXPECT_EQ(said(create({whole(both[0]), whole(both[1])})),
              "All fulfillment orders must be assigned to a single location. Multiple locations with ids [70001, "
              "70002] were found.");
    EXPECT_EQ(said(create({whole(both[0])})), "");
    EXPECT_EQ(order(id)["displayFulfillmentStatus"], "PARTIALLY_FULFILLED");
    EXPECT_EQ(said(create({whole(both[1])})), "");
    EXPECT_EQ(order(id)["displayFulfillmentStatus"], "FULFILLED");
    EXPECT_EQ(shop->counters().fulfillments_doubled, 0);
}

TEST_F(Shipping, PartsLeaveTheRestOpenAndDoublesAreCounted) {
    const auto id = shop->place_order({.items = {{"SBX-100", 4}}, .paid = true});
    const json group = groups(id)[0];
    const int all = group["lineItems"]["nodes"][0]["remainingQuantity"];
    create({part(group, 0, 1)});
    EXPECT_EQ(groups(id)[0]["status"], "IN_PROGRESS");
    EXPECT_EQ(groups(id)[0]["lineItems"]["nodes"][0]["remainingQuantity"], all - 1);
    create({part(group, 0, 1)});  // the same number again: what a hub must never do
    EXPECT_EQ(shop->counters().fulfillments_doubled, 1);
}

TEST_F(Shipping, HoldMoveSplitAndCancelReplaceFulfilmentOrders) {
    const auto id = shop->place_order({.items = {{"SBX-100", 4}}, .paid = true});
    const json before = groups(id)[0];
    ASSERT_TRUE(shop->hold(id));
    EXPECT_EQ(order(id)["displayFulfillmentStatus"], "ON_HOLD");
    EXPECT_EQ(said(create({whole(before)})),
              "Fulfillment order " + digits(before["id"]) + " has an unfulfillable status= on_hold.");
    ASSERT_TRUE(shop->release(id));
    ASSERT_TRUE(shop->split(id));
    EXPECT_GE(groups(id).size(), 2U);
    ASSERT_TRUE(shop->move(id));
    EXPECT_EQ(groups(id)[0]["status"], "CLOSED");
    for (const json& group : groups(id)) {
        if (group["status"] == "OPEN") {
            EXPECT_EQ(said(create({whole(group)})), "");
        }
    }
    const json shipment = order(id)["fulfillments"][0];
    const std::size_t groups_before = groups(id).size();
    const json cancelled =
        call("mutation M($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { message } } }",
             {{"id", shipment["id"]}});
    EXPECT_EQ(cancelled["data"]["fulfillmentCancel"]["fulfillment"]["status"], "CANCELLED");
    EXPECT_EQ(groups(id).size(), groups_before + 1);
    EXPECT_EQ(groups(id).back()["status"], "OPEN");
}

TEST_F(Shipping, TrackingCanBeReplaced) {
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    const json made = create({whole(groups(id)[0])});
    const json updated = call(
        "mutation M($id: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, "
        "trackingInfoInput: $t) { fulfillment { trackingInfo { number } } userErrors { message } } }",
        {{"id", made["fulfillment"]["id"]}, {"t", {{"company", "UPS"}, {"numbers", {"1Z999", "1Z1000"}}}}});
    EXPECT_EQ(updated["data"]["fulfillmentTrackingInfoUpdate"]["fulfillment"]["trackingInfo"],
              json::parse(R"([{"number":"1Z999"},{"number":"1Z1000"}])"));
}

constexpr const char* kCancel =
    R"(mutation M($id: ID!, $note: String, $refund: Boolean, $method: OrderCancelRefundMethodInput) {
  orderCancel(orderId: $id, reason: OTHER, restock: true, staffNote: $note, refund: $refund, refundMethod: $method) { job { id done } orderCancelUserErrors { field message code } userErrors { message } } })";

class Orders : public ShopTest {
protected:
    void SetUp() override { open(quiet()); }
};

TEST_F(Orders, CancellingIsAJob) {
    const auto id = shop->place_order({.items = {{"SBX-100", 2}}, .paid = true});
    const auto stock_before = shop->stock();
    const json answer = call(kCancel, {{"id", order_gid(id)}});
    const json job = answer["data"]["orderCancel"]["job"];
    EXPECT_FALSE(job["done"].get<bool>());
    EXPECT_TRUE(order(id)["cancelledAt"].is_null());
    clock.advance(3s);
    EXPECT_TRUE(
        call("query Q($id: ID!) { job(id: $id) { done } }", {{"id", job["id"]}})["data"]["job"]["done"].get<bool>());
    const json after = order(id);
    EXPECT_FALSE(after["cancelledAt"].is_null());
    EXPECT_EQ(after["cancelledAt"], after["closedAt"]);
    EXPECT_EQ(after["displayFinancialStatus"], "REFUNDED");
    EXPECT_EQ(after["currentTotalPriceSet"]["shopMoney"]["amount"], "0.0");
    EXPECT_EQ(after["lineItems"]["nodes"][0]["quantity"], 2);
    EXPECT_EQ(after["lineItems"]["nodes"][0]["currentQuantity"], 0);
    EXPECT_EQ(after["fulfillmentOrders"]["nodes"][0]["status"], "CLOSED");
    EXPECT_EQ(after["fulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"].size(), 0U);
    for (const StockView& level : shop->stock()) EXPECT_EQ(level.committed, 0);
    EXPECT_EQ(call(kCancel, {{"id", order_gid(id)}})["data"]["orderCancel"]["orderCancelUserErrors"][0]["message"],
              "Cannot cancel an order that has already been canceled");
}

TEST_F(Orders, CancellingRefusesInTheRecordedWords) {
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    const auto said = [&](const json& variables) {
        json all = variables;
        all["id"] = order_gid(id);
        return call(kCancel, all)["data"]["orderCancel"]["orderCancelUserErrors"][0]["message"].get<std::string>();
    };
    EXPECT_EQ(said({{"note", std::string(256, 'x')}}), "Staff note is too long. Maximum length is 255 characters.");
    EXPECT_EQ(said({{"refund", false}, {"method", {{"originalPaymentMethodsRefund", true}}}}),
              "Only one of the arguments `refund` or `refund_method` is allowed.");
}

TEST_F(Orders, APendingRefundReadsNothingUntilItSettles) {
    const auto id = shop->place_order({.items = {{"SBX-100", 2}}, .paid = true});
    ASSERT_TRUE(shop->refund(id, 1, true));
    json refund = order(id)["refunds"][0];
    EXPECT_EQ(refund["totalRefundedSet"]["shopMoney"]["amount"], "0.0");
    EXPECT_EQ(refund["transactions"]["nodes"][0]["status"], "PENDING");
    EXPECT_EQ(order(id)["displayFinancialStatus"], "PAID");
    const std::string before = order(id)["updatedAt"];
    clock.advance(25h);
    EXPECT_EQ(order(id)["displayFinancialStatus"], "PARTIALLY_REFUNDED");
    EXPECT_GT(order(id)["updatedAt"].get<std::string>(), before);
}

TEST_F(Orders, AnEditKeepsWhatWasOrdered) {
    for (int tries = 0; tries < 20; ++tries) {
        const auto id = shop->place_order({.items = {{"SBX-100", 3}}, .paid = true});
        const json before = order(id);
        ASSERT_TRUE(shop->edit(id));
        const json after = order(id);
        EXPECT_TRUE(after["edited"].get<bool>());
        if (after["lineItems"]["nodes"].size() > 1) continue;  // this edit added a line
        EXPECT_EQ(after["lineItems"]["nodes"][0]["quantity"], 3);
        EXPECT_LT(after["lineItems"]["nodes"][0]["currentQuantity"].get<int>(), 3);
        EXPECT_EQ(after["totalPriceSet"], before["totalPriceSet"]);
        EXPECT_NE(after["currentTotalPriceSet"], before["currentTotalPriceSet"]);
        EXPECT_EQ(after["refunds"][0]["transactions"]["nodes"].size(), 0U);
        return;
    }
    FAIL() << "no edit ever removed a unit";
}

TEST_F(Orders, WriteBackMovesTheOrder) {
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}, .paid = true});
    clock.advance(1h);
    const json answer = call(
        R"(mutation M($id: ID!, $m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { metafields { key value } userErrors { message code } }
        tagsAdd(id: $id, tags: ["erp-1", "two, tags"]) { node { id } userErrors { message } } })",
        {{"id", order_gid(id)},
         {"m",
          {{{"ownerId", order_gid(id)},
            {"namespace", "crossdock"},
            {"key", "erp_number"},
            {"type", "single_line_text_field"},
            {"value", "4711"}}}}});
    EXPECT_EQ(answer["data"]["metafieldsSet"]["metafields"][0]["value"], "4711");
    const json tags = order(id)["tags"];
    EXPECT_GE(tags.size(), 3U) << "a comma separates tags";
    EXPECT_EQ(order(id)["updatedAt"], "2026-11-21T10:00:00Z");
}

}  // namespace
}  // namespace crossdock::sandbox::shopify
