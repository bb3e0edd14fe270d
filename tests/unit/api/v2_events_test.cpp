// SPDX-License-Identifier: Apache-2.0
// The log of events. An event's shape is that of developer documentation 000, "Example payload".
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "store/event_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

TEST(V2Events, HaveTheDocumentedShape) {
    V2Hub hub;
    auto order = sample_order("o-1");
    order.total_amount = domain::Money{420000, "USD"};
    const auto id = hub.add_order(hub.shop_us, order);
    const auto answer = hub.see("/v2/events?type=order.created");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    ASSERT_EQ(answer.json()["data"].size(), 1U);
    const auto event = answer.json()["data"][0];
    EXPECT_TRUE(event["id"].get<std::string>().starts_with("evt_"));
    EXPECT_EQ(event["type"], "order.created");
    EXPECT_EQ(event["api_version"], "2026-04-01");
    EXPECT_EQ(event["created_at"], "2026-11-20T12:00:00Z");
    EXPECT_EQ(event["channel"], "shop-us");
    EXPECT_EQ(event["data"]["id"], "ord_" + std::to_string(id.value));
    EXPECT_EQ(event["data"]["status"], "pending");
    EXPECT_EQ(event["data"]["customer"], json({{"name", "Jane Doe"}, {"email", "jane@example.com"}}));
    EXPECT_EQ(event["data"]["items"][0]["sku"], "SKU-1");
    EXPECT_EQ(event["data"]["items"][0]["qty"], 1);
    EXPECT_NE(answer.raw.body.find("\"total\":4200.00"), std::string::npos);
    EXPECT_EQ(event["data"], hub.data("/v2/orders?external_id=o-1")[0]) << "one object, however it is asked for";
    EXPECT_EQ(hub.data("/v2/events/" + event["id"].get<std::string>()), event);
    EXPECT_EQ(hub.see("/v2/events/evt_nonsense").status(), 404);
    EXPECT_EQ(hub.see_as(hub.others_admin, "/v2/events/" + event["id"].get<std::string>()).status(), 404);
}

TEST(V2Events, AreReadInOrderByPagesAndThenFromTheLastSeen) {
    V2Hub hub;
    for (int i = 0; i < 7; ++i) hub.add_order(hub.shop_us, sample_order("o-" + std::to_string(i), i));
    hub.add_order(hub.others_shop, sample_order("x"));
    Ids ids;
    std::string cursor;
    int pages = 0;
    do {
        const auto body =
            hub.see("/v2/events?type=order.created&limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
        for (const auto& event : body["data"]) ids.push_back(event["id"]);
        EXPECT_EQ(body["meta"]["total"], 7);
        cursor = body["meta"]["next_cursor"].is_null() ? "" : body["meta"]["next_cursor"].get<std::string>();
    } while (!cursor.empty() && ++pages < 10);
    ASSERT_EQ(ids.size(), 7U);
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end())) << "ids sort as things happened";

    EXPECT_TRUE(hub.data("/v2/events?type=order.created&after=" + ids.back()).empty());
    hub.add_order(hub.shop_us, sample_order("later", 9));
    const auto news = hub.data("/v2/events?type=order.created&after=" + ids.back());
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(news[0]["data"]["external_id"], "later");
    EXPECT_EQ(hub.data("/v2/events?type=order.created&after=" + ids[2]).size(), 5U);

    EXPECT_EQ(hub.see("/v2/events?after=nonsense").status(), 422);
    EXPECT_EQ(hub.see("/v2/events?after=evt_01a1d1f4d800ffffffffff").status(), 422) << "ahead of everything";
}

TEST(V2Events, AreNarrowedByTypeAndTime) {
    V2Hub hub;
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    hub.clock.advance(std::chrono::milliseconds{3'600'000});
    hub.call("POST", "/v2/orders/ord_" + std::to_string(id.value) + "/acknowledge");
    EXPECT_EQ(hub.column("/v2/events?type=order.acknowledged", "type"), Ids{"order.acknowledged"});
    EXPECT_EQ(hub.column("/v2/events?type=refund.*", "type"), Ids{});
    EXPECT_EQ(hub.column("/v2/events?created_after=2026-11-20T12:30:00Z", "type"), Ids{"order.acknowledged"});
    const auto before = hub.column("/v2/events?type=order.*&created_before=2026-11-20T12:30:00Z", "type");
    ASSERT_FALSE(before.empty());
    EXPECT_EQ(before.front(), "order.created");
    const auto unknown = hub.see("/v2/events?type=order.creatd");
    EXPECT_EQ(unknown.status(), 422);
    EXPECT_NE(message_of(unknown).find("order.created"), std::string::npos)
        << "the one that was meant: " << message_of(unknown);
}

/// More events than are looked at for a page, a second apart, with five refunds among them.
TEST(V2Events, AreCountedBehindWhatAPageLooksAt) {
    V2Hub hub;
    const Timestamp begin = hub.clock.now();
    hub.db->write([&](db::Session& session) {
        store::EventRepo events(session);
        for (int i = 0; i < 12'050; ++i) {
            const bool refund = i == 100 || i == 3'000 || i == 6'000 || i == 9'000 || i == 12'010;
            events.append({hub.acme, std::nullopt, refund ? "refund.created" : "order.updated",
                           refund ? "refund" : "order", i + 1, "{}"},
                          begin + std::chrono::seconds{i});
        }
        events.append({hub.other, std::nullopt, "refund.created", "refund", 1, "{}"}, begin);
    });
    const auto total = [&](const std::string& filter) {
        const auto meta = hub.see("/v2/events?limit=1" + filter).json().at("meta");
        return std::pair{meta.at("total").get<std::int64_t>(), meta.at("total_is_exact").get<bool>()};
    };
    using Total = std::pair<std::int64_t, bool>;
    EXPECT_EQ(total(""), Total(10'000, false));
    EXPECT_EQ(total("&type=order.*"), Total(10'000, false));
    EXPECT_EQ(total("&type=refund.created"), Total(5, true));
    EXPECT_EQ(total("&type=refund.*,key.revoked"), Total(5, true));
    EXPECT_EQ(total("&type=refund.created&created_after=2026-11-20T15:20:00Z"), Total(1, true));
    EXPECT_EQ(total("&type=refund.created&created_before=2026-11-20T15:20:00Z"), Total(4, true));
    // 12 000 seconds after noon. The clock may have been put back: nobody looked at all of those before.
    EXPECT_EQ(total("&created_after=2026-11-20T15:20:00Z"), Total(50, false));
    EXPECT_EQ(total("&created_after=2026-11-20T15:00:00Z&created_before=2026-11-20T15:20:00Z"), Total(1'200, false));
    EXPECT_EQ(total("&created_after=2026-11-20T16:00:00Z"), Total(0, false));
    // A list that its first page has whole is counted by it.
    const auto last =
        hub.see("/v2/events?limit=500&created_after=2026-11-20T15:20:00Z&after=" +
                hub.data("/v2/events?limit=1&type=refund.created&created_after=2026-11-20T14:00:00Z&after=" +
                         hub.data("/v2/events?limit=500&type=refund.created").back().at("id").get<std::string>())
                    .at(0)
                    .at("id")
                    .get<std::string>());
    EXPECT_EQ(last.json().at("meta").at("total"), 39);
    EXPECT_EQ(last.json().at("meta").at("total_is_exact"), true);
}

TEST(V2Events, OfOneOrderAreToldWithIt) {
    V2Hub hub;
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    hub.add_order(hub.shop_us, sample_order("o-2"));
    const std::string path = "/v2/orders/ord_" + std::to_string(id.value);
    hub.call("POST", path + "/acknowledge");
    const auto types = hub.column(path + "/events", "type");
    ASSERT_GE(types.size(), 2U);
    EXPECT_EQ(types.front(), "order.created");
    EXPECT_EQ(types.back(), "order.acknowledged");
    EXPECT_EQ(hub.see(path + "/events?limit=1").json()["meta"]["total"], types.size());
    EXPECT_FALSE(hub.see(path + "/events?limit=1").json()["meta"]["next_cursor"].is_null());
    EXPECT_EQ(hub.see("/v2/orders/ord_99/events").status(), 404);
}

}  // namespace
}  // namespace crossdock::api::testing
