// SPDX-License-Identifier: Apache-2.0
#include "api/json/cursor.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <set>

#include "crypto/hash.h"
#include "services/record_items.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

const Timestamp kNow = *parse_iso8601("2026-11-20T12:00:00Z", ZoneRule::required);

Cursor since_cursor() {
    Cursor cursor;
    cursor.list = ListKind::refunds;
    cursor.account = AccountId{3};
    cursor.channel = ChannelId{7};
    cursor.position = Cursor::Position::since;
    cursor.time = from_ms(1'700'000'000'123);
    cursor.id = 42;
    cursor.sequence = 99;
    return cursor;
}

TEST(CursorText, CarriesEverything) {
    const auto read = read_cursor(write_cursor(since_cursor(), "secret", kNow), "secret", kNow);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->list, ListKind::refunds);
    EXPECT_EQ(read->account, AccountId{3});
    EXPECT_EQ(read->channel, ChannelId{7});
    EXPECT_EQ(read->position, Cursor::Position::since);
    EXPECT_EQ(read->time, from_ms(1'700'000'000'123));
    EXPECT_EQ(read->id, 42);
    EXPECT_EQ(read->sequence, 99);

    Cursor feed;
    feed.list = ListKind::skus;
    feed.account = AccountId{1};
    feed.sequence = 5;
    const auto back = read_cursor(write_cursor(feed, "secret", kNow), "secret", kNow);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->position, Cursor::Position::feed);
    EXPECT_FALSE(back->channel);
    EXPECT_EQ(back->sequence, 5);
}

TEST(CursorText, EveryChangedCharacterIsSeen) {
    const std::string text = write_cursor(since_cursor(), "secret", kNow);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(read_cursor(changed, "secret", kNow)) << i;
        EXPECT_FALSE(read_cursor(text.substr(0, i), "secret", kNow)) << i;
    }
    EXPECT_FALSE(read_cursor(text + "A", "secret", kNow));
    EXPECT_FALSE(read_cursor(text, "another secret", kNow));
    EXPECT_FALSE(read_cursor(std::string(100'000, 'A'), "secret", kNow));
}

TEST(CursorText, AnotherVersionOfTheFormatIsRefusedThoughItIsSigned) {
    const std::string payload = "2.o.2026.1..f.5";
    const auto mac = crypto::hmac_sha256("secret", "list-cursor\n" + payload).substr(0, 16);
    EXPECT_FALSE(read_cursor(crypto::base64url_encode(payload + mac), "secret", kNow));
}

TEST(CursorText, IsTheSameAllYearAndGoodForFive) {
    const std::string text = write_cursor(since_cursor(), "secret", kNow);
    EXPECT_EQ(text, write_cursor(since_cursor(), "secret", kNow + std::chrono::hours{24 * 30}));
    EXPECT_TRUE(read_cursor(text, "secret", kNow + std::chrono::hours{24 * 365 * 4}));
    EXPECT_FALSE(read_cursor(text, "secret", kNow + std::chrono::hours{24 * 365 * 10}));
}

class CursorUse : public ::testing::Test {
protected:
    Hub hub;
    static constexpr const char* kRefusal = R"({"error":"cursor is not valid here; start again without cursor"})";
    void expect_refused(const Answer& answer) {
        EXPECT_EQ(answer.status(), 400);
        EXPECT_EQ(answer.raw.body, kRefusal);
    }
};

TEST_F(CursorUse, FitsOnlyWhereItCameFrom) {
    hub.add_order(hub.shop_us, sample_order("a"));
    hub.add_order(hub.others_shop, sample_order("b"));
    const std::string ours = *hub.get("/api/v1/orders").header("X-Next-Cursor");
    const std::string of_channel = *hub.get("/api/v1/orders?channel=shop-us").header("X-Next-Cursor");
    EXPECT_EQ(hub.get("/api/v1/orders?cursor=" + ours).status(), 200);
    EXPECT_EQ(hub.get("/api/v1/orders?channel=shop-us&cursor=" + of_channel).status(), 200);
    expect_refused(hub.get("/api/v1/orders?cursor=" + ours, hub.other_key_));
    expect_refused(hub.get("/api/v1/skus?cursor=" + ours));
    expect_refused(hub.get("/api/v1/orders?channel=shop-us&cursor=" + ours));
    expect_refused(hub.get("/api/v1/orders?channel=shop-eu&cursor=" + of_channel));
    expect_refused(hub.get("/api/v1/orders?cursor=" + of_channel));
    expect_refused(hub.get("/api/v1/refunds?channel=shop-us&cursor=" + of_channel));
    EXPECT_EQ(hub.get("/api/v1/orders?cursor=a&cursor=b").status(), 422);
}

TEST_F(CursorUse, OneFromAheadOfARestoredDatabaseIsRefused) {
    Cursor ahead;
    ahead.account = hub.acme;
    ahead.sequence = 1'000'000;
    expect_refused(
        hub.get("/api/v1/orders?cursor=" + write_cursor(ahead, hub.context->cursor_secret, hub.clock.now())));
}

TEST_F(CursorUse, EmptyStartsAtTheVeryBeginningAndSinceIsNotLookedAt) {
    auto ancient = sample_order("ancient");
    ancient.ordered_at = from_ms(0);
    ancient.last_remote_update_at = from_ms(0);
    hub.add_order(hub.shop_us, ancient);
    EXPECT_EQ(hub.get("/api/v1/orders").json().size(), 0U);
    for (const char* query : {"?cursor=", "?cursor=&since=2026-11-20T00:00:00Z", "?cursor=&since=yesterday"})
        EXPECT_EQ(hub.get("/api/v1/orders" + std::string{query}).json().size(), 1U) << query;
}

TEST_F(CursorUse, AFeedThatIsReadToItsEndStaysWhereItIs) {
    for (int i = 0; i < 5; ++i) hub.add_order(hub.shop_us, sample_order("o" + std::to_string(i)));
    auto page = hub.get("/api/v1/orders?cursor=&limit=3");
    EXPECT_EQ(page.json().size(), 3U);
    page = hub.get("/api/v1/orders?limit=3&cursor=" + *page.header("X-Next-Cursor"));
    EXPECT_EQ(page.json().size(), 2U);
    const auto end = *page.header("X-Next-Cursor");
    page = hub.get("/api/v1/orders?limit=3&cursor=" + end);
    EXPECT_EQ(page.raw.body, "[]");
    EXPECT_EQ(page.header("X-Next-Cursor"), end);
}

TEST_F(CursorUse, AQuietChannelsFeedDoesNotWalkItsNeighboursChangesAgain) {
    hub.add_order(hub.shop_eu, sample_order("quiet"));
    const auto before = *hub.get("/api/v1/orders?channel=shop-eu&cursor=").header("X-Next-Cursor");
    for (int i = 0; i < 5; ++i) hub.add_order(hub.shop_us, sample_order("busy" + std::to_string(i)));
    const auto page = hub.get("/api/v1/orders?channel=shop-eu&cursor=" + before);
    EXPECT_EQ(page.raw.body, "[]");
    const auto read = read_cursor(*page.header("X-Next-Cursor"), hub.context->cursor_secret, hub.clock.now());
    EXPECT_GT(read->sequence, read_cursor(before, hub.context->cursor_secret, hub.clock.now())->sequence);
}

TEST_F(CursorUse, ALimitInsideATieLosesNothing) {
    for (int i = 0; i < 7; ++i) hub.add_order(hub.shop_us, sample_order("tie" + std::to_string(i), 5));
    std::vector<std::string> seen;
    auto page = hub.get("/api/v1/orders?limit=3");
    for (int i = 0; i < 3; ++i) {
        for (const auto& order : page.json()) seen.push_back(order.at("external_order_id"));
        page = hub.get("/api/v1/orders?limit=3&cursor=" + *page.header("X-Next-Cursor"));
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"tie0", "tie1", "tie2", "tie3", "tie4", "tie5", "tie6"}));
}

TEST_F(CursorUse, ALateOrderWithAnOldTimeIsInTheFeed) {
    hub.add_order(hub.shop_us, sample_order("on-time", 30));
    const auto cursor = *hub.get("/api/v1/orders").header("X-Next-Cursor");
    hub.add_order(hub.shop_us, sample_order("late", -600));
    const auto page = hub.get("/api/v1/orders?cursor=" + cursor).json();
    ASSERT_EQ(page.size(), 1U);
    EXPECT_EQ(page[0].at("external_order_id"), "late");
}

TEST_F(CursorUse, WhatChangesWhileASinceListIsReadFollowsInTheFeed) {
    for (int i = 0; i < 6; ++i) hub.add_order(hub.shop_us, sample_order("o" + std::to_string(i), i));
    auto page = hub.get("/api/v1/orders?limit=4");
    // Behind us, in front of us, and new with an old time.
    hub.add_order(hub.shop_us, sample_order("o0", 100), R"({"v":2})");
    hub.add_order(hub.shop_us, sample_order("early", -100));
    std::multiset<std::string> seen;
    for (int i = 0; i < 6; ++i) {
        page = hub.get("/api/v1/orders?limit=4&cursor=" + *page.header("X-Next-Cursor"));
        for (const auto& order : page.json()) seen.insert(order.at("external_order_id"));
    }
    EXPECT_TRUE(seen.contains("early"));
    EXPECT_TRUE(seen.contains("o0"));
    EXPECT_TRUE(seen.contains("o4"));
    EXPECT_TRUE(seen.contains("o5"));
}

/// A consumer that keeps what it saw, and follows cursors.
struct Consumer {
    Consumer(std::string list, std::string first_query) : path(std::move(list)), start(std::move(first_query)) {}

    std::string path;
    std::string start;  // the first query; afterwards the cursor's
    std::string cursor;
    bool started = false;
    std::map<std::int64_t, std::string> seen;  // id to what was last seen of it
    int pages = 0;

    /// Reads a page. Returns how many rows it had.
    std::size_t read(Hub& hub, const std::string& more) {
        const std::string join = path.find('?') == std::string::npos ? "?" : "&";
        const auto page = hub.get(path + join + (started ? "cursor=" + cursor : start) + more);
        EXPECT_EQ(page.status(), 200) << page.raw.body;
        cursor = *page.header("X-Next-Cursor");
        started = true;
        ++pages;
        const auto body = page.json();
        const auto& rows = body.is_array() ? body : body.at("items");
        for (const auto& row : rows) seen[row.at("id")] = row.at("raw_payload").dump();
        return rows.size();
    }
};

// The property behind promise 3: whatever happens between two pages, a consumer that follows the cursor ends up holding
// the newest version of every row.
TEST(CursorWalk, SeesEveryChangeAtLeastOnce) {
    const char* given = std::getenv("CROSSDOCK_SEED");
    const std::uint64_t first_seed = given != nullptr ? std::stoull(given) : 1;
    const std::uint64_t seeds = given != nullptr ? 1 : 12;
    int changes = 0;
    int pages = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
        SCOPED_TRACE("CROSSDOCK_SEED=" + std::to_string(seed));
        Hub hub;
        SeededRandom random(seed);
        std::map<std::int64_t, std::string> orders, refunds, items;  // newest payload by id
        std::map<std::string, std::pair<int, std::int64_t>> held;    // minutes of the newest version, id
        int version = 0;
        const auto change = [&] {
            ++changes;
            const std::string payload = "{\"v\":" + std::to_string(++version) + "}";
            const int minutes = static_cast<int>(random.below(60)) - 30;
            const std::string name = "n" + std::to_string(random.below(25));
            switch (random.below(3)) {
                case 0: {
                    const auto& channel = random.below(3) == 0 ? hub.shop_eu : hub.shop_us;
                    const std::string key = channel.code + name;
                    auto order = sample_order(name, minutes);
                    order.notes = payload;
                    const auto id = hub.add_order(channel, order, payload).value;
                    const auto before = held.find(key);
                    // An older version is kept, but the newer one stays shown.
                    if (before == held.end() || minutes >= before->second.first) {
                        held[key] = {minutes, id};
                        orders[id] = payload;
                    }
                    break;
                }
                case 1: {
                    auto refund = sample_refund(name, minutes);
                    refund.notes = payload;
                    const std::string key = "refund" + name;
                    const auto id = hub.add_refund(hub.shop_us, refund, payload);
                    const auto before = held.find(key);
                    if (before == held.end() || minutes >= before->second.first) {
                        held[key] = {minutes, id};
                        refunds[id] = payload;
                    }
                    break;
                }
                default: {
                    auto item = sample_item(name, "SKU-" + name);
                    item.raw_json = payload;
                    item.updated_at_remote = kNow + std::chrono::minutes{minutes};
                    items[hub.add_item(hub.shop_us, item).value] = payload;
                }
            }
        };
        for (int i = 0; i < 30; ++i) change();
        const std::string all = "since=1970-01-02";
        std::vector<Consumer> consumers{{"/api/v1/orders", all},
                                        {"/api/v1/orders", "cursor="},
                                        {"/api/v1/refunds?channel=shop-us", all},
                                        {"/api/v1/refunds?channel=shop-us", "cursor="},
                                        {"/api/v1/skus?status=all", all},
                                        {"/api/v1/skus?status=all", ""},
                                        {"/api/v1/skus?status=all", "cursor="}};
        for (int round = 0; round < 60; ++round) {
            for (auto i = random.below(3); i > 0; --i) change();
            consumers[random.below(consumers.size())].read(hub, "&limit=" + std::to_string(1 + random.below(7)));
        }
        for (Consumer& consumer : consumers) {
            for (int quiet = 0; quiet < 2;) quiet = consumer.read(hub, "&limit=5") == 0 ? quiet + 1 : 0;
            pages += consumer.pages;
        }
        EXPECT_EQ(consumers[0].seen, orders);
        EXPECT_EQ(consumers[1].seen, orders);
        EXPECT_EQ(consumers[2].seen, refunds);
        EXPECT_EQ(consumers[3].seen, refunds);
        EXPECT_EQ(consumers[4].seen, items);
        EXPECT_EQ(consumers[5].seen, items);
        EXPECT_EQ(consumers[6].seen, items);
    }
    std::cout << "[ figure   ] cursor walk: seeds " << first_seed << ".." << first_seed + seeds - 1 << ", " << changes
              << " changes, " << pages << " pages, 0 missed\n";
}

}  // namespace
}  // namespace crossdock::api::testing
