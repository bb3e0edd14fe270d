// SPDX-License-Identifier: Apache-2.0
// Refunds, items, stock figures, shipments, the audit trail.
#include <gtest/gtest.h>

#include <functional>

#include "store/inventory_repo.h"
#include "store/shipment_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

// ---- refunds

TEST(V2Refunds, AreListedShownAndAcknowledged) {
    V2Hub hub;
    const auto order = hub.add_order(hub.shop_us, sample_order("o-1"));
    const auto first = hub.add_refund(hub.shop_us, sample_refund("r-1", 0));
    hub.add_refund(hub.shop_us, sample_refund("r-2", 5));
    hub.add_refund(hub.others_shop, sample_refund("x", 9));
    EXPECT_EQ(hub.column("/v2/refunds", "external_id"), (Ids{"r-2", "r-1"}));
    EXPECT_EQ(hub.column("/v2/refunds?created_before=2026-11-20T10:05:00Z", "external_id"), Ids{"r-1"});
    EXPECT_EQ(hub.column("/v2/refunds?order_id=ord_" + std::to_string(order.value), "external_id"),
              (Ids{"r-2", "r-1"}));
    EXPECT_EQ(hub.column("/v2/refunds?channel=shop-eu&order_id=ord_" + std::to_string(order.value), "external_id"),
              Ids{})
        << "both filters hold";
    EXPECT_EQ(hub.column("/v2/refunds?order_id=ord_999", "external_id"), Ids{});
    for (const char* other : {"17", "ref_17", "ord_", "ord_x"})
        EXPECT_EQ(hub.see(std::string{"/v2/refunds?order_id="} + other).status(), 422)
            << other << " would list nothing, or all";
    EXPECT_EQ(hub.column("/v2/refunds?channel=shop-eu", "external_id"), Ids{});

    const std::string id = "ref_" + std::to_string(first);
    const auto shown = hub.data("/v2/refunds/" + id);
    EXPECT_EQ(shown["id"], id);
    EXPECT_EQ(shown["channel"], "shop-us");
    EXPECT_EQ(shown["order_id"], "ord_" + std::to_string(order.value));
    EXPECT_EQ(shown["created_at"], "2026-11-20T10:00:00Z");
    EXPECT_EQ(shown["acknowledged"], false);
    EXPECT_TRUE(shown["items"].is_array());

    EXPECT_EQ(hub.call("POST", "/v2/refunds/" + id + "/acknowledge").json()["data"]["acknowledged"], true);
    EXPECT_EQ(hub.column("/v2/refunds?acknowledged=false", "external_id"), Ids{"r-2"});
    EXPECT_EQ(hub.column("/v2/refunds?acknowledged=true", "external_id"), Ids{"r-1"});
    EXPECT_EQ(hub.send_json("/v2/refunds/acknowledge", {{"ids", {id}}}).raw.body, R"({"data":{"acknowledged":0}})");
    EXPECT_EQ(hub.see("/v2/refunds/ref_999").status(), 404);
    EXPECT_EQ(hub.see_as(hub.others_admin, "/v2/refunds/" + id).status(), 404);
}

// ---- items

TEST(V2Items, AreListedByStatusSkuAndChannel) {
    V2Hub hub;
    const auto a = hub.add_item(hub.shop_us, sample_item("v1", "SKU-A"));
    auto draft = sample_item("v2", "SKU-B");
    draft.status = domain::ItemStatus::draft;
    hub.add_item(hub.shop_us, draft);
    hub.add_item(hub.shop_eu, sample_item("v3", "SKU-A"));
    EXPECT_EQ(hub.column("/v2/items", "sku"), (Ids{"SKU-A", "SKU-B", "SKU-A"}));
    EXPECT_EQ(hub.column("/v2/items?sku=SKU-A", "channel"), (Ids{"shop-eu", "shop-us"}));
    EXPECT_EQ(hub.column("/v2/items?status=draft", "sku"), Ids{"SKU-B"});
    EXPECT_EQ(hub.column("/v2/items?channel=shop-eu", "sku"), Ids{"SKU-A"});
    EXPECT_EQ(hub.column("/v2/items?updated_after=2020-01-01", "sku").size(), 3U);
    EXPECT_EQ(hub.see("/v2/items?status=sold").status(), 422);
    const auto shown = hub.data("/v2/items/itm_" + std::to_string(a.value));
    EXPECT_EQ(shown["sku"], "SKU-A");
    EXPECT_EQ(shown["provider"], "shopify");
    EXPECT_EQ(hub.see("/v2/items/itm_999").status(), 404);
}

// ---- stock

TEST(V2Stock, FiguresAreAcceptedAllOrNoneAndShownWithWhatBecameOfThem) {
    V2Hub hub;
    const auto item = hub.add_item(hub.shop_us, sample_item("v1", "SKU-A"));
    const std::string item_id = "itm_" + std::to_string(item.value);
    const int woken = hub.woken;
    const auto made = hub.send_json("/v2/inventory_updates",
                                    {{"channel", "shop-us"}, {"items", {{{"item_id", item_id}, {"quantity", 7}}}}});
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    EXPECT_EQ(hub.woken, woken + 1);
    ASSERT_EQ(made.json()["data"].size(), 1U);
    const auto update = made.json()["data"][0];
    EXPECT_EQ(update["status"], "pending");
    EXPECT_EQ(update["item_id"], item_id);
    EXPECT_EQ(update["quantity"], 7);
    EXPECT_EQ(update["channel"], "shop-us");
    const std::string id = update["id"];
    EXPECT_EQ(hub.data("/v2/inventory_updates/" + id)["id"], id);

    const auto refused = hub.send_json(
        "/v2/inventory_updates",
        {{"channel", "shop-us"},
         {"items", {{{"item_id", item_id}, {"quantity", 1}}, {{"item_id", "itm_999"}, {"quantity", 1}}}}});
    ASSERT_EQ(refused.status(), 422);
    EXPECT_EQ(code_of(refused), "validation_failed");
    EXPECT_EQ(message_of(refused),
              "items[1].item_id: itm_999 is not an item of channel shop-us; GET /v2/items lists them");
    EXPECT_EQ(hub.data("/v2/inventory_updates").size(), 1U) << "nothing of it was kept";

    const auto faults =
        hub.send_json("/v2/inventory_updates",
                      {{"channel", "shop-us"}, {"items", {{{"quantity", -1}}, 5, {{"sku", 7}, {"quantity", "1"}}}}});
    ASSERT_EQ(faults.status(), 422);
    Ids fields;
    const auto errors = faults.json()["error"]["details"]["errors"];
    for (const auto& fault : errors) fields.push_back(fault["field"]);
    EXPECT_EQ(fields, (Ids{"items[0].quantity", "items[0].item_id", "items[1]", "items[2].sku", "items[2].quantity"}));
    EXPECT_EQ(
        hub.send_json("/v2/inventory_updates", {{"channel", "nope"}, {"items", {{{"sku", "S"}, {"quantity", 1}}}}})
            .status(),
        404);
}

TEST(V2Stock, AreListedByStatus) {
    V2Hub hub;
    hub.add_item(hub.shop_us, sample_item("v1", "SKU-A"));
    hub.add_item(hub.shop_us, sample_item("v2", "SKU-B"));
    const auto push = [&](const char* sku, int quantity) {
        return hub
            .send_json("/v2/inventory_updates",
                       {{"channel", "shop-us"}, {"items", {{{"sku", sku}, {"quantity", quantity}}}}})
            .json()["data"][0]["id"]
            .get<std::string>();
    };
    const auto a = push("SKU-A", 1);
    const auto b = push("SKU-B", 2);
    hub.db->write([&](db::Session& session) {
        store::InventoryRepo(session).finish(
            {InventoryUpdateId{std::stoll(a.substr(4))}, "failed", "NO", "refused there"}, hub.clock.now());
    });
    EXPECT_EQ(hub.column("/v2/inventory_updates", "id"), (Ids{b, a}));
    EXPECT_EQ(hub.column("/v2/inventory_updates?status=failed", "id"), Ids{a});
    EXPECT_EQ(hub.column("/v2/inventory_updates?status=pending", "id"), Ids{b});
    EXPECT_EQ(hub.see("/v2/inventory_updates?status=failed").json()["meta"]["total"], 1);
    EXPECT_EQ(hub.data("/v2/inventory_updates/" + a)["last_error"]["message"], "refused there");
    EXPECT_EQ(hub.column("/v2/inventory_updates?created_after=2027-01-01", "id"), Ids{});
}

// ---- shipments

TEST(V2Shipments, AreCreatedOnceAndListed) {
    V2Hub hub;
    const auto order = hub.add_order(hub.shop_us, sample_order("o-1"));
    const std::string order_id = "ord_" + std::to_string(order.value);
    const json body{{"order_id", order_id},
                    {"carrier", "ups"},
                    {"service", "Ground"},
                    {"tracking_number", "1Z 999 AA1"},
                    {"ship_date", "2026-11-20T10:00:00Z"},
                    {"items", {{{"line_id", "l_2"}, {"qty", 1}}}}};
    const auto made = hub.send_json("/v2/shipments", body);
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    const auto shipment = made.json()["data"];
    EXPECT_EQ(shipment["order_id"], order_id);
    EXPECT_EQ(shipment["carrier"], "UPS") << "in the channel's casing";
    EXPECT_EQ(shipment["status"], "pending");
    EXPECT_EQ(shipment["items"], json::array({{{"line_id", "l_2"}, {"qty", 1}}}));
    EXPECT_EQ(hub.send_json("/v2/shipments", body).json()["data"]["id"], shipment["id"])
        << "the same again is the same";
    EXPECT_EQ(hub.column("/v2/shipments?order_id=" + order_id, "id"), Ids{shipment["id"]});
    EXPECT_EQ(hub.column("/v2/shipments?channel=shop-eu", "id"), Ids{});
    EXPECT_EQ(hub.column("/v2/shipments?status=failed", "id"), Ids{});
    EXPECT_EQ(hub.data("/v2/shipments/" + shipment["id"].get<std::string>())["tracking_number"], "1Z 999 AA1");

    auto by_name = body;
    by_name.erase("order_id");
    by_name["channel"] = "shop-us";
    by_name["external_order_id"] = "o-1";
    EXPECT_EQ(hub.send_json("/v2/shipments", by_name).json()["data"]["id"], shipment["id"]);
}

TEST(V2Shipments, FaultsNameTheirPlaces) {
    V2Hub hub;
    const auto order = "ord_" + std::to_string(hub.add_order(hub.shop_us, sample_order("o-1")).value);
    const auto fields = [&](const json& body) {
        const auto answer = hub.send_json("/v2/shipments", body);
        EXPECT_EQ(answer.status(), 422) << answer.raw.body;
        Ids found;
        const auto errors = answer.json()["error"]["details"]["errors"];
        for (const auto& fault : errors) found.push_back(fault.value("field", ""));
        return found;
    };
    EXPECT_EQ(fields(json::object()), (Ids{"order_id", "carrier", "tracking_number"}));
    EXPECT_EQ(fields({{"order_id", 17}, {"carrier", "UPS"}, {"tracking_number", "--"}}),
              (Ids{"order_id", "tracking_number"}));
    EXPECT_EQ(fields({{"order_id", order}, {"carrier", "UPS"}, {"tracking_number", "1\n2"}, {"items", json::array()}}),
              (Ids{"tracking_number", "items"}));
    EXPECT_EQ(fields({{"order_id", order},
                      {"carrier", "UPS"},
                      {"tracking_number", "1"},
                      {"ship_date", "yesterday"},
                      {"items", {{{"line_id", "l_1"}, {"qty", 0}}, {{"line_id", "l_1"}, {"qty", 1}, {"sku", "S"}}}}}),
              (Ids{"ship_date", "items[0].qty", "items[1].sku", "items[1].line_id"}));
    const auto unknown =
        hub.send_json("/v2/shipments", {{"order_id", "ord_999"}, {"carrier", "UPS"}, {"tracking_number", "1"}});
    EXPECT_EQ(message_of(unknown), "order_id: ord_999 is not an order of this account");
}

// ---- what the use cases refuse, in the words of this surface

/// All faults of an answer: "carrier: is not …", or the message alone where no one member is at fault.
Ids faults_of(const Answer& answer) {
    EXPECT_EQ(answer.status(), 422) << answer.raw.body;
    Ids faults;
    if (answer.status() != 422) return faults;
    const json body = answer.json();
    for (const auto& fault : body.at("error").at("details").at("errors")) {
        const std::string field = fault.value("field", "");
        faults.push_back((field.empty() ? "" : field + ": ") + fault["message"].get<std::string>());
    }
    EXPECT_EQ(message_of(answer).substr(0, faults.at(0).size()), faults.at(0));
    return faults;
}

TEST(V2Shipments, EveryFaultOfTheUseCaseIsToldWithItsMember) {
    V2Hub hub;
    const auto add = [&](const char* id, const std::function<void(domain::Order&)>& change = {}) {
        auto order = sample_order(id);
        if (change) change(order);
        return "ord_" + std::to_string(hub.add_order(hub.shop_us, order).value);
    };
    const std::string open = add("o-1");
    const std::string cancelled = add("o-2", [](auto& order) { order.status = domain::OrderStatus::cancelled; });
    const std::string fulfilled = add("o-3", [](auto& order) { order.status = domain::OrderStatus::fulfilled; });
    const std::string by_amazon = add("o-4", [](auto& order) { order.shipped_by = "Amazon (FBA)"; });
    const json good{{"order_id", open}, {"carrier", "UPS"}, {"tracking_number", "1Z"}};
    const auto made = hub.send_json("/v2/shipments", good);
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    const std::string shipment = made.json()["data"]["id"];
    const json by_name{{"order_id", nullptr}, {"channel", "shop-us"}, {"external_order_id", "o-1"}};
    const auto line = [](const char* id, int qty) { return json{{"items", {{{"line_id", id}, {"qty", qty}}}}}; };
    const struct {
        json change;
        std::string fault;
    } cases[] = {
        {{{"order_id", "ord_999"}}, "order_id: ord_999 is not an order of this account"},
        {{{"channel", "nope"}}, "channel: \"nope\" is not known"},
        {{{"channel", "shop-eu"}}, "order_id: " + open + " is not an order of channel shop-eu"},
        {{{"order_id", nullptr}, {"channel", "shop-us"}, {"external_order_id", "nope"}},
         "external_order_id: \"nope\" is not an order of channel shop-us"},
        {{{"channel", "shop-us"}, {"external_order_id", "o-2"}},
         "external_order_id: order_id " + open + " has the external_order_id \"o-1\", not \"o-2\""},
        {{{"carrier", "Pigeon"}}, "carrier: is not a valid carrier code for shopify"},
        {{{"ship_date", "2026-11-23T12:00:00Z"}}, "ship_date: 2026-11-23T12:00:00Z is more than two days ahead"},
        {line("z", 1),
         "tracking number 1Z was already sent for order " + open + " as shipment " + shipment +
             " with other items or another ship_date; send the same again or use another tracking number"},
        {{{"order_id", cancelled}}, "order " + cancelled + " (#o-2) is cancelled at the channel; it cannot be shipped"},
        {{{"order_id", fulfilled}}, "order " + fulfilled + " (#o-3) is already fulfilled at the channel"},
        {{{"order_id", by_amazon}},
         "order " + by_amazon + " (#o-4) is shipped by Amazon (FBA); there is nothing to send to the channel"},
        {{{"tracking_number", "2Z"}, {"items", line("z", 1)["items"]}},
         "items[0].line_id: \"z\" is not a line of order " + open + " (#o-1)"},
        {{{"tracking_number", "2Z"}, {"items", line("l_2", 3)["items"]}},
         "items[0].qty: is 3, but only 2 were ordered"},
    };
    for (const auto& one : cases) {
        json body = good;
        body.update(one.change);
        EXPECT_EQ(faults_of(hub.send_json("/v2/shipments", body)), Ids{one.fault}) << body;
    }
    json named = good;
    named.update(by_name);
    EXPECT_EQ(hub.send_json("/v2/shipments", named).json()["data"]["id"], shipment) << "by its own names it is found";
    const auto again = hub.call("POST", "/v2/shipments/" + shipment + "/retry");
    EXPECT_EQ(again.status(), 409);
    EXPECT_EQ(message_of(again), "the shipment is pending: the hub goes on with it by itself");
}

TEST(V2Stock, EveryFaultOfTheUseCaseIsToldWithItsMember) {
    V2Hub hub;
    const auto add = [&](const char* variant, const char* sku, const char* location = "65432109") {
        auto item = sample_item(variant, sku);
        item.location_id = location;
        return "itm_" + std::to_string(hub.add_item(hub.shop_us, item).value);
    };
    const std::string one = add("v1", "SKU-A");
    const std::string two = add("v2", "SHARED"), three = add("v3", "SHARED");
    const std::string here = add("v4", "PLACES", "1"), there = add("v4", "PLACES", "2");
    const struct {
        json items;
        std::string fault;
    } cases[] = {
        {{{{"item_id", "itm_999"}}},
         "items[0].item_id: itm_999 is not an item of channel shop-us; GET /v2/items lists them"},
        {{{{"item_id", one}, {"sku", "SKU-B"}}},
         "items[0].sku: item_id " + one + " has the sku \"SKU-A\", not \"SKU-B\""},
        {{{{"sku", "nope"}}}, "items[0].sku: \"nope\" is not known in channel shop-us; GET /v2/items lists what is"},
        {{{{"sku", "SHARED"}}},
         "items[0].sku: \"SHARED\" is shared by several items (" + two + ", " + three + "); send item_id instead"},
        {{{{"sku", "PLACES"}}},
         "items[0].sku: \"PLACES\" is stocked at several locations (items " + here + ", " + there +
             "); send item_id or location_id"},
        {{{{"item_id", one}}, {{"sku", "SKU-A"}}},
         "items[0] and items[1] are the same item at the same location; send one figure"},
    };
    for (const auto& [items, fault] : cases) {
        json body{{"channel", "shop-us"}, {"items", items}};
        for (auto& item : body["items"]) item["quantity"] = 1;
        EXPECT_EQ(faults_of(hub.send_json("/v2/inventory_updates", body)), Ids{fault}) << body;
    }
    EXPECT_TRUE(hub.data("/v2/inventory_updates").empty());
}

// ---- audit

TEST(V2Audit, TellsWhoDidWhatByHandNewestFirst) {
    V2Hub hub;
    hub.call("POST", "/v2/channels/shop-us/sync", R"({"stream":"orders"})");
    hub.call("POST", "/v2/channels/shop-eu/sync", R"({"stream":"catalog"})");
    const auto rows = hub.data("/v2/audit");
    ASSERT_EQ(rows.size(), 2U) << rows;
    EXPECT_EQ(rows[0]["action"], "channel.synced");
    EXPECT_EQ(rows[0]["subject_id"], "shop-eu");
    EXPECT_EQ(rows[0]["details"]["stream"], "catalog");
    EXPECT_EQ(rows[0]["from"], "192.168.1.20");
    EXPECT_TRUE(rows[0]["who"].get<std::string>().starts_with("key ")) << rows[0];
    EXPECT_EQ(hub.admin.find(rows[0]["who"].get<std::string>().substr(4)), std::string{"cdk_live_"}.size())
        << "its public part";
    EXPECT_EQ(hub.data("/v2/audit?action=job.retried").size(), 0U);
    EXPECT_EQ(hub.data("/v2/audit?subject=channel&limit=1").size(), 1U);
    EXPECT_EQ(hub.see_as(hub.others_admin, "/v2/audit").json()["data"].size(), 0U);
}

}  // namespace
}  // namespace crossdock::api::testing
