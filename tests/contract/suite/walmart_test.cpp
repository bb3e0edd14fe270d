// SPDX-License-Identifier: Apache-2.0
// Walmart's connector against Walmart's simulated seller. The two share no code; where one of them misreads Walmart's
// files, they disagree here, and all that goes over the wire is held against those files in the end (Wire).
#include <gmock/gmock.h>

#include <set>

#include "contract/suite/traffic.h"
#include "support/domain_words.h"
#include "support/walmart_world.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using connectors::ItemPage;
using connectors::MappedOrder;
using connectors::OrderPage;
using connectors::PullWindow;
using connectors::PushOutcome;
using connectors::RefundPage;
using connectors::ShipmentToPush;
using connectors::StockLine;
using sandbox::walmart::PlaceOrder;
using testing_support::words;
using State = PushOutcome::State;
using ::testing::Contains;

std::string sku(int good) { return "SBX-" + std::to_string(1'000'000 + good).substr(1); }

class Walmart : public ::testing::Test {
protected:
    void open(sandbox::walmart::SellerOptions options = WalmartWorld::quiet(),
              const std::string& settings = R"({"ship_node":"1000005050"})") {
        options.recorder = Traffic::of(domain::Provider::walmart).recorder();
        world_ = std::make_unique<WalmartWorld>(std::move(options), settings);
    }
    WalmartWorld& world() { return *world_; }
    sandbox::walmart::Seller& seller() { return world_->seller(); }

    /// All orders changed since then, the latest version of each.
    std::map<std::string, MappedOrder> pull_orders(std::chrono::hours back = 24h * 60) {
        const PullWindow window{world().clock.now() - back, std::nullopt, {}};
        connectors::OrderSource& source = *world().connector().order_source();
        const auto pages =
            world().walk<OrderPage>([&](const std::string& cursor) { return source.fetch_orders(window, cursor); });
        EXPECT_TRUE(pages) << "the walk does not end";
        std::map<std::string, MappedOrder> all;
        for (const OrderPage& page : pages.value_or(std::vector<OrderPage>{}))
            for (const auto& raw : page.orders) {
                auto mapped = source.map_order(raw.payload);
                EXPECT_TRUE(mapped) << mapped.error().message << raw.payload;
                if (!mapped) continue;
                if (const auto held = held_.find(raw.external_order_id); held != held_.end())
                    source.keep_known(mapped->order, held->second.order);
                held_.insert_or_assign(raw.external_order_id, *mapped);
                all.insert_or_assign(raw.external_order_id, std::move(*mapped));
            }
        return all;
    }
    std::vector<domain::Refund> pull_refunds() {
        const PullWindow window{world().clock.now() - 24h * 60, std::nullopt, {}};
        connectors::RefundSource& source = *world().connector().refund_source();
        const auto pages =
            world().walk<RefundPage>([&](const std::string& cursor) { return source.fetch_refunds(window, cursor); });
        EXPECT_TRUE(pages) << "the walk does not end";
        std::vector<domain::Refund> all;
        for (const RefundPage& page : pages.value_or(std::vector<RefundPage>{}))
            for (const auto& raw : page.refunds) {
                std::vector<domain::Problem> problems;
                auto refund = source.map_refund(raw, problems);
                EXPECT_TRUE(refund) << refund.error().message << raw.payload;
                if (refund) all.push_back(std::move(*refund));
            }
        return all;
    }
    std::int64_t place(const std::vector<int>& goods, int units = 1) {
        PlaceOrder wish;
        for (const int good : goods) wish.items.push_back({sku(good), units});
        return seller().place_order(wish);
    }
    PushOutcome ship(std::int64_t order, const std::string& number, std::vector<ShipmentToPush::Line> lines = {},
                     int attempt = 1) {
        return world().connector().shipment_sink()->push_shipment(
            {1, std::to_string(order), "FedEx", std::nullopt, number, world().clock.now(), std::move(lines), attempt});
    }
    StockLine figure(const std::string& of, std::int64_t quantity) {
        return {++updates_, "key", of, "{}", std::nullopt, quantity};
    }
    /// Every order of the seller, in the state and with the amount that its ledger has.
    void expect_all(const std::map<std::string, MappedOrder>& orders) {
        const auto ledger = seller().ledger();
        EXPECT_EQ(orders.size(), ledger.size());
        for (const auto& entry : ledger) {
            const auto found = orders.find(std::to_string(entry.id));
            ASSERT_NE(found, orders.end()) << entry.id << " is lost";
            const domain::Order& order = found->second.order;
            EXPECT_EQ(to_string(order.status), entry.status) << entry.id;
            EXPECT_EQ(order.total_amount ? order.total_amount->minor : -1, entry.total_cents) << entry.id;
            EXPECT_EQ(order.shipped_by.has_value(), entry.node_type == "WFSFulfilled") << entry.id;
            // Walmart shows when lines changed their status; a wish to cancel or a refund moves no date.
            EXPECT_LE(order.last_remote_update_at, entry.updated_at) << entry.id;
        }
    }
    std::unique_ptr<WalmartWorld> world_;
    std::map<std::string, MappedOrder> held_;
    std::int64_t updates_ = 0;
};

sandbox::walmart::SellerOptions living() {
    auto options = WalmartWorld::quiet();
    options.orders = 450;  // three pages
    options.history_days = 14;
    options.life_cycle = true;
    options.staff_ships = 0.6;
    return options;
}

TEST_F(Walmart, TheFirstSyncBringsTheWholeHistory) {
    open(living());
    const auto orders = pull_orders();
    EXPECT_GT(orders.size(), 400U);
    expect_all(orders);
    std::size_t wfs = 0, refunds = 0;
    for (const auto& [id, mapped] : orders) {
        wfs += mapped.order.shipped_by ? 1 : 0;
        EXPECT_TRUE(mapped.problems.empty()) << id << ": " << mapped.problems.front().message;
        if (!mapped.order.shipped_by) continue;
        for (const auto& line : mapped.order.lines) EXPECT_EQ(line.shippable_quantity, 0) << id;
    }
    EXPECT_GT(wfs, 10U);
    // Every return that led to money, once, with the amount the seller paid.
    std::map<std::string, domain::Refund> found;
    for (auto& refund : pull_refunds()) {
        const std::string id = refund.external_refund_id;
        EXPECT_TRUE(found.emplace(id, std::move(refund)).second) << id << " came twice";
    }
    for (const auto& entry : seller().returns()) {
        const auto refund = found.find(std::to_string(entry.id));
        EXPECT_EQ(refund != found.end(), entry.refunded > 0) << entry.id;
        if (refund == found.end()) continue;
        ++refunds;
        EXPECT_EQ(refund->second.total_amount->minor, entry.refund_cents) << words(refund->second);
        EXPECT_EQ(refund->second.external_order_id, std::to_string(entry.order_id));
    }
    EXPECT_EQ(refunds, found.size());
    EXPECT_GT(refunds, 3U);
    EXPECT_EQ(seller().counters().xml_answers, 0);
    EXPECT_EQ(seller().counters().repeated_correlation_ids, 0);
}

TEST_F(Walmart, NullsReadAsAbsence) {
    auto options = living();
    options.orders = 60;
    options.null_fields = true;  // as live answers have, and the files do not
    open(options);
    expect_all(pull_orders());
}

TEST_F(Walmart, ADeltaBringsWhatChangedOfWhateverAge) {
    open();
    PlaceOrder old;
    old.items = {{sku(12), 2}};
    old.created_at = world().clock.now() - 24h * 20;  // Walmart's own standard would hide it
    const std::int64_t order = seller().place_order(old);
    place({13});
    EXPECT_EQ(pull_orders().size(), 2U);
    world().clock.advance(3h);
    EXPECT_TRUE(pull_orders(1h).empty());
    ASSERT_TRUE(seller().want_cancel(order));
    const auto changed = pull_orders(1h);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_NE(words(changed.begin()->second.order.notes).find("asks to cancel"), std::string::npos);
}

TEST_F(Walmart, ACancelledLineKeepsItsPrices) {
    open();
    const std::int64_t order = place({12, 14}, 2);
    const auto before = pull_orders();
    world().clock.advance(1h);
    ASSERT_TRUE(seller().cancel(order, 1, 0));
    const domain::Order after = pull_orders().at(std::to_string(order)).order;
    const domain::Order& first = before.at(std::to_string(order)).order;
    EXPECT_EQ(words(after.lines[0].fulfillment_status), "cancelled");
    EXPECT_EQ(words(after.lines[0].total_price), words(first.lines[0].total_price));
    EXPECT_EQ(words(after.total_amount), words(first.total_amount));
    EXPECT_EQ(to_string(after.status), "open");
}

TEST_F(Walmart, OrdersAreAcknowledgedByEitherWay) {
    open();
    const std::int64_t first = place({12}), second = place({13});
    PlaceOrder wfs;
    wfs.items = {{sku(14), 1}};
    wfs.node_type = "WFSFulfilled";
    const std::int64_t theirs = seller().place_order(wfs);
    const auto orders = pull_orders();
    EXPECT_TRUE(orders.at(std::to_string(first)).awaits_acknowledgement);
    EXPECT_FALSE(orders.at(std::to_string(theirs)).awaits_acknowledgement);
    auto& acknowledger = *world().connector().order_acknowledger();
    EXPECT_EQ(acknowledger.acknowledge_order(std::to_string(first)).state, State::succeeded);
    EXPECT_EQ(acknowledger.acknowledge_order(std::to_string(first)).state, State::succeeded);  // once more is harmless
    const auto waiting = acknowledger.list_unacknowledged("");
    ASSERT_TRUE(waiting) << waiting.error().message;
    EXPECT_EQ(waiting->external_ids, std::vector{std::to_string(second)});
    world().arm("no_answer_after", "acknowledgeOrders");
    EXPECT_EQ(acknowledger.acknowledge_order(std::to_string(second)).state, State::unknown);
    EXPECT_EQ(acknowledger.acknowledge_order(std::to_string(second)).state, State::succeeded);
    const auto none = acknowledger.list_unacknowledged("");
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->external_ids.empty());
    EXPECT_FALSE(pull_orders().at(std::to_string(second)).awaits_acknowledgement);
}

TEST_F(Walmart, AShipmentGoesOutLineByLineAndOnce) {
    open();
    const std::int64_t order = place({12, 13}, 3);
    EXPECT_EQ(ship(order, "794600000001", {{"1", 2}}).state, State::succeeded);  // acknowledged on the way
    auto parcels = seller().shipments(order);
    ASSERT_EQ(parcels.size(), 1U);
    EXPECT_EQ(parcels[0].carrier + " " + parcels[0].tracking_number + " " + std::to_string(parcels[0].line_number) +
                  "x" + std::to_string(parcels[0].quantity),
              "FedEx 794600000001 1x2");
    EXPECT_EQ(to_string(pull_orders().at(std::to_string(order)).order.status), "partially_fulfilled");
    EXPECT_EQ(ship(order, "794600000001", {{"1", 2}}, 2).code, "already_shipped");
    EXPECT_EQ(ship(order, "794600000002", {{"1", 2}}).code, "quantity_exceeds_open");

    world().arm("no_answer_after", "shippingUpdates");
    EXPECT_EQ(ship(order, "794600000002").state, State::unknown);
    EXPECT_EQ(ship(order, "794600000002", {}, 2).code, "already_shipped");
    EXPECT_EQ(ship(order, "794600000003").code, "nothing_to_ship");
    const auto shipped = pull_orders().at(std::to_string(order)).order;
    EXPECT_EQ(std::string{to_string(shipped.status)} + " " + words(shipped.payment_status), "fulfilled paid");
    EXPECT_EQ(seller().counters().shipments_doubled, 0);
    EXPECT_EQ(seller().counters().shipments_refused, 0);
}

TEST_F(Walmart, AnAnswerThatIsAListOfOrdersIsAnAnswer) {
    open();
    const std::int64_t order = place({12});
    world().arm("order_array", "shippingUpdates");
    EXPECT_EQ(ship(order, "794600000001").state, State::succeeded);
    const std::int64_t cancelled = place({12});
    ASSERT_TRUE(seller().cancel(cancelled, 0, 0));
    EXPECT_EQ(ship(cancelled, "794600000002").code, "order_cancelled");
    EXPECT_EQ(ship(1, "794600000003").code, "order_unknown");
}

TEST_F(Walmart, ACarrierOfTheHouseGoesWithAnAddress) {
    open(WalmartWorld::quiet(), R"({"extra_carriers":[{"code":"Bring","url":"https://bring.example/{number}"}]})");
    const std::int64_t order = place({12});
    const auto outcome = world().connector().shipment_sink()->push_shipment(
        {1, std::to_string(order), "bring", std::nullopt, "B1", std::nullopt, {}, 1});
    EXPECT_EQ(outcome.state, State::succeeded) << outcome.message;
    ASSERT_EQ(seller().shipments(order).size(), 1U);
    EXPECT_EQ(seller().shipments(order)[0].carrier, "Bring");
}

TEST_F(Walmart, ReturnsAreRefundsAsFarAsMoneyWentBack) {
    open();
    PlaceOrder wish;
    wish.items = {{sku(12), 3}, {sku(13), 1}};
    wish.subscription_discount = true;
    const std::int64_t order = seller().place_order(wish);
    ASSERT_TRUE(seller().ship(order, 1, 0));
    ASSERT_TRUE(seller().ship(order, 2, 0));
    world().clock.advance(24h);
    ASSERT_TRUE(seller().deliver(order));
    sandbox::walmart::StartReturn ask;
    ask.lines = {{1, 2}};
    ask.restocking_fee_cents = 50;
    const std::int64_t back = seller().start_return(order, ask);
    ASSERT_NE(back, 0);
    EXPECT_TRUE(pull_refunds().empty());
    const auto paid = [&] { return seller().returns().front().refund_cents; };

    world().clock.advance(1h);
    ASSERT_TRUE(seller().refund_return(back, 1));
    auto refunds = pull_refunds();
    ASSERT_EQ(refunds.size(), 1U);
    EXPECT_EQ(refunds[0].external_refund_id, std::to_string(back));
    EXPECT_EQ(refunds[0].total_amount->minor, paid()) << words(refunds[0]);
    EXPECT_EQ(refunds[0].lines.at(0).quantity, 1);

    world().clock.advance(1h);
    ASSERT_TRUE(seller().refund_return(back, 0));
    refunds = pull_refunds();
    ASSERT_EQ(refunds.size(), 1U);
    EXPECT_EQ(refunds[0].total_amount->minor, paid()) << words(refunds[0]);
    EXPECT_EQ(refunds[0].lines.at(0).quantity, 2);
    EXPECT_TRUE(refunds[0].discount_amount) << words(refunds[0]);

    const std::int64_t second = seller().start_return(order, {{{2, 1}}});
    ASSERT_TRUE(seller().cancel_return(second));
    EXPECT_EQ(pull_refunds().size(), 1U);
}

TEST_F(Walmart, GoodwillComesWithTheOrder) {
    open();
    const std::int64_t order = place({12});
    ASSERT_TRUE(seller().ship(order, 1, 0));
    world().clock.advance(1h);
    ASSERT_TRUE(seller().refund_line(order, 1, 150));
    const auto orders = pull_orders();
    const MappedOrder& mapped = orders.at(std::to_string(order));
    ASSERT_EQ(mapped.whole_refunds.size(), 1U);
    std::vector<domain::Problem> problems;
    const auto refund = world().connector().refund_source()->map_refund(mapped.whole_refunds[0], problems);
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(words(refund->total_amount), "1.50 USD");
    EXPECT_EQ(words(mapped.order.payment_status), "partially_refunded");
    EXPECT_TRUE(pull_refunds().empty());
}

TEST_F(Walmart, TheCatalogueIsWholeThoughAPageIsLost) {
    auto options = WalmartWorld::quiet();
    options.items = 730;
    open(options);
    const auto read = [&] {
        connectors::CatalogSource& source = *world().connector().catalog_source();
        const auto pages =
            world().walk<ItemPage>([&](const std::string& cursor) { return source.fetch_items(std::nullopt, cursor); });
        std::set<std::string> skus;
        for (const ItemPage& page : pages.value_or(std::vector<ItemPage>{}))
            for (const auto& raw : page.items) {
                const auto rows = source.map_item(raw.payload);
                EXPECT_TRUE(rows) << rows.error().message;
                if (rows) skus.insert(*rows->front().sku);
            }
        return skus.size();
    };
    EXPECT_EQ(read(), 730U);
    world().arm("no_answer_after", "getAllItems", 1, 0, 2);
    EXPECT_EQ(read(), 730U);
    EXPECT_THAT(world().errors(), Contains("cursor_refused"));
    const auto locations = world().connector().catalog_source()->fetch_locations();
    ASSERT_TRUE(locations);
    EXPECT_EQ(locations->size(), seller().ship_nodes().size());
}

/// More than ten thousand come by the report, which outlives a restart, a cut download and a failure of Walmart's.
TEST_F(Walmart, ALargeCatalogueIsWholeWhateverHappens) {
    auto options = WalmartWorld::quiet();
    options.items = 12'345;
    open(options);
    std::size_t calls = 0;
    const auto read = [&](std::size_t restart_at) {
        std::set<std::string> skus;
        std::size_t items = 0;
        calls = 0;
        const auto pages = world().walk<ItemPage>([&](const std::string& cursor) {
            if (++calls == restart_at) world().restart();
            auto page = world().connector().catalog_source()->fetch_items(std::nullopt, cursor);
            for (std::size_t i = 0; page && i < page->items.size(); ++i) {
                const auto rows = world().connector().catalog_source()->map_item(page->items[i].payload);
                EXPECT_TRUE(rows) << rows.error().message;
                if (rows) skus.insert(*rows->front().sku);
                ++items;
            }
            return page;
        });
        EXPECT_TRUE(pages) << "the walk does not end";
        EXPECT_EQ(skus.size(), items) << "none twice";
        return skus;
    };
    const auto all = read(0);
    EXPECT_EQ(all.size(), 12'345U);
    EXPECT_EQ(all.count("SBX,011") + all.count("SBX-010 \"L\""), 2U);
    EXPECT_EQ(read(0), all);
    EXPECT_EQ(seller().counters().reports, 1) << "a young one is taken again";
    world().clock.advance(2h);
    EXPECT_EQ(read(20), all);  // in the middle of the rows
    world().clock.advance(2h);
    world().arm("cut", "download");
    EXPECT_EQ(read(0), all);
    world().clock.advance(2h);
    world().arm("report_error", "generateReport");
    EXPECT_EQ(read(0), all);
    EXPECT_TRUE(world().errors().empty() ||
                !std::count(world().errors().begin(), world().errors().end(), "cursor_refused"));

    // A key without reports gets everything by the list.
    world().clock.advance(2h);
    seller().set_scope("reports", "no_access");
    EXPECT_EQ(read(0), all);
}

TEST_F(Walmart, StockIsSetAtItsNode) {
    open();
    connectors::StockSink& sink = *world().connector().stock_sink();
    StockLine elsewhere = figure(sku(14), 9);
    elsewhere.location_id = "79897837271126017";
    StockLine nowhere = figure(sku(15), 1);
    nowhere.location_id = "1";
    const std::vector lines{figure(sku(12), 37), elsewhere, figure("NO-SUCH", 1), nowhere};
    const auto outcomes = sink.push_stock(lines, "b");
    EXPECT_EQ(outcomes[0].state, State::succeeded) << outcomes[0].message;
    EXPECT_EQ(outcomes[1].state, State::succeeded) << outcomes[1].message;
    EXPECT_EQ(outcomes[2].state, State::failed) << outcomes[2].message;
    EXPECT_EQ(outcomes[3].state, State::failed) << outcomes[3].message;
    const auto at = [&](const std::string& of, const std::string& node) {
        for (const auto& level : seller().stock(of))
            if (level.ship_node == node) return level.input;
        return std::int64_t{-1};
    };
    EXPECT_EQ(at(sku(12), "1000005050"), 37);
    EXPECT_EQ(at(sku(14), "79897837271126017"), 9);
    const auto shown = sink.read_stock(std::vector{lines[0], lines[1]});
    ASSERT_TRUE(shown) << shown.error().message;
    EXPECT_EQ(*shown, (std::vector<std::optional<std::int64_t>>{37, 9}));
    world().arm("node_error", "updateMultiNodeInventory");
    EXPECT_EQ(sink.push_stock(std::vector{figure(sku(12), 38)}, "b")[0].code, "walmart_stock_refused");
    EXPECT_EQ(at(sku(12), "1000005050"), 37);
}

TEST_F(Walmart, WithoutANodeTheDefaultOneIsSet) {
    open(WalmartWorld::quiet(), "{}");
    connectors::StockSink& sink = *world().connector().stock_sink();
    const std::vector lines{figure(sku(12), 41)};
    EXPECT_EQ(sink.push_stock(lines, "b")[0].state, State::succeeded);
    EXPECT_EQ(seller().stock(sku(12)).at(0).input, 41);
    EXPECT_EQ(*sink.read_stock(lines), (std::vector<std::optional<std::int64_t>>{41}));
}

TEST_F(Walmart, AFeedOfStockIsReadBackLineByLine) {
    for (const char* settings : {R"({"ship_node":"1000005050"})", "{}"}) {
        auto options = WalmartWorld::quiet();
        options.items = 300;
        open(options, settings);
        connectors::StockSink& sink = *world().connector().stock_sink();
        std::vector<StockLine> lines;
        for (int good = 20; good < 150; ++good)
            if (good % 9 != 0) lines.push_back(figure(sku(good), good));  // every ninth lies with Walmart
        lines.push_back(figure("NO-SUCH", 1));
        const auto accepted = sink.push_stock(lines, "b");
        ASSERT_EQ(accepted[0].state, State::accepted) << accepted[0].message;
        const std::string ticket = accepted[0].provider_id;
        EXPECT_EQ(sink.check_stock(lines, ticket)[0].state, State::accepted);
        world().clock.advance(11min);
        world().restart();  // the ticket alone is enough
        const auto done = world().connector().stock_sink()->check_stock(lines, ticket);
        for (std::size_t i = 0; i + 1 < lines.size(); ++i)
            EXPECT_EQ(done[i].state, State::succeeded) << *lines[i].sku << ": " << done[i].message;
        EXPECT_EQ(done.back().state, State::failed) << done.back().message;
        EXPECT_EQ(seller().stock(sku(77)).at(0).input, 77);
    }
}

TEST_F(Walmart, AFeedThatBreaksIsToldFromARowThatDoes) {
    auto options = WalmartWorld::quiet();
    options.items = 300;
    open(options);
    connectors::StockSink& sink = *world().connector().stock_sink();
    std::vector<StockLine> lines;
    for (int good = 20; good < 150; ++good)
        if (good % 9 != 0) lines.push_back(figure(sku(good), good));  // every ninth lies with Walmart
    const auto after = [&](const std::string& fault) {
        world().arm(fault, "");
        const auto accepted = sink.push_stock(lines, "b");
        EXPECT_EQ(accepted[0].state, State::accepted) << accepted[0].message;
        world().clock.advance(11min);
        return sink.check_stock(lines, accepted[0].provider_id);
    };
    const auto row = after("row_error");
    EXPECT_EQ(row[0].state, State::unknown) << row[0].message;
    EXPECT_EQ(row[1].state, State::succeeded) << row[1].message;
    // Walmart's own trouble: the figures go out again.
    for (const auto& outcome : after("feed_error")) EXPECT_EQ(outcome.state, State::unknown) << outcome.message;
}

TEST_F(Walmart, ATokenThatDiesBetweenPagesCostsNothing) {
    open(living());
    int lists = 0;
    world().http().before = [&](const net::HttpRequest& request) -> std::optional<Error> {
        if (request.method == "GET" && request.url.find("/v3/orders?") != std::string::npos && ++lists % 2 == 0)
            seller().expire_tokens();
        return std::nullopt;
    };
    expect_all(pull_orders());
    EXPECT_GE(lists, 4);
    EXPECT_TRUE(world().errors().empty()) << world().errors().front();
    EXPECT_GE(seller().counters().unauthorized, 1);
    world().arm("token_400", "");
    seller().expire_tokens();
    expect_all(pull_orders());
    EXPECT_TRUE(world().errors().empty()) << world().errors().front();
}

TEST_F(Walmart, FifteenMinutesAreATokensLife) {
    open();
    place({12});
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(pull_orders().size(), 1U);
        world().clock.advance(5min);
    }
    EXPECT_EQ(seller().counters().unauthorized, 0);
    EXPECT_LE(seller().counters().tokens_issued, 4);
}

TEST_F(Walmart, ThrottlingDelaysAndLosesNothing) {
    open(living());
    world().arm("throttle", "getAllOrders", 4);  // each with another spelling of the header
    expect_all(pull_orders());
    EXPECT_THAT(world().errors(), Contains("walmart_throttled"));
}

TEST_F(Walmart, TroubleOnTheWayLosesNothing) {
    open(living());
    for (const char* fault : {"half_page", "cut", "truncated", "html", "xml", "errors_inside", "single_object"})
        world().arm(fault, "getAllOrders");
    world().arm("status", "getAllOrders", 1, 520);
    expect_all(pull_orders());
    EXPECT_THAT(world().errors(), Contains("walmart_partial_answer"));
}

TEST_F(Walmart, APagerThatIsFrozenIsHandedToTheHubsGuard) {
    open(living());
    world().arm("repeat_cursor", "getAllOrders", 0);
    const PullWindow window{world().clock.now() - 24h * 60, std::nullopt, {}};
    connectors::OrderSource& source = *world().connector().order_source();
    const auto first = source.fetch_orders(window, "");
    ASSERT_TRUE(first);
    const auto second = source.fetch_orders(window, first->next_cursor);
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->next_cursor.empty());  // no end that was none
    seller().clear_faults();
    expect_all(pull_orders());
}

TEST_F(Walmart, AccessIsLookedAtAndCarriersAreListed) {
    open();
    std::vector<domain::Problem> problems;
    const auto profile = world().connector().check_access(problems);
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(testing_support::codes(problems), "");
    EXPECT_NE(profile->find("1000005050"), std::string::npos);
    EXPECT_EQ(world().connector().carrier_source()->carrier_codes()->size(), 75U);
    seller().set_scope("orders", "no_access");
    seller().set_scope("feeds", "view_only");
    ASSERT_TRUE(world().connector().check_access(problems));
    EXPECT_EQ(testing_support::codes(problems), "permission_missing permission_missing");
}

TEST_F(Walmart, NotificationsArriveWithTheirPassword) {
    open();
    connectors::WebhookSource& source = *world().connector().webhook_source();
    const auto done = source.ensure_subscriptions("https://hub.example/hooks/wm-us");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_FALSE(done->empty());
    const auto again = source.ensure_subscriptions("https://hub.example/hooks/wm-us");
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->empty());
    std::vector<std::string> orders;
    int refused = 0;
    seller().set_webhook_sender([&](const sandbox::WebhookCall& call) {
        const std::vector<std::pair<std::string, std::string>> query;
        const auto notice = source.verify({"POST", "/hooks/wm-us", query, call.headers, call.body});
        if (!notice) {
            ++refused;
            return source.refusal_status();
        }
        if (notice->subject == connectors::WebhookNotice::Subject::order) orders.push_back(notice->external_id);
        EXPECT_FALSE(notice->delivery_id.empty());
        return 200;
    });
    const std::int64_t order = place({12});
    world().clock.advance(5min);
    seller().tick();
    EXPECT_THAT(orders, Contains(std::to_string(order)));
    EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace crossdock::testing
