// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "unit/connectors/ebay/against_sandbox.h"

namespace crossdock::connectors::ebay::tests {
namespace {

TEST(EbayAgainstSandbox, FirstSyncHoldsEveryOrder) {
    EbayWorld world(busy(500, 40));
    EXPECT_EQ(testing_support::codes(world.check_access()), "");
    const auto held = pull_orders(world, world.clock.now() - 60 * 24h);
    expect_all_held(world, held);
    // Forty days, most of them one page each.
    EXPECT_LT(world.seller->counters().requests, 80);
}

TEST(EbayAgainstSandbox, DeltaBringsEveryChange) {
    EbayWorld world(busy(60, 5));
    auto held = pull_orders(world, world.clock.now() - 10 * 24h);
    Timestamp watermark = world.clock.now();
    world.clock.advance(10min);
    const auto ledger = world.seller->ledger();
    const auto open = [&](std::size_t n) {
        for (const auto& entry : ledger)
            if (entry.status == "NOT_STARTED" && entry.payment_status == "PAID" && n-- == 0) return entry.id;
        return std::string{};
    };
    const std::string shipped = open(0), partly = open(1), cancelled = open(2), asked = open(3), refunded = open(4);
    EXPECT_TRUE(world.seller->ship(shipped, true));
    EXPECT_TRUE(world.seller->ship(partly, false));
    EXPECT_TRUE(world.seller->cancel(cancelled));
    EXPECT_TRUE(world.seller->request_cancel(asked));
    EXPECT_TRUE(world.seller->refund(refunded, true));
    const std::string placed = world.seller->place_order({});
    const auto news = pull_orders(world, watermark - 15min);
    EXPECT_EQ(news.size(), 6U);
    for (const auto& [id, order] : news) held[id] = order;
    expect_all_held(world, held);
    EXPECT_EQ(held[shipped].status, domain::OrderStatus::fulfilled);
    EXPECT_NE(held[partly].status, domain::OrderStatus::open);
    EXPECT_EQ(held[cancelled].status, domain::OrderStatus::cancelled);
    EXPECT_NE(testing_support::words(held[asked].notes).find("Cancellation requested"), std::string::npos);
    EXPECT_EQ(held[refunded].payment_status, "refunded");
    EXPECT_TRUE(held.contains(placed));
}

/// Orders change, leave the stretch that is being read, and arrive, between any two pages.
TEST(EbayAgainstSandbox, NothingIsLostWhileTheListShifts) {
    EbayWorld world(busy(700, 2));
    std::vector<std::string> ids;
    for (const auto& entry : world.seller->ledger()) ids.push_back(entry.id);
    int pages = 0;
    bool inside = false;
    std::set<std::string> changed;
    world.http.before = [&](const net::HttpRequest& request) -> std::optional<Error> {
        if (inside || request.url.find("/order?") == std::string::npos) return std::nullopt;
        inside = true;
        if (++pages > 1)
            for (int i = 0; i < 7; ++i) {
                const std::string& id = ids[static_cast<std::size_t>(pages * 131 + i * 37) % ids.size()];
                if (world.seller->request_cancel(id)) changed.insert(id);
            }
        if (pages % 2 == 0) world.seller->place_order({});
        world.clock.advance(1s);
        inside = false;
        return std::nullopt;
    };
    const Timestamp begun = world.clock.now();
    auto held = pull_orders(world, begun - 3 * 24h);
    world.http.before = {};
    EXPECT_GT(changed.size(), 15U);
    // The next walk, with the overlap that the hub gives it.
    for (const auto& [id, order] : pull_orders(world, begun - 15min)) held[id] = order;
    expect_all_held(world, held);
}

TEST(EbayAgainstSandbox, ListsOfIdsAgree) {
    EbayWorld world(busy(500, 2));
    std::set<std::string> listed;
    const Timestamp now = world.clock.now();
    std::string cursor;
    do {
        const auto page = world.connector->order_source()->list_order_ids({now - 4 * 24h, now - 15min, {}}, cursor);
        ASSERT_TRUE(page) << page.error().message;
        listed.insert(page->external_ids.begin(), page->external_ids.end());
        cursor = page->next_cursor;
    } while (!cursor.empty());
    std::set<std::string> wanted;
    for (const auto& entry : world.seller->ledger())
        if (entry.created_at < now - 15min) wanted.insert(entry.id);
    EXPECT_EQ(listed, wanted);
}

TEST(EbayAgainstSandbox, OddPagesLoseNothing) {
    EbayWorld world(busy(700, 1));
    arm(world, "half_page", "getOrders", 2, 1);
    arm(world, "empty_page", "getOrders", 1, 4);
    arm(world, "repeat_cursor", "getOrders", 1, 5);
    arm(world, "cut", "getOrders", 1, 7);
    std::map<std::string, domain::Order> held;
    std::string cursor;
    for (int i = 0; i < 60; ++i) {
        const auto page =
            world.connector->order_source()->fetch_orders({world.clock.now() - 48h, std::nullopt, {}}, cursor);
        if (!page) continue;  // the hub tries again
        for (const RawOrder& raw : page->orders)
            held[raw.external_order_id] = world.connector->order_source()->map_order(raw.payload)->order;
        cursor = page->next_cursor;
        if (cursor.empty()) break;
    }
    expect_all_held(world, held);
}

TEST(EbayAgainstSandbox, TokenEndsInMidPage) {
    EbayWorld world(busy(700, 1));
    int lists = 0;
    world.http.before = [&](const net::HttpRequest& request) -> std::optional<Error> {
        if (request.url.find("/order?") != std::string::npos && ++lists == 3) world.seller->expire_tokens();
        return std::nullopt;
    };
    expect_all_held(world, pull_orders(world, world.clock.now() - 48h));
    EXPECT_EQ(world.seller->counters().tokens_issued, 2);
}

TEST(EbayAgainstSandbox, RevokedConsentStopsAndANewOneStartsAgain) {
    EbayWorld world(busy(5, 1));
    world.seller->revoke_consent();
    const auto page = world.connector->order_source()->fetch_orders({world.clock.now() - 48h, std::nullopt, {}}, "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::denied);
    EXPECT_EQ(page.error().code, "ebay_consent_needed");
    // The seller consents again; the code is pasted into the config file.
    world.setup.credentials[2] = {"authorization_code", Secret{"v%5E1.1%23i%5E1%23demo-code"}};
    world.setup.settings_json = R"({"ru_name":"Demo_RuName"})";
    world.restart();
    expect_all_held(world, pull_orders(world, world.clock.now() - 48h));
    world.restart();  // the code is used up, the token it gave is kept
    expect_all_held(world, pull_orders(world, world.clock.now() - 48h));
}

TEST(EbayAgainstSandbox, UsedUpQuotaIsWaitedForUntilMidnight) {
    SellerOptions options = busy(5, 1);
    options.daily_quota["Fulfillment"] = 3;
    EbayWorld world(options);
    pull_orders(world, world.clock.now() - 1h);
    Result<OrderPage> page = OrderPage{};
    for (int i = 0; i < 4 && page; ++i)
        page = world.connector->order_source()->fetch_orders({world.clock.now() - 1h, std::nullopt, {}}, "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::rate_limited);
    const auto before = world.seller->counters().requests;
    const auto again = world.connector->order_source()->fetch_orders({world.clock.now() - 1h, std::nullopt, {}}, "");
    ASSERT_FALSE(again);
    EXPECT_EQ(world.seller->counters().requests, before);  // nothing is sent meanwhile
    world.clock.advance(15h);                              // it was nine in the morning
    world.clock.advance(10s);
    EXPECT_TRUE(world.connector->order_source()->fetch_orders({world.clock.now() - 1h, std::nullopt, {}}, ""));
}

TEST(EbayAgainstSandbox, ThrottleIsObeyedAndNothingIsLost) {
    EbayWorld world(busy(300, 1));
    arm(world, "throttle", "getOrders", 3, 1);
    expect_all_held(world, pull_orders(world, world.clock.now() - 48h));
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
