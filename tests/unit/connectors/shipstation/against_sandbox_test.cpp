// SPDX-License-Identifier: Apache-2.0
// The connector against the simulated account, which shares no code with it.
#include <gtest/gtest.h>

#include <iostream>

#include "connectors/push_outcome.h"
#include "support/domain_words.h"
#include "support/shipstation_world.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using connectors::PushOutcome;
using sandbox::Fault;
using sandbox::shipstation::LedgerEntry;
using sandbox::shipstation::PlaceOrder;
using State = PushOutcome::State;
using World = ShipStationWorld;
using testing_support::codes;
using testing_support::words;

constexpr const char* kSmallPages = R"({"skip_marketplaces":[],"page_size":20})";

Timestamp at(std::string_view text) { return *parse_iso8601(text, ZoneRule::required); }

/// An account with a past: a hundred orders of a week, which were paid, held, split, merged, cancelled and deleted.
World::AccountOptions lively(int orders = 100) {
    World::AccountOptions options;
    options.orders = orders;
    options.orders_per_hour = 0;
    options.v1_per_minute = 1000;
    return options;
}
std::int64_t place(World& world, std::int64_t store = 25748, PlaceOrder wish = {}) {
    wish.items = {{"SBX-000012", 2}, {"SBX-000013", 1}};
    wish.store = store;
    return world.account->place_order(wish);
}
/// Held orders against the account's own book: every order in its last version, and nothing else.
void expect_all_held(World& world) {
    std::size_t there = 0;
    for (const LedgerEntry& entry : world.account->ledger()) {
        if (entry.deleted) continue;
        ++there;
        const auto held = world.orders.find(std::to_string(entry.id));
        ASSERT_NE(held, world.orders.end()) << "order " << entry.id << " is lost";
        EXPECT_EQ(format_rfc3339(held->second.updated_at), format_rfc3339(entry.updated_at)) << entry.id;
    }
    EXPECT_GE(world.orders.size(), there);
}

TEST(ShipStationAgainstSandbox, TheFirstSyncHoldsEveryOrderAndReadsIt) {
    World world(lively(), kSmallPages);
    ASSERT_TRUE(world.check());
    const auto pages = world.pull(world.clock.now() - 30 * 24h);
    ASSERT_TRUE(pages) << pages.error().message;
    EXPECT_GE(*pages, 5);
    expect_all_held(world);
    std::map<std::string, int> statuses;
    for (const LedgerEntry& entry : world.account->ledger()) {
        if (entry.deleted) continue;
        const domain::Order order = world.order(entry.id);
        ++statuses[entry.status];
        EXPECT_EQ(order.order_number_hint, entry.number);
        EXPECT_EQ(words(order.total_amount), domain::format(domain::Money{entry.total_cents, "USD"}) + " USD");
        EXPECT_EQ(order.lines.size(), static_cast<std::size_t>(entry.lines));
        EXPECT_EQ(order.ordered_at <= entry.created_at, entry.parent == 0 || order.ordered_at <= entry.created_at);
        EXPECT_EQ(order.notes.value_or("").find("Split in ShipStation") != std::string::npos, entry.parent != 0);
        EXPECT_EQ(order.notes.value_or("").find("Merged in ShipStation") != std::string::npos, !entry.merged.empty());
    }
    EXPECT_GE(statuses.size(), 3U) << "the account is too dull to show anything";
    std::cout << world.orders.size() << " orders on " << *pages << " pages\n";
}

TEST(ShipStationAgainstSandbox, OrdersThatMoveWhileTheListIsReadAreNotMissed) {
    World world(lively(150), kSmallPages);
    std::vector<std::int64_t> open;
    for (const LedgerEntry& entry : world.account->ledger())
        if (!entry.deleted && entry.status == "awaiting_shipment") open.push_back(entry.id);
    ASSERT_GT(open.size(), 40U);
    std::size_t next = 0;
    // Every page read, three of the oldest open orders change and go to the end.
    const auto pages = world.pull(world.clock.now() - 30 * 24h, [&] {
        world.pass(3s);
        for (int i = 0; i < 3 && next < open.size(); ++i) world.account->edit(open[next++]);
    });
    ASSERT_TRUE(pages) << pages.error().message;
    ASSERT_TRUE(world.pull(world.clock.now() - 10min));  // the next walk, with its overlap
    expect_all_held(world);
}

TEST(ShipStationAgainstSandbox, ADeltaBringsWhatHappened) {
    World world(World::quiet(), kSmallPages);
    const std::int64_t edited = place(world), held = place(world), cancelled = place(world), labelled = place(world),
                       split = place(world), merged = place(world), swallowed = place(world);
    const std::int64_t unpaid = place(world, 25748, {.paid = false});
    ASSERT_TRUE(world.pull(world.clock.now() - 1h));
    EXPECT_EQ(world.orders.size(), 8U);
    EXPECT_EQ(world.order(unpaid).payment_status, "pending");
    EXPECT_EQ(world.order(unpaid).lines[0].shippable_quantity, 0);

    world.pass(30min);
    const Timestamp since = world.clock.now() - 10min;
    world.account->edit(edited);
    world.account->hold(held, true);
    world.account->cancel(cancelled);
    world.account->ship(labelled);
    const std::int64_t part = world.account->split(split);
    world.account->merge(merged, swallowed);
    world.account->pay(unpaid);
    const std::int64_t fresh = place(world, 22766, {.discount_cents = 250, .surcharge_cents = 100, .gift = true});
    world.pass(1s);
    ASSERT_TRUE(world.pull(since));

    EXPECT_EQ(world.order(edited).lines[0].quantity, 3);
    EXPECT_NE(world.order(held).notes.value_or("").find("On hold in ShipStation until 2026-11-23"), std::string::npos);
    EXPECT_EQ(world.order(cancelled).status, domain::OrderStatus::cancelled);
    EXPECT_EQ(world.order(cancelled).payment_status, "paid");
    EXPECT_EQ(world.order(labelled).status, domain::OrderStatus::fulfilled);
    EXPECT_NE(world.order(part).notes.value_or("").find(std::to_string(split)), std::string::npos);
    EXPECT_NE(world.order(merged).notes.value_or("").find(std::to_string(swallowed)), std::string::npos);
    EXPECT_EQ(world.order(unpaid).payment_status, "paid");
    const domain::Order gift = world.order(fresh);
    EXPECT_TRUE(gift.is_gift);
    EXPECT_EQ(gift.lines.size(), 2U);
    EXPECT_EQ(words(gift.discount_amount), "2.50 USD");
    EXPECT_NE(gift.notes.value_or("").find("Gift wrap, 1.00 USD"), std::string::npos) << *gift.notes;
    expect_all_held(world);

    // What was swallowed or deleted is in no list, and asked for by id it is not there.
    world.account->remove(edited);
    for (const std::int64_t gone : {swallowed, edited}) {
        const auto order = world.connector->order_source()->fetch_order(std::to_string(gone));
        ASSERT_FALSE(order);
        EXPECT_EQ(order.error().kind, ErrorKind::not_found);
    }
    EXPECT_TRUE(world.connector->order_source()->fetch_order(std::to_string(fresh)));
}

TEST(ShipStationAgainstSandbox, ReconciliationListsWhatWasPlaced) {
    World world(lively(), kSmallPages);
    ASSERT_TRUE(world.pull(world.clock.now() - 30 * 24h));
    std::map<std::string, int> listed;
    for (Timestamp day = world.clock.now() - 8 * 24h; day < world.clock.now() + 1s; day += 24h) {
        std::string cursor;
        do {
            const auto page = world.connector->order_source()->list_order_ids({day, day + 24h, {}}, cursor);
            ASSERT_TRUE(page) << page.error().message;
            for (const std::string& id : page->external_ids) ++listed[id];
            cursor = page->next_cursor;
        } while (!cursor.empty());
    }
    std::size_t there = 0;
    for (const LedgerEntry& entry : world.account->ledger())
        if (!entry.deleted) {
            ++there;
            EXPECT_EQ(listed[std::to_string(entry.id)], 1) << entry.id;  // in one day, and in one only
        }
    EXPECT_EQ(listed.size(), there);
}

TEST(ShipStationAgainstSandbox, OrdersOfChannelsOfTheirOwnAreLeftOut) {
    World world(World::quiet(), R"({"skip_marketplaces":["shopify"]})");
    const std::int64_t shop = place(world, 25748), hand = place(world, 22766), walmart = place(world, 25750);
    const auto problems = world.check();
    ASSERT_TRUE(problems);
    EXPECT_EQ(codes(*problems), "location_unknown");  // no inventory location is set
    ASSERT_TRUE(world.pull(world.clock.now() - 1h));
    EXPECT_EQ(world.orders.count(std::to_string(shop)), 0U);
    EXPECT_EQ(world.left_out.count(std::to_string(shop)), 1U);
    EXPECT_EQ(world.orders.count(std::to_string(hand)) + world.orders.count(std::to_string(walmart)), 2U);

    // Shipped from here all the same, its marketplace is not told a second time.
    EXPECT_EQ(world.push_shipment(shop, "T1").state, State::succeeded);
    EXPECT_EQ(world.push_shipment(walmart, "T2").state, State::succeeded);
    world.pass(10min);
    EXPECT_FALSE(world.account->shipments(shop)[0].marketplace_notified);
    EXPECT_TRUE(world.account->shipments(walmart)[0].marketplace_notified);

    World unsaid(World::quiet(), "{}");
    const auto asked = unsaid.check();
    ASSERT_TRUE(asked);
    EXPECT_EQ(codes(*asked), "marketplaces_may_double location_unknown");
}

TEST(ShipStationAgainstSandbox, TheCatalogueWholeAndInNews) {
    World world(World::quiet(), kSmallPages);
    const auto whole = world.catalogue();
    ASSERT_TRUE(whole) << whole.error().message;
    ASSERT_EQ(whole->size(), 40U);
    std::size_t active = 0;
    for (const auto& [id, item] : *whole) {
        active += item.status == domain::ItemStatus::active ? 1 : 0;
        EXPECT_TRUE(item.sku && item.title && item.price) << id;
    }
    EXPECT_EQ(active, 36U);  // every tenth is not sold any more
    world.pass(1h);
    const Timestamp since = world.clock.now();
    ASSERT_TRUE(world.account->touch_product("SBX-000012"));
    world.pass(1s);
    const auto news = world.catalogue(since);
    ASSERT_TRUE(news) << news.error().message;
    ASSERT_EQ(news->size(), 1U);
    EXPECT_EQ(news->begin()->second.sku, "SBX-000012");

    const auto carriers = world.connector->carrier_source()->carrier_codes();
    ASSERT_TRUE(carriers);
    EXPECT_TRUE(std::any_of(carriers->begin(), carriers->end(), [](const auto& one) { return one.code == "usps"; }) ||
                carriers->size() >= 3);
}

TEST(ShipStationAgainstSandbox, MarkedAsShippedOnceWhateverTheNetworkDoes) {
    for (const char* fault :
         {"no_answer", "not_sent", "no_answer_after", "cut", "status", "status_after", "html", "truncated"}) {
        World world;
        const std::int64_t order = place(world);
        world.account->add_fault({.kind = fault, .operation = "markAsShipped"});
        const PushOutcome first = world.push_shipment(order, "9400111");
        EXPECT_TRUE(first.state == State::unknown || first.state == State::retry) << fault << ": " << first.message;
        const PushOutcome second = world.push_shipment(order, "9400111", 2);
        EXPECT_EQ(second.state, State::succeeded) << fault << ": " << second.message;
        ASSERT_EQ(world.account->shipments(order).size(), 1U) << fault;
        EXPECT_EQ(world.account->shipments(order)[0].tracking_number, "9400111");
        EXPECT_FALSE(world.account->shipments(order)[0].label);
        EXPECT_EQ(world.account->counters().shipments_doubled, 0) << fault;
        world.pass(1s);
        ASSERT_TRUE(world.pull(world.clock.now() - 1h));
        EXPECT_EQ(world.order(order).status, domain::OrderStatus::fulfilled);
    }
}

TEST(ShipStationAgainstSandbox, PartsLabelsAndCancelledOrders) {
    World world;
    const std::int64_t parts = place(world), labelled = place(world), cancelled = place(world), gone = place(world);
    ASSERT_TRUE(world.pull(world.clock.now() - 1h));
    const std::string line = world.order(parts).lines[0].external_line_id;
    EXPECT_EQ(world.push_shipment(parts, "P1", 1, {{line, 1}}).code, "whole_order_shipped");
    const PushOutcome second = world.push_shipment(parts, "P2", 1, {{line, 1}});
    EXPECT_EQ(second.state, State::failed);
    EXPECT_EQ(second.code, "order_already_shipped");
    EXPECT_NE(second.message.find("P1"), std::string::npos);
    EXPECT_EQ(world.push_shipment(parts, "P1", 1).state, State::succeeded);  // the same number again changes nothing

    world.account->ship(labelled);
    const std::string bought = world.account->shipments(labelled)[0].tracking_number;
    EXPECT_EQ(world.push_shipment(labelled, bought).state, State::succeeded);
    EXPECT_EQ(world.push_shipment(labelled, "OTHER").code, "order_already_shipped");
    // A voided label makes the order one to be shipped again.
    world.account->void_label(world.account->shipments(labelled)[0].id);
    EXPECT_EQ(world.push_shipment(labelled, "OTHER").state, State::succeeded);

    world.account->cancel(cancelled);
    EXPECT_EQ(world.push_shipment(cancelled, "C").code, "order_cancelled");
    world.account->remove(gone);
    EXPECT_EQ(world.push_shipment(gone, "G").state, State::failed);
    EXPECT_EQ(world.account->counters().shipments_doubled, 0);
    EXPECT_EQ(world.account->counters().marks_refused, 0);  // nothing was sent that could only be refused
}

TEST(ShipStationAgainstSandbox, AnExceptionThatStaysIsARefusal) {
    World world;
    const std::int64_t order = place(world);
    world.account->add_fault({.kind = "exception", .count = 2, .operation = "markAsShipped"});
    connectors::ShipmentToPush what{1, std::to_string(order), "usps", {}, "X", {}, {}, 1};
    EXPECT_EQ(world.connector->shipment_sink()->push_shipment(what).state, State::unknown);
    what.attempt = 2;
    const PushOutcome out = world.connector->shipment_sink()->push_shipment(what);
    EXPECT_EQ(out.state, State::failed);
    EXPECT_NE(out.message.find("Ship To: Name must be provided."), std::string::npos) << out.message;
}

TEST(ShipStationAgainstSandbox, AMarketplaceThatRefusesIsNamed) {
    World world;
    const std::int64_t order = place(world);
    world.account->add_fault({.kind = "notify_fails"});
    EXPECT_EQ(world.push_shipment(order, "X").state, State::succeeded);
    world.pass(10min);
    const auto problems = world.check();
    ASSERT_TRUE(problems);
    EXPECT_EQ(codes(*problems), "location_unknown marketplace_not_notified");
}

TEST(ShipStationAgainstSandbox, WebhooksAreSubscribedDeliveredAndOnlyThenBelieved) {
    World world;
    world.receive_webhooks();
    connectors::WebhookSource& hooks = *world.connector->webhook_source();
    const auto done = hooks.ensure_subscriptions("https://hub.example.com/hooks/ship-us");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->size(), 4U);
    for (const std::string& said : *done) EXPECT_TRUE(said.starts_with("subscribed to")) << said;
    EXPECT_TRUE(hooks.ensure_subscriptions("https://hub.example.com/hooks/ship-us")->empty());
    place(world);
    place(world);
    world.pass(2min);
    ASSERT_EQ(world.notices.size(), 1U);  // two orders, one batch
    EXPECT_EQ(world.notices[0].topic, "ORDER_NOTIFY");
    EXPECT_EQ(world.notices[0].subject, connectors::WebhookNotice::Subject::order);
    EXPECT_EQ(world.push_shipment(place(world), "T").state, State::succeeded);
    world.pass(2min);
    ASSERT_EQ(world.notices.size(), 3U);
    EXPECT_EQ(world.webhooks_refused, 0);
    // The secret in the config file now is another: old subscriptions go, new ones come.
    world.setup.credentials.emplace_back("webhook_secret", Secret{"another-secret-of-the-admin"});
    world.restart();
    const auto changed =
        world.connector->webhook_source()->ensure_subscriptions("https://hub.example.com/hooks/ship-us");
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->size(), 8U);
    place(world);
    world.pass(2min);
    EXPECT_EQ(world.notices.size(), 4U);
    EXPECT_EQ(world.webhooks_refused, 0);
}

TEST(ShipStationAgainstSandbox, AWebhookThatPointsElsewhereIsRefused) {
    World::AccountOptions options = World::quiet();
    options.resource_base = "https://ssapi.shipstation.com.attacker.example";
    World world(options);
    world.receive_webhooks();
    ASSERT_TRUE(world.connector->webhook_source()->ensure_subscriptions("https://hub.example.com/hooks/ship-us"));
    place(world);
    world.pass(2min);
    EXPECT_EQ(world.webhooks_refused, 1);
    EXPECT_TRUE(world.notices.empty());
}

TEST(ShipStationAgainstSandbox, FortyCallsAMinuteAreNeverExceeded) {
    World::AccountOptions options = lively(60);
    options.v1_per_minute = 40;
    World world(options, R"({"skip_marketplaces":[],"page_size":1})");
    const auto pages = world.pull(world.clock.now() - 30 * 24h);
    ASSERT_TRUE(pages) << pages.error().message;
    EXPECT_GT(*pages, 50);
    EXPECT_GT(world.waited, 0);
    EXPECT_EQ(world.account->counters().throttled, 0);
    expect_all_held(world);
}

TEST(ShipStationAgainstSandbox, OtherSoftwareWithTheSamePairCostsAWindowAtMost) {
    World::AccountOptions options = World::quiet();
    options.v1_per_minute = 40;
    World world(options);
    place(world);
    world.account->use_up(40);
    const Timestamp begin = world.clock.now();
    ASSERT_TRUE(world.pull(begin - 1h));
    EXPECT_EQ(world.account->counters().throttled, 1);
    EXPECT_LE(world.clock.now() - begin, 62s);
    EXPECT_EQ(world.orders.size(), 1U);
    // With a little left, reading waits for the window's end and a push does not.
    world.account->use_up(33);
    ASSERT_TRUE(world.pull(begin - 1h));
    EXPECT_EQ(world.connector->order_source()->fetch_orders({begin, std::nullopt, {}}, "").error().code, "budget");
    EXPECT_EQ(world.push_shipment(place(world), "P").state, State::succeeded);
    EXPECT_EQ(world.account->counters().throttled, 1);
}

TEST(ShipStationAgainstSandbox, BrokenListsLoseNothing) {
    for (const char* kind : {"half_page", "empty_page", "pages_zero", "repeat_cursor", "html", "cut", "no_answer",
                             "status", "truncated", "exception"}) {
        World world(lively(45), R"({"skip_marketplaces":[],"page_size":10})");
        world.account->add_fault({.kind = kind, .count = 3, .operation = "listOrders", .skip = 1});
        Result<int> pages = 0;
        int broken = 0;
        for (; broken < 10; ++broken) {
            pages = world.pull(world.clock.now() - 30 * 24h);
            if (pages) break;
            EXPECT_EQ(pages.error().kind, ErrorKind::unavailable) << kind;
        }
        ASSERT_TRUE(pages) << kind << ": " << pages.error().message;
        expect_all_held(world);
        std::cout << kind << ": " << broken << " walks broke off\n";
    }
}

TEST(ShipStationAgainstSandbox, ALateOrderIsCaughtByTheOverlap) {
    World world;
    place(world);
    ASSERT_TRUE(world.pull(world.clock.now() - 1h));
    world.account->add_fault({.kind = "late_order", .param = 240});
    const std::int64_t late = place(world);
    const Timestamp watermark = world.clock.now();
    world.pass(1min);
    ASSERT_TRUE(world.pull(watermark - 10min));
    EXPECT_EQ(world.orders.count(std::to_string(late)), 0U);
    world.pass(4min);
    ASSERT_TRUE(world.pull(world.clock.now() - 10min));
    EXPECT_EQ(world.orders.count(std::to_string(late)), 1U);
}

TEST(ShipStationAgainstSandbox, NewKeysStopTheChannelUntilItHasThem) {
    World world;
    world.account->set_key("new", "pair");
    const auto denied = world.pull(world.clock.now() - 1h);
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().kind, ErrorKind::denied);
    EXPECT_EQ(world.push_shipment(place(world), "X").state, State::retry);  // wanted still
    world.setup.credentials[0].second = Secret{"new"};
    world.setup.credentials[1].second = Secret{"pair"};
    world.restart();
    EXPECT_TRUE(world.pull(world.clock.now() - 1h));
}

/// The order as the hub holds it and as the account shows it, without what the connector adds to it.
bool is_current(World& world, std::int64_t id) {
    const auto held = world.orders.find(std::to_string(id));
    if (held == world.orders.end()) return false;
    nlohmann::json payload = nlohmann::json::parse(held->second.payload);
    payload.erase("modifyDateUtc");
    return payload == nlohmann::json::parse(world.account->order_json(id));
}

/// The night in which 01:00 to 02:00 happens twice: the last change of every order wins, whatever the clock on the wall
/// says, and no change is missed.
TEST(ShipStationAgainstSandbox, TheNightWithTwoOneOClocks) {
    World world(World::quiet(), R"({"skip_marketplaces":[],"page_size":5})", at("2026-11-01T07:40:00Z"));
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 9; ++i) ids.push_back(place(world));
    Timestamp watermark = world.clock.now() - 1min;
    std::size_t next = 0;
    while (world.clock.now() < at("2026-11-01T11:00:00Z")) {
        world.pass(3min);
        for (int i = 0; i < 2; ++i) world.account->edit(ids[next++ % ids.size()]);
        if (next % 14 == 0) ids.push_back(place(world));
        world.pass(1min);
        const Timestamp now = world.clock.now();
        const auto pages = world.pull(watermark - 10min);
        ASSERT_TRUE(pages) << pages.error().message;
        watermark = now - 1min;
        for (const std::int64_t id : ids) ASSERT_TRUE(is_current(world, id)) << id << " at " << format_rfc3339(now);
    }
}

/// The same in March, when 02:00 to 03:00 does not happen.
TEST(ShipStationAgainstSandbox, TheNightWithoutATwoOClock) {
    World world(World::quiet(), kSmallPages, at("2026-03-08T09:00:00Z"));
    Timestamp watermark = world.clock.now() - 1min;
    while (world.clock.now() < at("2026-03-08T11:30:00Z")) {
        place(world);
        world.pass(7min);
        const Timestamp now = world.clock.now();
        ASSERT_TRUE(world.pull(watermark - 10min));
        watermark = now - 1min;
        expect_all_held(world);
    }
}

TEST(ShipStationAgainstSandbox, StockGoesToTheLocation) {
    World world(World::quiet(), R"({"skip_marketplaces":[],"shipstation_inventory_location_id":"se-7001"})");
    const auto problems = world.check();
    ASSERT_TRUE(problems);
    EXPECT_EQ(codes(*problems), "");
    std::vector<connectors::StockLine> lines(2);
    lines[0].sku = "SBX-000012";
    lines[0].quantity = 7;
    lines[1].sku = "NO-SUCH-SKU";
    lines[1].quantity = 1;
    const auto out = world.connector->stock_sink()->push_stock(lines, "k");
    EXPECT_EQ(out[0].state, State::succeeded) << out[0].message;
    EXPECT_EQ(out[1].state, State::failed);
    EXPECT_NE(out[1].message.find("sku is not a product"), std::string::npos) << out[1].message;
    const auto read = world.connector->stock_sink()->read_stock(lines);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, (std::vector<std::optional<std::int64_t>>{7, std::nullopt}));
    EXPECT_EQ(world.connector->catalog_source()->fetch_locations()->at(0).external_id, "se-7001");

    World::AccountOptions options = World::quiet();
    options.inventory_plan = false;
    World without(options);
    EXPECT_EQ(codes(*without.check()), "stock_unavailable");
    EXPECT_TRUE(without.connector->catalog_source()->fetch_locations()->empty());
}

}  // namespace
}  // namespace crossdock::testing
