// SPDX-License-Identifier: Apache-2.0
// Orders of /v2. The object and the list's envelope are those of developer documentation 000 ("Make your first call"
// and "Example payload"); the words behind them are in docs/api/v2.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "services/record_order.h"
#include "store/content_hash.h"
#include "store/erasure_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/shipment_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

/// Placed `hours` after midnight of 2026-11-19, and changed a minute later.
domain::Order order_at(const std::string& external_id, int hours,
                       domain::OrderStatus status = domain::OrderStatus::open) {
    domain::Order order = sample_order(external_id);
    order.ordered_at = *parse_iso8601("2026-11-19T00:00:00Z", ZoneRule::required) + std::chrono::hours{hours};
    order.last_remote_update_at = order.ordered_at + std::chrono::minutes{1};
    order.status = status;
    return order;
}

class V2Orders : public ::testing::Test {
protected:
    std::string ord(OrderId id) { return "ord_" + std::to_string(id.value); }
    Ids externals(const std::string& target) { return hub.column(target, "external_id"); }
    json meta(const std::string& target) {
        const auto answer = hub.see(target);
        EXPECT_EQ(answer.status(), 200) << answer.raw.body;
        return answer.json().at("meta");
    }
    json explain(OrderId id) { return hub.data("/v2/orders/" + ord(id) + "/explain"); }

    V2Hub hub;
};

TEST_F(V2Orders, AreShownInTheDocumentedShape) {
    auto order = sample_order("450789469");
    order.order_number_hint = "#1001";
    order.total_amount = domain::Money{420000, "USD"};
    order.lines[0].unit_price = domain::Money{140000, "USD"};
    order.lines[0].quantity = 3;
    const auto id = hub.add_order(hub.shop_us, order);
    const auto answer = hub.see("/v2/orders?status=pending&limit=20");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    const auto body = answer.json();
    ASSERT_EQ(body.at("data").size(), 1U);
    const auto shown = body["data"][0];
    EXPECT_EQ(shown["id"], ord(id));
    EXPECT_EQ(shown["status"], "pending");
    EXPECT_EQ(shown["channel"], "shop-us");
    EXPECT_EQ(shown["provider"], "shopify");
    EXPECT_EQ(shown["customer"], json({{"name", "Jane Doe"}, {"email", "jane@example.com"}}));
    ASSERT_EQ(shown["items"].size(), 2U);
    EXPECT_EQ(shown["items"][0]["sku"], "SKU-1");
    EXPECT_EQ(shown["items"][0]["qty"], 3);
    EXPECT_EQ(shown["currency"], "USD");
    EXPECT_EQ(shown["created_at"], "2026-11-20T09:30:00Z");
    EXPECT_EQ(shown["external_id"], "450789469");
    EXPECT_EQ(shown["number"], "#1001");
    EXPECT_EQ(shown["acknowledged"], false);
    EXPECT_EQ(shown["shipping_address"]["city"], "Springfield");
    // The digits, not a number that a reader made of them.
    EXPECT_NE(answer.raw.body.find("\"total\":4200.00,\"currency\":\"USD\""), std::string::npos) << answer.raw.body;
    EXPECT_NE(answer.raw.body.find("\"price\":1400.00"), std::string::npos) << answer.raw.body;
    EXPECT_EQ(body["meta"], json({{"total", 1}, {"total_is_exact", true}, {"limit", 20}, {"next_cursor", nullptr}}));
    EXPECT_EQ(answer.raw.body.find("raw"), std::string::npos) << "the channel's own words are not for this surface";
}

TEST_F(V2Orders, OneIsShownWithWhatBelongsToIt) {
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    hub.db->write([&](db::Session& session) {
        store::ProblemRepo(session).record(hub.acme, hub.shop_us.id, "order", "o-1",
                                           {"totals_mismatch", "does not add up"}, hub.clock.now());
    });
    const auto made =
        hub.send_json("/v2/shipments", {{"order_id", ord(id)}, {"carrier", "ups"}, {"tracking_number", "1Z 999"}});
    ASSERT_EQ(made.status(), 201) << made.raw.body;
    const auto shown = hub.data("/v2/orders/" + ord(id));
    ASSERT_EQ(shown["versions"].size(), 1U);
    EXPECT_EQ(shown["versions"][0]["shown"], true);
    ASSERT_EQ(shown["shipments"].size(), 1U);
    EXPECT_EQ(shown["shipments"][0]["id"], made.json()["data"]["id"]);
    ASSERT_EQ(shown["problems"].size(), 1U);
    EXPECT_EQ(shown["problems"][0]["code"], "totals_mismatch");
}

TEST_F(V2Orders, AreListedNewestFirstOverAllChannelsAndStatuses) {
    using Status = domain::OrderStatus;
    hub.add_order(hub.shop_us, order_at("b", 2, Status::fulfilled));
    hub.add_order(hub.shop_eu, order_at("d", 4));
    hub.add_order(hub.wm_us, order_at("a", 1, Status::cancelled));
    hub.add_order(hub.shop_us, order_at("c", 3, Status::partially_fulfilled));
    hub.add_order(hub.shop_eu, order_at("e", 5, Status::closed));
    hub.add_order(hub.others_shop, order_at("x", 6));

    EXPECT_EQ(externals("/v2/orders"), (Ids{"e", "d", "c", "b", "a"}));
    EXPECT_EQ(externals("/v2/orders?channel=shop-us"), (Ids{"c", "b"}));
    EXPECT_EQ(externals("/v2/orders?status=pending"), Ids{"d"});
    EXPECT_EQ(externals("/v2/orders?status=open"), Ids{"d"}) << "the word of /api/v1 is understood";
    EXPECT_EQ(externals("/v2/orders?status=pending,open"), Ids{"d"}) << "two words for one status, one order";
    EXPECT_EQ(meta("/v2/orders?status=open&status=pending&limit=1")["total"], 1);
    EXPECT_EQ(externals("/v2/orders?status=fulfilled,canceled&status=closed"), (Ids{"e", "b", "a"}));
    EXPECT_EQ(externals("/v2/orders?channel=shop-us&status=fulfilled"), Ids{"b"});
    EXPECT_EQ(externals("/v2/orders?created_after=2026-11-19T02:00:00Z&created_before=2026-11-19T04:00:00Z"),
              (Ids{"c", "b"}));
    EXPECT_EQ(externals("/v2/orders?payment_status=paid"), (Ids{"e", "d", "c", "b", "a"}));
    EXPECT_EQ(externals("/v2/orders?payment_status=refunded"), Ids{});
    EXPECT_EQ(externals("/v2/orders?number=%23c"), Ids{"c"});
    EXPECT_EQ(externals("/v2/orders?external_id=a"), Ids{"a"});
    EXPECT_EQ(externals("/v2/orders?external_id=a&channel=shop-us"), Ids{});
    EXPECT_EQ(externals("/v2/orders?external_id=x"), Ids{}) << "another account's";
    const auto answer = hub.see("/v2/orders?status=shipped");
    EXPECT_EQ(answer.status(), 422);
    EXPECT_EQ(message_of(answer),
              "status: \"shipped\" is not known; there are pending, partially_fulfilled, fulfilled, closed, cancelled");
}

TEST_F(V2Orders, ByTheTimeOfChangeTheyComeOldestChangeFirst) {
    hub.add_order(hub.shop_us, order_at("late", 1));
    hub.add_order(hub.shop_eu, order_at("b", 2));
    hub.add_order(hub.shop_us, order_at("c", 3));
    auto changed = order_at("late", 1);
    changed.last_remote_update_at = *parse_iso8601("2026-11-19T10:00:00Z", ZoneRule::required);
    changed.notes = "changed";
    hub.add_order(hub.shop_us, changed);
    EXPECT_EQ(externals("/v2/orders?updated_after=2026-11-19T00:00:00Z"), (Ids{"b", "c", "late"}));
    EXPECT_EQ(externals("/v2/orders?updated_after=2026-11-19T02:01:01Z"), (Ids{"c", "late"}));
    EXPECT_EQ(externals("/v2/orders?updated_before=2026-11-19T03:01:00Z"), Ids{"b"});
    EXPECT_EQ(externals("/v2/orders?updated_after=2026-11-19T00:00:00Z&created_before=2026-11-19T02:00:00Z"),
              Ids{"late"});
}

TEST_F(V2Orders, AcknowledgedAndProblemNarrowAsTheySay) {
    const auto a = hub.add_order(hub.shop_us, order_at("a", 1));
    hub.add_order(hub.shop_us, order_at("b", 2));
    hub.add_order(hub.shop_eu, order_at("c", 3));
    hub.db->write([&](db::Session& session) {
        store::ProblemRepo problems(session);
        problems.record(hub.acme, hub.shop_eu.id, "order", "c", {"pii_missing", "no address"}, hub.clock.now());
        problems.record(hub.acme, hub.shop_us.id, "item", "b", {"odd", "of an item by that name"}, hub.clock.now());
    });
    EXPECT_EQ(hub.call("POST", "/v2/orders/" + ord(a) + "/acknowledge").status(), 200);
    EXPECT_EQ(externals("/v2/orders?acknowledged=true"), Ids{"a"});
    EXPECT_EQ(externals("/v2/orders?acknowledged=false"), (Ids{"c", "b"}));
    EXPECT_EQ(externals("/v2/orders?acknowledged=false&channel=shop-us"), Ids{"b"});
    EXPECT_EQ(externals("/v2/orders?acknowledged=false&status=fulfilled"), Ids{});
    EXPECT_EQ(externals("/v2/orders?problem=true"), Ids{"c"});
    EXPECT_EQ(externals("/v2/orders?problem=false"), (Ids{"b", "a"}));
    EXPECT_EQ(externals("/v2/orders?problem=true&acknowledged=true"), Ids{});
    EXPECT_EQ(meta("/v2/orders?problem=true")["total"], 1);
}

TEST(V2OrderPages, MeetEveryOrderOnceAndTheTotalStays) {
    for (const char* filter : {"", "&acknowledged=false", "&status=pending"}) {
        V2Hub hub;
        Ids all, met;
        for (int i = 0; i < 23; ++i) {
            const std::string name = "o-" + std::to_string(i);
            // Pairs of one time: the id decides.
            hub.add_order(i % 3 == 0 ? hub.shop_eu : hub.shop_us, order_at(name, i / 2));
            all.insert(all.begin(), name);
        }
        std::string cursor;
        int pages = 0;
        do {
            const auto answer =
                hub.see("/v2/orders?limit=5" + std::string{filter} + (cursor.empty() ? "" : "&cursor=" + cursor));
            ASSERT_EQ(answer.status(), 200) << answer.raw.body;
            const auto body = answer.json();
            for (const auto& order : body["data"]) met.push_back(order["external_id"]);
            EXPECT_EQ(body["meta"]["total"], 23);
            cursor = body["meta"]["next_cursor"].is_null() ? "" : body["meta"]["next_cursor"].get<std::string>();
            // One that arrives meanwhile is newer than all: it does not shift what follows.
            if (pages++ == 1) hub.add_order(hub.shop_us, order_at("late", 100));
        } while (!cursor.empty() && pages < 20);
        EXPECT_EQ(met, all) << filter;
        EXPECT_EQ(pages, 5) << filter;
    }
}

TEST_F(V2Orders, ACursorFitsItsListItsFiltersAndItsAccountOnly) {
    for (int i = 0; i < 3; ++i) {
        hub.add_order(hub.shop_us, order_at("o-" + std::to_string(i), i));
        hub.add_order(hub.others_shop, order_at("x-" + std::to_string(i), i));
    }
    const std::string cursor = meta("/v2/orders?limit=1")["next_cursor"];
    EXPECT_TRUE(cursor.starts_with("cur_")) << cursor;
    EXPECT_EQ(hub.see("/v2/orders?limit=2&cursor=" + cursor).status(), 200) << "the limit may change";
    for (const std::string& target : {"/v2/orders?status=pending&cursor=" + cursor, "/v2/refunds?cursor=" + cursor,
                                      "/v2/orders?cursor=" + cursor + "A", "/v2/orders?cursor=cur_" + cursor.substr(5),
                                      std::string{"/v2/orders?cursor=cur_"}}) {
        const auto answer = hub.see(target);
        EXPECT_EQ(answer.status(), 400) << target << answer.raw.body;
    }
    const auto others = hub.see_as(hub.others_admin, "/v2/orders?limit=2&cursor=" + cursor);
    EXPECT_EQ(others.status(), 400);
    EXPECT_EQ(others.raw.body, hub.see_as(hub.others_admin, "/v2/orders?limit=2&cursor=cur_nonsense").raw.body)
        << "told like one that is none";
}

TEST_F(V2Orders, ATotalIsCountedUpToTenThousandAndThenSaysSo) {
    hub.add_order(hub.shop_us, order_at("o", 1));
    hub.db->write([&](db::Session& session) {
        // Copies of the one, which the repositories would take minutes to make.
        session.run_script(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO orders "
            "(account_id, "
            "channel_id, external_order_id, status, payment_status, currency, ordered_at_ms, sort_ms, version_id, "
            "meaning_hash, body, seq, created_at_ms, imported_at_ms) SELECT account_id, channel_id, 'copy' || i, "
            "status, "
            "payment_status, currency, ordered_at_ms + i, sort_ms, version_id, meaning_hash, body, seq, created_at_ms, "
            "CASE WHEN i <= 9000 THEN 1 END FROM orders, n;");
    });
    EXPECT_EQ(meta("/v2/orders?limit=1")["total"], 10000);
    EXPECT_EQ(meta("/v2/orders?limit=1")["total_is_exact"], false);
    EXPECT_EQ(meta("/v2/orders?limit=1&acknowledged=false")["total"], 1001);
    EXPECT_EQ(meta("/v2/orders?limit=1&acknowledged=false")["total_is_exact"], true);
    EXPECT_EQ(meta("/v2/orders?limit=1&acknowledged=true")["total"], 9000);
    EXPECT_EQ(meta("/v2/orders?limit=1&status=cancelled")["total"], 0);
}

TEST_F(V2Orders, AcknowledgingIsSafeToRepeatAndKeepsTheFirstTime) {
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    const auto first = hub.call("POST", "/v2/orders/" + ord(id) + "/acknowledge");
    ASSERT_EQ(first.status(), 200) << first.raw.body;
    EXPECT_EQ(first.json()["data"]["acknowledged"], true);
    EXPECT_EQ(first.json()["data"]["acknowledged_at"], "2026-11-20T12:00:00Z");
    hub.clock.advance(std::chrono::milliseconds{60'000});
    const auto again = hub.call("POST", "/v2/orders/" + ord(id) + "/acknowledge", "{}");
    EXPECT_EQ(again.json()["data"]["acknowledged_at"], "2026-11-20T12:00:00Z");
    EXPECT_EQ(hub.call("POST", "/v2/orders/ord_999/acknowledge").status(), 404);
    const auto by_v1_id = hub.call("POST", "/v2/orders/" + std::to_string(id.value) + "/acknowledge");
    EXPECT_EQ(by_v1_id.status(), 404);
    EXPECT_EQ(by_v1_id.json()["error"]["message"],
              "there is no such order; ids of /v2 begin with their kind, like ord_17 or itm_4");
    EXPECT_EQ(hub.call("POST", "/v2/orders/" + ord(id) + "/acknowledge", R"({"force":true})").status(), 422);
    // The contract's surface sees the same.
    EXPECT_EQ(hub.get("/api/v1/orders/" + std::to_string(id.value)).json()["imported_to_erp"], true);
}

TEST_F(V2Orders, AnErasedBuyerComesBackInNoReplayedAnswer) {
    auto order = sample_order("o-1");
    order.buyer_name = "Jane Canary";
    const auto id = hub.add_order(hub.shop_us, order);
    const auto acknowledge = [&] {
        return hub.call("POST", "/v2/orders/" + ord(id) + "/acknowledge", "", {{"idempotency-key", "k-1"}});
    };
    ASSERT_NE(acknowledge().raw.body.find("Jane Canary"), std::string::npos);
    ASSERT_EQ(acknowledge().header("Idempotent-Replayed"), "true");
    hub.db->write([&](db::Session& session) {
        store::ErasureRepo(session).erase({id, hub.shop_us.account_id, hub.shop_us.id, "o-1", {}});
    });
    const auto again = acknowledge();
    EXPECT_EQ(again.status(), 200);
    EXPECT_EQ(again.raw.body.find("Jane Canary"), std::string::npos) << again.raw.body;
    EXPECT_EQ(again.json()["data"]["acknowledged"], true);
}

TEST_F(V2Orders, ManyAreAcknowledgedAtOnce) {
    const auto a = hub.add_order(hub.shop_us, sample_order("a"));
    const auto b = hub.add_order(hub.shop_us, sample_order("b"));
    const auto theirs = hub.add_order(hub.others_shop, sample_order("c"));
    const auto answer = hub.send_json("/v2/orders/acknowledge", {{"ids", {ord(a), ord(b), ord(theirs), "ord_999"}}});
    EXPECT_EQ(answer.raw.body, R"({"data":{"acknowledged":2}})");
    EXPECT_EQ(hub.send_json("/v2/orders/acknowledge", {{"ids", {ord(a)}}}).raw.body, R"({"data":{"acknowledged":0}})");
}

// ---- explain

TEST_F(V2Orders, ExplainSaysWhoseTurnItIs) {
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    auto told = explain(id);
    EXPECT_EQ(told["sentence"],
              "Order " + std::to_string(id.value) +
                  " (#o-1) of channel shop-us is open: it waits for the ERP, which has not acknowledged it; "
                  "GET /api/v1/orders?imported=false&since=2026-11-20T10:00:00Z lists it.");
    EXPECT_EQ(told["held_by"], "erp");
    EXPECT_EQ(told["next"], "the ERP fetches and acknowledges it");
    EXPECT_TRUE(told["last_error"].is_null());
    EXPECT_TRUE(told["retry"].is_null());

    hub.call("POST", "/v2/orders/" + ord(id) + "/acknowledge");
    told = explain(id);
    EXPECT_EQ(told["held_by"], "erp");
    EXPECT_EQ(told["next"], "the ERP sends its shipment");

    hub.send_json("/v2/shipments", {{"order_id", ord(id)}, {"carrier", "UPS"}, {"tracking_number", "1Z"}});
    told = explain(id);
    EXPECT_EQ(told["held_by"], "hub");
    EXPECT_EQ(told["next"], "the hub sends it to the channel");
    EXPECT_EQ(told["next_at"], "2026-11-20T12:00:00Z");
}

TEST_F(V2Orders, ExplainNamesACallThatListsTheOrderHoweverOldItIs) {
    using Status = domain::OrderStatus;
    const OrderId ids[] = {hub.add_order(hub.shop_us, order_at("waits", 1)),
                           hub.add_order(hub.shop_us, order_at("over", 2, Status::fulfilled))};
    hub.clock.advance(std::chrono::hours{24 * 40});
    ASSERT_EQ(hub.get("/api/v1/orders?imported=false").json(), json::array()) << "the list begins a day ago";
    for (const OrderId id : ids) {
        const std::string sentence = explain(id)["sentence"];
        const auto begin = sentence.find("/api/v1/orders?");
        ASSERT_NE(begin, std::string::npos) << sentence;
        const auto listed = hub.get(sentence.substr(begin, sentence.find(' ', begin) - begin));
        ASSERT_EQ(listed.status(), 200) << sentence;
        const auto orders = listed.json();
        EXPECT_TRUE(
            std::any_of(orders.begin(), orders.end(), [&](const json& order) { return order["id"] == id.value; }))
            << sentence << listed.raw.body;
    }
}

TEST_F(V2Orders, ExplainNamesTheLastErrorAndTheCallThatTriesAgain) {
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    const auto made =
        hub.send_json("/v2/shipments", {{"order_id", ord(id)}, {"carrier", "UPS"}, {"tracking_number", "1Z"}});
    const std::string shipment = made.json()["data"]["id"];
    const ShipmentId shipment_id{std::stoll(shipment.substr(4))};
    const Timestamp later = hub.clock.now() + std::chrono::minutes{5};
    const auto job = hub.db->write([&](db::Session& session) {
        store::ShipmentRepo shipments(session);
        shipments.begin_attempt(shipment_id);
        shipments.end_attempt(shipment_id, {"pending", "waiting", "THROTTLED", "slow down", {}, later},
                              hub.clock.now());
        store::JobRepo jobs(session);
        const auto claimed =
            jobs.claim({domain::Lane::push, "boot", hub.clock.now(), std::chrono::milliseconds{1}, {}, {}});
        EXPECT_TRUE(claimed);
        jobs.retry(claimed->id, claimed->fence, {ErrorKind::unavailable, "THROTTLED", "slow down"}, later,
                   hub.clock.now());
        return claimed->id;
    });
    auto told = explain(id);
    EXPECT_EQ(told["held_by"], "hub");
    EXPECT_EQ(told["next"], "the hub tries again");
    EXPECT_EQ(told["next_at"], "2026-11-20T12:05:00Z");
    EXPECT_EQ(told["last_error"]["code"], "THROTTLED");
    EXPECT_EQ(told["last_error"]["message"], "slow down");
    const std::string retry = "/v2/jobs/job_" + std::to_string(job.value) + "/retry";
    EXPECT_EQ(told["retry"], json({{"method", "POST"}, {"path", retry}}));
    ASSERT_EQ(hub.call("POST", retry).status(), 200);
    EXPECT_EQ(explain(id)["next_at"], "2026-11-20T12:00:00Z") << "now";

    hub.db->write([&](db::Session& session) {
        store::ShipmentRepo(session).end_attempt(shipment_id, {"failed", "known", "BAD", "no such carrier", {}, {}},
                                                 hub.clock.now());
    });
    told = explain(id);
    EXPECT_EQ(told["held_by"], "operator");
    EXPECT_EQ(told["last_error"]["message"], "no such carrier");
    EXPECT_EQ(told["retry"]["path"], "/v2/shipments/" + shipment + "/retry");
    const int woken = hub.woken;
    const auto retried = hub.call("POST", told["retry"]["path"]);
    ASSERT_EQ(retried.status(), 200) << retried.raw.body;
    EXPECT_EQ(retried.json()["data"]["status"], "pending");
    EXPECT_EQ(hub.woken, woken + 1);
    EXPECT_EQ(explain(id)["held_by"], "hub");
    EXPECT_EQ(hub.call("POST", told["retry"]["path"]).status(), 409) << "it did not fail again";
}

TEST_F(V2Orders, ExplainPutsAStoppedChannelFirst) {
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    hub.send_json("/v2/shipments", {{"order_id", ord(id)}, {"carrier", "UPS"}, {"tracking_number", "1Z"}});
    hub.db->write([&](db::Session& session) {
        store::ChannelRepo(session).set_state(hub.shop_us.id, store::ChannelState::stopped, "denied",
                                              "the token was revoked", hub.clock.now());
    });
    const auto told = explain(id);
    EXPECT_EQ(told["held_by"], "operator");
    EXPECT_TRUE(told["next_at"].is_null());
    EXPECT_EQ(told["last_error"]["message"], "the token was revoked");
    EXPECT_EQ(told["retry"]["path"], "/v2/channels/shop-us/test");
    EXPECT_NE(told["sentence"].get<std::string>().find("The channel itself is stopped: the token was revoked."),
              std::string::npos);
}

TEST_F(V2Orders, ExplainSaysThatAChannelIsSwitchedOff) {
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    hub.send_json("/v2/shipments", {{"order_id", ord(id)}, {"carrier", "UPS"}, {"tracking_number", "1Z"}});
    ASSERT_EQ(explain(id)["held_by"], "hub");
    hub.db->write([&](db::Session& session) {
        session.run_script("UPDATE channels SET enabled = 0 WHERE id = " + std::to_string(hub.shop_us.id.value));
    });
    const auto told = explain(id);
    EXPECT_EQ(told["held_by"], "operator");
    EXPECT_EQ(told["next"], "it goes on by itself when the channel is switched on again, or back in the config file");
    EXPECT_TRUE(told["next_at"].is_null());
    EXPECT_TRUE(told["retry"].is_null()) << "to try again now would come to nothing";
    EXPECT_EQ(told["sentence"],
              "Order " + std::to_string(id.value) +
                  " (#o-1) of channel shop-us is open: shipment 1 is kept and waits for the channel (0 attempts). The "
                  "channel is switched off in the config file, or not in it any more: nothing goes to it or comes from "
                  "it.");
}

TEST_F(V2Orders, ExplainKnowsWhenItIsOver) {
    using Status = domain::OrderStatus;
    for (const auto status : {Status::cancelled, Status::fulfilled, Status::closed}) {
        const auto id = hub.add_order(hub.shop_us, order_at("o-" + std::string{domain::to_string(status)}, 1, status));
        if (status != Status::cancelled) {  // sold all the same: the ERP has still to take it
            const auto waiting = explain(id);
            EXPECT_EQ(waiting["held_by"], "erp");
            EXPECT_EQ(waiting["next"], "the ERP fetches and acknowledges it");
            EXPECT_NE(waiting["sentence"].get<std::string>().find("the ERP has not acknowledged it"),
                      std::string::npos);
            hub.call("POST", "/v2/orders/" + ord(id) + "/acknowledge");
        }
        const auto told = explain(id);
        EXPECT_EQ(told["held_by"], "nobody");
        EXPECT_EQ(told["next"], "nothing");
    }
    auto back = sample_order("o-back");
    back.payment_status = "refunded";
    const auto returned = hub.add_order(hub.shop_us, back);
    hub.call("POST", "/v2/orders/" + ord(returned) + "/acknowledge");
    EXPECT_EQ(explain(returned)["held_by"], "erp") << "a goodwill refund: the goods are still to be shipped";
    back.last_remote_update_at = *back.last_remote_update_at + std::chrono::minutes{1};
    for (domain::OrderLine& line : back.lines) line.shippable_quantity = 0;
    hub.add_order(hub.shop_us, back);
    EXPECT_EQ(explain(returned)["held_by"], "nobody");
    EXPECT_NE(explain(returned)["sentence"].get<std::string>().find(
                  "it was refunded, and nothing of it is left to ship"),
              std::string::npos);
    auto theirs = sample_order("fba");
    theirs.shipped_by = "Amazon (FBA)";
    const auto id = hub.add_order(hub.amz_na, theirs);
    hub.call("POST", "/v2/orders/" + ord(id) + "/acknowledge");
    EXPECT_EQ(explain(id)["held_by"], "channel");
    EXPECT_EQ(explain(id)["next"], "Amazon (FBA) ships it");
}

}  // namespace
}  // namespace crossdock::api::testing
