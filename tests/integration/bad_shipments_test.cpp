// SPDX-License-Identifier: Apache-2.0
// Rows J14, J16, J17 and J18: what they are about shows only in what is kept, and at the shop.
#include <atomic>
#include <thread>

#include "integration/bad_input_hub.h"

namespace crossdock::testing {
namespace {

class BadShipments : public Catalogue {
protected:
    /// Places an order at the shop and waits for the hub to have it; its number here.
    std::int64_t place(std::string* external = nullptr) {
        Client shop(sandbox_->url(), "");
        // Something that goes into a parcel: a gift card is fulfilled as it is bought.
        const json levels = sandbox_->get("/inventory")["levels"];
        std::string sku;
        for (const json& level : levels)
            if (sku.empty() && level["tracked"] == true && level["active"] == true && level["available"] > 50) sku = level["sku"];
        const Answer placed = shop.post("/shopify/_sandbox/orders", {{"items", {{{"sku", sku}, {"quantity", 1}}}}, {"paid", true}});
        const std::string external_id = placed.body.at("id");
        if (external != nullptr) *external = external_id;
        std::int64_t id = 0;
        EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
            id = order(external_id).value("id", std::int64_t{0});
            return id != 0;
        })) << hub_->process().err();
        return id;
    }
    void do_at_shop(const std::string& external_id, const std::string& verb) {
        Client shop(sandbox_->url(), "");
        const Answer done = shop.send("POST", "/shopify/_sandbox/orders/" + external_id + "/" + verb, "{}");
        ASSERT_EQ(done.status, 200) << done.text;
    }
    /// The hub's view of an order of the shop; an empty object when it has none. Asks the channel again on the way.
    json order(const std::string& external_id) {
        hub_->command({"channel", "sync", "shop-test", "--stream", "orders"});
        const json list =
            client().get("/api/v1/orders?raw=0&channel=shop-test&limit=500&since=2020-01-01T00:00:00Z").body;
        for (const json& one : list)
            if (one["external_order_id"] == external_id) return one;
        return json::object();
    }
    bool becomes(const std::string& external_id, const std::string& status) {
        return eventually(std::chrono::seconds{60}, [&] { return order(external_id).value("status", "") == status; });
    }
    static json one(std::int64_t order, const std::string& carrier, const std::string& tracking) {
        return {{"shipments", {{{"remote_order_id", order}, {"carrier", carrier}, {"tracking_number", tracking}}}}};
    }
    Answer ship(const json& body) { return client().post("/api/v1/shipments", body); }
    json shipment(const Answer& made) {
        return client().get("/api/v1/shipments/" + made.body.at("created_ids").at(0).dump()).body;
    }
    bool succeeds(const Answer& made) {
        return eventually(std::chrono::seconds{60}, [&] { return shipment(made).value("status", "") == "succeeded"; });
    }
    Client client() { return {hub_->url(), values_.at("KEY")}; }
};

TEST_F(BadShipments, RowsThatShowInWhatIsKeptAndAtTheShop) {
    if (HasFatalFailure()) return;
    {
        const Verdict verdict("J14", "ups is kept as UPS, blanks around a tracking number are trimmed");
        const Answer made = ship(one(place(), "ups", "  1Z 999 AA1 0123456784  "));
        ASSERT_EQ(made.status, 201) << made.text;
        EXPECT_EQ(shipment(made)["carrier"], "UPS");
        EXPECT_EQ(shipment(made)["tracking_number"], "1Z 999 AA1 0123456784");
        EXPECT_TRUE(succeeds(made)) << shipment(made);
    }
    {
        Verdict verdict("J16", "cancelled order");
        std::string external;
        const std::int64_t id = place(&external);
        do_at_shop(external, "cancel");
        ASSERT_TRUE(becomes(external, "cancelled"));
        const Answer refused = ship(one(id, "UPS", "1ZCANCELLED"));
        EXPECT_EQ(refused.status, 422) << refused.text;
        EXPECT_NE(refused.text.find("is cancelled at the channel"), std::string::npos) << refused.text;
        verdict.add(refused.text);
    }
    {
        Verdict verdict("J16", "order fully shipped at the channel");
        std::string external;
        const std::int64_t id = place(&external);
        do_at_shop(external, "ship");
        ASSERT_TRUE(becomes(external, "fulfilled"));
        const Answer refused = ship(one(id, "UPS", "1ZSHIPPED"));
        EXPECT_EQ(refused.status, 422) << refused.text;
        EXPECT_NE(refused.text.find("already fulfilled"), std::string::npos) << refused.text;
        verdict.add(refused.text);
    }
    {
        const Verdict verdict("J17", "the same shipment from eight connections at once, and again after success");
        const std::int64_t id = place();
        const json body = one(id, "UPS", "1Z999AA10123456701");
        const auto counted = [&] { return sandbox_->get("/counters")["fulfillments_created"].get<int>(); };
        const int before = counted();
        std::atomic<int> ready{0};
        std::vector<Answer> answers(8);
        std::vector<std::thread> senders;
        for (Answer& answer : answers)
            senders.emplace_back([&] {
                Client own(hub_->url(), values_.at("KEY"));
                own.get("/healthz");  // its connection is open
                ++ready;
                while (ready < 8) std::this_thread::yield();
                answer = own.post("/api/v1/shipments", body);
            });
        for (std::thread& sender : senders) sender.join();
        for (const Answer& answer : answers) {
            EXPECT_EQ(answer.status, 201) << answer.text;
            EXPECT_EQ(answer.body, answers.front().body);
        }
        ASSERT_TRUE(succeeds(answers.front()));
        const Answer again = ship(body);
        EXPECT_EQ(again.status, 201) << again.text;
        EXPECT_EQ(again.body, answers.front().body);
        // One that comes later has gone through: what the repeat had queued, had it queued anything, has gone before.
        ASSERT_TRUE(succeeds(ship(one(place(), "UPS", "1Z999AA10123456702"))));
        EXPECT_EQ(counted(), before + 2);
        EXPECT_EQ(sandbox_->get("/counters")["fulfillments_doubled"], 0);
        EXPECT_EQ(ask("SELECT count(*) FROM shipments WHERE order_id = " + std::to_string(id)), "1");
    }
    {
        const Verdict verdict("J17", "the same twice in one request");
        const std::int64_t id = place();
        json body = one(id, "UPS", "1Z999AA10123456703");
        body["shipments"].push_back(body["shipments"][0]);
        const Answer made = ship(body);
        EXPECT_EQ(made.status, 201) << made.text;
        EXPECT_EQ(made.body["created_ids"][0], made.body["created_ids"][1]) << made.text;
    }
    {
        const Verdict verdict("J18", "a leap second is kept as :59");
        json body = one(place(), "UPS", "1Z999AA10123456704");
        body["shipments"][0]["ship_date"] = "2016-12-31T23:59:60Z";
        const Answer made = ship(body);
        ASSERT_EQ(made.status, 201) << made.text;
        EXPECT_EQ(shipment(made)["ship_date"], "2016-12-31T23:59:59Z") << shipment(made);
    }
}

}  // namespace
}  // namespace crossdock::testing
